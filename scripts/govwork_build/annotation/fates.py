"""What becomes of annotations, their spans and relations when the corpus changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .records import Annotation, Relation, Span
from .versions import TextBlock

# Whose span, of which block, with which id.
SpanKey = tuple[str, str, str]
Outcome = Literal["kept", "moved", "text changed", "lost"]


@dataclass(frozen=True, slots=True)
class SpanFate:
    """What became of a span: where it stands now, in the text of `block`, or why it is lost.

    `dropped` names the attributes that need not hold of its new text.
    """

    annotation: Annotation
    span: Span
    outcome: Outcome
    block: TextBlock | None = None
    now: Span | None = None
    dropped: tuple[str, ...] = ()
    reason: str = ""

    @property
    def key(self) -> SpanKey:
        """Whose span, of which block, with which id."""
        return self.annotation.annotator, self.annotation.block.block_id, self.span.id

    @property
    def surface(self) -> str:
        """The text that it had."""
        return self.annotation.surface(self.span)

    @property
    def new_surface(self) -> str:
        """The text that it has; empty where it is lost."""
        return self.block.text[self.now.start : self.now.end] if self.block and self.now else ""


@dataclass(frozen=True, slots=True)
class RelationFate:
    """What became of a relation: kept, if both its ends stand in one block, or lost."""

    annotation: Annotation
    relation: Relation
    outcome: Literal["kept", "lost"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AnnotationFate:
    """What became of an annotation's block, and so of its kind, topics, flags and comment.

    `block` is the one that holds most of the old one's characters, if any are left.
    """

    annotation: Annotation
    outcome: Outcome
    block: TextBlock | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Migrated:
    """The annotations of the new version, and what became of everything in those of the old, in its order."""

    annotations: tuple[Annotation, ...]
    fates: tuple[AnnotationFate, ...]
    spans: tuple[SpanFate, ...]
    relations: tuple[RelationFate, ...]
