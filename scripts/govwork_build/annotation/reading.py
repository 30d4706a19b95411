"""The annotations of an export, as far as they are right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..errors import CorpusError
from ..json_file import read_json
from .checks import CorpusTexts, annotations_made, examine, task_name
from .exports import read_export, spans_of
from .records import Annotation, Span

Told = Callable[[str], None]


def read_tasks(path: Path) -> list[Any]:
    """The tasks of an export. Raises CorpusError when it is none."""
    tasks, problem = read_export(path)
    if problem:
        raise CorpusError(f"{path}: {problem}")
    return tasks


def tasks_by_block(path: Path) -> dict[str, Any]:
    return {task["data"]["block_id"]: task for task in read_tasks(path)}


def read_annotations(path: Path, corpus: CorpusTexts | None, told: Told) -> Iterator[Annotation]:
    """What is right of each annotation of an export, on the text that it was made on.

    A task of the present version is held to the corpus, if one is given. What is put aside is told. Raises
    CorpusError.
    """
    tasks = read_tasks(path)
    made = annotations_made(tasks)
    for task in tasks:
        examined = examine(task, corpus, made)
        place = f"{path} {task_name(task)}"
        if task["annotations"]:
            for found in examined.found:
                if found.is_error:
                    told(f"{place}: {found.check} left out: {found.message}")
        for each in examined.annotations:
            for found in each.put_aside:
                told(f"{place}: {each.name}: {found.check} put aside: {found.message}")
            if each.sound:
                yield each.sound


def predictions_of(path: Path) -> dict[str, tuple[Span, ...]]:
    """The pre-annotated spans of tasks as they were pushed, by block; an export has only their number.

    Raises CorpusError.
    """
    try:
        return {
            task["data"]["block_id"]: spans_of(prediction)
            for task in read_json(path)
            for prediction in task.get("predictions", ())
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise CorpusError(f"{path}: holds no tasks that `tasks make` wrote ({error!r}); make them anew") from None


def blocks_of_tasks(path: Path) -> list[str]:
    """The blocks of tasks as they were made, or of an export of them. Raises CorpusError."""
    try:
        return [task["data"]["block_id"] for task in read_json(path)]
    except (KeyError, TypeError, AttributeError) as error:
        raise CorpusError(f"{path}: holds no tasks that `tasks make` wrote ({error!r}); make them anew") from None


def read_key(path: Path) -> frozenset[tuple[str, str]]:
    """The pre-annotations that are wrong on purpose, by block and id. Raises CorpusError."""
    try:
        return frozenset((row["task_id"].rpartition("@")[0], row["span_id"]) for row in read_json(path))
    except (KeyError, TypeError, AttributeError) as error:
        raise CorpusError(
            f"{path}: is no key that `govwork tasks make` wrote ({error!r}); make the tasks anew"
        ) from None
