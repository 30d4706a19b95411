"""Annotations made elsewhere than in Label Studio, read from a file of decisions: one object a task, by its id.

    {"yuyuan-2019-work_report:120@0f3a…": {"kind": "review", "topics": ["农业、林业、水利"], "flags": [],
     "comment": "", "marked": "完成⟦投资|IND i1⟧⟦292万元|QTY q1 status=achieved⟧", "relations": ["q1 of i1"]}}

`marked` is the block's text with its spans written in (annotation.inline). What the grammar reads of a quantity need
not be written: bounds, unit, scale and comparison are filled in where the decision does not say them. A task of the
layer `block` needs no `marked`. `seconds`, how long it took, may be told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema

from ..errors import CorpusError
from ..json_file import read_json
from .exports import block_of
from .inline import parse
from .records import Annotation, Relation, Span
from .scheme import scheme

Read = Callable[[str], Mapping[str, str]]


def _schema() -> dict[str, Any]:
    texts = {"type": "array", "items": {"type": "string"}}
    known = scheme()
    return {
        "type": "object",
        "required": ["kind"],
        "additionalProperties": False,
        "properties": {
            "kind": {"enum": list(known.kinds)},
            "topics": texts | {"items": {"enum": list(known.topics)}, "maxItems": known.most_topics},
            "flags": texts | {"items": {"enum": list(known.flags)}},
            "comment": {"type": "string"},
            "marked": {"type": "string"},
            "seconds": {"type": "number", "exclusiveMinimum": 0},
            "relations": texts | {"items": {"type": "string", "pattern": r"^\S+ \S+ \S+$"}},
        },
    }


def read_decisions(path: Path, tasks: Mapping[str, Any], annotator: str, read: Read) -> dict[str, Annotation]:
    """The annotation of each task that the file decides; `read` says what the grammar reads of a quantity.

    Raises CorpusError when it is no JSON, and with every decision that is no annotation of its task.
    """
    decided = read_json(path)
    made: dict[str, Annotation] = {}
    problems: list[str] = []
    validator = jsonschema.Draft202012Validator(_schema())
    for task_id, decision in decided.items():
        if task_id not in tasks:
            problems.append(f"{path}: {task_id}: there is no such task")
        elif misfit := next(validator.iter_errors(decision), None):
            problems.append(f"{path}: {task_id}: {misfit.json_path}: {misfit.message}")
        else:
            try:
                made[task_id] = _annotation(decision, tasks[task_id]["data"], annotator, read)
            except ValueError as problem:
                problems.append(f"{path}: {task_id}: {problem}")
    if problems:
        raise CorpusError(*problems)
    return made


def _annotation(decision: Mapping[str, Any], data: Any, annotator: str, read: Read) -> Annotation:
    layer = data.get("layer", "spans")
    if layer == "spans" and "marked" not in decision:
        raise ValueError("has no `marked`, the text with its spans")
    marked = decision.get("marked")
    spans = tuple(_filled(span, data["text"], read) for span in parse(marked, data["text"])) if marked else ()
    known = {span.id for span in spans}
    relations = [Relation(*each.split()) for each in decision.get("relations", ())]
    for relation in relations:
        if not {relation.head, relation.tail} <= known:
            raise ValueError(f"relation {' '.join(relation)} names a span that is not there")
    return Annotation(
        block=block_of(data),
        annotator=annotator,
        guideline_version=data.get("guideline_version"),
        kind=decision["kind"],
        topics=tuple(decision.get("topics", ())),
        flags=tuple(decision.get("flags", ())),
        comment=decision.get("comment", ""),
        spans=spans,
        relations=tuple(relations),
        seconds=decision.get("seconds"),
        assisted=bool(data.get("assisted")),
        layer=layer,
    )


def _filled(span: Span, text: str, read: Read) -> Span:
    if span.label != "QTY":
        return span
    return replace(span, attributes=dict(read(text[span.start : span.end])) | dict(span.attributes))
