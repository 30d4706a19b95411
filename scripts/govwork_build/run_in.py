"""Where the title of a numbered heading may end in the paragraph it ran into, and how well: many titles at once.

Titles are rows of a grid of characters, and each of its columns is a length that a title may have. What a title's
paragraph repeats, and words that begin paragraphs or end titles, are the cues; where there are none, counts of
how clauses begin and end decide (`clauses.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from govwork.codes import Offsets, to_codes

from .clauses import Scores, seam_scores

Flags = NDArray[np.bool_]

# A title is seldom shorter or longer, its clauses have some length, and so has the sentence after it.
SHORTEST_TITLE, LONGEST_TITLE, SHORTEST_CLAUSE, SHORTEST_REST = 6, 46, 4, 6
# Scores are log-odds, on the scale of `seam_scores`.
SURE, OFTEN, GENRE = 8.0, 3.0, 6.0
_UNLIKE, _MOST_UNLIKE = 0.5, 4.0

# Where a paragraph surely begins, and where it often does. Each alternative of these patterns begins with a
# character, not a group: only then does the scan skip to where one may begin, which is many times faster.
_SURE_OPENERS = re.compile(r"一是|尊敬的各位代表|各位代表|刚刚过去|过去的?一年")
_OPENERS = re.compile(
    r"一年来|今年|当前|我们|我[省市县区乡镇]|为此|全[年市县区乡镇]|累计|截至|坚持以|以习近平|到20\d\d年"
    r"|各(?:级|有关|相关)部门"
)
# How the genre's titles end; some are no more than that.
_TITLE_ENDS = re.compile(
    r"回顾|自身建设|目标任务|主要任务|重点任务|重点工作|工作任务|工作安排|工作思路|工作打算|工作计划|发展成就"
    r"|总体要求|指导思想|工作目标|主要目标|总体目标|发展目标|基本原则|保障措施|组织保障|组织领导|工作要求|工作措施"
    r"|完成情况|工作情况|进展情况|存在的?(?:主要)?问题"
)
# A year; a plan's period, to which a quotation mark before it belongs.
_YEAR = re.compile(r"\d\d{3}年")
_PLAN = re.compile(r"十[一二三四五]五”?时期")

# A row holds the longest title and the longest cue behind it, `“十四五”时期`; then a break, which no cue crosses.
_SEEN = LONGEST_TITLE + 7
_ROW = _SEEN + 1
_LENGTHS = np.arange(1, LONGEST_TITLE + 1, dtype=np.int16)

_MARK, _NO_BEGINNING, _NO_END, _COMMA, _PARTS, _OPENS, _CLOSES = 1, 2, 4, 8, 16, 32, 64
_CLAUSE_MARKS = "，、：；。！？"


@cache
def _classes() -> NDArray[np.uint8]:
    """For each code point what it means for a title's end."""
    table = np.zeros(0x110000, dtype=np.uint8)
    table[np.char.isdigit(np.arange(len(table), dtype=np.uint32).view("U1"))] |= _NO_END
    for characters, meaning in (
        (_CLAUSE_MARKS, _MARK | _NO_BEGINNING),
        ("”）》和与及的之", _NO_BEGINNING),
        # A title does not end with a word that wants another.
        ("（《.在至到于从和与及比对为向以的之把将被让使所", _NO_END),
        ("，", _COMMA | _PARTS),
        ("、", _PARTS),
        ("“", _OPENS),
        ("”", _CLOSES),
    ):
        table[[ord(c) for c in characters]] |= meaning
    return table


