"""The scores are those that one counts oneself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govwork.features import ENTITY_LABELS, NER_TAGS
from govwork_build.baseline.classifier import Labels
from govwork_build.baseline.entity_scores import ALL, entity_scores
from govwork_build.baseline.label_scores import label_scores
from skipping import needs

needs("nervaluate", "sklearn")
CASE = json.loads((Path(__file__).parents[1] / "data" / "baseline" / "tags.json").read_text("utf-8"))


def f1(right: float, found: int, true: int) -> float:
    """By the definition: the harmonic mean of precision and recall."""
    precision, recall = right / found if found else 0, right / true if true else 0
    return 2 * precision * recall / (precision + recall) if right else 0


def spans(tags: Sequence[str]) -> set[tuple[str, int, int]]:
    """The spans that tags tell; one that goes on without having begun begins there."""
    begins = [
        i
        for i, tag in enumerate(tags)
        if tag != "O" and (tag[0] == "B" or i == 0 or tags[i - 1] == "O" or tags[i - 1][2:] != tag[2:])
    ]
    made = set()
    for i in begins:
        end = i + 1
        while end < len(tags) and tags[end] == f"I-{tags[i][2:]}":
            end += 1
        made.add((tags[i][2:], i, end))
    return made


@pytest.mark.parametrize(
    ("scheme", "label"), [(scheme, label) for scheme in ("strict", "partial") for label in CASE[scheme]]
)
def test_the_scores_of_a_case_are_those_counted_by_hand(scheme: str, label: str) -> None:
    counted = CASE[scheme][label]
    score = entity_scores(CASE["true"], CASE["found"])[scheme][label]
    assert score["count"] == counted["true"]
    assert score["f1"] == pytest.approx(f1(**counted), abs=5e-5)
    assert score["precision"] == pytest.approx(counted["right"] / (counted["found"] or 1), abs=5e-5)
    assert score["recall"] == pytest.approx(counted["right"] / (counted["true"] or 1), abs=5e-5)


TAGGED = st.lists(
    st.integers(1, 12).flatmap(
        lambda length: st.tuples(*[st.lists(st.sampled_from(NER_TAGS), min_size=length, max_size=length)] * 2)
    ),
    min_size=1,
    max_size=4,
)


@given(TAGGED)
def test_the_strict_f1_is_that_of_spans_in_common(texts: list[tuple[list[str], list[str]]]) -> None:
    true = {(number, *span) for number, (tags, _) in enumerate(texts) for span in spans(tags)}
    found = {(number, *span) for number, (_, tags) in enumerate(texts) for span in spans(tags)}
    scores = entity_scores([tags for tags, _ in texts], [tags for _, tags in texts])["strict"]
    for label in (ALL, *ENTITY_LABELS):
        mine = [{span for span in each if label in (ALL, span[1])} for each in (true & found, found, true)]
        assert scores[label]["f1"] == pytest.approx(f1(*map(len, mine)), abs=5e-5)


def labels(*names: str) -> list[Labels]:
    """Blocks by the labels of each, which stand one behind another."""
    return [frozenset(name) for name in names]


def test_the_f1_of_labels_is_that_of_the_definition() -> None:
    score = label_scores(labels("a", "a", "ab", "b"), labels("a", "b", "a", "c"))
    # a: 2 right of 2 given and 3 true; b: none of 1 and 2; c is no label of these blocks, and counts in micro only.
    assert score == {
        "macro_f1": pytest.approx((f1(2, 2, 3) + 0) / 2, abs=5e-5),
        "micro_f1": pytest.approx(f1(2, 4, 5), abs=5e-5),
        "count": 4,
    }
