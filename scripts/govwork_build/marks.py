"""Source and text of a document side by side: what is to be shown of every character of both.

A `Mark` is an edit, a gap, or the place a metadata value was read from, with its span on both sides. A `Row` is a
block with its part of the source; its pieces join to exactly that part, and to the block with its line break.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Literal, NamedTuple

from govwork.trace import TracedText

from .corpus import Document
from .model import Block
from .overview import clip, edit_label, layers_with_runs

Kind = Literal["deletion", "insertion", "replacement", "gap", "evidence"]
Side = Literal["source", "text"]
Span = tuple[int, int]


class Mark(NamedTuple):
    """What is said of a span of the source and of what became of it in the text; either may be empty.

    `key` is the mark's own, `group` the stage of an edit or else the kind. `layer` is -1 where there is none.
    """

    key: str
    kind: Kind
    group: str
    label: str
    layer: int
    source: Span
    text: Span

    def on(self, side: Side) -> Span:
        return self.source if side == "source" else self.text


class Piece(NamedTuple):
    """A span of one side, and the marks it bears throughout; an empty span is the place of what is not there."""

    start: int
    end: int
    marks: tuple[Mark, ...]


class Row(NamedTuple):
    """A block, if the text has any, and its two sides."""

    block: Block | None
    source: list[Piece]
    text: list[Piece]


def rows(document: Document) -> Iterator[Row]:
    """The document block by block; the pieces of a side cover it without gap or overlap."""
    traced = document.normalised.traced
    marks = [*_edits(traced), *_gaps(document), *_evidence(document)]
    starts = [block.start for block in document.blocks[1:]]
    # A row of the source ends where the line break between two blocks came from.
    breaks = traced.to_source([start - 1 for start in starts], starts)[1].tolist()
    bounds: dict[Side, list[int]] = {
        "source": [0, *breaks, len(traced.source)],
        "text": [0, *starts, len(traced.text)],
    }
    sides = {
        side: [
            list(pieces(start, end, dealt, side))
            for start, end, dealt in zip(ends, ends[1:], _deal(marks, side, bounds), strict=False)
        ]
        for side, ends in bounds.items()
    }
    blocks = document.blocks or (None,)
    return map(Row, blocks, sides["source"], sides["text"])


def pieces(start: int, end: int, marks: Sequence[Mark], side: Side) -> Iterator[Piece]:
    """The span `[start, end)` of a side, cut wherever a mark begins or ends."""
    points: dict[int, list[Mark]] = {}
    opening: dict[int, list[Mark]] = {}
    cuts = {start, end}
    for mark in marks:
        first, last = mark.on(side)
        (points if first == last else opening).setdefault(max(first, start), []).append(mark)
        cuts |= {max(first, start), min(last, end)}
    places = sorted(cuts)
    active: list[Mark] = []
    for at, to in zip(places, [*places[1:], end], strict=True):
        if at in points:
            yield Piece(at, at, tuple(points[at]))
        active = [mark for mark in active if mark.on(side)[1] > at] + opening.get(at, [])
        if at < to:
            yield Piece(at, to, _touching(active))


def _touching(marks: list[Mark]) -> tuple[Mark, ...]:
    """Those of the marks around a character that are about it.

    A run of edits also spans what lower layers had taken out of its midst, and what higher ones put there: of
    those characters its stage knew nothing.
    """
    gone = min((mark.layer for mark in marks if mark.kind == "deletion"), default=None)
    born = max((mark.layer for mark in marks if mark.kind == "insertion"), default=None)
    return tuple(
        mark
        for mark in sorted(marks, key=lambda mark: mark.layer)
        if mark.layer < 0 or ((gone is None or mark.layer <= gone) and (born is None or mark.layer >= born))
    )


def _deal(marks: Sequence[Mark], side: Side, bounds: dict[Side, list[int]]) -> list[list[Mark]]:
    """The marks of each row of a side. An empty span between two rows stands where its other side stands."""
    other: Side = "text" if side == "source" else "source"
    ends = bounds[side]
    dealt: list[list[Mark]] = [[] for _ in ends[1:]]
    for mark in marks:
        start, end = mark.on(side)
        if start < end:
            first, last = bisect_right(ends, start) - 1, bisect_left(ends, end) - 1
        else:
            home = bisect_right(bounds[other], mark.on(other)[0]) - 1
            lowest, highest = bisect_left(ends, start, 1) - 1, bisect_right(ends, start, 0, len(dealt)) - 1
            first = last = min(max(home, lowest), highest)
        for row in range(first, last + 1):
            dealt[row].append(mark)
    return dealt


def _edits(traced: TracedText) -> Iterator[Mark]:
    """The runs of every layer, numbered."""
    numbers = count()
    for layer, made, runs in layers_with_runs(traced):
        rest = TracedText(traced.layers[layer].apply(made), traced.layers[layer + 1 :], traced.text)
        # What was taken out stays behind the character before it, not before what came to stand behind.
        anchors = [run.new_start - (run.new_start == run.new_end > 0) for run in runs]
        starts, ends = rest.to_text(anchors, [run.new_end for run in runs])
        for run, start, end in zip(runs, starts.tolist(), ends.tolist(), strict=True):
            kind: Kind = "deletion" if not run.inserted else "replacement" if run.removed else "insertion"
            span = (end, end) if run.new_start == run.new_end else (start, end)
            source = (run.source_start, run.source_end)
            yield Mark(str(next(numbers)), kind, run.stage, edit_label(run), layer, source, span)


def _gaps(document: Document) -> Iterator[Mark]:
    gaps = document.gaps
    starts, ends = document.normalised.traced.to_source([gap.start for gap in gaps], [gap.end for gap in gaps])
    for number, (gap, start, end) in enumerate(zip(gaps, starts.tolist(), ends.tolist(), strict=True)):
        label = f"gap: {gap.cause} {clip(gap.evidence)}"
        yield Mark(f"g{number}", "gap", "gap", label, -1, (start, end), (gap.start, gap.end))


def evidence_marks(document: Document) -> Iterator[Mark]:
    """Where each metadata value was read, in the source text; its text is not looked for."""
    for number, evidence in enumerate(document.description.evidence):
        label = f"{evidence.field}: {clip(evidence.value)} ({evidence.basis})"
        span = (evidence.source_start, evidence.source_end)
        yield Mark(f"e{number}", "evidence", "evidence", label, -1, span, (0, 0))


def _evidence(document: Document) -> Iterator[Mark]:
    """The evidence that stands in the document itself."""
    piece = document.piece
    inside = [
        mark for mark in evidence_marks(document) if piece.start <= mark.source[0] and mark.source[1] <= piece.end
    ]
    spans = [(mark.source[0] - piece.start, mark.source[1] - piece.start) for mark in inside]
    starts, ends = document.normalised.traced.to_text([start for start, _ in spans], [end for _, end in spans])
    for mark, span, start, end in zip(inside, spans, starts.tolist(), ends.tolist(), strict=True):
        yield mark._replace(source=span, text=(start, end))
