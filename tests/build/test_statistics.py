"""Statistics of annotations: counts by hand, and what became of pre-annotated spans."""

from __future__ import annotations

import json
from typing import Any

import pytest
from annotated import annotations_of, collections
from cases import load
from hypothesis import given, settings
from screens import shown

from govwork_build.annotation.records import Annotation, Block, Span
from govwork_build.annotation.scheme import scheme
from govwork_build.annotation.statistics import Assistance, Part, statistics
from govwork_build.annotation.statistics_view import statistics_tables
from govwork_build.errors import CorpusError

CASE: dict[str, Any] = load("annotations/statistics.json")
ANNOTATIONS = [each for entry in CASE["blocks"] for each in annotations_of(entry)]
PREDICTIONS = {
    block_id: tuple(Span(name, start, end, label, values) for name, label, start, end, values in spans)
    for block_id, spans in CASE["predictions"].items()
}
WRONG = {(block_id, name) for block_id, name in CASE["wrong"]}


@pytest.mark.parametrize("row", CASE["rows"], ids=lambda row: " ".join(map(str, list(row.values())[:3])))
def test_counts(row: dict[str, Any]) -> None:
    """Every row of the file, counted by hand, is there as it is."""
    assert row in statistics(ANNOTATIONS, PREDICTIONS, WRONG).rows()


def test_rows_are_json_and_name_all_of_the_scheme() -> None:
    rows = json.loads(json.dumps(statistics([]).rows()))
    counted = {name: sum(row["statistic"] == name for row in rows) for name in ("label", "attribute", "relation")}
    made = scheme()
    assert counted == {"label": len(made.labels), "attribute": len(made.controls), "relation": len(made.relations)}
    assert sum(row["statistic"] == "choice" for row in rows) == sum(map(len, made.choices.values()))


def test_of_nothing_there_is_no_mean() -> None:
    """Without spans and times, mean and median are undefined, and so it is shown."""
    made = statistics([])
    assert {label.mean_length for label in made.labels} == {None}
    assert made.parts == (Part("collection", "", 0, 0, 0, 0, 0, None),)
    assert made.assistance == Assistance(0, 0, 0, 0, 0, 0)
    assert "pre-annotated" not in shown(statistics_tables(made))
    assert "nan" not in shown(statistics_tables(made))


@given(collections())
@settings(max_examples=25, deadline=None)
def test_parts_add_up(annotations: list[Annotation]) -> None:
    """Documents, and annotators, each make up the whole collection; order changes nothing."""
    made = statistics(annotations)
    whole = made.parts[0]
    for of in ("document", "annotator"):
        parts = [part for part in made.parts if part.of == of]
        assert sum(part.annotations for part in parts) == whole.annotations == len(annotations)
        assert sum(part.spans for part in parts) == whole.spans == sum(label.spans for label in made.labels)
        assert sum(part.relations for part in parts) == whole.relations == sum(made.relations.values())
    assert statistics(annotations[::-1]).rows() == made.rows()


@given(collections(("x",)))
@settings(max_examples=25, deadline=None)
def test_what_is_left_as_it_was_is_kept(annotations: list[Annotation]) -> None:
    """Whoever submits the predictions as they are keeps all; whoever deletes all has removed all."""
    predictions = {each.block.block_id: each.spans for each in annotations}
    wrong = {(each.block.block_id, span.id) for each in annotations for span in each.spans}

    def assistance(spans: bool) -> Assistance:
        assisted = [
            Annotation(each.block, "x", None, "task", (), (), "", each.spans if spans else (), (), assisted=True)
            for each in annotations
        ]
        return statistics(assisted, predictions, wrong).assistance

    assert assistance(True) == Assistance(len(annotations), len(wrong), 0, 0, len(wrong), len(wrong))
    assert assistance(False) == Assistance(len(annotations), 0, 0, len(wrong), len(wrong), 0)
    assert statistics(annotations, predictions).assistance.annotations == 0


def test_a_wrong_prediction_that_is_none_is_refused() -> None:
    with pytest.raises(CorpusError, match="d:0: no pre-annotation has the id q9; name one of the block's"):
        statistics(ANNOTATIONS, PREDICTIONS, {("d:0", "q9")})


def test_the_tables_fit_80_columns() -> None:
    block = Block("d" * 40 + ":0", "d" * 40, 0, "0.1.0", "", "全市")
    made = statistics([*ANNOTATIONS, Annotation(block, "x", None, "task", (), (), "", (), ())], PREDICTIONS, WRONG)
    lines = shown(statistics_tables(made)).splitlines()
    assert not [line for line in lines if "…" in line]
    assert [line.split() for line in lines if line.startswith(("kept", "changed", "removed"))] == [
        ["kept", "3", "50%"], ["changed", "2", "33%"], ["removed", "1", "17%"],
    ]  # fmt: skip
