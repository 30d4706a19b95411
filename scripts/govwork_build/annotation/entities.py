"""What a build publishes of the annotation batches, the rows of the `entities` config, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..corpus import Row
from ..errors import CorpusError
from .checks import Made, annotations_made, check_task, examine, task_name
from .exports import read_export
from .records import Annotation


@dataclass(frozen=True, slots=True)
class Batch:
    """A kept export: its tasks, and how often each annotator annotated each block in it."""

    path: Path
    tasks: list[Any]
    made: Made


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many annotations of a batch are not published or not all of them, of how many, and every reason."""

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
    """The rows of the `entities` config for these blocks: of each annotation what passes every check."""
    for batch in batches:
        for task in batch.tasks:
            if block := blocks.get(task["data"]["block_id"]):
                for examined in examine(task, block, batch.made):
                    if examined.sound:
                        yield _row(examined.sound, block)


def left_out(batches: Iterable[Batch], blocks: Mapping[str, Row]) -> Iterator[LeftOut]:
    """What of each batch is not published, `blocks` being all of the corpus that it annotates.

    A cancelled annotation was never meant to be, and does not count.
    """
    for batch in batches:
        reasons: list[str] = []
        count = 0
        for task in batch.tasks:
            block = blocks.get(task["data"]["block_id"])
            meant = sum(not annotation["was_cancelled"] for annotation in task["annotations"])
            whole = sum(not each.put_aside for each in examine(task, block, batch.made)) - (
                len(task["annotations"]) - meant
            )
            if whole < meant:
                count += meant - max(whole, 0)
                found = check_task(task, block, batch.made)
                reasons += [f"{task_name(task)}: {message}" for check, message in found if check != "A110"]
        if count:
            total = sum(not annotation["was_cancelled"] for task in batch.tasks for annotation in task["annotations"])
            yield LeftOut(batch.path, count, total, tuple(reasons))


def _row(annotation: Annotation, block: Row) -> Row:
    """A row of `entities`: the block as it stands in the corpus, the rest from the annotation."""
    return {
        **{name: block[name] for name in ("block_id", "doc_id", "start", "text")},
        "block_kind": annotation.kind,
        "topics": list(annotation.topics),
        "spans": [
            {"id": span.id, "start": span.start, "end": span.end, "label": span.label}
            | {"surface": annotation.surface(span)}
            for span in annotation.spans
        ],
        "relations": [relation._asdict() for relation in annotation.relations],
        "annotator": annotation.annotator,
        "guideline_version": annotation.guideline_version,
    }
