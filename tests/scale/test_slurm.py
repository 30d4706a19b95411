"""What datatrove hands to Slurm gives the same content as a local run, also when it is handed over a second time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from skipping import needs

needs("datatrove")

from engine_case import FILES, PAGES, Case, content_hash, write_inputs  # noqa: E402
from slurm_commands import slurm_environment  # noqa: E402

HERE = Path(__file__).parent


def call(command: list[str], env: dict[str, str]) -> None:
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stderr[-3000:]


def launch(folder: Path, case: Case, env: dict[str, str]) -> None:
    call([sys.executable, str(HERE / "engine_case.py"), str(folder), case.to_json()], env)


def work(script: Path, task: int, env: dict[str, str]) -> None:
    """What a node does with a task of the array."""
    slurm = {"SLURM_ARRAY_TASK_ID": str(task), "RUN_OFFSET": "0", "SLURM_NODELIST": "localhost"}
    call(["bash", str(script)], {**env, **slurm})


def directives(script: Path) -> dict[str, str]:
    return dict(re.findall(r"^#SBATCH --([\w-]+)=?(.*)$", script.read_text("utf-8"), re.MULTILINE))


def test_the_array_gives_what_one_worker_gives_and_is_launched_again_for_what_is_left(tmp_path: Path) -> None:
    env, jobs = slurm_environment(tmp_path)
    case = Case("slurm", 4, "slurm")
    logs = tmp_path / f"{case.name}.logs"
    write_inputs(tmp_path / "in")
    launch(tmp_path, Case("local", 1, "one"), env)

    launch(tmp_path, case, env)
    given = directives(jobs / "0")
    assert (given["array"], given["mem-per-cpu"], given["requeue"]) == ("0-1%4", "2G", "")
    assert (jobs / "0").read_text("utf-8").endswith(f"\nsrun  -l -n 1 launch_pickled_pipeline {logs}/executor.pik\n")
    work(jobs / "0", 1, env)

    # The first script's second job adds up the statistics; the third is for the task that was not done.
    launch(tmp_path, case, env)
    assert directives(jobs / "2")["array"] == "0-0%4"
    work(jobs / "2", 0, env)
    assert content_hash(tmp_path / case.name) == content_hash(tmp_path / "one")
    assert directives(jobs / "3")["dependency"] == "afterok:2"
    work(jobs / "3", 0, env)
    (step,) = [step for step in json.loads((logs / "stats.json").read_text()) if "Normalize Chinese" in step["name"]]
    assert step["stats"]["forwarded"]["total"] == FILES * PAGES
