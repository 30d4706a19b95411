"""Stand-ins for Slurm's commands: `sbatch` keeps the scripts that it is given, `srun` runs them here."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_COMMANDS = {
    "sbatch": """
n=$(ls "$SLURM_TEST_JOBS" | wc -l)
cp "${@: -1}" "$SLURM_TEST_JOBS/$n"
echo "Submitted batch job $n"
""",
    # Its options: -l -n 1.
    "srun": """
shift 3
exec "$@"
""",
    "scontrol": """
echo localhost
""",
}


def slurm_environment(folder: Path) -> tuple[dict[str, str], Path]:
    """An environment with the stand-ins, made in `folder`, and the folder of what is submitted: 0, 1 and so on."""
    commands, jobs = folder / "bin", folder / "jobs"
    commands.mkdir()
    jobs.mkdir()
    for name, body in _COMMANDS.items():
        (commands / name).write_text(f"#!/bin/bash{body}")
        (commands / name).chmod(0o755)
    here = str(Path(__file__).parent)
    env = {
        **os.environ,
        "PATH": os.pathsep.join([str(commands), str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join([here, *filter(None, sys.path)]),
        "SLURM_TEST_JOBS": str(jobs),
    }
    return env, jobs
