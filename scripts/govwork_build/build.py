"""The build: sources in, documents and a release of each profile out; each output appears whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from govwork.manifest import PROFILES, Manifest

from .annotation.gold import Gold, GoldLayer, LeftOut
from .annotation.gold_rows import block_row, rows_of
from .atomic import new_folder, write_text
from .build_paths import Paths
from .byteshift_truth import TrueRun, read_truth
from .card import Contents
from .catalogue import load_catalogue
from .corpus import Document, Row, block_rows, canonical, document_row, documents, edit_rows, task_rows
from .errors import CorpusError
from .folds import load_folds
from .regions import load_regions
from .release import Release, division_problems, load_splits
from .releases.manifest import date_of_release
from .releases.profile import rows_of_profile
from .releases.supplements import supplements
from .repairs import repair_rows


@dataclass(frozen=True, slots=True)
class Built:
    """What a build left behind: the folder with every text and its manifest, and the one that may be published."""

    release: Path
    public: Path
    manifest: Manifest
    # What of the gold layer does not fit the corpus as it is, and so is not published.
    left_out: LeftOut | None


def build(paths: Paths, progress: Callable[[str], None] = lambda doc_id: None) -> Built:
    """Builds the corpus and its releases in one pass; `progress` is told each document as it is done.

    Raises CorpusError; then what an earlier build left is untouched.
    """
    catalogue = load_catalogue(paths.catalogue)
    regions = load_regions(paths.regions)
    split_of, fold_of = load_splits(paths.splits), load_folds(paths.folds)
    problems = [
        *(f"{paths.splits}: {problem}" for problem in division_problems(catalogue, split_of, "split")),
        *(f"{paths.folds}: {problem}" for problem in division_problems(catalogue, fold_of, "fold")),
    ]
    if problems:
        raise CorpusError(*problems)
    layer = GoldLayer.read(paths.gold)
    truth = read_truth(paths.byteshift)
    date = date_of_release(paths.ledger, paths.version())
    beside = supplements(paths)
    met: dict[str, Gold | str] = {}
    with ExitStack() as stack:
        releases = [
            Release(stack.enter_context(new_folder(paths.release(profile))), paths.version(), date, profile)
            for profile in PROFILES
        ]
        document_folder = stack.enter_context(new_folder(paths.documents))
        lines: list[str] = []
        years: set[int] = set()
        counts, characters = Counter[str](), Counter[str]()
        for document in documents(catalogue, regions):
            row = document_row(document, regions)
            (document_folder / f"{document.doc_id}.txt").write_text(document.text + "\n", "utf-8", newline="\n")
            lines.append(canonical({key: value for key, value in row.items() if key != "text"}) + "\n")
            blocks = list(block_rows(document))
            gold = {block["block_id"]: found for block in blocks if (found := layer.of(block))}
            met |= gold
            rights = row["rights"]
            published = row | {"fold": fold_of[document.doc_id]}
            for config, rows in _rows_by_config(document, published, blocks, gold, truth).items():
                for release in releases:
                    release.add(
                        config, split_of[document.doc_id], rows_of_profile(release.profile, config, rows, rights)
                    )
            years |= {row["year"]} - {None}
            counts[rights] += 1
            characters[rights] += len(document.text)
            progress(document.doc_id)
        sources = {source.source_id: source.sha256 for source in catalogue.sources}
        contents = Contents(tuple(sorted(years)), counts, characters)
        full, _ = [release.finish(sources, dict(catalogue.withdrawn), contents, beside) for release in releases]
    write_text(paths.metadata, "".join(lines))
    return Built(paths.release(), paths.release("public"), full, layer.left_out(met))


def _rows_by_config(
    document: Document, row: Row, blocks: Sequence[Row], gold: Mapping[str, Gold | str], truth: Sequence[TrueRun]
) -> dict[str, list[Row]]:
    """All rows of a document; `gold` is that of its blocks, by id."""
    tasks = list(task_rows(document))
    task_of = {block_id: task for task in tasks for block_id in task["block_ids"]}
    made: dict[str, list[Row]] = {
        "documents": [row],
        "blocks": [],
        "tasks": tasks,
        "edits": list(edit_rows(document)),
        "repairs": list(repair_rows(document, truth)),
    }
    for block in blocks:
        found = gold.get(block["block_id"])
        if not isinstance(found, Gold):
            made["blocks"].append(block)
            continue
        made["blocks"].append(block_row(found, block))
        for config, rows in rows_of(found, block, task_of.get(block["block_id"])).items():
            made.setdefault(config, []).extend(rows)
    return made
