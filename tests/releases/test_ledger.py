"""The ledger: what is written is read back, and what is damaged is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from model_releases import ModelRelease, document

from govwork_build.build_paths import Paths
from govwork_build.catalogue import load_catalogue
from govwork_build.errors import CorpusError
from govwork_build.release import load_splits
from govwork_build.releases.bumps import BUMPS, bumped, step, version_numbers
from govwork_build.releases.ledger import LedgerEntry, read_ledger
from govwork_build.releases.ledger_checks import lasting_problems

ROOT = Path(__file__).parents[2]
ENTRY = ModelRelease(
    {"a": document("a", "train", 3, 2), "b": document("b", "test", 1, 1)}, {"gone": "asked for"}
).entry()


def write(folder: Path, *entries: LedgerEntry) -> None:
    folder.mkdir(exist_ok=True)
    for entry in entries:
        (folder / f"{entry.version}.json").write_text(entry.text(), "utf-8")


def test_a_folder_that_is_not_there_has_no_releases(tmp_path: Path) -> None:
    assert read_ledger(tmp_path / "releases") == ()


def test_what_is_written_is_read_back_in_the_order_of_versions(tmp_path: Path) -> None:
    entries = [replace(ENTRY, version=version) for version in ("0.9.0", "0.10.0", "1.0.0")]
    write(tmp_path, *reversed(entries))
    assert list(read_ledger(tmp_path)) == entries
    assert [list(entry.rows["blocks"]) for entry in read_ledger(tmp_path)] == [list(ENTRY.rows["blocks"])] * 3


def without(key: str) -> Callable[[Any], None]:
    return lambda table: table.pop(key)


def having(key: str, value: Any) -> Callable[[Any], None]:
    return lambda table: table.update({key: value})


def _row_lost(table: Any) -> None:
    table["rows"]["blocks"].popitem()


def _hash_changed(table: Any) -> None:
    table["configs"]["edits"]["train"]["sha256"] = "f" * 64


def _split_lost(table: Any) -> None:
    del table["splits"]["a"]


def _block_of_nobody(table: Any) -> None:
    rows = table["rows"]["entities"]
    rows["nobody:0"] = rows.pop("a:0")


def _count_as_text(table: Any) -> None:
    table["configs"]["edits"]["train"]["rows"] = "2"


DAMAGES: dict[str, tuple[Callable[[Any], None], str]] = {
    "no version": (without("version"), "is no release with version"),
    "no rows": (without("rows"), "is no release with"),
    "something more": (having("note", "x"), "is no release with"),
    "a version that is none": (having("version", "0.01.0"), "version is not a version"),
    "another version": (having("version", "0.2.0"), r"is the release 0\.2\.0, not 0\.1\.0"),
    "a date that is none": (having("date", "2026-02-30"), "date is not a day"),
    "a date in another form": (having("date", "20260201"), "date is not a day"),
    "a bump that is none": (having("bump", "large"), "bump is not first"),
    "one content hash": (having("content_sha256", {"full": "0" * 64}), "content_sha256 is not a hash of full"),
    "a hash that is short": (having("sources", {"mini": "0f"}), "sources is not a table of sources"),
    "an unknown split": (having("splits", {"a": "dev", "b": "test"}), "splits is not a table of documents"),
    "a kind too few": (having("rows", {"documents": {}}), "rows is not a table of"),
    "a count as text": (_count_as_text, "configs is not a table of configs"),
    "withdrawn and there": (having("withdrawn", {"a": "asked for"}), "a document is withdrawn and there"),
    "a row lost": (_row_lost, "its blocks are not 4"),
    "a hash changed": (_hash_changed, "content_sha256 of the full profile is not that of its configs"),
    "a split lost": (_split_lost, "its splits are not of its documents"),
    "a block of nobody": (_block_of_nobody, "a block is of no document of it"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_an_error_that_names_the_file_and_the_remedy(tmp_path: Path, damage: str) -> None:
    spoil, message = DAMAGES[damage]
    table = json.loads(ENTRY.text())
    spoil(table)
    path = tmp_path / "0.1.0.json"
    path.write_text(json.dumps(table), "utf-8")
    with pytest.raises(CorpusError, match=message) as caught:
        read_ledger(tmp_path)
    for problem in caught.value.problems:
        assert problem.startswith(f"{path}: ")
        assert problem.endswith("restore the file from version control")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b'"x"'])
def test_a_file_that_is_no_entry_is_an_error_by_name(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "0.1.0.json").write_bytes(data)
    with pytest.raises(CorpusError, match=r"0\.1\.0\.json: is no (JSON|release)"):
        read_ledger(tmp_path)


def test_another_file_in_the_ledger_is_an_error_and_a_folder_too(tmp_path: Path) -> None:
    write(tmp_path, ENTRY)
    (tmp_path / "notes.txt").write_text("x", "utf-8")
    (tmp_path / "folder").mkdir()
    with pytest.raises(CorpusError) as caught:
        read_ledger(tmp_path)
    assert [problem.partition(": ")[0] for problem in caught.value.problems] == [
        str(tmp_path / "folder"),
        str(tmp_path / "notes.txt"),
    ]


def test_a_later_version_is_not_of_an_earlier_day(tmp_path: Path) -> None:
    write(tmp_path, ENTRY, replace(ENTRY, version="0.2.0", date="2025-12-31"))
    with pytest.raises(
        CorpusError, match=r"0\.2\.0\.json: its date 2025-12-31 is before that of 0\.1\.0, 2026-01-01"
    ):
        read_ledger(tmp_path)


@pytest.mark.parametrize("bump", BUMPS)
@pytest.mark.parametrize("version", ["0.0.0", "0.1.2", "3.0.9"])
def test_the_next_version_of_a_bump_is_that_step(version: str, bump: str) -> None:
    (known,) = [each for each in BUMPS if each == bump]
    assert step(version, bumped(version, known)) == known
    assert step(bumped(version, known), version) is None
    assert version_numbers(bumped(version, known)) > version_numbers(version)


def test_a_document_stays_in_its_split_or_is_withdrawn_and_stays_so() -> None:
    held = {"a": "train", "b": "test", "new": "validation"}
    assert lasting_problems([ENTRY], held, {"gone": "asked for"}) == []
    assert lasting_problems([ENTRY], {"a": "train"}, {"gone": "asked for", "b": "asked for"}) == []
    moved = lasting_problems([ENTRY, ENTRY], held | {"a": "test"}, {"gone": "asked for"})
    assert len(moved) == 1
    assert moved[0].startswith("a was released in train and is now in test; put it back, or withdraw it")
    assert (
        "b was released in test and is in no split now"
        in lasting_problems([ENTRY], {"a": "train"}, {"gone": "asked for"})[0]
    )
    assert "gone was withdrawn and is so no more" in lasting_problems([ENTRY], held, {})[0]


def test_the_splits_of_every_release_that_was_made_hold() -> None:
    paths = Paths(ROOT)
    withdrawn = dict(load_catalogue(paths.catalogue).withdrawn)
    assert lasting_problems(read_ledger(paths.ledger), load_splits(paths.splits), withdrawn) == []
