"""The commands `govwork diff`, `govwork release` and `govwork cite`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from govwork.citation import Style
from govwork.citation import cite as citation_of

from ..build_paths import Paths
from ..errors import CorpusError
from ..terminal import Root, as_json, out, say

_RELEASE = "A version that was released, or the folder of a release."


def diff(
    old: Annotated[str, typer.Argument(help=_RELEASE)],
    new: Annotated[str, typer.Argument(help=_RELEASE)],
    json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")] = False,
    root: Root = Path(),
) -> None:
    """Say what two releases differ in, record by record, and which bump of the version it takes."""
    from .comparison import compare, release_to_compare, were_additions
    from .diff_view import as_table, as_text

    paths = Paths(root)
    sides = (release_to_compare(old, paths), release_to_compare(new, paths))
    compared = compare(*sides, only_additions=were_additions(old, new, paths))
    if json:
        print(as_json(as_table(compared)), end="")
    else:
        out.print(as_text(compared), highlight=False, soft_wrap=True)


def release(
    date: Annotated[str, typer.Option(help="The day of the release, as YYYY-MM-DD.")],
    summary: Annotated[str | None, typer.Option(help="What the changelog tells people of it.")] = None,
    root: Root = Path(),
) -> None:
    """Put the corpus as it is built into the ledger, as the release corpus/VERSION; docs/releasing.md tells how."""
    from .making import release as run

    made = run(Paths(root), date, summary)
    said = f"{made.entry.version} is released, {made.entry.date}: {made.entry.bump}"
    if not made.written:
        say(f"{said}; nothing was left to do")
        return
    say(said)
    for path in made.written:
        say(f"  {path}")
    say("Commit these files.")


def cite(
    version: Annotated[str | None, typer.Argument(help="A version that was released; else the newest.")] = None,
    style: Annotated[Style, typer.Option(help="As what.")] = "bibtex",
) -> None:
    """Print how to cite a release: that version, with the hash of its content."""
    try:
        print(citation_of(version, style), end="")
    except ValueError as error:
        raise CorpusError(str(error)) from None
