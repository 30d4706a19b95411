"""The stages of the text, in the order they run, and how a text goes through them.

chrome → characters → byte-shift (found, left alone) → notes → script → punctuation → layout
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from govwork.trace import Layer, Offsets, TracedText, to_codes

from .batch import SEPARATOR, SEPARATOR_CODE
from .byteshift import ByteShift, as_spans, find_byteshift
from .characters import tidy_characters
from .chrome import drop_chrome
from .layout import lay_out
from .notes import drop_notes
from .punctuation import restore_punctuation
from .script import convert_script

TextStage = Callable[[str], Layer]

BEFORE_BYTESHIFT: tuple[TextStage, ...] = (drop_chrome, tidy_characters)
AFTER_BYTESHIFT: tuple[TextStage, ...] = (drop_notes, convert_script, restore_punctuation, lay_out)

# Short documents are worked on together, up to so many characters at a time.
_BATCH = 200_000


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text after all stages, and the damaged runs that stand in it still, in its own coordinates."""

    traced: TracedText
    damage: tuple[ByteShift, ...]


def normalise(text: str) -> Normalised:
    """Runs all stages on one document.

    >>> normalise("努力實現(xiàn)經(jīng)濟平穩(wěn)增長,確保完成任務").traced.text
    '努力实现经济平稳增长，确保完成任务'
    """
    return next(normalise_all([text]))


def normalise_all(texts: Iterable[str]) -> Iterator[Normalised]:
    """Runs all stages on each text; what comes out of one does not depend on the others."""
    batch: list[str] = []
    size = 0
    for text in texts:
        if SEPARATOR in text:
            # The one character that cannot stand within a batch.
            yield from _run(batch)
            yield _alone(text)
            batch, size = [], 0
            continue
        batch.append(text)
        size += len(text)
        if size >= _BATCH:
            yield from _run(batch)
            batch, size = [], 0
    yield from _run(batch)


def _alone(text: str) -> Normalised:
    """A text that holds the separator: it is taken for a stray control character and goes first."""
    pieces = text.split(SEPARATOR)
    at = np.cumsum([len(piece) + 1 for piece in pieces[:-1]], dtype=np.int64) - 1
    cleared = Layer.of_deletions("characters", "characters.control", to_codes(text), at, at + 1)
    rest = normalise("".join(pieces))
    traced = TracedText(text, (cleared, *rest.traced.layers), rest.traced.text)
    return Normalised(traced, rest.damage)


def _run(texts: list[str]) -> Iterator[Normalised]:
    if not texts:
        return
    text = SEPARATOR.join(texts)
    layers: list[Layer] = []
    # Where each document begins in the text each stage was given, and at last in the finished one. The
    # separators survive every stage, so they can be looked up.
    begins = [_document_starts(text)]
    for stage in BEFORE_BYTESHIFT:
        layers.append(stage(text))
        text = layers[-1].apply(text)
        begins.append(_document_starts(text))
    damage = find_byteshift(text)
    starts, ends = as_spans(damage)
    for stage in AFTER_BYTESHIFT:
        # Damaged runs are evidence until they are undone: no stage may edit them.
        layer = stage(text).without(starts, ends)
        text = layer.apply(text)
        starts, ends = layer.project(starts, ends)
        begins.append(_document_starts(text))
        layers.append(layer)
    here = [
        run._replace(start=start, end=end)
        for run, start, end in zip(damage, starts.tolist(), ends.tolist(), strict=True)
    ]
    if len(texts) == 1:
        yield Normalised(TracedText(texts[0], tuple(layers), text), tuple(here))
    else:
        yield from _apart(texts, text, layers, begins, here)


def _document_starts(text: str) -> Offsets:
    return np.append(0, np.flatnonzero(to_codes(text) == SEPARATOR_CODE) + 1)


def _apart(
    texts: list[str], text: str, layers: list[Layer], begins: list[Offsets], damage: list[ByteShift]
) -> Iterator[Normalised]:
    """The documents of a batch, each with its own part of every layer and of the damage."""
    edges = [
        np.append(np.searchsorted(layer.starts, starts), len(layer)).tolist()
        for layer, starts in zip(layers, begins, strict=False)
    ]
    firsts = [starts.tolist() for starts in begins]
    run = 0
    for number, (source, made) in enumerate(zip(texts, text.split(SEPARATOR), strict=True)):
        parts = tuple(
            layer.part(edge[number], edge[number + 1], first[number])
            for layer, edge, first in zip(layers, edges, firsts, strict=False)
        )
        start = firsts[-1][number]
        own: list[ByteShift] = []
        while run < len(damage) and damage[run].start < start + len(made):
            own.append(damage[run]._replace(start=damage[run].start - start, end=damage[run].end - start))
            run += 1
        yield Normalised(TracedText(source, parts, made), tuple(own))
