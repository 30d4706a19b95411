"""The loop of annotation on a real Label Studio: tasks go in, annotations are made, an export passes every check."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from govwork_build.annotation.checks import check_task
from govwork_build.build_paths import Paths
from govwork_build.release import load_splits
from label_studio_server import Server
from make_first_batch import (
    LONGEST,
    PROSE,
    QUOTA,
    SHORTEST,
    Api,
    BatchError,
    Candidate,
    annotate,
    app,
    candidates,
    draw,
    offset_of,
    results_of,
    task_of,
)

ROOT = Path(__file__).parents[1]
CONFIG = (ROOT / "annotations" / "labels.xml").read_text("utf-8")
VALID: list[Any] = json.loads((ROOT / "tests" / "data" / "annotations" / "valid.json").read_text("utf-8"))
# Beyond the BMP, 𠮷 and 😀 are one code point each and two UTF-16 units: a wrong unit shows.
TEXTS = {
    "loop:0": "𠮷林镇😀力争新增城镇就业6万人，全年新增项目20个。",
    "loop:40": "牵头单位：市人力社保局，义乌市政府",
}
DECISIONS: dict[str, Any] = {
    "loop:0": {
        "block_kind": "task",
        "topics": ["劳动、人事、监察"],
        "unsure": True,
        "comment": "两行\n备注",
        "spans": {
            "r": ["REG", "𠮷林镇", 1],
            "m": ["MOD", "力争", 1],
            "c": ["CHG", "新增", 1],
            "c2": ["CHG", "新增", 2],
            "i": ["IND", "城镇就业", 1],
            "q": ["QTY", "6万人", 1],
        },
        "relations": [["q", "of", "i"], ["q", "chg", "c"], ["q", "at", "r"]],
    },
    "loop:40": {
        "block_kind": "lead_line",
        "topics": [],
        "spans": {
            "a": ["ORG", "市人力社保局", 1],
            "b": ["ORG", "义乌市政府", 1],
            "r": ["REG", "义乌市", 1],
        },
        "relations": [],
    },
}
ROWS = {
    block_id: {"block_id": block_id, "doc_id": "loop", "start": int(block_id[5:]), "text": text}
    for block_id, text in TEXTS.items()
}
TASKS = [task_of(Candidate(row, None, "", ""), "0.1.0") for row in ROWS.values()]


def surfaces(exported: Any) -> dict[str, str]:
    """What each span of a task's only annotation covers, by its offsets alone."""
    (annotation,) = exported["annotations"]
    return {
        result["id"]: exported["data"]["text"][result["value"]["start"] : result["value"]["end"]]
        for result in annotation["result"]
        if result["type"] == "labels"
    }


def test_two_tasks_come_back_as_they_were_meant(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_URL", server.url)
    monkeypatch.setenv("LABEL_STUDIO_TOKEN", server.token)
    tasks, decisions, output = (tmp_path / name for name in ("tasks.json", "decisions.json", "export.json"))
    tasks.write_text(json.dumps(TASKS), "utf-8")
    decisions.write_text(json.dumps(DECISIONS), "utf-8")
    arguments = ["run", str(tasks), str(decisions), str(output), "--root", str(ROOT)]

    assert CliRunner().invoke(app, arguments).exit_code == 0

    exported = json.loads(output.read_text("utf-8"))
    assert [task["data"] for task in exported] == [task["data"] for task in TASKS]
    for task in exported:
        block_id = task["data"]["block_id"]
        assert list(check_task(task, ROWS[block_id])) == []
        meant = {name: surface for name, (_, surface, _) in DECISIONS[block_id]["spans"].items()}
        assert surfaces(task) == meant

    again = CliRunner().invoke(app, arguments)
    assert again.exit_code == 1
    assert "never changed" in again.stderr


def test_the_valid_fixture_is_what_the_server_gives(server: Server) -> None:
    api = Api(server.url, server.token)
    project = api.post("/api/projects/", {"title": "fixture", "label_config": CONFIG})["id"]
    for task in VALID:
        imported = api.post(f"/api/projects/{project}/import?return_task_ids=true", [{"data": task["data"]}])
        (number,) = imported["task_ids"]
        api.post(f"/api/tasks/{number}/annotations/", {"result": task["annotations"][0]["result"]})

    exported = json.loads(api.call("GET", f"/api/projects/{project}/export?exportType=JSON"))

    assert [task.keys() for task in exported] == [task.keys() for task in VALID]
    assert [task["data"] for task in exported] == [task["data"] for task in VALID]
    results = [[annotation["result"] for annotation in task["annotations"]] for task in exported]
    assert results == [[annotation["result"] for annotation in task["annotations"]] for task in VALID]


def test_a_server_that_refuses_is_quoted(server: Server) -> None:
    with pytest.raises(BatchError, match=r"POST .*/api/projects/: .*401"):
        annotate(Api(server.url, "wrong"), CONFIG, TASKS, DECISIONS)


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(BatchError, match=r"127\.0\.0\.1:9/api/projects/"):
        annotate(Api("http://127.0.0.1:9", "any"), CONFIG, TASKS, DECISIONS)


def test_annotations_must_be_those_of_the_tasks() -> None:
    with pytest.raises(BatchError, match="loop:40"):
        annotate(Api("http://127.0.0.1:9", "any"), CONFIG, TASKS, {"loop:0": DECISIONS["loop:0"]})


def test_an_occurrence_is_found_or_refused() -> None:
    assert offset_of("新增新增", "新增", 2) == 2
    with pytest.raises(BatchError, match="2 times"):
        offset_of("新增", "新增", 2)


def test_a_relation_of_no_span_is_refused() -> None:
    with pytest.raises(BatchError, match="not there"):
        results_of({**DECISIONS["loop:40"], "relations": [["a", "of", "gone"]]}, TEXTS["loop:40"])


def test_the_draw_is_of_training_blocks_by_quota_and_repeats_itself() -> None:
    paths = Paths(ROOT)
    pool = list(candidates(paths))
    drawn = draw(pool)
    split_of = load_splits(paths.splits)
    rows = [candidate.row for candidate in drawn]
    assert {split_of[row["doc_id"]] for row in rows} == {"train"}
    assert {kind: sum(row["kind"] == kind for row in rows) for kind in QUOTA} == QUOTA
    assert all(SHORTEST <= len(row["text"]) <= LONGEST for row in rows if row["kind"] in PROSE)
    assert draw(pool[::-1])[::-1] == drawn
    assert draw(pool, "another seed") != drawn


def test_the_neighbours_of_a_block_go_with_it(tmp_path: Path) -> None:
    output = tmp_path / "tasks.json"
    assert CliRunner().invoke(app, ["tasks", str(output), "--root", str(ROOT)]).exit_code == 0
    tasks = json.loads(output.read_text("utf-8"))
    assert len(tasks) == sum(QUOTA.values())
    assert all(task.keys() == {"data"} for task in tasks)
    for data in (task["data"] for task in tasks):
        document = (ROOT / "corpus" / "documents" / f"{data['doc_id']}.txt").read_text("utf-8")
        assert "\n".join(filter(None, (data["before"], data["text"], data["after"]))) in document
