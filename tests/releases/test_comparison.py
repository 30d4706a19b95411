"""Releases compared by their folders and by the ledger, and how the difference is told."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import ClassLabel, Features, Value
from project_releases import FIRST, add_document, build_and_release, close_rights

from govwork.content import canonical, content_sha256
from govwork.features import BLOCKS
from govwork.manifest import read_manifest, sealed, write_manifest
from govwork.verification import rows_of_file, verify
from govwork_build.build import build
from govwork_build.build_paths import Paths
from govwork_build.errors import CorpusError
from govwork_build.releases.comparison import Comparison, compare, open_folder
from govwork_build.releases.manifest import files_of

Row = dict[str, Any]


def rewritten(folder: Path, target: Path, features: Features, change: Callable[[Row], Row]) -> Path:
    """A copy of a release with other blocks, whole by its manifest."""
    shutil.copytree(folder, target)
    manifest = read_manifest(target)
    labels = {name: kind.names for name, kind in features.items() if isinstance(kind, ClassLabel)}
    for facts in manifest["configs"]["blocks"].values():
        rows = [change(row) for row in rows_of_file(target / facts["file"])]
        stored = [row | {name: names.index(row[name]) for name, names in labels.items()} for row in rows]
        pq.write_table(pa.Table.from_pylist(stored, schema=features.arrow_schema), target / facts["file"])
        facts["sha256"] = hashlib.sha256(b"".join(canonical(row).encode("utf-8") + b"\n" for row in rows)).hexdigest()
    manifest["content_sha256"] = content_sha256(manifest["configs"])
    manifest["files"] = files_of(target)
    write_manifest(target, sealed(cast(dict[str, Any], manifest)))
    assert verify(target) == []
    return target


@pytest.fixture
def built(project: Paths) -> Path:
    return build(project).release


def compared(old: Path, new: Path) -> Comparison:
    return compare(open_folder(old), open_folder(new))


def test_a_column_that_was_added_is_told_and_old_rows_are_compared_on_the_columns_of_both(
    built: Path, tmp_path: Path
) -> None:
    features = Features({**BLOCKS, "note": Value("string")})
    new = rewritten(built, tmp_path / "new", features, lambda row: row | {"note": "x"})
    there, back = compared(built, new).difference, compared(new, built).difference
    assert (there.columns_added, there.bump) == (("blocks.note",), "minor")
    assert (back.columns_removed, back.bump) == (("blocks.note",), "major")
    assert not there.records["blocks"].changed
    edited = rewritten(new, tmp_path / "edited", features, lambda row: row | {"note": "y"})
    assert not compared(built, edited).difference.records["blocks"].changed
    assert len(compared(new, edited).difference.records["blocks"].changed) == 10


def test_another_numbering_of_labels_is_no_difference(built: Path, tmp_path: Path) -> None:
    features = Features({**BLOCKS, "kind": ClassLabel(names=BLOCKS["kind"].names[::-1])})
    new = rewritten(built, tmp_path / "new", features, lambda row: row)
    assert list(compared(built, new).difference.reasons()) == []


def test_a_config_without_its_ids_is_an_error_by_name(built: Path, tmp_path: Path) -> None:
    features = Features({name: kind for name, kind in BLOCKS.items() if name != "block_id"})
    new = rewritten(
        built, tmp_path / "new", features, lambda row: {key: row[key] for key in row if key != "block_id"}
    )
    with pytest.raises(CorpusError, match="has no column block_id; get the release anew"):
        compared(built, new)


@pytest.mark.parametrize("config", ["documents", "blocks", "edits"])
def test_a_file_that_is_damaged_is_an_error_by_name(built: Path, tmp_path: Path, config: str) -> None:
    shutil.copytree(built, tmp_path / "new")
    (path,) = (tmp_path / "new" / config).iterdir()
    path.write_bytes(b"x")
    with pytest.raises(CorpusError) as caught:
        compared(built, tmp_path / "new")
    assert str(caught.value).startswith(f"{path}: cannot be read as a table of a release (")


def test_rows_that_are_not_those_of_the_manifest_are_an_error_by_name(built: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    shutil.copytree(built, new)
    (path,) = (new / "blocks").iterdir()
    table = pq.read_table(path, partitioning=None)
    pq.write_table(table.slice(1), path)
    with pytest.raises(CorpusError, match="its rows are not those of the manifest"):
        compared(built, new)


def test_full_and_public_are_not_compared(built: Path, project: Paths) -> None:
    with pytest.raises(CorpusError, match=r"is of the profile full, .* of public; compare releases of one profile"):
        compared(built, project.release("public"))
    assert compared(project.release("public"), project.release("public")).difference.bump == "patch"


def diff(project: Paths, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = "from govwork_build.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "diff", *arguments],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_tells_counts_ids_and_the_bump_with_its_reasons(project: Paths) -> None:
    build_and_release(project, "0.1.0")
    for number in range(12):
        add_document(project, f"unplaced-2021-number{number}")
    close_rights(project)
    build_and_release(project, "1.0.0")
    done = diff(project, "0.1.0", "1.0.0")
    assert done.returncode == 0, done.stderr
    assert [cell.strip() for cell in _line(done.stdout, "documents").split("│")[1:-1]] == [
        *("documents", "1", "13", "12", "0", "1")
    ]
    assert "documents added:\n  unplaced-2021-number0\n" in done.stdout
    assert "  unplaced-2021-number9\n  and 2 more; --json has them all\n" in done.stdout
    assert f"documents changed:\n  {FIRST}\n" in done.stdout
    assert "It takes a major bump" in done.stdout
    assert "  major: documents: 1 changed\n" in done.stdout
    assert "  minor: documents: 12 added\n" in done.stdout


def _line(printed: str, kind: str) -> str:
    (line,) = [line for line in printed.splitlines() if line.startswith(f"│ {kind}")]
    return line


def test_the_json_has_every_id(project: Paths) -> None:
    build_and_release(project, "0.1.0")
    shutil.move(project.release(), project.root / "old")
    ids = [f"unplaced-2021-number{number}" for number in range(12)]
    for doc_id in ids:
        add_document(project, doc_id)
    build(project)
    # The ledger's side has hashes only, and tells additions from edits all the same.
    done = diff(project, "0.1.0", "dist/govwork-zh-0.1.0", "--json")
    told = json.loads(done.stdout)
    assert told["old"] == {"release": "0.1.0", "version": "0.1.0"}
    assert told["new"] == {"release": "dist/govwork-zh-0.1.0", "version": "0.1.0"}
    assert told["records"]["documents"] == {"added": ids, "removed": [], "changed": [], "reordered": False}
    assert (told["bump"], told["by_hashes"], told["contents"]) == ("minor", True, [])
    assert {"bump": "minor", "words": "documents: 12 added"} in told["reasons"]
    folders = json.loads(diff(project, "old", "dist/govwork-zh-0.1.0", "--json").stdout)
    assert (folders["bump"], folders["by_hashes"]) == ("minor", False)
    assert folders["records"] == told["records"]


def test_of_two_releases_by_the_ledger_alone_the_steps_between_them_count(project: Paths) -> None:
    build_and_release(project, "0.1.0")
    add_document(project)
    build_and_release(project, "0.2.0")
    build_and_release(project, "0.2.1")
    close_rights(project)
    build_and_release(project, "1.0.0")
    shutil.rmtree(project.root / "dist")
    for old, new, bump in (("0.1.0", "0.2.1", "minor"), ("0.1.0", "1.0.0", "major"), ("0.2.0", "0.2.1", "patch")):
        assert json.loads(diff(project, old, new, "--json").stdout)["bump"] == bump
    assert json.loads(diff(project, "0.2.0", "0.1.0", "--json").stdout)["bump"] == "major"


def test_the_same_release_takes_a_patch(project: Paths) -> None:
    build_and_release(project, "0.1.0")
    done = diff(project, "0.1.0", "dist/govwork-zh-0.1.0")
    assert done.stdout.rstrip().endswith("The data are the same: a patch bump at most.")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "0.3.0",
            "error 0.3.0 is not in corpus/releases: the releases are none yet; name one, or a release folder\n",
        ),
        ("nowhere", "error nowhere/manifest.json: cannot be read (No such file or directory); name the folder"),
        ("corpus", "error corpus/manifest.json: cannot be read"),
    ],
)
def test_what_is_no_release_is_an_error_that_says_what_to_name(project: Paths, name: str, said: str) -> None:
    done = diff(project, name, name)
    assert done.returncode == 1
    assert done.stderr.startswith(said)
