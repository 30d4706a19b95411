"""The command `govwork leakage`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from govwork.loading import default_folder
from govwork.manifest import ManifestError, read_manifest
from govwork.verification import rows_of_file

from ..errors import CorpusError
from ..findings import counted
from ..terminal import out, say, warn

if TYPE_CHECKING:
    from ..corpus import Row
    from .leakage import Leakage, SplitBlock


def leakage(
    folder: Annotated[
        Path | None, typer.Argument(help="The folder of a release; else the newest build, or what is installed.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON object instead.")] = False,
) -> None:
    """Find long blocks of one split that stand in another too, or nearly so; status 1 where it is too much."""
    from .leakage import leakage_of

    place = release_folder(folder)
    blocks = list(blocks_of_release(place))
    with_text = [block for block in blocks if block is not None]
    if len(with_text) < len(blocks):
        warn(f"{place}: {counted(len(blocks) - len(with_text), 'block')} without text cannot be compared")
    found = leakage_of(with_text)
    if as_json:
        print(json.dumps(_content(found), ensure_ascii=False, indent=1))
    else:
        out.print(_table(found))
        for row in found.rows:
            say(_pair(row))
    raise typer.Exit(any(split.too_much for split in found.splits.values()))


def release_folder(folder: Path | None) -> Path:
    """The folder of a release, the one that `govwork.load` opens where none is named.

    Raises CorpusError where there is none.
    """
    try:
        return folder or default_folder()
    except ValueError as error:
        raise CorpusError(str(error)) from None


def blocks_of_release(folder: Path) -> Iterator[SplitBlock | None]:
    """The blocks of a release, split by split; None for one whose text is not published.

    Raises CorpusError where the folder is none of a release.
    """
    from .leakage import SplitBlock

    try:
        splits = read_manifest(folder)["configs"].get("blocks", {})
        for split, facts in splits.items():
            for row in rows_of_file(folder / facts["file"]):
                yield None if row["text"] is None else SplitBlock(row["block_id"], split, row["text"])
    except ManifestError as error:
        raise CorpusError(*error.problems) from None
    except (LookupError, OSError, TypeError, ValueError) as error:
        raise CorpusError(f"{folder}: is not as it was made ({error}); see: govwork verify {folder}") from None


def _content(found: Leakage) -> dict[str, Any]:
    from .leakage import LONG, MOST_LEAKED, NEAR

    return {
        "thresholds": {"long": LONG, "near": NEAR, "most_leaked": MOST_LEAKED},
        "splits": {
            split: leaked._asdict() | {"share": round(leaked.share, 6)} for split, leaked in found.splits.items()
        },
        "rows": found.rows,
    }


def _table(found: Leakage) -> Table:
    table = Table("split", "characters", "in long near duplicates", "share", "short blocks", "repeated", box=None)
    for split, leaked in found.splits.items():
        counts = [f"{count:,}" for count in leaked]
        table.add_row(split, *counts[:2], f"{leaked.share:.2%}", *counts[2:])
    return table


def _pair(row: Row) -> str:
    shares = f"shares {row['containment']:.0%} of its 5-grams{' and every mark' if row['exact'] else ''}"
    of = f"{row['other_block_id']} ({row['other_split']}, {row['other_length']} characters)"
    return f"{row['block_id']} ({row['split']}, {row['length']} characters) {shares} with {of}"
