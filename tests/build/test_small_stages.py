"""The stages that look at characters: tidy characters, pinyin notes, punctuation."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from cases import load, source_text
from hypothesis import given
from hypothesis import strategies as st

from govwork.layer import Layer
from govwork_build.characters import tidy_characters
from govwork_build.notes import drop_notes
from govwork_build.punctuation import restore_punctuation

STAGES = {
    "characters/cases.json": tidy_characters,
    "notes/cases.json": drop_notes,
    "punctuation.json": restore_punctuation,
}
CASES = [
    pytest.param(stage, case["given"], case["expected"], id=f"{name.split('/')[0]}: {case['why'][:60]}: {i}")
    for name, stage in STAGES.items()
    for i, case in enumerate(load(name))
]
ANY_TEXT = st.text(alphabet=st.characters(codec=None, categories=None)) | st.text(
    alphabet="業局a(yèju)（）,.:;!?“”\n\x1e 　1２&<p>"
)


@pytest.mark.parametrize(("stage", "given_text", "expected"), CASES)
def test_case(stage: Callable[[str], Layer], given_text: str, expected: str) -> None:
    layer = stage(given_text)
    made = layer.apply(given_text)
    assert made == expected
    assert layer.inverse.apply(made) == given_text


@pytest.mark.parametrize("stage", STAGES.values())
@given(text=ANY_TEXT)
def test_any_text_survives(stage: Callable[[str], Layer], text: str) -> None:
    layer = stage(text)
    assert layer.inverse.apply(layer.apply(text)) == text


@given(text=ANY_TEXT)
def test_punctuation_keeps_every_length(text: str) -> None:
    assert len(restore_punctuation(text).apply(text)) == len(text)


def test_a_tidy_text_has_nothing_to_tidy() -> None:
    text = source_text("004")
    once = tidy_characters(text).apply(text)
    assert len(tidy_characters(once)) == 0


@pytest.mark.parametrize(("number", "notes"), [("002", 727), ("003", 7725)])
def test_every_note_of_the_sources_goes(number: str, notes: int) -> None:
    """All that remain follow half a pair, and are part of byte-shift damage."""
    text = source_text(number)
    layer = drop_notes(text)
    assert len(layer) == notes
    left = re.findall(r"(.)\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,6}\)", layer.apply(text))
    assert all(character.isascii() or character == "€" for character in left), left


@pytest.mark.parametrize("number", ["000", "001", "004"])
def test_clean_sources_have_no_notes(number: str) -> None:
    assert len(drop_notes(source_text(number))) == 0
