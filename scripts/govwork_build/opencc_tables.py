"""OpenCC's tables, as opencc-python-reimplemented ships them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray


@cache
def read_table(name: str) -> dict[str, str]:
    """A dictionary of OpenCC, such as `TSCharacters`: each key with its first conversion."""
    lines = (files("opencc") / "dictionary" / f"{name}.txt").read_text("utf-8").splitlines()
    pairs = (line.split("\t", 1) for line in lines if "\t" in line)
    return {key: values.split(" ")[0] for key, values in pairs}


@cache
def changed_characters() -> NDArray[np.bool_]:
    """For each code point, whether it is a traditional character that another one stands for in simplified text."""
    changed = np.zeros(0x110000, dtype=bool)
    changed[[ord(key) for key, value in read_table("TSCharacters").items() if key != value]] = True
    return changed
