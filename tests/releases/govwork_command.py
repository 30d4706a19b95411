"""The command `govwork` in an interpreter of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_CODE = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {without!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
from govwork_build.cli import main
main()
"""


def command(*arguments: str | Path, without: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """What the command says where these modules cannot be imported."""
    call = [sys.executable, "-c", _CODE.format(without=without), *map(str, arguments)]
    return subprocess.run(call, capture_output=True, text=True, check=False)
