"""The readings of what is seen from a damaged place on; the search itself is compiled (kernel/search.c)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .byteshift_page import Page
from .byteshift_tables import kernel
from .kernel import Found

# A run is seen within so many characters.
_LONGEST = 80


class Piece(NamedTuple):
    """A part of a reading: its text, what is seen of it, and whether that is not the same."""

    text: str
    start: int
    end: int
    changed: bool


class Readings:
    """The readings of a place, all from `start` to `end`, numbered from the likeliest on."""

    def __init__(self, page: Page, found: Found) -> None:
        self.page, self.found = page, found
        self._starts: list[int] = found.starts.tolist()
        self.start, self.end = found.pieces.item(0, 0), found.pieces.item(-1, 1)

    def rows(self, number: int) -> NDArray[np.int32]:
        """The pieces of a reading, as numbers."""
        return self.found.pieces[self._starts[number] : self._starts[number + 1]]

    def pieces(self, number: int) -> list[Piece]:
        """The pieces of a reading, written out."""
        return [self._piece(*row) for row in self.rows(number).tolist()]

    def _piece(self, start: int, end: int, changed: int, first: int, code: int, took: int) -> Piece:
        if not changed:
            return Piece(self.page.document[start:end], start, end, False)
        text = (chr(first) if first else "") + (chr(code) if code else "")
        return Piece(text + ("<" if took < 0 else chr(took) if took else ""), start, end, True)


def find_readings(page: Page, start: int) -> Readings | None:
    """The readings from the `?` at `start` on, up to where all are in step and alike again, if there are any."""
    found = kernel().search(page.chances, page.codes, start, _LONGEST)
    return Readings(page, found) if len(found.scores) else None
