"""How well byte-shift damage is undone may not fall; and the equipment that tells how well."""

from __future__ import annotations

import random
import re
from collections import Counter
from typing import Any

import pytest
from cases import ROOT, load
from hypothesis import given
from hypothesis import strategies as st

from govwork.layer import Edit, Layer
from govwork_build.build_paths import Paths
from govwork_build.byteshift_evaluation import (
    Made,
    Pool,
    draw_runs,
    held_out,
    held_out_samples,
    make_pool,
    real_runs,
)
from govwork_build.byteshift_quality import CleanRun, Judged, figures, intervals, judge
from govwork_build.byteshift_repair import GAP, REPAIRED, STAGE
from govwork_build.byteshift_truth import TAG, read_truth
from govwork_build.byteshift_verify import explains
from govwork_build.forward_model import Style, damage, style
from govwork_build.synthetic_runs import Stratum, draw, samples, stratum_of

PATHS = Paths(ROOT)
FLOORS = load("byteshift/floors.json")
LOOK = (
    "what fell has to rise again; `make evaluate` shows the runs. "
    "Where a figure became better for good, tests/data/byteshift/floors.json follows"
)
CLEAN = "各縣（市、區）政府：\n確保規模化、標準化和生態建設。\n「基金」安全，完善覆蓋；現代產業發展。"


def test_the_repair_of_the_sources_does_not_fall() -> None:
    truth = read_truth(PATHS.byteshift)
    counts = Counter(judged.outcome for _, runs in real_runs(PATHS, truth) for _, judged in runs)
    assert counts.total() == len(truth)
    assert counts["exact"] >= FLOORS["real"]["exact"], LOOK
    assert counts["wrong"] <= FLOORS["real"]["wrong"], LOOK


def test_the_repair_of_synthetic_runs_does_not_fall() -> None:
    floors: dict[str, Any] = FLOORS["synthetic"]
    pool = make_pool(held_out_samples(PATHS, floors["ways"]))
    drawn = draw_runs(pool, read_truth(PATHS.byteshift), floors["runs"])
    found = figures([made.judged for made in drawn])
    slack = floors["slack"]
    assert found.exact >= floors["exact"] - slack, f"{found}: {LOOK}"
    assert found.characters >= floors["characters"] - slack, f"{found}: {LOOK}"
    assert found.wrong <= floors["wrong"] + slack, f"{found}: {LOOK}"
    assert pool.spurious <= floors["spurious"], f"{pool.spurious} edits touch no run: {LOOK}"


def test_what_is_held_out_is_clean_and_not_of_train() -> None:
    county = ["浙江省", "金华市", "武义县"]
    assert sorted(held_out(PATHS)) == [
        ("jinhua-2011-task_breakdown", ["浙江省", "金华市"]),
        ("lyutan-2019-work_report", [*county, "履坦镇"]),
        ("lyutan-2020-work_report", [*county, "履坦镇"]),
        ("pujiang-2021-work_report", ["浙江省", "金华市", "浦江县"]),
        ("tanhong-2020-work_report", [*county, "坦洪乡"]),
    ]


RUN = CleanRun(2, 5, "模化")


@pytest.mark.parametrize(
    ("edit", "outcome", "right"),
    [
        (None, "untouched", 0),
        (Edit(REPAIRED, 2, 5, "模化"), "exact", 2),
        (Edit(REPAIRED, 2, 5, "膜化"), "wrong", 1),
        (Edit(GAP, 2, 5, "□化"), "gap", 1),
        (Edit(GAP, 2, 5, "□話"), "wrong", 0),
        # What is left out is not what was not known.
        (Edit(REPAIRED, 2, 5, "化"), "wrong", 1),
        # What it takes beside the run has to be there again.
        (Edit(REPAIRED, 1, 6, "規模化，"), "exact", 2),
        (Edit(REPAIRED, 1, 6, "規模化"), "wrong", 2),
        (Edit(REPAIRED, 2, 4, "模"), "wrong", 1),
    ],
)
def test_a_run_is_judged_by_all_that_an_edit_makes_of_it(edit: Edit | None, outcome: str, right: int) -> None:
    text = "確規?;?,實現"
    assert judge(text, [RUN], Layer.of(STAGE, text, [edit] if edit else [])) == ([Judged(outcome, right, 2)], 0)  # type: ignore[arg-type]


def test_a_letter_or_digit_that_stays_lost_is_a_gap() -> None:
    text = "行駛里?yán)锍?89公里"
    run = CleanRun(3, 9, "程8")
    gap = Layer.of(STAGE, text, [Edit(GAP, 3, 9, "程?")])
    assert judge(text, [run], gap)[0] == [Judged("gap", 1, 2)]


def test_an_edit_outside_of_runs_is_counted() -> None:
    text = "規?;?,實現"
    layer = Layer.of(STAGE, text, [Edit(REPAIRED, 1, 4, "模化"), Edit(REPAIRED, 5, 7, "實行")])
    assert judge(text, [CleanRun(1, 4, "模化")], layer) == ([Judged("exact", 2, 2)], 1)


def test_notes_and_folded_punctuation_are_no_fault() -> None:
    text = "們?cè)谌珖?guó)(guó),各地"
    (judged,), _ = judge(
        text, [CleanRun(1, 17, "在全國，")], Layer.of(STAGE, text, [Edit(REPAIRED, 1, 17, "在全國,")])
    )
    assert judged.outcome == "exact"


