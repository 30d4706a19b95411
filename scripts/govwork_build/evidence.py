"""What the readers of metadata are given, and what they give: values with the place they were read from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from govwork.trace import TracedText

from .cut import Piece
from .model import Block

Basis = Literal["stated", "derived", "inferred"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A value of one field, and the span of the source text it was read from.

    `basis` is stated (the text says so), derived (it follows from what the text says by a fixed rule) or
    inferred (it explains what the text says). `note` says how, where that is not plain.
    """

    field: str
    value: str
    basis: Basis
    source_start: int
    source_end: int
    quote: str
    note: str = ""

    def row(self) -> dict[str, Any]:
        """The evidence as a row of the release."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as its readers see it: its finished text and blocks, and the page around it."""

    page: str
    pieces: tuple[Piece, ...]
    piece: Piece
    traced: TracedText
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        return self.traced.text

    @property
    def raw(self) -> str:
        """The document's slice of the source, its page's header fields and all."""
        return self.traced.source

    def seen(self, field: str, value: str, start: int, end: int, basis: Basis = "stated", note: str = "") -> Evidence:
        """Evidence at `[start, end)` of the finished text."""
        starts, ends = self.traced.to_source([start], [end])
        return self.on_page(
            field, value, int(starts[0]) + self.piece.start, int(ends[0]) + self.piece.start, basis, note
        )

    def on_page(
        self, field: str, value: str, start: int, end: int, basis: Basis = "stated", note: str = ""
    ) -> Evidence:
        """Evidence at `[start, end)` of the source text."""
        return Evidence(field, value, basis, start, end, self.page[start:end], note)

    def match(
        self, field: str, match: re.Match[str], group: int | str = 0, basis: Basis = "stated", note: str = ""
    ) -> Evidence:
        """Evidence in a match on the finished text: the group's text is the value."""
        return self.seen(field, match[group], match.start(group), match.end(group), basis, note)

    def before(self) -> Piece | None:
        """The last piece of chrome before the document that says something."""
        named = [
            piece for piece in self.pieces if piece.end <= self.piece.start and piece.chrome not in (None, "blank")
        ]
        return named[-1] if named else None
