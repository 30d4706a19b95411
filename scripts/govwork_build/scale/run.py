"""A run of the normaliser over a plan, on this machine: begun, resumed after a kill, finished.

The folder of a run holds `.run` while it is not finished: the plan, and the tables as far as they are written. At the
end the tables move out of it, so what a reader sees is whole. `logs` is datatrove's, with `run.json`, which says of
what input and options the run is.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, NamedTuple

import multiprocess
from datatrove.executor.local import LocalPipelineExecutor
from datatrove.utils.stats import PipelineStats
from loguru import logger

from ..atomic import write_text
from ..errors import CorpusError
from .normalize_step import NormalizeChinese
from .output import pages_writer, refused_writer
from .page_steps import ExtractText, ReadPages
from .plan import Plan
from .reading import Columns
from .summary import card, summary_of

# How often a run whose worker was killed is taken up again by itself.
_ATTEMPTS = 3
_SECONDS_BETWEEN_LOOKS = 0.5
_LOOKS = 10

OnProgress = Callable[[int, int], None]


class Options(NamedTuple):
    """What shapes the output, besides the input."""

    trace: Literal["summary", "full"] = "summary"
    convert_script: bool = True
    text: str = "text"
    id: str = "id"
    url: str = "url"


class Folder(NamedTuple):
    """Where a run keeps what."""

    out: Path

    @property
    def run(self) -> Path:
        return self.out / ".run"

    @property
    def plan(self) -> Path:
        return self.run / "plan"

    @property
    def progress(self) -> Path:
        return self.run / "progress"

    @property
    def locks(self) -> Path:
        return self.run / "locks"

    @property
    def lock(self) -> Path:
        return self.out / ".lock"

    @property
    def logs(self) -> Path:
        return self.out / "logs"

    @property
    def identity(self) -> Path:
        return self.logs / "run.json"

    @property
    def summary(self) -> Path:
        return self.out / "summary.json"


def run(plan: Plan, out: Path, options: Options, workers: int, on_progress: OnProgress) -> Path:
    """Normalises all that is planned into the folder `out`, or what is left to do there. Returns its summary's file.

    `on_progress` is told how many of how many bytes' work are done. Raises CorpusError when the folder holds
    anything but this run, when another run is at it, and when workers are killed again and again.
    """
    folder = Folder(out)
    identity = {"plan": plan.digest(), "options": options._asdict(), "versions": _versions()}
    with _alone(folder):
        if not _begun(folder, identity):
            _begin(folder, plan, identity)
        if not folder.summary.exists():
            _work(folder, plan, options, workers, on_progress)
            _finish(folder, len(plan.tasks), identity)
    return folder.summary


def steps(folder: Folder, options: Options) -> list[Any]:
    """The pipeline: read, extract, normalise, write."""
    refused = folder.run / "refused"
    return [
        ReadPages(
            folder.plan,
            folder.progress,
            folder.locks,
            folder.lock,
            Columns(options.text, options.id, options.url),
            refused_writer(refused, "read"),
        ),
        ExtractText(refused_writer(refused, "extract")),
        NormalizeChinese(
            options.trace, options.convert_script, exclusion_writer=refused_writer(refused, "normalize")
        ),
        pages_writer(folder.run / "data", options.trace == "full"),
    ]


class QuietExecutor(LocalPipelineExecutor):  # type: ignore[misc]  # datatrove is not typed
    """datatrove's executor, which writes its log to files alone."""

    def _run_for_rank(self, rank: int, local_rank: int = 0, node_rank: int = -1) -> PipelineStats:
        with contextlib.redirect_stderr(io.StringIO()):
            return super()._run_for_rank(rank, local_rank, node_rank)


@contextlib.contextmanager
def _alone(folder: Folder) -> Iterator[None]:
    """No other run works in the folder meanwhile."""
    folder.out.mkdir(parents=True, exist_ok=True)
    with folder.lock.open("w") as lock:
        try:
            # Not flock: a helper process that outlived a killed run would hold it on.
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CorpusError(f"{folder.out}: another run is writing here; wait until it ends") from None
        yield


def _begun(folder: Folder, identity: dict[str, Any]) -> bool:
    """Whether the folder holds this run, finished or not."""
    if not folder.identity.exists():
        if foreign := sorted({path.name for path in folder.out.iterdir()} - {".lock", ".run", "logs"}):
            raise CorpusError(f"{folder.out}: holds {foreign[0]!r} and no run; name a new or empty folder")
        return False
    found = json.loads(folder.identity.read_text("utf-8"))
    differs = [name for name in identity if found.get(name) != identity[name]]
    if differs:
        what = {"plan": "other input", "options": "other options", "versions": "other versions of the tools"}
        said = " and ".join(what[name] for name in differs)
        raise CorpusError(f"{folder.out}: holds a run with {said}; take another folder, or remove this one")
    return True


