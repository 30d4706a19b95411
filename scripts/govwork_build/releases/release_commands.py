"""The commands `govwork diff`, `govwork release` and `govwork cite`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..annotation.terminal import Root, as_json, out
from ..build_paths import Paths

_RELEASE = "A version that was released, or the folder of a release."


def diff(
    old: Annotated[str, typer.Argument(help=_RELEASE)],
    new: Annotated[str, typer.Argument(help=_RELEASE)],
    json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")] = False,
    root: Root = Path(),
) -> None:
    """Say what two releases differ in, record by record, and which bump of the version it takes."""
    from .comparison import compare, release_to_compare
    from .diff_view import as_table, as_text

    paths = Paths(root)
    compared = compare(release_to_compare(old, paths), release_to_compare(new, paths))
    if json:
        print(as_json(as_table(compared)), end="")
    else:
        out.print(as_text(compared), highlight=False, soft_wrap=True)
