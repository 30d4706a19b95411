"""Tasks to a project of a Label Studio server, and annotations back.

`LABEL_STUDIO_URL` and `LABEL_STUDIO_TOKEN` say which server and who asks. A task is known by `data.task_id`; a push
looks what the project holds before it sends, so one that was broken off is completed by another.

What is not guaranteed: the server lets two tasks have the same id. Where two pushes run at once, or a server is still
at work on what a killed push had sent it, a task can stand twice until a push has ended; each push ends by looking
again, and removes copies that nobody has worked on.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from ..atomic import write_text
from ..errors import CorpusError
from ..findings import counted
from .connection import Server, find_project, open_project, refusals_named

# Tasks of a request: with fewer a push takes longer, with more it hardly gets faster and keeps annotators waiting.
BATCH = 250
# Tasks of a page when the server is asked what a project holds.
_PAGE = 1000
_FIELDS = "id,data,total_annotations,cancelled_annotations,draft_exists"
# Of ids that a message names.
_TOLD = 5

# Is told how much is done, and of how much.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did: tasks it sent, tasks that were there already, copies it removed."""

    project: int
    sent: int
    known: int
    removed: int


@dataclass(frozen=True, slots=True)
class Pulled:
    """What an export holds; `skipped` are annotations that were cancelled and are among `annotations`."""

    project: int
    tasks: int
    annotations: int
    skipped: int
    drafts: int
    predictions: int


class _Task(NamedTuple):
    """A task as it stands in a project; `worked_on`: it has an annotation, or the draft of one."""

    number: int
    task_id: str
    data: Mapping[str, Any]
    worked_on: bool


def push(
    server: Server, tasks: Sequence[Mapping[str, Any]], title: str, config: str, on_progress: Progress
) -> Pushed:
    """Sees to it that each task stands once in the project of this title, which is made if there is none.

    `tasks` are as Label Studio imports them, each with a `data.task_id` of its own; `on_progress` is told how many
    stand there. Raises CorpusError when an id is missing or stands twice in `tasks`, when the project has another
    labelling config, when it holds a task of the same id with other data (nothing is sent then), and when the server
    refuses.
    """
    by_id = _by_id(tasks)
    project = open_project(server, title, config)
    there = _tasks_there(server, project)
    _refuse_others(there, by_id, title)
    known = by_id.keys() & {task.task_id for task in there}
    missing = [task_id for task_id in by_id if task_id not in known]
    on_progress(len(known), len(by_id))
    for first in range(0, len(missing), BATCH):
        batch = missing[first : first + BATCH]
        with refusals_named(server.url, f"the import of the tasks {batch[0]} to {batch[-1]}"):
            server.client.projects.import_tasks(project, request=[by_id[task_id] for task_id in batch])  # type: ignore[misc]
        on_progress(len(known) + first + len(batch), len(by_id))
    return Pushed(project, len(missing), len(known), _remove_copies(server, project, title))


def pull(server: Server, title: str, path: Path, on_progress: Progress) -> Pulled:
    """Writes the JSON export of a project, all of its tasks, to `path`: the bytes as they came, or no file at all.

    An export is one answer of the server, so a pull that was broken off begins anew. In it `annotations`, `drafts`
    and the numbers of `predictions` stand apart. `on_progress` is told the bytes that came. Raises CorpusError when
    there is no project of this title, when `path` holds anything else already, and when the server refuses.
    """
    project = find_project(server, title)
    if project is None:
        raise CorpusError(f"{server.url}: there is no project {title!r}; push its tasks first, or mend the title")
    content = _export(server, project, on_progress)
    try:
        text = content.decode("utf-8")
        tasks = json.loads(text)
    except ValueError as error:
        raise CorpusError(f"{server.url}: the export of {title!r} is no JSON ({error}); pull again") from None
    if not path.exists():
        write_text(path, text)
    elif not path.is_file() or path.read_bytes() != content:
        raise CorpusError(f"{path}: holds something else, and a batch never changes; name a new file")
    annotations = [annotation for task in tasks for annotation in task["annotations"]]
    return Pulled(
        project,
        len(tasks),
        len(annotations),
        sum(annotation["was_cancelled"] for annotation in annotations),
        sum(len(task["drafts"]) for task in tasks),
        sum(len(task["predictions"]) for task in tasks),
    )


