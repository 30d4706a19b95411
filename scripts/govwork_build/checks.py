"""`govwork check`: sources, documents, blocks, tasks and the releases, all findings at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from .annotation.checks import CorpusTexts, check_export, text_hashes
from .annotation.gold import Gold, GoldLayer
from .build_paths import Paths
from .byteshift_truth import TrueRun, read_truth
from .catalogue import Catalogue, load_catalogue
from .corpus import (
    Document,
    Row,
    block_rows,
    canonical,
    document_row,
    documents,
    edit_rows,
    task_rows,
)
from .errors import CorpusError
from .findings import Finding, Severity
from .folds import lineages, load_folds
from .regions import Regions, load_regions
from .release import division_problems, load_splits
from .releases.leakage import SplitBlock, leakage_of
from .releases.leakage_checks import LEAKAGE_CHECKS, leakage_findings
from .releases.ledger_checks import LEDGER_CHECKS, check_ledger
from .releases.release_checks import RELEASE_CHECKS, check_releases
from .repairs import repair_rows
from .row_checks import ROW_CHECKS, DocumentRows, check_rows

FILE_CHECKS: dict[str, tuple[Severity, str]] = {
    "S101": (
        "error",
        "catalogue, splits, folds and runs read by hand can be read and fit; "
        "every source is there, unchanged and decodable",
    ),
    "S102": ("warning", "every file in corpus/sources is catalogued"),
    "S103": ("error", "every document is in one split and one fold, and every id of these is a document's"),
    "S104": ("error", "a place's documents of the same and consecutive years are in one split and in one fold"),
    "C101": ("error", "corpus/documents holds the text that a build makes now"),
    "C102": ("error", "corpus/documents.jsonl holds the metadata that a build makes now"),
    "C103": ("error", "corpus/documents holds no other file"),
    "G101": ("error", "every line of annotations/gold is a record of a block with its present text, one a block"),
    **LEAKAGE_CHECKS,
    **{check: ("error", told) for check, told in (RELEASE_CHECKS | LEDGER_CHECKS).items()},
}
ALL_CHECKS = FILE_CHECKS | ROW_CHECKS


def check_all(paths: Paths) -> Iterator[Finding]:
    """Every check that can be made; a source that cannot be read ends those that need it."""
    try:
        catalogue = load_catalogue(paths.catalogue)
        yield from check_sources(catalogue)
        yield from check_divisions(catalogue, paths)
        regions = load_regions(paths.regions)
        truth = read_truth(paths.byteshift)
        metadata: list[str] = []
        described: list[Row] = []
        split_of, blocks = load_splits(paths.splits), list[SplitBlock]()
        layer, met = GoldLayer.read(paths.gold), dict[str, Gold | str]()
        hashes: dict[str, str] = {}
        for document in documents(catalogue, regions):
            yield from check_text(document, paths)
            rows = rows_of(document, regions, truth)
            metadata.append(canonical({key: value for key, value in rows.document.items() if key != "text"}))
            described.append({name: rows.document[name] for name in ("doc_id", "region_code", "year")})
            yield from check_rows(rows)
            if split := split_of.get(document.doc_id):
                blocks += [SplitBlock(block["block_id"], split, block["text"]) for block in rows.blocks]
            hashes |= text_hashes(rows.blocks)
            met |= {block["block_id"]: gold for block in rows.blocks if (gold := layer.of(block))}
        yield from check_lineages(described, paths)
        yield from check_metadata(metadata, paths)
        if left_out := layer.left_out(met):
            for reason in left_out.reasons:
                place, _, message = reason.partition(": ")
                yield _file_finding("G101", place, message)
        yield from (_file_finding(*found) for found in leakage_findings(leakage_of(blocks)))
        corpus = CorpusTexts(paths.version(), hashes, frozenset(dict(catalogue.withdrawn)))
        for export in sorted(paths.batches.glob("*.json")):
            yield from check_export(export, corpus)
    except CorpusError as error:
        for problem in error.problems:
            place, _, message = problem.partition(": ")
            yield _file_finding("S101", place, message)
    yield from (_file_finding(*found) for found in (*check_releases(paths), *check_ledger(paths)))


def rows_of(document: Document, regions: Regions, truth: Sequence[TrueRun] = ()) -> DocumentRows:
    """All rows of a document, as its release would hold them."""
    return DocumentRows(
        document=document_row(document, regions),
        blocks=list(block_rows(document)),
        tasks=list(task_rows(document)),
        edits=list(edit_rows(document)),
        repairs=list(repair_rows(document, truth)),
        source_slice=document.normalised.traced.source,
    )


def check_sources(catalogue: Catalogue) -> Iterator[Finding]:
    known = {source.file for source in catalogue.sources}
    for path in sorted(catalogue.folder.iterdir()):
        if path.name not in known and not path.name.startswith("."):
            yield _file_finding("S102", str(path), "is not catalogued; add it with: govwork add FILE, or remove it")


def check_divisions(catalogue: Catalogue, paths: Paths) -> Iterator[Finding]:
    for path, name_of, what in _divisions(paths):
        for problem in division_problems(catalogue, name_of, what):
            yield _file_finding("S103", str(path), problem)


def check_lineages(documents: Iterable[Row], paths: Paths) -> Iterator[Finding]:
    related = list(lineages(documents))
    for path, name_of, what in _divisions(paths):
        for doc_ids in related:
            names = {str(name_of[doc_id]) for doc_id in doc_ids if doc_id in name_of}
            if len(names) > 1:
                found = f"{', '.join(doc_ids)} are in the {what}s {', '.join(sorted(names))}"
                yield _file_finding("S104", str(path), f"{found}; put them in one")


def _divisions(paths: Paths) -> Iterator[tuple[Path, Mapping[str, object], str]]:
    yield paths.splits, load_splits(paths.splits), "split"
    yield paths.folds, load_folds(paths.folds), "fold"


def check_text(document: Document, paths: Paths) -> Iterator[Finding]:
    path = paths.documents / f"{document.doc_id}.txt"
    if not path.is_file() or path.read_text("utf-8") != document.text + "\n":
        yield _file_finding("C101", str(path), "is missing or not what a build makes now; run: make build")


def check_metadata(lines: list[str], paths: Paths) -> Iterator[Finding]:
    committed = paths.metadata.read_text("utf-8").splitlines() if paths.metadata.is_file() else []
    if committed != lines:
        yield _file_finding("C102", str(paths.metadata), "is missing or not what a build makes now; run: make build")
    expected = {f"{json.loads(line)['doc_id']}.txt" for line in lines}
    for path in sorted(paths.documents.iterdir()) if paths.documents.is_dir() else []:
        if path.name not in expected:
            yield _file_finding("C103", str(path), "belongs to no document of the catalogue; run: make build")


def _file_finding(check: str, place: str, message: str) -> Finding:
    return Finding(check, FILE_CHECKS[check][0], place, message)
