"""Byte-shift damage: found, counted, left alone."""

from __future__ import annotations

from typing import Any

import pytest
from cases import ROOT, load, source_text
from hypothesis import given
from hypothesis import strategies as st

from govwork_build.build_paths import Paths
from govwork_build.byteshift import LONGEST, find_byteshift
from govwork_build.byteshift_truth import read_truth


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
    truth = read_truth(Paths(ROOT).byteshift)
    for number in ("002", "003"):
        text = source_text(number)
        own = [run for run in truth if run.source.startswith(number)]
        for run in own:
            assert text.startswith(run.damaged + run.after, run.start)
            assert text.endswith(run.before, 0, run.start)
        found = [(run.start, text[run.start : run.end]) for run in find_byteshift(text) if run.kind == "run"]
        assert found == [(run.start, run.damaged) for run in own]
