"""The Python of docs/pipeline.md runs as it stands, but for its folder; Slurm is given the script that it shows."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skipping import needs

needs("datatrove")

from ray_cluster import ray_cluster  # noqa: E402
from slurm_commands import slurm_environment  # noqa: E402

DOCUMENT = (Path(__file__).parents[2] / "docs" / "pipeline.md").read_text("utf-8")
STEPS, LOCAL, RAY, SLURM = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)

# What becomes of the pages of `shared` that are Chinese, and not refused.
REPAIRED = ["我们在全国各地的发展", "经济发展"]


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """The folder that the document calls /shared, with a few pages."""
    texts = ["我們?cè)谌珖?guó)各地的發(fā)展", "経済の発展について", "经济发展", "長" * 2_000_001]
    rows = [json.dumps({"id": str(i), "text": text}) for i, text in enumerate(texts)]
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "0.jsonl").write_text("\n".join(rows) + "\n")
    return tmp_path


def execute(code: str, shared: Path, env: dict[str, str]) -> None:
    # Workers import the main module, so the run itself is guarded, as in any script.
    body = "\n".join(f"    {line}" for line in code.replace("/shared", str(shared)).splitlines())
    script = shared / "code.py"
    script.write_text(f'if __name__ == "__main__":\n{body}\n', "utf-8")
    done = subprocess.run([sys.executable, str(script)], env=env, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ray_cluster() as address:
        yield address


def rows_of(shared: Path) -> list[dict[str, Any]]:
    (written,) = (shared / "out" / "data").iterdir()
    return [json.loads(line) for line in gzip.decompress(written.read_bytes()).decode("utf-8").splitlines()]


def test_the_step_does_locally_what_is_said(shared: Path) -> None:
    execute(STEPS + LOCAL, shared, {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))})
    rows = rows_of(shared)
    assert [row["text"] for row in rows] == REPAIRED
    told = re.findall(r"^\| `(\w+)` \|", DOCUMENT, re.MULTILINE)
    assert set(told) - {"trace"} <= rows[0]["metadata"].keys()
    kinds = re.search(r"^\| `damage` \| .*?: (.*) \|$", DOCUMENT, re.MULTILINE)
    assert kinds
    assert re.findall(r"`(\w+)`", kinds[1]) == list(rows[0]["metadata"]["damage"])
    steps = {step["name"]: step["stats"] for step in json.loads((shared / "out" / "logs" / "stats.json").read_text())}
    (counted,) = [stats for name, stats in steps.items() if "Normalize Chinese" in name]
    assert (counted["total"], counted["forwarded"], counted["damaged"]) == (3, 2, 1)
    assert counted["dropped_too_long"] == 1


def test_slurm_is_given_the_script_that_is_shown(shared: Path) -> None:
    env, jobs = slurm_environment(shared)
    execute(STEPS + SLURM, shared, env)
    written = (jobs / "0").read_text("utf-8").replace(str(shared), "/shared")
    (shown,) = re.findall(r"```bash\n(.*?)```", DOCUMENT, re.DOTALL)
    assert written == shown
    assert (shared / "out" / "logs" / "launch_script.slurm").read_text("utf-8") == (jobs / "0").read_text("utf-8")
    assert "#SBATCH --dependency=afterok:0\n" in (jobs / "1").read_text("utf-8")


def test_the_step_does_on_ray_what_is_said(shared: Path, address: str) -> None:
    code = RAY.replace("tasks=8", "tasks=2")
    assert code != RAY
    execute(STEPS + code, shared, {**os.environ, "RAY_ADDRESS": address})
    assert [row["text"] for row in rows_of(shared)] == REPAIRED
