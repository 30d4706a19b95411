"""The step gives the same content on each engine, however many work, and whoever is killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from skipping import needs

needs("datatrove")

from engine_case import FILES, Case, content_hash, write_inputs  # noqa: E402
from ray_cluster import ray_cluster  # noqa: E402

HERE = Path(__file__).parent
# What hangs is killed; nothing here takes a third of it.
LONGEST = 90


def execute(folder: Path, case: Case) -> int:
    """Runs a case; what it leaves running is killed, and gone when this returns. Returns its exit status."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), *filter(None, sys.path)])}
    command = [sys.executable, str(HERE / "engine_case.py"), str(folder), case.to_json()]
    with (folder / f"{case.name}.log").open("a") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=env, start_new_session=True)
        try:
            return process.wait(LONGEST)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            # At its end none is left that could write.
            process.communicate(timeout=LONGEST)


def noted(folder: Path, case: Case) -> list[tuple[int, int, int]]:
    """Rank, raylet and process of each task that was begun."""
    lines = (folder / f"{case.name}.noted").read_text().splitlines()
    return [(int(rank), int(raylet), int(process)) for rank, raylet, process in map(str.split, lines)]


def unfinished(folder: Path, case: Case) -> set[int]:
    done = {int(path.name) for path in (folder / f"{case.name}.logs" / "completions").glob("*")}
    return set(range(FILES)) - done


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The inputs, and the outputs of all cases beside them."""
    folder = tmp_path_factory.mktemp("engines")
    write_inputs(folder / "in")
    return folder


@pytest.fixture(scope="module")
def wanted(folder: Path) -> str:
    """The content hash of one worker's work."""
    case = Case("local", 1, "one")
    assert execute(folder, case) == 0
    return content_hash(folder / case.name)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ray_cluster() as address:
        yield address


def test_two_workers_give_what_one_gives(folder: Path, wanted: str) -> None:
    case = Case("local", 2, "two")
    assert execute(folder, case) == 0
    assert content_hash(folder / case.name) == wanted
    assert len({process for _, _, process in noted(folder, case)}) == 2


def test_two_nodes_of_ray_give_what_one_worker_gives(folder: Path, wanted: str, address: str) -> None:
    case = Case("ray", 2, "ray", address)
    assert execute(folder, case) == 0
    assert content_hash(folder / case.name) == wanted
    assert sorted(rank for rank, _, _ in noted(folder, case)) == list(range(FILES))
    assert len({raylet for _, raylet, _ in noted(folder, case)}) == 2


@pytest.mark.parametrize(("workers", "kills"), [(1, "self"), (2, "executor")])
def test_begun_again_a_killed_run_does_what_is_not_done(folder: Path, wanted: str, workers: int, kills: Any) -> None:
    case = Case("local", workers, f"killed-{workers}", kills=kills)
    assert execute(folder, case) == -signal.SIGKILL
    assert 2 in unfinished(folder, case)
    done = set(range(FILES)) - unfinished(folder, case)
    begun = len(noted(folder, case))
    assert execute(folder, case) == 0
    assert unfinished(folder, case) == set()
    assert {rank for rank, _, _ in noted(folder, case)[begun:]} == set(range(FILES)) - done
    assert content_hash(folder / case.name) == wanted


def test_ray_runs_a_task_again_whose_actor_was_killed(folder: Path, wanted: str, address: str) -> None:
    case = Case("ray", 2, "ray-killed", address, kills="parent")
    assert execute(folder, case) == 0
    ranks = [rank for rank, _, _ in noted(folder, case)]
    assert sorted(ranks) == sorted([*range(FILES), 2])
    assert content_hash(folder / case.name) == wanted


def test_a_killed_process_of_ray_ends_the_run_at_its_time_and_is_run_again(
    folder: Path, wanted: str, address: str
) -> None:
    case = Case("ray", 2, "ray-time", address, kills="self", seconds=5)
    assert execute(folder, case) != 0
    assert 2 in unfinished(folder, case)
    assert execute(folder, replace(case, seconds=None)) == 0
    assert unfinished(folder, case) == set()
    assert content_hash(folder / case.name) == wanted
