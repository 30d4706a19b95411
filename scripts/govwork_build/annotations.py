"""Annotations exported from Label Studio: their shape by schema, then what a schema cannot say.

An export stays as it came. An annotation that is wrong is reported and left out, never mended; the others of its
file go on. `value.text` is not trusted: the text of a span is recomputed from its offsets.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema

from govwork.features import BLOCK_KINDS, ENTITY_LABELS, RELATION_LABELS

from .build_paths import Paths
from .catalogue import load_catalogue
from .corpus import Row, block_rows, documents, sha256
from .findings import Finding, Severity
from .regions import load_regions

ANNOTATION_CHECKS: dict[str, tuple[Severity, str]] = {
    "A101": (
        "error",
        "an export is JSON of Label Studio's JSON format, by annotations/schema/export.schema.json",
    ),
    "A102": ("error", "a task's block is in the corpus"),
    "A103": ("error", "a task's text is the block's, by its hash"),
    "A104": ("error", "a span lies in the text and is not empty"),
    "A105": ("error", "a span has no white space at its edges"),
    "A106": ("error", "labels and choices are the scheme's"),
    "A107": ("error", "spans overlap only where PROJ or ORG holds a REG, and none stands twice"),
    "A108": ("error", "a relation joins two spans of its annotation, not one with itself"),
    "A109": ("error", "a block has one annotation an annotator, with one kind"),
    "A110": ("warning", "an annotation was not cancelled"),
}
SCHEMA = Path("annotations/schema/export.schema.json")
Found = tuple[str, str]


def check_export(path: Path, paths: Paths) -> Iterator[Finding]:
    """All findings on one export, against the corpus as it is built now."""
    tasks, problem = _read(path, paths)
    if problem:
        yield _finding("A101", str(path), problem)
        return
    blocks = _corpus_blocks(paths, {task["data"]["doc_id"] for task in tasks})
    for task in tasks:
        block = blocks.get(task["data"]["block_id"])
        for check, message in check_task(task, block):
            yield _finding(check, f"{path} task {task['id']} ({task['data']['block_id']})", message)


def entity_rows(batches: Path, doc_id: str, blocks: list[Row]) -> Iterator[Row]:
    """The rows of the `entities` config for one document: its annotated blocks that pass every check."""
    by_id = {block["block_id"]: block for block in blocks}
    for path in sorted(batches.glob("*.json")):
        for task in json.loads(path.read_text("utf-8")):
            block = by_id.get(task["data"]["block_id"])
            if task["data"]["doc_id"] != doc_id or any(True for _ in check_task(task, block)):
                continue
            yield from _rows(task)


def check_task(task: Any, block: Row | None) -> Iterator[Found]:
    """What is wrong with one task of an export, as (check, message); `block` is None when the corpus lacks it."""
    data = task["data"]
    if block is None:
        yield "A102", f"{data['block_id']} is no block of the corpus; migrate the export to this version"
        return
    if data["text_sha256"] != sha256(block["text"]) or data["text"] != block["text"]:
        yield "A103", "the annotated text is not the block's present text; migrate the export to this version"
        return
    annotators: set[str] = set()
    for annotation in task["annotations"]:
        if annotation["was_cancelled"]:
            yield "A110", f"annotation {annotation['id']} was cancelled and is left out"
            continue
        annotator = _annotator(annotation)
        if annotator in annotators:
            yield "A109", f"annotator {annotator} annotated it twice"
        annotators.add(annotator)
        for check, message in _check_annotation(annotation, data["text"]):
            yield check, f"annotation {annotation['id']}: {message}"


def _check_annotation(annotation: Any, text: str) -> Iterator[Found]:
    spans = {}
    for result in annotation["result"]:
        if result["type"] == "labels":
            value = result["value"]
            start, end, label = value["start"], value["end"], value["labels"][0]
            spans[result["id"]] = (start, end, label)
            if not 0 <= start < end <= len(text):
                yield "A104", f"span {start}:{end} is empty or leaves the text of {len(text)} characters"
            elif text[start:end] != text[start:end].strip():
                yield "A105", f"span {start}:{end} {text[start:end]!r} begins or ends with white space"
            if label not in ENTITY_LABELS:
                yield "A106", f"span {start}:{end}: unknown label {label!r}"
    yield from _check_overlaps(sorted(spans.values()))
    for result in annotation["result"]:
        if result["type"] == "relation":
            ends = (result["from_id"], result["to_id"])
            if not set(ends) <= spans.keys() or ends[0] == ends[1]:
                yield (
                    "A108",
                    f"relation {ends[0]} → {ends[1]} has an end that is no span, or one span for both",
                )
            if any(label not in RELATION_LABELS for label in result.get("labels", [])):
                yield "A106", f"unknown relation {result['labels']}"
    kinds = [choice for choice in _choices(annotation, "block_kind")]
    if len(kinds) > 1:
        yield "A109", f"has {len(kinds)} block kinds: {', '.join(kinds)}"
    if any(kind not in BLOCK_KINDS for kind in kinds):
        yield "A106", f"unknown block kind {kinds}"


def _check_overlaps(spans: list[tuple[int, int, str]]) -> Iterator[Found]:
    for i, (start, end, label) in enumerate(spans):
        for other_start, other_end, other in spans[i + 1 :]:
            if other_start >= end:
                break
            outer, inner = (label, other) if other_end <= end else ("", "")
            if (start, end) == (other_start, other_end) or outer not in ("PROJ", "ORG") or inner != "REG":
                yield "A107", f"{label} {start}:{end} and {other} {other_start}:{other_end} overlap"


def _rows(task: Any) -> Iterator[Row]:
    data = task["data"]
    for annotation in task["annotations"]:
        spans = [
            {
                "id": result["id"],
                "start": result["value"]["start"],
                "end": result["value"]["end"],
                "label": result["value"]["labels"][0],
                "surface": data["text"][result["value"]["start"] : result["value"]["end"]],
            }
            for result in annotation["result"]
            if result["type"] == "labels"
        ]
        yield {
            "block_id": data["block_id"],
            "doc_id": data["doc_id"],
            "start": data["start"],
            "text": data["text"],
            "block_kind": next(iter(_choices(annotation, "block_kind")), None),
            "topics": list(_choices(annotation, "topic")),
            "spans": sorted(spans, key=lambda span: (span["start"], -span["end"], span["label"])),
            "relations": [
                {"head": result["from_id"], "tail": result["to_id"], "label": label}
                for result in annotation["result"]
                if result["type"] == "relation"
                for label in result.get("labels", [])
            ],
            "annotator": _annotator(annotation),
            "guideline_version": data.get("guideline_version"),
        }


def _choices(annotation: Any, name: str) -> Iterator[str]:
    for result in annotation["result"]:
        if result["type"] == "choices" and result["from_name"] == name:
            yield from result["value"]["choices"]


def _annotator(annotation: Any) -> str:
    who = annotation["completed_by"]
    return f"annotator-{who['id'] if isinstance(who, dict) else who}"


def _read(path: Path, paths: Paths) -> tuple[list[Any], str]:
    try:
        tasks = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        return [], f"is no JSON ({error}); export again as JSON"
    schema = json.loads((paths.root / SCHEMA).read_text("utf-8"))
    problems = sorted(
        jsonschema.Draft202012Validator(schema).iter_errors(tasks),
        key=lambda error: list(map(str, error.path)),
    )
    if problems:
        first = problems[0]
        where = "/".join(map(str, first.path)) or "the top"
        return (
            [],
            f"{len(problems)} places do not fit the schema, the first at {where}: {first.message[:200]}",
        )
    return tasks, ""


def _corpus_blocks(paths: Paths, doc_ids: set[str]) -> dict[str, Row]:
    catalogue, regions = load_catalogue(paths.catalogue), load_regions(paths.regions)
    return {
        row["block_id"]: row
        for document in documents(catalogue, regions)
        if document.doc_id in doc_ids
        for row in block_rows(document)
    }


def _finding(check: str, place: str, message: str) -> Finding:
    return Finding(check, ANNOTATION_CHECKS[check][0], place, message)