def _begin(folder: Folder, plan: Plan, identity: dict[str, Any]) -> None:
    # What is here was begun, but not even its plan was whole.
    for part in (folder.run, folder.logs):
        shutil.rmtree(part, ignore_errors=True)
    folder.logs.mkdir()
    folder.plan.mkdir(parents=True)
    folder.progress.mkdir()
    folder.locks.mkdir()
    for rank, units in enumerate(plan.tasks):
        # A name that is no UTF-8 stays what it is through the escapes of JSON.
        (folder.plan / f"{rank:05d}.json").write_text(json.dumps(units))
    write_text(folder.identity, json.dumps(identity, indent=1) + "\n")


def _work(folder: Folder, plan: Plan, options: Options, workers: int, on_progress: OnProgress) -> None:
    logger.remove()
    for attempt in range(_ATTEMPTS):
        executor = QuietExecutor(
            steps(folder, options), tasks=len(plan.tasks), workers=workers, logging_dir=str(folder.logs)
        )
        with _watched(folder, plan, on_progress) as killed:
            try:
                executor.run()
            except KeyboardInterrupt:
                if not killed():
                    raise
            except OSError as error:
                done = "what is done is kept: make room, and run the same command again"
                raise CorpusError(f"{folder.out}: cannot be written: {error.strerror or error}; {done}") from None
        if not executor.get_incomplete_ranks():
            return
        if attempt == _ATTEMPTS - 1:
            left = executor.get_incomplete_ranks()
            paths = ", ".join(dict.fromkeys(unit.path for unit in plan.tasks[left[0]]))
            raise CorpusError(
                f"{folder.out}: {len(left)} of {len(plan.tasks)} tasks are not done, for workers were killed "
                f"{_ATTEMPTS} times, perhaps for want of memory; the first of them reads {paths[:300]}; give them "
                "more memory or fewer workers, and run the same command again"
            )


@contextlib.contextmanager
def _watched(folder: Folder, plan: Plan, on_progress: OnProgress) -> Iterator[Callable[[], bool]]:
    """Tells of progress while the executor runs; when a worker is killed, which the executor would wait for without
    end, interrupts it. Yields whether that was so."""
    weights = [sum(unit.weight for unit in units) for units in plan.tasks]
    over, killed = threading.Event(), threading.Event()

    def look() -> None:
        workers: dict[int, Any] = {}
        terminated = 0
        while not over.wait(_SECONDS_BETWEEN_LOOKS):
            on_progress(_done(folder, weights), sum(weights))
            workers |= {process.pid: process for process in multiprocess.active_children()}
            ends = {process.exitcode for process in workers.values()} - {None, 0}
            # The pool itself ends its workers so, but then it is over soon.
            terminated += -signal.SIGTERM in ends
            if ends - {-signal.SIGTERM} or terminated > _LOOKS:
                killed.set()
                # The main thread waits for the executor's pool, and nothing else wakes it.
                os.kill(os.getpid(), signal.SIGINT)
                return

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield killed.is_set
    finally:
        try:
            over.set()
            thread.join()
        except KeyboardInterrupt:
            if not killed.is_set():
                raise
        on_progress(_done(folder, weights), sum(weights))


def _done(folder: Folder, weights: list[int]) -> int:
    completions = folder.logs / "completions"
    done = {int(name) for name in os.listdir(completions)} if completions.is_dir() else set()
    total = sum(weights[rank] for rank in done)
    for name in os.listdir(folder.progress):
        if int(name) not in done:
            said = (folder.progress / name).read_text()
            total += min(weights[int(name)], int(said or 0))
    return total


def _finish(folder: Folder, tasks: int, identity: dict[str, Any]) -> None:
    for name in ("data", "refused"):
        if (folder.run / name).exists():
            os.replace(folder.run / name, folder.out / name)
    summary = summary_of(folder.logs, tasks)
    write_text(folder.out / "README.md", card(summary, folder.out))
    shutil.rmtree(folder.run)
    made = {name: identity[name] for name in ("options", "versions")}
    write_text(folder.summary, json.dumps(summary._asdict() | made, indent=1) + "\n")


def _versions() -> dict[str, str]:
    """Of what shapes the text and its extraction."""
    names = ("govwork-zh", "opencc-python-reimplemented", "pypinyin", "trafilatura", "pyarrow", "datatrove")
    return {name: version(name) for name in names}
