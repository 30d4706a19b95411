"""Where headings, items and openings stand in a line that was once many: a report whose line breaks were lost.

`一、2018年主要工作回顾2018年是改革开放40周年…` holds a title that runs into its paragraph; `履一、履二、履三等5个村`
holds three villages. A number is a heading's only where a sentence may end before it and where it goes on with
the count; a title's end is found from what its paragraph repeats, from how clauses begin and end, and from
the shape it shares with its sisters.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from govwork.trace import Offsets, to_codes

from .run_in import LONGEST_TITLE, SHORTEST_CLAUSE, SHORTEST_REST, SURE, run_in_cuts

_NUMERALS = "一二三四五六七八九十"
_NUMERAL = re.compile(rf"[{_NUMERALS[:9]}]?十[{_NUMERALS[:9]}]?|[{_NUMERALS[:9]}]")
_SENTENCE_ENDS = "。！？：；!?:;…"
_CLOSERS = "”’》】）)"
_STOP = re.compile(r"[。！？：；!?]")
# Behind 、 an item may begin with a number of its own; behind a point that would be a decimal.
_NUMBER_END = re.compile(r"(\d{1,2})(、(?=[㐀-鿿“《（A-Za-z0-9])|[.．](?=[㐀-鿿“《（A-Za-z]))")
# 三、四月份; 二、三产业: numerals that count something, with a 、 between them.
_COUNTS = re.compile(r"[一二三四五六七八九十]{1,2}(?:、|产业|月|组|期|级|季|类|线|环|号|区|等|中学|小学)")
_CLAUSE_MARKS = frozenset("，、：；。！？")

# Numbers are found from the mark behind them, since marks are rarer than numerals.
_IS_NUMERAL, _IS_DIGIT, _ENDS_ONE, _ENDS_TWO, _ENDS_ITEM = 1, 2, 4, 8, 16
_CLASS = np.zeros(0x110000, dtype=np.uint8)
_CLASS[[ord(c) for c in _NUMERALS]] = _IS_NUMERAL
_CLASS[[ord(c) for c in "0123456789"]] = _IS_DIGIT
_CLASS[ord("、")] = _ENDS_ONE | _ENDS_ITEM
_CLASS[[ord(c) for c in "）)"]] = _ENDS_TWO
_CLASS[[ord(c) for c in ".．"]] = _ENDS_ITEM

# Scores are log-odds, on the scale of `run_in_cuts`.
_ALIKE, _POSSIBLE = 4.0, -6.5
_SAME_LENGTH, _NEAR_LENGTH = 6.0, 5.0
# A lead sentence with its stop is the rule on the second level and the exception on the first; a cut inside
# one must be clearly better.
_STOPPED = {1: -4.5, 2: 2.0}
_STOPPED_LENGTH, _PER_CHARACTER = 26, 0.08


class Heading(NamedTuple):
    """A numbered heading of a flattened line.

    `start` is where its number begins, `title_end` where its title or lead sentence ends. `ends` says how:
    `run_in` before the paragraph it ran into, `sentence` with a full stop, `alone` before the next heading.
    """

    start: int
    title_end: int
    level: Literal[1, 2]
    ends: Literal["run_in", "sentence", "alone"]


class _Mark(NamedTuple):
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
    marks: list[_Mark]
    items: list[Item]


def read_lines(text: str, starts: Offsets, ends: Offsets) -> list[Line]:
    """The lines `[starts, ends)` of a text, which are not empty."""
    classes = _CLASS.take(to_codes(text))
    numerals = _by_line(_number_ends(classes, _IS_NUMERAL, _ENDS_ONE | _ENDS_TWO), starts, ends)
    at = _number_ends(classes, _IS_DIGIT, _ENDS_ITEM)
    decimal = ((classes[at] & _ENDS_ONE) == 0) & ((classes.take(at + 1, mode="clip") & _IS_DIGIT) != 0)
    digits = _by_line(at[~decimal], starts, ends)
    lines = [text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    return list(map(_read_line, lines, numerals, digits))


def _number_ends(classes: NDArray[np.uint8], numbers: int, marks: int) -> Offsets:
    """Where a mark of one class stands behind a character of another."""
    return np.flatnonzero(((classes[1:] & marks) != 0) & ((classes[:-1] & numbers) != 0)) + 1


def _by_line(at: Offsets, starts: Offsets, ends: Offsets) -> list[list[int]]:
    """Places of a text as places of its lines; a line's first character is none of them."""
    line = np.searchsorted(starts, at, side="right") - 1
    inside = (line >= 0) & (at > starts[line]) & (at < ends[line])
    at, line = at[inside], line[inside]
    places = (at - starts[line]).tolist()
    return [places[a:b] for a, b in pairwise(np.searchsorted(line, np.arange(len(starts) + 1)).tolist())]


