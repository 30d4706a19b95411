"""Releases to compare, by their versions or their folders, and both beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from govwork.manifest import Manifest, ManifestError, read_manifest
from govwork.verification import rows_of_file

from ..build_paths import Paths, release_name
from ..corpus import Row
from ..errors import CorpusError
from .bumps import VERSION, version_numbers
from .columns import Columns, columns_of
from .diff import Difference, difference
from .ledger import LedgerEntry, read_ledger
from .row_hashes import ID_COLUMNS
from .sides import Known, Side, known_of_entry, side_of_entry, side_of_rows

_UNREADABLE = (pa.ArrowException, OSError, ValueError, LookupError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class FolderOfRelease:
    """The folder of a release, its manifest read."""

    path: Path
    manifest: Manifest


Held = LedgerEntry | FolderOfRelease


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two releases, and what they differ in; each is called by its version, or by its folder."""

    names: tuple[str, str]
    old: Side
    new: Side
    difference: Difference


def compare(old: Held, new: Held, only_additions: bool = False) -> Comparison:
    """What has to be done to the old release to have the new one.

    `only_additions` is whether the ledger has it that nothing else came between.
    Raises CorpusError when a folder is not what its manifest says, or the two are of different profiles.
    """
    profiles = [_profile(held) for held in (old, new)]
    if profiles[0] != profiles[1]:
        raise CorpusError(
            f"{_name(old)} is of the profile {profiles[0]}, {_name(new)} of {profiles[1]}; compare releases of one "
            "profile: the ledger has the rows of full, the folder without -public"
        )
    one, other = _side(old, _known(new)), _side(new, _known(old))
    return Comparison((_name(old), _name(new)), one, other, difference(one, other, only_additions))


def were_additions(old: str, new: str, paths: Paths) -> bool:
    """Whether both are versions, and no release after the old one, up to the new one, was a major one."""
    if not (VERSION.fullmatch(old) and VERSION.fullmatch(new)):
        return False
    first, last = version_numbers(old), version_numbers(new)
    between = [entry for entry in read_ledger(paths.ledger) if first < version_numbers(entry.version) <= last]
    return bool(between) and all(entry.bump != "major" for entry in between)


def release_to_compare(text: str, paths: Paths) -> Held:
    """A release by its version, as the ledger has it, or by its folder.

    Of a version whose folder lies under dist, with the content that the ledger says, it is the folder: of that more
    can be told. Raises CorpusError when there is no such release.
    """
    if not VERSION.fullmatch(text):
        return open_folder(Path(text))
    entries = {entry.version: entry for entry in read_ledger(paths.ledger)}
    if text not in entries:
        known = ", ".join(entries) or "none yet"
        raise CorpusError(f"{text} is not in {paths.ledger}: the releases are {known}; name one, or a release folder")
    return at_hand(entries[text], paths)


def at_hand(entry: LedgerEntry, paths: Paths) -> Held:
    """The folder under dist of a release of the ledger, if it is there as it was, else the entry itself."""
    folder = paths.root / "dist" / release_name(entry.version, "full")
    try:
        manifest = read_manifest(folder)
    except ManifestError:
        return entry
    if manifest["content_sha256"] != entry.content_sha256["full"]:
        return entry
    return FolderOfRelease(folder, manifest)


def open_folder(folder: Path) -> FolderOfRelease:
    """The release in a folder. Raises CorpusError when there is none."""
    try:
        return FolderOfRelease(folder, read_manifest(folder))
    except ManifestError as error:
        raise CorpusError(*error.problems) from None


def _name(held: Held) -> str:
    return held.version if isinstance(held, LedgerEntry) else str(held.path)


def _profile(held: Held) -> str:
    return "full" if isinstance(held, LedgerEntry) else held.manifest["profile"]


def _known(held: Held) -> Known:
    if isinstance(held, LedgerEntry):
        return known_of_entry(held)
    columns = _columns(held)
    return Known({kind: _splits(held, kind) for kind in ("documents", "entities")}, columns)


def _side(held: Held, other: Known) -> Side:
    """Raises CorpusError when the rows of a folder are not those that its manifest says."""
    if isinstance(held, LedgerEntry):
        return side_of_entry(held, other)
    manifest = held.manifest
    side = side_of_rows(manifest["version"], _rows(held), _columns(held), manifest["withdrawn"], other)
    wrong = [
        f"{held.path / facts['file']}: its rows are not those of the manifest; get the release anew"
        for config, splits in manifest["configs"].items()
        for split, facts in splits.items()
        if side.configs.get(config, {}).get(split) != (facts["rows"], facts["sha256"])
    ]
    if wrong:
        raise CorpusError(*wrong)
    return side


def _rows(held: FolderOfRelease) -> Iterator[tuple[str, str, Row]]:
    for config, split, path in _files(held):
        try:
            for row in rows_of_file(path):
                yield config, split, row
        except _UNREADABLE as error:
            raise _unreadable(path, error) from None


def _columns(held: FolderOfRelease) -> Mapping[str, Columns]:
    found: dict[str, Columns] = {}
    for config, _, path in _files(held):
        if config not in found:
            try:
                found[config] = columns_of(pq.read_schema(path))
            except _UNREADABLE as error:
                raise _unreadable(path, error) from None
            if (column := ID_COLUMNS.get(config, "doc_id")) not in found[config]:
                raise CorpusError(f"{path}: has no column {column}; get the release anew")
    return found


def _splits(held: FolderOfRelease, kind: str) -> dict[str, str]:
    """In which split each record of a kind is."""
    column = ID_COLUMNS[kind]
    found: dict[str, str] = {}
    for config, split, path in _files(held):
        if config == kind:
            try:
                table = pq.read_table(path, columns=[column], partitioning=None)
            except _UNREADABLE as error:
                raise _unreadable(path, error) from None
            found |= dict.fromkeys(table[column].to_pylist(), split)
    return found


def _files(held: FolderOfRelease) -> Sequence[tuple[str, str, Path]]:
    """The files of a release, each with its config and split, in order."""
    return [
        (config, split, held.path / facts["file"])
        for config, splits in held.manifest["configs"].items()
        for split, facts in splits.items()
    ]


def _unreadable(path: Path, error: BaseException) -> CorpusError:
    said = (str(error).splitlines() or [type(error).__name__])[0]
    return CorpusError(f"{path}: cannot be read as a table of a release ({said}); get the release anew")
