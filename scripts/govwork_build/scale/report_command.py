"""The command `report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..findings import counted
from ..terminal import progress_of_bytes, say


def collection_report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A collection that `govwork normalize` wrote.")],
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write the page, else DIR/report.html.")
    ] = None,
) -> None:
    """Write one HTML page about a normalised collection: its damage by kind and host, examples, years, speed."""
    from ..atomic import write_text
    from .report_data import read_collection
    from .report_page import page

    with progress_of_bytes("reading") as on_progress:
        collection = read_collection(folder, on_progress)
    file = html or folder / "report.html"
    write_text(file, page(collection))
    summary = collection.summary
    say(f"{file}: {counted(summary.pages, 'page')}, {summary.damaged:,} of them damaged")
