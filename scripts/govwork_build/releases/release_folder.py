"""A release folder that may be published."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from govwork.manifest import MANIFEST, Manifest, ManifestError, read_manifest
from govwork.verification import verify

from ..errors import CorpusError
from .ledger import read_ledger


class Content(NamedTuple):
    """What a file holds: bytes, their sha256, and the id that git gives them."""

    size: int
    sha256: str
    blob_id: str


@dataclass(frozen=True, slots=True)
class ReleaseFolder:
    """A public release as its manifest tells it; `files` by path in the folder, the manifest among them."""

    path: Path
    version: str
    files: dict[str, Content]

    @property
    def tag(self) -> str:
        return f"v{self.version}"

    @property
    def size(self) -> int:
        return sum(content.size for content in self.files.values())


def read_release_folder(folder: Path, ledger: Path) -> ReleaseFolder:
    """The release in `folder`; `ledger` is the folder of the entries.

    Raises CorpusError when it is not public, not as its manifest tells, or not in the ledger, where that has entries.
    """
    try:
        manifest = read_manifest(folder)
    except ManifestError as error:
        raise CorpusError(*error.problems) from None
    if manifest["profile"] != "public":
        raise CorpusError(
            f"{folder}: is of the profile {manifest['profile']}, whose texts must not all be published; give the "
            "public one, whose name ends in -public"
        )
    if problems := verify(folder):
        raise CorpusError(*problems)
    if problem := _ledger_problem(manifest, ledger):
        raise CorpusError(f"{folder}: {problem}")
    paths = sorted([*manifest["files"], MANIFEST])
    return ReleaseFolder(folder, manifest["version"], {path: _content(folder / path) for path in paths})


def _ledger_problem(manifest: Manifest, ledger: Path) -> str | None:
    """What keeps a release from being one that was made, where any was."""
    made = {entry.version: entry for entry in read_ledger(ledger)}
    if not made:
        return None
    if manifest["version"] not in made:
        return f"{manifest['version']} is not in {ledger}; make the release first"
    entry = made[manifest["version"]]
    if (entry.date, entry.content_sha256["public"]) == (manifest["date"], manifest["content_sha256"]):
        return None
    return f"is not what {ledger / entry.version}.json says of {entry.version}; build it anew"


def _content(path: Path) -> Content:
    data = path.read_bytes()
    # As git does it: the id of a blob is known by it, and nothing depends on its being hard to forge.
    blob_id = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
    return Content(len(data), hashlib.sha256(data).hexdigest(), blob_id)