def _read_line(line: str, numeral_ends: list[int], digit_ends: list[int]) -> Line:
    items = list(_items(line, digit_ends)) if digit_ends else []
    return Line(line, list(_true_marks(line, numeral_ends, items)) if numeral_ends else [], items)


def _items(line: str, number_ends: list[int]) -> Iterator[Item]:
    """Numbers that are not the end of another number, an ordinal or a sum."""
    for end in number_ends:
        start = end - 2 if end > 1 and line[end - 2].isdigit() else end - 1
        match = _NUMBER_END.match(line, start)
        if match and (start == 0 or line[start - 1] not in "0123456789.．第%％+-"):
            yield Item(start, match.end(), int(match[1]), match[2])


def find_headings(lines: Sequence[Line]) -> list[list[Heading]]:
    """The numbered headings of each line, in order, with the ends of their titles."""
    titles = [[_Title.read(line, i) for i in range(len(line.marks))] for line in lines]
    open_titles = [title for its_titles in titles for title in its_titles if not title.alone]
    for title, cuts in zip(open_titles, run_in_cuts([title.text for title in open_titles]), strict=True):
        title.cuts = cuts
        # What is short and stands before the next heading is a title alone, unless it surely holds two.
        title.alone = title.short and not any(score >= SURE for score in cuts.values())
    for line, its_titles in zip(lines, titles, strict=True):
        for sisters in _sisters(line.marks) if its_titles else ():
            _settle([its_titles[i] for i in sisters])
    return [[title.heading() for title in its_titles] for its_titles in titles]


def numeral(text: str) -> int:
    """十二 → 12, for the numerals that number headings (up to 99)."""
    tens, ten, ones = text.rpartition("十")
    value = (_NUMERALS.index(tens) + 1 if tens else 1) * 10 if ten else 0
    return value + (_NUMERALS.index(ones) + 1 if ones else 0)


def _true_marks(line: str, number_ends: list[int], items: list[Item]) -> Iterator[_Mark]:
    """The numbers that head something: a sentence may end before them, and they continue a count."""
    # Counts of first-level headings that were interrupted by a count of their own.
    counts: list[int] = [0]
    second = 0
    last: _Mark | None = None
    for end in number_ends:
        level: Literal[1, 2] = 1 if line[end] == "、" else 2
        start = end
        while start > 0 and end - start < 3 and line[start - 1] in _NUMERALS:
            start -= 1
        printed = line[start:end]
        if level == 1 and _COUNTS.match(line, end + 1):
            continue
        start -= level == 2
        if start < 0 or (level == 2 and line[start] not in "（("):
            continue
        if not _may_begin(line, start, last) or not _NUMERAL.fullmatch(printed):
            continue
        value = numeral(printed)
        if level == 2:
            if (value != 1 and not 0 < second < value <= second + 3) or _is_clause(line, end + 1, items):
                continue
            second = value
        else:
            if value == 1:
                counts = [*counts, 1] if counts[-1] else [1]
            else:
                fitting = [i for i, count in enumerate(counts) if count < value <= count + 2]
                if not fitting:
                    continue
                counts = [*counts[: fitting[-1]], value]
            second = 0
        last = _Mark(start, end + 1, level, value)
        yield last


def _is_clause(line: str, start: int, items: list[Item]) -> bool:
    """Whether a bracketed number heads one clause of a sentence: `（一）…；（二）…。`, and no title before items."""
    stop = _STOP.search(line, start)
    if stop is None or stop.group() != "；":
        return False
    item = bisect_left(items, (start,))
    return item == len(items) or items[item].start > min(stop.start(), start + LONGEST_TITLE)


def _may_begin(line: str, at: int, last: _Mark | None) -> bool:
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


def _sisters(marks: list[_Mark]) -> Iterator[list[int]]:
    """Headings of one level under one parent, as lists of indices."""
    ones: list[int] = []
    twos: list[int] = []
    for i, mark in enumerate(marks):
        if mark.level == 1:
            ones.append(i)
            yield twos
            twos = []
        else:
            if mark.value == 1:
                yield twos
                twos = []
            twos.append(i)
    yield twos
    yield ones


