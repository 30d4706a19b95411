"""Agreement of annotators: worked examples, the guarantees of every figure, and slow counts of the same."""

from __future__ import annotations

import dataclasses
import doctest
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from annotated import annotations_of, collections
from cases import load
from hypothesis import given, settings
from hypothesis import strategies as st
from screens import shown

from govwork_build.annotation import agreement_view, alpha
from govwork_build.annotation.agreement import agreements, pair_agreement, pooled_agreement
from govwork_build.annotation.agreement_view import agreement_heading, agreement_tables
from govwork_build.annotation.bootstrap import draws
from govwork_build.annotation.collection import shared_blocks
from govwork_build.annotation.comparison import match
from govwork_build.annotation.records import Annotation, Block
from govwork_build.annotation.scheme import scheme
from govwork_build.errors import CorpusError

CASES: list[dict[str, Any]] = load("annotations/agreement.json")
F1 = ("strict_f1", "overlapping_f1", "strict_relation_f1", "overlapping_relation_f1")
few = settings(max_examples=25, deadline=None)


def block(doc_id: str, text: str = "全市") -> Block:
    return Block(f"{doc_id}:0", doc_id, 0, "0.1.0", "", text)


def plain(where: Block, annotator: str, kind: str = "task") -> Annotation:
    return Annotation(where, annotator, None, kind, (), (), "", (), ())


@pytest.mark.parametrize("case", load("annotations/alpha.json"), ids=lambda case: f"{case['alpha']}")
def test_alpha_of_the_literature(case: dict[str, Any]) -> None:
    """The figure that the source gives to three digits comes out."""
    units = [[value for value in unit if value is not None] for unit in zip(*case["observers"], strict=True)]
    counts, disagreement, distances = alpha.coded(units, alpha.nominal)
    value = float(alpha.alpha(counts.sum(axis=0), disagreement.sum(), distances))
    assert round(value, 3) == case["alpha"]


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [("a", "a", "0"), ("a", "b", "1"), ("a", "ab", "2/3"), ("ab", "bc", "8/9"), ("", "a", "1"), ("", "", "0")],
)
def test_masi(first: str, second: str, distance: str) -> None:
    """One less Jaccard's index times the monotonicity: 1 - 1/2 · 2/3, 1 - 1/3 · 1/3."""
    assert alpha.masi(list(first), list(second)) == pytest.approx(float(Fraction(distance)))
    assert alpha.masi(list(second), list(first)) == alpha.masi(list(first), list(second))


