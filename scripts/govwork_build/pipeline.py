"""The stages of the text, in the order they run, and how a text goes through them.

chrome → characters → byte-shift → notes → script → punctuation → layout
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from govwork.codes import CodedText, Offsets, to_codes
from govwork.layer import Layer
from govwork.trace import TracedText

from .batch import SEPARATOR
from .byteshift import ByteShift, as_spans, find_byteshift
from .byteshift_repair import STAGE as REPAIR
from .byteshift_repair import undo_byteshift, unknown_spans
from .characters import tidy_characters
from .chrome import drop_chrome
from .layout import lay_out
from .notes import drop_notes
from .punctuation import restore_punctuation
from .script import convert_script

TextStage = Callable[[str], Layer]

UP_TO_BYTESHIFT: tuple[TextStage, ...] = (drop_chrome, tidy_characters, undo_byteshift)
AFTER_BYTESHIFT: tuple[TextStage, ...] = (drop_notes, convert_script, restore_punctuation, lay_out)

# Short documents are worked on together, up to so many characters at a time.
BATCH = 300_000


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


def normalise_all(
    texts: Iterable[str],
    before: Sequence[TextStage] = UP_TO_BYTESHIFT,
    after: Sequence[TextStage] = AFTER_BYTESHIFT,
) -> Iterator[Normalised]:
    """Runs all stages on each text; what comes out of one does not depend on the others.

    No stage of `after` touches the damage that those of `before` leave. Each stage is given each text once, in their
    order, many of them joined by the separator.
    """
    batch: list[str] = []
    size = 0
    for text in texts:
        if SEPARATOR in text:
            # The one character that cannot stand within a batch.
            yield from _run(batch, before, after)
            yield _alone(text, before, after)
            batch, size = [], 0
            continue
        batch.append(text)
        size += len(text)
        if size >= BATCH:
            yield from _run(batch, before, after)
            batch, size = [], 0
    yield from _run(batch, before, after)


def _alone(text: str, before: Sequence[TextStage], after: Sequence[TextStage]) -> Normalised:
    """A text that holds the separator: it is taken for a stray control character and goes first."""
    pieces = text.split(SEPARATOR)
    at = np.cumsum([len(piece) + 1 for piece in pieces[:-1]], dtype=np.int64) - 1
    cleared = Layer.of_deletions("characters", "characters.control", to_codes(text), at, at + 1)
    (rest,) = _run(["".join(pieces)], before, after)
    traced = TracedText(text, (cleared, *rest.traced.layers), rest.traced.text)
    return Normalised(traced, rest.damage)


def _run(texts: list[str], before: Sequence[TextStage], after: Sequence[TextStage]) -> Iterator[Normalised]:
    if not texts:
        return
    text = CodedText(SEPARATOR.join(texts))
    layers: list[Layer] = []
    # Where each document begins in the text each stage was given, and at last in the finished one.
    sizes = [len(text) + 1 for text in texts]
    begins: list[Offsets] = [np.cumsum([0, *sizes[:-1]])]

    def go_through(layer: Layer) -> None:
        nonlocal text
        layers.append(layer)
        begins.append(layer.moved(begins[-1]))
        text = layer.rewrite(text)

    for stage in before:
        go_through(stage(text))
    damage = find_byteshift(text)
    for layer in layers:
        if layer.stage == REPAIR:
            damage = sorted([*damage, *(ByteShift(*span, "run") for span in unknown_spans(layer))])
    starts, ends = as_spans(damage)
    for stage in after:
        # Damaged runs are evidence until they are undone: no stage may edit them.
        layer = stage(text).without(starts, ends)
        starts, ends = layer.project(starts, ends)
        go_through(layer)
    here = [
        run._replace(start=start, end=end)
        for run, start, end in zip(damage, starts.tolist(), ends.tolist(), strict=True)
    ]
    if len(texts) == 1:
        yield Normalised(TracedText(texts[0], tuple(layers), str(text)), tuple(here))
    else:
        yield from _apart(texts, text, layers, begins, here)


def _apart(
    texts: list[str], text: str, layers: list[Layer], begins: list[Offsets], damage: list[ByteShift]
) -> Iterator[Normalised]:
    """The documents of a batch, each with its own part of every layer and of the damage."""
    *given, starts = begins
    parts = zip(*(layer.split(at) for layer, at in zip(layers, given, strict=True)), strict=True)
    numbers = np.searchsorted(starts, [run.start for run in damage], side="right") - 1
    damage_of: dict[int, list[ByteShift]] = {}
    for number, start, run in zip(numbers.tolist(), starts[numbers].tolist(), damage, strict=True):
        damage_of.setdefault(number, []).append(run._replace(start=run.start - start, end=run.end - start))
    # Behind each but the last stands a separator.
    spans = pairwise([*starts.tolist(), len(text) + 1])
    for number, (source, its_layers, (start, end)) in enumerate(zip(texts, parts, spans, strict=True)):
        traced = TracedText(source, its_layers, text[start : end - 1])
        yield Normalised(traced, tuple(damage_of.get(number, ())))