class _Title:
    """A heading whose end is sought: the ways it may end, each with a score."""

    def __init__(self, mark: _Mark, text: str, stops: bool, alone: bool, short: bool = False) -> None:
        self.mark = mark
        self.text = text
        self.alone = alone
        self.short = short
        # Length of the title if it is cut there → score.
        self.cuts: dict[int, float] = {}
        self.sentence: float | None = _sentence_score(text, mark.level) if stops else None
        self.length = len(text)
        self.commas = 0
        self.run_in = False

    @classmethod
    def read(cls, line: Line, i: int) -> _Title:
        mark, text = line.marks[i], line.text
        limit = line.marks[i + 1].start if i + 1 < len(line.marks) else len(text)
        stop = _STOP.search(text, mark.end, limit)
        end = stop.start() if stop else limit
        item = bisect_left(line.items, (mark.end,))
        if item < len(line.items):
            start, after = line.items[item][:2]
            near = after < min(end, mark.end + LONGEST_TITLE + 1)
            if near and start - mark.end >= SHORTEST_CLAUSE and not text[after].isdigit():
                return cls(mark, text[mark.end : start], stops=False, alone=True)
        last = stop is None or not text[stop.end() : limit].strip(" \u3000")
        if last and len(text[mark.end : end].strip(" \u3000")) <= LONGEST_TITLE:
            return cls(mark, text[mark.end : limit].rstrip(" \u3000"), stops=False, alone=False, short=True)
        return cls(mark, text[mark.end : stop.end() if stop else limit], stops=not last, alone=False)

    def settle(self, bonus: Mapping[int, float] = MappingProxyType({})) -> None:
        """Decides for the best way to end, with what the sisters add to each length."""
        best, highest = len(self.text), self.sentence
        # From the shortest on, so that of equal lengths the shortest stays.
        for length, score in self.cuts.items():
            total = score + bonus.get(length, 0.0)
            if highest is None or total > highest:
                best, highest = length, total
        self.length, self.run_in = best, best < len(self.text)
        self.commas = self.text.count("，", 0, best)

    def best_near(self, length: int) -> tuple[int, float] | None:
        """The best possible cut within one character of `length`."""
        best = None
        for at in (length - 1, length, length + 1):
            if at in self.cuts:
                score = self.cuts[at] - abs(at - length)
                if best is None or score > best[1]:
                    best = at, score
        return None if best is None or best[1] < _POSSIBLE else best

    def heading(self) -> Heading:
        ends: Literal["run_in", "sentence", "alone"] = (
            "alone" if self.alone else "run_in" if self.run_in else "sentence"
        )
        return Heading(self.mark.start, self.mark.end + self.length, self.mark.level, ends)


def _sentence_score(text: str, level: int) -> float | None:
    """How likely the text up to its full stop is one lead sentence."""
    if len(text) > LONGEST_TITLE + SHORTEST_REST:
        return None
    return _STOPPED[level] - _PER_CHARACTER * max(0, len(text) - _STOPPED_LENGTH)


def _settle(titles: list[_Title]) -> None:
    """Titles of sisters have one shape: a length that fits them all is likelier than one that fits some."""
    open_titles = [title for title in titles if not title.alone]
    for title in open_titles:
        title.settle()
    if len(open_titles) < 3:
        return
    sure = any(score >= SURE for title in open_titles for score in title.cuts.values())
    shared = None if sure else _shared_cuts(open_titles)
    if shared:
        for title, length in zip(open_titles, shared, strict=True):
            title.settle({length: 99.0})
        return
    cut = [title for title in open_titles if title.run_in]
    for title in cut:
        like = [other for other in cut if other is not title and other.commas == title.commas]
        if len(like) >= 2:
            middle = sorted(other.length for other in like)[len(like) // 2]
            alike = _ends_alike(title, like)
            title.settle(
                {
                    length: _NEAR_LENGTH * (abs(length - middle) <= 2) + _ALIKE * share
                    for length, share in alike.items()
                }
            )


def _ends_alike(title: _Title, sisters: list[_Title]) -> dict[int, float]:
    """For each length the share of sisters that repeat a last character at its place: 新动能, 新活力, 新格局."""
    ends = ["".join([sister.text[sister.length - back] for sister in sisters]) for back in (1, 2, 3)]
    return {
        length: max([end.count(title.text[length - back]) for back, end in enumerate(ends, 1)]) / len(sisters)
        for length in title.cuts
    }


def _shared_cuts(titles: list[_Title]) -> list[int] | None:
    """A cut for each title, all of one length within a character, if together they beat the full stops."""
    best_total, best = 0.0, None
    stopped = sum(_POSSIBLE if title.sentence is None else title.sentence for title in titles)
    for length in {length for title in titles for length in title.cuts}:
        cuts: list[tuple[int, float]] = []
        for title in titles:
            cut = title.best_near(length)
            if cut is None:
                break
            cuts.append(cut)
        if len(cuts) < len(titles):
            continue
        total = sum(score + _SAME_LENGTH for _, score in cuts) - stopped
        if total > best_total:
            best_total, best = total, [at for at, _ in cuts]
    return best
