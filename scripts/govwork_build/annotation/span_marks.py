"""A text with marks under its spans, line by line, for a terminal: marks line up under double-width characters.

Plain ASCII marks: whether a box-drawing character takes one cell or two is up to the terminal. A span is marked from
its first cell to its last, its label first and `]` last: `QTY---]`. One that goes on in the next line has no `]` yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

from ..overview import visible
from .records import Span
from .scheme import scheme


class Layer(NamedTuple):
    """Spans marked together, named by a letter at the left."""

    name: str
    spans: Sequence[Span]
    style: str


class _Line(NamedTuple):
    """The characters `[start, end)` of a text as shown; the cells they begin in, and at last where they end."""

    start: int
    end: int
    shown: str
    cells: list[int]


def marked(text: str, layers: Sequence[Layer], width: int) -> Iterator[Text]:
    """The lines of a text, each followed by the marks of each layer that has spans in it.

    Spans that overlap are marked one below the other. `width` is that of the terminal in cells.
    """
    margin = max(len(layer.name) for layer in layers) + 1
    lanes = [(layer, lane) for layer in layers for lane in _lanes(layer.spans)]
    for line in _lines(text, width - margin):
        yield Text(" " * margin + line.shown)
        for layer, lane in lanes:
            if any(span.start < line.end and line.start < span.end for span in lane):
                yield Text(layer.name.ljust(margin), style="dim") + _marks(line, lane, layer.style)


def _lines(text: str, width: int) -> Iterator[_Line]:
    """The text in lines of so many cells, cut anywhere, as Chinese is."""
    start, shown, cells = 0, "", [0]
    for at, character in enumerate(text):
        sign = character if character.isprintable() else visible(character)
        if shown and cells[-1] + cell_len(sign) > width:
            yield _Line(start, at, shown, cells)
            start, shown, cells = at, "", [0]
        shown += sign
        cells.append(cells[-1] + cell_len(sign))
    yield _Line(start, len(text), shown, cells)


def _lanes(spans: Sequence[Span]) -> list[list[Span]]:
    """The spans parted so that none overlap in a lane, the outer ones first."""
    lanes: list[list[Span]] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        lane = next((lane for lane in lanes if lane[-1].end <= span.start), None)
        if lane is None:
            lanes.append([span])
        else:
            lane.append(span)
    return lanes


def _marks(line: _Line, lane: Sequence[Span], style: str) -> Text:
    marks = Text()
    for span in lane:
        start, end = max(span.start, line.start), min(span.end, line.end)
        if start < end:
            marks.append(" " * (line.cells[start - line.start] - len(marks)))
            cells = line.cells[end - line.start] - len(marks)
            name = span.label if span.start == start else ""
            bar = name[:cells].ljust(cells, "-")
            bar = f"{bar[:-1]}]" if span.end == end else bar
            marks.append(bar, style=f"{style} {scheme().labels[span.label].colour}")
    return marks
