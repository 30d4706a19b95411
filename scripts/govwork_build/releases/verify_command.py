"""The command `govwork verify`, which needs the base installation only."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from govwork import verify as problems_of
from govwork.manifest import read_manifest

from ..errors import CorpusError
from ..findings import counted


def verify(folder: Annotated[Path, typer.Argument(help="The folder of a release.")]) -> None:
    """Compare a release with its manifest, off line: every file, every row, and nothing more."""
    if problems := problems_of(folder):
        raise CorpusError(*problems)
    manifest = read_manifest(folder)
    rows = sum(facts["rows"] for splits in manifest["configs"].values() for facts in splits.values())
    files = counted(len(manifest["files"]), "file")
    release = f"{manifest['name']} {manifest['version']}, {manifest['profile']}"
    print(f"{release}: {files} and {rows:,} rows as the manifest says")
