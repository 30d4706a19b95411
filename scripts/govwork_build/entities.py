"""What a build publishes of the annotation batches: the rows of the `entities` config."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .annotation_checks import annotations_made, sound_annotations
from .corpus import Row
from .errors import CorpusError
from .exports import annotator_of, choices_of, ends_of, read_export, results_of, spans_of


def entity_rows(batches: Path, doc_id: str, blocks: list[Row]) -> Iterator[Row]:
    """The rows of the `entities` config for one document: the annotations of its blocks that pass every check.

    Raises CorpusError when a batch is no export at all.
    """
    by_id = {block["block_id"]: block for block in blocks if block["doc_id"] == doc_id}
    for path in sorted(batches.glob("*.json")):
        tasks, problem = read_export(path, batches)
        if problem:
            raise CorpusError(f"{path}: {problem}")
        made = annotations_made(tasks)
        for task in tasks:
            block = by_id.get(task["data"]["block_id"])
            if block is not None:
                for annotation in sound_annotations(task, block, made):
                    yield _row(annotation, task["data"], block)


def annotation_count(batches: Path) -> int:
    """How many annotations all batches hold, cancelled ones left aside."""
    exports = (read_export(path, batches)[0] for path in sorted(batches.glob("*.json")))
    return sum(
        not annotation["was_cancelled"] for tasks in exports for task in tasks for annotation in task["annotations"]
    )


def _row(annotation: Any, data: Any, block: Row) -> Row:
    """A row of `entities`: the block as it stands in the corpus, the rest from the annotation."""
    spans = sorted(spans_of(annotation), key=lambda span: (span.start, -span.end, span.label))
    return {
        **{name: block[name] for name in ("block_id", "doc_id", "start", "text")},
        "block_kind": next(choices_of(annotation, "block_kind")),
        "topics": list(choices_of(annotation, "topic")),
        "spans": [span._asdict() | {"surface": block["text"][span.start : span.end]} for span in spans],
        "relations": [
            {"head": head, "tail": tail, "label": result["labels"][0]}
            for result in results_of(annotation, "relation")
            for head, tail in [ends_of(result)]
        ],
        "annotator": annotator_of(annotation),
        "guideline_version": data.get("guideline_version"),
    }
