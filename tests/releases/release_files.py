"""The files of a release, to be changed by one who takes care of the manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from govwork.manifest import MANIFEST, read_manifest, sealed, write_manifest


def files_of(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def resealed(folder: Path, edit: Callable[[Any], None] = lambda manifest: None) -> None:
    """The manifest changed by one who takes care of its hash, with the files as they are now."""
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    for name in manifest["files"]:
        data = (folder / name).read_bytes()
        manifest["files"][name] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    edit(manifest)
    write_manifest(folder, sealed(manifest))


def first_split(folder: Path, config: str = "blocks") -> Path:
    return folder / next(iter(read_manifest(folder)["configs"][config].values()))["file"]
