"""Byte-shift damage: found, counted, left alone."""

from __future__ import annotations

from typing import Any

import pytest
from cases import load, source_text
from hypothesis import given
from hypothesis import strategies as st

from govwork_build.byteshift import LONGEST, find_byteshift


@pytest.mark.parametrize("case", load("byteshift/runs.json"), ids=lambda case: case["why"])
def test_case(case: dict[str, Any]) -> None:
    # Three notes make a page a noted one, where the case has none of its own to show.
    found = find_byteshift(case["text"])
    assert [case["text"][run.start : run.end] for run in found if run.kind == "run"] == case["runs"]
    assert sum(run.kind == "mark" for run in found) == case.get("marks", 0)


@pytest.mark.parametrize(("number", "runs", "marks"), [("002", 3, 1), ("003", 53, 0)])
def test_every_question_mark_of_the_damaged_sources_is_accounted_for(number: str, runs: int, marks: int) -> None:
    text = source_text(number)
    found = find_byteshift(text)
    assert sum(run.kind == "run" for run in found) == runs
    assert sum(run.kind == "mark" for run in found) == marks
    inside = sum(text.count("?", run.start, run.end) for run in found)
    assert inside == text.count("?")


def test_clean_sources_hold_only_one_lost_mark() -> None:
    kinds = [run.kind for number in ("000", "001", "004") for run in find_byteshift(source_text(number))]
    assert kinds == ["mark"]


@given(st.text(alphabet="?;!我們業(yèàcg)^AB€1，。\n“”", max_size=300))
def test_runs_are_apart_bounded_and_within_the_text(text: str) -> None:
    position = 0
    for run in find_byteshift(text):
        assert position <= run.start < run.end <= len(text)
        assert text[run.start] == "?"
        assert "\n" not in text[run.start : run.end]
        position = run.end


def test_a_long_line_of_question_marks_takes_linear_work() -> None:
    text = "業(yè)產(chǎn)經(jīng)" + "業?" * 5000
    assert all(run.end - run.start <= LONGEST * 5001 for run in find_byteshift(text))


def test_the_truth_lists_every_run_of_the_sources() -> None:
    for number in ("002", "003"):
        text = source_text(number)
        truth = [entry for entry in load("byteshift/truth.json") if entry["source"] == number]
        for entry in truth:
            start = entry["start"]
            assert text.startswith(entry["damaged"] + entry["after"], start)
            assert text.endswith(entry["before"], 0, start)
        runs = [(run.start, text[run.start : run.end]) for run in find_byteshift(text) if run.kind == "run"]
        assert runs == [(entry["start"], entry["damaged"]) for entry in truth]
