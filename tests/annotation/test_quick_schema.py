"""A fast yes is a yes of jsonschema, whatever became of an export."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govwork_build.annotation.export_schema import export_schema
from govwork_build.annotation.exports import read_export
from govwork_build.annotation.quick_schema import quick_check
from govwork_build.annotation.scheme import scheme

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads(export_schema(scheme()))
VALID = json.loads((ROOT / "tests" / "data" / "annotations" / "valid.json").read_text("utf-8"))
_WORDS = ("", "x", "labels", "relation", "choices", "textarea", "entity", "qty_lo", "0.1.0")
_PARTS: tuple[Any, ...] = ([], ["x"], ["x", "y"], [1], {}, {"id": 1}, {"start": 0, "end": 1, "labels": ["QTY"]})
VALUES = st.sampled_from([None, True, 0, -1, 1.5, 1.0, {"text": ["x"]}, *_WORDS, *_PARTS])


def places(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The keys that lead to every part of a value."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, part in parts for place in ((*before, key), *places(part, (*before, key)))]


@st.composite
def altered(draw: st.DrawFn) -> Any:
    """An export in which some parts are gone or others."""
    made = copy.deepcopy(VALID)
    for _ in range(draw(st.integers(0, 2))):
        *way, last = draw(st.sampled_from(places(made)))
        part = made
        for key in way:
            part = part[key]
        if draw(st.booleans()):
            del part[last]
        else:
            part[last] = copy.deepcopy(draw(VALUES))
        if not places(made):
            break
    return made


@given(altered())
def test_it_is_true_of_what_fits_and_of_no_other(export: Any) -> None:
    fits = quick_check(SCHEMA, SCHEMA)(export)
    assert fits == jsonschema.Draft202012Validator(SCHEMA).is_valid(export) or (not fits and "1.0" in repr(export))


def test_a_keyword_that_is_not_known_is_refused() -> None:
    with pytest.raises(KeyError, match="oneOf"):
        quick_check({"oneOf": []}, {})


def test_a_misfit_among_many_is_told_by_its_own_place(tmp_path: Path) -> None:
    tasks = [copy.deepcopy(VALID[0]) | {"id": number} for number in range(50)]
    del tasks[33]["data"]["text"]
    del tasks[41]["id"]
    path = tmp_path / "export.json"
    path.write_text(json.dumps(tasks), "utf-8")
    _, problem = read_export(path)
    assert "at 2 places, the first of them task 33, data: 'text' is a required property" in problem
    del tasks[33]
    path.write_text(json.dumps(tasks), "utf-8")
    assert "at task no. 41: 'id' is a required property" in read_export(path)[1]
