"""A manifest is whole and true, or it is a problem by name."""

from __future__ import annotations

import copy
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from model_releases import ModelRelease
from release_files import files_of, resealed

import govwork
from govwork.content import content_sha256
from govwork.manifest import MANIFEST, ManifestError, read_manifest
from govwork_build.build import build
from govwork_build.build_paths import Paths
from govwork_build.errors import CorpusError
from govwork_build.releases.manifest import date_of_release

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(small_release: Path, tmp_path: Path) -> Path:
    """A copy of a release, to break."""
    return Path(shutil.copytree(small_release, tmp_path / "release"))


def leaves(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The places of all entries of a manifest, those within others too."""
    if place:
        yield place
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*place, key))


def other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, dict):
        return {}
    if isinstance(value, int):
        return value + 1
    return "2026-12-01" if value is None else value[:-1] + ("0" if value[-1] != "0" else "1")


def test_any_edited_removed_or_added_entry_of_the_manifest_is_found(small_release: Path) -> None:
    path = small_release / MANIFEST
    whole = path.read_text("utf-8")
    places = list(leaves(json.loads(whole)))
    assert len(places) > 50
    try:
        for place in places:
            for fault in ("edited", "removed", "added"):
                manifest = json.loads(whole)
                within = manifest
                for key in place[:-1]:
                    within = within[key]
                if fault == "edited":
                    if within[place[-1]] == {}:
                        continue
                    within[place[-1]] = other(within[place[-1]])
                elif fault == "removed":
                    del within[place[-1]]
                else:
                    within[f"{place[-1]}x"] = within[place[-1]]
                path.write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")
                problems = govwork.verify(small_release)
                assert problems, (place, fault)
                assert problems[0].startswith(f"{path}: ")
    finally:
        path.write_text(whole, "utf-8")


def _rows(manifest: Any) -> None:
    manifest["configs"]["blocks"]["train"]["rows"] += 1


def _digest(manifest: Any) -> None:
    manifest["configs"]["blocks"]["train"]["sha256"] = "0" * 64
    manifest["content_sha256"] = content_sha256(manifest["configs"])


def _content(manifest: Any) -> None:
    manifest["content_sha256"] = "0" * 64


def _size(manifest: Any) -> None:
    manifest["files"]["README.md"]["size"] += 1


def _no_file(manifest: Any) -> None:
    del manifest["files"]["README.md"]


def _no_table(manifest: Any) -> None:
    del manifest["files"][manifest["configs"]["blocks"]["train"]["file"]]


def _no_config(manifest: Any) -> None:
    del manifest["configs"]["blocks"]
    manifest["content_sha256"] = content_sha256(manifest["configs"])


def _outside(manifest: Any) -> None:
    manifest["files"]["../README.md"] = manifest["files"]["README.md"]


def _absolute(manifest: Any) -> None:
    manifest["configs"]["blocks"]["train"]["file"] = "/etc/passwd"


def _truth_for_a_number(manifest: Any) -> None:
    manifest["configs"]["blocks"]["train"]["rows"] = True


RESEALED = {
    "rows": (_rows, "rows, the manifest says"),
    "a content hash": (_digest, "has rows of the content hash"),
    "the hash of all content": (_content, "content_sha256 is not that of configs"),
    "a size": (_size, "bytes, the manifest says"),
    "a file left out": (_no_file, "README.md: is not in the manifest"),
    "a table left out of the files": (_no_table, "is of a split and not among files"),
    "a config left out": (_no_config, "is of no split"),
    "a path out of the folder": (_outside, "files is not paths in the folder"),
    "a path from the root": (_absolute, "configs is not configs with their splits"),
    "no number": (_truth_for_a_number, "configs is not configs with their splits"),
}


@pytest.mark.parametrize("fault", RESEALED)
def test_an_entry_that_is_not_true_is_found_though_the_manifest_has_its_own_hash(folder: Path, fault: str) -> None:
    edit, said = RESEALED[fault]
    resealed(folder, edit)
    problems = govwork.verify(folder)
    assert any(said in problem for problem in problems)
    assert all(re.match(rf"{re.escape(str(folder))}/[\w./-]+: ", problem) for problem in problems)


NO_MANIFEST = {
    "nothing": (b"", "is no JSON"),
    "no JSON": (b"{", "is no JSON"),
    "another encoding": ("版本".encode("gb18030"), "is no JSON"),
    "too deep": (b"[" * 100_000, "is no JSON"),
    "a list": (b"[]", "is no JSON object"),
    "null": (b"null", "is no JSON object"),
    "an object of another kind": (b'{"name": "govwork-zh"}', "version is missing"),
    "half a character": (b'{"name": "\\ud800"}', "name is not govwork-zh"),
}


@pytest.mark.parametrize("fault", NO_MANIFEST)
def test_a_manifest_that_is_none_is_a_problem_by_name(folder: Path, fault: str) -> None:
    content, said = NO_MANIFEST[fault]
    (folder / MANIFEST).write_bytes(content)
    problems = govwork.verify(folder)
    assert all(problem.startswith(f"{folder / MANIFEST}: ") for problem in problems)
    assert any(f": {said}" in problem for problem in problems)
    with pytest.raises(ManifestError) as caught:
        read_manifest(folder)
    assert list(caught.value.problems) == problems


def test_the_manifest_names_what_the_specification_of_it_asks(release: Path) -> None:
    manifest = copy.deepcopy(read_manifest(release))
    assert set(manifest) == {
        *("name", "version", "date", "profile", "content_sha256", "files", "configs", "sources", "withdrawn"),
        *("tools", "manifest_sha256"),
    }
    assert manifest["name"] == "govwork-zh"
    assert manifest["date"] == date_of_release(ROOT / "corpus" / "releases", manifest["version"])
    assert set(manifest["files"]) == set(files_of(release)) - {MANIFEST}
    hashes = {
        config: {split: facts["sha256"] for split, facts in splits.items()}
        for config, splits in manifest["configs"].items()
    }
    line = json.dumps(hashes, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert manifest["content_sha256"] == hashlib.sha256(line.encode("utf-8")).hexdigest()


def test_the_date_is_that_of_the_ledger(project: Paths) -> None:
    assert build(project).manifest["date"] is None
    project.ledger.mkdir()
    path, entry = project.ledger / f"{project.version()}.json", ModelRelease({}).entry(project.version())
    path.write_text(entry.text(), "utf-8")
    built = build(project)
    assert [read_manifest(folder)["date"] for folder in (built.release, built.public)] == [entry.date] * 2
    for wrong in ("{", "[]", "{}", entry.text().replace(entry.date, "today")):
        path.write_text(wrong, "utf-8")
        with pytest.raises(CorpusError, match=r"0\.0\.1\.json: is damaged; .* restore the file from version control"):
            build(project)
