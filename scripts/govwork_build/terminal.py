"""What the commands say: lines, warnings, errors, JSON, progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text

Root = Annotated[Path, typer.Option("--root", help="The project's folder, which holds corpus/.", file_okay=False)]
out = Console()
err = Console(stderr=True)


def say(message: str) -> None:
    out.print(message, markup=False, highlight=False, soft_wrap=True)


def warn(message: str) -> None:
    _complain("warning ", "yellow", message)


def say_error(message: str) -> None:
    _complain("error ", "red", message)


def _complain(severity: str, colour: str, message: str) -> None:
    err.print(Text(severity, style=colour) + Text(message), highlight=False, soft_wrap=True)


def print_lines(rows: Iterable[Any]) -> None:
    for row in rows:
        print(json.dumps(row, ensure_ascii=False))


def as_json(rows: Any) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """To be told how much is done, and of how much: a bar on a terminal, a line for each report elsewhere."""
    if not err.is_terminal:
        yield lambda done, total: print(f"{done} of {total} {what}", file=sys.stderr, flush=True)
        return
    with _bar(err) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def progress_by_name(what: str, total: int) -> Iterator[Callable[[str], None]]:
    """To be told the name of each thing that is done: a bar on a terminal, the names elsewhere."""
    if not out.is_terminal:
        yield lambda name: print(name, flush=True)
        return
    with _bar(out) as bar:
        task = bar.add_task(what, total=total)
        yield lambda name: bar.update(task, advance=1, description=name)


@contextmanager
def progress_of_bytes(what: str) -> Iterator[Callable[[int, int], None]]:
    """To be told how many bytes are done, and of how many: a bar with rate and time left on a terminal, elsewhere a
    line at every tenth."""
    if not err.is_terminal:
        told = -1

        def tell(done: int, total: int) -> None:
            nonlocal told
            if total and (tenth := 10 * done // total) > told:
                told = tenth
                print(f"{what}: {done / 1e6:,.0f} of {total / 1e6:,.0f} MB", file=sys.stderr, flush=True)

        yield tell
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _bar(console: Console) -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    return Progress(*columns, console=console, transient=True)
