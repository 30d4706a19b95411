"""The build: sources in, documents and a release out; each output appears whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .annotation.gold import Gold, GoldLayer, LeftOut
from .annotation.gold_rows import block_row, rows_of
from .atomic import new_folder, write_text
from .build_paths import Paths
from .byteshift_truth import read_truth
from .card import Contents
from .catalogue import load_catalogue
from .corpus import block_rows, canonical, document_row, documents, edit_rows, task_rows
from .errors import CorpusError
from .regions import load_regions
from .release import Release, load_splits, split_problems
from .repairs import repair_rows


@dataclass(frozen=True, slots=True)
class Built:
    """What a build left behind."""

    release: Path
    manifest: dict[str, Any]
    # What of the gold layer does not fit the corpus as it is, and so is not published.
    left_out: LeftOut | None


def build(paths: Paths, progress: Callable[[str], None] = lambda doc_id: None) -> Built:
    """Builds the corpus and its release; `progress` is told each document as it is done.

    Raises CorpusError; then what an earlier build left is untouched.
    """
    catalogue = load_catalogue(paths.catalogue)
    regions = load_regions(paths.regions)
    split_of = load_splits(paths.splits)
    if problems := split_problems(catalogue, split_of):
        raise CorpusError(*(f"{paths.splits}: {problem}" for problem in problems))
    layer = GoldLayer.read(paths.gold)
    truth = read_truth(paths.byteshift)
    met: dict[str, Gold | str] = {}
    with ExitStack() as stack:
        release_folder = stack.enter_context(new_folder(paths.release()))
        document_folder = stack.enter_context(new_folder(paths.documents))
        release = Release(release_folder, paths.version())
        lines: list[str] = []
        characters = 0
        years: set[int] = set()
        rights = Counter[str]()
        for document in documents(catalogue, regions):
            row = document_row(document, regions)
            (document_folder / f"{document.doc_id}.txt").write_text(document.text + "\n", "utf-8", newline="\n")
            lines.append(canonical({key: value for key, value in row.items() if key != "text"}) + "\n")
            split = split_of[document.doc_id]
            release.add("documents", split, [row])
            blocks = list(block_rows(document))
            tasks = list(task_rows(document))
            release.add("tasks", split, tasks)
            release.add("edits", split, edit_rows(document))
            release.add("repairs", split, repair_rows(document, truth))
            task_of = {block_id: task for task in tasks for block_id in task["block_ids"]}
            for block in blocks:
                gold = layer.of(block)
                if gold:
                    met[block["block_id"]] = gold
                if not isinstance(gold, Gold):
                    release.add("blocks", split, [block])
                    continue
                release.add("blocks", split, [block_row(gold, block)])
                for config, rows in rows_of(gold, block, task_of.get(block["block_id"])).items():
                    release.add(config, split, rows)
            characters += len(document.text)
            years |= {row["year"]} - {None}
            rights[row["rights"]] += 1
            progress(document.doc_id)
        manifest = release.finish(
            {source.source_id: source.sha256 for source in catalogue.sources},
            dict(catalogue.withdrawn),
            Contents(len(lines), characters, tuple(sorted(years)), rights),
        )
    write_text(paths.metadata, "".join(lines))
    return Built(paths.release(), manifest, layer.left_out(met))
