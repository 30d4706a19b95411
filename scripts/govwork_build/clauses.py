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


_UNSEEN = _Counts(0, 0, 0)
# Weight of the single character's counts beside its pair's, and of the average beside the character's.
_BACK_OFF = 2.0
# How much a seam between characters that belong together costs, beside the two probabilities.
_COHESION = 0.7


@cache
def _table() -> tuple[dict[str, _Counts], float, float, int]:
    rows = (files("govwork_build") / "tables" / "clauses.tsv").read_text("utf-8").splitlines()
    table = {}
    for row in rows:
        key, seen, ends, begins = row.split("\t")
        table[key] = _Counts(int(seen), int(ends), int(begins))
    single = [counts for key, counts in table.items() if len(key) == 1]
    total = sum(counts.seen for counts in single)
    return (
        table,
        sum(counts.ends for counts in single) / total,
        sum(counts.begins for counts in single) / total,
        total,
    )


def seam_score(text: str, at: int) -> float:
    """How well a clause may end at `text[:at]` and another begin at `text[at:]`; a log-odds, 0 is undecided.

    `text` must have at least two characters on both sides of `at`.
    """
    table, end_rate, begin_rate, total = _table()
    before, after = text[at - 2 : at], text[at : at + 2]

    def rate(pair: str, single: str, field: int, average: float) -> float:
        one, two = table.get(single, _UNSEEN), table.get(pair, _UNSEEN)
        backed = (one[field] + _BACK_OFF * average) / (one.seen + _BACK_OFF)
        return (two[field] + _BACK_OFF * backed) / (two.seen + _BACK_OFF)

    ends = rate(before, before[-1], 1, end_rate)
    begins = rate(after, after[0], 2, begin_rate)
    together = table.get(before[-1] + after[0], _UNSEEN).seen
    expected = table.get(before[-1], _UNSEEN).seen * table.get(after[0], _UNSEEN).seen / total
    cohesion = log((together + 0.5) / (expected + 0.5))
    return log(ends / (1 - ends)) + log(begins / (1 - begins)) - _COHESION * cohesion
