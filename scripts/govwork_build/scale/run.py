"""A run of the normaliser over a plan, on this machine: begun, resumed after a kill, finished.

The folder of a run holds `.run` while it is not finished: the plan, and the tables as far as they are written. At the
end the tables move out of it, so what a reader sees is whole. `logs` is datatrove's, with `run.json`, which says of
what input and options the run is.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, NamedTuple
from uuid import uuid4

from ..atomic import write_text
from ..errors import CorpusError
from .engine import WorkerKilledError, execute
from .folder import Folder
from .normalize_step import NormalizeChinese
from .output import pages_writer, refused_writer
from .page_steps import ExtractText, ReadPages
from .plan import Plan
from .reading import Columns
from .summary import card, rows_in, summary_of

# How often a run whose worker was killed is taken up again by itself.
_ATTEMPTS = 3

OnProgress = Callable[[int, int], None]


class Options(NamedTuple):
    """What shapes the output, besides the input."""

    trace: Literal["summary", "full"] = "summary"
    convert_script: bool = True
    text: str = "text"
    id: str = "id"
    url: str = "url"


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
        # Last, and again where that was cut short: without it a run counts as finished.
        shutil.rmtree(folder.run, ignore_errors=True)
    return folder.summary


def steps(folder: Folder, options: Options, token: str) -> list[Any]:
    """The pipeline: read, extract, normalise, write."""
    data, refused = folder.tables
    columns = Columns(options.text, options.id, options.url)
    return [
        ReadPages(folder, token, columns, refused_writer(refused, "read")),
        ExtractText(refused_writer(refused, "extract")),
        NormalizeChinese(
            options.trace, options.convert_script, exclusion_writer=refused_writer(refused, "normalize")
        ),
        pages_writer(data, options.trace == "full"),
    ]


@contextlib.contextmanager
def _alone(folder: Folder) -> Iterator[None]:
    """No other run works in the folder meanwhile."""
    _refuse_foreign(folder)
    folder.out.mkdir(parents=True, exist_ok=True)
    with folder.lock.open("w") as lock:
        try:
            # Not flock: a helper process that outlived a killed run would hold it on.
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            raise CorpusError(f"{folder.out}: another run is writing here; wait until it ends") from None
        yield


def _refuse_foreign(folder: Folder) -> None:
    """Raises CorpusError where the folder holds anything but a run."""
    if folder.identity.exists() or not folder.out.exists():
        return
    ours = {folder.lock.name}
    if folder.run.exists():
        # Begun and killed before it was whole.
        ours |= {folder.run.name, folder.logs.name}
    if foreign := sorted({path.name for path in folder.out.iterdir()} - ours):
        raise CorpusError(f"{folder.out}: holds {foreign[0]!r} and no run; name a new or empty folder")


def _begun(folder: Folder, identity: dict[str, Any]) -> bool:
    """Whether the folder holds this run, finished or not."""
    if not folder.identity.exists():
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
    for part in (folder.logs, folder.run):
        shutil.rmtree(part, ignore_errors=True)
    for part in (folder.run, folder.logs, folder.plan, folder.progress, folder.locks):
        part.mkdir()
    for rank, units in enumerate(plan.tasks):
        # A name that is no UTF-8 stays what it is through the escapes of JSON.
        (folder.plan / f"{rank:05d}.json").write_text(json.dumps(units))
    write_text(folder.identity, json.dumps(identity, indent=1) + "\n")


def _work(folder: Folder, plan: Plan, options: Options, workers: int, on_progress: OnProgress) -> None:
    weights = [sum(unit.weight for unit in units) for units in plan.tasks]

    def look() -> None:
        on_progress(_done(folder, weights), sum(weights))

    for _ in range(_ATTEMPTS):
        token = uuid4().hex
        write_text(folder.token, token)
        try:
            execute(partial(steps, folder, options, token), len(plan.tasks), workers, folder.logs, look)
        except WorkerKilledError:
            continue
        except OSError as error:
            mend = "make room" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "mend it"
            again = f"what is done is kept: {mend}, and run the same command again"
            raise CorpusError(f"{folder.out}: a task failed: {error.strerror}; {again}") from None
        except RuntimeError as error:
            raise CorpusError(f"{folder.out}: a task failed, as {folder.logs / 'logs'} tells: {error}") from None
        look()
        return
    left = [rank for rank in range(len(weights)) if not (folder.completions / f"{rank:05d}").exists()]
    paths = ", ".join(dict.fromkeys(unit.path for rank in left[:1] for unit in plan.tasks[rank]))
    raise CorpusError(
        f"{folder.out}: {len(left)} of {len(plan.tasks)} tasks are not done, for workers were killed {_ATTEMPTS} "
        f"times, perhaps for want of memory; the first of them reads {paths[:300]}; give them more memory or fewer "
        "workers, and run the same command again"
    )


def _done(folder: Folder, weights: list[int]) -> int:
    done = {int(name) for name in os.listdir(folder.completions)} if folder.completions.is_dir() else set()
    total = sum(weights[rank] for rank in done)
    for name in os.listdir(folder.progress):
        if int(name) not in done:
            said = (folder.progress / name).read_text()
            total += min(weights[int(name)], int(said or 0))
    return total


def _finish(folder: Folder, tasks: int, identity: dict[str, Any]) -> None:
    for table in folder.tables:
        if table.exists():
            os.replace(table, folder.out / table.name)
    summary = summary_of(folder.logs, tasks)
    data, refused = (folder.out / table.name for table in folder.tables)
    found = rows_in(data), rows_in(refused)
    if found != (summary.pages, summary.all_refused):
        raise CorpusError(
            f"{folder.out}: holds {found[0]:,} pages and {found[1]:,} refusals, and the run counted "
            f"{summary.pages:,} and {summary.all_refused:,}; remove the folder, and run it again"
        )
    write_text(folder.out / "README.md", card(summary, folder.out))
    made = {name: identity[name] for name in ("options", "versions")}
    write_text(folder.summary, json.dumps(summary._asdict() | made, indent=1) + "\n")


def _versions() -> dict[str, str]:
    """Of what shapes the text and its extraction."""
    names = ("govwork-zh", "opencc-python-reimplemented", "pypinyin", "trafilatura", "pyarrow", "datatrove")
    return {name: version(name) for name in names}