def _by_id(tasks: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    by_id: dict[str, Mapping[str, Any]] = {}
    problems: list[str] = []
    for number, task in enumerate(tasks, start=1):
        task_id = task["data"].get("task_id")
        if not isinstance(task_id, str) or not task_id:
            problems.append(f"task no. {number} has no data.task_id; make the tasks anew")
        elif task_id in by_id:
            problems.append(f"task no. {number}: {task_id} stands twice; a task needs an id of its own")
        else:
            by_id[task_id] = task
    if problems:
        raise CorpusError(*problems)
    return by_id


def _tasks_there(server: Server, project: int, fields: Literal["task_only", "all"] = "task_only") -> list[_Task]:
    """All tasks of a project, in the order they came to it; only with all fields the server tells of drafts."""
    with refusals_named(server.url, "the list of its tasks"):
        found: Iterable[Any] = server.client.tasks.list(
            project=project, fields=fields, include=_FIELDS, page_size=_PAGE
        )
        return sorted(
            _Task(
                task.id,
                str(task.data.get("task_id", "")),
                task.data,
                bool(task.total_annotations or task.cancelled_annotations or task.draft_exists),
            )
            for task in found
        )


def _refuse_others(there: Iterable[_Task], by_id: Mapping[str, Mapping[str, Any]], title: str) -> None:
    others = [task.task_id for task in there if task.task_id in by_id and task.data != by_id[task.task_id]["data"]]
    if others:
        raise CorpusError(
            f"the project {title!r} holds {counted(len(others), 'task')} of the same id with other data, "
            f"such as {_told(others)}; push to another project"
        )


def _remove_copies(server: Server, project: int, title: str) -> int:
    """Leaves one task of each id, the one that was worked on, else the first; how many went.

    All pushes decide alike. Raises CorpusError when more than one of an id was worked on.
    """
    removed = 0
    while _copies(_tasks_there(server, project)):
        spare: list[int] = []
        disputed: list[str] = []
        for task_id, same in _copies(_tasks_there(server, project, "all")).items():
            kept = [task for task in same if task.worked_on] or same[:1]
            spare += [task.number for task in same if task not in kept]
            if len(kept) > 1:
                disputed.append(task_id)
        if spare:
            with refusals_named(server.url, "the removal of copies"):
                selected = {"all": False, "included": spare}
                server.client.actions.create(id="delete_tasks", project=project, selected_items=selected)
        if disputed:
            raise CorpusError(
                f"the project {title!r} holds {counted(len(disputed), 'task')} twice, each copy with work on it, "
                f"such as {_told(disputed)}; delete one of them in Label Studio"
            )
        removed += len(spare)
    return removed


def _copies(there: Iterable[_Task]) -> dict[str, list[_Task]]:
    """The tasks whose id stands more than once, by that id."""
    by_id: dict[str, list[_Task]] = defaultdict(list)
    for task in there:
        if task.task_id:
            by_id[task.task_id].append(task)
    return {task_id: same for task_id, same in by_id.items() if len(same) > 1}


def _export(server: Server, project: int, on_progress: Progress) -> bytes:
    content = bytearray()
    with (
        refusals_named(server.url, "the export"),
        server.client.projects.exports.with_raw_response.download_sync(
            project, export_type="JSON", download_all_tasks=True
        ) as answer,
    ):
        total = int(answer.headers.get("content-length", 0))
        for chunk in answer.data:
            content += chunk
            on_progress(len(content), total)
    return bytes(content)


def _told(names: Sequence[str]) -> str:
    return ", ".join(names[:_TOLD])
