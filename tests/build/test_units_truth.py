"""The units of fifty tasks, against the hand-made truth: surfaces, names, second names, catch-alls, one by one."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from cases import load, source_text

from govwork_build.units import parse_units

TRUTH = load("truth/units.json")
# Tasks on which the truth and the reader differ, each with its reason: none.
KNOWN_TO_DIFFER: dict[tuple[str, int | None, int], str] = {}
_FULL_WIDTH = str.maketrans(",:;!?()", "，：；！？（）")
_ANNEX = re.compile(r"附件\s*(\d)\s*$")
_ITEM = re.compile(r"(\d{1,3})[、.](?!\d)")
_LIST = re.compile(r"(责任|牵头|配合)单位\s*[:：]\s*(.*)")


@cache
def lists(source: str) -> dict[tuple[int | None, int, str], str]:
    """The unit lists of a raw source, by annex, number of the task, and role; not read by the code under test."""
    found: dict[tuple[int | None, int, str], str] = {}
    annex: int | None = None
    number = 0
    for raw in source_text(source).splitlines():
        line = raw.replace("\u00a0", " ").strip()
        if mark := _ANNEX.match(line):
            annex, number = int(mark[1]), 0
        elif item := _ITEM.match(line):
            number = int(item[1])
        elif (stated := _LIST.match(line)) and number:
            found[annex, number, "support" if stated[1] == "配合" else "lead"] = stated[2]
    return found


def full_width(text: str) -> str:
    return text.translate(_FULL_WIDTH)


def params() -> list[Any]:
    found = []
    for task in TRUTH:
        place = (task["source_id"][:3], task["annex"], task["number"])
        marks = [pytest.mark.xfail(reason=KNOWN_TO_DIFFER[place], strict=True)] if place in KNOWN_TO_DIFFER else []
        found.append(pytest.param(task, id="-".join(map(str, place)), marks=marks))
    return found


@pytest.mark.parametrize("width", [str, full_width], ids=["as printed", "full width"])
@pytest.mark.parametrize("task", params())
def test_units_are_those_of_the_truth(task: dict[str, Any], width: Callable[[str], str]) -> None:
    for role in ("lead", "support"):
        printed = lists(task["source_id"][:3]).get((task["annex"], task["number"], role), "")
        found = [(u.surface, u.name, u.alias, u.catch_all, u.basis) for u in parse_units(width(printed))]
        assert found == [
            (width(u["surface"]), width(u["name"]), u["alias"] and width(u["alias"]), u["catch_all"], u["basis"])
            for u in task[role]
        ]


def test_the_truth_covers_both_sources() -> None:
    assert len(TRUTH) == 50
    assert sum(len(task["lead"]) + len(task["support"]) for task in TRUTH) > 300
