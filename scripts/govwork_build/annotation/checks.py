"""What a schema cannot say of annotations: their spans, labels and relations, against the scheme and the corpus.

An export stays as it came. An annotation that is wrong is reported and left out, never mended; the others of its
task and file go on. `value.text` is not trusted: the text of a span is recomputed from its offsets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..build_paths import Paths
from ..catalogue import load_catalogue
from ..corpus import Row, block_rows, documents, sha256
from ..findings import Finding, Severity
from ..regions import load_regions
from .exports import Span, annotator_of, choices_of, ends_of, read_export, results_of, spans_of
from .scheme import scheme

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
Found = tuple[str, str]
# How often each annotator annotated each block of an export.
Made = Counter[tuple[str, str]]


def check_export(path: Path, paths: Paths) -> Iterator[Finding]:
    """All findings on one export, against the corpus as it is built now."""
    tasks, problem = read_export(path, paths.batches)
    if problem:
        yield _finding("A101", str(path), problem)
        return
    blocks = _corpus_blocks(paths, {task["data"]["doc_id"] for task in tasks})
    made = annotations_made(tasks)
    for task in tasks:
        block = blocks.get(task["data"]["block_id"])
        for check, message in check_task(task, block, made):
            yield _finding(check, f"{path} {task_name(task)}", message)


def task_name(task: Any) -> str:
    """A task by its id in Label Studio and its block."""
    return f"task {task['id']} ({task['data']['block_id']})"


def annotations_made(tasks: list[Any]) -> Made:
    """How often each annotator annotated each block; what was cancelled does not count."""
    return Counter(
        (task["data"]["block_id"], annotator_of(annotation))
        for task in tasks
        for annotation in task["annotations"]
        if not annotation["was_cancelled"]
    )


def check_task(task: Any, block: Row | None, made: Made | None = None) -> Iterator[Found]:
    """What is wrong with one task of an export, as (check, message).

    `block` is None when the corpus lacks it; `made` counts over the whole export, else over this task.
    """
    found = list(_check_data(task["data"], block))
    yield from found
    if not found:
        for annotation in task["annotations"]:
            for check, message in _check_annotation(annotation, task, made or annotations_made([task])):
                yield check, f"annotation {annotation['id']}: {message}"


def sound_annotations(task: Any, block: Row, made: Made | None = None) -> Iterator[Any]:
    """The annotations of a task that pass every check."""
    if not any(_check_data(task["data"], block)):
        for annotation in task["annotations"]:
            if not any(_check_annotation(annotation, task, made or annotations_made([task]))):
                yield annotation


def _check_data(data: Any, block: Row | None) -> Iterator[Found]:
    if block is None:
        yield "A102", "no block of this version of the corpus has this id; annotate its text anew"
    elif data["text_sha256"] != sha256(block["text"]) or data["text"] != block["text"]:
        yield "A103", "the annotated text is not the block's present text; annotate the block anew"


def _check_annotation(annotation: Any, task: Any, made: Made) -> Iterator[Found]:
    if annotation["was_cancelled"]:
        yield "A110", "was cancelled and is left out"
        return
    annotator = annotator_of(annotation)
    times = made[task["data"]["block_id"], annotator]
    if times > 1:
        yield "A109", f"{annotator} annotated the block {times} times; none of them counts"
    text, spans = task["data"]["text"], list(spans_of(annotation))
    for span in spans:
        yield from _check_span(span, text)
    yield from _check_overlaps([span for span in spans if 0 <= span.start < span.end <= len(text)])
    yield from _check_ids(spans)
    yield from _check_relations(annotation, spans)
    yield from _check_choices(annotation)


def _check_span(span: Span, text: str) -> Iterator[Found]:
    surface = text[span.start : span.end]
    if not 0 <= span.start < span.end <= len(text):
        yield "A104", f"{span} is empty or leaves the text of {len(text)} characters"
    elif surface != surface.strip():
        yield "A105", f"{span} {surface!r} begins or ends with white space"
    if span.label not in scheme().labels:
        yield "A106", f"{span}: unknown label; use one of {', '.join(scheme().labels)}"


def _check_overlaps(spans: list[Span]) -> Iterator[Found]:
    """Of spans that begin together the longest comes first, so that what holds another comes before it."""
    spans = sorted(spans, key=lambda span: (span.start, -span.end))
    for i, outer in enumerate(spans):
        for inner in spans[i + 1 :]:
            if inner.start >= outer.end:
                break
            same = (inner.start, inner.end) == (outer.start, outer.end)
            held = scheme().holds.get(outer.label, frozenset())
            if same or inner.end > outer.end or inner.label not in held:
                yield "A107", f"{outer} and {inner} overlap"


def _check_ids(spans: list[Span]) -> Iterator[Found]:
    for name, count in Counter(span.id for span in spans).items():
        if count > 1:
            yield "A107", f"{count} spans share the id {name}"


def _check_relations(annotation: Any, spans: list[Span]) -> Iterator[Found]:
    label_of = {span.id: span.label for span in spans}
    stood = Counter[str]()
    for result in results_of(annotation, "relation"):
        head, tail = ends_of(result)
        name = f"relation {' '.join(result.get('labels', []))} {head} → {tail}"
        stood[name] += 1
        if not {head, tail} <= label_of.keys() or head == tail:
            yield "A108", f"{name} has an end that is no span, or one span for both"
        elif stood[name] > 1:
            yield "A108", f"{name} stands twice"
        elif problem := _relation_problem(result, label_of[head], label_of[tail]):
            yield "A106", f"{name}: {problem}"


def _relation_problem(relation: Any, head: str, tail: str) -> str | None:
    """What of a relation between spans of these labels is not in the scheme."""
    labels = relation.get("labels", [])
    relation_of = scheme().relations
    if not labels or labels[0] not in relation_of:
        return f"{'unknown' if labels else 'no'} label; use one of {', '.join(relation_of)}"
    heads, tails = relation_of[labels[0]].head, relation_of[labels[0]].tail
    if head not in heads or tail not in tails:
        return f"leads from {head} to {tail}; {labels[0]} leads from {' or '.join(heads)} to {' or '.join(tails)}"
    return "leads both ways; turn its arrow one way" if relation.get("direction") == "bi" else None


def _check_choices(annotation: Any) -> Iterator[Found]:
    for name, allowed in scheme().choices.items():
        unknown = [choice for choice in choices_of(annotation, name) if choice not in allowed]
        if unknown:
            yield "A106", f"unknown {name} {', '.join(unknown)}"
    kinds, topics = list(choices_of(annotation, "block_kind")), list(choices_of(annotation, "topic"))
    if len(kinds) != 1:
        yield "A109", f"has {len(kinds)} block kinds, not one: {', '.join(kinds) or 'none'}"
        return
    known = scheme().kinds.get(kinds[0])
    if known and known.topics and not 1 <= len(topics) <= scheme().most_topics:
        yield "A106", f"a {kinds[0]} has one or two topics, this has {len(topics)}"
    elif known and not known.topics and topics:
        yield "A106", f"a {kinds[0]} has no topic, this has {', '.join(topics)}"


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
