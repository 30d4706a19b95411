"""What an annotation is once it has been read, whatever it came from: spans, relations, choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

# What is asked of a task: `block`, the block's kind and topics; `spans`, these and its spans and relations.
Layer = Literal["block", "spans"]
LAYERS: tuple[Layer, ...] = ("block", "spans")


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled span `[start, end)` of the text of a block, in code points, with its attributes as text."""

    id: str
    start: int
    end: int
    label: str
    attributes: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.label} {self.start}:{self.end}"


class Relation(NamedTuple):
    """A relation between two spans, named by their ids."""

    head: str
    label: str
    tail: str


@dataclass(frozen=True, slots=True)
class Block:
    """The block that was annotated: which one, of which version of the corpus, and its text then.

    `start` is where its text begins in its document.
    """

    block_id: str
    doc_id: str
    start: int
    corpus_version: str
    text_sha256: str
    text: str


@dataclass(frozen=True, slots=True)
class Annotation:
    """What one annotator said of one block.

    `spans` are in the order of the text, the longer of two that begin together first. `made` is when it was made
    (ISO 8601), `seconds` how long it took, both if known; `assisted`: pre-annotations were on the screen; `layer`:
    what was asked.
    """

    block: Block
    annotator: str
    guideline_version: str | None
    kind: str
    topics: tuple[str, ...]
    flags: tuple[str, ...]
    comment: str
    spans: tuple[Span, ...]
    relations: tuple[Relation, ...]
    made: str | None = None
    seconds: float | None = None
    assisted: bool = False
    layer: Layer = "spans"

    def surface(self, span: Span) -> str:
        """The text of a span."""
        return self.block.text[span.start : span.end]
