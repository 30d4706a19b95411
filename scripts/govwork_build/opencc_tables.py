"""OpenCC's tables, as opencc-python-reimplemented ships them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from govwork.codes import Codes


@cache
def read_table(name: str) -> dict[str, str]:
    """A dictionary of OpenCC, such as `TSCharacters`: each key with its first conversion."""
    return {key: values[0] for key, values in read_forms(name).items()}


@cache
def read_forms(name: str) -> dict[str, tuple[str, ...]]:
    """The same, with all conversions of each key."""
    lines = (files("opencc") / "dictionary" / f"{name}.txt").read_text("utf-8").splitlines()
    pairs = (line.split("\t", 1) for line in lines if "\t" in line)
    return {key: tuple(values.split(" ")) for key, values in pairs}


@cache
def simplified_characters() -> Codes:
    """For each code point the one that stands for it in simplified text, by the first conversion of the table."""
    table = np.arange(0x110000, dtype=np.uint32)
    for key, value in read_table("TSCharacters").items():
        table[ord(key)] = ord(value)
    return table


@cache
def changed_characters() -> NDArray[np.bool_]:
    """For each code point, whether it is a traditional character that another one stands for in simplified text."""
    changed: NDArray[np.bool_] = simplified_characters() != np.arange(0x110000)
    return changed
