"""A text that remembers where it came from: a source text and a stack of layers of edits on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .codes import Offsets
from .layer import Edit, Layer


class Run(NamedTuple):
    """A maximal run of touching edits of one rule: one row of the published `edits` config.

    `start, end` are in the text the stage was given, `new_start, new_end` in the text it made,
    `source_start, source_end` in the source of the whole trace.
    """

    layer: int
    stage: str
    rule: str
    start: int
    end: int
    new_start: int
    new_end: int
    source_start: int
    source_end: int
    removed: str
    inserted: str
    evidence: str


@dataclass(frozen=True, eq=False)
class TracedText:
    """A source text, the layers of edits on it, and the text they make."""

    source: str
    layers: tuple[Layer, ...]
    text: str

    @classmethod
    def of(cls, source: str) -> TracedText:
        """A source text on which nothing was done yet."""
        return cls(source, (), source)

    @classmethod
    def from_rows(cls, text: str, rows: Iterable[Mapping[str, Any]]) -> TracedText:
        """The trace of a published document: its text and its rows of the `edits` config, in any order.

        Raises ValueError when the rows do not belong to the text.
        """
        by_layer: dict[int, list[Mapping[str, Any]]] = {}
        for row in rows:
            by_layer.setdefault(row["layer"], []).append(row)
        layers: list[Layer] = []
        made = text
        for _, group in sorted(by_layer.items(), reverse=True):
            group.sort(key=lambda row: (row["start"], row["end"]))
            backwards = Layer.of(
                group[0]["stage"],
                made,
                [
                    Edit(row["rule"], row["new_start"], row["new_end"], row["removed"], row["evidence"] or "")
                    for row in group
                ],
            )
            layers.append(backwards.inverse)
            if backwards.removed != "".join(row["inserted"] for row in group):
                raise ValueError(f"{group[0]['stage']}: the rows do not belong to this text")
            made = backwards.apply(made)
        return cls(made, tuple(reversed(layers)), text)

    def then(self, layer: Layer) -> TracedText:
        """This text with one more layer on top."""
        return TracedText(self.source, (*self.layers, layer), layer.apply(self.text))

    def revert(self) -> str:
        """The source, found by undoing the layers in reverse from the text alone."""
        text = self.text
        for layer in reversed(self.layers):
            text = layer.inverse.apply(text)
        return text

    def to_text(self, starts: Sequence[int], ends: Sequence[int]) -> tuple[Offsets, Offsets]:
        """Spans of the source, in the text. `starts` and `ends` have one length; so have the answers.

        Raises ValueError when a span is not one of the source.
        """
        _check_spans(starts, ends, len(self.source))
        return _through(self.layers, starts, ends)

    def to_source(self, starts: Sequence[int], ends: Sequence[int]) -> tuple[Offsets, Offsets]:
        """Spans of the text, in the source. Raises ValueError when a span is not one of the text."""
        _check_spans(starts, ends, len(self.text))
        return _through([layer.inverse for layer in reversed(self.layers)], starts, ends)

    def runs(self) -> Iterator[Run]:
        """All edits, layer by layer, as maximal runs of one rule."""
        for number, layer in enumerate(self.layers):
            if not len(layer):
                continue
            below = [lower.inverse for lower in reversed(self.layers[:number])]
            bounds = layer.run_bounds()
            firsts, lasts = bounds[:-1], bounds[1:] - 1
            source_starts, source_ends = _through(below, layer.starts[firsts], layer.ends[lasts])
            removed, inserted = layer._text_bounds
            new_starts = layer._new_starts
            for i, (first, last) in enumerate(zip(firsts.tolist(), lasts.tolist(), strict=True)):
                yield Run(
                    layer=number,
                    stage=layer.stage,
                    rule=layer.rules[layer.rule_codes[first]],
                    start=int(layer.starts[first]),
                    end=int(layer.ends[last]),
                    new_start=int(new_starts[first]),
                    new_end=int(new_starts[last] + layer.inserted_lengths[last]),
                    source_start=int(source_starts[i]),
                    source_end=int(source_ends[i]),
                    removed=layer.removed[removed[first] : removed[last + 1]],
                    inserted=layer.inserted[inserted[first] : inserted[last + 1]],
                    evidence="; ".join(
                        dict.fromkeys(layer.evidence[j] for j in range(first, last + 1) if j in layer.evidence)
                    ),
                )


def _check_spans(starts: Sequence[int] | Offsets, ends: Sequence[int] | Offsets, length: int) -> None:
    at, to = np.asarray(starts), np.asarray(ends)
    if at.ndim != 1 or at.shape != to.shape:
        raise ValueError(f"starts and ends must be sequences of one length, not of shapes {at.shape} and {to.shape}")
    wrong = np.flatnonzero((at < 0) | (at > to) | (to > length))
    if wrong.size:
        i = wrong[0]
        raise ValueError(f"span {i} ({at[i]}:{to[i]}) lies not within the {length} characters")


def _through(
    layers: Iterable[Layer], starts: Sequence[int] | Offsets, ends: Sequence[int] | Offsets
) -> tuple[Offsets, Offsets]:
    at, to = np.asarray(starts, dtype=np.int64), np.asarray(ends, dtype=np.int64)
    for layer in layers:
        at, to = layer.project(at, to)
    return at, to
