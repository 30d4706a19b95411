"""The checks of `govwork check` on the releases under dist: each against its manifest, and one against the other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq

from govwork.content import canonical
from govwork.features import CONFIGS
from govwork.manifest import MANIFEST, PROFILES, Manifest, ManifestError, read_manifest
from govwork.verification import content_problems, rows_of_file

from ..build_paths import Paths
from ..corpus import Row
from .profile import rows_of_profile

RELEASE_CHECKS = {
    "R101": "each of the two releases has a manifest, whole, for its version and profile",
    "R102": "every file of a release and the rows of every split are what its manifest says; nothing else lies there",
    "R103": "a document's rows are in its own split, in every config",
    "R104": "the public release holds the rows of the full one, less the texts that must not be published",
}


class ReleaseFinding(NamedTuple):
    """One thing found wrong of a release: the check's id, the place, and what is wrong there."""

    check: str
    place: str
    message: str


def check_releases(paths: Paths) -> Iterator[ReleaseFinding]:
    """Both releases of the present version. What is not as its manifest says is not looked at further."""
    whole: list[tuple[Path, Manifest]] = []
    for profile in PROFILES:
        folder = paths.release(profile)
        try:
            manifest = read_manifest(folder)
        except ManifestError as error:
            for problem in error.problems:
                place, _, message = problem.partition(": ")
                yield ReleaseFinding("R101", place, f"{message}, or run: make build")
            continue
        for name, found, wanted in (
            ("version", manifest["version"], paths.version()),
            ("profile", manifest["profile"], profile),
        ):
            if found != wanted:
                message = f"is of {name} {found}, not {wanted}; run: make build"
                yield ReleaseFinding("R101", str(folder / MANIFEST), message)
        problems = [
            ReleaseFinding("R102", place, f"{problem}, or run: make build")
            for place, problem in content_problems(folder, manifest)
        ]
        yield from problems
        if not problems:
            yield from _leaks(folder, manifest)
            whole.append((folder, manifest))
    if len(whole) == len(PROFILES):
        yield from _unlike(*whole)


def _leaks(folder: Path, manifest: Manifest) -> Iterator[ReleaseFinding]:
    split_of: dict[str, str] = {}
    for splits in manifest["configs"].values():
        for split, facts in splits.items():
            path = folder / facts["file"]
            for doc_id in sorted(
                set(pq.read_table(path, columns=["doc_id"], partitioning=None)["doc_id"].to_pylist())
            ):
                if split_of.setdefault(doc_id, split) != split:
                    yield ReleaseFinding("R103", str(path), f"{doc_id} is in {split_of[doc_id]} elsewhere")


def _unlike(full: tuple[Path, Manifest], public: tuple[Path, Manifest]) -> Iterator[ReleaseFinding]:
    folder, manifest = full
    documents = manifest["configs"].get("documents", {}).values()
    rights_of = {row["doc_id"]: row["rights"] for facts in documents for row in rows_of_file(folder / facts["file"])}
    for config in CONFIGS:
        wanted = {
            split: digest
            for split, facts in manifest["configs"].get(config, {}).items()
            if (digest := _public_digest(config, folder / facts["file"], rights_of))
        }
        found = {split: facts["sha256"] for split, facts in public[1]["configs"].get(config, {}).items()}
        for split in sorted(wanted.keys() | found.keys()):
            if wanted.get(split) != found.get(split):
                place = str(public[0] / config)
                message = f"{split} is not what the full release makes public; do not publish it, run: make build"
                yield ReleaseFinding("R104", place, message)


def _public_digest(config: str, path: Path, rights_of: dict[str, str]) -> str | None:
    """The content hash of a split of the full release once it is made public; None where no row is left."""
    digest, any_row = hashlib.sha256(), False
    for row in rows_of_file(path):
        made: list[Row] = rows_of_profile("public", config, [row], rights_of[row["doc_id"]])
        for each in made:
            digest.update(canonical(each).encode("utf-8") + b"\n")
            any_row = True
    return digest.hexdigest() if any_row else None
