"""Where a span and a block of one version of a document come to stand in another."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govwork.codes import Offsets
from govwork.layer import Layer

from .alignment import standing
from .versions import DocumentTrace, TextBlock, between

# Of the Chinese characters and figures of two blocks so many must be the same ones, for the blocks to be the same.
_SAME = 0.9
_STOPS, _ANY_STOPS = "。！？；\n", "。！？；\n.!?;"

REWRITTEN = "its text was rewritten together with what stands beside it, so its edge cannot be told"
NOTHING_LEFT = "nothing is left of its text"
NO_STRETCH = "its text is no longer one stretch: a sentence now ends within it"


class Landing(NamedTuple):
    """A span of the new version: its block, and `[start, end)` of the block's text.

    `grown`: at an edge it now runs into a word or a figure that was not there.
    """

    block: TextBlock
    start: int
    end: int
    grown: bool

    @property
    def surface(self) -> str:
        return self.block.text[self.start : self.end]


class Home(NamedTuple):
    """The new block that holds most of an old one's characters; `same`: it is substantially that one."""

    block: TextBlock
    same: bool


@dataclass(frozen=True, eq=False)
class Crossing:
    """The way of one document from the old version to the new."""

    old: DocumentTrace
    new: DocumentTrace
    layer: Layer

    @classmethod
    def of(cls, old: DocumentTrace, new: DocumentTrace) -> Crossing:
        """The way from one version to the other."""
        return cls(old, new, between(old, new))

    def land(self, start: int, end: int) -> Landing | str:
        """Where the span `[start, end)` of the old text went, or why it went nowhere."""
        if self._is_within_rewritten(start) or self._is_within_rewritten(end):
            return REWRITTEN
        starts, ends = self.layer.project(np.array([start]), np.array([end]))
        surface = self.new.traced.text[starts[0] : ends[0]]
        new_start = int(starts[0]) + len(surface) - len(surface.lstrip())
        surface = surface.strip()
        new_end = new_start + len(surface)
        if not surface:
            return NOTHING_LEFT
        first, last = self._block_at(new_start), self._block_at(new_end - 1)
        if first != last:
            return f"its text is scattered over {last - first + 1} blocks"
        was = self.old.traced.text[start:end]
        if sum(map(surface.count, _STOPS)) > sum(map(was.count, _ANY_STOPS)):
            return NO_STRETCH
        block = self.new.blocks[first]
        grown = self._runs_on(end, new_end) or self._runs_in(start, new_start)
        return Landing(block, new_start - block.start, new_end - block.start, grown)

    def home(self, block: TextBlock) -> Home | None:
        """The block that took in most of a block of the old text; None where nothing is left of that."""
        at = self._standing[block.start : block.end]
        content = _content(block.text)
        counted = at[content & (at >= 0)]
        places = counted if len(counted) else at[at >= 0]
        if not len(places):
            return None
        numbers = np.searchsorted(self._starts, places, side="right") - 1
        shares = np.bincount(numbers)
        home = self.new.blocks[int(shares.argmax())]
        whole = max(int(content.sum()), int(_content(home.text).sum()))
        same = shares.max() >= _SAME * whole if whole else block.text == home.text
        return Home(home, bool(same))

    @cached_property
    def _starts(self) -> Sequence[int]:
        return [block.start for block in self.new.blocks]

    @cached_property
    def _standing(self) -> Offsets:
        return standing(self.layer, len(self.old.traced.text))

    def _block_at(self, place: int) -> int:
        return bisect_right(self._starts, place) - 1

    def _is_within_rewritten(self, edge: int) -> bool:
        """Whether an edge of a span lies inside a stretch for which another stands now."""
        edit = int(np.searchsorted(self.layer.starts, edge)) - 1
        return edit >= 0 and edge < self.layer.ends[edit] and bool(self.layer.inserted_lengths[edit])

    @cached_property
    def _beside(self) -> tuple[dict[int, tuple[str, str]], dict[int, tuple[str, str]]]:
        """What was taken out and put in by the edit that ends at a place, and by the one that begins there."""
        before: dict[int, tuple[str, str]] = {}
        behind: dict[int, tuple[str, str]] = {}
        taken = np.cumsum([0, *(self.layer.ends - self.layer.starts).tolist()]).tolist()
        for edit, (first, last) in zip(self.layer, pairwise(taken), strict=True):
            change = (self.layer.removed[first:last], edit.replacement)
            before[edit.end] = change
            behind.setdefault(edit.start, change)
        return before, behind

    def _runs_on(self, end: int, new_end: int) -> bool:
        text = self.new.traced.text
        change = self._beside[1].get(end)
        return change is not None and _joins(text[new_end - 1], text[new_end : new_end + 1], *change)

    def _runs_in(self, start: int, new_start: int) -> bool:
        text = self.new.traced.text
        change = self._beside[0].get(start)
        if change is None:
            return False
        removed, inserted = change
        return _joins(text[new_start], text[max(new_start - 1, 0) : new_start], removed[::-1], inserted[::-1])


def _joins(own: str, beside: str, removed: str, inserted: str) -> bool:
    """Whether a change at the edge of a span makes it run into what now stands beside it.

    It does where a word or a figure was put in, and where what parted two figures was taken out. `removed` and
    `inserted` begin at the edge.
    """
    put_in = inserted[:1].isalnum() and not removed[:1].isalnum()
    parted = bool(removed) and not removed[:1].isdecimal()
    return put_in or (parted and own.isdecimal() and beside.isdecimal())


def _content(text: str) -> NDArray[np.bool_]:
    """Which characters say what a block is about: Chinese ones and figures, not marks, blanks and readings."""
    return np.array([c.isdecimal() or (c.isalnum() and c >= "\u2e80") for c in text], dtype=bool)
