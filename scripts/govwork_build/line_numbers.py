"""The numbers in a line that may head a section or an item, where the line was once many.

`履一、履二、履三等5个村` holds three villages. A number is a heading's only where a sentence may end before it and
where it goes on with the count.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from govwork.codes import Codes, Offsets, from_codes, to_codes

from .item_numbers import numeral_value
from .run_in import LONGEST_TITLE

_NUMERALS = "一二三四五六七八九十"
_VALUE_OF = {
    printed: numeral_value(printed)
    for tens in ("", "十", *(digit + "十" for digit in _NUMERALS[:9]))
    for ones in ("", *_NUMERALS[:9])
    if (printed := tens + ones)
}
_SENTENCE_ENDS = "。！？：；!?:;…"
_CLOSERS = "”’》】）)"
STOP = re.compile(r"[。！？：；!?]")
# 三、四月份; 二、三产业: numerals that count something, with a 、 between them.
_COUNTS = re.compile(r"[一二三四五六七八九十]{1,2}(?:、|产业|月|组|期|级|季|类|线|环|号|区|等|中学|小学)")
_CLAUSE_MARKS = frozenset("，、：；。！？")

# Numbers are found from the mark behind them, since marks are rarer than numerals.
_IS_NUMERAL, _IS_DIGIT, _ENDS_ONE, _ENDS_TWO, _POINT, _PARTS, _OPENS, _BEGINS_ITEM, _GOES_ON = (
    1 << i for i in range(9)
)
_CLASS = np.zeros(0x110000, dtype=np.uint16)
_CLASS[[ord(c) for c in _NUMERALS]] = _IS_NUMERAL
_CLASS[[ord(c) for c in "0123456789"]] = _IS_DIGIT
_CLASS[ord("、")] = _ENDS_ONE
_CLASS[[ord(c) for c in "）)"]] = _ENDS_TWO
_CLASS[[ord(c) for c in ".．"]] = _POINT
_CLASS[[ord(c) for c in _SENTENCE_ENDS + _CLOSERS + " \u3000"]] |= _PARTS
_CLASS[[ord(c) for c in "（("]] |= _OPENS
_CLASS[0x3400:0xA000] |= _BEGINS_ITEM
_CLASS[[ord(c) for c in "“《（abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"]] |= _BEGINS_ITEM
# A number behind one of these is the end of another, an ordinal or a sum.
_CLASS[[ord(c) for c in "0123456789.．第%％+-"]] |= _GOES_ON
# A number with its bracket has no more characters.
_LONGEST_NUMBER = 4


class Mark(NamedTuple):
    """A number that heads a section: `一、` on level 1, `（一）` on level 2."""

    start: int
    end: int
    level: Literal[1, 2]
    value: int


class Item(NamedTuple):
    """A number that may head an item, `1、` or `2.`: where it begins, and where its mark ends."""

    start: int
    end: int
    value: int
    mark: str


class Line(NamedTuple):
    """A line in which headings are looked for, with the numbers that may head something in it."""

    text: str
    marks: list[Mark]
    items: list[Item]


def read_lines(text: str, starts: Offsets, ends: Offsets) -> list[Line]:
    """The lines `[starts, ends)` of a text, which are not empty."""
    codes = to_codes(text)
    classes = _CLASS.take(codes)
    headings = _by_line(_heading_ends(classes, starts), starts, ends)
    items = _items(codes, classes, starts, ends)
    lines = [text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    return [
        Line(line, list(_true_marks(line, its_ends, its_items)) if its_ends else [], its_items)
        for line, its_ends, its_items in zip(lines, headings, items, strict=True)
    ]


def _number_ends(classes: NDArray[np.uint16], numbers: int, marks: int) -> Offsets:
    """Where a mark of one class stands behind a character of another."""
    return np.flatnonzero(((classes[1:] & marks) != 0) & ((classes[:-1] & numbers) != 0)) + 1


def _heading_ends(classes: NDArray[np.uint16], starts: Offsets) -> Offsets:
    """Where numbers end that may head a section, going by what stands right before them.

    That is a bracket, or what parts; only near a line's beginning it may be anything.
    """
    at = _number_ends(classes, _IS_NUMERAL, _ENDS_ONE | _ENDS_TWO)
    before = [classes.take(at - back, mode="clip") for back in (2, 3, 4)]
    two = (before[0] & _IS_NUMERAL) != 0
    three = two & ((before[1] & _IS_NUMERAL) != 0)
    parted = np.where(three, before[2], np.where(two, before[1], before[0]))
    first_level = (classes[at] & _ENDS_ONE) != 0
    begin = np.append(starts, 0)[np.searchsorted(starts, at, side="right") - 1]
    early = at - begin <= LONGEST_TITLE + _LONGEST_NUMBER
    likely: Offsets = at[np.where(first_level, early | ((parted & _PARTS) != 0), (parted & _OPENS) != 0)]
    return likely


def _items(codes: Codes, classes: NDArray[np.uint16], starts: Offsets, ends: Offsets) -> list[list[Item]]:
    """The items of each line: numbers of up to two digits that are not the end of another, an ordinal or a sum."""
    at = _number_ends(classes, _IS_DIGIT, _ENDS_ONE | _POINT)
    following = classes.take(at + 1, mode="clip")
    # Behind 、 an item may begin with a number of its own; behind a point that would be a decimal.
    begins = ((following & _BEGINS_ITEM) != 0) | ((classes[at] & _ENDS_ONE != 0) & ((following & _IS_DIGIT) != 0))
    at = at[begins]
    two = (classes.take(at - 2, mode="clip") & _IS_DIGIT != 0) & (at > 1)
    begin = at - 1 - two
    whole = (begin == 0) | ((classes.take(begin - 1, mode="clip") & _GOES_ON) == 0)
    line = np.searchsorted(starts, at, side="right") - 1
    own = whole & (line >= 0) & (at < ends[line])
    at, begin, two, line = at[own], begin[own], two[own], line[own]
    digits = codes[np.stack((begin, at - 1))].astype(np.int64) - ord("0")
    values = digits[1] + 10 * digits[0] * two
    begin -= starts[line]
    items = list(map(Item, begin.tolist(), (at + 1 - starts[line]).tolist(), values.tolist(), from_codes(codes[at])))
    return [items[a:b] for a, b in pairwise(np.searchsorted(line, np.arange(len(starts) + 1)).tolist())]


def _by_line(at: Offsets, starts: Offsets, ends: Offsets) -> list[list[int]]:
    """Places of a text as places of its lines; a line's first character is none of them."""
    line = np.searchsorted(starts, at, side="right") - 1
    inside = (line >= 0) & (at > starts[line]) & (at < ends[line])
    at, line = at[inside], line[inside]
    places = (at - starts[line]).tolist()
    return [places[a:b] for a, b in pairwise(np.searchsorted(line, np.arange(len(starts) + 1)).tolist())]


