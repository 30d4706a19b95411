"""A rule-based annotator: the spans that a person starts from, in the scheme's labels; no relations.

It reads one block. Where rules disagree, the one whose form is surest has the span: titles, projects, lists of units,
quantities, times, bodies in prose, places, then the words around quantities.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..regions import Regions
from .body_mentions import listed_bodies, mentioned_bodies
from .indicators import find_phrases
from .named_things import find_projects, find_titles
from .place_mentions import find_places
from .quantities import attributes_of
from .quantity_finder import find_quantities
from .records import Span
from .scheme import scheme
from .time_expressions import find_times

# Where a block looks ahead, 今年 is the document's year; a review may have been written at the end of the one before.
_AHEAD = frozenset({"task", "plan", "target_overview"})
# Inside the name of a document and its particulars nothing is annotated.
_PARTICULARS = frozenset({"title", "doc_meta"})
_LISTS = frozenset({"lead_line", "support_line"})


def pre_annotate(
    text: str,
    block_kind: str,
    regions: Regions,
    doc_region: str | None,
    year: int | None = None,
    units: Collection[str] = (),
) -> tuple[Span, ...]:
    """The spans of a block, in the order of the text, with ids p1, p2 and so on.

    `doc_region` is the code of the document's region, `year` the document's, `units` the names of the bodies that it
    lists. Spans overlap only as the scheme allows and have no white space at their edges.
    """
    chosen = _Chosen(text)
    if block_kind not in _PARTICULARS:
        for span in _found(text, block_kind, year, units):
            chosen.add(span)
        for place in find_places(text, regions, doc_region):
            chosen.add(Span("", place.start, place.end, "REG", {"code": place.code} if place.code else {}))
        if block_kind not in _LISTS:
            quantities = [(span.start, span.end) for span in chosen.spans if span.label == "QTY"]
            around = [(span.start, span.end) for span in chosen.spans if span.label in ("TIME", "REG")]
            for phrase in find_phrases(text, sorted(quantities), around):
                chosen.add(Span("", phrase.start, phrase.end, phrase.label))
    ordered = sorted(chosen.spans, key=lambda span: (span.start, -span.end))
    return tuple(
        Span(f"p{number}", span.start, span.end, span.label, span.attributes)
        for number, span in enumerate(ordered, start=1)
    )


def _found(text: str, kind: str, year: int | None, units: Collection[str]) -> Iterator[Span]:
    """The candidates that need no other spans, the surest form first."""
    for start, end in find_titles(text):
        yield Span("", start, end, "DOC")
    for body in listed_bodies(text, kind):
        yield Span("", body.start, body.end, "ORG", body.attributes)
    if kind in _LISTS:
        return
    for start, end in find_projects(text):
        yield Span("", start, end, "PROJ")
    for start, end, quantity in find_quantities(text):
        yield Span("", start, end, "QTY", attributes_of(quantity))
    for time in find_times(text, year if kind in _AHEAD else None):
        yield Span("", time.start, time.end, "TIME", {"value": time.value} if time.value else {})
    for body in mentioned_bodies(text, units):
        yield Span("", body.start, body.end, "ORG", body.attributes)


class _Chosen:
    """The spans taken so far, and which of them each character lies in; linear in the lengths of spans."""

    def __init__(self, text: str) -> None:
        self.spans: list[Span] = []
        self._text = text
        self._owners: list[tuple[int, ...]] = [()] * len(text)

    def add(self, span: Span) -> None:
        """Takes a span, unless it is empty, has white space at an edge, or overlaps where the scheme allows none."""
        surface = self._text[span.start : span.end]
        if not surface or surface != surface.strip() or not self._fits(span):
            return
        number = len(self.spans)
        self.spans.append(span)
        for i in range(span.start, span.end):
            self._owners[i] = (*self._owners[i], number)

    def _fits(self, span: Span) -> bool:
        """Whether it stands alone, or strictly inside one span that may hold it."""
        owners = set(self._owners[span.start : span.end])
        if owners == {()}:
            return True
        (held, *others) = owners
        if others or len(held) != 1:
            return False
        outer = self.spans[held[0]]
        allowed = span.label in scheme().holds.get(outer.label, frozenset())
        return allowed and (span.start, span.end) != (outer.start, outer.end)
