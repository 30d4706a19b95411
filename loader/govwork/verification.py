"""Whether the folder of a release is what its manifest says: every file, every row, nothing more."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .content import canonical
from .manifest import MANIFEST, FileFacts, Manifest, ManifestError, SplitFacts, read_manifest

_ANEW = "get the release anew"


def verify(folder: str | Path) -> list[str]:
    """The problems of a release's folder, each with its place and remedy; none where it is as it was made.

    It compares the manifest with itself, every file with its size and hash, and the rows of every split with their
    number and content hash. It needs no network, and reads each file twice.
    """
    try:
        manifest = read_manifest(Path(folder))
    except ManifestError as error:
        return list(error.problems)
    return [f"{place}: {problem}" for place, problem in content_problems(Path(folder), manifest)]


def content_problems(folder: Path, manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Where a folder is not what its manifest says, and what is wrong there."""
    found = set(_entries(folder))
    named = manifest["files"]
    for name in sorted(found - named.keys() - {MANIFEST}):
        yield visible(str(folder / name)), "is not in the manifest; remove it"
    changed: set[str] = set()
    for name, facts in sorted(named.items()):
        if problem := _file_problem(folder / name, facts) if name in found else "is missing":
            changed.add(name)
            yield visible(str(folder / name)), f"{problem}; {_ANEW}"
    for splits in manifest["configs"].values():
        for split in splits.values():
            # What is not the file of the release is not read as Parquet: whatever is in it, it is wrong.
            if split["file"] not in changed and (problem := _split_problem(folder / split["file"], split)):
                yield visible(str(folder / split["file"])), f"{problem}; {_ANEW}"


def visible(text: str) -> str:
    """A path or message as it can be printed, whatever bytes a name has."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _entries(folder: Path) -> Iterator[str]:
    """All that lies in a folder and is no folder itself, by its path there."""
    for parent, folders, files in os.walk(folder):
        links = [name for name in folders if (Path(parent) / name).is_symlink()]
        yield from ((Path(parent) / name).relative_to(folder).as_posix() for name in (*files, *links))


def _file_problem(path: Path, facts: FileFacts) -> str | None:
    if not path.is_file():
        return "is no file"
    try:
        size = path.stat().st_size
        if size != facts["size"]:
            return f"has {size:,} bytes, the manifest says {facts['size']:,}"
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    if digest != facts["sha256"]:
        return f"has the sha256 {digest}, the manifest says {facts['sha256']}"
    return None


def _split_problem(path: Path, facts: SplitFacts) -> str | None:
    import pyarrow as pa

    try:
        rows, digest = content_of(path)
    except (pa.ArrowException, OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        said = (str(error).splitlines() or [type(error).__name__])[0]
        return f"cannot be read as Parquet of a release ({visible(said)})"
    if rows != facts["rows"]:
        return f"has {rows:,} rows, the manifest says {facts['rows']:,}"
    if digest != facts["sha256"]:
        return f"has rows of the content hash {digest}, the manifest says {facts['sha256']}"
    return None


def content_of(path: Path) -> tuple[int, str]:
    """The rows of a Parquet file, and the sha256 over their canonical JSON lines. Raises as `rows_of_file`."""
    digest, rows = hashlib.sha256(), 0
    for row in rows_of_file(path):
        digest.update(canonical(row).encode("utf-8") + b"\n")
        rows += 1
    return rows, digest.hexdigest()


def rows_of_file(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a Parquet file of a release as its build hashes them: each class label by its name.

    Raises what pyarrow raises, and ValueError, LookupError or TypeError where the labels are not as `datasets` keeps
    them in the file's schema.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        labels = _labels(file.schema_arrow.metadata)
        for batch in file.iter_batches():
            for row in batch.to_pylist():
                yield row | {name: names[row[name]] for name, names in labels.items()}


def _labels(metadata: dict[bytes, bytes]) -> dict[str, list[str]]:
    """By column the names of its class labels."""
    features: dict[str, Any] = json.loads(metadata[b"huggingface"])["info"]["features"]
    return {name: kind["names"] for name, kind in features.items() if kind.get("_type") == "ClassLabel"}
