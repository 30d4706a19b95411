"""How fast the normaliser is in datatrove's pipelines, beside datatrove's ftfy step and a pipeline without a step.

One gigabyte of pages is made from the clean documents of the corpus, a tenth of it damaged by the forward model, as
much as sources 002 and 003 are. Every pipeline reads the
same JSON lines and writes Parquet, in the same run, in processes of its own; what stays the same is measured with one
worker and with two. The tables tell megabytes of UTF-8 a second of a worker's time, what the steps take of it, the
most memory a worker held, and what a run costs that has next to nothing to do.

Run from the repository root, on a quiet machine: python scripts/bench_scale.py
"""

from __future__ import annotations

import json
import multiprocessing
import platform
import random
import resource
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any, NamedTuple

import orjson
import typer
from datatrove.data import DocumentsPipeline
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.formatters.ftfy import FTFYFormatter
from datatrove.pipeline.readers.jsonl import JsonlReader
from loguru import logger
from rich.console import Console
from rich.table import Table

from govwork_build.scale.engine import QuietExecutor
from govwork_build.scale.normalize_command import spare_memory
from govwork_build.scale.normalize_step import NormalizeChinese
from govwork_build.scale.output import PAGES, RowWriter
from govwork_build.scale.summary import stats_of

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache" / "bench-scale"
MEGABYTE = 1_000_000
# Of the whole, so much is damaged.
DAMAGED_SHARE = 0.1
# In source 002 so many characters are noted wherever they stand, and in 003.
NOTED = (29, 146)
# Pages have so many characters, as pages of the web do.
PAGE = (500, 8_000)
FILES = 16


class PeakMemory(PipelineStep):  # type: ignore[misc]  # datatrove is not typed
    """Notes the most memory its process ever held, in bytes, and how much text went by."""

    type = "📏 - MEASURE"
    name = "memory"

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        for document in data:
            self.stat_update("bytes", value=len(document.text.encode()), unit="page")
            yield document
        self.stat_update("peak", value=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, unit="task")


class Measured(NamedTuple):
    """A pipeline on one set of pages: megabytes of UTF-8 read a second and worker, seconds in all tasks together of
    its own step, of reader and of writer, and the most megabytes of memory a worker held."""

    pages: str
    step: str
    workers: int
    megabytes: float
    seconds: float
    step_seconds: float
    reader_seconds: float
    writer_seconds: float
    peak: float

    @property
    def speed(self) -> float:
        return self.megabytes / self.seconds / self.workers

    @property
    def step_speed(self) -> float:
        return self.megabytes / self.step_seconds if self.step_seconds else float("inf")


def documents() -> list[str]:
    """The documents of the corpus that came undamaged."""
    rows = map(json.loads, (ROOT / "corpus" / "documents.jsonl").read_text("utf-8").splitlines())
    ids = [row["doc_id"] for row in rows if row["script"] == "hans"]
    return [(ROOT / "corpus" / "documents" / f"{doc_id}.txt").read_text("utf-8") for doc_id in ids]


def clean_pages() -> Iterator[str]:
    """Endless pages of clean text, the same ones in every run."""
    return _cut("\n".join(documents()), random.Random("clean"))


def damaged_pages() -> Iterator[str]:
    """Endless pages damaged by the forward model, by turns as in source 002 and as in 003, each round otherwise."""
    # Imported here: the workers, who import this file, shall hold what a worker of a user holds.
    from govwork_build.forward_model import damage, style
    from govwork_build.synthetic_runs import clean_text, notable

    texts = list(map(clean_text, documents()))
    chance = random.Random("damaged")
    for noted in cycle(NOTED):
        for text in texts:
            how = style(chance.sample(notable(), noted), tags=True)
            yield from _cut(damage(text, how, chance).text, chance, endless=False)


def _cut(text: str, chance: random.Random, endless: bool = True) -> Iterator[str]:
    position = 0
    while position < len(text):
        length = chance.randint(*PAGE)
        yield text[position : position + length]
        position += length
        if endless and position >= len(text):
            position = chance.randrange(PAGE[0])


def make_pages(megabytes: float) -> dict[str, Path]:
    """Folders of JSON lines: clean pages, damaged pages, and both as they are met. Made once."""
    folder = CACHE / f"{megabytes:g}"
    folders = {name: folder / name for name in ("clean", "damaged", "mixed")}
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(dir=CACHE))
        whole = megabytes * MEGABYTE
        _write(making / "clean", clean_pages(), None, whole / 4)
        _write(making / "damaged", damaged_pages(), None, whole * DAMAGED_SHARE / 4)
        _write(making / "mixed", clean_pages(), damaged_pages(), whole)
        making.rename(folder)
    return folders


def _write(folder: Path, pages: Iterator[str], others: Iterator[str] | None, size: float) -> None:
    folder.mkdir()
    chance = random.Random(folder.name)
    for number in range(FILES):
        left = size / FILES
        with (folder / f"{number:02d}.jsonl").open("wb") as file:
            while left > 0:
                page = next(others) if others and chance.random() < DAMAGED_SHARE else next(pages)
                left -= len(page.encode())
                file.write(orjson.dumps({"text": page, "url": f"http://h{number}.gov.cn/"}) + b"\n")


