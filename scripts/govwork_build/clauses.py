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

import numpy as np
from numpy.typing import NDArray

from govwork.codes import Codes, Offsets

from .key_index import KeyIndex

Scores = NDArray[np.float64]

# Code points need 21 bits.
_SHIFT = 21


class _Counts(NamedTuple):
    seen: int
    ends: int
    begins: int


class _Table(NamedTuple):
    """Log-odds by pair, and by single character for pairs never seen.

    A pair's scores stand where `pairs` says, a character's where `number_of` says; 0 is one never seen.
    """

    pairs: KeyIndex
    pair_ends: Scores
    pair_begins: Scores
    cohesion: Scores
    number_of: NDArray[np.uint16]
    ends: Scores
    begins: Scores
    seen: Offsets
    total: int


# Weight of the single character's counts beside its pair's, and of the average beside the character's.
_BACK_OFF = 2.0
# How much a seam between characters that belong together costs, beside the two probabilities.
_COHESION = 0.7


def seam_scores(before: tuple[Codes, Codes], after: tuple[Codes, Codes]) -> Scores:
    """How well a clause may end with two characters and another begin with two; log-odds, 0 is undecided."""
    table = _table()
    last, first = before[1], after[0]
    found = table.pairs.find(_keys(*before))
    ends = np.where(found >= 0, table.pair_ends[found], table.ends[table.number_of.take(last)])
    found = table.pairs.find(_keys(*after))
    begins = np.where(found >= 0, table.pair_begins[found], table.begins[table.number_of.take(first)])
    found = table.pairs.find(_keys(last, first))
    together = table.cohesion[found]
    apart = np.flatnonzero(found < 0)
    seen = table.seen[table.number_of[last[apart]]] * table.seen[table.number_of[first[apart]]] / table.total
    together[apart] = [_cohesion(0, expected) for expected in seen.tolist()]
    scores: Scores = ends + begins - together
    return scores


def _keys(first: Codes, second: Codes) -> Offsets:
    return (first.astype(np.int64) << _SHIFT) | second


@cache
def _table() -> _Table:
    """The table of counts as scores, worked out once."""
    counts: dict[str, _Counts] = {}
    for row in (files("govwork_build") / "tables" / "clauses.tsv").read_text("utf-8").splitlines():
        key, *numbers = row.split("\t")
        counts[key] = _Counts(*map(int, numbers))
    single = {key: value for key, value in counts.items() if len(key) == 1}
    total = sum(value.seen for value in single.values())

    pairs = {key: value for key, value in counts.items() if len(key) == 2}
    number_of = np.zeros(0x110000, dtype=np.uint16)
    number_of[[ord(key) for key in single]] = np.arange(1, len(single) + 1)

    def scored(field: int, inner: int) -> tuple[Scores, Scores]:
        """Log-odds of one field by character and by pair; `inner` is the pair's character that backs it up."""
        average = sum(value[field] for value in single.values()) / total
        rates = {key: (v[field] + _BACK_OFF * average) / (v.seen + _BACK_OFF) for key, v in single.items()}
        # A pair that was not seen rests on its inner character alone.
        alone = [_log_odds(average), *map(_log_odds, rates.values())]
        paired = [
            _log_odds((v[field] + _BACK_OFF * rates.get(key[inner], average)) / (v.seen + _BACK_OFF))
            for key, v in pairs.items()
        ]
        return np.array(alone), np.array(paired)

    ends, pair_ends = scored(1, 1)
    begins, pair_begins = scored(2, 0)
    seen = {key: value.seen for key, value in single.items()}
    cohesion = [
        _cohesion(value.seen, seen.get(key[0], 0) * seen.get(key[1], 0) / total) for key, value in pairs.items()
    ]
    index = KeyIndex(np.array([ord(key[0]) << _SHIFT | ord(key[1]) for key in pairs], dtype=np.int64))
    return _Table(
        index,
        pair_ends,
        pair_begins,
        np.array(cohesion),
        number_of,
        ends,
        begins,
        np.array([0, *seen.values()]),
        total,
    )


def _cohesion(together: int, expected: float) -> float:
    """How much oftener two characters stand together than their numbers would have it."""
    return _COHESION * log((together + 0.5) / (expected + 0.5))


def _log_odds(rate: float) -> float:
    return log(rate / (1 - rate))
