"""The verifier takes a reading whose bytes give what is seen, and no other."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from cases import ROOT, load, source_text
from hypothesis import given
from hypothesis import strategies as st

from govwork_build import byteshift_verify
from govwork_build.byteshift_decision import UNKNOWN
from govwork_build.byteshift_repair import undo_byteshift
from govwork_build.byteshift_verify import Explanation, explain, explains
from govwork_build.forward_model import Run, Style, damage, first_reading, traditional
from govwork_build.forward_model import style as style_of
from govwork_build.notes import SYLLABLE

TRUTH = json.loads((ROOT / "corpus" / "byteshift.json").read_text("utf-8"))
_NOTES_AT_END = re.compile(rf"(?:\({SYLLABLE}\))*$")
_TAG = re.compile(r"\?(/?[a-z]+>)$")


def _in_context(text: str, start: int, end: int) -> tuple[str, str]:
    """The character before a run, and the run with that character and its notes."""
    notes = _NOTES_AT_END.search(text, 0, start)
    begin = max(0, (notes.start() if notes else start) - 1)
    return text[begin : begin + 1] if begin < start else "", text[begin:end]


def _of_truth(entry: dict[str, Any]) -> tuple[str, str]:
    """The reading of an entry and what is seen of it, both with the character before them."""
    seen = entry["before"] + entry["damaged"]
    before, damaged = _in_context(seen, len(entry["before"]), len(seen))
    return before + entry["reading"], damaged


def _explained(entry: dict[str, Any]) -> tuple[str, str, Explanation]:
    reading, damaged = _of_truth(entry)
    explanation = explain(reading, damaged)
    assert explanation
    return reading, damaged, explanation


def _seen_bytes(explanation: Explanation) -> dict[int, int]:
    """By its place in the reading: each byte that is part of a character that is seen."""
    seen: dict[int, int] = {}
    place = 0
    for step in explanation.steps:
        if step.fate == "seen":
            seen.update(enumerate(step.data, start=place))
        place += len(step.data)
    return seen


@cache
def _alphabet() -> tuple[str, ...]:
    """All characters of GBK with two bytes, and those of ASCII that can be printed."""
    pairs = (bytes([lead, trail]) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF))
    return tuple(filter(None, (pair.decode("gbk", "ignore") for pair in pairs if pair[1] != 0x7F)))


@cache
def _neighbours(character: str) -> tuple[str, ...]:
    """The characters that share one byte with this one."""
    if character.isascii():
        return tuple(chr(code) for code in range(0x20, 0x7F) if chr(code) != character)
    lead, trail = character.encode("gbk")
    of_all = ((other, other.encode("gbk")) for other in _alphabet() if len(other) == 1)
    return tuple(other for other, data in of_all if len(data) == 2 and (data[0] == lead) != (data[1] == trail))


def _changed(reading: str) -> Iterator[str]:
    """The reading, with one character another, or two neighbours swapped."""
    for i, character in enumerate(reading):
        for other in _neighbours(character):
            yield reading[:i] + other + reading[i + 1 :]
        if i and reading[i - 1] != character:
            yield reading[: i - 1] + character + reading[i - 1] + reading[i + 1 :]


def test_every_entry_of_the_truth_is_explained_byte_by_byte() -> None:
    for entry in TRUTH:
        reading, _, explanation = _explained(entry)
        assert b"".join(step.data for step in explanation.steps) == reading.encode("gbk"), entry
        assert 0 < explanation.assumed < len(reading.encode("gbk")), entry


@pytest.mark.parametrize("entry", TRUTH, ids=lambda entry: f"{entry['source']} {entry['start']}")
def test_a_reading_that_differs_in_a_byte_that_is_seen_is_rejected(entry: dict[str, Any]) -> None:
    reading, damaged, explanation = _explained(entry)
    seen = _seen_bytes(explanation)
    tried = 0
    for other in _changed(reading):
        data = other.encode("gbk")
        if len(data) == len(reading.encode("gbk")) and any(data[i] != byte for i, byte in seen.items()):
            tried += 1
            assert not explains(other, damaged), other
    assert tried


@pytest.mark.parametrize("entry", TRUTH, ids=lambda entry: f"{entry['source']} {entry['start']}")
def test_a_reading_that_lacks_a_byte_that_is_seen_is_rejected(entry: dict[str, Any]) -> None:
    reading, damaged, explanation = _explained(entry)
    seen = _seen_bytes(explanation)
    place = 0
    for i, character in enumerate(reading):
        length = len(character.encode("gbk"))
        if any(j in seen for j in range(place, place + length)):
            assert not explains(reading[:i] + reading[i + 1 :], damaged), reading[i]
        place += length


@pytest.mark.parametrize("case", load("byteshift/near_misses.json"), ids=lambda case: case["why"])
def test_a_near_miss_is_rejected_and_the_reading_it_missed_is_not(case: dict[str, Any]) -> None:
    assert explains(case["reading"], case["damaged"])
    for miss in case["misses"]:
        assert not explains(miss, case["damaged"]), miss


@pytest.mark.parametrize("number", ["002", "003"])
def test_every_repair_of_the_sources_is_explained(number: str) -> None:
    text = source_text(number)
    whole = [edit for edit in undo_byteshift(text) if UNKNOWN not in edit.replacement]
    assert whole
    for edit in whole:
        before, damaged = _in_context(text, edit.start, edit.end)
        # The rest of a tag goes with the run, and is no part of the text.
        tag = _TAG.search(damaged)
        reading = before + edit.replacement + (f"<{tag[1]}" if tag else "")
        assert explains(reading, damaged), (edit.replacement, damaged)


_NOTED = traditional("业产经济设规们队现动国总创强开应实关题员")
_CLEAN = (
    _NOTED
    + traditional("化模在市委的坚和生态标准保基金安全大力校专祝活产、，。“”；！？（）《》：·　")
    + "0123456789AB.;,:!"
)


@st.composite
def _styles(draw: st.DrawFn) -> Style:
    return style_of(
        draw(st.lists(st.sampled_from(_NOTED), unique=True)),
        toned=draw(st.booleans()),
        repeats=draw(st.integers(1, 2)),
        breaks=draw(st.sampled_from([0.0, 0.5, 1.0])),
        resumes=draw(st.sampled_from([0.0, 0.5, 1.0])),
        fold=draw(st.booleans()),
    )


def _joined(runs: tuple[Run, ...]) -> list[Run]:
    """The runs, those that touch as one: the character before a run must be whole."""
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1].clean_end == run.clean_start:
            run = joined.pop()._replace(end=run.end, clean_end=run.clean_end)
        joined.append(run)
    return joined


def _check_runs(text: str, style: Style, seed: int) -> int:
    """Checks that each run of the text, damaged so, is explained by what stood there; their number."""
    damaged = damage(text, style, random.Random(seed))
    for run in _joined(damaged.runs):
        _, seen = _in_context(damaged.text, run.start, run.end)
        begin = max(0, run.clean_start - 1)
        assert explains(text[begin : run.clean_end], seen), (text[begin : run.clean_end], seen)
    return len(damaged.runs)


@given(st.text(st.sampled_from(_CLEAN), max_size=60), _styles(), st.integers(0, 999))
def test_what_was_damaged_explains_what_is_seen_of_it(text: str, style: Style, seed: int) -> None:
    _check_runs(text, style, seed)


def test_what_was_damaged_in_a_clean_source_explains_what_is_seen_of_it() -> None:
    text = "".join(c for c in traditional(source_text("004")) if c.encode("gbk", "ignore"))
    noted = {c: first_reading(c) for c in _NOTED}
    assert _check_runs(text, Style(noted, breaks=1.0), 1) > 50


_ANY = st.text(st.characters() | st.sampled_from("??;!(a)àè€ 們在市委的堅cè)谑形膱?jiān)"), max_size=40)


@given(_ANY, _ANY)
def test_no_strings_make_it_fail(reading: str, damaged: str) -> None:
    explanation = explain(reading, damaged)
    assert explains(reading, damaged) == (explanation is not None)
    if explanation:
        assert b"".join(step.data for step in explanation.steps) == reading.encode("gbk")


@given(st.text(st.sampled_from(_CLEAN.replace("?", "")), max_size=40))
def test_a_text_that_is_not_damaged_is_its_own_explanation(text: str) -> None:
    explanation = explain(text, text)
    assert explanation
    assert explanation.assumed == 0


@pytest.mark.parametrize("damaged", ["們?cè)谑形膱?jiān)強", "規(guī)?;藴驶蜕鷳B(tài)", "???;?;?;", "化化化化"])
@pytest.mark.parametrize("reading", ["們在市委的堅強", "規模化、標準化和生態", "械保化生產", "化1化2"])
def test_the_work_grows_no_faster_than_the_text(reading: str, damaged: str, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = byteshift_verify._steps
    places: list[tuple[int, int]] = []

    def counted(data: bytes, seen: str, i: int, j: int) -> Any:
        places.append((i, j))
        return steps(data, seen, i, j)

    monkeypatch.setattr(byteshift_verify, "_steps", counted)
    explain(reading * 500, damaged * 500)
    assert len(places) == len(set(places))
    assert len(places) <= 4 * 500 * (len(reading) + len(damaged))
