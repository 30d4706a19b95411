"""`govwork check`: sources, documents, blocks, tasks and the release, all findings at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from govwork.features import CONFIGS

from .annotation.checks import CorpusTexts, check_export, text_hashes
from .annotation.gold import Gold, GoldLayer
from .build_paths import Paths
from .byteshift_truth import TrueRun, read_truth
from .catalogue import Catalogue, load_catalogue
from .corpus import (
    Document,
    block_rows,
    canonical,
    document_row,
    documents,
    edit_rows,
    task_rows,
)
from .errors import CorpusError
from .findings import Finding, Severity
from .regions import Regions, load_regions
from .release import load_splits, split_problems
from .repairs import repair_rows
from .row_checks import ROW_CHECKS, DocumentRows, check_rows

FILE_CHECKS: dict[str, tuple[Severity, str]] = {
    "S101": (
        "error",
        "catalogue, splits and runs read by hand can be read and fit; every source is there, unchanged and decodable",
    ),
    "S102": ("warning", "every file in corpus/sources is catalogued"),
    "S103": ("error", "every document is in one split, and every id of a split is a document's"),
    "C101": ("error", "corpus/documents holds the text that a build makes now"),
    "C102": ("error", "corpus/documents.jsonl holds the metadata that a build makes now"),
    "C103": ("error", "corpus/documents holds no other file"),
    "G101": ("error", "every line of annotations/gold is a record of a block with its present text, one a block"),
    "R101": ("error", "the release has a manifest for its version"),
    "R102": ("error", "every split has the rows and the content hash its manifest names"),
    "R103": ("error", "a document's rows are in its own split, in every config"),
}
ALL_CHECKS = FILE_CHECKS | ROW_CHECKS


def check_all(paths: Paths) -> Iterator[Finding]:
    """Every check that can be made; a source that cannot be read ends those that need it."""
    try:
        catalogue = load_catalogue(paths.catalogue)
        yield from check_sources(catalogue)
        yield from check_splits(catalogue, paths)
        regions = load_regions(paths.regions)
        truth = read_truth(paths.byteshift)
        metadata: list[str] = []
        layer, met = GoldLayer.read(paths.gold), dict[str, Gold | str]()
        hashes: dict[str, str] = {}
        for document in documents(catalogue, regions):
            yield from check_text(document, paths)
            rows = rows_of(document, regions, truth)
            metadata.append(canonical({key: value for key, value in rows.document.items() if key != "text"}))
            yield from check_rows(rows)
            hashes |= text_hashes(rows.blocks)
            met |= {block["block_id"]: gold for block in rows.blocks if (gold := layer.of(block))}
        yield from check_metadata(metadata, paths)
        if left_out := layer.left_out(met):
            for reason in left_out.reasons:
                place, _, message = reason.partition(": ")
                yield _file_finding("G101", place, message)
        corpus = CorpusTexts(paths.version(), hashes, frozenset(dict(catalogue.withdrawn)))
        for export in sorted(paths.batches.glob("*.json")):
            yield from check_export(export, corpus)
    except CorpusError as error:
        for problem in error.problems:
            place, _, message = problem.partition(": ")
            yield _file_finding("S101", place, message)
    yield from check_release(paths)


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


def check_splits(catalogue: Catalogue, paths: Paths) -> Iterator[Finding]:
    for problem in split_problems(catalogue, load_splits(paths.splits)):
        yield _file_finding("S103", str(paths.splits), problem)


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


def check_release(paths: Paths) -> Iterator[Finding]:
    """The release of the present version against its manifest, and its splits against one another."""
    folder = paths.release()
    manifest_path = folder / "manifest.json"
    try:
        manifest = json.loads(manifest_path.read_text("utf-8"))
        configs, version = manifest["configs"], manifest["version"]
    except (OSError, ValueError, KeyError, TypeError):
        yield _file_finding("R101", str(manifest_path), "is missing or no manifest; run: make build")
        return
    if version != paths.version():
        yield _file_finding("R101", str(manifest_path), f"is of version {version}, the corpus of {paths.version()}")
    split_of: dict[str, str] = {}
    for config, splits in configs.items():
        for split, facts in splits.items():
            path = folder / facts["file"]
            try:
                table = pq.read_table(path)
            except (OSError, ValueError) as error:
                reason = str(error).replace(str(path), "the file")
                yield _file_finding("R102", str(path), f"cannot be read ({reason}); run: make build")
                continue
            yield from _check_split(path, table, config, facts)
            yield from _check_leaks(path, table, split, split_of)


def _check_split(path: Path, table: pa.Table, config: str, facts: dict[str, object]) -> Iterator[Finding]:
    names = {name: kind.names for name, kind in CONFIGS[config].items() if hasattr(kind, "names")}
    digest = hashlib.sha256()
    for row in table.to_pylist():
        row |= {name: labels[row[name]] for name, labels in names.items()}
        digest.update(canonical(row).encode("utf-8") + b"\n")
    found = facts | {"rows": table.num_rows, "sha256": digest.hexdigest()}
    if found != facts:
        yield _file_finding("R102", str(path), f"holds {found}, its manifest says {facts}; run: make build")


def _check_leaks(path: Path, table: pa.Table, split: str, split_of: dict[str, str]) -> Iterator[Finding]:
    for doc_id in sorted(set(table["doc_id"].to_pylist())):
        if split_of.setdefault(doc_id, split) != split:
            yield _file_finding("R103", str(path), f"{doc_id} is in {split_of[doc_id]} elsewhere")


def _file_finding(check: str, place: str, message: str) -> Finding:
    return Finding(check, FILE_CHECKS[check][0], place, message)
