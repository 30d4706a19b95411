"""How likely a character is behind two others by what stands on a page itself, for many pages at once.

The chances are those of `NGrams` with one kind of text, which is the page. A page is short and asked about a few
times: its tables hold what it has and no more, and those of all pages are looked up together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from govwork.codes import Codes, Offsets

from .key_index import KeyIndex
from .language_model import CLASSES, Asked, Scores, Seconds, known_shares, shares_left

# A key is the number of a page, which is less than 2¹⁵, and up to three classes.
_BITS = 16
_CLASS = CLASSES - 1


class PageNGrams:
    """The chances of characters behind two others on each of some pages.

    A class has a number of its own among those met on the pages, from 1; one met on none has 0. `_first` and
    `_one_left` are by page and this number. What cannot be found stands in the last row of the other tables.
    """

    def __init__(self, pages: Sequence[Codes]) -> None:
        """`pages` are the classes of each page's characters; a page may be empty."""
        joined = np.concatenate(pages).astype(np.int64)
        of_page = np.repeat(np.arange(len(pages)), [len(page) for page in pages])
        (pairs, pair_counts), (triples, triple_counts) = _runs(joined, of_page)
        behind = np.zeros(len(pairs))
        inner, inner_counts = np.unique(
            (triples >> 3 * _BITS) << 2 * _BITS | triples & (1 << 2 * _BITS) - 1, return_counts=True
        )
        behind[np.searchsorted(pairs, inner)] = inner_counts

        met = np.unique(joined)
        self._width = len(met) + 1
        self._numbers = np.zeros(CLASSES, dtype=np.int64)
        self._numbers[met] = np.arange(1, self._width)
        size = len(pages) * self._width
        before = self._slots(pairs >> 2 * _BITS, pairs >> _BITS & _CLASS)
        after = self._slots(pairs >> 2 * _BITS, pairs & _CLASS)
        stands_behind = np.bincount(after, minlength=size).reshape(len(pages), -1)
        whole = np.maximum(stands_behind.sum(axis=1, keepdims=True), 1)
        self._first: Scores = (stands_behind / whole).ravel()
        total: Scores = np.bincount(before, weights=behind, minlength=size).astype(np.float64)
        self._one_left = shares_left(before, behind, total)
        self._two = np.append(known_shares(behind, total[before]), 0.0)
        parents = np.searchsorted(pairs, triples >> _BITS)
        self._two_left = np.append(shares_left(parents, triple_counts, pair_counts), 1.0)
        self._three = np.append(known_shares(triple_counts, pair_counts[parents]), 0.0)
        self._twos, self._threes = KeyIndex(pairs), KeyIndex(triples)

    def chances(self, asked: Asked) -> tuple[Scores, Offsets]:
        """The chance of each character on its page, and where it stands with the one before it among the pairs."""
        of = np.repeat(np.arange(len(asked.counts)), asked.counts)
        pairs = (asked.pages << _BITS | asked.before) << _BITS | asked.last
        before_rows = self._twos.find(pairs)
        first = self._first.take((asked.pages * self._width).take(of) + self._numbers.take(asked.following))
        one_left = self._one_left.take(self._slots(asked.pages, asked.last))
        behind = one_left.take(of) * first
        # What no pair ends with need not be looked up.
        met = np.flatnonzero(first)
        rows = np.full(len(first), -1)
        rows[met] = found = self._twos.find(_pair(asked.pages, asked.last)[of[met]] << _BITS | asked.following[met])
        behind[met] += self._two.take(found, mode="wrap")
        behind *= self._two_left.take(before_rows, mode="wrap").take(of)
        known = met[before_rows[of[met]] >= 0]
        behind[known] += self._three[self._threes.find(pairs[of[known]] << _BITS | asked.following[known])]
        return behind, rows

    def chances_behind(self, asked: Asked, rows: Offsets, seconds: Seconds) -> Scores:
        """The chance of each second character behind the one asked for and the one before that, on its page.

        `rows` is what `chances` told with the chances.
        """
        pages = np.repeat(asked.pages, asked.counts)
        first = self._first.take((pages * self._width).take(seconds.behind) + self._numbers.take(seconds.following))
        # Most seconds are characters that the page has not, or stand behind one, and need not be looked up.
        met = np.flatnonzero(first)
        found: Scores = np.zeros(len(first))
        found[met] = self._one_left.take(self._slots(pages, asked.following)).take(seconds.behind[met]) * first[met]
        met = met[(self._numbers.take(asked.following) > 0).take(seconds.behind[met])]
        behind, following = seconds.behind[met], seconds.following[met]
        pairs = _pair(pages, asked.following)
        found[met] += self._two.take(self._twos.find(pairs[behind] << _BITS | following), mode="wrap")
        known = np.flatnonzero(rows[behind] >= 0)
        at, behind, following = met[known], behind[known], following[known]
        last = np.repeat(asked.last, asked.counts)[behind]
        runs = (_pair(pages[behind], last) << _BITS | asked.following[behind]) << _BITS | following
        found[at] *= self._two_left[rows[behind]]
        found[at] += self._three[self._threes.find(runs)]
        return found

    def _slots(self, pages: Offsets, classes: Offsets) -> Offsets:
        return pages * self._width + self._numbers.take(classes)


def _runs(classes: Offsets, pages: Offsets) -> Iterator[tuple[Offsets, Scores]]:
    """The keys of all runs of two and of three, sorted, and how often each stands on its page."""
    for length in (2, 3):
        keys = pages[: len(pages) - length + 1]
        inside = keys == pages[length - 1 :]
        for i in range(length):
            keys = keys << _BITS | classes[i : len(classes) - length + 1 + i]
        keys, counts = np.unique(keys[inside], return_counts=True)
        yield keys, counts.astype(np.float64)


def _pair(pages: Offsets, classes: Offsets) -> Offsets:
    """The page and one class, to which another is to come."""
    return pages << _BITS | classes
