"""The command: what a person sees, and what happens to what they did wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from govwork_build.build_paths import Paths
from govwork_build.catalogue import load_catalogue

NOTICE = """浦江县人民政府办公室关于印发2021年工作要点的通知

一、加快产业发展
1.推进经济发展,增长10%。
2.完成投资20亿元。
浦江县人民政府办公室
2021年2月3日
"""


def govwork(project: Paths, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from govwork_build.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=False)


def test_build_prints_what_it_built_and_how_to_load_it(project: Paths) -> None:
    result = govwork(project, "build")
    assert result.returncode == 0, result.stderr
    assert "pujiang-2020-task_breakdown" in result.stdout
    assert result.stdout.rstrip().splitlines()[-1].startswith('load_dataset("dist/govwork-zh-0.0.1", "documents")')


def test_check_tells_errors_and_counts_them(project: Paths) -> None:
    assert govwork(project, "build").returncode == 0
    clean = govwork(project, "check")
    assert (clean.returncode, clean.stdout) == (0, "0 errors, 0 warnings\n")
    (project.documents / "stray.txt").write_text("x", "utf-8")
    found = govwork(project, "check")
    assert found.returncode == 1
    assert "error C103" in found.stdout
    assert "1 error, 0 warnings" in found.stdout


def test_check_tells_causes_before_what_follows_from_them(project: Paths) -> None:
    assert govwork(project, "build").returncode == 0
    (project.release() / "manifest.json").unlink()
    next(project.documents.iterdir()).write_text("x\n", "utf-8")
    project.splits.write_text("train = []\n", "utf-8")
    (project.corpus / "sources" / "stray.txt").write_text("x", "utf-8")
    (project.batches / "none.json").write_text("", "utf-8")
    found = re.findall(r"^(?:error|warning) (\w+)", govwork(project, "check").stdout, re.MULTILINE)
    assert found == ["S102", "S103", "C101", "A101", "R101"]


@pytest.mark.parametrize(
    "arguments",
    [("build",), ("show", "nobody-2020-nothing"), ("add", "empty.txt", "--origin", "x", "--licence", "x")],
)
def test_bad_input_ends_without_a_traceback(project: Paths, arguments: tuple[str, ...]) -> None:
    if arguments == ("build",):
        (project.corpus / "sources" / "mini.txt").unlink()
    (project.root / "empty.txt").write_text("", "utf-8")
    result = govwork(project, *arguments)
    assert result.returncode == 1
    assert result.stderr.startswith("error ")
    assert "Traceback" not in result.stderr


def test_add_copies_catalogues_and_proposes_an_id(project: Paths, tmp_path: Path) -> None:
    file = tmp_path / "notice.txt"
    file.write_bytes(NOTICE.encode("gb18030"))
    result = govwork(
        project, "add", str(file), "--origin", "a test", "--licence", "official, Article 5", "--rights", "official"
    )
    assert result.returncode == 0, result.stderr
    assert "pujiang-2021-work_points" in result.stdout
    assert (project.corpus / "sources" / "notice.txt").read_bytes() == file.read_bytes()
    entry = tomllib.loads(project.catalogue.read_text("utf-8"))["source"][-1]
    assert entry["document"] == [{"id": "pujiang-2021-work_points", "begins": NOTICE[:24], "rights": "official"}]
    again = govwork(project, "add", str(file), "--origin", "a test", "--licence", "x")
    assert again.returncode == 1
    assert "has it already, as source notice" in again.stderr


def test_another_page_of_a_name_that_is_taken_is_told_to_be_renamed(project: Paths, tmp_path: Path) -> None:
    file = tmp_path / "mini.txt"
    file.write_text(NOTICE, "utf-8")
    result = govwork(project, "add", str(file), "--origin", "a test", "--licence", "x")
    assert result.returncode == 1
    assert "has this name; rename the file" in result.stderr


DOUBTS = {
    "a notice": (NOTICE, []),
    "no Chinese": ("Annual work report\n\n1. Growth of 10%.\n", ["Chinese", "type", "place"]),
    "no type": ("今天天气很好。\n", ["type", "place"]),
    "no place": ("2021年工作要点\n一、加快发展。\n1.推进建设。\n", ["place"]),
}


@pytest.mark.parametrize("text", DOUBTS)
def test_add_says_what_the_text_does_not_tell(project: Paths, tmp_path: Path, text: str) -> None:
    content, missing = DOUBTS[text]
    file = tmp_path / "page.txt"
    file.write_text(content, "utf-8")
    result = govwork(project, "add", str(file), "--origin", "a test", "--licence", "x")
    assert result.returncode == 0
    (entry,) = load_catalogue(project.catalogue).sources[-1].documents
    starts = {
        "Chinese": "holds no Chinese character; if this is the wrong file",
        "type": "does not tell its type: its `doc_type` is article",
        "place": "does not tell its place: its `region_code` is empty",
    }
    lines = result.stderr.splitlines()
    assert len(lines) == len(missing)
    for line, what in zip(lines, missing, strict=True):
        assert line.startswith(f"warning corpus/sources.toml: {entry.doc_id} {starts[what]}")


@pytest.mark.parametrize("name", ["my page.txt", "a:b.txt", ".txt", "-rf.txt", "a\nb.txt", "“页”.txt", b"\xff.txt"])
def test_a_name_that_cannot_be_an_id_is_told_to_be_changed(project: Paths, tmp_path: Path, name: str | bytes) -> None:
    file = tmp_path / os.fsdecode(name)
    file.write_text(NOTICE, "utf-8")
    before = project.catalogue.read_bytes()
    result = govwork(project, "add", str(file), "--origin", "a test", "--licence", "x")
    assert result.returncode == 1
    assert result.stderr.startswith("error ")
    assert "must hold letters, digits, '_', '-' and '.' only" in result.stderr
    assert result.stderr.endswith("; rename the file and add it\n")
    assert project.catalogue.read_bytes() == before


def test_a_name_in_letters_of_any_script_is_an_id(project: Paths, tmp_path: Path) -> None:
    file = tmp_path / "浦江县2021年_工作要点.v2.txt"
    file.write_text(NOTICE, "utf-8")
    govwork(project, "add", str(file), "--origin", "a test", "--licence", "x")
    assert load_catalogue(project.catalogue).sources[-1].source_id == "浦江县2021年_工作要点.v2"


@pytest.mark.parametrize("end", ["", "\n", "\n\n\n", '\n[[withdrawn]]\nid = "x-1"\nreason = "y"\n'])
def test_an_added_source_stands_apart_from_what_stood_there(project: Paths, tmp_path: Path, end: str) -> None:
    file = tmp_path / "notice.txt"
    file.write_text(NOTICE, "utf-8")
    before = "# A comment.\n" + project.catalogue.read_text("utf-8").rstrip() + end
    project.catalogue.write_text(before, "utf-8")
    govwork(project, "add", str(file), "--origin", "a test", "--licence", "x")
    after = project.catalogue.read_text("utf-8")
    assert after.startswith(before.rstrip("\n") + '\n\n[[source]]\nid = "notice"\n')
    assert [source.source_id for source in load_catalogue(project.catalogue).sources] == ["mini", "notice"]


def test_a_catalogue_without_sources_says_to_add_one_and_takes_it(project: Paths, tmp_path: Path) -> None:
    project.catalogue.write_text("# Nothing yet.\n", "utf-8")
    assert "no source is catalogued; add one with: govwork add FILE" in govwork(project, "build").stderr
    file = tmp_path / "notice.txt"
    file.write_text(NOTICE, "utf-8")
    assert govwork(project, "add", str(file), "--origin", "a test", "--licence", "x").returncode == 0
    assert project.catalogue.read_text("utf-8").startswith("# Nothing yet.\n\n[[source]]\n")


@pytest.mark.parametrize("version", ["", "banana", "1.0"])
def test_a_version_that_is_none_is_an_error(project: Paths, version: str) -> None:
    (project.corpus / "VERSION").write_text(version + "\n", "utf-8")
    result = govwork(project, "build")
    assert result.returncode == 1
    assert "is no version; it must be three numbers" in result.stderr


def test_a_page_that_cannot_be_written_is_an_error_by_name(project: Paths, tmp_path: Path) -> None:
    for page, problem in ((tmp_path / "no" / "x.html", "there is no folder"), (tmp_path, "is a folder; name a file")):
        result = govwork(project, "show", "pujiang-2020-task_breakdown", "--html", str(page))
        assert result.returncode == 1
        assert result.stderr.startswith(f"error {page}: {problem}")


def test_an_added_source_builds_once_it_has_a_split_and_a_fold(project: Paths, tmp_path: Path) -> None:
    file = tmp_path / "notice.txt"
    file.write_text(NOTICE, "utf-8")
    govwork(project, "add", str(file), "--origin", "a test", "--licence", "official", "--rights", "official")
    assert "pujiang-2021-work_points is in no split" in govwork(project, "build").stderr
    for path, name in ((project.splits, "train"), (project.folds, "0")):
        path.write_text(f'{name} = ["pujiang-2020-task_breakdown", "pujiang-2021-work_points"]\n', "utf-8")
    assert govwork(project, "build").returncode == 0
    assert (project.documents / "pujiang-2021-work_points.txt").read_text("utf-8").startswith("浦江县人民政府办公室")
