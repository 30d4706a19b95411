"""The manifest of a release: what it must hold, and reading it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Literal, TypedDict, cast

from .content import canonical, content_sha256, sha256

NAME = "govwork-zh"
MANIFEST = "manifest.json"
Profile = Literal["full", "public"]
PROFILES: tuple[Profile, ...] = ("full", "public")
_ANEW = "get the release anew"


class SplitFacts(TypedDict):
    """A split of a config: its file in the folder, its rows, and the sha256 over their canonical JSON lines."""

    file: str
    rows: int
    sha256: str


class FileFacts(TypedDict):
    """A file as it must be, its size in bytes."""

    sha256: str
    size: int


class Manifest(TypedDict):
    """manifest.json; docs/fields.md explains it.

    `manifest_sha256` is over the canonical JSON of all other entries, so that no entry changes unseen.
    """

    name: str
    version: str
    date: str | None
    profile: Profile
    content_sha256: str
    files: dict[str, FileFacts]
    configs: dict[str, dict[str, SplitFacts]]
    sources: dict[str, str]
    withdrawn: dict[str, str]
    tools: dict[str, str]
    manifest_sha256: str


class ManifestError(ValueError):
    """A folder without a manifest, or with one that is not whole; one problem a line."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def sealed(entries: Mapping[str, Any]) -> Manifest:
    """The manifest of these entries: with its own hash, whether or not they had one."""
    return cast(Manifest, {**entries, "manifest_sha256": _seal(entries)})


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes the manifest of a release that is in the making."""
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    (folder / MANIFEST).write_text(text, "utf-8", newline="\n")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a release, whole and unchanged; whether the folder is as it says is not looked at.

    Raises ManifestError.
    """
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ManifestError(f"{path}: cannot be read ({error.strerror}); name the folder of a release") from None
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"{path}: is no JSON ({error}); {_ANEW}") from None
    if problems := [f"{path}: {problem}; {_ANEW}" for problem in _problems(found)]:
        raise ManifestError(*problems)
    return cast(Manifest, found)


def _seal(entries: Mapping[str, Any]) -> str:
    return sha256(canonical({key: value for key, value in entries.items() if key != "manifest_sha256"}))


def _problems(found: Any) -> Iterator[str]:
    if not isinstance(found, dict):
        yield "is no JSON object"
        return
    wrong = [
        f"{key} is {'not ' + meaning if key in found else 'missing'}"
        for key, (fits, meaning) in _ENTRIES.items()
        if key not in found or not fits(found[key])
    ]
    yield from wrong
    if wrong:
        return
    if found["content_sha256"] != content_sha256(found["configs"]):
        yield "content_sha256 is not that of configs"
    if found["manifest_sha256"] != _seal(found):
        yield "an entry was changed: manifest_sha256 is not that of the others"
    of_splits = {facts["file"] for splits in found["configs"].values() for facts in splits.values()}
    yield from (f"{file!r} is of a split and not among files" for file in sorted(of_splits - found["files"].keys()))
    tables = {file for file in found["files"] if file.endswith(".parquet")}
    yield from (f"{file!r} is of no split" for file in sorted(tables - of_splits))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_digest(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) is not None


def _is_number(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_place(value: Any) -> bool:
    """Whether it is a path within the folder, and not the manifest's own."""
    return _is_text(value) and value != MANIFEST and ".." not in value.split("/") and _is_plain(value)


def _is_plain(value: str) -> bool:
    return "\\" not in value and not value.startswith("/") and str(PurePosixPath(value)) == value


def _is_table(fits_key: Callable[[Any], bool], fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(fits_key(key) and fits(item) for key, item in value.items())


def _is_record(**fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, dict) and value.keys() == fits.keys() and all(fit(value[key]) for key, fit in fits.items())
    )


def _is_date(value: Any) -> bool:
    return value is None or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) is not None)


def _is_version(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d+\.\d+\.\d+", value) is not None


_is_file = _is_record(sha256=_is_digest, size=_is_number)
_is_split = _is_record(file=_is_place, rows=_is_number, sha256=_is_digest)
_is_texts = _is_table(_is_text, _is_text)

# Of each entry what it must be.
_ENTRIES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "name": (lambda value: value == NAME, NAME),
    "version": (_is_version, "three numbers, such as 0.1.0"),
    "date": (_is_date, "null or a date, such as 2026-12-01"),
    "profile": (lambda value: value in PROFILES, "full or public"),
    "content_sha256": (_is_digest, "a sha256"),
    "files": (_is_table(_is_place, _is_file), "paths in the folder, each with sha256 and size"),
    "configs": (
        _is_table(_is_text, _is_table(_is_text, _is_split)),
        "configs with their splits, each with file, rows and sha256",
    ),
    "sources": (_is_table(_is_text, _is_digest), "sources, each with its sha256"),
    "withdrawn": (_is_texts, "documents, each with a reason"),
    "tools": (_is_texts, "tools, each with its version"),
    "manifest_sha256": (_is_digest, "a sha256"),
}
