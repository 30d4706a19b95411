"""Exports of Label Studio: told from its other formats, held to the schema, and their parts by name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema

from .export_schema import SCHEMA

_COLUMN = re.compile(r'"[^"]+"|[\w.-]+')
_ITEM_OF = {"annotations": "annotation", "labels": "label"}
_LONGEST_MESSAGE = 200


class Span(NamedTuple):
    """A labelled span of one annotation."""

    id: str
    start: int
    end: int
    label: str

    def __str__(self) -> str:
        return f"{self.label} {self.start}:{self.end}"


def read_export(path: Path, batches: Path) -> tuple[list[Any], str]:
    """The tasks of an export, or what keeps it from being one."""
    try:
        # An editor may have put a byte-order mark before it.
        content = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return [], f"cannot be read as UTF-8 text ({error}); export again as JSON"
    if not content.strip():
        return [], "is empty; export again as JSON"
    try:
        tasks = json.loads(content)
    except ValueError as error:
        if looks := _table_format(content):
            return [], f"looks like Label Studio's {looks} format; export again as JSON"
        return [], f"is no JSON ({error}); export again as JSON"
    if _is_json_min(tasks):
        return [], "looks like Label Studio's JSON_MIN format, which lacks the relations; export again as JSON"
    schema = json.loads((batches.parent / SCHEMA).read_text("utf-8"))
    problems = sorted(
        jsonschema.Draft202012Validator(schema).iter_errors(tasks), key=lambda error: list(error.absolute_path)
    )
    return ([], _misfit(tasks, problems)) if problems else (tasks, "")


def _table_format(content: str) -> str | None:
    """Which of Label Studio's other text formats this is: CSV and TSV begin with the names of their columns."""
    head = content.lstrip().partition("\n")[0].rstrip("\r")
    if head.startswith("-DOCSTART-"):
        return "CONLL2003"
    for name, separator in (("TSV", "\t"), ("CSV", ",")):
        columns = head.split(separator)
        if len(columns) > 1 and all(_COLUMN.fullmatch(column) for column in columns):
            return name
    return None


def _is_json_min(tasks: Any) -> bool:
    """JSON_MIN is a list of flat objects: beside one another what JSON keeps in `data`, and the annotator."""
    return isinstance(tasks, list) and any(
        isinstance(task, dict) and "data" not in task and not {"annotator", "block_id"}.isdisjoint(task)
        for task in tasks
    )


def _misfit(tasks: Any, problems: list[jsonschema.ValidationError]) -> str:
    """Where an export leaves the schema, by its first place."""
    first = problems[0]
    place = _place(tasks, list(first.absolute_path))
    where = f"{len(problems)} places, the first of them {place}" if len(problems) > 1 else place
    message = first.message
    if len(message) > _LONGEST_MESSAGE:
        # It begins with the value, which may be the whole file, and ends with what is wrong of it.
        message = f"{message[: _LONGEST_MESSAGE // 3]} … {message[-_LONGEST_MESSAGE // 2 :]}"
    return (
        f"does not fit the schema at {where}: {message}; "
        "export again as JSON, from a project set up with annotations/labels.xml and its tasks as they were imported"
    )


def _place(tasks: Any, path: list[str | int]) -> str:
    """A place of an export in words: things by their ids, as in Label Studio, or by their number, from 1.

    `[0, "annotations", 2, "result", 1, "value"]` is `task 7, annotation 12, result q1, value`.
    """
    words: list[str] = []
    part, name = tasks, "task"
    for key, after in pairwise([*path, None]):
        part = part[key]
        if isinstance(key, int):
            known = part.get("id") if isinstance(part, dict) else None
            words.append(f"{name} {known}" if isinstance(known, int | str) else f"{name} no. {key + 1}")
        elif isinstance(after, int):
            name = _ITEM_OF.get(str(key), str(key))
        else:
            words.append(str(key))
    return ", ".join(words) or "its top level"


def results_of(annotation: Any, kind: str) -> Iterator[Any]:
    return (result for result in annotation["result"] if result["type"] == kind)


def spans_of(annotation: Any) -> Iterator[Span]:
    for result in results_of(annotation, "labels"):
        value = result["value"]
        yield Span(result["id"], value["start"], value["end"], value["labels"][0])


def ends_of(relation: Any) -> tuple[str, str]:
    """Where a relation leads from and to; an annotator can turn its arrow round."""
    ends = (relation["from_id"], relation["to_id"])
    return ends[::-1] if relation.get("direction") == "left" else ends


def choices_of(annotation: Any, name: str) -> Iterator[str]:
    for result in results_of(annotation, "choices"):
        if result["from_name"] == name:
            yield from result["value"]["choices"]


def annotator_of(annotation: Any) -> str:
    who = annotation["completed_by"]
    return f"annotator-{who['id'] if isinstance(who, dict) else who}"
