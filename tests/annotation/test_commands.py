"""The commands of annotation, from tasks to gold, without a server: exports are made of what annotators would say."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from govwork_build.annotation.exports import annotation_of
from govwork_build.annotation.results import results
from govwork_build.build_paths import Paths
from govwork_build.catalogue import load_catalogue
from govwork_build.checks import check_all
from govwork_build.cli import app
from govwork_build.corpus import read_source

ROOT = Path(__file__).parents[2]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments), "--root", str(ROOT)])


def exported(tasks: list[Any], annotator: int, change: Any = lambda annotation: annotation) -> list[Any]:
    """An export in which an annotator took over what is pre-filled, with a change."""
    made = []
    for number, task in enumerate(tasks, start=1):
        filled = {"completed_by": annotator, "id": number, "was_cancelled": False, "lead_time": 12.5}
        (prediction,) = task["predictions"] or [{"result": []}]
        read = annotation_of(filled | {"result": prediction["result"]}, task)
        said = change(replace(read, kind=read.kind or "other"))
        made.append(task | {"id": number, "annotations": [filled | {"result": results(said)}]})
    return made


def written(path: Path, rows: Any) -> Path:
    path.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tasks") / "tasks.json"
    done = run(
        "tasks", "make", path, "--seed", "of the tests", "--number", "24", "--kind", "plan", "--shortest", "40"
    )
    assert done.exit_code == 0, done.output
    assert "24 tasks" in done.output
    return path


@pytest.fixture(scope="module")
def exports(made: Path) -> tuple[Path, Path]:
    """Two annotators who agree but for the first span and a topic."""
    tasks = [task for task in json.loads(made.read_text("utf-8")) if task["data"]["assisted"]]
    plain = [{**task, "data": task["data"] | {"assisted": False}} for task in tasks]

    def first(annotation: Any) -> Any:
        return replace(annotation, kind="plan", topics=("其他",))

    def second(annotation: Any) -> Any:
        return replace(annotation, kind="plan", topics=("综合政务",), spans=annotation.spans[1:])

    return tuple(  # type: ignore[return-value]
        written(made.parent / f"{name}.json", exported(plain, number, change))
        for name, number, change in (("first", 1, first), ("second", 2, second))
    )


def test_tasks_are_made_with_a_key(made: Path) -> None:
    tasks, key = (json.loads(path.read_text("utf-8")) for path in (made, made.with_suffix(".key.json")))
    assert sum(task["data"]["assisted"] for task in tasks) == 12
    assert {each["task_id"] for each in key} <= {task["data"]["task_id"] for task in tasks}
    assert run("tasks", "make", made.parent / "x.json", "--seed", "s", "--kind", "goal").exit_code != 0


def test_blocks_of_other_tasks_are_not_drawn_again(made: Path) -> None:
    """And where only the block's kind and topics are asked for, nothing is suggested."""
    path = made.parent / "blocks.json"
    done = run(
        *("tasks", "make", path, "--seed", "of the tests", "--number", "24", "--kind", "plan", "--shortest", "40"),
        *("--without", made, "--layer", "block"),
    )
    assert done.exit_code == 0, done.output
    before, tasks = (json.loads(file.read_text("utf-8")) for file in (made, path))
    ids = [{task["data"]["block_id"] for task in each} for each in (before, tasks)]
    assert ids[1]
    assert not ids[0] & ids[1]
    assert {task["data"]["layer"] for task in tasks} == {"block"}
    assert not any("predictions" in task for task in tasks)
    assert not path.with_suffix(".key.json").exists()
    refused = run("tasks", "make", path, "--seed", "s", "--without", written(made.parent / "no.json", [{}]))
    assert "no.json: holds no tasks" in str(refused.exception)


def test_what_annotators_took_over_passes_every_check(exports: tuple[Path, Path]) -> None:
    for path in exports:
        checked = run("annotations", "check", path)
        assert checked.output.startswith("0 errors, 0 warnings"), checked.output
        assert run("annotations", "check", path, "--json").output == ""


def test_agreement_is_told_with_gates_and_differences(exports: tuple[Path, Path]) -> None:
    told = run("annotations", "agree", *exports)
    assert told.exit_code == 0
    assert "Blocks without pre-annotations" in told.output
    rows = [json.loads(line) for line in run("annotations", "agree", *exports, "--json").output.splitlines()]
    figures = {(row["measure"], row["of"]): row["value"] for row in rows}
    assert figures["kind_alpha", "all"] is None
    assert 0 < figures["strict_f1", "all"] < 1
    assert figures["topic_jaccard", "all"] == 0
    differing = run("annotations", "agree", *exports, "--differences", "--json").output.splitlines()
    assert len({json.loads(line)["block_id"] for line in differing}) == 12


