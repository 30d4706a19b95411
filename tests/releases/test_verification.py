"""`govwork.verify` finds whatever is not as it was made, and says it without a traceback."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from govwork_command import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import govwork
from govwork.content import content_sha256
from govwork.manifest import MANIFEST, ManifestError, read_manifest, sealed, write_manifest
from govwork_build.build import build
from govwork_build.build_paths import Paths
from govwork_build.errors import CorpusError

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small release that no test leaves otherwise than it was."""
    root = tmp_path_factory.mktemp("small") / "project"
    shutil.copytree(DATA / "project", root)
    return build(Paths(root)).release


@pytest.fixture
def folder(small: Path, tmp_path: Path) -> Path:
    """A copy of it to break."""
    return Path(shutil.copytree(small, tmp_path / "release"))


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


def test_releases_as_they_were_made_have_no_problem(release: Path, public: Path, small: Path) -> None:
    assert [govwork.verify(folder) for folder in (release, public, small, str(small))] == [[], [], [], []]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_flipped_bit_of_any_file_is_found(small: Path, data: st.DataObject) -> None:
    path = small / data.draw(st.sampled_from(files_of(small)))
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    flipped = whole[at] ^ 1 << data.draw(st.integers(0, 7))
    try:
        path.write_bytes(whole[:at] + bytes([flipped]) + whole[at + 1 :])
        problems = govwork.verify(small)
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


def test_any_edited_removed_or_added_entry_of_the_manifest_is_found(small: Path) -> None:
    path = small / MANIFEST
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
                problems = govwork.verify(small)
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


def test_a_folder_that_is_none_is_a_problem_by_name(tmp_path: Path) -> None:
    for place in (tmp_path / "none", Path(__file__)):
        (problem,) = govwork.verify(place)
        assert problem.startswith(f"{place / MANIFEST}: cannot be read")
        assert problem.endswith("name the folder of a release")


def test_the_manifest_names_what_the_specification_of_it_asks(release: Path) -> None:
    manifest = copy.deepcopy(read_manifest(release))
    assert set(manifest) == {
        *("name", "version", "date", "profile", "content_sha256", "files", "configs", "sources", "withdrawn"),
        *("tools", "manifest_sha256"),
    }
    assert (manifest["name"], manifest["date"]) == ("govwork-zh", None)
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
    entry = project.ledger / f"{project.version()}.json"
    entry.write_text(json.dumps({"date": "2026-12-01"}), "utf-8")
    built = build(project)
    assert [read_manifest(folder)["date"] for folder in (built.release, built.public)] == ["2026-12-01"] * 2
    for wrong in ("{", "[]", "{}", '{"date": "today"}', '{"date": 1}'):
        entry.write_text(wrong, "utf-8")
        with pytest.raises(CorpusError, match=r"0\.0\.1\.json: is no entry of a release with its date"):
            build(project)


def test_the_command_says_what_it_compared_or_what_is_wrong(folder: Path) -> None:
    fine = command("verify", folder)
    assert (fine.returncode, fine.stderr) == (0, "")
    assert re.fullmatch(r"govwork-zh 0\.0\.1, full: 7 files and \d+ rows as the manifest says\n", fine.stdout)
    (folder / "README.md").write_text("x", "utf-8")
    broken = command("verify", folder)
    assert (broken.returncode, broken.stdout) == (1, "")
    assert broken.stderr.startswith(f"error {folder / 'README.md'}: has 1 bytes, the manifest says ")
