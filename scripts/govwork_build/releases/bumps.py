"""Versions of the data, and the steps between them.

A patch holds the same data; a minor release only more of it; a major one has records edited, removed, or moved
between splits. It is Croissant's rule, and holds below 1.0 too.
"""

from __future__ import annotations

import re
from typing import Literal, get_args

Bump = Literal["patch", "minor", "major"]
# From the smallest to the largest.
BUMPS: tuple[Bump, ...] = get_args(Bump)

_NUMBER = "(?:0|[1-9][0-9]*)"
VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}")


def version_numbers(version: str) -> tuple[int, ...]:
    """By which versions are ordered.

    >>> version_numbers("0.10.0") > version_numbers("0.9.3")
    True
    """
    return tuple(map(int, version.split(".")))


def step(old: str, new: str) -> Bump | None:
    """What bump leads from one version to another; None when the other is no later one.

    >>> step("0.1.0", "0.1.1"), step("0.1.9", "0.2.0"), step("0.1.0", "1.0.0"), step("0.2.0", "0.1.9")
    ('patch', 'minor', 'major', None)
    """
    if version_numbers(new) <= version_numbers(old):
        return None
    pairs = zip(version_numbers(old), version_numbers(new), strict=True)
    return BUMPS[::-1][[one != other for one, other in pairs].index(True)]


def bumped(version: str, bump: Bump) -> str:
    """The next version.

    >>> bumped("0.1.2", "patch"), bumped("0.1.2", "minor"), bumped("0.1.2", "major")
    ('0.1.3', '0.2.0', '1.0.0')
    """
    numbers = list(version_numbers(version))
    place = BUMPS[::-1].index(bump)
    return ".".join(map(str, [*numbers[:place], numbers[place] + 1, *[0] * (2 - place)]))