def test_statistics_tell_what_became_of_pre_annotations(made: Path, tmp_path: Path) -> None:
    tasks = [task for task in json.loads(made.read_text("utf-8")) if task["data"]["assisted"]]
    number = sum("labels" in each["value"] for task in tasks for each in task["predictions"][0]["result"])

    def all_but_one(annotation: Any) -> Any:
        return replace(annotation, kind="plan", topics=("其他",), spans=annotation.spans[1:])

    path = written(tmp_path / "assisted.json", exported(tasks, 1, all_but_one))
    told = run("annotations", "stats", path, "--tasks", made, "--json")
    assert told.exit_code == 0, told.output
    (found,) = [row for row in map(json.loads, told.output.splitlines()) if row["statistic"] == "assistance"]
    assert found["kept"] + found["changed"] + found["removed"] == number
    # Where a place within what was taken out is left, it stands for it.
    assert 0 < found["removed"] <= len(tasks)
    assert found["wrong"] == len(json.loads(made.with_suffix(".key.json").read_text("utf-8")))


def test_two_annotations_become_gold(exports: tuple[Path, Path], tmp_path: Path) -> None:
    tasks, gold = tmp_path / "decide.json", tmp_path / "gold.jsonl"
    asked = run("annotations", "adjudicate", *exports, "-o", tasks)
    assert "12 tasks, in 12 of which the annotators differ" in asked.output

    def decide(annotation: Any) -> Any:
        return replace(annotation, topics=("其他",), comment="the first is right")

    decided = written(tmp_path / "decided.json", exported(json.loads(tasks.read_text("utf-8")), 3, decide))
    assert run("annotations", "adjudicate", *exports, "--decided", decided, "-o", gold).exit_code == 0
    rows = [json.loads(line) for line in gold.read_text("utf-8").splitlines()]
    assert len(rows) == 12
    for row in rows:
        assert (row["annotators"], row["adjudicator"]) == (["annotator-1", "annotator-2"], "annotator-3")
        topic = next(each for each in row["decisions"] if each["about"] == "topic")
        assert (topic["said"], topic["taken"]) == (["其他", "综合政务"], "其他")
        assert row["comment"] == "the first is right"
    texts = {t["data"]["block_id"]: t["data"]["text"] for t in json.loads(tasks.read_text("utf-8"))}
    for row in rows:
        assert all(texts[row["block_id"]][s["start"] : s["end"]] == s["surface"] for s in row["spans"])


def test_a_command_builds_the_corpus_once_however_many_exports_it_reads(
    exports: tuple[Path, Path], release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = len(load_catalogue(Paths(ROOT).catalogue).sources)
    read: list[object] = []

    def counted(*arguments: Any) -> Any:
        read.append(arguments)
        return read_source(*arguments)

    monkeypatch.setattr("govwork_build.corpus.read_source", counted)
    for arguments in (
        ("agree", *exports),
        ("adjudicate", *exports, "--decided", exports[0], "-o", tmp_path / "gold.jsonl"),
        ("migrate", exports[0], "--from", release, "-o", tmp_path / "moved.json"),
    ):
        read.clear()
        assert run("annotations", *arguments).exit_code == 0
        assert len(read) == sources
    read.clear()
    list(check_all(Paths(ROOT)))
    assert len(read) == sources


def test_one_export_is_nothing_to_decide_between(exports: tuple[Path, Path], tmp_path: Path) -> None:
    assert run("annotations", "adjudicate", exports[0], "-o", tmp_path / "x.json").exit_code != 0


def test_migration_to_the_same_version_keeps_all(exports: tuple[Path, Path], release: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved.json"
    told = run("annotations", "migrate", exports[0], "--from", release, "-o", moved)
    assert told.exit_code == 0, told.output
    before, after = (json.loads(path.read_text("utf-8")) for path in (exports[0], moved))
    read = [
        {task["data"]["task_id"]: annotation_of(task["annotations"][0], task).spans for task in tasks}
        for tasks in (before, after)
    ]
    assert read[0] == read[1] != {}
    assert run("annotations", "check", moved).output.startswith("0 errors")


@pytest.mark.parametrize(
    ("batch", "decisions", "gold"),
    [
        ("2026-11-gold", ("decisions", "review"), "2026-11"),
        ("2026-11-blocks", ("decisions",), "2026-11-blocks"),
    ],
)
def test_gold_is_what_was_decided_of_the_batches(
    batch: str, decisions: tuple[str, ...], gold: str, tmp_path: Path
) -> None:
    """Line by line, but where a line has moved on to another text since."""
    folder, output = ROOT / "annotations", tmp_path / "gold.jsonl"
    exports = [folder / "batches" / f"{batch}-{name}.json" for name in ("a", "b")]
    decided = [part for name in decisions for part in ("--decided", folder / "batches" / f"{batch}-{name}.json")]
    done = run("annotations", "adjudicate", *exports, *decided, "-o", output, "--root", ROOT)
    assert done.exit_code == 0, done.output
    made, kept = (
        {row["block_id"]: row for row in map(json.loads, path.read_text("utf-8").splitlines())}
        for path in (output, folder / "gold" / f"{gold}.jsonl")
    )
    texts = {name: row["text_sha256"] for name, row in made.items()}
    same = [name for name in kept if kept[name]["text_sha256"] == texts.get(name)]
    assert same
    # What a migration sets anew where the text is the same.
    place = {"start", "corpus_version"}
    for name in same:
        assert {key: kept[name][key] for key in kept[name].keys() - place} == {
            key: made[name][key] for key in made[name].keys() - place
        }
