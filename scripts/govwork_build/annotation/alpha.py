"""Krippendorff's alpha from counts, so that a bootstrap can add them up again and again.

The definition is that of K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): one less the
disagreement that was observed over that which chance would bring. With n_c values c in all, n together, and o_ck
pairs of c and k within units, each pair of a unit of m values counting 1 / (m - 1), it is
1 - (n - 1) · Σ o_ck δ_ck / Σ n_c n_k δ_ck.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# Of two values: 0 for the same, at most 1.
Distance = Callable[[Any, Any], float]


class Coded(NamedTuple):
    """What each unit adds: how often each value stands in it (units, values), and its disagreement (units).

    `distances` are those between the values (values, values).
    """

    counts: Floats
    disagreement: Floats
    distances: Floats


def alpha(counts: Floats, disagreement: Floats, distances: Floats) -> Floats:
    """Alpha of summed counts (..., values) and disagreement (...); NaN where fewer than two values are in use."""
    expected = ((counts @ distances) * counts).sum(axis=-1)
    observed = (counts.sum(axis=-1) - 1) * disagreement
    ratio: Floats = np.divide(observed, expected, out=np.full_like(expected, np.nan), where=expected > 0)
    return 1 - ratio


def coded(units: Sequence[Sequence[Any]], distance: Distance) -> Coded:
    """The counts of units, each with the values that its annotators gave it; a unit with fewer than two adds none."""
    values = sorted({value for unit in units for value in unit})
    number = {value: i for i, value in enumerate(values)}
    made = Coded(
        np.zeros((len(units), len(values))),
        np.zeros(len(units)),
        np.array([[distance(a, b) for b in values] for a in values]).reshape(len(values), len(values)),
    )
    for row, unit in enumerate(units):
        if len(unit) > 1:
            numbers = [number[value] for value in unit]
            np.add.at(made.counts[row], numbers, 1)
            # Pairs count in both directions.
            between = sum(2 * float(made.distances[pair]) for pair in combinations(numbers, 2))
            made.disagreement[row] = between / (len(unit) - 1)
    return made


def nominal(first: Any, second: Any) -> float:
    """The distance of values that are the same or not."""
    return float(first != second)


def masi(first: Sequence[str], second: Sequence[str]) -> float:
    """The distance of sets by R. Passonneau, Measuring Agreement on Set-valued Items (MASI), LREC 2006.

    One less Jaccard's index times 1 for the same set, 2/3 where one holds the other, 1/3 where they only meet.

    >>> masi(["a"], ["a", "b"]) == 1 - 1 / 2 * 2 / 3
    True
    """
    a, b = set(first), set(second)
    if a == b:
        return 0.0
    monotonicity = 2 / 3 if a <= b or b <= a else 1 / 3
    return 1 - jaccard(a, b) * monotonicity


def jaccard(first: set[str], second: set[str]) -> float:
    """The share of what two sets have in common in all they have, of which there must be something."""
    return len(first & second) / len(first | second)
