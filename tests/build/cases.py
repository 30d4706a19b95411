"""Test data that lies in files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[1] / "data"
ROOT = Path(__file__).parents[2]


def load(name: str) -> Any:
    """A JSON file of tests/data."""
    return json.loads((DATA / name).read_text("utf-8"))


def source_text(number: str) -> str:
    """The text of one of the five sources, by the first digits of its name."""
    (path,) = (ROOT / "corpus" / "sources").glob(f"{number}_*")
    return path.read_text("utf-8")


def parameters(entries: list[dict[str, Any]], name: str) -> list[Any]:
    """The entries of a file as parameters; one that fails now, and is to be repaired, must fail until it is."""
    return [
        pytest.param(
            entry,
            id=f"{entry[name]} {number}",
            marks=pytest.mark.xfail(reason=entry["reason"]) if entry.get("known_failure") else (),
        )
        for number, entry in enumerate(entries)
    ]
