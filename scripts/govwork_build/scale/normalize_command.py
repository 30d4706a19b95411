"""The command `normalize`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from ..errors import CorpusError
from ..findings import counted
from ..terminal import out, progress_of_bytes, say, warn

if TYPE_CHECKING:
    from .summary import Summary


def normalize(
    inputs: Annotated[
        list[Path], typer.Argument(metavar="IN...", help="Files or folders: JSONL, Parquet, WARC, text, HTML.")
    ],
    folder: Annotated[Path, typer.Option("--out", metavar="DIR", help="A new folder, or one to go on in.")],
    workers: Annotated[int, typer.Option(min=1, help="So many processes work at once.")] = 1,
    trace: Annotated[bool, typer.Option("--trace", help="Keep with each page what gives its source back.")] = False,
    keep_script: Annotated[bool, typer.Option("--keep-script", help="Leave traditional script as it is.")] = False,
    text: Annotated[str, typer.Option(help="The column of rows that holds the text.")] = "text",
    id_: Annotated[str, typer.Option("--id", help="The column that holds a name.")] = "id",
    url: Annotated[str, typer.Option(help="The column that holds the address.")] = "url",
    stats: Annotated[bool, typer.Option("--stats", help="Print the damage by kind.")] = False,
) -> None:
    """Undo the damage of a collection of pages, on the cores of this machine; begun again, it goes on."""
    spare_memory()
    from .plan import plan
    from .run import Options, run
    from .summary import Summary

    options = Options("full" if trace else "summary", not keep_script, text, id_, url)
    for path in inputs:
        if path.is_dir() and folder.resolve().is_relative_to(path.resolve()):
            raise CorpusError(f"{folder}: lies in {path}, and would be read with it; name a folder elsewhere")
    try:
        with progress_of_bytes("normalising") as on_progress:
            written = run(plan(inputs), folder, options, workers, on_progress)
    except KeyboardInterrupt:
        warn("stopped; what is done is kept: run the same command to go on")
        raise typer.Exit(130) from None
    summary = Summary.of(json.loads(written.read_text("utf-8")))
    if summary.refused:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in summary.refused.items())
        warn(f"{summary.all_refused:,} refused, kept in {folder / 'refused'}: {reasons}")
    if not summary.pages:
        said = f"{folder / 'refused'} says why" if summary.refused else "there is nothing in what was named"
        raise CorpusError(f"{folder}: no page could be read; {said}")
    say(f"{folder / 'data'}: {counted(summary.pages, 'page')}, {summary.damaged:,} of them damaged")
    if stats:
        _print(summary)
    out.print("Load it with:", style="bold")
    print(f'load_dataset("{folder.as_posix()}", split="train")')


def spare_memory() -> None:
    """Sets what keeps this process and its workers small, before they import what heeds it: phrases of pypinyin that
    nothing here uses take 45 MB, and Arrow's own pool of memory holds on to 25 MB more."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


def _print(summary: Summary) -> None:
    from ..damage import LABELS

    table = Table("damage", title=f"{summary.characters:,} characters read", title_justify="left")
    for name in ("times", "pages", "share of pages"):
        table.add_column(name, justify="right")
    for kind, label in LABELS.items():
        pages = summary.damaged_pages[kind]
        share = f"{pages / summary.pages:.1%}" if summary.pages else ""
        table.add_row(label, f"{summary.damage[kind]:,}", f"{pages:,}", share)
    out.print(table)
