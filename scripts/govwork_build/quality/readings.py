"""What was read of documents: metadata, the outline, units, and annotated spans."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..annotation.inline import parse
from ..describe import Description
from .items import Corpus, Item, Tally, sets_tally, texts

# What is shown of a page, at either end.
_PAGE = 600
_FIELDS = ("title", "doc_type", "region", "year", "issuer", "doc_number", "date_issued", "date_published")
# Of a line that is shown among others.
_LINE = 60


def metadata_items(corpus: Corpus) -> Iterator[Item]:
    """Every field of every document, with the document as received, and the head and tail of its page."""
    for document in corpus.documents:
        page = document.decoded.text
        shown = {
            "page_head": page[:_PAGE],
            "document": document.normalised.traced.source,
            "page_tail": page[-_PAGE:],
        }
        for field in _FIELDS:
            ours = _value(document.description, field)
            yield Item(f"{document.doc_id}:{field}", document.doc_id, shown | {"field": field}, ours)


def _value(description: Description, field: str) -> str | None:
    if field == "region":
        return description.region.name if description.region else None
    value = getattr(description, field)
    return None if value is None else str(value)


def value_tally(ours: str | None, said: Any) -> Tally:
    """Of one value; that nothing is known is an answer, too."""
    if said is not None and not isinstance(said, str | int):
        raise ValueError(f"{said!r} is no value")
    return Tally(1, 1, int((ours or "") == ("" if said is None else str(said))))


def outline_items(corpus: Corpus) -> Iterator[Item]:
    """Every line of every document: its printed number, and the number of the line it stands under."""
    for document in corpus.documents:
        lines = [block.text[:_LINE] for block in document.blocks]
        for i, block in enumerate(document.blocks):
            shown = {"lines_of": document.doc_id, "line": i, "text": lines[i]}
            ours = [block.number or "", "" if block.parent is None else str(block.parent)]
            yield Item(f"{document.doc_id}:{i}", document.doc_id, shown, ours)


def pair_tally(ours: list[str], said: Any) -> Tally:
    """Of the two answers, each by itself."""
    answer = texts(said)
    if len(answer) != len(ours):
        raise ValueError(f"{answer!r} is not of {len(ours)} texts")
    return Tally(len(ours), len(ours), sum(a == b for a, b in zip(ours, answer, strict=True)))


def unit_items(corpus: Corpus) -> Iterator[Item]:
    """Every task whose lines name units: who leads and who helps, in full."""
    for document in corpus.documents:
        for task in document.tasks:
            named = [
                f"{role} {unit.name}"
                for role, units in (("lead", task.lead_units), ("support", task.support_units))
                for unit in units
                if unit.basis == "stated"
            ]
            if named:
                shown = {"title": document.description.title, "task": task.text}
                yield Item(f"{document.doc_id}:{task.start}", document.doc_id, shown, named)


def unit_tally(ours: list[str], said: Any) -> Tally:
    return sets_tally(ours, texts(said))


def span_items(corpus: Corpus) -> Iterator[Item]:
    """Every block of gold whose spans were asked for; ours is each span with its label."""
    titles = {document.doc_id: document.description.title for document in corpus.documents}
    for block_id, gold in corpus.gold.items():
        annotation = gold.annotation
        if annotation.layer == "spans":
            block = annotation.block
            ours = [block.text, *(f"{span.start}:{span.end} {span.label}" for span in annotation.spans)]
            yield Item(block_id, block.doc_id, {"title": titles[block.doc_id], "text": block.text}, ours)


def span_tally(ours: list[str], said: Any) -> Tally:
    """Of spans with their labels; the answer is the text with its spans marked, as `annotation.inline` reads it."""
    if not isinstance(said, str):
        raise ValueError(f"{said!r} is no text")
    text, *spans = ours
    return sets_tally(spans, [f"{span.start}:{span.end} {span.label}" for span in parse(said, text)])
