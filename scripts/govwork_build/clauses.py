"""Where a clause may end and the next begin, though no mark says so: for titles that run into their paragraph.

Counts of how clauses begin and end (tables/clauses.tsv, made by scripts/make_clause_table.py) give each place a
score: how well what stands before it ends a clause, how well what follows begins one, and how seldom the two
characters at the seam stand together.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from math import log
from typing import NamedTuple


class _Counts(NamedTuple):
    seen: int
    ends: int
    begins: int


class _Scores(NamedTuple):
    """Log-odds by pair, and by single character for pairs never seen; what is in neither is `unseen`."""

    ends: dict[str, float]
    begins: dict[str, float]
    cohesion: dict[str, float]
    unseen_end: float
    unseen_begin: float
    seen: dict[str, int]
    total: int


# Weight of the single character's counts beside its pair's, and of the average beside the character's.
_BACK_OFF = 2.0
# How much a seam between characters that belong together costs, beside the two probabilities.
_COHESION = 0.7


def seam_score(text: str, at: int) -> float:
    """How well a clause may end at `text[:at]` and another begin at `text[at:]`; a log-odds, 0 is undecided.

    `text` must have at least two characters on both sides of `at`.
    """
    scores = _scores()
    before, after = text[at - 2 : at], text[at : at + 2]
    ends = scores.ends.get(before)
    if ends is None:
        ends = scores.ends.get(before[1], scores.unseen_end)
    begins = scores.begins.get(after)
    if begins is None:
        begins = scores.begins.get(after[0], scores.unseen_begin)
    together = scores.cohesion.get(before[1] + after[0])
    if together is None:
        together = _cohesion(0, scores.seen.get(before[1], 0) * scores.seen.get(after[0], 0) / scores.total)
    return ends + begins - together


@cache
def _scores() -> _Scores:
    """The table of counts as scores, worked out once."""
    counts: dict[str, _Counts] = {}
    for row in (files("govwork_build") / "tables" / "clauses.tsv").read_text("utf-8").splitlines():
        key, *numbers = row.split("\t")
        counts[key] = _Counts(*map(int, numbers))
    single = {key: value for key, value in counts.items() if len(key) == 1}
    total = sum(value.seen for value in single.values())

    def scored(field: int, inner: int) -> tuple[dict[str, float], float]:
        """Log-odds of one field; `inner` is the character of a pair whose counts back it up."""
        average = sum(value[field] for value in single.values()) / total
        rates = {key: (v[field] + _BACK_OFF * average) / (v.seen + _BACK_OFF) for key, v in single.items()}
        # A pair that was not seen rests on its inner character alone.
        odds = {key: _log_odds(rate) for key, rate in rates.items()}
        for key, value in counts.items():
            if len(key) == 2:
                backed = rates.get(key[inner], average)
                odds[key] = _log_odds((value[field] + _BACK_OFF * backed) / (value.seen + _BACK_OFF))
        return odds, _log_odds(average)

    ends, unseen_end = scored(1, 1)
    begins, unseen_begin = scored(2, 0)
    seen = {key: value.seen for key, value in single.items()}
    cohesion = {
        key: _cohesion(value.seen, seen.get(key[0], 0) * seen.get(key[1], 0) / total)
        for key, value in counts.items()
        if len(key) == 2
    }
    return _Scores(ends, begins, cohesion, unseen_end, unseen_begin, seen, total)


def _cohesion(together: int, expected: float) -> float:
    """How much oftener two characters stand together than their numbers would have it."""
    return _COHESION * log((together + 0.5) / (expected + 0.5))


def _log_odds(rate: float) -> float:
    return log(rate / (1 - rate))
