"""Quality estimates: what is drawn, what a judge is shown, and what the answers say."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cases import ROOT
from typer.testing import CliRunner

from govwork_build.annotation.inline import marked
from govwork_build.build_paths import Paths
from govwork_build.cli import app
from govwork_build.errors import CorpusError
from govwork_build.quality.aspects import aspects
from govwork_build.quality.estimate import (
    estimates,
    quality_rows,
    questions,
    read_corpus,
    read_object,
    sample,
    unanswered,
)
from govwork_build.quality.items import Aspect, Corpus, Item, Tally
from govwork_build.quality.windows import BREAK, Lines, break_tally, character_tally

SEED = "of the tests"


@cache
def corpus() -> Corpus:
    return read_corpus(Paths(ROOT))


@cache
def asked() -> dict[str, Any]:
    return questions(corpus(), SEED)


def perfect(aspect: Aspect, item: Item) -> Any:
    """The answer of a judge who finds what the corpus has."""
    if aspect.name == "segmentation":
        window, begins = item.ours
        edges = [0, *begins, len(window)]
        return BREAK.join(window[start:end] for start, end in pairwise(edges))
    if aspect.name != "entities":
        return item.ours
    annotation = corpus().gold[item.item_id].annotation
    return marked(annotation.block.text, annotation.spans)


@cache
def perfect_answers() -> dict[str, dict[str, Any]]:
    return {
        aspect.name: {item.item_id: perfect(aspect, item) for item in sample(aspect, corpus(), SEED)}
        for aspect in aspects()
    }


@pytest.mark.parametrize("aspect", aspects(), ids=lambda aspect: aspect.name)
def test_a_draw_is_its_seed_and_spreads_over_documents(aspect: Aspect) -> None:
    drawn, again, other = (sample(aspect, corpus(), seed) for seed in (SEED, SEED, "another"))
    ids = [item.item_id for item in drawn]
    assert ids == [item.item_id for item in again]
    assert len(set(ids)) == len(ids)
    assert set(ids) != {item.item_id for item in other}
    everywhere = {item.doc_id for item in aspect.items(corpus())}
    assert len({item.doc_id for item in drawn}) == min(len(everywhere), aspect.number)


@pytest.mark.parametrize("name", ["segmentation", "script", "repair"])
def test_what_is_shown_is_the_source_as_received(name: str) -> None:
    """A window stands in its document's source, which is not changed; no text of the corpus is shown."""
    sources = {document.doc_id: document.normalised.traced.source for document in corpus().documents}
    for item_id, shown in asked()["aspects"][name]["items"].items():
        doc_id, _, place = item_id.rpartition(":")
        start, end = map(int, place.split("-"))
        assert sources[doc_id][start:end] == shown["window"]
        assert shown["window"].strip()


def test_no_answer_is_shown() -> None:
    for aspect in aspects():
        for item in sample(aspect, corpus(), SEED):
            assert "ours" not in item.shown
            if aspect.name in ("segmentation", "script", "repair"):
                assert "⏎" not in "".join(item.shown.values())
            if aspect.name == "entities":
                assert item.shown["text"] == corpus().gold[item.item_id].annotation.block.text


def test_a_judge_who_finds_what_the_corpus_has_finds_no_fault() -> None:
    for estimate in estimates(corpus(), perfect_answers(), "answers.json"):
        assert {estimate.precision, estimate.recall, estimate.whole} == {
            (1, round(0.025 ** (1 / estimate.items), 4), 1)
        }
        assert estimate.items == len(asked()["aspects"][estimate.aspect]["items"])
        assert estimate.ours == estimate.judged > 0


def test_what_is_wrong_lowers_what_it_concerns() -> None:
    answers = {name: dict(said) for name, said in perfect_answers().items()}
    first = next(iter(answers["units"]))
    answers["units"][first] = [*answers["units"][first], "lead 市天文台"]
    found = {each.aspect: each for each in estimates(corpus(), answers, "answers.json")}
    units = found["units"]
    assert units.precision[0] == 1
    assert units.recall[0] < 1
    assert units.whole[0] == pytest.approx(1 - 1 / units.items, abs=1e-4)
    assert units.whole[1] < units.whole[0] <= units.whole[2]
    assert found["metadata"].whole[0] == 1


