"""The statistics of annotations as a terminal shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.markup import escape
from rich.table import Table

from ..overview import visible
from .statistics import Assistance, Statistics

_UNKNOWN = "–"


def statistics_tables(statistics: Statistics) -> Iterator[Table]:
    """Tables of the collection and its parts, of labels, attributes, relations, choices and assistance, where any."""
    parts = [
        (
            escape(visible(part.name)) or "all",
            part.blocks,
            part.annotations,
            part.spans,
            part.relations,
            _number(part.median_seconds),
        )
        for part in statistics.parts
    ]
    yield _table(("", "blocks", "annotations", "spans", "relations", "median s"), parts)
    labels = [
        (each.label, each.spans, _number(each.mean_length), each.distinct_surfaces)
        for each in statistics.labels
        if each.spans
    ]
    if labels:
        yield _table(("label", "spans", "mean length", "distinct"), labels)
    attributes = [
        (f"{label}.{attribute}", filled, spans)
        for (label, attribute), (filled, spans) in statistics.attributes.items()
        if filled
    ]
    relations = [(name, count) for name, count in statistics.relations.items() if count]
    choices = [(control, choice, count) for (control, choice), count in statistics.choices.items() if count]
    if attributes:
        yield _table(("attribute", "filled", "of"), attributes)
    if relations:
        yield _table(("relation", "count"), relations)
    if choices:
        yield _table(("choice", "", "count"), choices)
    if statistics.assistance.annotations:
        yield _assistance(statistics.assistance)


def _assistance(assistance: Assistance) -> Table:
    all_spans = assistance.kept + assistance.changed + assistance.removed
    rows = [
        (name, count, f"{count / whole:.0%}" if whole else _UNKNOWN)
        for name, count, whole in (
            ("kept", assistance.kept, all_spans),
            ("changed", assistance.changed, all_spans),
            ("removed", assistance.removed, all_spans),
            ("wrong on purpose, kept", assistance.wrong_kept, assistance.wrong),
        )
    ]
    return _table(("pre-annotated spans", "count", "share"), rows)


def _number(value: float | None) -> str:
    return _UNKNOWN if value is None else f"{value:.1f}"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str | int]]) -> Table:
    """A table whose numbers stand at the right."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for number, column in enumerate(columns):
        is_text = all(isinstance(row[number], str) for row in rows) and column not in (
            "median s",
            "mean length",
            "share",
        )
        # A long name goes on in the next line, whole.
        table.add_column(column, justify="left" if is_text else "right", overflow="fold")
    for row in rows:
        table.add_row(*map(str, row))
    return table
