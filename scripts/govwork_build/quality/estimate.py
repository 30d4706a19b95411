"""Samples of the corpus, and what the answers to them say of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..annotation.bootstrap import draws, interval
from ..annotation.draw import chance
from ..annotation.gold import Gold, GoldLayer
from ..build_paths import Paths
from ..catalogue import load_catalogue
from ..corpus import block_rows, documents
from ..errors import CorpusError
from ..json_file import read_json
from ..regions import load_regions
from .aspects import aspects
from .items import Aspect, Corpus, Item, Tally

# Fewer documents than these say little of how documents differ; then items are drawn again, not documents.
_FEWEST_DOCUMENTS = 8


# Of an interval of 95 %, on either side.
_TAIL = 0.025


class Estimate(NamedTuple):
    """What a sample says of one aspect: the share of what the corpus has that is right, of what it should have that
    it has, and of items that are right as a whole; each with an interval of 95 %, and what is drawn again for it."""

    aspect: str
    unit: str
    items: int
    documents: int
    ours: int
    judged: int
    precision: tuple[float, float, float]
    recall: tuple[float, float, float]
    whole: tuple[float, float, float]
    drawn: str


def read_corpus(paths: Paths) -> Corpus:
    """The corpus as it is built now, with its gold. Raises CorpusError."""
    built = list(documents(load_catalogue(paths.catalogue), load_regions(paths.regions)))
    layer = GoldLayer.read(paths.gold)
    gold = {row["block_id"]: layer.of(row) for document in built for row in block_rows(document)}
    return Corpus(built, {block_id: each for block_id, each in gold.items() if isinstance(each, Gold)})


def sample(aspect: Aspect, corpus: Corpus, seed: str) -> list[Item]:
    """The items of an aspect that a seed draws, from documents in turn; all where there are no more than wanted."""
    by_document: dict[str, list[Item]] = {}
    for item in aspect.items(corpus):
        by_document.setdefault(item.doc_id, []).append(item)
    ranked = [
        (turn, chance(seed, aspect.name, doc_id), item.item_id, item)
        for doc_id, items in by_document.items()
        for turn, item in enumerate(sorted(items, key=lambda item: chance(seed, aspect.name, item.item_id)))
    ]
    return [item for *_, item in sorted(ranked, key=lambda each: each[:3])[: aspect.number]]


def questions(corpus: Corpus, seed: str) -> dict[str, Any]:
    """All that judges are shown: by aspect what is asked, and its items; of the corpus's answers nothing."""
    return {
        "seed": seed,
        "aspects": {
            aspect.name: {
                "question": aspect.question,
                "items": {item.item_id: dict(item.shown) for item in sample(aspect, corpus, seed)},
            }
            for aspect in aspects()
        },
        # Shown once: the questions on the outline are of lines among these.
        "lines": {
            document.doc_id: [f"{i} {block.text[:60]}" for i, block in enumerate(document.blocks)]
            for document in corpus.documents
        },
    }


def unanswered(asked: Mapping[str, Any], answers: Mapping[str, Any], place: str) -> list[str]:
    """The questions that have no answer, one problem each."""
    return [
        f"{place}: {name} {item_id} has no answer"
        for name, aspect in asked["aspects"].items()
        for item_id in aspect["items"]
        if item_id not in answers.get(name, {})
    ]


def estimates(corpus: Corpus, answers: Mapping[str, Any], place: str) -> Iterator[Estimate]:
    """What the answers say, by aspect and item. Raises CorpusError where one is of another form.

    An item is known by its place in the source; one that the corpus no longer has counts as wrong.
    """
    problems: list[str] = []
    for aspect in aspects():
        ours = {item.item_id: item for item in aspect.items(corpus)}
        tallies: list[tuple[str, Tally]] = []
        for item_id, said in answers.get(aspect.name, {}).items():
            if item_id not in ours:
                tallies.append((item_id.rpartition(":")[0], Tally(1, 1, 0)))
                continue
            try:
                tallies.append((ours[item_id].doc_id, aspect.tally(ours[item_id].ours, said)))
            except ValueError as problem:
                problems.append(f"{place}: {aspect.name} {item_id}: {problem}")
        if tallies and not problems:
            yield _estimate(aspect, tallies)
    if problems:
        raise CorpusError(*problems)


def _estimate(aspect: Aspect, tallies: list[tuple[str, Tally]]) -> Estimate:
    doc_ids = sorted({doc_id for doc_id, _ in tallies})
    by_document = len(doc_ids) >= _FEWEST_DOCUMENTS
    unit_of = [doc_ids.index(doc_id) if by_document else i for i, (doc_id, _) in enumerate(tallies)]
    sums = np.zeros((len(doc_ids) if by_document else len(tallies), 5))
    for unit, (_, tally) in zip(unit_of, tallies, strict=True):
        sums[unit] += (tally.same, tally.ours, tally.judged, tally.right, 1)
    drawn = draws(len(sums)) @ sums
    whole = sums.sum(axis=0)

    def share(part: int, of: int) -> tuple[float, float, float]:
        with np.errstate(invalid="ignore", divide="ignore"):
            bounds = interval(drawn[:, part] / drawn[:, of])
        value = whole[part] / whole[of] if whole[of] else 1.0
        # Where nothing differs every draw is alike and would claim certainty: the exact binomial bound over items.
        low, high = (_TAIL ** (1 / len(tallies)), 1.0) if value == 1 else bounds or (value, value)
        return round(float(value), 4), round(low, 4), round(high, 4)

    return Estimate(
        aspect.name,
        aspect.unit,
        len(tallies),
        len(doc_ids),
        int(whole[1]),
        int(whole[2]),
        share(0, 1),
        share(0, 2),
        share(3, 4),
        "documents" if by_document else "items",
    )


def quality_rows(found: Iterator[Estimate]) -> list[dict[str, Any]]:
    """Estimates as quality.json holds them."""
    names = ("precision", "recall", "whole")
    return [
        {name: value for name, value in each._asdict().items() if name not in names}
        | {name: dict(zip(("value", "low", "high"), getattr(each, name), strict=True)) for name in names}
        for each in found
    ]


def read_object(path: Path) -> dict[str, Any]:
    """A JSON object. Raises CorpusError when it is none."""
    read = read_json(path)
    if not isinstance(read, dict):
        raise CorpusError(f"{path}: is no JSON object; take it from version control")
    return read