def test_intervals_are_of_documents() -> None:
    right, wrong = [Judged("exact", 1, 1)] * 50, [Judged("wrong", 0, 1)] * 50
    assert intervals({"one": right, "two": right})["exact"] == (1, 1)
    assert intervals({"one": right, "two": wrong})["exact"] == (0, 1)


def test_kinds_are_drawn_as_often_as_they_are_met_and_each_run_before_any_again() -> None:
    often, seldom = Stratum("note", "note", "2–3"), Stratum("note", "tag", "0–1")
    pool = [often] * 10 + [seldom] * 100
    drawn = draw(pool, {often: 3, seldom: 1}, 4000, random.Random(1))
    counts = Counter(pool[i] for i in drawn)
    assert len(drawn) == 4000
    assert abs(counts[often] - 3000) < 150
    assert max(Counter(drawn).values()) - min(c for i, c in Counter(drawn).items() if i < 10) <= 1
    # A kind that is not there is made up for by the one most like it.
    assert {pool[i] for i in draw(pool, {Stratum("punctuation", "tag", "7+"): 1}, 9, random.Random(1))} == {seldom}


def test_every_kind_of_end_is_met_in_the_truth() -> None:
    kinds = {stratum_of(run.damaged, run.reading) for run in read_truth(PATHS.byteshift)}
    assert {kind.opening for kind in kinds} == {"note", "punctuation"}
    assert {kind.end for kind in kinds} == {"note", "letter", "punctuation", "tag", "digit", "sign"}


def test_every_reading_by_hand_explains_its_run() -> None:
    for run in read_truth(PATHS.byteshift):
        before = re.sub(r"\(.*", "", run.before)
        assert explains(before + run.reading, run.before + run.damaged), run


@given(st.lists(st.sampled_from("各縣區確規標準態蓋產業發現"), unique=True), st.integers(), st.booleans())
def test_what_is_damaged_is_told_and_explained(noted: list[str], seed: int, fold: bool) -> None:
    """Outside of the runs only notes and folded punctuation differ; each run is explained by what it was."""
    how = style(noted, breaks=0.5, fold=fold, tags=True)
    damaged = damage(CLEAN, how, random.Random(seed))
    position = 0
    restored: list[str] = []
    for run in damaged.runs:
        clean = CLEAN[run.clean_start : run.clean_end]
        seen = damaged.text[run.start : run.end]
        before = CLEAN[run.clean_start - 1]
        assert explains(before + clean + TAG * seen.endswith("?/p>"), before + seen)
        restored += (damaged.text[position : run.start], clean)
        position = run.end
    whole = Edit(REPAIRED, 0, len(damaged.text), "".join(restored) + damaged.text[position:])
    layer = Layer.of(STAGE, damaged.text, [whole])
    assert judge(damaged.text, [CleanRun(0, len(damaged.text), CLEAN)], layer)[0][0].outcome == "exact"


def test_a_lost_byte_takes_the_beginning_of_a_tag() -> None:
    damaged = damage("我們在全國\n各地", style(["冊"], tags=True), random.Random(0))
    assert damaged.text == "我們?cè)谌珖?/p>\n各地"
    assert [damaged.text[run.start : run.end] for run in damaged.runs] == ["?cè)谌珖?/p>"]
    assert damage("我們\n各地", Style({}, tags=True), random.Random(0)).text == "我們\n各地"


def test_a_document_is_damaged_alike_each_time() -> None:
    first, again = (samples("x", CLEAN * 20, [], 8) for _ in range(2))
    assert first == again
    assert len({sample.damaged.text for sample in first}) == 8


def test_some_documents_that_are_damaged_as_003_have_their_names_and_years_blanked() -> None:
    # Of 湖㳇鎮 GBK has but one character, which is no name.
    text = "我們在2019年建設浦江縣。2020年，浙江各地的湖水變清。\n"
    made = samples("x", text * 20, ["浙江省", "浦江县", "湖㳇镇"], 32)
    blanked = [sample for sample in made if "*" in sample.clean]
    assert {sample.variant for sample in blanked} == {"as 003"}
    assert 0 < len(blanked) < sum(sample.variant == "as 003" for sample in made)
    assert all("在*年建設*縣。*年，*各地的湖水" in sample.clean for sample in blanked)


def test_a_place_is_the_same_whatever_was_quoted_or_blanked_before_it() -> None:
    text = "我們在全國各地建設浦江縣。\n" * 40
    pool = make_pool(samples("x", text, ["浦江县"], 16))
    line = len("我們在全國各地建設浦江縣。\n")
    in_line = {made.place % line for made in pool.runs if made.stratum.opening == "note"}
    assert len({made.place for made in pool.runs}) > 20
    assert 0 < len(in_line) < 8, in_line


def test_a_kind_of_few_places_is_left_to_the_likest() -> None:
    truth = read_truth(PATHS.byteshift)
    often, seldom = Stratum("note", "note", "0–1"), Stratum("punctuation", "tag", "0–1")
    judged = Judged("exact", 1, 1)
    many = [Made("x", place, "as 003", often, judged) for place in range(10)]
    few = [Made("x", place % 9, "as 003", seldom, judged) for place in range(90)]
    assert {made.stratum for made in draw_runs(Pool([*many, *few], 0, 0), truth, 50)} == {often}
    assert {made.stratum for made in draw_runs(Pool(few, 0, 0), truth, 50)} == {seldom}
