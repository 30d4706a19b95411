"""A disputed block as a terminal shows it: its text with the spans of both annotators, and what to decide."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from ..findings import counted
from ..overview import visible
from .comparison import match
from .disagreements import Disagreement, DisputedBlock
from .span_marks import Layer, marked

_FIRST, _SECOND, _BOTH = "A", "B", "="


def block_view(block: DisputedBlock, width: int) -> Iterator[Text]:
    """The lines that show a disputed block, `width` cells wide: a heading, the text, the items by their numbers.

    Under the text, `=` marks spans that both have, `A` and `B` those that only one has so.
    """
    first, second = block.first, block.second
    heading = f"{first.block.block_id} · {_FIRST} {first.annotator} · {_SECOND} {second.annotator}"
    yield Text(f"{visible(heading)} · {counted(len(block.items), 'difference')}", style="bold")
    strict = match(first.spans, second.spans).strict
    alike = set(strict.values())
    yield from marked(
        first.block.text,
        (
            Layer(_BOTH, [span for span in first.spans if span.id in strict], "dim"),
            Layer(_FIRST, [span for span in first.spans if span.id not in strict], "bold"),
            Layer(_SECOND, [span for span in second.spans if span.id not in alike], "bold"),
        ),
        width,
    )
    for number, item in enumerate(block.items, start=1):
        yield from _item(number, item, width)
    for name, annotation in ((_FIRST, first), (_SECOND, second)):
        if annotation.comment:
            yield Text(f"{name} says: {visible(annotation.comment)}", style="italic")


def _item(number: int, item: Disagreement, width: int) -> Iterator[Text]:
    """An item: in one line where it fits, else what each has in a line of its own."""
    follows = " (follows from a span)" if item.follows else ""
    head = Text(f"{number:>3} {item.type} {item.of}".rstrip() + follows, style="yellow")
    sides = [
        Text(f"{name} {visible(told) if told else '–'}")
        for name, told in ((_FIRST, item.first), (_SECOND, item.second))
    ]
    line = Text("  ").join([head, *sides])
    if line.cell_len <= width:
        yield line
    else:
        yield head
        for side in sides:
            yield Text("    ") + side
