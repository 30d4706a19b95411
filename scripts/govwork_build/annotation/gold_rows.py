"""What a release takes from gold: kind and topics of its blocks, and the rows of `entities`, `ner` and `targets`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from govwork.features import ATTRIBUTES, NER_TAGS

from ..corpus import Row
from .gold import Gold
from .records import Annotation, Span

_TAG = {name: number for number, name in enumerate(NER_TAGS)}


def block_row(gold: Gold, block: Row) -> Row:
    """A row of `blocks` whose kind was not decided by rule."""
    annotation = gold.annotation
    return block | {"kind": annotation.kind, "kind_source": "gold", "topics": list(annotation.topics)}


def entity_row(gold: Gold, block: Row) -> Row:
    """A row of `entities`: the block as it stands in the corpus, the rest from the annotation."""
    annotation = gold.annotation
    return {
        **_place(block),
        "block_kind": annotation.kind,
        "topics": list(annotation.topics),
        "flags": list(annotation.flags),
        "spans": [
            {"id": span.id, "start": span.start, "end": span.end, "label": span.label}
            | {"surface": annotation.surface(span)}
            | {"attributes": {name: span.attributes.get(name) for name in ATTRIBUTES}}
            for span in annotation.spans
        ],
        "relations": [relation._asdict() for relation in annotation.relations],
        "annotators": list(gold.of),
        "adjudicator": annotation.annotator,
        "guideline_version": annotation.guideline_version,
    }


def ner_row(gold: Gold, block: Row) -> Row:
    """A row of `ner`: the characters of the block, each with its tag; of spans that nest, the outermost counts."""
    tags = [_TAG["O"]] * len(block["text"])
    end = 0
    for span in gold.annotation.spans:
        if span.start >= end:
            end = span.end
            begins, goes_on = _TAG[f"B-{span.label}"], _TAG[f"I-{span.label}"]
            tags[span.start : end] = [begins, *[goes_on] * (end - span.start - 1)]
    return _place(block) | {"tokens": list(block["text"]), "ner_tags": tags}


def rows_of(gold: Gold, block: Row, task: Row | None) -> dict[str, list[Row]]:
    """The rows of every config that one record of gold makes; `task` is the one that the block is of, if any.

    Where spans were not asked for, there are none.
    """
    if gold.annotation.layer == "block":
        return {}
    return {
        "entities": [entity_row(gold, block)],
        "ner": [ner_row(gold, block)],
        "targets": list(target_rows(gold, block, task)),
    }


def target_rows(gold: Gold, block: Row, task: Row | None) -> Iterator[Row]:
    """The rows of `targets`: one a quantity, with what it is of, and who answers where the block is of a task."""
    annotation = gold.annotation
    by_id = {span.id: span for span in annotation.spans}
    for span in annotation.spans:
        if span.label == "QTY":
            yield {
                "target_id": _target_id(block, span.id),
                **_place(block),
                "span_start": span.start,
                "span_end": span.end,
                "surface": annotation.surface(span),
                **{name: span.attributes.get(name) for name in _OF_QUANTITY},
                "indicators": [annotation.surface(tail) for tail in _tails(annotation, span, "of", by_id)],
                "changes": [annotation.surface(tail) for tail in _tails(annotation, span, "chg", by_id)],
                "times": _with(annotation, span, by_id, "TIME", "value"),
                "regions": _with(annotation, span, by_id, "REG", "code"),
                **{
                    name: [_target_id(block, tail.id) for tail in _tails(annotation, span, name, by_id)]
                    for name in ("baseline_of", "stretch_of", "subset_of")
                },
                "task_id": task["task_id"] if task else None,
                "lead_units": [unit["name"] for unit in task["lead_units"]] if task else [],
                "support_units": [unit["name"] for unit in task["support_units"]] if task else [],
            }


_OF_QUANTITY = ("lo", "hi", "unit", "scale", "dist", "cmp", "basis", "status")


def _place(block: Row) -> Row:
    return {name: block[name] for name in ("block_id", "doc_id", "start", "text")}


def _target_id(block: Row, span_id: str) -> str:
    return f"{block['block_id']}#{span_id}"


def _tails(annotation: Annotation, head: Span, label: str, by_id: Mapping[str, Span]) -> Iterator[Span]:
    """The spans that a relation of this label leads to, in the order of the text."""
    tails = [by_id[each.tail] for each in annotation.relations if (each.head, each.label) == (head.id, label)]
    yield from sorted(tails, key=lambda span: (span.start, span.end))


def _with(annotation: Annotation, head: Span, by_id: Mapping[str, Span], label: str, attribute: str) -> list[Row]:
    """The times or the regions of a quantity, each with its value."""
    return [
        {"surface": annotation.surface(tail), attribute: tail.attributes.get(attribute)}
        for tail in _tails(annotation, head, "at", by_id)
        if tail.label == label
    ]
