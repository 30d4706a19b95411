"""Test data that lies in files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "data"
ROOT = Path(__file__).parents[2]


def load(name: str) -> Any:
    """A JSON file of tests/data."""
    return json.loads((DATA / name).read_text("utf-8"))


def source_text(number: str) -> str:
    """The text of one of the five sources, by the first digits of its name."""
    (path,) = (ROOT / "corpus" / "sources").glob(f"{number}_*")
    return path.read_text("utf-8")
