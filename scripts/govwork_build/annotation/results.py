"""Spans, relations and choices in Label Studio's form: what it imports as predictions and annotations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .records import Annotation, Relation, Span
from .scheme import control_of, scheme


def span_results(spans: Iterable[Span], text: str) -> Iterator[dict[str, Any]]:
    """Each span and, with its id, its attributes."""
    for span in spans:
        place = {"start": span.start, "end": span.end}
        value = place | {"text": text[span.start : span.end], "labels": [span.label]}
        yield {"id": span.id, "from_name": "entity", "to_name": "text", "type": "labels", "value": value}
        attributes = scheme().labels[span.label].attributes
        for name, given in span.attributes.items():
            chosen = bool(attributes[name].values)
            yield {
                "id": span.id,
                "from_name": control_of(span.label, name),
                "to_name": "text",
                "type": "choices" if chosen else "textarea",
                "value": place | ({"choices": [given]} if chosen else {"text": [given]}),
            }


def relation_results(relations: Iterable[Relation]) -> Iterator[dict[str, Any]]:
    for relation in relations:
        ends = {"from_id": relation.head, "to_id": relation.tail, "direction": "right"}
        yield {"type": "relation", "labels": [relation.label]} | ends


def choice_results(choices: Mapping[str, Iterable[str]]) -> Iterator[dict[str, Any]]:
    """What is chosen for the block, by the name of the control; nothing where nothing is."""
    for name, values in choices.items():
        if chosen := list(values):
            value = {"choices": chosen}
            yield {"id": name, "from_name": name, "to_name": "text", "type": "choices", "value": value}


def results(annotation: Annotation) -> list[dict[str, Any]]:
    """A whole annotation; `exports.annotation_of` reads it back."""
    choices: dict[str, Iterable[str]] = {"block_kind": filter(None, [annotation.kind]), "topic": annotation.topics}
    choices.update((flag, [flag]) for flag in annotation.flags)
    made = [
        *span_results(annotation.spans, annotation.block.text),
        *relation_results(annotation.relations),
        *choice_results(choices),
    ]
    if annotation.comment:
        value = {"text": [annotation.comment]}
        made.append({"id": "comment", "from_name": "comment", "to_name": "text", "type": "textarea", "value": value})
    return made
