"""Unit lists: what separates, what is shared, second names, catch-alls, rules, and that no string breaks them."""

from __future__ import annotations

import time
from typing import Any

import pytest
from cases import load
from hypothesis import given
from hypothesis import strategies as st

from govwork_build.item_numbers import read_number
from govwork_build.targets import defers_target, is_target_overview
from govwork_build.unit_labels import roles
from govwork_build.unit_lines import head_leader, leader_of, statements, without_lists
from govwork_build.units import default_supporters, parse_units

Case = dict[str, Any]


def cases(name: str, key: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "case", [pytest.param(case, id=case[key]) for case in load(f"structure/{name}.json")]
    )


# Words and marks of the genre, so that brackets, separators and labels meet; and arbitrary text.
PARTS = st.sampled_from(load("structure/parts.json"))
ANY_TEXT = st.lists(PARTS, max_size=30).map("".join) | st.text(alphabet=st.characters(codec=None, categories=None))


@cases("units", "why")
def test_units_of_a_list(case: Case) -> None:
    expected = [
        (unit["surface"], unit.get("name", unit["surface"]), unit.get("alias"), unit.get("catch_all", False))
        for unit in case["units"]
    ]
    found = parse_units(case["list"])
    assert [(unit.surface, unit.name, unit.alias, unit.catch_all) for unit in found] == expected
    assert {unit.basis for unit in found} <= {"stated"}


@cases("default_rules", "why")
def test_default_supporters(case: Case) -> None:
    found = default_supporters(case["text"])
    assert [unit.name for unit in found] == case["names"]
    assert all((unit.start, unit.end, unit.basis) == (None, None, "default") for unit in found)


@cases("unit_lines", "why")
def test_lists_of_a_line(case: Case) -> None:
    line = case["line"]
    found = statements(line)
    assert [[one.sense, line[one.start : one.end]] for one in found] == case["lists"]
    assert without_lists(line, found) == case["words"]
    assert leader_of(line) == case["leader"]


@cases("leader_heads", "title")
def test_leader_of_a_heading(case: Case) -> None:
    assert head_leader(case["title"]) == case["leader"]


@pytest.mark.parametrize("case", load("structure/numbers.json"))
def test_number_of_a_line(case: Case) -> None:
    found = read_number(case["line"], case.get("expected"), case.get("row", False))
    number = found and [found.style, found.printed, found.value, case["line"][found.end :]]
    assert number == case["number"]


@cases("deferred_targets", "text")
def test_deferred_target(case: Case) -> None:
    assert defers_target(case["text"]) is case["deferred"]


@cases("target_overviews", "text")
def test_target_overview(case: Case) -> None:
    assert is_target_overview(case["text"]) is case["overview"]


def test_responsible_and_main_units_support_only_beside_a_unit_that_leads() -> None:
    assert roles(["responsible"]) == ["lead"]
    assert roles(["main"]) == ["lead"]
    assert roles(["responsible", "support"]) == ["lead", "support"]
    assert roles(["first", "main"]) == ["lead", "support"]
    assert roles(["first", "responsible", "support"]) == ["lead", "support", "support"]


@given(text=ANY_TEXT)
def test_every_unit_stands_where_it_says(text: str) -> None:
    end = 0
    for unit in parse_units(text):
        assert unit.start is not None
        assert unit.end is not None
        assert end <= unit.start < unit.end <= len(text)
        assert text[unit.start : unit.end] == unit.surface
        assert unit.name
        end = unit.end


@given(text=ANY_TEXT)
def test_every_list_stands_in_its_line(text: str) -> None:
    line = text.replace("\n", "")
    for one in statements(line):
        assert 0 <= one.outer_start <= one.start < one.end <= one.outer_end <= len(line)
    default_supporters(text)
    head_leader(line)
    leader_of(line)
    read_number(line, 2, True)


@given(text=ANY_TEXT)
def test_ascii_marks_read_as_full_width_ones(text: str) -> None:
    ascii_text = text.translate(str.maketrans("，；：（）", ",;:()"))
    full_text = text.translate(str.maketrans(",;:()", "，；：（）"))
    assert [unit.start for unit in parse_units(ascii_text)] == [unit.start for unit in parse_units(full_text)]


@pytest.mark.parametrize(
    "part",
    [
        "市",
        "（",
        "（牵头）",
        "和",
        "市、",
        "各县、",
        "及市发改委和",
        "“",
        "责任",
        "责任单位：",
        "按职责分工",
        "等部门",
        "为配合单位，",
    ],
)
def test_time_grows_with_the_length(part: str) -> None:
    text = part * (60_000 // len(part))
    started = time.perf_counter()
    parse_units(text)
    statements(text)
    default_supporters(text[:6_000])
    # Seconds where the work is linear, minutes where it is not.
    assert time.perf_counter() - started < 10
