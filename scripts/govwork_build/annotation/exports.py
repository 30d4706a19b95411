"""Exports of Label Studio: told from its other formats, held to the schema, and their parts by name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema

from .export_schema import COMMENT, export_schema
from .quick_schema import quick_check
from .records import Annotation, Block, Relation, Span
from .scheme import scheme

_COLUMN = re.compile(r'"[^"]+"|[\w.-]+')
_ITEM_OF = {"annotations": "annotation", "labels": "label"}
_LONGEST_MESSAGE = 200
# What other tags than Text export; they count in UTF-16 units.
_OTHER_TEXTS = frozenset({"hypertextlabels", "paragraphlabels", "timeserieslabels"})

# A part of an annotation: a span by its id, an attribute by its span's id, label and name, a relation by its number.
Target = tuple[str, ...]


def read_export(path: Path) -> tuple[list[Any], str]:
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
    if other := _other_json(tasks):
        return [], other
    problems = _misfits(tasks)
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


def _other_json(tasks: Any) -> str:
    """Which JSON of Label Studio this is, if it is another than what is read here."""
    if not isinstance(tasks, list):
        return ""
    rows = [task for task in tasks if isinstance(task, dict)]
    if any("completions" in task and "annotations" not in task for task in rows):
        return "is an export of Label Studio before 1.0 (it says `completions`); export again from 1.23 or later"
    if any(
        isinstance(task.get("annotations"), list)
        and task["annotations"]
        and all(isinstance(each, int) for each in task["annotations"])
        for task in rows
    ):
        return "is a list of tasks of Label Studio's API, which names annotations and holds none; export as JSON"
    kinds = {
        result.get("type")
        for task in rows
        for annotation in task.get("annotations") or ()
        if isinstance(annotation, dict)
        for result in annotation.get("result") or ()
        if isinstance(result, dict)
    }
    if foreign := sorted(str(kind) for kind in kinds & _OTHER_TEXTS):
        return (
            f"holds {', '.join(foreign)}, whose offsets are not code points; set the project up with "
            "annotations/labels.xml and annotate there"
        )
    return ""


_Path = list[str | int]


def _misfits(tasks: Any) -> list[tuple[_Path, str]]:
    """Every place where an export leaves the schema, in order, and what is wrong there."""
    schema = json.loads(export_schema(scheme()))
    validator = jsonschema.Draft202012Validator(schema)
    if not isinstance(tasks, list):
        return [(list(error.absolute_path), error.message) for error in validator.iter_errors(tasks)]
    fits = quick_check(schema["items"], schema)
    doubtful = [number for number, task in enumerate(tasks) if not fits(task)]
    found = [
        ([doubtful[number], *path], error.message)
        for error in validator.iter_errors([tasks[number] for number in doubtful])
        for number, *path in [list(error.absolute_path)]
    ]
    return sorted(found, key=lambda problem: problem[0])


def _misfit(tasks: Any, problems: list[tuple[_Path, str]]) -> str:
    """Where an export leaves the schema, by its first place."""
    path, message = problems[0]
    place = _place(tasks, path)
    where = f"{len(problems)} places, the first of them {place}" if len(problems) > 1 else place
    if len(message) > _LONGEST_MESSAGE:
        # It begins with the value, which may be the whole file, and ends with what is wrong of it.
        message = f"{message[: _LONGEST_MESSAGE // 3]} … {message[-_LONGEST_MESSAGE // 2 :]}"
    return (
        f"does not fit the schema at {where}: {message}; "
        "export again as JSON, from a project set up with annotations/labels.xml and its tasks as they were imported"
    )


def _place(tasks: Any, path: _Path) -> str:
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


def ends_of(relation: Any) -> tuple[str, str]:
    """Where a relation leads from and to; an annotator can turn its arrow round."""
    ends = (relation["from_id"], relation["to_id"])
    return ends[::-1] if relation.get("direction") == "left" else ends


def choices_of(annotation: Any, name: str) -> Iterator[str]:
    """What was chosen for the block."""
    for result in results_of(annotation, "choices"):
        if result["from_name"] == name:
            yield from result["value"]["choices"]


def attributes_of(annotation: Any) -> Iterator[tuple[str, str, str, str]]:
    """The attributes of spans: the span's id, its label by the control, the attribute, and the value as it came."""
    controls = scheme().controls
    for result in annotation["result"]:
        if result.get("from_name") in controls:
            label, name = controls[result["from_name"]]
            value = result["value"].get("choices", result["value"].get("text", ()))
            yield result["id"], label, name, value if isinstance(value, str) else "\n".join(value)


def annotator_of(annotation: Any) -> str:
    who = annotation["completed_by"]
    return f"annotator-{who['id'] if isinstance(who, dict) else who}"


def task_id_of(data: Any) -> str:
    """The id of a task: of one block with one text, whatever the version of the corpus."""
    return f"{data['block_id']}@{data['text_sha256'][:12]}"


def block_of(data: Any) -> Block:
    """The block of a task."""
    return Block(*(data[name] for name in Block.__dataclass_fields__))


def spans_of(annotation: Any, without: frozenset[Target] = frozenset()) -> tuple[Span, ...]:
    """The spans in the order of the text, without the parts named; of those that begin together the longest first."""
    attributes: dict[str, dict[str, str]] = {}
    for name, label, attribute, value in attributes_of(annotation):
        if value and (name, label, attribute) not in without:
            attributes.setdefault(name, {})[attribute] = value
    spans = [
        Span(result["id"], value["start"], value["end"], value["labels"][0], attributes.get(result["id"], {}))
        for result in results_of(annotation, "labels")
        for value in [result["value"]]
        if (result["id"],) not in without
    ]
    return tuple(sorted(spans, key=lambda span: (span.start, -span.end, span.label)))


def annotation_of(annotation: Any, task: Any, without: frozenset[Target] = frozenset()) -> Annotation:
    """An annotation read, without the parts named; a relation goes with its ends, an attribute with its span."""
    spans = spans_of(annotation, without)
    known = {span.id for span in spans}
    relations = [
        Relation(head, result["labels"][0], tail)
        for number, result in enumerate(results_of(annotation, "relation"))
        for head, tail in [ends_of(result)]
        if ("relation", str(number)) not in without and {head, tail} <= known
    ]
    comments = [
        result["value"]["text"] for result in results_of(annotation, "textarea") if result["from_name"] == COMMENT
    ]
    data = task["data"]
    return Annotation(
        block=block_of(data),
        annotator=annotator_of(annotation),
        guideline_version=data.get("guideline_version"),
        kind=next(choices_of(annotation, "block_kind"), ""),
        topics=tuple(choices_of(annotation, "topic")),
        flags=tuple(flag for flag in scheme().flags if any(choices_of(annotation, flag))),
        comment="\n".join(c if isinstance(c, str) else "\n".join(c) for c in comments),
        spans=spans,
        relations=tuple(relations),
        made=annotation.get("created_at"),
        seconds=annotation.get("lead_time"),
        assisted=bool(data.get("assisted")),
        layer=data.get("layer", "spans"),
    )
