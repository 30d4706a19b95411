"""Exports of Label Studio: told from its other formats, held to the schema, and their parts by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema

SCHEMA = Path("schema/export.schema.json")


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
        content = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return [], f"cannot be read as UTF-8 text ({error}); export again as JSON"
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
        jsonschema.Draft202012Validator(schema).iter_errors(tasks),
        key=lambda error: list(map(str, error.path)),
    )
    if not problems:
        return tasks, ""
    first = problems[0]
    where = "/".join(map(str, first.path)) or "the top"
    return [], f"{len(problems)} places do not fit the schema, the first at {where}: {first.message[:200]}"


def _table_format(content: str) -> str | None:
    """Which of Label Studio's other text formats this is: CSV and TSV name `annotator` among their columns."""
    head = content.partition("\n")[0]
    if head.startswith("-DOCSTART-"):
        return "CONLL2003"
    for name, separator in (("TSV", "\t"), ("CSV", ",")):
        if "annotator" in (column.strip('" \r') for column in head.split(separator)):
            return name
    return None


def _is_json_min(tasks: Any) -> bool:
    """JSON_MIN is a list of flat objects: the annotator beside what JSON keeps in `data`."""
    return isinstance(tasks, list) and any(
        isinstance(task, dict) and "annotator" in task and "annotations" not in task for task in tasks
    )


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
