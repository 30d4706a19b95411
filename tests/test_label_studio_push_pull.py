"""Tasks go to a real Label Studio and annotations come back, whatever was broken off on the way."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from govwork_build.annotation.accounts import add_annotator
from govwork_build.annotation.connection import Server, connect, find_project
from govwork_build.annotation.exports import read_export, spans_of
from govwork_build.annotation.server import BATCH, Pulled, Pushed, pull, push
from govwork_build.errors import CorpusError
from label_studio_server import Server as Running

ROOT = Path(__file__).parents[1]
CONFIG = (ROOT / "annotations" / "labels.xml").read_text("utf-8")
# Beyond the BMP, 𠮷 and 😀 are one code point each and two UTF-16 units: a wrong unit shows.
TEXT = "𠮷林镇😀力争新增城镇就业6万人\t全年新增&amp;项目20个。"
# Pushes the tasks of a file, a line for each progress; the last says that it has ended.
PUSHING = """
import json, os, sys
from govwork_build.annotation.connection import connect
from govwork_build.annotation.server import push
tasks, config = (open(name, encoding="utf-8").read() for name in sys.argv[2:])
push(connect(os.environ), json.loads(tasks), sys.argv[1], config, lambda done, total: print(done, flush=True))
print("ended", flush=True)
"""


def region(name: str, label: str, surface: str) -> dict[str, Any]:
    start = TEXT.index(surface)
    value = {"start": start, "end": start + len(surface), "text": surface, "labels": [label]}
    return {"id": name, "from_name": "entity", "to_name": "text", "type": "labels", "value": value}


def kind(value: str) -> dict[str, Any]:
    place = {"id": "kind", "from_name": "block_kind", "to_name": "text", "type": "choices"}
    return place | {"value": {"choices": [value]}}


def tasks_of(count: int) -> list[dict[str, Any]]:
    """Tasks with a pre-annotation each."""
    data = {"doc_id": "d", "start": 0, "corpus_version": "0.1.0", "text_sha256": "0" * 64, "text": TEXT}
    around = {"guideline_version": "0.2", "title": "要点", "before": "", "after": ""}
    prediction = {"model_version": "rules-1", "result": [region("q", "QTY", "6万人")]}
    return [
        {"data": {"task_id": f"d:{n}:1", "block_id": f"d:{n}"} | data | around, "predictions": [prediction]}
        for n in range(count)
    ]


def nothing(done: int, total: int) -> None: ...


@pytest.fixture
def connection(server: Running) -> Server:
    return connect({"LABEL_STUDIO_URL": server.url, "LABEL_STUDIO_TOKEN": server.token})


@pytest.fixture
def title(request: pytest.FixtureRequest) -> str:
    """A project of the test's own; a title has 50 characters at most."""
    return str(request.node.name).removeprefix("test_")[-50:]


def held(connection: Server, title: str, folder: Path) -> list[Any]:
    """The tasks that a project holds."""
    path = folder / "held.json"
    pull(connection, title, path, nothing)
    tasks: list[Any] = json.loads(path.read_text("utf-8"))
    path.unlink()
    return tasks


def assert_each_once(tasks: Sequence[Any], connection: Server, title: str, folder: Path) -> None:
    there = held(connection, title, folder)
    stands = Counter(task["data"]["task_id"] for task in there)
    assert stands == Counter(task["data"]["task_id"] for task in tasks)
    assert {len(task["predictions"]) for task in there} == {1}


def pushing(running: Running, title: str, tasks: Sequence[Any], folder: Path) -> subprocess.Popen[str]:
    """A push by a process of its own, with a line on its output for each progress."""
    file = folder / "tasks.json"
    file.write_text(json.dumps(tasks), "utf-8")
    environment = {
        "PYTHONPATH": ":".join(str(ROOT / name) for name in ("scripts", "loader")),
        "LABEL_STUDIO_URL": running.url,
        "LABEL_STUDIO_TOKEN": running.token,
    }
    command = [sys.executable, "-c", PUSHING, title, str(file), str(ROOT / "annotations" / "labels.xml")]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def test_a_second_push_sends_nothing(connection: Server, title: str, tmp_path: Path) -> None:
    tasks = tasks_of(BATCH + 3)
    told: list[tuple[int, int]] = []
    first = push(connection, tasks, title, CONFIG, lambda *progress: told.append(progress))
    assert told == [(0, BATCH + 3), (BATCH, BATCH + 3), (BATCH + 3, BATCH + 3)]
    again = push(connection, [*tasks, *tasks_of(BATCH + 5)[-2:]], title, CONFIG, nothing)
    assert first == Pushed(first.project, sent=BATCH + 3, known=0, removed=0)
    assert again == Pushed(first.project, sent=2, known=BATCH + 3, removed=0)
    assert_each_once(tasks_of(BATCH + 5), connection, title, tmp_path)


