"""The loop on a real Label Studio, by the commands: tasks, two annotators, agreement, decision, gold, release."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import post_annotations
from govwork_build.annotation.accounts import add_annotator
from govwork_build.annotation.connection import connect
from govwork_build.annotation.exports import spans_of
from govwork_build.annotation.inline import marked
from govwork_build.build import build
from govwork_build.build_paths import Paths
from govwork_build.cli import app
from label_studio_server import Server

SEED = "of the loop"


class Loop:
    """A project, a server, and the commands as their users run them."""

    def __init__(self, project: Paths, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        self.project, self.server, self.environment = project, server, monkeypatch
        self.title = f"loop of {project.root.parent.name}"

    def become(self, token: str) -> None:
        self.environment.setenv("LABEL_STUDIO_URL", self.server.url)
        self.environment.setenv("LABEL_STUDIO_TOKEN", token)

    def new_annotator(self, name: str) -> str:
        first = connect({"LABEL_STUDIO_URL": self.server.url, "LABEL_STUDIO_TOKEN": self.server.token})
        return add_annotator(first, f"{name}-{self.project.root.parent.name}@govwork.test").token

    def run(self, *arguments: object, root: bool = True) -> str:
        place = ["--root", str(self.project.root)] if root else []
        result = CliRunner().invoke(app, [*map(str, arguments), *place])
        assert result.exit_code == 0, result.output
        return result.output

    def file(self, name: str) -> Path:
        return self.project.root / name

    def annotate(self, title: str, decisions: Mapping[str, Any]) -> None:
        path = self.file("decisions.json")
        path.write_text(json.dumps(decisions), "utf-8")
        self.environment.setattr(sys, "argv", ["post_annotations"])
        post_annotations.main(path, title)


def decision(task: Any, **changes: Any) -> dict[str, Any]:
    """What is suggested, taken over, with changes."""
    spans = spans_of(task["predictions"][0]) if task.get("predictions") else ()
    said = {"kind": "task", "topics": ["其他"], "marked": marked(task["data"]["text"], spans)}
    return said | changes


def test_from_tasks_to_a_release(project: Paths, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = Loop(project, server, monkeypatch)
    build(project)
    tasks_file = loop.file("tasks.json")
    loop.run("tasks", "make", tasks_file, "--seed", SEED, "--number", 4, "--kind", "task")
    tasks = {task["data"]["task_id"]: task for task in json.loads(tasks_file.read_text("utf-8"))}
    assert tasks

    # Two annotators work in a project each; the second differs in the kind of one block.
    exports = []
    first_task = next(iter(tasks))
    for name in ("first", "second"):
        loop.become(loop.new_annotator(name))
        title = f"{loop.title}, {name}"
        assert f"{len(tasks)} task" in loop.run("tasks", "push", tasks_file, "--project", title, root=False)
        said = {task_id: decision(task) for task_id, task in tasks.items()}
        if name == "second":
            said[first_task] = decision(tasks[first_task], kind="plan")
        loop.annotate(title, said)
        loop.annotate(title, said)
        exports.append(loop.file(f"{name}.json"))
        loop.run("tasks", "pull", exports[-1], "--project", title, root=False)
        assert loop.run("annotations", "check", exports[-1]) == "0 errors, 0 warnings\n"
    assert "block kind" in loop.run("annotations", "agree", *exports)

    # A third decides, in a project pre-filled with both.
    decide = loop.file("decide.json")
    assert "in 1 of which" in loop.run("annotations", "adjudicate", *exports, "-o", decide)
    loop.become(loop.new_annotator("third"))
    title = f"{loop.title}, decisions"
    loop.run("tasks", "push", decide, "--project", title, root=False)
    asked = {task["data"]["task_id"]: task for task in json.loads(decide.read_text("utf-8"))}
    assert asked[first_task]["data"]["differences"] == "block_kind: task | plan"
    loop.annotate(title, {task_id: decision(task, comment="one task") for task_id, task in asked.items()})
    decided, gold = loop.file("decided.json"), project.gold / "loop.jsonl"
    loop.run("tasks", "pull", decided, "--project", title, root=False)
    project.gold.mkdir(parents=True)
    loop.run("annotations", "adjudicate", *exports, "--decided", decided, "-o", gold)
    rows = {row["block_id"]: row for row in map(json.loads, gold.read_text("utf-8").splitlines())}
    disputed = rows[tasks[first_task]["data"]["block_id"]]
    assert disputed["decisions"] == [{"about": "block_kind", "said": ["task", "plan"], "taken": "task"}]
    assert len({*disputed["annotators"], disputed["adjudicator"]}) == 3

    # What was decided is published.
    built = build(project)
    assert built.left_out is None
    assert built.manifest["configs"]["entities"]["train"]["rows"] == len(tasks)