def test_the_examples_in_docstrings() -> None:
    assert [doctest.testmod(module).failed for module in (alpha, agreement_view)] == [0, 0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_worked_example(case: dict[str, Any]) -> None:
    """Each figure is what its arithmetic in the file says, and undefined where that says so."""
    figures = pooled_agreement(list(annotations_of(case))).figures
    for measure, of, value, count, arithmetic in case["figures"]:
        figure = figures[measure, of]
        wanted = None if value is None else pytest.approx(float(Fraction(value)))
        assert (figure.value, figure.count) == (wanted, count), arithmetic


def test_without_spans_nothing_is_claimed() -> None:
    """Of no span at all there is no F1, in rows and on the screen."""
    agreement = pooled_agreement(list(annotations_of(CASES[2])))
    spans = [row for row in agreement.rows() if row["measure"] in F1]
    assert len(spans) == 2 * (1 + len(scheme().labels)) + 2 * (1 + len(scheme().relations))
    assert {(row["value"], row["low"], row["high"]) for row in spans} == {(None, None, None)}
    assert "F1" not in shown(agreement_tables(agreement))
    assert "strict_f1" not in shown(agreement_tables(agreement))
    assert {gate.reached for gate in agreement.gates()} == {None}


@given(collections())
@few
def test_identical_annotations_agree(annotations: list[Annotation]) -> None:
    """Whatever is defined is 1, with an interval of nothing but 1."""
    own = [each for each in annotations if each.annotator == "x"]
    figures = pooled_agreement([*own, *(dataclasses.replace(each, annotator="z") for each in own)]).figures
    assert {figure.value for figure in figures.values()} <= {None, 1.0}
    assert {figure.interval for figure in figures.values()} <= {None, (1.0, 1.0)}
    assert all((figure.value is None) == (figure.count == 0) for figure in figures.values() if figure.measure in F1)


@given(collections(("x", "y", "z")), st.randoms(use_true_random=False))
@few
def test_names_and_order_change_nothing(annotations: list[Annotation], random: Any) -> None:
    """Neither the order of the annotations nor the names of the annotators reach a figure."""
    names = ["x", "y", "z"]
    random.shuffle(names)
    renamed = [
        dataclasses.replace(each, annotator=names["xyz".index(each.annotator)], spans=tuple(reversed(each.spans)))
        for each in annotations
    ]
    random.shuffle(renamed)
    assert pooled_agreement(renamed).rows() == pooled_agreement(annotations).rows()
    assert pair_agreement(annotations, "x", "y").rows() == pair_agreement(annotations, "y", "x").rows()


@given(collections(("x", "y", "z")))
@few
def test_bounds(annotations: list[Annotation]) -> None:
    """Shares lie within 0 and 1, alphas below 1, and so do their intervals; a looser match is no worse."""
    figures = pooled_agreement(annotations).figures
    for figure in figures.values():
        told = [figure.value, *(figure.interval or ())]
        lowest = float("-inf") if "alpha" in figure.measure else 0.0
        assert all(lowest <= value <= 1 for value in told if value is not None)
        assert figure.value is not None or figure.interval is None
    for label in scheme().labels:
        strict, overlapping = (figures[measure, label].value for measure in F1[:2])
        assert (strict is None and overlapping is None) or (strict or 0) <= (overlapping or 0)


def slow_strict_f1(pairs: Sequence[tuple[Annotation, Annotation]], label: str) -> float | None:
    """The harmonic mean of precision and recall, over spans taken one by one."""
    hits = found = wanted = 0
    for first, second in pairs:
        mine = [(span.start, span.end) for span in first.spans if span.label == label]
        others = [(span.start, span.end) for span in second.spans if span.label == label]
        hits += sum(edges in others for edges in mine)
        found, wanted = found + len(mine), wanted + len(others)
    if not found + wanted:
        return None
    precision, recall = (hits / number if number else 0.0 for number in (found, wanted))
    return 2 * precision * recall / (precision + recall) if hits else 0.0


@given(collections(("x", "y", "z")))
@few
def test_strict_f1_is_that_of_a_slow_count(annotations: list[Annotation]) -> None:
    figures = pooled_agreement(annotations).figures
    pairs = [pair for group in shared_blocks(annotations) for pair in combinations(group, 2)]
    for label in scheme().labels:
        slow = slow_strict_f1(pairs, label)
        assert figures["strict_f1", label].value == (None if slow is None else pytest.approx(slow))


@given(collections(("x", "y", "z")))
@few
def test_character_alpha_is_that_of_single_characters(annotations: list[Annotation]) -> None:
    """With each character a unit of its own, alpha is the same."""
    figures = pooled_agreement(annotations).figures
    for label in scheme().labels:
        units = [
            [any(s.label == label and s.start <= at < s.end for s in each.spans) for each in group]
            for group in shared_blocks(annotations)
            for at in range(len(group[0].block.text))
        ]
        counts, disagreement, distances = alpha.coded(units, alpha.nominal)
        slow = float(alpha.alpha(counts.sum(axis=0), disagreement.sum(), distances))
        assert figures["character_alpha", label].value == (None if np.isnan(slow) else pytest.approx(slow))


@given(collections())
@few
def test_as_many_spans_overlap_as_can(annotations: list[Annotation]) -> None:
    """The matching is one to one, of spans that do overlap, and no larger one exists."""
    for first, second in shared_blocks(annotations):
        matching = match(first.spans, second.spans)
        assert matching.strict.items() <= matching.overlapping.items()
        assert set(Counter(matching.overlapping.values()).values()) <= {1}
        meets = {
            a.id: [b.id for b in second.spans if a.label == b.label and a.start < b.end and b.start < a.end]
            for a in first.spans
        }
        assert all(there in meets[here] for here, there in matching.overlapping.items())
        assert len(matching.overlapping) == largest_matching(meets)


def largest_matching(meets: dict[str, list[str]]) -> int:
    """By augmenting paths."""
    owner: dict[str, str] = {}

    def finds_place(here: str, seen: set[str]) -> bool:
        for there in meets[here]:
            if there not in seen:
                seen.add(there)
                if there not in owner or finds_place(owner[there], seen):
                    owner[there] = here
                    return True
        return False

    return sum(finds_place(here, set()) for here in meets)


def test_the_interval_is_that_of_blocks_drawn_again() -> None:
    """Each draw, its blocks taken as often as drawn and counted anew, gives the figures the interval is made of."""
    annotations = [each for entry in load("annotations/two_annotators.json") for each in annotations_of(entry)]
    groups = shared_blocks(annotations)
    slow: list[float] = []
    for draw in draws(len(groups)).astype(int):
        pairs = [(group[0], group[1]) for group, times in zip(groups, draw, strict=True) for _ in range(times)]
        slow.append(slow_strict_f1(pairs, "IND") or 0.0)
    agreement = pooled_agreement(annotations)
    assert agreement.drawn == "blocks"
    assert agreement.figures["strict_f1", "IND"].interval == pytest.approx(tuple(np.quantile(slow, (0.025, 0.975))))


@pytest.mark.parametrize(("documents", "drawn"), [(7, "blocks"), (8, "documents")])
def test_what_is_drawn(documents: int, drawn: str) -> None:
    annotations = [plain(block(f"d{i}"), name) for i in range(documents) for name in "xy"]
    agreement = pooled_agreement(annotations)
    assert (agreement.drawn, agreement.documents) == (drawn, documents)
    assert f"{documents} documents; in brackets 95 % intervals, {drawn} drawn" in agreement_heading(agreement).plain


def test_documents_are_drawn_whole() -> None:
    """Blocks of a document that agree or not together make the interval wider than as many on their own."""
    kinds = ["task" if i % 2 else "plan" for i in range(8)]
    together = [
        dataclasses.replace(plain(block(f"d{i}"), name, "task" if name == "x" else kinds[i]), block=piece)
        for i in range(8)
        for start in range(10)
        for piece in [Block(f"d{i}:{start}", f"d{i}", start, "0.1.0", "", "全市")]
        for name in "xy"
    ]
    single = [
        dataclasses.replace(each, block=dataclasses.replace(each.block, doc_id=each.block.block_id))
        for each in together
    ]
    (low, high), (low_single, high_single) = (
        pooled_agreement(each).figures["kind_alpha", "all"].interval or (0, 0) for each in (together, single)
    )
    assert high - low > high_single - low_single > 0


def test_one_block_has_no_interval() -> None:
    figures = pooled_agreement(list(annotations_of(CASES[0]))).figures
    assert {figure.interval for figure in figures.values()} == {None}


def test_pairs_beside_the_pool() -> None:
    """Of three annotators each pair that shares a block is told of; two are a pool of their own."""
    annotations = [plain(block("d"), "x"), plain(block("d"), "y"), plain(block("e"), "y"), plain(block("e"), "z")]
    assert [each.annotators for each in agreements(annotations)] == [("x", "y", "z"), ("x", "y"), ("y", "z")]
    assert [each.annotators for each in agreements(annotations[:2])] == [("x", "y")]


def test_gates() -> None:
    """A gate is reached by its value, and the rows say what is wanted."""
    kinds = ["task", "plan", "task", "plan"]
    annotations = [plain(block(f"d{i}"), name, kind) for i, kind in enumerate(kinds) for name in "xy"]
    agreement = pooled_agreement(annotations)
    reached = {gate.figure.of: gate.reached for gate in agreement.gates()}
    assert reached == {"QTY": None, "TIME": None, "ORG": None, "IND": None, "all": True}
    assert {row["of"]: row["wanted"] for row in agreement.rows() if row["wanted"]} == {
        "QTY": 0.9, "TIME": 0.9, "ORG": 0.9, "IND": 0.8, "all": 0.85,
    }  # fmt: skip
    worse = pooled_agreement([*annotations[:-1], plain(block("d3"), "y", "task")])
    assert [gate.reached for gate in worse.gates()][-1] is False


@pytest.mark.parametrize(
    ("annotations", "complaint"),
    [
        ([plain(block("d"), "x"), plain(block("e"), "y")], "no block was annotated by two annotators; have some"),
        ([plain(block("d"), "x")] * 2, "d:0: x annotated the block 2 times; keep one"),
        (
            [plain(block("d"), "x"), plain(block("d", "市区"), "y")],
            r"d:0: x \(version 0.1.0\), y \(version 0.1.0\) had different texts; move the older export",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(annotations: list[Annotation], complaint: str) -> None:
    with pytest.raises(CorpusError, match=complaint):
        pooled_agreement(annotations)


def test_a_block_is_one_wherever_it_begins_in_its_document() -> None:
    """In a later version other lines may stand before it."""
    there, later = block("d"), dataclasses.replace(block("d"), start=40, corpus_version="0.2.0")
    (group,) = shared_blocks([plain(later, "x"), plain(there, "y")])
    assert [each.annotator for each in group] == ["x", "y"]


def test_a_pair_without_a_shared_block_is_named() -> None:
    annotations = [plain(block("d"), "x"), plain(block("d"), "y"), plain(block("e"), "z")]
    with pytest.raises(CorpusError, match="x and z: no block"):
        pair_agreement(annotations, "x", "z")


def test_the_tables_fit_80_columns() -> None:
    annotations = [each for entry in load("annotations/two_annotators.json") for each in annotations_of(entry)]
    lines = shown(agreement_tables(pooled_agreement(annotations))).splitlines()
    assert "IND   0.67 [0.00, 0.88]  0.92 [0.67, 1.00]  0.86 [0.60, 0.97]      24" in lines
    assert not [line for line in lines if "…" in line]
