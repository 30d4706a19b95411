"""Where headings, items and openings stand in a line that was once many: a report whose line breaks were lost.

`一、2018年主要工作回顾2018年是改革开放40周年…` holds a title that runs into its paragraph; `履一、履二、履三等5个村`
holds three villages. A number is a heading's only where a sentence may end before it and where it goes on with
the count; a title's end is found from what its paragraph repeats, from how clauses begin and end, and from
the shape it shares with its sisters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from govwork.trace import to_codes

from .clauses import seam_score

Cut = tuple[int, str]

_NUMERALS = "一二三四五六七八九十"
_NUMERAL = re.compile(rf"[{_NUMERALS[:9]}]?十?[{_NUMERALS[:9]}]?")
_SENTENCE_ENDS = "。！？：；!?:;…"
_CLOSERS = "”’》】）)"
# A title is seldom shorter or longer, its clauses have some length, and so has the sentence after it.
_SHORTEST_TITLE, _LONGEST_TITLE, _SHORTEST_CLAUSE, _SHORTEST_REST = 6, 46, 4, 6
# Where a paragraph surely begins, and where it often does.
_SURE_OPENERS = re.compile(r"一是|各位代表|刚刚过去|过去的?一年")
_OPENERS = re.compile(r"一年来|今年|当前|我们|我[省市县区乡镇]|为此")
# How the genre's first-level titles end.
_TITLE_ENDS = re.compile(
    r"回顾|自身建设|目标任务|主要任务|重点工作|工作任务|工作安排|工作思路|发展成就|总体要求"
)
_PERIOD = re.compile(r"\d{4}年|“?十[一二三四五六七]五”?时期")
_CLAUSE_MARKS = "，、：；。！？"
_MARKS = frozenset(_CLAUSE_MARKS)
_NO_BEGINNING = _CLAUSE_MARKS + "”）》和与及的之"
_NUMBER_END = re.compile(r"(\d{1,2})([、.．])(?=[㐀-鿿“《])")

# Numbers are found from the mark behind them, since marks are rarer than numerals.
_IS_NUMERAL, _IS_DIGIT, _ENDS_ONE, _ENDS_TWO, _ENDS_ITEM = 1, 2, 4, 8, 16
_CLASS = np.zeros(0x110000, dtype=np.uint8)
_CLASS[[ord(c) for c in _NUMERALS]] = _IS_NUMERAL
_CLASS[[ord(c) for c in "0123456789"]] = _IS_DIGIT
_CLASS[ord("、")] = _ENDS_ONE | _ENDS_ITEM
_CLASS[[ord(c) for c in "）)"]] = _ENDS_TWO
_CLASS[[ord(c) for c in ".．"]] = _ENDS_ITEM

# Scores are log-odds, on the scale of `seam_score`.
_SURE, _OFTEN, _GENRE, _ALIKE = 8.0, 3.0, 6.0, 4.0
_POSSIBLE = -6.5
_SAME_LENGTH, _NEAR_LENGTH = 6.0, 5.0
# A lead sentence with its stop is the rule on the second level and the exception on the first; a cut inside
# one must be clearly better.
_STOPPED = {1: -4.5, 2: 2.0}
_UNLIKE = 0.5
_STOPPED_LENGTH, _PER_CHARACTER = 26, 0.08


@dataclass(frozen=True)
class Heading:
    """A numbered heading of a flattened line.

    `start` is where its number begins, `title_end` where its title or lead sentence ends. `ends` says how:
    `run_in` before the paragraph it ran into, `sentence` with a full stop, `alone` before the next heading.
    """

    start: int
    title_end: int
    level: Literal[1, 2]
    ends: Literal["run_in", "sentence", "alone"]


@dataclass(frozen=True)
class _Mark:
    start: int
    end: int
    level: Literal[1, 2]
    value: int


def enumeration(line: str) -> Iterator[re.Match[str]]:
    """Numbers that may head an item: `1、`, `2.`; not the end of another number, an ordinal or a sum."""
    for end in _number_ends(line, _IS_DIGIT, _ENDS_ITEM):
        start = end - 2 if end > 1 and line[end - 2].isdigit() else end - 1
        match = _NUMBER_END.match(line, start)
        if match and (start == 0 or line[start - 1] not in "0123456789.．第%％+-"):
            yield match


def _number_ends(line: str, numbers: int, marks: int) -> list[int]:
    """Where a mark of one class stands behind a character of another."""
    classes = _CLASS[to_codes(line)]
    found = (classes[1:] & marks).astype(bool) & (classes[:-1] & numbers).astype(bool)
    ends: list[int] = (np.flatnonzero(found) + 1).tolist()
    return ends


def find_headings(line: str) -> list[Heading]:
    """The numbered headings of one line, in order, with the ends of their titles."""
    marks = list(_true_marks(line))
    titles = [_Title.read(line, marks, i) for i in range(len(marks))]
    for sisters in _sisters(marks):
        _settle([titles[i] for i in sisters])
    return [title.heading() for title in titles]


def numeral(text: str) -> int:
    """十二 → 12, for the numerals that number headings (up to 99)."""
    tens, ten, ones = text.rpartition("十")
    value = (_NUMERALS.index(tens) + 1 if tens else 1) * 10 if ten else 0
    return value + (_NUMERALS.index(ones) + 1 if ones else 0)


def _true_marks(line: str) -> Iterator[_Mark]:
    """The numbers that head something: a sentence may end before them, and they continue a count."""
    # Counts of first-level headings that were interrupted by a count of their own.
    counts: list[int] = [0]
    second = 0
    last: _Mark | None = None
    for end in _number_ends(line, _IS_NUMERAL, _ENDS_ONE | _ENDS_TWO):
        level: Literal[1, 2] = 1 if line[end] == "、" else 2
        start = end
        while start > 0 and end - start < 3 and line[start - 1] in _NUMERALS:
            start -= 1
        printed = line[start:end]
        start -= level == 2
        if start < 0 or (level == 2 and line[start] not in "（("):
            continue
        if not _may_begin(line, start, last) or not _NUMERAL.fullmatch(printed):
            continue
        value = numeral(printed)
        if level == 2:
            if not (value == 1 or second < value <= second + 3):
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


def _may_begin(line: str, at: int, last: _Mark | None) -> bool:
    before = at - 1
    while before >= 0 and line[before] in " \u3000":
        before -= 1
    while before >= 0 and line[before] in _CLOSERS:
        before -= 1
    if before < 0 or line[before] in _SENTENCE_ENDS:
        return True
    # A heading may follow a heading without any mark; nothing else stands between them.
    if last is None or not 2 <= at - last.end <= _LONGEST_TITLE or line[at] not in "（(":
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

    def __init__(self, mark: _Mark, text: str, stops: bool, alone: bool) -> None:
        self.mark = mark
        self.text = text
        self.alone = alone
        # Length of the title if it is cut there → score.
        self.cuts: dict[int, float] = {} if alone else dict(_run_in_cuts(text))
        self.sentence: float | None = _sentence_score(text, mark.level) if stops else None
        self.length = len(text)
        self.run_in = False

    @classmethod
    def read(cls, line: str, marks: list[_Mark], i: int) -> _Title:
        mark = marks[i]
        limit = marks[i + 1].start if i + 1 < len(marks) else len(line)
        region = line[mark.end : limit]
        stop = re.search(r"[。！？：；!?]", region)
        before_stop = region[: stop.start()] if stop else region
        item = next(enumeration(before_stop[: _LONGEST_TITLE + 1]), None)
        if item and item.start() >= _SHORTEST_CLAUSE:
            return cls(mark, region[: item.start()], stops=False, alone=True)
        last = stop is None or not region[stop.end() :].strip(" \u3000")
        if last and len(before_stop.strip(" \u3000")) <= _LONGEST_TITLE:
            return cls(mark, region.rstrip(" \u3000"), stops=False, alone=True)
        return cls(mark, region[: stop.end()] if stop else region, bool(stop) and not last, alone=False)

    def settle(self, bonus: dict[int, float] | None = None) -> None:
        """Decides for the best way to end, with what the sisters add to each length."""
        scored = {length: score + (bonus or {}).get(length, 0.0) for length, score in self.cuts.items()}
        best = max(scored, key=lambda length: (scored[length], -length), default=None)
        self.run_in = best is not None and (self.sentence is None or scored[best] > self.sentence)
        self.length = best if best is not None and self.run_in else len(self.text)

    @property
    def commas(self) -> int:
        return self.text.count("，", 0, self.length)

    def best_near(self, length: int) -> tuple[int, float] | None:
        """The best possible cut within one character of `length`."""
        near = {
            at: self.cuts[at] - abs(at - length) for at in range(length - 1, length + 2) if at in self.cuts
        }
        best = max(near, key=lambda at: near[at], default=None)
        return None if best is None or near[best] < _POSSIBLE else (best, near[best])

    def heading(self) -> Heading:
        ends: Literal["run_in", "sentence", "alone"] = (
            "alone" if self.alone else "run_in" if self.run_in else "sentence"
        )
        return Heading(self.mark.start, self.mark.end + self.length, self.mark.level, ends)


def _run_in_cuts(text: str) -> Iterator[tuple[int, float]]:
    """Where a title may end before the first stop, and how well."""
    last = min(len(text) - _SHORTEST_CLAUSE, _LONGEST_TITLE)
    periods = {match.start(): match[0][:4] for match in _PERIOD.finditer(text)}
    sure = {match.start() for match in _SURE_OPENERS.finditer(text)}
    often = {match.start() for match in _OPENERS.finditer(text)}
    ends = {match.end() for match in _TITLE_ENDS.finditer(text)}
    quoted, clause_start = 0, 0
    for length in range(1, last + 1):
        before, after = text[length - 1], text[length]
        quoted += (before == "“") - (before == "”")
        if before in _CLAUSE_MARKS:
            clause_start = length
            continue
        if (
            length < _SHORTEST_CLAUSE
            or quoted
            or before in "（《"
            or before.isdigit()
            or after in _NO_BEGINNING
        ):
            continue
        carries_on = before in "在至到于从和与比对为向以"
        if length in periods:
            # A paragraph that names the year of its title again: the surest sign there is.
            if text.find(periods[length]) < length and not carries_on:
                yield length, 2 * _SURE
        elif length in sure and not carries_on:
            yield length, _SURE
        elif (
            length >= _SHORTEST_TITLE
            and length - clause_start >= _SHORTEST_CLAUSE
            and _has_rest(text, length)
        ):
            score = seam_score(text, length) - _UNLIKE * _unlikeness(text[:length])
            score += _OFTEN * (length in often and not carries_on) + _GENRE * (length in ends)
            yield length, score


def _has_rest(text: str, length: int) -> bool:
    """Whether what follows a title is long enough for a sentence, and its first clause for a clause."""
    rest = text[length : length + _SHORTEST_REST]
    return len(rest) == _SHORTEST_REST and _MARKS.isdisjoint(rest[:3])


def _sentence_score(text: str, level: int) -> float | None:
    """How likely the text up to its full stop is one lead sentence."""
    if len(text) > _LONGEST_TITLE + _SHORTEST_REST:
        return None
    return _STOPPED[level] - _PER_CHARACTER * max(0, len(text) - _STOPPED_LENGTH)


def _unlikeness(title: str) -> float:
    """How far the last clause of a title is from the length of those before it; they are mostly parallel."""
    *others, last = title.replace("、", "，").split("，") if "，" in title else [title]
    return min(abs(len(last) - sum(map(len, others)) / len(others)), 4.0) if others else 0.0


def _settle(titles: list[_Title]) -> None:
    """Titles of sisters have one shape: a length that fits them all is likelier than one that fits some."""
    open_titles = [title for title in titles if not title.alone]
    for title in open_titles:
        title.settle()
    if len(open_titles) < 3:
        return
    sure = any(score >= _SURE for title in open_titles for score in title.cuts.values())
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
            title.settle(
                {
                    length: _NEAR_LENGTH * (abs(length - middle) <= 2)
                    + _ALIKE * _end_alike(title.text[:length], like)
                    for length in title.cuts
                }
            )


def _end_alike(title: str, sisters: list[_Title]) -> float:
    """The share of sisters that repeat one of the title's last characters at its place: 新动能, 新活力, 新格局."""
    return max(
        sum(sister.text[sister.length - back] == title[-back] for sister in sisters) for back in range(1, 4)
    ) / len(sisters)


def _shared_cuts(titles: list[_Title]) -> list[int] | None:
    """A cut for each title, all of one length within a character, if together they beat the full stops."""
    best_total, best = 0.0, None
    stopped = sum(_POSSIBLE if title.sentence is None else title.sentence for title in titles)
    for length in {length for title in titles for length in title.cuts}:
        near = [title.best_near(length) for title in titles]
        cuts = [cut for cut in near if cut is not None]
        total = sum(score + _SAME_LENGTH for _, score in cuts) - stopped
        if len(cuts) == len(titles) and total > best_total:
            best_total, best = total, [at for at, _ in cuts]
    return best
