"""How long `govwork annotations check` takes for an export of thousands of tasks, from start to end.

The corpus is the sources, repeated under other ids until it has so many blocks. A block of the gold layer is
annotated as gold has it; any other as the rules read it, with the kind that the rules give it.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from govwork_build.annotation.draw import Candidate, candidates
from govwork_build.annotation.gold import Gold, GoldLayer
from govwork_build.annotation.records import Annotation, Block
from govwork_build.annotation.scheme import scheme
from govwork_build.annotation.task_files import Annotate, annotated_tasks, rule_annotator
from govwork_build.build_paths import Paths
from govwork_build.catalogue import append_source, load_catalogue
from govwork_build.corpus import documents_of, sha256
from govwork_build.regions import load_regions
from govwork_build.terminal import as_json

COMMAND = "from govwork_build.cli import main; main()"
# Seconds that the check of so many tasks may take.
TASKS, MOST = 5000, 10
MEGABYTE = 1_000_000
_TOLD = 1000


class CheckTime(NamedTuple):
    """What was validated, how much it is, and the seconds of the whole command: by the clock, and of the processor.

    The latter are the former on a quiet machine.
    """

    tasks: int
    spans: int
    relations: int
    megabytes: float
    blocks: int
    seconds: float
    processor_seconds: float

    def __str__(self) -> str:
        return (
            f"An export of {self.tasks:,} tasks with {self.spans:,} spans and {self.relations:,} relations "
            f"({self.megabytes:.0f} MB), on a corpus of {self.blocks:,} blocks: "
            f"checked in {self.seconds:.1f} s, of which {self.processor_seconds:.1f} s of the processor "
            f"(at most {MOST} s are asked)"
        )


def measure_check(root: Path, rounds: int, tasks: int = TASKS) -> CheckTime:
    """The best of several rounds. Raises RuntimeError when the export is found wrong: then it is no measure."""
    with tempfile.TemporaryDirectory() as name:
        paths = Paths(Path(name))
        pool = repeated_corpus(Paths(root), paths, tasks)
        annotations = list(annotated(pool[:tasks], root, paths))
        export = paths.root / "export.json"
        export.write_text(as_json(annotated_tasks(annotations, pool, paths.version())), "utf-8")
        command = [sys.executable, "-c", COMMAND, "annotations", "check", str(export), "--root", name]
        clock, processor = (min(times) for times in zip(*(seconds(command) for _ in range(rounds)), strict=True))
        return CheckTime(
            len(annotations),
            sum(len(each.spans) for each in annotations),
            sum(len(each.relations) for each in annotations),
            export.stat().st_size / MEGABYTE,
            len(pool),
            clock,
            processor,
        )


def seconds(command: Sequence[str]) -> tuple[float, float]:
    """How long a command takes, by the clock and of the processor."""
    start, before = perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the export is found wrong: {(done.stdout + done.stderr)[-_TOLD:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
    return perf_counter() - start, used


def repeated_corpus(project: Paths, copy: Paths, blocks: int) -> list[Candidate]:
    """Makes a project of the same sources, repeated under other ids until it has so many blocks; gives these."""
    (copy.corpus / "sources").mkdir(parents=True)
    for path in (project.regions, project.corpus / "VERSION"):
        shutil.copy(path, copy.corpus)
    catalogue = load_catalogue(project.catalogue)
    number = len(list(candidates(documents_of(project))))
    for time in range(-(-blocks // number)):
        for source in catalogue.sources:
            file = f"{time}-{source.file}"
            shutil.copy(catalogue.folder / source.file, copy.corpus / "sources" / file)
            entries = tuple(replace(entry, doc_id=f"{entry.doc_id}-{time}") for entry in source.documents)
            named = replace(source, source_id=f"{time}-{source.source_id}", file=file, documents=entries)
            append_source(copy.catalogue, named)
    return list(candidates(documents_of(copy)))


def annotated(pool: Sequence[Candidate], root: Path, copy: Paths) -> Iterator[Annotation]:
    """An annotation of each block."""
    layer, rules = GoldLayer.read(Paths(root).gold), rule_annotator(load_regions(copy.regions))
    version = copy.version()
    for candidate in pool:
        row = candidate.row
        block = Block(row["block_id"], row["doc_id"], row["start"], version, sha256(candidate.text), candidate.text)
        # Less the number of the copy.
        doc_id = row["doc_id"].rpartition("-")[0]
        gold = layer.of(row | {"block_id": doc_id + row["block_id"].removeprefix(row["doc_id"])})
        if isinstance(gold, Gold) and gold.annotation.layer == "spans":
            yield replace(gold.annotation, block=block)
        else:
            yield by_rule(candidate, block, rules)


def by_rule(candidate: Candidate, block: Block, rules: Annotate) -> Annotation:
    kind = scheme().kinds[candidate.row["kind"]]
    return Annotation(
        block=block,
        annotator="annotator-1",
        guideline_version=scheme().version,
        kind=kind.name,
        topics=("其他",) if kind.topics else (),
        flags=(),
        comment="",
        spans=tuple(rules(candidate)),
        relations=(),
    )
