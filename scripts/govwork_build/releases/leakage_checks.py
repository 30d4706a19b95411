"""The checks of `govwork check` on leakage between splits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..findings import Severity
from .leakage import LONG, MOST_LEAKED, NEAR, Leakage

_TOLD = 3

LEAKAGE_CHECKS: dict[str, tuple[Severity, str]] = {
    "L101": (
        "error",
        f"at most {MOST_LEAKED:.0%} of the characters of a split stand in blocks of {LONG} characters or more that "
        "repeat one of an earlier split",
    ),
    "L102": (
        "warning",
        f"no block of {LONG} characters or more repeats one of an earlier split: {NEAR:.0%} of the 5-grams of the "
        "shorter one, or more",
    ),
}


class LeakageFinding(NamedTuple):
    """One thing found wrong: the check's id, the place, and what is wrong there."""

    check: str
    place: str
    message: str


def leakage_findings(leakage: Leakage) -> Iterator[LeakageFinding]:
    """Of each split its share where it is too much, else its pairs."""
    for split, found in leakage.splits.items():
        rows = [row for row in leakage.rows if row["split"] == split]
        if found.too_much:
            pairs = [f"{row['block_id']} and {row['other_block_id']}" for row in rows[:_TOLD]]
            more = f" and {len(rows) - _TOLD} pairs more" if len(rows) > _TOLD else ""
            message = (
                f"{found.share:.1%} of its characters stand in long blocks that an earlier split has too "
                f"({', '.join(pairs)}{more}); put the documents in one split, or withdraw one"
            )
            yield LeakageFinding("L101", split, message)
            continue
        for row in rows:
            message = (
                f"repeats {row['other_block_id']} of {row['other_split']}, with {row['containment']:.0%} of the "
                "5-grams of the shorter one; see whether the documents belong in one split"
            )
            yield LeakageFinding("L102", row["block_id"], message)
