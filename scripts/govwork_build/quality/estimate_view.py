"""Quality estimates as a terminal shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.table import Table


def estimate_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    """A line an aspect, in per cent; in brackets intervals of 95 %. It fits 80 columns."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for column in ("aspect", "items", "precision", "recall", "items right"):
        table.add_column(column, justify="right" if column == "items" else "left", no_wrap=True)
    for row in rows:
        figures = (_told(row[name]) for name in ("precision", "recall", "whole"))
        table.add_row(row["aspect"], str(row["items"]), *figures)
    return table


def _told(figure: Mapping[str, float]) -> str:
    value, low, high = (f"{100 * figure[name]:.1f}" for name in ("value", "low", "high"))
    return f"{value} [{low}, {high}]"
