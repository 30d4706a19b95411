"""The annotations of an export, as far as they are right, against the corpus as it is built now."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..build_paths import Paths
from ..corpus import sha256
from ..errors import CorpusError
from .checks import annotations_made, corpus_blocks, examine, task_name
from .exports import read_export, spans_of
from .records import Annotation, Span


def read_tasks(path: Path, paths: Paths) -> list[Any]:
    """The tasks of an export. Raises CorpusError when it is none."""
    tasks, problem = read_export(path)
    if problem:
        raise CorpusError(f"{path}: {problem}")
    return tasks


def tasks_by_block(path: Path, paths: Paths) -> dict[str, Any]:
    return {task["data"]["block_id"]: task for task in read_tasks(path, paths)}


def read_annotations(path: Path, paths: Paths, told: Callable[[str], None]) -> Iterator[Annotation]:
    """What is right of each annotation of an export; what is put aside is told. Raises CorpusError."""
    tasks = read_tasks(path, paths)
    blocks = corpus_blocks(paths, {task["data"]["doc_id"] for task in tasks})
    made = annotations_made(tasks)
    for task in tasks:
        block = blocks.get(task["data"]["block_id"])
        examined = list(examine(task, block, made))
        if not examined and task["annotations"]:
            told(f"{path} {task_name(task)}: left out, as its block is not in the corpus with this text")
        for each in examined:
            for found in each.put_aside:
                told(f"{path} {task_name(task)}: {each.name}: {found.check} put aside: {found.message}")
            if each.sound:
                yield each.sound


def annotations_as_made(path: Path, paths: Paths, told: Callable[[str], None]) -> Iterator[Annotation]:
    """What is right of each annotation on the text that it was made on, whatever the corpus has now."""
    tasks = read_tasks(path, paths)
    made = annotations_made(tasks)
    for task in tasks:
        data = task["data"]
        if sha256(data["text"]) != data["text_sha256"]:
            told(f"{path} {task_name(task)}: left out, as its text is not the one that was drawn")
            continue
        for each in examine(task, {"block_id": data["block_id"], "text": data["text"]}, made):
            for found in each.put_aside:
                told(f"{path} {task_name(task)}: {each.name}: {found.check} put aside: {found.message}")
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


def read_json(path: Path) -> Any:
    """A JSON file. Raises CorpusError when it is none."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CorpusError(f"{path}: cannot be read as JSON ({error}); make it anew") from None


def read_key(path: Path) -> frozenset[tuple[str, str]]:
    """The pre-annotations that are wrong on purpose, by block and id. Raises CorpusError."""
    try:
        return frozenset((row["task_id"].rpartition("@")[0], row["span_id"]) for row in read_json(path))
    except (KeyError, TypeError, AttributeError) as error:
        raise CorpusError(
            f"{path}: is no key that `govwork tasks make` wrote ({error!r}); make the tasks anew"
        ) from None
