"""A tagger of characters: a conditional random field over what stands around each, without any list of words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from .rows import Tagged

# A character itself and so many on either side.
_WINDOW = 2
_EDGES = 4
_NUMERALS = frozenset("〇零一二两三四五六七八九十百千万亿")

Tags = Sequence[str]


class Settings(NamedTuple):
    """How the field is made: the longest run of characters that is a feature, and how it is held back (L1 and L2)."""

    longest: int
    c1: float
    c2: float
    iterations: int = 100


# Chosen in train, fold against fold (docs/baseline.md).
CHOSEN = Settings(longest=2, c1=0.02, c2=0.01)


def train_and_tag(train: Sequence[Tagged], texts: Sequence[str], settings: Settings = CHOSEN) -> list[Tags]:
    """The tags of each text by a field trained on `train`; the same for the same input."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": settings.c1, "c2": settings.c2, "max_iterations": settings.iterations})
    for row in train:
        trainer.append(features(row.block.text, settings.longest), row.tags)
    tagger = pycrfsuite.Tagger()
    with TemporaryDirectory() as folder:
        model = str(Path(folder) / "model")
        trainer.train(model)
        with tagger.open(model):
            return [tagger.tag(features(text, settings.longest)) for text in texts]


def commonest_tags(train: Sequence[Tagged], texts: Sequence[str]) -> list[Tags]:
    """Each character with the tag it has most often in `train`, the first of the alphabet among equals; else `O`."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in train:
        for character, tag in zip(row.block.text, row.tags, strict=True):
            counts[character][tag] += 1
    best = {character: min(tags, key=lambda tag: (-tags[tag], tag)) for character, tags in counts.items()}
    return [[best.get(character, "O") for character in text] for text in texts]


def features(text: str, longest: int) -> list[list[str]]:
    """Of each character what tells of it: characters and their classes around it, and runs that it is in or touches.

    Every figure counts as 0.
    """
    classes = "^" * _EDGES + "".join(map(character_class, text)) + "$" * _EDGES
    padded = "^" * _EDGES + "".join("0" if character.isdigit() else character for character in text) + "$" * _EDGES
    made = []
    for i in range(_EDGES, len(text) + _EDGES):
        around = range(-_WINDOW, _WINDOW + 1)
        found = [f"{offset}={padded[i + offset]}" for offset in around]
        found += [f"class {offset}={classes[i + offset]}" for offset in around]
        for length in range(2, longest + 1):
            starts = range(-_WINDOW, _WINDOW - length + 2)
            found += [f"{offset}:{length}={padded[i + offset : i + offset + length]}" for offset in starts]
        found += [f"classes 3={classes[i - 1 : i + 2]}", f"classes 5={classes[i - 2 : i + 3]}"]
        made.append(found)
    return made


def character_class(character: str) -> str:
    """
    >>> "".join(map(character_class, "新增2个3A级，三 "))
    'hh0h0ahpns'
    """
    if character.isdigit():
        return "0"
    if character in _NUMERALS:
        return "n"
    if "\u4e00" <= character <= "\u9fff":
        return "h"
    if character.isspace():
        return "s"
    return "a" if character.isalpha() else "p"
