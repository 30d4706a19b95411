"""Annotations of test data: as written in files, and at random."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from govwork_build.annotation.records import Annotation, Block, Relation, Span
from govwork_build.annotation.scheme import scheme

# What the strategies draw from: labels that nest, attributes, topics enough to differ.
_LABELS = ("IND", "QTY", "TIME", "ORG", "REG")
_KINDS = ("task", "plan", "title")
_TOPICS = scheme().topics[:3]


def annotations_of(entry: dict[str, Any]) -> Iterator[Annotation]:
    """The annotations of a block of a file. A span is [id, label, start, surface, attributes]."""
    text = entry["text"]
    block = Block(entry["block_id"], entry["doc_id"], entry["start"], "0.1.0", "", text)
    for each in entry["annotations"]:
        for name, _, start, surface, _ in each["spans"]:
            assert text[start : start + len(surface)] == surface, f"{name} is not at {start} of {entry['block_id']}"
        yield Annotation(
            block,
            each["annotator"],
            "0.1",
            each.get("kind", "task"),
            tuple(each.get("topics", ())),
            tuple(each.get("flags", ())),
            each.get("comment", ""),
            tuple(Span(i, at, at + len(what), label, values) for i, label, at, what, values in each["spans"]),
            tuple(Relation(*relation) for relation in each.get("relations", ())),
            seconds=each.get("seconds"),
            assisted=each.get("assisted", False),
        )


@st.composite
def sound_annotations(draw: st.DrawFn, block: Block, annotator: str) -> Annotation:
    """A sound annotation: no two spans of a label overlap, no relation stands twice."""
    spans: list[Span] = []
    for label in _LABELS:
        edges = sorted(draw(st.sets(st.integers(0, len(block.text)), max_size=6)))
        for start, end in zip(edges[::2], edges[1::2], strict=False):
            values = draw(st.dictionaries(st.sampled_from(("lo", "cmp")), st.sampled_from("ab")))
            spans.append(Span(f"{label}{start}", start, end, label, values if label == "QTY" else {}))
    quantities, others = (
        [span.id for span in spans if (span.label == "QTY") is is_head] for is_head in (True, False)
    )
    relations = st.builds(
        Relation, st.sampled_from(quantities or [""]), st.sampled_from(("of", "at")), st.sampled_from(others or [""])
    )
    return Annotation(
        block,
        annotator,
        None,
        draw(st.sampled_from(_KINDS)),
        tuple(draw(st.lists(st.sampled_from(_TOPICS), unique=True, max_size=2))),
        tuple(draw(st.lists(st.sampled_from(tuple(scheme().flags)), unique=True))),
        "",
        tuple(sorted(spans, key=lambda span: (span.start, -span.end))),
        tuple(draw(st.lists(relations, unique=True, max_size=4))) if quantities and others else (),
    )


@st.composite
def collections(draw: st.DrawFn, annotators: tuple[str, ...] = ("x", "y")) -> list[Annotation]:
    """A few blocks of one or two documents, each annotated by all."""
    blocks = [
        Block(f"{doc_id}:{start}", doc_id, start, "0.1.0", "", "字" * draw(st.integers(1, 12)))
        for doc_id, start in draw(
            st.sets(st.tuples(st.sampled_from("de"), st.integers(0, 9)), min_size=1, max_size=4)
        )
    ]
    return [draw(sound_annotations(block, annotator)) for block in blocks for annotator in annotators]
