"""Confidence intervals by the bootstrap: what was drawn is drawn again, with repeats, as often as there are units."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .alpha import Floats

DRAWS = 2000
_SEED = 0
_QUANTILES = (0.025, 0.975)


class Interval(NamedTuple):
    """Bounds between which a figure lies in 95 of 100 draws."""

    low: float
    high: float


def draws(units: int) -> Floats:
    """How often each unit is in each draw (draws, units); always the same for so many units."""
    drawn = np.random.default_rng(_SEED).multinomial(units, np.full(units, 1 / units), size=DRAWS)
    return drawn.astype(np.float64)


def interval(figures: Floats) -> Interval | None:
    """The interval of a figure from its value in each draw; draws where it has none (NaN) tell nothing of it."""
    defined = figures[~np.isnan(figures)]
    return Interval(*np.quantile(defined, _QUANTILES).tolist()) if len(defined) else None
