"""corpus/folds.toml: five folds on document boundaries, and the lineages that splits and folds keep together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from govwork.features import FOLDS

from .corpus import Row
from .release import load_division


def load_folds(path: Path) -> dict[str, int]:
    """corpus/folds.toml as document → fold.

    Raises CorpusError when the file cannot be read, a document is in two folds, or a fold is unknown or no list.
    """
    return {doc_id: int(fold) for doc_id, fold in load_division(path, [str(fold) for fold in FOLDS], "fold").items()}


def lineages(documents: Iterable[Row]) -> Iterator[list[str]]:
    """The documents that must stay together, by their ids: those of one place in the same or consecutive years.

    `documents` are rows of the config, of which one without a place is in no lineage. Where a year of a place is not
    known, all documents of that place are one lineage.
    """
    placed = [row for row in documents if row["region_code"] is not None]
    for _, of_place in groupby(sorted(placed, key=_place_and_year), key=lambda row: row["region_code"]):
        rows = list(of_place)
        together = rows[:1]
        for row in rows[1:]:
            # One without a year comes first.
            if rows[0]["year"] is not None and row["year"] - together[-1]["year"] > 1:
                yield [each["doc_id"] for each in together]
                together = []
            together.append(row)
        yield [each["doc_id"] for each in together]


def _place_and_year(row: Row) -> tuple[str, int]:
    return row["region_code"], -1 if row["year"] is None else row["year"]
