"""The command `govwork baseline`."""

from __future__ import annotations

import json
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from ..releases.leakage_command import release_folder
from ..terminal import err, out

# What the extra `baseline` brings, by package: without it, this is said before anything is done.
_NEEDED = {"nervaluate": "nervaluate", "python-crfsuite": "pycrfsuite", "scikit-learn": "sklearn"}


def baseline(
    folder: Annotated[
        Path | None, typer.Argument(help="The folder of a release; else the newest build, or what is installed.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON object instead.")] = False,
) -> None:
    """Train simple models on a release and score them on its validation and test splits, in under a minute."""
    for module in _NEEDED.values():
        import_module(module)
    from datasets import disable_progress_bars

    from .evaluation import evaluate
    from .rows import read
    from .view import by_label, summary

    disable_progress_bars()
    with err.status("reading") as status:
        results = evaluate(read(release_folder(folder)), status.update)
    if as_json:
        tools = {package: version(package) for package in _NEEDED}
        print(json.dumps({"tools": tools} | results, ensure_ascii=False, indent=1))
        return
    for figures in (summary(results, "validation"), summary(results, "test"), by_label(results, "test")):
        table = Table(*figures.head, box=None)
        for row in figures.rows:
            table.add_row(*row)
        out.print(table)
        out.print()
