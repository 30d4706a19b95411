"""Opening a release, and giving a document its history back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .manifest import MANIFEST, NAME
from .trace import TracedText

_PACKAGE = Path(__file__).parent
_BUILD = re.compile(rf"{NAME}-(\d+)\.(\d+)\.(\d+)(-public)?")


def load(
    config: str,
    split: str | None = None,
    *,
    folder: str | Path | None = None,
    version: str | None = None,
    fold: int | None = None,
) -> Any:
    """A config of a release, as `datasets.load_dataset` gives it: one split, or all by name.

    `folder` is that of the release; None is the copy that was installed with this package, in a checkout the newest
    build. `version` is compared with the release's manifest. With `fold`, one of 0 to 4, the rows of all splits come
    as `test`, those of the documents of this fold, and `train`, those of the other folds.
    Raises ValueError when there is no release, it has another version or not this fold, or both split and fold are
    given.

    >>> load("tasks", folder="dist/govwork-zh-0.1.0", version="9.9.9")  # doctest: +SKIP
    Traceback (most recent call last):
    ValueError: dist/govwork-zh-0.1.0 holds version 0.1.0, not 9.9.9
    """
    # Imported here: it takes seconds, and a trace needs none of it.
    from datasets import load_dataset

    # `datasets` takes the name of a relative folder such as `.` for that of the dataset.
    place = default_folder() if folder is None else Path(folder).absolute()
    found = _version(place)
    if version is not None and version != found:
        raise ValueError(f"{place} holds version {found}, not {version}")
    if fold is None:
        return load_dataset(str(place), config, split=split)
    if split is not None:
        raise ValueError(f"split {split!r} and fold {fold} are two ways to divide the documents; give one of them")
    return _by_fold(place, config, fold)


def default_folder(package: Path = _PACKAGE) -> Path:
    """The release that is opened where none is named; `package` is the folder of this package.

    Raises ValueError when there is none.
    """
    inside = package / "data"
    if (inside / MANIFEST).is_file():
        return inside
    builds = [
        (tuple(map(int, name.groups()[:3])), name[4] is None, path)
        for path in (package.parents[1] / "dist").glob(f"{NAME}-*")
        if (name := _BUILD.fullmatch(path.name)) and (path / MANIFEST).is_file()
    ]
    if not builds:
        raise ValueError(f"{inside} holds no release; in a checkout run: make build, else name the folder of one")
    return max(builds)[2]


def _by_fold(place: Path, config: str, fold: int) -> Any:
    from datasets import DatasetDict, concatenate_datasets, load_dataset

    from .features import FOLDS

    if fold not in FOLDS:
        raise ValueError(f"there is no fold {fold!r}; use one of {', '.join(map(str, FOLDS))}")
    documents = concatenate_datasets(list(load_dataset(str(place), "documents").values()))
    fold_of = dict(zip(documents["doc_id"], documents["fold"], strict=True))
    rows = concatenate_datasets(list(load_dataset(str(place), config).values()))
    within = [fold_of[doc_id] == fold for doc_id in rows["doc_id"]]
    return DatasetDict(
        train=rows.select([i for i, inside in enumerate(within) if not inside]),
        test=rows.select([i for i, inside in enumerate(within) if inside]),
    )


def _version(folder: Path) -> str:
    try:
        return str(json.loads((folder / MANIFEST).read_text("utf-8"))["version"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ValueError(f"{folder} holds no release: no manifest.json that names a version") from None


def trace(document: Mapping[str, Any], edits: Iterable[Mapping[str, Any]]) -> TracedText:
    """The trace of a row of `documents`, from the rows of `edits`, of which it takes its own.

    The source is the document's slice of its source; add the row's `source_start` to a place in it to get the
    place in the whole source text. Raises ValueError when the text is not published, or the rows do not belong to it,
    or are not all of its rows.
    """
    if document["text"] is None:
        raise ValueError(
            f"{document['doc_id']}: its text is not in a public release; `make build` makes one that has it"
        )
    own = (row for row in edits if row["doc_id"] == document["doc_id"])
    traced = TracedText.from_rows(document["text"], own)
    length = document["source_end"] - document["source_start"]
    if len(traced.source) != length:
        raise ValueError(
            f"{document['doc_id']}: undoing these edits gives {len(traced.source)} characters, its source has "
            f"{length}; give all rows of the edits of its split and version"
        )
    return traced
