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
        # The last one stands for what is not there.
        self._keys = np.append(keys, _NONE)
        self._places = np.full(self._last + 1, _NONE, dtype=np.int32)
        waiting = np.arange(len(keys))
        slots = self._first_slots(keys)
        while len(waiting):
            free = self._places[slots] == _NONE
            # Where several want one slot, one of them has it, and the others go on.
            self._places[slots[free]] = waiting[free]
            out = self._places[slots] != waiting
            waiting, slots = waiting[out], (slots[out] + 1) & self._last

    def find(self, keys: Offsets) -> Offsets:
        """The place of each key, or -1."""
        slots = self._first_slots(keys)
        found = self._places.take(slots).astype(np.int64)
        others = np.flatnonzero((self._keys.take(found, mode="wrap") != keys) & (found != _NONE))
        while len(others):
            slots[others] = (slots[others] + 1) & self._last
            found[others] = there = self._places[slots[others]]
            others = others[(self._keys[there] != keys[others]) & (there != _NONE)]
        return found

    def _first_slots(self, keys: Offsets) -> NDArray[np.int64]:
        return ((keys.view(np.uint64) * _MULTIPLIER) >> self._shift).view(np.int64)