def row(document: Any) -> dict[str, Any]:
    """What is written of a page, whichever steps it went through."""
    return {"id": document.id, "text": document.text, **{n: document.metadata.get(n) for n in PAGES.names[2:]}}


def measure(pages: str, folder: Path, step: str, workers: int, limit: int = -1) -> Measured:
    """Runs one pipeline over a folder, or over so many pages of each file."""
    logger.remove()
    steps = {"identity": [], "ftfy": [FTFYFormatter()], "ours": [NormalizeChinese()]}[step]
    out = Path(tempfile.mkdtemp(dir=CACHE))
    writer = RowWriter(out / "data", "${rank}.parquet", PAGES, row)
    logs = out / "logs"
    pipeline = [JsonlReader(str(folder), limit=limit), PeakMemory(), *steps, writer]
    executor = QuietExecutor(pipeline, tasks=FILES, workers=workers, logging_dir=str(logs))
    begun = perf_counter()
    executor.run()
    seconds = perf_counter() - begun
    stats = stats_of(logs, FILES).stats
    shutil.rmtree(out)
    memory = stats[1].stats
    return Measured(
        pages,
        step,
        workers,
        memory["bytes"].total / MEGABYTE,
        seconds,
        sum(each.time_stats.total for each in stats[2:-1]),
        stats[0].time_stats.total,
        stats[-1].time_stats.total,
        memory["peak"].max / MEGABYTE,
    )


def apart(pages: str, folder: Path, step: str, workers: int, limit: int = -1) -> Measured:
    """The same in a process of its own, since a process is told only the most memory it ever held."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(measure, pages, folder, step, workers, limit).result()


def start_up() -> float:
    """Seconds that a run of ours takes which has a line to do in each task."""
    line = orjson.dumps({"text": "我們?cè)谌珖?guó)各地"}) + b"\n"
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        for number in range(FILES):
            (Path(folder) / f"{number:02d}.jsonl").write_bytes(line)
        return apart("start", Path(folder), "ours", 2).seconds


def show(console: Console, measured: list[Measured], part: Measured, start: float) -> None:
    table = Table("pages", "step", "workers", title="Pipelines from JSON lines to Parquet")
    for name in (
        "MB",
        "MB/s a worker",
        "step, MB/s",
        "× ftfy's",
        "of identity",
        "reader",
        "step",
        "writer",
        "peak MB",
    ):
        table.add_column(name, justify="right")
    by = {(row.pages, row.step, row.workers): row for row in measured}
    for row in measured:
        times_ftfy = row.step_speed / by[row.pages, "ftfy", 1].step_speed if row.step == "ours" else 0
        of_identity = row.speed / by[row.pages, "identity", row.workers].speed if row.step != "identity" else 0
        total = row.seconds * row.workers
        table.add_row(
            row.pages,
            row.step,
            str(row.workers),
            f"{row.megabytes:,.0f}",
            f"{row.speed:.1f}",
            f"{row.step_speed:.1f}" if row.step_seconds else "",
            f"{times_ftfy:.1f}" if times_ftfy else "",
            f"{of_identity:.0%}" if of_identity else "",
            *(f"{part / total:.0%}" for part in (row.reader_seconds, row.step_seconds, row.writer_seconds)),
            f"{row.peak:.0f}",
        )
    console.print(table)
    one, two = by["mixed", "ours", 1], by["mixed", "ours", 2]
    console.print(f"{part.megabytes:.0f} MB of mixed pages take {part.peak:.0f} MB of memory, all {one.peak:.0f}")
    console.print(
        f"two workers do {one.seconds / two.seconds:.2f} times as much as one; a run starts in {start:.1f} s"
    )


def main(
    megabytes: Annotated[float, typer.Option(help="Of the mixed pages.")] = 1000,
    result: Annotated[Path | None, typer.Option("--json", help="A file for the numbers.")] = None,
) -> None:
    """Measures speed, scaling, memory and start-up."""
    spare_memory()
    console = Console(width=150)
    folders = make_pages(megabytes)
    measured: list[Measured] = []
    for pages, folder in folders.items():
        for workers in (1, 2):
            for step in ("identity", "ftfy", "ours"):
                if workers == 1 or (step != "ftfy" and pages == "mixed"):
                    with console.status(f"{pages}, {step}, {workers}"):
                        measured.append(apart(pages, folder, step, workers))
    with console.status("part of the mixed pages"):
        part = apart("part", folders["mixed"], "ours", 1, int(megabytes))
    start = start_up()
    show(console, measured, part, start)
    if result:
        found = {
            "machine": {"python": platform.python_version(), "cpu": platform.machine()},
            "measured": [each._asdict() for each in measured],
            "part": part._asdict(),
            "start_up": start,
        }
        result.write_text(json.dumps(found, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    typer.run(main)