def test_answers_that_are_missing_or_of_another_form_are_told() -> None:
    answers = {name: dict(said) for name, said in perfect_answers().items()}
    missing = next(iter(answers["script"]))
    del answers["script"][missing]
    broken = next(iter(answers["structure"]))
    answers["structure"][broken] = ["一"]
    assert unanswered(asked(), answers, "answers.json") == [f"answers.json: script {missing} has no answer"]
    with pytest.raises(CorpusError) as error:
        list(estimates(corpus(), answers, "answers.json"))
    assert error.value.problems == (f"answers.json: structure {broken}: ['一'] is not of 2 texts",)


def test_what_the_corpus_no_longer_has_counts_as_wrong() -> None:
    (estimate,) = estimates(corpus(), {"units": {"gone:7": ["lead 市天文台"]}}, "answers.json")
    assert (estimate.items, estimate.precision[0], estimate.whole[0]) == (1, 0, 0)


def test_the_commands_draw_and_estimate(tmp_path: Path) -> None:
    drawn, answers, output = (tmp_path / name for name in ("questions.json", "answers.json", "quality.json"))
    runner = CliRunner()
    assert runner.invoke(app, ["quality", "draw", str(drawn), "--seed", SEED, "--root", str(ROOT)]).exit_code == 0
    assert json.loads(drawn.read_text("utf-8")) == json.loads(json.dumps(asked()))
    answers.write_text(json.dumps(perfect_answers()), "utf-8")
    command = ["quality", "estimate", str(answers), "-o", str(output), "--questions", str(drawn), "--root", str(ROOT)]
    done = runner.invoke(app, command)
    assert done.exit_code == 0, done.output
    assert "100.0 [94.0, 100.0]" in done.output
    assert [row["aspect"] for row in json.loads(output.read_text("utf-8"))] == [each.name for each in aspects()]


@pytest.mark.parametrize(
    ("window", "begins", "said", "expected"),
    [
        ("一、回顾去年,增长。", (4,), "一、回顾⏎ 去年,增长。", Tally(1, 1, 1)),
        ("一、回顾去年增长", (4,), "一、回顾去年增长", Tally(1, 0, 0)),
        ("去年增长", (), "去年⏎增长", Tally(0, 1, 0)),
        ("去年增长", (0, 4), "⏎去年增长⏎", Tally(0, 0, 0)),
        ("去年增长", (2,), "去那年⏎增长", Tally(1, 1, 1)),
        ("去年增长", (2,), "增长⏎去年", Tally(1, 1, 0)),
    ],
)
def test_breaks_are_known_by_what_stands_before(
    window: str, begins: tuple[int, ...], said: str, expected: Tally
) -> None:
    assert break_tally(Lines(window, begins), said) == expected


def test_lines_begin_where_the_source_has_their_first_character() -> None:
    """Marks of the source and of the text differ; a break is held against the judge's copy of the source."""
    (item,) = [
        item
        for item in sample(aspects()[0], corpus(), "0.1.0")
        if item.item_id == "jinhua-2018-task_breakdown:12286-12686"
    ]
    lines = item.shown["window"].replace("\n", BREAK)
    assert break_tally(item.ours, lines).right


def test_characters_are_compared_in_order() -> None:
    assert character_tally("规模化、集群化", "规模□、集群化") == Tally(7, 7, 6)
    assert character_tally("全国 各地", "全国各地") == Tally(4, 4, 4)


def kept_estimates() -> list[dict[str, Any]]:
    folder = ROOT / "corpus" / "quality" / Paths(ROOT).version()
    return json.loads((folder / "quality.json").read_text("utf-8"))  # type: ignore[no-any-return]


def test_the_estimates_of_this_version_are_what_the_answers_say() -> None:
    answers = ROOT / "corpus" / "quality" / Paths(ROOT).version() / "answers.json"
    found = quality_rows(estimates(corpus(), read_object(answers), str(answers)))
    assert found == kept_estimates()
    assert [row["aspect"] for row in found] == [aspect.name for aspect in aspects()]


def test_the_document_tells_the_estimates() -> None:
    told = (ROOT / "docs" / "quality.md").read_text("utf-8")
    for row in kept_estimates():
        figures = (
            "{value:.1f} [{low:.1f}–{high:.1f}]".format(**{name: 100 * value for name, value in row[of].items()})
            for of in ("precision", "recall", "whole")
        )
        assert f"| {row['aspect']} | {row['items']} | {row['unit']}s | {' | '.join(figures)} |" in told