def _true_marks(line: str, number_ends: list[int], items: list[Item]) -> Iterator[Mark]:
    """The numbers that head something: a sentence may end before them, and they continue a count."""
    # Counts of first-level headings that were interrupted by a count of their own.
    counts: list[int] = [0]
    second = 0
    last: Mark | None = None
    for end in number_ends:
        level: Literal[1, 2] = 1 if line[end] == "、" else 2
        start = end
        while start > 0 and end - start < 3 and line[start - 1] in _NUMERALS:
            start -= 1
        value = _VALUE_OF.get(line[start:end])
        if value is None or (level == 1 and _COUNTS.match(line, end + 1)):
            continue
        if level == 2:
            start -= 1
            follows = value == 1 or 0 < second < value <= second + 3
            if not follows or start < 0 or line[start] not in "（(" or not _may_begin(line, start, last):
                continue
            if _is_clause(line, end + 1, items):
                continue
            second = value
        else:
            fitting = [i for i, count in enumerate(counts) if count < value <= count + 2]
            if not (value == 1 or fitting) or not _may_begin(line, start, last):
                continue
            # A count that goes on ends those begun within it; a new one may interrupt the last.
            goes_on = counts[: fitting[-1]] if value > 1 else [count for count in counts if counts[-1]]
            counts = [*goes_on, value]
            second = 0
        last = Mark(start, end + 1, level, value)
        yield last


def _is_clause(line: str, start: int, items: list[Item]) -> bool:
    """Whether a bracketed number heads one clause of a sentence: `（一）…；（二）…。`, and no title before items."""
    stop = STOP.search(line, start)
    if stop is None or stop.group() != "；":
        return False
    item = bisect_left(items, (start,))
    return item == len(items) or items[item].start > min(stop.start(), start + LONGEST_TITLE)


def _may_begin(line: str, at: int, last: Mark | None) -> bool:
    before = at - 1
    while before >= 0 and line[before] in " \u3000":
        before -= 1
    while before >= 0 and line[before] in _CLOSERS:
        before -= 1
    if before < 0 or line[before] in _SENTENCE_ENDS:
        return True
    if last is None and at <= LONGEST_TITLE and _CLAUSE_MARKS.isdisjoint(line[:at]):
        # Only the document's title stands before its first heading.
        return True
    # A heading may follow a heading without any mark; nothing else stands between them.
    if last is None or not 2 <= at - last.end <= LONGEST_TITLE or line[at] not in "（(":
        return False
    return not any(mark in line[last.end : at] for mark in "。！？；")
