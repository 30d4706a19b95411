"""The aspects of quality that are estimated: aspects.toml says what is asked, this what it is held against."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..toml_file import read_toml
from .items import Aspect, Corpus, Item, Tally
from .readings import (
    metadata_items,
    outline_items,
    pair_tally,
    span_items,
    span_tally,
    unit_items,
    unit_tally,
    value_tally,
)
from .windows import break_tally, character_tally, line_windows, repair_windows, script_windows

_HELD_AGAINST: dict[str, tuple[Callable[[Corpus], Iterator[Item]], Callable[[Any, Any], Tally]]] = {
    "segmentation": (line_windows, break_tally),
    "metadata": (metadata_items, value_tally),
    "script": (script_windows, character_tally),
    "repair": (repair_windows, character_tally),
    "structure": (outline_items, pair_tally),
    "units": (unit_items, unit_tally),
    "entities": (span_items, span_tally),
}


@cache
def aspects() -> tuple[Aspect, ...]:
    """All aspects, in the order of the table."""
    table = read_toml(Path(str(files(__package__) / "aspects.toml")))
    return tuple(
        Aspect(name, said["unit"], " ".join(said["question"].split()), said["number"], *_HELD_AGAINST[name])
        for name, said in table.items()
    )
