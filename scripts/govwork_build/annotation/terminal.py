"""What the commands of annotation say: lines, warnings, JSON, progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

Root = Annotated[Path, typer.Option("--root", help="The project's folder, which holds corpus/.", file_okay=False)]
out = Console()
err = Console(stderr=True)


def say(message: str) -> None:
    out.print(message, markup=False, highlight=False, soft_wrap=True)


def warn(message: str) -> None:
    err.print(Text("warning ", style="yellow") + Text(message), highlight=False, soft_wrap=True)


def print_lines(rows: Iterable[Any]) -> None:
    for row in rows:
        print(json.dumps(row, ensure_ascii=False))


def as_json(rows: Any) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, a line for each report elsewhere."""
    if not err.is_terminal:
        yield lambda done, total: print(f"{done} of {total} {what}", file=sys.stderr, flush=True)
        return
    with Progress(TextColumn(what), BarColumn(), MofNCompleteColumn(), console=err, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
