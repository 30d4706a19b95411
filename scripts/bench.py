"""How fast the text stages are, beside two peers that convert traditional to simplified Chinese and no more.

The text is that of the sources, repeated and cut into documents at arbitrary places; one process works on it, and
makes the trace of every document. The peers get the same documents in the same run: opencc-python-reimplemented
alone, and the C++ `opencc` behind a `re.sub` of the pinyin notes. Both install a module of one name, so the latter
has a virtual environment of its own, which is made when it is missing.

The last row is how long the check of an export of annotations takes (bench_export.py).

Repairing byte-shift damage is work of another order than the other stages, and depends on how much damage there is.
It has columns and a table of its own, on a part of the text; all else is measured without it.

Run from the repository root, on a quiet machine: python scripts/bench.py
"""

from __future__ import annotations

import json
import multiprocessing
import platform
import random
import resource
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Annotated, NamedTuple

import numpy as np
import typer
from opencc import OpenCC
from rich.console import Console
from rich.table import Table

from bench_export import CheckTime, measure_check
from govwork.codes import CodedText
from govwork_build.batch import SEPARATOR
from govwork_build.byteshift import find_byteshift
from govwork_build.byteshift_repair import undo_byteshift
from govwork_build.notes import drop_notes
from govwork_build.pipeline import AFTER_BYTESHIFT, BATCH, UP_TO_BYTESHIFT, TextStage, normalise_all
from govwork_build.script import convert_script

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "corpus" / "sources"
# By the numbers the sources' names begin with: script forced and notes put in, or neither.
KINDS = {"damaged": ("002", "003"), "clean": ("000", "001", "004")}
SIZES = {"2 KB": 2_000, "1 MB": 1_000_000}
MEGABYTE = 1_000_000
# opencc-python-reimplemented is slow; a part is enough to see how much.
SAMPLE = 2 * MEGABYTE
# So is repair, on damaged text.
REPAIR_SAMPLE = MEGABYTE
NOTES_AND_SCRIPT = (drop_notes, convert_script)
BEFORE_REPAIR = UP_TO_BYTESHIFT[: UP_TO_BYTESHIFT.index(undo_byteshift)]

# The C++ peer's side: it converts all documents each time it is told to, and says how long that took.
PEER = r"""
import re, sys, time
from opencc import OpenCC
note = re.compile(r"\((?<=[㐀-鿿]\()[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+\)")
documents = open(sys.argv[1], encoding="utf-8", newline="").read().split("\x1e")
converter = OpenCC("t2s")
converter.convert(documents[0])
for line in sys.stdin:
    start = time.perf_counter()
    for document in documents:
        converter.convert(note.sub("", document))
    print(time.perf_counter() - start, flush=True)
"""


class Speed(NamedTuple):
    """Megabytes of UTF-8 a second, on documents of one kind and size."""

    kind: str
    size: str
    documents: int
    notes_and_script: float
    all_stages: float
    with_repair: float
    opencc_python: float
    opencc: float


class StageTime(NamedTuple):
    """Milliseconds a megabyte, for a stage alone on what the stages before it leave of documents of 2 KB."""

    stage: str
    damaged: float
    clean: float
    nothing_to_do: float


class RepairSpeed(NamedTuple):
    """Megabytes of UTF-8 a second that the stage byteshift goes through, and how many edits it makes in each."""

    kind: str
    size: str
    speed: float
    edits: float


class Memory(NamedTuple):
    """The most memory, in megabytes, that a process held while so many documents of 2 KB went through it."""

    documents: int
    repair: bool
    peak: float


def documents(kind: str, size: int, megabytes: float) -> Iterator[str]:
    """Different documents of about `size` bytes, cut from the sources of a kind; the same ones in every run."""
    paths = sorted(path for path in SOURCES.iterdir() if path.name[:3] in KINDS[kind])
    text = "".join(path.read_bytes().decode("utf-8") for path in paths)
    characters = size * len(text) / len(text.encode())
    endless = text * (2 + int(2 * characters / len(text)))
    lengths = random.Random(size)
    seen: set[tuple[int, int]] = set()
    position, left = 0, megabytes * MEGABYTE
    while left > 0:
        place = position % len(text), int(characters * lengths.uniform(0.5, 1.5))
        position += place[1]
        if place not in seen:
            seen.add(place)
            document = endless[place[0] : sum(place)]
            left -= len(document.encode())
            yield document


def megabytes_of(texts: Iterable[str]) -> float:
    return sum(len(text.encode()) for text in texts) / MEGABYTE


def seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def go_through(
    texts: Iterable[str],
    before: Sequence[TextStage] = BEFORE_REPAIR,
    after: Sequence[TextStage] = AFTER_BYTESHIFT,
) -> int:
    """Makes the trace of every document, and drops it when the next one is there. Returns how many there were."""
    count = 0
    for made in normalise_all(texts, before, after):
        count += len(made.traced.layers) == len(before) + len(after)
    return count


def measure_speed(kind: str, size: str, megabytes: float, rounds: int, python: Path) -> Speed:
    """The best of several rounds, in each of which everything has its turn."""
    texts = list(documents(kind, SIZES[size], megabytes))
    sample = texts[: max(1, int(SAMPLE / SIZES[size]))]
    repaired = texts[: max(1, REPAIR_SAMPLE // SIZES[size])]
    peer = OpenCC("t2s")
    peer.convert(sample[0][:100])
    go_through(texts[:1], UP_TO_BYTESHIFT)
    with fast_peer(python, texts) as fast_peer_seconds:
        times = [
            (
                seconds(lambda: go_through(texts, (), NOTES_AND_SCRIPT)),
                seconds(lambda: go_through(texts)),
                seconds(lambda: go_through(repaired, UP_TO_BYTESHIFT)),
                seconds(lambda: [peer.convert(text) for text in sample]),
                fast_peer_seconds(),
            )
            for _ in range(rounds)
        ]
    ours, all_ours, with_repair, slow, fast = map(min, zip(*times, strict=True))
    whole = megabytes_of(texts)
    return Speed(
        kind,
        size,
        len(texts),
        whole / ours,
        whole / all_ours,
        megabytes_of(repaired) / with_repair,
        megabytes_of(sample) / slow,
        whole / fast,
    )


def measure_repair(kind: str, size: str, megabytes: float, rounds: int) -> RepairSpeed:
    """The stage byteshift alone, on what the stages before it leave."""
    texts = list(documents(kind, SIZES[size], megabytes))
    given = [str(text) for text in batched([made.traced.text for made in normalise_all(texts, BEFORE_REPAIR, ())])]
    edits = sum(len(undo_byteshift(text)) for text in given)
    best = min(seconds(lambda: [undo_byteshift(text) for text in given]) for _ in range(rounds))
    return RepairSpeed(kind, size, megabytes_of(given) / best, edits / megabytes_of(given))


@contextmanager
def fast_peer(python: Path, texts: list[str]) -> Iterator[Callable[[], float]]:
    """A process of the C++ peer that knows the texts; each call tells how many seconds it took for all of them."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="") as file:
        file.write(SEPARATOR.join(texts))
        file.flush()
        command = [str(python), "-X", "utf8", "-c", PEER, file.name]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            to_peer, from_peer = process.stdin, process.stdout

            def its_seconds() -> float:
                to_peer.write("\n")
                to_peer.flush()
                return float(from_peer.readline())

            yield its_seconds
            to_peer.close()


def make_environment(python: Path) -> None:
    """The virtual environment of the C++ peer, unless it is there."""
    if not python.exists():
        venv.create(python.parents[1], with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "opencc"], check=True)


def measure_stages(megabytes: float, rounds: int) -> list[StageTime]:
    """Each stage alone: on damaged and clean text, and on text in which no stage finds anything."""
    damaged, clean = (list(documents(kind, SIZES["2 KB"], megabytes)) for kind in KINDS)
    done = [made.traced.text for made in normalise_all(clean)]
    idle = [
        made.traced.text for made in normalise_all(done) if not any(map(len, made.traced.layers)) and not made.damage
    ]
    columns = [stage_times(texts, rounds) for texts in (damaged, clean, idle)]
    return [StageTime(stage, *(times[stage] for times in columns)) for stage in columns[0]]


def stage_times(texts: list[str], rounds: int) -> dict[str, float]:
    """Milliseconds a megabyte for each stage, in the order they run."""
    left = list(batched(texts))
    times: dict[str, float] = {}

    def take_time(name: str, stage: Callable[[str], object]) -> None:
        # The pipeline knows the code points when a stage begins.
        assert all(len(text.codes) for text in left)
        best = min(seconds(lambda: [stage(text) for text in left]) for _ in range(rounds))
        times[name] = 1000 * best / megabytes_of(texts)

    def go_on(stages: Sequence[TextStage]) -> None:
        nonlocal left
        for stage in stages:
            layers = [stage(text) for text in left]
            take_time(layers[0].stage, stage)
            left = [layer.rewrite(text) for layer, text in zip(layers, left, strict=True)]

    go_on(BEFORE_REPAIR)
    take_time("byte-shift", find_byteshift)
    go_on(AFTER_BYTESHIFT)
    return times


def batched(texts: list[str]) -> Iterator[CodedText]:
    """Short texts as the pipeline puts them together."""
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if sum(map(len, batch)) >= BATCH:
            yield CodedText(SEPARATOR.join(batch))
            batch = []
    if batch:
        yield CodedText(SEPARATOR.join(batch))


def measure_memory(megabytes: float, before: Sequence[TextStage] = BEFORE_REPAIR) -> Memory:
    """In a process of its own, since a process is told only the most it ever held."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as process:
        return process.submit(_memory, megabytes, before).result()


def _memory(megabytes: float, before: Sequence[TextStage]) -> Memory:
    count = go_through(documents("damaged", SIZES["2 KB"], megabytes), before)
    return Memory(
        count, undo_byteshift in before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEGABYTE
    )


def show(
    console: Console,
    speeds: list[Speed],
    repairs: list[RepairSpeed],
    stages: list[StageTime],
    memories: list[Memory],
    check: CheckTime,
) -> None:
    table = Table("documents", "number", title="MB/s, and how many times a peer's")
    for name in (
        "notes, script",
        "× python",
        "× C++",
        "all but repair",
        "× python",
        "× C++",
        "with repair",
        "opencc-python",
        "C++ opencc",
    ):
        table.add_column(name, justify="right")
    for row in speeds:
        cells = [
            cell
            for ours in (row.notes_and_script, row.all_stages)
            for cell in (f"{ours:.0f}", f"{ours / row.opencc_python:.0f}", f"{ours / row.opencc:.1f}")
        ]
        others = f"{row.with_repair:.2f}", f"{row.opencc_python:.1f}", f"{row.opencc:.0f}"
        table.add_row(f"{row.kind}, {row.size}", f"{row.documents:,}", *cells, *others)
    console.print(table)
    table = Table("repair alone", "MB/s", "edits a MB", title="The stage byteshift")
    for repair in repairs:
        table.add_row(f"{repair.kind}, {repair.size}", f"{repair.speed:.2f}", f"{repair.edits:.0f}")
    console.print(table)
    table = Table("stage alone", title="ms a MB, documents of 2 KB")
    for name in ("damaged", "clean", "nothing to do"):
        table.add_column(name, justify="right")
    for stage in stages:
        table.add_row(stage[0], *(f"{time:.2f}" for time in stage[1:]))
    console.print(table)
    for memory in memories:
        how = "with" if memory.repair else "without"
        console.print(f"{memory.documents:,} documents of 2 KB, {how} repair: at most {memory.peak:.0f} MB of memory")
    console.print(str(check))


def main(
    megabytes: Annotated[float, typer.Option(help="Of each kind and size of documents.")] = 50,
    rounds: Annotated[int, typer.Option(help="The best of so many counts.")] = 5,
    opencc_python: Annotated[Path, typer.Option(help="The Python that has the C++ opencc.")] = (
        ROOT / ".cache" / "opencc-venv" / "bin" / "python"
    ),
    result: Annotated[Path | None, typer.Option("--json", help="A file for the numbers.")] = None,
) -> None:
    """Measures speed, each stage, memory, and the check of an export."""
    console = Console(width=None if sys.stdout.isatty() else 140)
    make_environment(opencc_python)
    # Memory first: a child is told of no less than its parent holds.
    memories = [
        measure_memory(megabytes / 10),
        measure_memory(megabytes),
        measure_memory(REPAIR_SAMPLE / MEGABYTE, UP_TO_BYTESHIFT),
    ]
    speeds: list[Speed] = []
    for kind in KINDS:
        for size in SIZES:
            with console.status(f"{kind}, {size}"):
                speeds.append(measure_speed(kind, size, megabytes, rounds, opencc_python))
    repairs = [
        measure_repair(kind, size, REPAIR_SAMPLE / MEGABYTE if kind == "damaged" else megabytes, rounds)
        for kind in KINDS
        for size in SIZES
    ]
    stages = measure_stages(megabytes / 10, rounds)
    check = measure_check(ROOT, rounds)
    show(console, speeds, repairs, stages, memories, check)
    if result:
        measured = {
            "machine": {"python": platform.python_version(), "numpy": np.__version__, "cpu": platform.machine()},
            "megabytes": megabytes,
            "speed": [row._asdict() for row in speeds],
            "repair": [row._asdict() for row in repairs],
            "stages": [row._asdict() for row in stages],
            "memory": [row._asdict() for row in memories],
            "check": check._asdict(),
        }
        result.write_text(json.dumps(measured, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    typer.run(main)
