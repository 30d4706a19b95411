"""Quality estimates as a terminal shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.table import Table


def estimate_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    """A line an aspect; in brackets intervals of 95 %."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("aspect", "items", "precision", "recall", "items right"):
        table.add_column(column, justify="right" if column == "items" else "left", no_wrap=True)
    for row in rows:
        figures = (_told(row[name]) for name in ("precision", "recall", "whole"))
        table.add_row(row["aspect"], str(row["items"]), *figures)
    return table


def _told(figure: Mapping[str, float]) -> str:
    return f"{figure['value']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]"
