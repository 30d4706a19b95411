"""Where headings stand in a line that was once many: a report whose line breaks were lost.

`一、2018年主要工作回顾2018年是改革开放40周年…` holds a title that runs into its paragraph. Where it ends
is found from what its paragraph repeats, from how clauses begin and end, and from the shape its sisters share.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple

from .line_numbers import STOP, Line, Mark
from .run_in import LONGEST_TITLE, SHORTEST_CLAUSE, SHORTEST_REST, SURE, run_in_cuts

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


def _sisters(marks: list[Mark]) -> Iterator[list[int]]:
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

    def __init__(self, mark: Mark, text: str, stops: bool, alone: bool, short: bool = False) -> None:
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
        stop = STOP.search(text, mark.end, limit)
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
