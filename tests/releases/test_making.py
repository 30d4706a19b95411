"""A release is made whole or not at all, once, and with a version that tells the truth."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from project_releases import (
    DATE,
    FIRST,
    SECOND,
    add_document,
    build_and_release,
    close_rights,
    files,
    move,
    raise_version,
    withdraw,
    write_lists,
)
from test_citation import SCHEMA

from govwork.citation import citation, read_releases
from govwork.manifest import PROFILES, read_manifest
from govwork_build.build import build
from govwork_build.build_paths import Paths
from govwork_build.checks import check_all
from govwork_build.errors import CorpusError
from govwork_build.releases import making
from govwork_build.releases.changelog import section_of, with_section
from govwork_build.releases.comparison import compare, open_folder, release_to_compare
from govwork_build.releases.diff import RecordDifference
from govwork_build.releases.ledger import read_ledger
from govwork_build.releases.making import release


def test_the_first_release_writes_ledger_changelog_citation_and_date(project: Paths) -> None:
    made = build_and_release(project, "0.1.0", summary="A beginning.")
    assert made.written == (project.ledger / "0.1.0.json", project.changelog, project.citation)
    (entry,) = read_ledger(project.ledger)
    assert entry == made.entry
    assert (entry.bump, entry.date, entry.splits) == ("first", DATE, {FIRST: "train"})
    for profile in PROFILES:
        manifest = read_manifest(project.release(profile))
        assert manifest["date"] == DATE
        assert manifest["content_sha256"] == entry.content_sha256[profile]
    changelog = project.changelog.read_text("utf-8")
    assert "## 0.1.0 (2026-12-01): the first release\n\nA beginning.\n" in changelog
    assert "| documents | 1 | 1 | 0 | 0 |" in changelog
    cff = yaml.safe_load(project.citation.read_text("utf-8"))
    jsonschema.validate(cff, SCHEMA)
    assert (cff["version"], cff["date-released"]) == ("0.1.0", DATE)
    assert list(check_all(project)) == []


def test_a_release_made_once_more_changes_no_byte(project: Paths) -> None:
    build_and_release(project, "0.1.0", summary="A beginning.")
    before = files(project.root)
    for summary in ("A beginning.", None):
        assert release(project, DATE, summary).written == ()
    assert files(project.root) == before


def test_what_a_release_left_unwritten_is_written_when_it_is_made_once_more(project: Paths) -> None:
    build_and_release(project, "0.1.0")
    whole = files(project.root)
    project.changelog.unlink()
    project.citation.write_text("cff-version: 1.2.0\n", "utf-8")
    assert set(release(project, DATE, None).written) == {project.changelog, project.citation}
    assert files(project.root) == whole


@pytest.mark.parametrize("date", ["", "2026-13-01", "2026-02-30", "1.12.2026", "20261201", "tomorrow"])
def test_a_day_that_is_none_is_refused(project: Paths, date: str) -> None:
    build(project)
    before = files(project.root)
    with pytest.raises(CorpusError, match="is no day; write it as YYYY-MM-DD"):
        release(project, date, None)
    assert files(project.root) == before


def test_a_day_before_the_last_release_and_another_day_of_a_release_are_refused(project: Paths) -> None:
    build_and_release(project, "0.1.0")
    with pytest.raises(CorpusError, match=r"0\.1\.0 was released on 2026-12-01, and keeps that date"):
        release(project, "2026-12-02", None)
    with pytest.raises(CorpusError, match=r"2026-11-30: is before that of 0\.1\.0, 2026-12-01"):
        build_and_release(project, "0.1.1", "2026-11-30")


# What is done between two releases, what bump it takes, and what is said of it.
STEPS: dict[str, tuple[Callable[[Paths], None], str, str]] = {
    "nothing": (lambda project: None, "0.1.1", "the same data"),
    "a document more": (lambda project: add_document(project, "unplaced-2021-second"), "0.2.0", "documents: 1 added"),
    "a record edited": (close_rights, "1.0.0", "documents: 2 changed"),
    "a document withdrawn": (lambda project: withdraw(project, SECOND, "asked for"), "1.0.0", "documents: 1 removed"),
}
VERSIONS = ("0.0.9", "0.1.0", "0.1.1", "0.2.0", "1.0.0")


@pytest.mark.parametrize("step", STEPS)
def test_a_version_is_refused_below_the_bump_that_is_due_and_taken_from_there(project: Paths, step: str) -> None:
    change, least, why = STEPS[step]
    add_document(project)
    build_and_release(project, "0.1.0")
    change(project)
    for version in VERSIONS[: VERSIONS.index(least)]:
        raise_version(project, version)
        build(project)
        before = files(project.root)
        if (step, version) == ("nothing", "0.1.0"):
            continue
        with pytest.raises(CorpusError) as caught:
            release(project, DATE, None)
        assert f"put {least} there" in str(caught.value)
        assert why in str(caught.value)
        assert files(project.root) == before
        (finding,) = check_all(project)
        assert (finding.check, finding.place) == ("R105", str(project.corpus / "VERSION"))
        assert f"put {least} there" in finding.message
    build_and_release(project, least)
    assert [entry.version for entry in read_ledger(project.ledger)] == ["0.1.0", least]
    assert list(check_all(project)) == []


def test_a_larger_bump_than_is_due_may_be_made(project: Paths) -> None:
    build_and_release(project, "0.1.0")
    assert build_and_release(project, "1.0.0").entry.bump == "major"


def test_an_earlier_release_stays_as_it_is(project: Paths) -> None:
    build_and_release(project, "0.1.0")
    build_and_release(project, "0.1.1")
    raise_version(project, "0.1.0")
    with pytest.raises(CorpusError, match=r"0\.1\.0 was released before 0\.1\.1, and stays as it is"):
        release(project, DATE, None)


def test_a_section_tells_what_became_of_the_data_and_leaves_earlier_ones_alone(project: Paths) -> None:
    add_document(project)
    build_and_release(project, "0.1.0")
    by_hand = project.changelog.read_text("utf-8") + "\nA remark, by hand.\r\n"
    project.changelog.write_bytes(by_hand.encode("utf-8"))
    withdraw(project, SECOND, "asked for by its author")
    add_document(project, "unplaced-2021-third", "test", "农村")
    build_and_release(project, "1.0.0", "2027-01-01", "One\n\nout.")
    changelog = project.changelog.read_bytes().decode("utf-8")
    earlier = by_hand[by_hand.index("## 0.1.0") :]
    assert changelog.endswith(earlier)
    newest = section_of(changelog, "1.0.0")
    assert newest
    assert newest.startswith("## 1.0.0 (2027-01-01): data edited, removed or moved\n\nOne out.\n\n")
    assert "| documents | 2 | 1 | 0 | 1 |" in newest
    assert "- Documents added: `unplaced-2021-third`.\n" in newest
    assert f"- Documents withdrawn: `{SECOND}` (asked for by its author).\n" in newest
    assert "A remark" not in newest


def test_a_withdrawn_document_leaves_its_reason_and_its_release_stays_citable(project: Paths) -> None:
    add_document(project)
    old = build_and_release(project, "0.1.0").entry
    withdraw(project, SECOND, "asked for")
    build_and_release(project, "1.0.0")
    compared = compare(release_to_compare("0.1.0", project), release_to_compare("1.0.0", project))
    assert compared.difference.records["documents"] == RecordDifference(removed=(SECOND,))
    assert compared.difference.withdrawn == {SECOND: "asked for"}
    assert compared.difference.bump == "major"
    first, second = read_releases(project.ledger)
    assert old.content_sha256["full"] in citation(first, "bibtex")
    assert (first.version, second.version) == ("0.1.0", "1.0.0")
    assert SECOND in read_ledger(project.ledger)[0].rows["documents"]


def test_a_document_that_moved_is_refused_whatever_the_version(project: Paths) -> None:
    add_document(project)
    build_and_release(project, "0.1.0")
    move(project, SECOND, "test")
    with pytest.raises(CorpusError, match=f"S106 .*{SECOND} was released in train and is now in test; put it back"):
        build_and_release(project, "1.0.0")


def test_errors_of_the_corpus_are_told_and_nothing_is_released(project: Paths) -> None:
    build(project)
    for number in range(7):
        (project.documents / f"stray{number}.txt").write_text("x\n", "utf-8")
    with pytest.raises(CorpusError) as caught:
        release(project, DATE, None)
    told = caught.value.problems
    assert [problem[:4] for problem in told[:5]] == ["C103"] * 5
    assert told[5:] == ("and 2 more; to see all: govwork check",)
    assert not project.ledger.exists()


def test_a_build_of_what_the_corpus_was_before_is_refused(project: Paths) -> None:
    build(project)
    write_lists(project.folds, {"2": [FIRST]})
    assert list(check_all(project)) == []
    before = files(project.root)
    with pytest.raises(CorpusError, match="is not what a build makes now; run: make build"):
        release(project, DATE, None)
    assert files(project.root) == before


@pytest.mark.parametrize("earlier", [False, True])
def test_a_release_that_fails_at_its_end_leaves_everything_as_it_was(
    project: Paths, monkeypatch: pytest.MonkeyPatch, earlier: bool
) -> None:
    if earlier:
        build_and_release(project, "0.1.0")
        raise_version(project, "0.1.1")
    build(project)
    before = files(project.root)

    def failing(paths: Paths) -> None:
        assert paths.changelog.exists()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making, "build", failing)
    with pytest.raises(OSError, match="No space left"):
        release(project, DATE, None)
    assert files(project.root) == before


def test_a_file_that_cannot_be_replaced_leaves_everything_as_it_was(project: Paths) -> None:
    build(project)
    project.citation.mkdir()
    before = files(project.root)
    with pytest.raises((CorpusError, OSError), match=re.escape("CITATION.cff")):
        release(project, DATE, None)
    assert files(project.root) == before


def test_a_summary_begins_no_section_and_is_not_put_into_one_that_is_there(project: Paths) -> None:
    build_and_release(project, "0.1.0", summary="## 9.9.9 (2026-01-01): no\nheading")
    changelog = project.changelog.read_text("utf-8")
    assert section_of(changelog, "9.9.9") is None
    assert r"\## 9.9.9 (2026-01-01): no heading" in changelog
    with pytest.raises(CorpusError, match=r"has a section on 0\.1\.0, which is not touched; leave out --summary"):
        release(project, DATE, "Something else.")


HEADS = st.text(st.sampled_from("a#\n "), max_size=12).filter(lambda text: not re.search(r"^## ", text, re.MULTILINE))
SECTION = "## 0.1.0 (2026-12-01): x\n\ntext\n"


@given(HEADS, st.lists(st.text(st.sampled_from("a#\n "), max_size=6).map(lambda text: f"## {text}"), max_size=3))
def test_a_new_section_stands_before_all_others_which_stay(head: str, others: list[str]) -> None:
    rest = "\n".join(others)
    made = with_section(f"{head}\n{rest}", SECTION)
    assert made.endswith(rest)
    assert section_of(made, "0.1.0") is not None
    assert next(re.finditer(r"^## ", made, re.MULTILINE)).start() == made.index(SECTION)


def command(project: Paths, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = "from govwork_build.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=project.root, capture_output=True, text=True, check=False
    )


def test_the_command_says_what_it_wrote_and_then_that_nothing_is_left(project: Paths) -> None:
    assert command(project, "release").returncode == 2
    build(project)
    done = command(project, "release", "--date", DATE)
    assert done.returncode == 0, done.stderr
    assert "0.0.1 is released, 2026-12-01: first" in done.stdout
    assert [line.strip() for line in done.stdout.splitlines() if line.startswith("  ")] == [
        "corpus/releases/0.0.1.json",
        "CHANGELOG.md",
        "CITATION.cff",
    ]
    assert "nothing was left to do" in command(project, "release", "--date", DATE).stdout


def test_a_refusal_has_no_traceback(project: Paths) -> None:
    done = command(project, "release", "--date", "soon")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error --date soon: is no day")


def test_what_git_would_not_see_is_not_left_behind(project: Paths) -> None:
    """The scratch build is beside the project, and goes."""
    build(project)
    release(project, DATE, None)
    assert not [path for path in project.root.rglob(".*") if path.name != ".gitkeep"]


def test_of_a_folder_that_was_rebuilt_the_ledger_is_compared(project: Paths) -> None:
    build_and_release(project, "0.1.0")
    assert release_to_compare("0.1.0", project) == open_folder(project.release())
    close_rights(project)
    build(project)
    (entry,) = read_ledger(project.ledger)
    assert release_to_compare("0.1.0", project) == entry
