"""`govwork.verify` finds whatever is not as it was made, and says it without a traceback."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from govwork_command import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from release_files import files_of, first_split, resealed

import govwork
from govwork.manifest import MANIFEST, read_manifest


@pytest.fixture
def folder(small_release: Path, tmp_path: Path) -> Path:
    """A copy of a release, to break."""
    return Path(shutil.copytree(small_release, tmp_path / "release"))


def test_releases_as_they_were_made_have_no_problem(release: Path, public: Path, small_release: Path) -> None:
    assert [govwork.verify(folder) for folder in (release, public, small_release, str(small_release))] == [
        [],
        [],
        [],
        [],
    ]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_flipped_bit_of_any_file_is_found(small_release: Path, data: st.DataObject) -> None:
    path = small_release / data.draw(st.sampled_from(files_of(small_release)))
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    flipped = whole[at] ^ 1 << data.draw(st.integers(0, 7))
    try:
        path.write_bytes(whole[:at] + bytes([flipped]) + whole[at + 1 :])
        problems = govwork.verify(small_release)
    finally:
        path.write_bytes(whole)
    assert problems
    assert all(problem.startswith(f"{path}: ") and "; " in problem for problem in problems)


@pytest.mark.parametrize("length", [0, 2, 100])
def test_a_file_cut_short_is_found_in_every_file(folder: Path, length: int) -> None:
    for name in files_of(folder):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[:-length] if length else b"")
        problems = govwork.verify(folder)
        (folder / name).write_bytes(whole)
        assert problems
        assert all(problem.startswith(f"{folder / name}: ") for problem in problems)


def test_each_missing_file_is_found(folder: Path) -> None:
    for name in read_manifest(folder)["files"]:
        (folder / name).rename(folder.parent / "aside")
        assert govwork.verify(folder) == [f"{folder / name}: is missing; get the release anew"]
        (folder.parent / "aside").rename(folder / name)
    (folder / MANIFEST).unlink()
    (problem,) = govwork.verify(folder)
    assert problem.startswith(f"{folder / MANIFEST}: cannot be read")


@pytest.mark.parametrize("name", ["more.parquet", ".hidden", "blocks/more.parquet", "new/x", "new/manifest.json"])
def test_one_file_too_many_is_found(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"x")
    assert govwork.verify(folder) == [f"{folder / name}: is not in the manifest; remove it"]


def test_a_link_to_a_folder_and_a_name_that_is_no_text_are_found(folder: Path) -> None:
    (folder / "link").symlink_to(folder / "blocks")
    (folder / os.fsdecode(b"\xff")).write_bytes(b"x")
    problems = govwork.verify(folder)
    assert [problem.encode("utf-8").rpartition(b": ")[0] for problem in problems] == [
        str(folder / "link").encode(),
        f"{folder}/\\udcff".encode(),
    ]


def test_files_that_are_links_to_their_bytes_are_as_good(folder: Path) -> None:
    """So the Hub's cache keeps them."""
    path = first_split(folder)
    path.rename(folder.parent / "blob")
    path.symlink_to(folder.parent / "blob")
    assert govwork.verify(folder) == []


def rewritten(path: Path, change: Callable[[Any], Any]) -> None:
    table: Any = pq.read_table(path, partitioning=None)
    pq.write_table(change(table), path)


def test_a_missing_row_is_found_even_where_the_file_is_the_one_named(folder: Path) -> None:
    path = first_split(folder)
    rows = pq.read_metadata(path).num_rows
    rewritten(path, lambda table: table.slice(1))
    assert len(govwork.verify(folder)) == 1
    resealed(folder)
    (problem,) = govwork.verify(folder)
    assert problem == f"{path}: has {rows - 1} rows, the manifest says {rows}; get the release anew"


def test_changed_rows_are_found_even_where_the_file_is_the_one_named(folder: Path) -> None:
    path = first_split(folder)
    rewritten(path, lambda table: table.take([1, 0, *range(2, table.num_rows)]))
    resealed(folder)
    (problem,) = govwork.verify(folder)
    assert problem.startswith(f"{path}: has rows of the content hash ")


def test_the_same_rows_written_otherwise_have_the_same_content_hash(folder: Path) -> None:
    rewritten(first_split(folder), lambda table: table)
    resealed(folder)
    assert govwork.verify(folder) == []


NO_PARQUET: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda data: b"",
    "cut short": lambda data: data[: len(data) // 2],
    "another format": lambda data: b"doc_id\n" * 100,
    "a footer of noise": lambda data: data[:-200] + b"\xa5" * 192 + data[-8:],
}


@pytest.mark.parametrize("fault", NO_PARQUET)
def test_a_split_that_is_no_parquet_is_a_problem_by_name(folder: Path, fault: str) -> None:
    path = first_split(folder)
    path.write_bytes(NO_PARQUET[fault](path.read_bytes()))
    resealed(folder)
    (problem,) = govwork.verify(folder)
    assert problem.startswith(f"{path}: cannot be read as Parquet of a release (")
    assert "\n" not in problem


def test_parquet_of_another_maker_is_a_problem_by_name(folder: Path) -> None:
    path = first_split(folder)
    rewritten(path, lambda table: table.replace_schema_metadata(None))
    resealed(folder)
    (problem,) = govwork.verify(folder)
    assert problem.startswith(f"{path}: cannot be read as Parquet of a release (")


def test_a_folder_that_is_none_is_a_problem_by_name(tmp_path: Path) -> None:
    for place in (tmp_path / "none", Path(__file__)):
        (problem,) = govwork.verify(place)
        assert problem.startswith(f"{place / MANIFEST}: cannot be read")
        assert problem.endswith("name the folder of a release")


def test_the_command_says_what_it_compared_or_what_is_wrong(folder: Path) -> None:
    fine = command("verify", folder)
    assert (fine.returncode, fine.stderr) == (0, "")
    assert re.fullmatch(r"govwork-zh 0\.0\.1, full: 7 files and \d+ rows as the manifest says\n", fine.stdout)
    (folder / "README.md").write_text("x", "utf-8")
    broken = command("verify", folder)
    assert (broken.returncode, broken.stdout) == (1, "")
    assert broken.stderr.startswith(f"error {folder / 'README.md'}: has 1 bytes, the manifest says ")
