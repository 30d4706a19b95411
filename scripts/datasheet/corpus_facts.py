"""Figures of the documents and their sources."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from govwork.features import FOLDS
from govwork_build.build_paths import Paths
from govwork_build.catalogue import Catalogue, load_catalogue
from govwork_build.corpus import read_source
from govwork_build.folds import load_folds
from govwork_build.release import load_splits

# The clean sources, of which scripts/make_clause_table.py counts clauses.
CLEAN_SOURCES = ("000_", "001_", "004_")
_GROUPED = ("doc_type", "province", "prefecture", "county", "level", "year", "script", "rights", "source_id")
Row = Mapping[str, Any]


class Part(NamedTuple):
    """So many documents with so many characters in all."""

    documents: int
    characters: int


class SourceFacts(NamedTuple):
    """The number of a source, how many documents it holds, and the days that its page gives for them."""

    number: str
    documents: int
    days: list[str]


def corpus_facts(paths: Paths) -> dict[str, Any]:
    """What is counted of the documents as committed; `paths` are those of the repository."""
    rows = list(map(json.loads, paths.metadata.read_text("utf-8").splitlines()))
    catalogue = load_catalogue(paths.catalogue)
    split_of, fold_of = load_splits(paths.splits), load_folds(paths.folds)
    rules = _edits_by_rule(rows)
    return {
        "version": paths.version(),
        "all": part(rows),
        "by": {name: grouped(rows, name) for name in _GROUPED},
        "texts": {row["doc_id"]: row for row in rows},
        "sources": list(_sources(catalogue, rows)),
        "characters_received": sum(len(read_source(catalogue, source)[0].text) for source in catalogue.sources),
        "characters_of_documents": sum(row["source_end"] - row["source_start"] for row in rows),
        "withdrawn": len(catalogue.withdrawn),
        "nulls": {name: sum(row[name] is None for row in rows) for name in rows[0]},
        "years": sorted(str(row["year"]) for row in rows if row["year"]),
        "page_years": sorted({row["date_published"][:4] for row in rows if row["date_published"]}),
        "evidence": Counter(piece["basis"] for row in rows for piece in row["evidence"]),
        "inferred": {name: _inferred(rows, name) for name in ("year", "region_code")},
        "blanked_and_placed": sum(_has(row, "redaction") and "region_code" in _inferred_fields(row) for row in rows),
        "gaps": {cause: Gaps.of(rows, cause) for cause in _causes(rows)},
        "year_disagrees": sum("year_disagrees" in row["quality"] for row in rows),
        "rules": rules,
        "edits": _edits_by_stage(rules),
        "shared_with_train": {length: _shared_with_train(paths, split_of, length) for length in (20, 30)},
        "clean_of_split": Counter(
            split_of[row["doc_id"]] for row in rows if row["source_id"].startswith(CLEAN_SOURCES)
        ),
        "folds": [sum(row["n_chars"] for row in rows if fold_of[row["doc_id"]] == fold) for fold in FOLDS],
        "fold_of": fold_of,
        "split_sizes": Counter(split_of.values()),
        "township_counties": len({row["county"] for row in rows if row["level"] == "township"}),
        "wuyi_splits": len({split_of[row["doc_id"]] for row in rows if row["county"] == "武义县"}),
    }


class Gaps(NamedTuple):
    """How many gaps of a cause there are, and in how many documents."""

    number: int
    documents: int

    @classmethod
    def of(cls, rows: Iterable[Row], cause: str) -> Gaps:
        counts = [sum(gap["cause"] == cause for gap in row["gaps"]) for row in rows]
        return cls(sum(counts), sum(count > 0 for count in counts))


def part(rows: Sequence[Row]) -> Part:
    return Part(len(rows), sum(row["n_chars"] for row in rows))


def grouped(rows: Sequence[Row], name: str) -> dict[Any, Part]:
    """The documents by the value of a column, None for those that have none."""
    return {value: part([row for row in rows if row[name] == value]) for value in {row[name]: None for row in rows}}


def _sources(catalogue: Catalogue, rows: Sequence[Row]) -> Iterator[SourceFacts]:
    for source in catalogue.sources:
        own = [row for row in rows if row["source_id"] == source.source_id]
        days = sorted({row["date_published"] for row in own if row["date_published"]})
        yield SourceFacts(source.source_id[:3], len(own), days)


def _inferred_fields(row: Row) -> set[str]:
    return {piece["field"] for piece in row["evidence"] if piece["basis"] == "inferred"}


def _inferred(rows: Iterable[Row], name: str) -> int:
    return sum(name in _inferred_fields(row) for row in rows)


def _has(row: Row, cause: str) -> bool:
    return any(gap["cause"] == cause for gap in row["gaps"])


def _causes(rows: Iterable[Row]) -> set[str]:
    return {gap["cause"] for row in rows for gap in row["gaps"]}


def _edits_by_rule(rows: Iterable[Row]) -> Counter[str]:
    counts = Counter[str]()
    for row in rows:
        counts.update({fix["rule"]: fix["count"] for fix in row["encoding_fixes"]})
    return counts


def _edits_by_stage(rules: Mapping[str, int]) -> Counter[str]:
    """A rule's name begins with its stage."""
    counts = Counter[str]()
    for rule, number in rules.items():
        counts[rule.partition(".")[0]] += number
    return counts


def _shared_with_train(paths: Paths, split_of: Mapping[str, str], length: int) -> float:
    """The largest share, over the documents outside train, of characters in a string so long that train has, too."""
    texts = {doc_id: _text(paths.documents / f"{doc_id}.txt") for doc_id in split_of}
    train: set[str] = set()
    for doc_id, text in texts.items():
        if split_of[doc_id] == "train":
            train.update(_pieces(text, length))
    shares = []
    for doc_id, text in texts.items():
        if split_of[doc_id] != "train":
            places = [at for at, piece in enumerate(_pieces(text, length)) if piece in train]
            shares.append(len({at + i for at in places for i in range(length)}) / len(text))
    return max(shares)


def _text(path: Path) -> str:
    return path.read_text("utf-8").removesuffix("\n")


def _pieces(text: str, length: int) -> list[str]:
    return [text[at : at + length] for at in range(len(text) - length + 1)]
