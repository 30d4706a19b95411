"""How the number styles of a document nest, and so the level of each of its headings and items."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from functools import cmp_to_key
from itertools import pairwise
from typing import NamedTuple

from .item_numbers import STYLES

# Evidence that one style stands within another must outweigh convention by this much.
_SURE = 2


class Mark(NamedTuple):
    """A numbered line, by style and value, or a heading without a number (style and value None)."""

    style: str | None
    value: int


PLAIN = Mark(None, 0)


def levels(marks: Sequence[Mark]) -> list[int]:
    """The level of each mark of one part of a document, 1 for the highest style it uses.

    A style that begins anew behind an item of another stands within it; where the part does not show it,
    convention decides (一、 above （一） above 1. above （1）). A heading without a number stands above the style
    that begins anew behind it, below the one whose count runs on across it, else on level 1.
    """
    order = _order(marks)
    place = _place_of_plain(marks, order)
    level_of: dict[str | None, int] = {style: i + 1 + (i >= place[0]) * place[1] for i, style in enumerate(order)}
    level_of[None] = place[0] + 1 if place[1] else 1
    found = [level_of[mark.style] for mark in marks]
    for i in _restarts_within(marks, order[0] if order else None):
        found[i] += 1
    return found


def _order(marks: Sequence[Mark]) -> list[str]:
    """The numbered styles in use, the highest first."""
    begins: Counter[tuple[str | None, str | None]] = Counter()
    for before, mark in pairwise(marks):
        if mark.value == 1 and before.style != mark.style:
            begins[before.style, mark.style] += 1

    def higher_first(one: str, other: str) -> int:
        evidence = begins[one, other] - begins[other, one]
        return -evidence if abs(evidence) >= _SURE else STYLES.index(one) - STYLES.index(other)

    used = dict.fromkeys(mark.style for mark in marks if mark.style)
    return sorted(used, key=cmp_to_key(higher_first))


def _place_of_plain(marks: Sequence[Mark], order: list[str]) -> tuple[int, int]:
    """How many styles stand above headings without a number, and whether these have a level to themselves."""
    below, opens = -1, False
    before: Mark | None = None
    crossed = False
    for mark in marks:
        if mark.style is None:
            crossed = True
            continue
        if crossed and before and mark == Mark(before.style, before.value + 1):
            below = max(below, order.index(mark.style))
        opens = opens or (crossed and mark.value == 1)
        before, crossed = mark, False
    if below >= 0:
        return below + 1, 1
    return 0, int(opens)


def _restarts_within(marks: Sequence[Mark], top: str | None) -> list[int]:
    """Marks of the top style that count anew within an item of it, which the count takes up again after them.

    A report may number the parts of its first section 一 to 五 under the section's own 一; then follows 二.
    """
    run = [i for i, mark in enumerate(marks) if mark.style == top and top is not None]
    plain = [i for i, mark in enumerate(marks) if mark.style is None]
    found: list[int] = []
    at = 1
    while at < len(run):
        end = at + 1
        if marks[run[at]].value == 1:
            while end < len(run) and marks[run[end]].value == marks[run[end - 1]].value + 1:
                end += 1
            outer = marks[run[at - 1]].value
            resumes = end < len(run) and marks[run[end]].value == outer + 1
            if resumes and bisect(plain, run[at - 1]) == bisect(plain, run[end]):
                found += run[at:end]
        at = end
    return found
