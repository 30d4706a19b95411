"""datatrove's executor in a process of its own, with all that it starts, so that it can be ended whole.

The executor waits without end for a worker that was killed, and its pool may not let itself be stopped then. So a run
has a process group: when a worker dies, or who began the run is gone, the group is killed, and nothing else is.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import multiprocess
from datatrove.executor.local import LocalPipelineExecutor
from datatrove.utils.stats import PipelineStats
from loguru import logger

_SECONDS_BETWEEN_LOOKS = 0.3
_LOOKS = 20


class WorkerKilledError(Exception):
    """A worker was killed, or all of the group."""


class QuietExecutor(LocalPipelineExecutor):  # type: ignore[misc]  # datatrove is not typed
    """datatrove's executor, which writes its log to files alone."""

    def _run_for_rank(self, rank: int, local_rank: int = 0, node_rank: int = -1) -> PipelineStats:
        with contextlib.redirect_stderr(io.StringIO()):
            return super()._run_for_rank(rank, local_rank, node_rank)


def execute(
    pipeline: Callable[[], list[Any]], tasks: int, workers: int, logs: Path, on_look: Callable[[], None]
) -> None:
    """Runs the tasks of a pipeline that are not complete; `on_look` is called now and then meanwhile.

    Raises WorkerKilledError when a worker was killed, OSError with what a worker said of the file system, and
    RuntimeError with any other fault.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    engine = context.Process(target=_engine, args=(pipeline, tasks, workers, logs, os.getpid(), theirs))
    engine.start()
    theirs.close()
    try:
        while engine.is_alive():
            engine.join(_SECONDS_BETWEEN_LOOKS)
            on_look()
        said = ours.recv() if ours.poll() else None
    except EOFError:
        said = None
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(engine.pid or 0, signal.SIGKILL)
        # It may not have had the time to have a group.
        engine.kill()
        engine.join()
    if isinstance(said, Exception):
        raise said
    if said is None:
        raise WorkerKilledError


def _engine(
    pipeline: Callable[[], list[Any]], tasks: int, workers: int, logs: Path, begun_by: int, answer: Connection
) -> None:
    os.setsid()
    threading.Thread(target=_watch, args=(begun_by,), daemon=True).start()
    logger.remove()
    try:
        QuietExecutor(pipeline(), tasks=tasks, workers=workers, logging_dir=str(logs)).run()
    except OSError as error:
        answer.send(OSError(error.errno, error.strerror or str(error)))
    except Exception as error:
        # What a library raises may not be sent.
        answer.send(RuntimeError(f"{type(error).__name__}: {error}"))
    else:
        answer.send("done")


def _watch(begun_by: int) -> None:
    """Ends the group when a worker was killed, or who began the run is gone."""
    workers: dict[int, Any] = {}
    terminated = 0
    while True:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
        workers |= {process.pid: process for process in multiprocess.active_children()}
        ends = {process.exitcode for process in workers.values()} - {None, 0}
        # The pool itself ends its workers by SIGTERM, but then it is over soon.
        terminated += -signal.SIGTERM in ends
        if ends - {-signal.SIGTERM} or terminated > _LOOKS or os.getppid() != begun_by:
            os.killpg(0, signal.SIGKILL)
