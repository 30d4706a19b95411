"""What is made of an annotation and read again is the same: Label Studio's form, gold lines, marked text."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from strategies import annotated

from govwork_build.annotation.adjudication import Decision, adjudication_task, differences_of, pairs_by_block
from govwork_build.annotation.checks import annotations_made, examine
from govwork_build.annotation.exports import annotation_of
from govwork_build.annotation.gold import Gold, decided, gold_lines, gold_of
from govwork_build.annotation.inline import marked, parse
from govwork_build.annotation.records import Annotation, Block, Span
from govwork_build.annotation.results import results
from govwork_build.errors import CorpusError


def task_of(annotation: Annotation) -> dict[str, Any]:
    block = annotation.block
    names = ("block_id", "doc_id", "start", "corpus_version", "text_sha256", "text")
    data = {name: getattr(block, name) for name in names} | {"guideline_version": annotation.guideline_version}
    return {"id": 1, "data": data, "annotations": [exported(annotation)]}


def exported(annotation: Annotation, number: int = 1) -> dict[str, Any]:
    made = json.loads(json.dumps(results(annotation)))
    return {"id": number, "completed_by": number, "result": made, "was_cancelled": False}


@given(annotated())
def test_an_annotation_comes_back_from_label_studios_form(annotation: Annotation) -> None:
    task = task_of(annotation)
    read = annotation_of(task["annotations"][0], task)
    assert read == replace(annotation, relations=read.relations)
    assert set(read.relations) == set(annotation.relations)
    (examined,) = examine(task, None, annotations_made([task])).annotations
    assert (examined.sound, examined.found) == (read, ())


@given(annotated())
def test_an_annotation_comes_back_from_a_gold_line(annotation: Annotation) -> None:
    gold = Gold(annotation, ("annotator-1", "annotator-2"), (Decision("block_kind", ("task", "plan"), "task"),))
    (line,) = gold_lines([gold]).splitlines()
    assert gold_of(json.loads(line), annotation.block.text) == gold


@given(annotated())
def test_spans_come_back_from_a_marked_text(annotation: Annotation) -> None:
    spans = tuple(
        replace(span, attributes={key: value.replace(" ", "") for key, value in span.attributes.items()})
        for span in annotation.spans
    )
    assert parse(marked(annotation.block.text, spans), annotation.block.text) == spans


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("新增⟦6万人", "has no end"),
        ("新增6万人|QTY q⟧", "does not begin"),
        ("新增⟦6万人|QTY⟧", "write `|LABEL id"),
        ("新增⟦6万人|QTY q lo⟧", "write `|LABEL id"),
        ("⟦新增|CHG a⟧⟦6万人|QTY a⟧", "the id a stands twice"),
        ("新增⟦5万人|QTY q⟧", "is not the block's text: '新增5万人' for '新增6万人'"),
    ],
)
def test_a_mark_that_is_not_whole_is_told(written: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("|", r"\|")):
        parse(written, "新增6万人")


def test_marks_hold_others() -> None:
    spans = parse("⟦⟦婺城区|REG r code=330702⟧政府|ORG o role=lead⟧", "婺城区政府")
    assert spans == (Span("o", 0, 5, "ORG", {"role": "lead"}), Span("r", 0, 3, "REG", {"code": "330702"}))


@given(annotated())
def test_annotators_who_agree_differ_in_nothing_and_the_task_is_filled(annotation: Annotation) -> None:
    both = [annotation, replace(annotation, annotator="annotator-2")]
    assert differences_of(both, annotation) == []
    task = adjudication_task(task_of(annotation), both)
    filled = {"result": task["predictions"][0]["result"], "completed_by": 3, "id": 9, "was_cancelled": False}
    read = annotation_of(filled, task)
    places = [(span.start, span.end, span.label, span.attributes) for span in annotation.spans]
    assert [(span.start, span.end, span.label, span.attributes) for span in read.spans] == places
    assert (read.kind, set(read.topics), read.flags) == (annotation.kind, set(annotation.topics), annotation.flags)
    assert len(read.relations) == len(annotation.relations)
    assert task["data"]["differences"] == ""


def test_each_difference_is_decided_on_record() -> None:
    text = "确保新增就业6万人"
    first = parse("⟦确保|MOD m⟧⟦新增|CHG c⟧⟦就业|IND i⟧⟦6万人|QTY q cmp=eq⟧", text)
    second = parse("⟦确保|MOD m⟧新增⟦就业|IND i⟧⟦6万人|QTY q cmp=ge⟧", text)
    base = _annotation(text)
    one = replace(base, spans=first, kind="task", topics=("其他",))
    two = replace(base, spans=second, kind="plan", topics=("其他",), annotator="annotator-2")
    outcome = replace(one, annotator="annotator-3")
    assert differences_of([one, two], outcome) == [
        Decision("block_kind", ("task", "plan"), "task"),
        Decision("新增 2:4 CHG", ("yes", ""), "yes"),
        Decision("6万人 6:9 QTY cmp", ("eq", "ge"), "eq"),
    ]
    shown = adjudication_task(task_of(one), [one, two])
    assert shown["data"]["differences"].splitlines()[1] == "新增 2:4 CHG: yes | –"
    of_one = [result for result in shown["predictions"][0]["result"] if "meta" in result]
    assert [(result["value"]["text"], result["meta"]["text"]) for result in of_one] == [
        ("新增", ["only annotator-1"])
    ]
    assert not any(result.get("from_name") == "block_kind" for result in shown["predictions"][0]["result"])


def test_what_both_have_and_the_adjudicator_took_out_is_a_decision_too() -> None:
    text = "新增就业6万人"
    spans = parse("⟦新增|CHG c⟧就业⟦6万人|QTY q⟧", text)
    both = [replace(_annotation(text), spans=spans, annotator=f"annotator-{n}") for n in (1, 2)]
    assert differences_of(both, replace(both[0], spans=spans[1:])) == [Decision("新增 0:2 CHG", ("yes", "yes"), "")]


def test_what_was_said_of_different_texts_is_not_decided_between() -> None:
    one, other, later = (replace(_annotation(text), annotator=f"annotator-{n}") for n, text in enumerate("甲甲乙"))
    for collections in ([[one], [later]], [[one], [other], [later]]):
        with pytest.raises(CorpusError, match=r"doc:0: .*annotator-2 \(version 0.1.0\) had different texts"):
            pairs_by_block(collections)
    with pytest.raises(CorpusError, match="had different texts; move the older export"):
        decided([later], pairs_by_block([[one], [other]]))


def _annotation(text: str) -> Annotation:
    return Annotation(
        Block("doc:0", "doc", 0, "0.1.0", "0" * 64, text), "annotator-1", "0.2", "task", ("其他",), (), "", (), ()
    )