def run_in_cuts(texts: Sequence[str]) -> list[dict[int, float]]:
    """For each text, which begins with a title and goes up to the first stop: the title's length → its score."""
    if not texts:
        return []
    joined = "".join([f"{text[:_SEEN]:\n<{_ROW}}" for text in texts])
    grid = to_codes(joined).reshape(-1, _ROW)
    sizes = np.minimum([len(text) for text in texts], _ROW + SHORTEST_REST).astype(np.int16)[:, None]
    classes = _classes().take(grid)
    before, after = classes[:, :LONGEST_TITLE], classes[:, 1 : LONGEST_TITLE + 1]
    marks = (before & _MARK) != 0
    clause_starts = np.maximum.accumulate(marks * _LENGTHS, axis=1)
    quoted = _running(before == _OPENS) != _running((before & _CLOSES) != 0)
    may_end = (sizes - _LENGTHS >= SHORTEST_CLAUSE) & (_LENGTHS >= SHORTEST_CLAUSE) & ~marks & ~quoted
    may_end &= ((before & _NO_END) == 0) & ((after & _NO_BEGINNING) == 0)

    # A paragraph that names the year of its title again: the surest sign there is.
    period, again = _periods(joined, len(texts))
    scores = np.zeros(may_end.shape)
    scores[again] = 2 * SURE
    sure = _found(_SURE_OPENERS, joined, len(texts)) & ~again
    scores[sure] = SURE
    certain = may_end & (again | sure)

    # What follows is long enough for a sentence, and its first clause for a clause.
    soon = ((classes & _MARK) != 0)[:, 1:]
    no_rest = soon[:, :LONGEST_TITLE] | soon[:, 1 : LONGEST_TITLE + 1] | soon[:, 2 : LONGEST_TITLE + 2]
    genre = _found(_TITLE_ENDS, joined, len(texts), ends=True)
    guess = may_end & ~certain & ~no_rest & ((_LENGTHS >= SHORTEST_TITLE) | genre)
    guess &= (_LENGTHS - clause_starts >= SHORTEST_CLAUSE) & (sizes - _LENGTHS >= SHORTEST_REST)
    rows, columns = np.nonzero(guess)
    guessed = seam_scores(
        (grid[rows, columns - 1], grid[rows, columns]), (grid[rows, columns + 1], grid[rows, columns + 2])
    )
    guessed -= _UNLIKE * _unlikeness(before, rows, columns)
    cues = OFTEN * (_found(_OPENERS, joined, len(texts)) | period) + GENRE * genre
    scores[rows, columns] = guessed + cues[rows, columns]

    rows, columns = np.nonzero(certain | guess)
    bounds = np.searchsorted(rows, np.arange(len(texts) + 1)).tolist()
    pairs = list(zip((columns + 1).tolist(), scores[rows, columns].tolist(), strict=True))
    return [dict(pairs[bounds[i] : bounds[i + 1]]) for i in range(len(texts))]


def _found(cue: re.Pattern[str], joined: str, rows: int, ends: bool = False) -> Flags:
    """For each title and length, whether a cue begins, or ends, there."""
    flags = np.zeros((rows, _ROW), dtype=bool)
    flags.ravel()[[match.end() if ends else match.start() for match in cue.finditer(joined)]] = True
    return flags[:, 1 : LONGEST_TITLE + 1]


def _periods(joined: str, rows: int) -> tuple[Flags, Flags]:
    """For each title and length, whether a year or a plan's period begins there, and whether it did before."""
    flags, again = np.zeros((2, rows, _ROW), dtype=bool)
    years = [match.start() for match in _YEAR.finditer(joined)]
    plans = [at - joined.endswith("“", 0, at) for at in (match.start() for match in _PLAN.finditer(joined))]
    for start in years + plans:
        row, length = divmod(start, _ROW)
        flags[row, length] = True
        again[row, length] = joined.find(joined[start : start + 4], row * _ROW) < start
    return flags[:, 1 : LONGEST_TITLE + 1], again[:, 1 : LONGEST_TITLE + 1]


def _unlikeness(classes: NDArray[np.uint8], rows: Offsets, columns: Offsets) -> Scores:
    """How far the last clause of a title is from the length of those before it; they are mostly parallel."""
    parts = (classes & _PARTS) != 0
    counts = np.maximum(_running(parts)[rows, columns], 1).astype(np.int64)
    last = np.maximum.accumulate(parts * _LENGTHS, axis=1)[rows, columns].astype(np.int64)
    unlike = np.minimum(np.abs(columns + 1 - last - (last - counts) / counts), _MOST_UNLIKE)
    with_comma = np.logical_or.accumulate((classes & _COMMA) != 0, axis=1)[rows, columns]
    return np.where(with_comma, unlike, 0.0)


def _running(flags: Flags) -> NDArray[np.int16]:
    """How many of each title's characters are flagged, up to each length."""
    return np.cumsum(flags, axis=1, dtype=np.int16)
