"""Clean text holds nothing that byte-shift repair would change."""

from __future__ import annotations

import re
from typing import Any

import pytest
from cases import load, parameters, source_text

from govwork_build.byteshift_repair import undo_byteshift

PASSAGES = load("byteshift/clean.json")


def test_there_are_two_hundred_passages_and_none_twice() -> None:
    texts = {passage["text"] for passage in PASSAGES}
    assert len(texts) == len(PASSAGES) >= 200
    assert sum("?" in text for text in texts) >= 200


@pytest.mark.parametrize("passage", parameters(PASSAGES, "kind"))
def test_a_clean_passage_is_left_alone(passage: dict[str, Any]) -> None:
    assert not list(undo_byteshift(passage["text"]))


@pytest.mark.parametrize("number", ["000", "001", "004"])
def test_a_clean_source_is_left_alone(number: str) -> None:
    assert not list(undo_byteshift(source_text(number)))


@pytest.mark.parametrize("case", parameters(load("byteshift/clean_marks.json"), "why"))
def test_question_marks_put_for_other_marks_of_a_clean_source_are_no_damage(case: dict[str, Any]) -> None:
    text = re.sub(case["marks"], case["put"], source_text(case["source"]))
    assert case["put"] in text
    assert not list(undo_byteshift(text))
