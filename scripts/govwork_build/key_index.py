"""A look-up of many numbers at once: where each stands in a table, found by hashing.

A binary search among 100,000 keys misses the cache at nearly every step; this one looks at one slot or two.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from govwork.codes import Offsets

# Knuth's multiplier: 2⁶⁴ divided by the golden ratio.
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_NONE = -1


class KeyIndex:
    """Unique non-negative numbers, each with its place in the order given.

    A key lies in the first slot free at or behind the one its hash names.
    """

    def __init__(self, keys: Offsets) -> None:
        self._shift = np.uint64(64 - (4 * len(keys) + 1).bit_length())
        self._last = (1 << (64 - int(self._shift))) - 1
        self._keys = np.full(self._last + 1, _NONE, dtype=np.int64)
        self._places = np.full(self._last + 1, _NONE, dtype=np.int64)
        waiting = np.arange(len(keys))
        slots = self._first_slots(keys)
        while len(waiting):
            free = self._keys[slots] == _NONE
            # Where several want one slot, one of them has it, and the others go on.
            self._places[slots[free]] = waiting[free]
            self._keys[slots[free]] = keys[self._places[slots[free]]]
            out = self._places[slots] != waiting
            waiting, slots = waiting[out], (slots[out] + 1) & self._last

    def find(self, keys: Offsets) -> Offsets:
        """The place of each key, or -1."""
        slots = self._first_slots(keys)
        seen = self._keys.take(slots)
        found: Offsets = np.where(seen == keys, self._places.take(slots), _NONE)
        others = np.flatnonzero((seen != keys) & (seen != _NONE))
        while len(others):
            slots[others] = (slots[others] + 1) & self._last
            seen = self._keys[slots[others]]
            found[others] = np.where(seen == keys[others], self._places[slots[others]], _NONE)
            others = others[(seen != keys[others]) & (seen != _NONE)]
        return found

    def _first_slots(self, keys: Offsets) -> NDArray[np.int64]:
        return ((keys.view(np.uint64) * _MULTIPLIER) >> self._shift).view(np.int64)
