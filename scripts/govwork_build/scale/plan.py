"""Which parts of which files each task reads: worked out from the input alone, never from the number of workers."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import CorpusError

Kind: TypeAlias = Literal["jsonl", "parquet", "warc", "page", "unknown"]
Compression: TypeAlias = Literal["gzip", "zstd"]

KINDS: dict[str, Kind] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".warc": "warc",
    ".wet": "warc",
    **dict.fromkeys((".txt", ".md", ".html", ".htm", ".xhtml", ".shtml"), "page"),
}
_COMPRESSIONS: dict[str, Compression] = {".gz": "gzip", ".zst": "zstd", ".zstd": "zstd"}

# What one task reads, about; and what one part of a file that can be read in parts holds.
TASK_BYTES = 64 << 20
# Of compressed text a byte is so many bytes' work.
_EXPANSION = 4
# A tiny file takes as long as one of so many bytes.
_LEAST = 8 << 10


class Unit(NamedTuple):
    """A file, or a part of one: from byte `start` of lines, from row group `start` of Parquet. `end` may be None."""

    path: str
    kind: Kind
    compression: Compression | None
    start: int
    end: int | None
    weight: int


class File(NamedTuple):
    """A file of the input as it was found; another size or time means other input."""

    path: str
    size: int
    changed: int


class Plan(NamedTuple):
    """All the work: the files, and what each task reads."""

    files: tuple[File, ...]
    tasks: tuple[tuple[Unit, ...], ...]

    def digest(self) -> str:
        """Of the work and of the files as they are now."""
        return hashlib.sha256(json.dumps(self).encode("utf-8", "surrogatepass")).hexdigest()


def plan(inputs: Sequence[Path]) -> Plan:
    """The work on files and folders, folders with all that is in them but hidden files.

    Raises CorpusError where an input is not there, or holds no file.
    """
    missing = [f"{path}: there is no such file or folder" for path in inputs if not path.exists()]
    if missing:
        raise CorpusError(*missing)
    files: dict[str, File] = {}
    for path in inputs:
        found = [_file(each) for each in _files_of(path)]
        if not found:
            raise CorpusError(f"{path}: the folder holds no file to read")
        # However it is named, a file is read once.
        for file in found:
            files.setdefault(os.path.realpath(file.path), file)
    units = [unit for file in files.values() for unit in _units(file)]
    return Plan(tuple(files.values()), tuple(_grouped(units)))


def kind_of(name: str) -> tuple[Kind, Compression | None]:
    """What a file holds, by its name.

    >>> kind_of("pages.jsonl.gz"), kind_of("CC-MAIN.warc.zst"), kind_of("list.xlsx")
    (('jsonl', 'gzip'), ('warc', 'zstd'), ('unknown', None))
    """
    stem, ending = os.path.splitext(name.lower())
    compression = _COMPRESSIONS.get(ending)
    if compression:
        ending = os.path.splitext(stem)[1]
    kind = KINDS.get(ending, "unknown")
    if kind == "parquet" and compression:
        return "unknown", compression
    return kind, compression


def _files_of(path: Path) -> Iterator[str]:
    if not path.is_dir():
        yield str(path)
        return
    unreadable: list[str] = []
    for folder, folders, names in os.walk(path, onerror=lambda error: unreadable.append(str(error.filename))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        # A link to a folder may lead in a circle: it is no file, and its reader will say so.
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        yield from (os.path.join(folder, name) for name in sorted([*names, *links]) if not name.startswith("."))
    yield from unreadable


def _file(path: str) -> File:
    try:
        found = os.stat(path)
    except OSError:
        # A link that leads nowhere; its reader will say so.
        return File(path, 0, 0)
    return File(path, found.st_size, found.st_mtime_ns)


def _units(file: File) -> Iterator[Unit]:
    kind, compression = kind_of(file.path)
    whole = Unit(file.path, kind, compression, 0, None, max(_LEAST, file.size * (_EXPANSION if compression else 1)))
    if kind == "jsonl" and compression is None and file.size > TASK_BYTES:
        for start in range(0, file.size, TASK_BYTES):
            end = min(start + TASK_BYTES, file.size)
            yield whole._replace(start=start, end=end, weight=end - start)
    elif kind == "parquet" and file.size * _EXPANSION > TASK_BYTES:
        yield from _row_groups(whole)
    else:
        yield whole


def _row_groups(whole: Unit) -> Iterator[Unit]:
    try:
        metadata = pq.read_metadata(whole.path)
    except (pa.ArrowException, OSError):
        yield whole
        return
    start, weight = 0, 0
    for group in range(metadata.num_row_groups):
        weight += metadata.row_group(group).total_byte_size
        if weight >= TASK_BYTES or group == metadata.num_row_groups - 1:
            yield whole._replace(start=start, end=group + 1, weight=max(_LEAST, weight))
            start, weight = group + 1, 0


def _grouped(units: Iterable[Unit]) -> Iterator[tuple[Unit, ...]]:
    task: list[Unit] = []
    weight = 0
    for unit in units:
        if task and weight + unit.weight > TASK_BYTES:
            yield tuple(task)
            task, weight = [], 0
        task.append(unit)
        weight += unit.weight
    if task:
        yield tuple(task)
