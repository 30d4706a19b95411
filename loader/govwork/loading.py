"""Opening a release, and giving a document its history back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .trace import TracedText


def load(config: str, split: str | None = None, *, folder: str | Path, version: str | None = None) -> Any:
    """A config of the release in `folder`, as `datasets.load_dataset` gives it: one split, or all by name.

    `load_dataset` ignores `revision` on a folder; this compares `version` with the release's manifest.
    Raises ValueError when the folder holds no release, or one of another version.

    >>> load("tasks", folder="dist/govwork-zh-0.1.0", version="9.9.9")  # doctest: +SKIP
    Traceback (most recent call last):
    ValueError: dist/govwork-zh-0.1.0 holds version 0.1.0, not 9.9.9
    """
    # Imported here: it takes seconds, and a trace needs none of it.
    from datasets import load_dataset

    found = _version(Path(folder))
    if version is not None and version != found:
        raise ValueError(f"{folder} holds version {found}, not {version}")
    return load_dataset(str(folder), config, split=split)


def _version(folder: Path) -> str:
    try:
        return str(json.loads((folder / "manifest.json").read_text("utf-8"))["version"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ValueError(f"{folder} holds no release: no manifest.json that names a version") from None


def trace(document: Mapping[str, Any], edits: Iterable[Mapping[str, Any]]) -> TracedText:
    """The trace of a row of `documents`, from the rows of `edits`, of which it takes its own.

    The source is the document's slice of its source; add the row's `source_start` to a place in it to get the
    place in the whole source text. Raises ValueError when the rows do not belong to the text, or are not all of
    its rows.
    """
    own = (row for row in edits if row["doc_id"] == document["doc_id"])
    traced = TracedText.from_rows(document["text"], own)
    length = document["source_end"] - document["source_start"]
    if len(traced.source) != length:
        raise ValueError(
            f"{document['doc_id']}: undoing these edits gives {len(traced.source)} characters, its source has "
            f"{length}; give all rows of the edits of its split and version"
        )
    return traced
