"""What a build publishes of the annotation batches, the rows of the `entities` config, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..corpus import Row
from ..errors import CorpusError
from .checks import Made, annotations_made, check_task, sound_annotations, task_name
from .exports import annotator_of, choices_of, ends_of, read_export, results_of, spans_of


@dataclass(frozen=True, slots=True)
class Batch:
    """A kept export: its tasks, and how often each annotator annotated each block in it."""

    path: Path
    tasks: list[Any]
    made: Made


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many annotations of a batch are not published, of how many, and every reason, a line each."""

    path: Path
    count: int
    total: int
    reasons: tuple[str, ...]


def read_batches(folder: Path) -> list[Batch]:
    """All batches, by name. Raises CorpusError with every one that is no export at all."""
    batches, problems = [], []
    for path in sorted(folder.glob("*.json")):
        tasks, problem = read_export(path, folder)
        batches.append(Batch(path, tasks, annotations_made(tasks)))
        if problem:
            problems.append(f"{path}: {problem}")
    if problems:
        raise CorpusError(*problems)
    return batches


def annotated_blocks(batches: Iterable[Batch]) -> frozenset[str]:
    """The ids of all blocks that a batch annotates."""
    return frozenset(task["data"]["block_id"] for batch in batches for task in batch.tasks)


def entity_rows(batches: Iterable[Batch], blocks: Mapping[str, Row]) -> Iterator[Row]:
    """The rows of the `entities` config for these blocks: their annotations that pass every check."""
    for batch in batches:
        for task in batch.tasks:
            if block := blocks.get(task["data"]["block_id"]):
                for annotation in sound_annotations(task, block, batch.made):
                    yield _row(annotation, task["data"], block)


def left_out(batches: Iterable[Batch], blocks: Mapping[str, Row]) -> Iterator[LeftOut]:
    """What of each batch is not published, `blocks` being all of the corpus that it annotates.

    A cancelled annotation was never meant to be, and does not count.
    """
    for batch in batches:
        reasons: list[str] = []
        count = 0
        for task in batch.tasks:
            block = blocks.get(task["data"]["block_id"])
            sound = sum(1 for _ in sound_annotations(task, block, batch.made)) if block else 0
            if missing := _meant(task) - sound:
                count += missing
                found = check_task(task, block, batch.made)
                reasons += [f"{task_name(task)}: {message}" for check, message in found if check != "A110"]
        if count:
            yield LeftOut(batch.path, count, sum(map(_meant, batch.tasks)), tuple(reasons))


def _meant(task: Any) -> int:
    return sum(not annotation["was_cancelled"] for annotation in task["annotations"])


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
