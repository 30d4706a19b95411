"""`govwork.load` where no folder is named, and without a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import govwork
from govwork.loading import default_folder
from govwork.manifest import MANIFEST
from offline import NO_NETWORK


def release(place: Path, version: str = "0.1.0") -> Path:
    place.mkdir(parents=True)
    (place / MANIFEST).write_text(json.dumps({"version": version}), "utf-8")
    return place


def test_of_builds_the_newest_is_opened_and_of_these_the_full_one(tmp_path: Path) -> None:
    package, dist = tmp_path / "loader" / "govwork", tmp_path / "dist"
    package.mkdir(parents=True)
    for name in ("govwork-zh-0.9.0", "govwork-zh-0.9.0-public", "govwork-zh-0.10.0-public"):
        release(dist / name)
    (dist / "govwork-zh-0.11.0").mkdir()
    release(dist / "govwork-zh-next")
    assert default_folder(package) == dist / "govwork-zh-0.10.0-public"
    release(dist / "govwork-zh-0.10.0")
    assert default_folder(package) == dist / "govwork-zh-0.10.0"


def test_the_copy_in_the_package_comes_first(tmp_path: Path) -> None:
    package = tmp_path / "loader" / "govwork"
    release(tmp_path / "dist" / "govwork-zh-0.9.0")
    inside = release(package / "data")
    assert default_folder(package) == inside


def test_where_there_is_none_the_remedy_is_told(tmp_path: Path) -> None:
    package = tmp_path / "loader" / "govwork"
    with pytest.raises(ValueError, match="holds no release; in a checkout run: make build, else name the folder"):
        default_folder(package)


def test_load_compares_the_version_of_the_folder_it_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = release(tmp_path / "govwork" / "data", "0.3.0")
    monkeypatch.setattr("govwork.loading.default_folder", lambda: inside)
    with pytest.raises(ValueError, match=r"data holds version 0\.3\.0, not 0\.1\.0"):
        govwork.load("tasks", version="0.1.0")


def test_a_folder_may_be_named_from_within(public: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`datasets` itself takes `.` for no name at all."""
    monkeypatch.chdir(public)
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path)
    assert len(govwork.load("tasks", "train", folder=".")) == 107
    assert set(govwork.load("tasks", folder=".", fold=0)) == {"train", "test"}


def test_loading_asks_for_no_network(public: Path, tmp_path: Path) -> None:
    code = f"""{NO_NETWORK}
import govwork
folder = {str(public)!r}
print(len(govwork.load("tasks", "train", folder=folder)), len(govwork.load("ner", folder=folder, fold=0)))
print(govwork.verify(folder))
"""
    # Nothing tells the Hugging Face libraries that they are off line.
    settings = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    result = subprocess.run(
        [sys.executable, "-c", code],
        env=settings | {"HF_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (0, "107 2\n[]\n"), result.stderr


def test_a_text_that_is_not_published_has_no_trace(public: Path) -> None:
    documents = govwork.load("documents", "train", folder=public)
    document = next(row for row in documents if row["rights"] != "official")
    with pytest.raises(ValueError, match=f"{document['doc_id']}: its text is not in a public release"):
        govwork.trace(document, [])
