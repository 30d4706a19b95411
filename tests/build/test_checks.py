"""Every check has a fixture that breaks exactly it, and a row in the table of checks."""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import io
import json
import re
import shutil
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from cases import DATA, ROOT, load
from rich.console import Console

from govwork.content import content_sha256
from govwork.manifest import PROFILES, sealed, write_manifest
from govwork_build.add import add_source
from govwork_build.annotation.draw import candidates
from govwork_build.annotation.found import ANNOTATION_CHECKS
from govwork_build.annotation.task_files import make_tasks
from govwork_build.build import build
from govwork_build.build_paths import Paths
from govwork_build.catalogue import load_catalogue
from govwork_build.checks import ALL_CHECKS, FILE_CHECKS, check_all, rows_of
from govwork_build.corpus import documents, documents_of, sha256
from govwork_build.errors import CorpusError
from govwork_build.findings import Finding, report
from govwork_build.regions import load_regions
from govwork_build.releases.making import release
from govwork_build.row_checks import ROW_CHECKS, DocumentRows, check_rows


@pytest.fixture
def rows(project: Paths) -> DocumentRows:
    regions = load_regions(project.regions)
    (document,) = documents(load_catalogue(project.catalogue), regions)
    return copy.deepcopy(rows_of(document, regions))


def broken(rows: DocumentRows, fault: dict[str, Any]) -> DocumentRows:
    """The rows with one value changed, or with a consistent change that only one check can object to."""
    where, value = fault["break"], fault["value"]
    if where == ["source_slice"]:
        # The evidence quotes the source too; without it only the edits speak of the slice.
        rows.document["evidence"] = []
        for field in ("title", "doc_type", "region_code", "year", "issuer", "doc_number", "date_issued"):
            rows.document[field] = None
        return dataclasses.replace(rows, source_slice=value)
    if where == "append_repair":
        return dataclasses.replace(rows, repairs=[value])
    if where == "append_text":
        return _with_last_line(rows, value)
    if where == "block_text":
        number, text = value
        return _with_line(rows, number, text)
    if where == "drop_block":
        del rows.blocks[value]  # type: ignore[attr-defined]
        return rows
    target = reduce(lambda part, key: part[key], where[1:-1], getattr(rows, where[0]))
    target[where[-1]] = value
    return rows


def _with_line(rows: DocumentRows, number: int, text: str) -> DocumentRows:
    """One line of the document replaced everywhere, so that all but its wording still agrees."""
    lines = rows.document["text"].split("\n")
    lines[number] = text
    return _rewritten(rows, lines)


def _with_last_line(rows: DocumentRows, text: str) -> DocumentRows:
    return _rewritten(rows, [*rows.document["text"].split("\n")[:-1], text])


def _rewritten(rows: DocumentRows, lines: list[str]) -> DocumentRows:
    text = "\n".join(lines)
    rows.document.update(text=text, n_chars=len(text), text_sha256=sha256(text), evidence=[])
    for field in ("title", "doc_type", "region_code", "year", "issuer", "doc_number", "date_issued"):
        rows.document[field] = None
    start = 0
    for block, line in zip(rows.blocks, lines, strict=True):
        block.update(start=start, text=line)
        start += len(line) + 1
    return dataclasses.replace(rows, tasks=[], edits=[], source_slice=text)


def test_the_valid_document_has_no_finding(rows: DocumentRows) -> None:
    assert list(check_rows(rows)) == []


@pytest.mark.parametrize("check", ROW_CHECKS)
def test_fixture_breaks_exactly_its_check(rows: DocumentRows, check: str) -> None:
    findings = list(check_rows(broken(rows, load(f"checks/{check}.json"))))
    assert {finding.check for finding in findings} == {check}
    assert all(finding.severity == ROW_CHECKS[check][0] and finding.message for finding in findings)


def _remove_source(project: Paths) -> None:
    (project.corpus / "sources" / "mini.txt").unlink()


def _stray_source(project: Paths) -> None:
    (project.corpus / "sources" / "stray.txt").write_text("x", "utf-8")


def _no_split(project: Paths) -> None:
    project.splits.write_text("train = []\n", "utf-8")


def _edit_document(project: Paths) -> None:
    next(project.documents.iterdir()).write_text("x\n", "utf-8")


def _edit_metadata(project: Paths) -> None:
    project.metadata.write_text(project.metadata.read_text("utf-8").replace("2020", "2021"), "utf-8")


def _stray_document(project: Paths) -> None:
    (project.documents / "stray.txt").write_text("x\n", "utf-8")


