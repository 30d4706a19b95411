"""The manifest that a build writes, from what the folder of a release holds."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

from govwork.citation import read_releases
from govwork.content import content_sha256
from govwork.manifest import MANIFEST, NAME, FileFacts, Manifest, Profile, SplitFacts, sealed

from ..errors import CorpusError

# What shapes the text.
_TOOLS = ("opencc-python-reimplemented", "pypinyin", "trafilatura")


def manifest_of(
    folder: Path,
    data_version: str,
    date: str | None,
    profile: Profile,
    configs: dict[str, dict[str, SplitFacts]],
    sources: dict[str, str],
    withdrawn: dict[str, str],
) -> Manifest:
    """The manifest of a folder that is complete but for it.

    `sources` maps source ids to their sha256, `withdrawn` ids of documents that were taken out to the reason.
    """
    return sealed(
        {
            "name": NAME,
            "version": data_version,
            "date": date,
            "profile": profile,
            "content_sha256": content_sha256(configs),
            "files": files_of(folder),
            "configs": configs,
            "sources": dict(sorted(sources.items())),
            "withdrawn": dict(sorted(withdrawn.items())),
            "tools": {name: version(name) for name in _TOOLS},
        }
    )


def files_of(folder: Path) -> dict[str, FileFacts]:
    """Every file of a folder but its manifest, by its path in the folder."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    return {path.relative_to(folder).as_posix(): _file_facts(path) for path in paths}


def _file_facts(path: Path) -> FileFacts:
    with path.open("rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "size": path.stat().st_size}


def date_of_release(ledger: Path, data_version: str) -> str | None:
    """The date of the ledger's entry on this version; None where there is none, as it was not released.

    Raises CorpusError when an entry is damaged.
    """
    try:
        return {release.version: release.date for release in read_releases(ledger)}.get(data_version)
    except ValueError as error:
        raise CorpusError(str(error)) from None
