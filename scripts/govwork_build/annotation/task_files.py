"""Tasks as Label Studio imports them: blocks with their surroundings, some with pre-annotations, some of these wrong.

A wrong pre-annotation is put in on purpose, to measure how many are waved through; the key file names each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ..corpus import sha256
from ..regions import Regions
from .draw import Candidate, chance
from .exports import task_id_of
from .preannotate import pre_annotate
from .records import Annotation, Layer, Span
from .results import results, span_results
from .scheme import scheme

# One pre-annotation in so many is wrong.
ONE_IN = 20
MODEL = "govwork-rules"
_SWAPPED = {
    "IND": "PROJ",
    "PROJ": "IND",
    "ORG": "REG",
    "REG": "ORG",
    "CHG": "MOD",
    "MOD": "CHG",
    "TIME": "QTY",
    "QTY": "TIME",
    "DOC": "PROJ",
}

Annotate = Callable[[Candidate], Sequence[Span]]


def rule_annotator(regions: Regions) -> Annotate:
    """What the rules find in a block, given what is known of its document."""

    def annotate(candidate: Candidate) -> Sequence[Span]:
        region = candidate.region.code if candidate.region else None
        kind = str(candidate.row["kind"])
        return pre_annotate(candidate.text, kind, regions, region, candidate.year, candidate.units)

    return annotate


class Trap(NamedTuple):
    """A pre-annotation that was made wrong: of which task, which span, and how."""

    task_id: str
    span_id: str
    how: str


class Made(NamedTuple):
    """The tasks, in the order they are to be annotated in, and the key to what is wrong of them."""

    tasks: list[dict[str, Any]]
    traps: list[Trap]


def make_tasks(
    drawn: Iterable[Candidate],
    version: str,
    annotate: Annotate | None,
    seed: str,
    order: str | None,
    layer: Layer = "spans",
) -> Made:
    """One task a block. With `annotate` every other one has its pre-annotations; which, the seed decides.

    With `order` they come in an order of its own, else in the order of the corpus.
    """
    tasks: list[dict[str, Any]] = []
    traps: list[Trap] = []
    drawn = list(drawn)
    by_chance = sorted((candidate.block_id for candidate in drawn), key=lambda name: chance(seed, "assisted", name))
    assisted = frozenset(by_chance[::2]) if annotate else frozenset[str]()
    for candidate in drawn:
        task = _task(candidate, version, layer, candidate.block_id in assisted)
        if annotate and candidate.block_id in assisted:
            task_id = task["data"]["task_id"]
            spans, wrong = with_traps(annotate(candidate), candidate.text, task_id, seed)
            result = list(span_results(spans, candidate.text))
            task["predictions"] = [{"model_version": f"{MODEL}-{scheme().version}", "result": result}]
            traps += wrong
        tasks.append(task)
    if order is not None:
        tasks.sort(key=lambda task: chance(order, task["data"]["task_id"]))
    return Made(tasks, traps)


def _task(candidate: Candidate, version: str, layer: Layer, assisted: bool) -> dict[str, Any]:
    row = candidate.row
    data = {
        "block_id": row["block_id"],
        "doc_id": row["doc_id"],
        "start": row["start"],
        "corpus_version": version,
        "text_sha256": sha256(row["text"]),
        "guideline_version": scheme().version,
        "layer": layer,
        "assisted": assisted,
        "text": row["text"],
        "title": candidate.title,
        "before": candidate.before,
        "after": candidate.after,
    }
    return {"data": {"task_id": task_id_of(data)} | data}


def annotated_tasks(
    annotations: Iterable[Annotation], pool: Iterable[Candidate], version: str
) -> list[dict[str, Any]]:
    """Tasks with annotations in them, of the form of an export: Label Studio imports it, and the checks read it."""
    by_block = {candidate.block_id: candidate for candidate in pool}
    tasks: dict[str, dict[str, Any]] = {}
    for number, annotation in enumerate(annotations, start=1):
        name = annotation.block.block_id
        task = tasks.setdefault(
            name,
            {
                "id": len(tasks) + 1,
                **_task(by_block[name], version, annotation.layer, annotation.assisted),
                "annotations": [],
            },
        )
        task["data"]["guideline_version"] = annotation.guideline_version
        task["annotations"].append(
            {
                "id": number,
                "completed_by": int(annotation.annotator.rpartition("-")[2]),
                "result": results(annotation),
                "was_cancelled": False,
                "created_at": annotation.made,
                "lead_time": annotation.seconds,
            }
        )
    return list(tasks.values())


def with_traps(spans: Sequence[Span], text: str, task_id: str, seed: str) -> tuple[list[Span], list[Trap]]:
    """The spans with some made wrong: another label, or a character more or less at the end.

    A span that touches or holds another stays as it is, since a wrong one would show by its overlap.
    """
    made: list[Span] = []
    traps: list[Trap] = []
    for span in spans:
        number = int(chance(seed, "trap", task_id, span.id)[:8], 16)
        others = [
            other for other in spans if other is not span and other.start <= span.end and span.start <= other.end
        ]
        if number % ONE_IN or others:
            made.append(span)
            continue
        wrong, how = _made_wrong(span, text, number // ONE_IN)
        made.append(wrong)
        traps.append(Trap(task_id, span.id, how))
    return made, traps


def _made_wrong(span: Span, text: str, number: int) -> tuple[Span, str]:
    if number % 2 and span.end - span.start > 2 and not text[span.end - 2].isspace():
        return replace(span, end=span.end - 1), "its last character is missing"
    if number % 3 == 0 and span.end < len(text) and "\u4e00" <= text[span.end] <= "\u9fff":
        return replace(span, end=span.end + 1), "a character too many"
    return replace(span, label=_SWAPPED[span.label], attributes={}), f"{span.label} made {_SWAPPED[span.label]}"
