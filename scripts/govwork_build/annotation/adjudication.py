"""Two annotations of a block become one: what an adjudicator is shown, and what was decided.

The task of the third project is pre-filled with what both have, and with what only one has, whose name stands on it;
the adjudicator takes out what is wrong. Who had what is compared with the outcome afterwards, so that a decision is
on record for each difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ..errors import CorpusError
from .collection import different_texts
from .records import Annotation, Relation, Span
from .results import choice_results, relation_results, span_results
from .scheme import scheme

Place = tuple[int, int, str]


class Decision(NamedTuple):
    """One difference: what it is about, what each annotator said, and what the outcome says; empty where nothing."""

    about: str
    said: tuple[str, ...]
    taken: str


def place_of(span: Span) -> Place:
    return span.start, span.end, span.label


def adjudication_task(task: Mapping[str, Any], annotations: Sequence[Annotation]) -> dict[str, Any]:
    """The task of the third project: `task` as it was annotated, pre-filled with all that the annotators have.

    The annotations are of one block, one an annotator.
    """
    spans, whose = _all_spans(annotations)
    text = annotations[0].block.text
    made = list(span_results(spans, text))
    for result in made:
        names = whose[result["id"]]
        if result["type"] == "labels" and len(names) < len(annotations):
            # Label Studio shows this beside the region.
            result["meta"] = {"text": [f"only {', '.join(names)}"]}
    ids = {place_of(span): span.id for span in spans}
    relations = {
        Relation(ids[head], relation.label, ids[tail])
        for annotation in annotations
        for relation in annotation.relations
        for head, tail in [_places(annotation, relation)]
    }
    made += relation_results(sorted(relations))
    choices = {
        name: values[0]
        for name, values in _choices(annotations).items()
        if all(value == values[0] for value in values)
    }
    made += choice_results(choices)
    data = {key: value for key, value in task["data"].items() if key != "assisted"}
    differences = "\n".join(_said(decision) for decision in differences_of(annotations))
    return {
        "data": data | {"differences": differences, "annotators": [each.annotator for each in annotations]},
        "predictions": [{"model_version": "both", "result": made}],
    }


def differences_of(annotations: Sequence[Annotation], outcome: Annotation | None = None) -> list[Decision]:
    """What the annotators do not agree in, in the order of the text, each with what `outcome` says.

    Each thing by its own edges and label, of any number of annotators, as it goes on record; what stands for what, as
    people compare two annotations, is `disagreements.disagreements`.
    """
    of_all = [*annotations, *([outcome] if outcome else [])]
    found: list[tuple[int, Decision]] = []
    tables = [_facts(annotation) for annotation in of_all]
    for key in dict.fromkeys(key for table in tables for key in table):
        said = tuple(table.get(key, "") for table in tables[: len(annotations)])
        taken = tables[-1].get(key, "") if outcome else ""
        if len(set(said)) > 1 or (outcome and taken != said[0]):
            found.append((key[0], Decision(key[1], said, taken)))
    return [decision for _, decision in sorted(found, key=lambda each: each[0])]


def _facts(annotation: Annotation) -> dict[tuple[int, str], str]:
    """All an annotation says, each thing by its place and name."""
    facts: dict[tuple[int, str], str] = {}
    for name, values in _choices([annotation]).items():
        facts[-1, name] = "、".join(values[0])
    for span in annotation.spans:
        where = f"{annotation.surface(span)} {span.start}:{span.end}"
        facts[span.start, f"{where} {span.label}"] = "yes"
        for name, value in span.attributes.items():
            facts[span.start, f"{where} {span.label} {name}"] = value
    for relation in annotation.relations:
        (head_start, head_end, _), (tail_start, tail_end, _) = _places(annotation, relation)
        text = annotation.block.text
        name = f"{text[head_start:head_end]} {head_start} → {text[tail_start:tail_end]} {tail_start} {relation.label}"
        facts[head_start, name] = "yes"
    return {key: value for key, value in facts.items() if value}


def _said(decision: Decision) -> str:
    return f"{decision.about}: {' | '.join(said or '–' for said in decision.said)}"


def _all_spans(annotations: Sequence[Annotation]) -> tuple[list[Span], dict[str, list[str]]]:
    """Every span that any has, once, with the attributes they agree in; and by its new id who has it."""
    by_place: dict[Place, list[tuple[str, Span]]] = {}
    for annotation in annotations:
        for span in annotation.spans:
            by_place.setdefault(place_of(span), []).append((annotation.annotator, span))
    spans: list[Span] = []
    whose: dict[str, list[str]] = {}
    for number, (_, had) in enumerate(sorted(by_place.items(), key=lambda each: (each[0][0], -each[0][1])), start=1):
        name, first = f"s{number}", had[0][1]
        agreed = {
            key: value
            for key, value in first.attributes.items()
            if all(s.attributes.get(key) == value for _, s in had)
        }
        spans.append(replace(first, id=name, attributes=agreed))
        whose[name] = [annotator for annotator, _ in had]
    return spans, whose


def _places(annotation: Annotation, relation: Relation) -> tuple[Place, Place]:
    by_id = {span.id: place_of(span) for span in annotation.spans}
    return by_id[relation.head], by_id[relation.tail]


def _choices(annotations: Sequence[Annotation]) -> dict[str, list[tuple[str, ...]]]:
    """By control what each annotator chose."""
    return {
        "block_kind": [tuple(filter(None, [each.kind])) for each in annotations],
        "topic": [tuple(sorted(each.topics, key=scheme().topics.index)) for each in annotations],
        **{flag: [(flag,) if flag in each.flags else () for each in annotations] for flag in scheme().flags},
    }


def pairs_by_block(collections: Sequence[Sequence[Annotation]]) -> dict[str, list[Annotation]]:
    """The blocks that every collection has, in the order of the first, with one annotation of each.

    Raises CorpusError where annotators had different texts before them.
    """
    tables = [{each.block.block_id: each for each in collection} for collection in collections]
    shared = [block_id for block_id in tables[0] if all(block_id in table for table in tables)]
    pairs = {block_id: [table[block_id] for table in tables] for block_id in shared}
    if problems := [problem for both in pairs.values() for problem in different_texts(both)]:
        raise CorpusError(*problems)
    return pairs
