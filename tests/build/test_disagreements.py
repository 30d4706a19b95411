"""What annotators disagree on: every sort of item, on real blocks, and how a terminal shows it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from annotated import annotations_of, collections
from cases import DATA, load
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from govwork_build.annotation.collection import shared_blocks
from govwork_build.annotation.disagreement_view import block_view
from govwork_build.annotation.disagreements import DisputedBlock, counterparts, disagreements, disputed_blocks
from govwork_build.annotation.records import Annotation, Span
from govwork_build.annotation.span_marks import Layer, marked

CASES: list[dict[str, Any]] = load("annotations/two_annotators.json")
few = settings(max_examples=50, deadline=None)


def disputed() -> list[DisputedBlock]:
    return list(disputed_blocks([each for entry in CASES for each in annotations_of(entry)]))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["block_id"])
def test_items_of_a_block(case: dict[str, Any]) -> None:
    """Every difference is an item, as the file has it, in the order of the text."""
    first, second = annotations_of(case)
    items = [[item.type, item.of, item.first, item.second] for item in disagreements(first, second)]
    assert items == case["disagreements"]


def test_the_blocks_hold_every_sort_of_item() -> None:
    sorts = {item[0] for case in CASES for item in case["disagreements"]}
    assert sorts == {"kind", "topics", "flag", "only", "boundary", "label", "attribute", "relation"}


def test_a_relation_that_follows_from_a_span_says_so() -> None:
    follows = {(item.first, item.follows) for block in disputed() for item in block.items if item.type == "relation"}
    assert ("of 80处 → 路口信号配时", True) in follows
    assert ("chg 3条 → 新增", False) in follows


def test_rows_are_json() -> None:
    row = json.loads(json.dumps(disputed()[0].rows(), ensure_ascii=False))[2]
    assert row == {
        "block_id": "changzhi-2017-work_report:13740",
        "first_annotator": "annotator-1", "second_annotator": "annotator-2",
        "type": "boundary", "of": "IND", "start": 74, "end": 85, "first": "IND 74:85 城乡居民人均可支配收入",
        "second": "IND 76:85 居民人均可支配收入", "first_spans": ["i5"], "second_spans": ["ci5"], "follows": False,
    }  # fmt: skip


def test_what_a_label_may_hold_is_no_rival_of_it() -> None:
    """A place in a body's name stands beside it; with the same edges, one of the two labels is wrong."""
    body, place, whole = Span("o", 0, 3, "ORG"), Span("r", 0, 1, "REG"), Span("w", 0, 3, "REG")
    assert counterparts([body], [place]) == {}
    assert counterparts([body], [whole]) == {"o": "w"}
    assert counterparts([Span("i", 0, 3, "IND")], [place]) == {"i": "r"}


@given(collections())
@few
def test_who_agrees_has_nothing_to_decide(annotations: list[Annotation]) -> None:
    for each in annotations:
        assert disagreements(each, each) == ()


@given(collections())
@few
def test_every_difference_is_told_once(annotations: list[Annotation]) -> None:
    """A span that the other has not just so is in one item of spans; with no item, all is the same."""
    for first, second in shared_blocks(annotations):
        items = disagreements(first, second)
        for mine, others, ids in (
            (first, second, [name for item in items if item.type in SPANS for name in item.first_spans]),
            (second, first, [name for item in items if item.type in SPANS for name in item.second_spans]),
        ):
            there = {(span.label, span.start, span.end) for span in others.spans}
            assert sorted(ids) == sorted(s.id for s in mine.spans if (s.label, s.start, s.end) not in there)
        if not items:
            assert said(first) == said(second)


SPANS = ("only", "boundary", "label")


def said(annotation: Annotation) -> tuple[Any, ...]:
    place = {span.id: (span.label, span.start, span.end) for span in annotation.spans}
    return (
        annotation.kind,
        set(annotation.topics),
        set(annotation.flags),
        {place[span.id]: dict(span.attributes) for span in annotation.spans},
        {(place[relation.head], relation.label, place[relation.tail]) for relation in annotation.relations},
    )


def test_the_view() -> None:
    """The file holds what was looked at: marks under their characters, items with what each has."""
    blocks = ["".join(f"{line.plain}\n" for line in block_view(block, 80)) for block in disputed()]
    assert "\n".join(blocks) == (DATA / "annotations" / "two_annotators.txt").read_text("utf-8")


@pytest.mark.parametrize("width", [40, 80, 120])
def test_text_and_marks_fit_the_width(width: int) -> None:
    for block in disputed():
        for line in block_view(block, width):
            is_item = line.plain.startswith(("    ", "B says")) or line.plain.split()[0].isdigit()
            assert line.cell_len <= width or is_item or line.style == "bold"


@given(st.text(st.sampled_from("a1，市\n\t𠮷“"), min_size=1, max_size=60), st.data())
@few
def test_marks_stand_under_their_characters(text: str, data: st.DataObject) -> None:
    """A cell under a character is marked where a span holds the character, and a span ends with its bracket."""
    edges = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans = [Span(str(a), a, b, "QTY") for a, b in zip(edges[::2], edges[1::2], strict=False)]
    lines = [line.plain for line in marked(text, [Layer("A", spans, "")], 22)]
    texts = [i for i, line in enumerate(lines) if line.startswith("  ")]
    at = 0
    for i in texts:
        marks = lines[i + 1] if i + 1 < len(lines) and lines[i + 1].startswith("A") else ""
        cell = 2
        for sign in lines[i][2:]:
            is_marked = [c not in ("", " ") for c in (marks[c : c + 1] for c in range(cell, cell + cell_len(sign)))]
            assert is_marked == [any(s.start <= at < s.end for s in spans)] * cell_len(sign)
            ends = any(s.end == at + 1 for s in spans)
            cell, at = cell + cell_len(sign), at + 1
            assert (marks[cell - 1 : cell] == "]") == ends
    assert at == len(text)
