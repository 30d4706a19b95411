"""The checks of one annotation: its spans, attributes, relations and choices, against text and scheme.

`value.text` is not trusted: the text of a span is recomputed from its offsets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from .attributes import problem_of
from .exports import (
    Target,
    annotator_of,
    attributes_of,
    choices_of,
    ends_of,
    results_of,
    spans_of,
)
from .found import Found
from .quantities import READ_ATTRIBUTES, fits
from .records import Span
from .scheme import scheme


def check_annotation(annotation: Any, task: Any, times: int) -> Iterator[Found]:
    """What is wrong with an annotation, which its annotator made of the block so many times."""
    if annotation["was_cancelled"]:
        yield Found("A110", "was cancelled and is left out")
        return
    if times > 1:
        yield Found("A109", f"{annotator_of(annotation)} annotated the block {times} times; none of them counts")
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