@pytest.mark.parametrize("lines", [0, 1, 2, 3])
def test_a_killed_push_is_completed_by_another(
    lines: int, server: Running, connection: Server, title: str, tmp_path: Path
) -> None:
    """Killed after so many progress lines: before the project is there, and while a batch is under way."""
    tasks = tasks_of(4 * BATCH)
    process = pushing(server, title, tasks, tmp_path)
    assert process.stdout is not None
    seen = [process.stdout.readline() for _ in range(lines)]
    process.kill()
    assert process.wait() == -9
    assert "ended\n" not in seen + process.stdout.readlines()
    process.stdout.close()

    push(connection, tasks, title, CONFIG, nothing)

    push(connection, tasks, title, CONFIG, nothing)
    assert_each_once(tasks, connection, title, tmp_path)


def test_a_part_of_a_batch_that_the_server_has_is_not_sent_again(
    connection: Server, title: str, tmp_path: Path
) -> None:
    tasks = tasks_of(BATCH + 10)
    project = push(connection, [], title, CONFIG, nothing).project
    connection.client.projects.import_tasks(project, request=[tasks[0], *tasks[100:200]])  # type: ignore[list-item]
    assert push(connection, tasks, title, CONFIG, nothing) == Pushed(project, BATCH - 91, 101, 0)
    assert_each_once(tasks, connection, title, tmp_path)


def test_of_copies_the_one_that_was_worked_on_stays(connection: Server, title: str, tmp_path: Path) -> None:
    """As a killed push leaves them whose request the server had not ended when the next one looked."""
    tasks = tasks_of(4)
    project = push(connection, tasks, title, CONFIG, nothing).project
    connection.client.projects.import_tasks(project, request=[*tasks, tasks[1]])  # type: ignore[list-item]
    copies = [task["id"] for task in held(connection, title, tmp_path) if task["data"] == tasks[1]["data"]]
    connection.client.annotations.create(copies[1], result=[region("q", "QTY", "6万人")])
    drafted = [task["id"] for task in held(connection, title, tmp_path) if task["data"] == tasks[2]["data"]]
    response = connection.client._client_wrapper.httpx_client.request(
        f"api/tasks/{drafted[1]}/drafts",
        method="POST",
        json={"result": [region("i", "IND", "城镇就业")], "lead_time": 1},
    )
    assert response.status_code == 201
    assert push(connection, tasks, title, CONFIG, nothing) == Pushed(project, 0, 4, 5)
    assert_each_once(tasks, connection, title, tmp_path)
    kept = {task["data"]["task_id"]: task["id"] for task in held(connection, title, tmp_path)}
    assert kept["d:1:1"] == copies[1]
    assert kept["d:2:1"] == drafted[1]


def test_copies_with_work_on_each_are_named_and_kept(connection: Server, title: str, tmp_path: Path) -> None:
    tasks = tasks_of(2)
    project = push(connection, tasks, title, CONFIG, nothing).project
    connection.client.projects.import_tasks(project, request=[tasks[1]])  # type: ignore[list-item]
    copies = [task["id"] for task in held(connection, title, tmp_path) if task["data"] == tasks[1]["data"]]
    for number in copies:
        connection.client.annotations.create(number, result=[region("q", "QTY", "6万人")])
    with pytest.raises(CorpusError, match=r"1 task twice.* d:1:1; delete one"):
        push(connection, tasks, title, CONFIG, nothing)
    assert len(held(connection, title, tmp_path)) == 3


def test_two_pushes_at_once_leave_each_task_once(
    server: Running, connection: Server, title: str, tmp_path: Path
) -> None:
    tasks = tasks_of(2 * BATCH)
    both = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        both.append(pushing(server, title, tasks, tmp_path / name))
    for process in both:
        process.communicate()
    # A push that met the other may be refused (the server's database is locked); a further one completes it.
    push(connection, tasks, title, CONFIG, nothing)
    assert_each_once(tasks, connection, title, tmp_path)


def test_two_annotators_work_and_their_spans_are_code_points(
    server: Running, connection: Server, title: str, tmp_path: Path
) -> None:
    tasks = tasks_of(3)
    project = push(connection, tasks, title, CONFIG, nothing).project
    numbers = {task["data"]["task_id"]: task["id"] for task in held(connection, title, tmp_path)}
    surfaces = {"REG": "𠮷林镇", "MOD": "力争", "IND": "城镇就业", "QTY": "20个"}
    for email in ("one@govwork.test", "two@govwork.test"):
        login = add_annotator(connection, f"{title[:20]}-{email}")
        annotator = connect({"LABEL_STUDIO_URL": server.url, "LABEL_STUDIO_TOKEN": login.token})
        result = [region(label, label, surface) for label, surface in surfaces.items()]
        for task_id in ("d:0:1", "d:1:1"):
            annotator.client.annotations.create(numbers[task_id], result=[*result, kind("task")])

    path = tmp_path / "batch.json"
    told: list[tuple[int, int]] = []
    pulled = pull(connection, title, path, lambda *progress: told.append(progress))

    assert pulled == Pulled(project, tasks=3, annotations=4, skipped=0, drafts=0, predictions=3)
    assert told[-1] == (path.stat().st_size, path.stat().st_size)
    exported, problem = read_export(path)
    assert problem == ""
    assert [task["data"] for task in exported] == [task["data"] for task in tasks]
    for task in exported:
        annotators = {annotation["completed_by"] for annotation in task["annotations"]}
        assert len(annotators) == len(task["annotations"])
        for annotation in task["annotations"]:
            found = {span.label: TEXT[span.start : span.end] for span in spans_of(annotation)}
            assert found == surfaces
    assert pull(connection, title, path, nothing) == pulled