def _parted_lineage(project: Paths) -> None:
    """The document and one of the same place and year, each in a fold of its own."""
    source = project.corpus / "sources" / "mini.txt"
    (project.corpus / "sources" / "again.txt").write_bytes(source.read_bytes())
    catalogue = project.catalogue.read_text("utf-8")
    again = (
        catalogue.replace('"mini"', '"again"').replace("mini.txt", "again.txt").replace("pujiang-2020", "pujiang-x")
    )
    project.catalogue.write_text(catalogue + again, "utf-8")
    project.splits.write_text('train = ["pujiang-2020-task_breakdown", "pujiang-x-task_breakdown"]\n', "utf-8")
    project.folds.write_text(project.folds.read_text("utf-8") + '1 = ["pujiang-x-task_breakdown"]\n', "utf-8")
    build(project)


def _no_manifest(project: Paths) -> None:
    (project.release() / "manifest.json").unlink()


def _edited(folder: Path, edit: Callable[[Any], None]) -> None:
    """The manifest edited by one who renews its hashes."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    edit(manifest)
    manifest["content_sha256"] = content_sha256(manifest["configs"])
    write_manifest(folder, sealed(manifest))


def _another_count(project: Paths) -> None:
    def edit(manifest: Any) -> None:
        manifest["configs"]["blocks"]["train"]["rows"] += 1

    _edited(project.release(), edit)


def _leak(project: Paths) -> None:
    """The documents of train in test too, and named in both manifests as they are."""

    def edit(manifest: Any) -> None:
        manifest["configs"]["documents"]["test"] = manifest["configs"]["documents"]["train"]

    for profile in PROFILES:
        _edited(project.release(profile), edit)


def _published(project: Paths) -> None:
    """A public release that holds what the full one holds of a document that is not official."""
    catalogue = project.catalogue.read_text("utf-8")
    project.catalogue.write_text(catalogue.replace('rights = "official"', 'rights = "unclear"'), "utf-8")
    built = build(project)
    shutil.rmtree(built.public)
    shutil.copytree(built.release, built.public)
    _edited(built.public, lambda manifest: manifest.update(profile="public"))


def _gold_of_another_text(project: Paths) -> None:
    project.gold.mkdir(parents=True)
    row = {"block_id": "a:0", "doc_id": "a", "start": 0, "corpus_version": "0.0.1", "text_sha256": "0" * 64}
    (project.gold / "gold.jsonl").write_text(json.dumps(row) + "\n")


def _leaked_block(project: Paths) -> None:
    """A block of train in validation, which is but that."""
    _repeat(project, "")


def _leaked_block_of_many(project: Paths) -> None:
    """A block of train in validation, which is long."""
    _repeat(project, (ROOT / "corpus" / "documents" / "changzhi-2017-work_report.txt").read_text("utf-8"))


def _repeat(project: Paths, more: str) -> None:
    """Two documents more that share a block, one in train, one with more text in validation."""
    block = load("leakage/variants.json")["of"]
    doc_ids = {}
    for split, title in (("train", "工作总结"), ("validation", "工作小结")):
        file = project.root / f"{split}.txt"
        file.write_text(f"{title}\n{block}\n{more if split == 'validation' else ''}", "utf-8")
        (document,) = add_source(project, file, "made up", "none needed", "official", None).source.documents
        doc_ids[split] = document.doc_id
    first, second = doc_ids.values()
    one, other = f'["pujiang-2020-task_breakdown", "{first}"]', f'["{second}"]'
    project.splits.write_text(f"train = {one}\nvalidation = {other}\n", "utf-8")
    project.folds.write_text(f"0 = {one}\n1 = {other}\n", "utf-8")
    build(project)


def _damaged_ledger(project: Paths) -> None:
    release(project, "2026-12-01", None)
    (project.ledger / "0.0.1.json").write_text("{}", "utf-8")


def _split_of_a_release(project: Paths) -> None:
    release(project, "2026-12-01", None)
    project.splits.write_text('test = ["pujiang-2020-task_breakdown"]\n', "utf-8")
    (project.corpus / "VERSION").write_text("1.0.0\n", "utf-8")
    build(project)


def _another_content_than_released(project: Paths) -> None:
    release(project, "2026-12-01", None)
    entry = project.catalogue.read_text("utf-8").replace('rights = "official"', 'rights = "unclear"')
    project.catalogue.write_text(entry, "utf-8")
    build(project)


FILE_FIXTURES: dict[str, Callable[[Paths], None]] = {
    "S101": _remove_source,
    "S102": _stray_source,
    "S103": _no_split,
    "S104": _parted_lineage,
    "C101": _edit_document,
    "C102": _edit_metadata,
    "C103": _stray_document,
    "G101": _gold_of_another_text,
    "L101": _leaked_block,
    "L102": _leaked_block_of_many,
    "R101": _no_manifest,
    "R102": _another_count,
    "R103": _leak,
    "R104": _published,
    "S105": _damaged_ledger,
    "S106": _split_of_a_release,
    "R105": _another_content_than_released,
}


def test_a_built_project_has_no_finding(project: Paths) -> None:
    build(project)
    assert list(check_all(project)) == []


@pytest.mark.parametrize("check", FILE_CHECKS)
def test_file_fixture_breaks_exactly_its_check(project: Paths, check: str) -> None:
    build(project)
    FILE_FIXTURES[check](project)
    findings = list(check_all(project))
    assert {finding.check for finding in findings} == {check}
    assert all(finding.severity == FILE_CHECKS[check][0] and finding.place + finding.message for finding in findings)


def test_a_build_from_before_its_release_has_not_its_date(project: Paths) -> None:
    build(project)
    before = project.root / "before"
    shutil.copytree(project.release(), before)
    release(project, "2026-12-01", None)
    shutil.rmtree(project.release())
    shutil.move(before, project.release())
    (finding,) = check_all(project)
    assert (finding.check, finding.place) == ("R105", str(project.release()))
    assert finding.message == "has not the date of its release; run: make build"


def test_an_id_of_a_split_that_is_no_document_is_found_as_the_build_finds_it(project: Paths) -> None:
    build(project)
    project.splits.write_text(project.splits.read_text("utf-8") + 'test = ["another"]\n', "utf-8")
    (finding,) = check_all(project)
    assert finding.check == "S103"
    with pytest.raises(CorpusError, match=finding.message):
        build(project)


def test_a_split_that_was_changed_is_found_by_name(project: Paths) -> None:
    built = build(project)
    path = next(built.release.glob("blocks/*.parquet"))
    path.write_bytes(path.read_bytes() + b"x")
    (finding,) = check_all(project)
    assert (finding.check, finding.place) == ("R102", str(path))
    assert "run: make build" in finding.message


def test_a_kept_batch_is_evidence_of_its_version(project: Paths) -> None:
    """While the corpus is of its version it is held to it; what that becomes later does not touch it."""
    made = make_tasks(candidates(documents_of(project)), project.version(), None, "s", None)
    exported = [task | {"id": number, "annotations": []} for number, task in enumerate(made.tasks)]
    (project.batches / "batch.json").write_text(json.dumps(exported), "utf-8")
    build(project)
    assert list(check_all(project)) == []

    source = project.corpus / "sources" / "mini.txt"
    was = hashlib.sha256(source.read_bytes()).hexdigest()
    source.write_text(source.read_text("utf-8").replace("10億元", "20億元"), "utf-8")
    now = hashlib.sha256(source.read_bytes()).hexdigest()
    project.catalogue.write_text(project.catalogue.read_text("utf-8").replace(was, now), "utf-8")
    build(project)
    (finding,) = check_all(project)
    assert finding.check == "A103"
    assert "raise corpus/VERSION" in finding.message

    (project.corpus / "VERSION").write_text("0.0.2\n", "utf-8")
    build(project)
    assert list(check_all(project)) == []


def test_splits_that_are_no_toml_are_named_as_the_place(project: Paths) -> None:
    build(project)
    project.splits.write_text("train = [", "utf-8")
    (finding,) = check_all(project)
    assert (finding.check, finding.place) == ("S101", str(project.splits))
    assert "is no valid TOML" in finding.message


def test_every_check_has_its_place_among_the_causes_of_others() -> None:
    found = [Finding(check, "error", place, "x") for check in ALL_CHECKS | ANNOTATION_CHECKS for place in "ba"]
    said = io.StringIO()
    report(found[::-1], Console(file=said))
    printed = re.findall(r"^error (\w+) (\w):", said.getvalue(), re.MULTILINE)
    assert "".join(dict.fromkeys(check[0] for check, _ in printed)) == "SCDBTPAGLR"
    assert len(printed) == len(found)
    # Within a check the order is that of the corpus.
    assert {place for _, place in printed[::2]} == {"a"}


def test_every_check_has_a_row_in_the_docs_and_a_fixture() -> None:
    table = (ROOT / "docs" / "checks.md").read_text("utf-8")
    documented = dict(re.findall(r"^\| ([A-Z]\d{3}) \| (error|warning) \|", table, re.MULTILINE))
    known = ALL_CHECKS | ANNOTATION_CHECKS
    assert documented == {check: severity for check, (severity, _) in known.items()}
    assert all(text in table for _, text in known.values())
    assert set(FILE_FIXTURES) == set(FILE_CHECKS)
    assert {path.stem for path in (DATA / "checks").glob("*.json")} == set(ROW_CHECKS)
