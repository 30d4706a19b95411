"""How far annotators agree: on spans, attributes, relations and choices, over the blocks that two or more did.

Every figure is either a share, of counts that each pair of annotations of a block adds to, or an alpha (alpha.py). So
what a block adds is counted once (agreement_counts.py), and the bootstrap only sums counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import CorpusError
from .agreement_counts import Key, codings, parts, share_keys
from .alpha import Floats, alpha
from .bootstrap import Interval, draws, interval
from .collection import Group, shared_blocks
from .records import Annotation
from .scheme import scheme

# With fewer documents, blocks are drawn.
_ENOUGH_DOCUMENTS = 8
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, and the interval in which it lies by the bootstrap; None where it is undefined.

    `count` is what it is of. F1: the spans or relations of both. Shares and Jaccard: the cases compared. Alpha: the
    values given, one for each annotator of each block or character.
    """

    measure: str
    of: str
    value: float | None
    interval: Interval | None
    count: int


class Gate(NamedTuple):
    """A figure, and what it is to reach."""

    figure: Figure
    wanted: float

    @property
    def reached(self) -> bool | None:
        """Whether it does; None where it is undefined."""
        return None if self.figure.value is None else self.figure.value >= self.wanted


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement of these annotators, pair by pair and pooled; `drawn` is what the bootstrap draws."""

    annotators: tuple[str, ...]
    blocks: int
    documents: int
    drawn: Literal["documents", "blocks"]
    figures: Mapping[Key, Figure]

    def gates(self) -> list[Gate]:
        """The figures that have a value to reach."""
        return [Gate(self.figures[key], wanted) for key, wanted in scheme().gates.items()]

    def rows(self) -> list[dict[str, Any]]:
        """The figures for JSON, to six decimals."""
        head = {
            "annotators": list(self.annotators),
            "blocks": self.blocks,
            "documents": self.documents,
            "drawn": self.drawn,
        }
        return [
            head
            | {"measure": figure.measure, "of": figure.of, "value": _rounded(figure.value)}
            | {"low": _rounded(figure.interval and figure.interval.low)}
            | {"high": _rounded(figure.interval and figure.interval.high)}
            | {"count": figure.count, "wanted": scheme().gates.get(key)}
            for key, figure in self.figures.items()
        ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def pooled_agreement(annotations: Sequence[Annotation]) -> Agreement:
    """The agreement of all annotators: each pair of annotations of a block counts in a share, and each block's values
    together in an alpha.

    Raises CorpusError when no block has two annotators.
    """
    groups = shared_blocks(annotations)
    if not groups:
        raise CorpusError("no block was annotated by two annotators; have some blocks annotated twice")
    document_ids = [group[0].block.doc_id for group in groups]
    documents = sorted(set(document_ids))
    by_document = len(documents) >= _ENOUGH_DOCUMENTS
    unit_of = np.array([documents.index(name) for name in document_ids]) if by_document else np.arange(len(groups))
    drawn = draws(int(unit_of.max()) + 1)
    figures = [*_shares(groups, unit_of, drawn), *_alphas(groups, unit_of, drawn)]
    return Agreement(
        tuple(sorted({each.annotator for group in groups for each in group})),
        len(groups),
        len(documents),
        "documents" if by_document else "blocks",
        {(figure.measure, figure.of): figure for figure in figures},
    )


def pair_agreement(annotations: Sequence[Annotation], first: str, second: str) -> Agreement:
    """The agreement of two annotators. Raises CorpusError when they share no block."""
    try:
        return pooled_agreement([each for each in annotations if each.annotator in (first, second)])
    except CorpusError as error:
        raise CorpusError(*(f"{first} and {second}: {problem}" for problem in error.problems)) from None


def agreements(annotations: Sequence[Annotation]) -> list[Agreement]:
    """The pooled agreement, and where there are more than two annotators that of each pair which shares a block."""
    pooled = pooled_agreement(annotations)
    if len(pooled.annotators) == 2:
        return [pooled]
    groups = shared_blocks(annotations)
    pairs = {pair for group in groups for pair in combinations([each.annotator for each in group], 2)}
    return [pooled, *(pair_agreement(annotations, *pair) for pair in sorted(pairs))]


def _shares(groups: Sequence[Group], unit_of: NDArray[np.int64], drawn: Floats) -> Iterator[Figure]:
    keys = share_keys(scheme())
    column = {key: i for i, key in enumerate(keys)}
    counts = np.zeros((2, drawn.shape[1], len(keys)))
    for unit, group in zip(unit_of.tolist(), groups, strict=True):
        for first, second in combinations(group, 2):
            for key, part, whole in parts(first, second, scheme()):
                counts[0, unit, column[key]] += part
                counts[1, unit, column[key]] += whole
    of_all, of_draws = _share(counts.sum(axis=1)), _share(drawn @ counts)
    for i, key in enumerate(keys):
        yield _figure(key, of_all[i], of_draws[:, i], counts[1, :, i])


def _share(counts: Floats) -> Floats:
    part, whole = counts
    share: Floats = np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)
    return share


def _alphas(groups: Sequence[Group], unit_of: NDArray[np.int64], drawn: Floats) -> Iterator[Figure]:
    for key, (by_block, disagreement_by_block, distances) in codings(groups, scheme()):
        counts, disagreement = np.zeros((drawn.shape[1], by_block.shape[1])), np.zeros(drawn.shape[1])
        np.add.at(counts, unit_of, by_block)
        np.add.at(disagreement, unit_of, disagreement_by_block)
        of_all = alpha(counts.sum(axis=0), disagreement.sum(), distances)
        of_draws = alpha(drawn @ counts, drawn @ disagreement, distances)
        yield _figure(key, of_all, of_draws, counts.sum(axis=1))


def _figure(key: Key, value: Any, of_draws: Floats, by_unit: Floats) -> Figure:
    """A figure with its interval; one unit alone, drawn again and again, tells nothing of others."""
    is_defined = not np.isnan(value)
    return Figure(
        *key,
        float(value) if is_defined else None,
        interval(of_draws) if is_defined and np.count_nonzero(by_unit) > 1 else None,
        int(by_unit.sum()),
    )
