"""What a schema cannot say of annotations: their spans, labels, attributes and relations, against scheme and corpus.

An export stays as it came. A part that is wrong is put aside with the reason, never mended, and the rest goes on: a
span with its relations and attributes, an attribute, a relation; where the whole is in doubt, the annotation.
`value.text` is not trusted: the text of a span is recomputed from its offsets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..corpus import Row, sha256
from ..findings import Finding, Severity
from .attributes import problem_of
from .exports import (
    Target,
    annotation_of,
    annotator_of,
    attributes_of,
    choices_of,
    ends_of,
    read_export,
    results_of,
    spans_of,
    task_id_of,
)
from .quantities import READ_ATTRIBUTES, fits
from .records import Annotation, Span
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
    "A111": ("error", "an attribute is of a span of its label, once, with a value of its kind"),
    "A112": (
        "error",
        "a quantity's bounds, unit, scale and comparison are what its words say",
    ),
    "A113": ("error", "the guidelines of an annotation are named, and not later than these"),
    "A114": ("warning", "an annotation was submitted, not left as a draft"),
    "A115": ("warning", "the text that an export quotes of a span is the one its offsets say"),
    "A116": ("error", "a task's id is that of its block and text, and no other task has it"),
}


class Found(NamedTuple):
    """What a check found in a task: `parts` of the annotation are wrong, or all of it where none is named."""

    check: str
    message: str
    parts: tuple[Target, ...] = ()

    @property
    def is_error(self) -> bool:
        return ANNOTATION_CHECKS[self.check][0] == "error"


class Examined(NamedTuple):
    """An annotation of an export: what is right of it, if the whole is not in doubt, and what was found."""

    name: str
    sound: Annotation | None
    found: tuple[Found, ...]

    @property
    def put_aside(self) -> tuple[Found, ...]:
        """Why parts of it, or all of it, are left out."""
        return tuple(found for found in self.found if found.is_error)


class ExaminedTask(NamedTuple):
    """A task of an export: what was found of the task itself, and its annotations, none where that is an error."""

    found: tuple[Found, ...]
    annotations: tuple[Examined, ...]


# How often each annotator annotated each block of an export.
Made = Counter[tuple[str, str]]
# The hash of the text of each block of a corpus, by the block's id.
TextHashes = Mapping[str, str]


def text_hashes(blocks: Iterable[Row]) -> dict[str, str]:
    return {block["block_id"]: sha256(block["text"]) for block in blocks}


def check_export(path: Path, known: TextHashes) -> Iterator[Finding]:
    """All findings on one export, against the corpus whose texts are known."""
    tasks, problem = read_export(path)
    if problem:
        yield _finding("A101", str(path), problem)
        return
    made = annotations_made(tasks)
    ids = Counter(task["data"].get("task_id") for task in tasks)
    for task in tasks:
        place = f"{path} {task_name(task)}"
        if (times := ids[task["data"].get("task_id")]) > 1 and task["data"].get("task_id"):
            yield _finding("A116", place, f"{times} tasks have this id; import each task once")
        for check, message in check_task(task, known, made):
            yield _finding(check, place, message)


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


def check_task(task: Any, known: TextHashes, made: Made) -> Iterator[tuple[str, str]]:
    """What is wrong with one task of an export, as (check, message)."""
    examined = examine(task, known, made)
    for found in examined.found:
        yield found.check, found.message
    for annotation in examined.annotations:
        for found in annotation.found:
            yield found.check, f"{annotation.name}: {found.message}"


def examine(task: Any, known: TextHashes | None, made: Made) -> ExaminedTask:
    """The annotations of a task, each with what is right of it; none where its block or text is not the corpus's.

    Without a corpus its text is held to its own hash alone; `made` counts over the whole export.
    """
    found = tuple(_check_data(task, known))
    if any(each.is_error for each in found):
        return ExaminedTask(found, ())
    return ExaminedTask(found, tuple(_examined(annotation, task, made) for annotation in task["annotations"]))


def _examined(annotation: Any, task: Any, made: Made) -> Examined:
    found = tuple(_check_annotation(annotation, task, made))
    errors = [each for each in found if each.is_error]
    whole = annotation["was_cancelled"] or any(not each.parts for each in errors)
    aside = frozenset(part for each in errors for part in each.parts)
    sound = None if whole else annotation_of(annotation, task, aside)
    return Examined(f"annotation {annotation['id']}", sound, found)


def _check_data(task: Any, known: TextHashes | None) -> Iterator[Found]:
    data = task["data"]
    if known is not None and data["block_id"] not in known:
        yield Found("A102", "the corpus has no block of this id; move it: `govwork annotations migrate`")
    elif sha256(data["text"]) != data["text_sha256"] or (known and known[data["block_id"]] != data["text_sha256"]):
        yield Found("A103", "the annotated text is not the block's now; move it: `govwork annotations migrate`")
    elif data.get("task_id", task_id_of(data)) != task_id_of(data):
        yield Found("A116", f"its id {data['task_id']} should be {task_id_of(data)}; import the task as it was made")
    if drafts := len(task.get("drafts") or ()):
        yield Found("A114", f"{drafts} of its annotations {'is a draft' if drafts == 1 else 'are drafts'}; submit")


def _check_annotation(annotation: Any, task: Any, made: Made) -> Iterator[Found]:
    if annotation["was_cancelled"]:
        yield Found("A110", "was cancelled and is left out")
        return
    annotator = annotator_of(annotation)
    times = made[task["data"]["block_id"], annotator]
    if times > 1:
        yield Found("A109", f"{annotator} annotated the block {times} times; none of them counts")
    yield from _check_version(task["data"].get("guideline_version"))
    text, spans = task["data"]["text"], spans_of(annotation)
    for span in spans:
        yield from _check_span(span, text)
        if task["data"].get("layer") == "block":
            yield Found("A106", f"{span}: the task asks for the block's kind and topics alone", ((span.id,),))
    yield from _check_overlaps([span for span in spans if 0 <= span.start < span.end <= len(text)])
    yield from _check_ids(spans)
    yield from _check_quoted(annotation, text)
    of_attributes = list(_check_attributes(annotation, spans, text))
    yield from of_attributes
    yield from _check_quantities(spans, text, frozenset(part for found in of_attributes for part in found.parts))
    yield from _check_relations(annotation, spans)
    yield from _check_choices(annotation)


def _check_version(version: str | None) -> Iterator[Found]:
    numbers = [int(part) if part.isdigit() else -1 for part in (version or "").split(".")]
    if min(numbers) < 0 or numbers > [int(part) for part in scheme().version.split(".")]:
        yield Found("A113", f"guidelines {version!r} are not known; these are {scheme().version}")


def _check_span(span: Span, text: str) -> Iterator[Found]:
    surface = text[span.start : span.end]
    if not 0 <= span.start < span.end <= len(text):
        yield Found("A104", f"{span} is empty or leaves the text of {len(text)} characters", ((span.id,),))
    elif surface != surface.strip():
        yield Found("A105", f"{span} {surface!r} begins or ends with white space", ((span.id,),))
    if span.label not in scheme().labels:
        yield Found("A106", f"{span}: unknown label; use one of {', '.join(scheme().labels)}", ((span.id,),))


def _check_overlaps(spans: list[Span]) -> Iterator[Found]:
    """Spans come the longest first of those that begin together, so that what holds another comes before it."""
    for i, outer in enumerate(spans):
        for inner in spans[i + 1 :]:
            if inner.start >= outer.end:
                break
            same = (inner.start, inner.end) == (outer.start, outer.end)
            held = scheme().holds.get(outer.label, frozenset())
            if same or inner.end > outer.end or inner.label not in held:
                yield Found("A107", f"{outer} and {inner} overlap", ((outer.id,), (inner.id,)))


def _check_ids(spans: tuple[Span, ...]) -> Iterator[Found]:
    for name, count in Counter(span.id for span in spans).items():
        if count > 1:
            yield Found("A107", f"{count} spans share the id {name}", ((name,),))


def _check_quoted(annotation: Any, text: str) -> Iterator[Found]:
    """Label Studio writes a tab as a blank and a line break as two characters; other differences are none of its."""
    for result in results_of(annotation, "labels"):
        value = result["value"]
        quoted, surface = value.get("text"), text[value["start"] : value["end"]]
        if isinstance(quoted, str) and quoted.replace("\\n", "\n").split() != surface.split():
            place = f"{value['labels'][0]} {value['start']}:{value['end']}"
            yield Found("A115", f"{place} quotes {quoted!r}, where the text has {surface!r}", ((result["id"],),))


def _check_attributes(annotation: Any, spans: tuple[Span, ...], text: str) -> Iterator[Found]:
    span_of = {span.id: span for span in spans}
    stood = Counter[Target]()
    for name, label, attribute, value in attributes_of(annotation):
        part = name, label, attribute
        stood[part] += 1
        span = span_of.get(name)
        if span is None or span.label != label:
            yield Found("A111", f"{attribute} of {label} stands on {span or 'no span'}", (part,))
        elif stood[part] > 1:
            yield Found("A111", f"{span} has two values of {attribute}", (part,))
        elif value and (problem := problem_of(scheme().labels[label].attributes[attribute], value)):
            yield Found("A111", f"{span} {text[span.start : span.end]}: {attribute} {problem}", (part,))


def _check_quantities(spans: tuple[Span, ...], text: str, wrong: frozenset[Target]) -> Iterator[Found]:
    """Where the words say otherwise, all that they say is put aside: what was meant is not known."""
    for span in spans:
        surface = text[span.start : span.end]
        said = {
            name: span.attributes[name]
            for name in READ_ATTRIBUTES
            if name in span.attributes and (span.id, "QTY", name) not in wrong
        }
        if span.label == "QTY" and (problem := fits(surface, said)):
            yield Found("A112", f"{span} {surface}: {problem}", tuple((span.id, "QTY", name) for name in said))


def _check_relations(annotation: Any, spans: tuple[Span, ...]) -> Iterator[Found]:
    label_of = {span.id: span.label for span in spans}
    stood = Counter[str]()
    for number, result in enumerate(results_of(annotation, "relation")):
        part = "relation", str(number)
        head, tail = ends_of(result)
        name = f"relation {' '.join(result.get('labels', []))} {head} → {tail}"
        stood[name] += 1
        if not {head, tail} <= label_of.keys() or head == tail:
            yield Found("A108", f"{name} has an end that is no span, or one span for both", (part,))
        elif stood[name] > 1:
            yield Found("A108", f"{name} stands twice", (part,))
        elif problem := _relation_problem(result, label_of[head], label_of[tail]):
            yield Found("A106", f"{name}: {problem}", (part,))


def _relation_problem(relation: Any, head: str, tail: str) -> str | None:
    """What of a relation between spans of these labels is not in the scheme."""
    labels, known = relation.get("labels", []), scheme().relations
    if not labels or labels[0] not in known:
        return f"{'unknown' if labels else 'no'} label; use one of {', '.join(known)}"
    heads, tails = known[labels[0]].head, known[labels[0]].tail
    if head not in heads or tail not in tails:
        return f"leads from {head} to {tail}; {labels[0]} leads from {' or '.join(heads)} to {' or '.join(tails)}"
    return "leads both ways; turn its arrow one way" if relation.get("direction") == "bi" else None


def _check_choices(annotation: Any) -> Iterator[Found]:
    for name, allowed in scheme().choices.items():
        unknown = [choice for choice in choices_of(annotation, name) if choice not in allowed]
        if unknown:
            yield Found("A106", f"unknown {name} {', '.join(unknown)}")
    kinds, topics = list(choices_of(annotation, "block_kind")), list(choices_of(annotation, "topic"))
    if len(kinds) != 1:
        yield Found("A109", f"has {len(kinds)} block kinds, not one: {', '.join(kinds) or 'none'}")
        return
    known = scheme().kinds.get(kinds[0])
    if known and known.topics and not 1 <= len(topics) <= scheme().most_topics:
        yield Found("A106", f"a {kinds[0]} has one or two topics, this has {len(topics)}")
    elif known and not known.topics and topics:
        yield Found("A106", f"a {kinds[0]} has no topic, this has {', '.join(topics)}")


def _finding(check: str, place: str, message: str) -> Finding:
    return Finding(check, ANNOTATION_CHECKS[check][0], place, message)
