"""Which blocks are annotated: a draw by seed, spread over kinds and documents."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ..corpus import Document, Row, block_rows
from ..regions import Region


class Candidate(NamedTuple):
    """A block that may be drawn, with what its annotator sees of its document, and what is known of the document."""

    row: Row
    title: str | None
    before: str
    after: str
    region: Region | None
    year: int | None
    units: tuple[str, ...]

    @property
    def block_id(self) -> str:
        return str(self.row["block_id"])

    @property
    def text(self) -> str:
        return str(self.row["text"])


def candidates(documents: Iterable[Document]) -> Iterator[Candidate]:
    """All blocks of these documents."""
    for document in documents:
        rows = list(block_rows(document))
        texts = ["", *(row["text"] for row in rows), ""]
        description = document.description
        units = tuple(
            sorted({unit.name for task in document.tasks for unit in (*task.lead_units, *task.support_units)})
        )
        for i, row in enumerate(rows):
            yield Candidate(
                row,
                description.title,
                texts[i],
                texts[i + 2],
                description.region,
                description.year,
                units,
            )


def chance(*names: str) -> str:
    """A number between documents and versions that does not change: a hash of the seed and the names."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def draw(pool: Iterable[Candidate], quota: Mapping[str, int], seed: str) -> list[Candidate]:
    """So many blocks of each kind, taken from its documents in turn; in the order of the corpus.

    A draw does not hang on what else is in the corpus, but through the turns.
    """
    pool = list(pool)
    chosen: set[str] = set()
    for kind, wanted in quota.items():
        by_document: dict[str, list[str]] = {}
        for candidate in pool:
            if candidate.row["kind"] == kind:
                by_document.setdefault(candidate.row["doc_id"], []).append(candidate.block_id)
        ranked = [
            (turn, chance(seed, f"{kind} {doc_id}"), block_id)
            for doc_id, block_ids in by_document.items()
            for turn, block_id in enumerate(sorted(block_ids, key=lambda block_id: chance(seed, block_id)))
        ]
        chosen.update(block_id for _, _, block_id in sorted(ranked)[:wanted])
    return [candidate for candidate in pool if candidate.block_id in chosen]


def shares(pool: Iterable[Candidate], number: int) -> dict[str, int]:
    """How many blocks of each kind a draw of so many takes: as the root of how many there are, so that none is few.

    Where there are fewer blocks than wanted, it is all of them.
    """
    met: dict[str, int] = {}
    for candidate in pool:
        met[candidate.row["kind"]] = met.get(candidate.row["kind"], 0) + 1
    number = min(number, sum(met.values()))
    taken = dict.fromkeys(sorted(met), 0)
    # One at a time to the kind that has least of its due; a kind never gives more than it has.
    for _ in range(number):
        open_kinds = [kind for kind in taken if taken[kind] < met[kind]]
        least = min(open_kinds, key=lambda kind: ((taken[kind] + 1) / met[kind] ** 0.5, kind))
        taken[least] += 1
    return taken