def test_a_pull_never_overwrites(connection: Server, title: str, tmp_path: Path) -> None:
    push(connection, tasks_of(1), title, CONFIG, nothing)
    path = tmp_path / "batch.json"
    path.write_text("[]", "utf-8")
    with pytest.raises(CorpusError, match=r"batch\.json: holds something else"):
        pull(connection, title, path, nothing)
    assert path.read_text("utf-8") == "[]"
    with pytest.raises(CorpusError, match="make it first"):
        pull(connection, title, tmp_path / "nowhere" / "batch.json", nothing)
    assert [file.name for file in tmp_path.iterdir()] == ["batch.json"]


def test_what_is_wrong_with_tasks_or_project_is_named_before_anything_is_sent(
    connection: Server, title: str, tmp_path: Path
) -> None:
    first, second = tasks_of(2)
    with pytest.raises(CorpusError, match=r"no\. 2: d:0:1 stands twice"):
        push(connection, [first, first], title, CONFIG, nothing)
    with pytest.raises(CorpusError, match=r"no\. 1 has no data\.task_id"):
        push(connection, [{"data": {"text": "x"}}], title, CONFIG, nothing)
    with pytest.raises(CorpusError, match="is no XML"):
        push(connection, [first], title, "<View>", nothing)
    assert find_project(connection, title) is None
    with pytest.raises(CorpusError, match="there is no project"):
        pull(connection, title, tmp_path / "batch.json", nothing)

    push(connection, [first], title, CONFIG, nothing)
    with pytest.raises(CorpusError, match=rf"{title}' has another labelling config"):
        push(connection, [first, second], title, CONFIG.replace("指标 IND", "别的 IND"), nothing)
    changed = {"data": first["data"] | {"text": TEXT[1:]}}
    with pytest.raises(CorpusError, match=r"1 task of the same id with other data, such as d:0:1"):
        push(connection, [changed, second], title, CONFIG, nothing)
    textless = {"data": {"task_id": "d:1:1", "title": "要点"}}
    with pytest.raises(CorpusError, match=r"the import of the tasks d:1:1 to d:1:1 is refused \(400: .*text"):
        push(connection, [first, textless], title, CONFIG, nothing)
    assert_each_once([first], connection, title, tmp_path)


def test_of_two_projects_of_a_title_the_one_with_tasks_is_meant(
    connection: Server, title: str, tmp_path: Path
) -> None:
    """As two pushes at once leave them where the second cannot remove its own."""
    older, newer = (connection.client.projects.create(title=title, label_config=CONFIG).id or 0 for _ in range(2))
    assert find_project(connection, title) == older
    tasks = tasks_of(2)
    connection.client.projects.import_tasks(newer, request=[tasks[0]])  # type: ignore[list-item]
    assert push(connection, tasks, title, CONFIG, nothing) == Pushed(newer, 1, 1, 0)
    assert_each_once(tasks, connection, title, tmp_path)

    connection.client.projects.import_tasks(older, request=[tasks[0]])  # type: ignore[list-item]
    with pytest.raises(CorpusError, match=r"2 projects are titled .* rename all but one"):
        push(connection, tasks, title, CONFIG, nothing)


def test_a_server_that_cannot_be_used_is_named(server: Running) -> None:
    with pytest.raises(CorpusError) as missing:
        connect({})
    assert [problem.partition(":")[0] for problem in missing.value.problems] == [
        "LABEL_STUDIO_URL",
        "LABEL_STUDIO_TOKEN",
    ]
    for url, token, expected in (
        (server.url, "wrong", "refuses the token"),
        (server.url, "令牌", "holds characters that no token has"),
        ("http://127.0.0.1:9", "any", "no server answers"),
        ("127.0.0.1:9", "any", "no server answers"),
        (f"{server.url}/nowhere", server.token, "the greeting is refused .* mend that, or LABEL_STUDIO_URL"),
    ):
        with pytest.raises(CorpusError, match=expected):
            connect({"LABEL_STUDIO_URL": url, "LABEL_STUDIO_TOKEN": token})


def test_another_version_of_the_server_is_a_warning(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"LABEL_STUDIO_URL": server.url, "LABEL_STUDIO_TOKEN": server.token}
    assert connect(environment).warning is None
    monkeypatch.setattr("govwork_build.annotation.connection.TRIED", "1.0.0")
    assert "this was tried with 1.0.0" in str(connect(environment).warning)


def test_an_account_is_made_once(connection: Server) -> None:
    add_annotator(connection, "once@govwork.test")
    with pytest.raises(CorpusError, match="name an address that has none yet"):
        add_annotator(connection, "once@govwork.test")
    with pytest.raises(CorpusError, match="no address: "):
        add_annotator(connection, "no address")
