"""A build beside the one that is there, to see whether that is what a build makes now."""

from __future__ import annotations

import tempfile
from pathlib import Path

from govwork.manifest import PROFILES, read_manifest

from ..build import build
from ..build_paths import Paths


def fresh_hashes(paths: Paths) -> dict[str, str]:
    """The content hashes of what a build makes now, by profile; nothing of the project is written.

    Raises CorpusError as a build does.
    """
    with tempfile.TemporaryDirectory(prefix="govwork-") as scratch:
        fresh = Paths(Path(scratch))
        fresh.corpus.mkdir()
        made = {paths.documents.name, paths.metadata.name}
        for path in paths.root.resolve().iterdir():
            if path.name not in (paths.corpus.name, paths.release().parent.name):
                (fresh.root / path.name).symlink_to(path)
        for path in paths.corpus.resolve().iterdir():
            if path.name not in made:
                (fresh.corpus / path.name).symlink_to(path)
        build(fresh)
        return {profile: read_manifest(fresh.release(profile))["content_sha256"] for profile in PROFILES}
