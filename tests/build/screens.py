"""What a terminal shows."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO

from rich.console import Console, RenderableType


def shown(things: Iterable[RenderableType]) -> str:
    """These things on a terminal of 80 columns, without colours."""
    screen = StringIO()
    console = Console(file=screen, width=80)
    for thing in things:
        console.print(thing)
    return screen.getvalue()
