"""What the baselines read of a release, through `load_dataset` alone.

Only documents whose rights are `official` count: of these the full and the public release hold the same rows, and so
give the same figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from govwork.features import SPLITS

from ..errors import CorpusError


class Block(NamedTuple):
    """A row of `blocks`: what it is, who says so, and its topics, which only some blocks of gold have."""

    block_id: str
    doc_id: str
    text: str
    kind: str
    is_gold: bool
    topics: frozenset[str]


class Tagged(NamedTuple):
    """A row of `ner`, with its block; `tags` are names, one a character."""

    block: Block
    tags: tuple[str, ...]


class Facts(NamedTuple):
    """What is known of a document: its place and year, its fold, and the names of the bodies in its tasks."""

    region_code: str | None
    year: int | None
    fold: int
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Data:
    """A release, by split; documents by id."""

    blocks: Mapping[str, list[Block]]
    tagged: Mapping[str, list[Tagged]]
    documents: Mapping[str, Facts]


def read(folder: Path) -> Data:
    """Raises CorpusError where the folder is no release, or one without what is needed."""
    units: defaultdict[str, set[str]] = defaultdict(set)
    for task in _rows(folder, "tasks").values():
        for row in task:
            units[row["doc_id"]] |= {unit["name"] for unit in (*row["lead_units"], *row["support_units"])}
    documents = {
        row["doc_id"]: Facts(
            row["region_code"], row["year"], row["fold"], tuple(sorted(units[row["doc_id"]] - {None}))
        )
        for rows in _rows(folder, "documents").values()
        for row in rows
        if row["rights"] == "official"
    }
    blocks = {
        split: [_block(row) for row in rows if row["doc_id"] in documents]
        for split, rows in _rows(folder, "blocks").items()
    }
    by_id = {block.block_id: block for of_split in blocks.values() for block in of_split}
    tagged = {
        split: [Tagged(by_id[row["block_id"]], tuple(row["ner_tags"])) for row in rows if row["block_id"] in by_id]
        for split, rows in _rows(folder, "ner").items()
    }
    for config, found in (("blocks", blocks), ("ner", tagged)):
        if empty := [split for split in SPLITS if not found.get(split)]:
            raise CorpusError(
                f"{folder}: {config} of {', '.join(empty)} has no rows; nothing can be trained and scored"
            )
    return Data(blocks, tagged, documents)


def _block(row: dict[str, Any]) -> Block:
    topics = frozenset(row["topics"] or ())
    is_gold = row["kind_source"] == "gold"
    return Block(row["block_id"], row["doc_id"], row["text"], row["kind"], is_gold, topics)


def _rows(folder: Path, config: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of a config by split, class labels by their names."""
    # Imported here: it takes seconds.
    from datasets import ClassLabel, List, load_dataset

    try:
        splits = load_dataset(str(folder), config)
    except (OSError, ValueError) as error:
        raise CorpusError(f"{folder}: {config} cannot be loaded ({str(error).splitlines()[0]})") from None
    made = {}
    for split, rows in splits.items():
        names = {name: kind.names for name, kind in rows.features.items() if isinstance(kind, ClassLabel)}
        lists = {
            name: kind.feature.names
            for name, kind in rows.features.items()
            if isinstance(kind, List) and isinstance(kind.feature, ClassLabel)
        }
        made[str(split)] = [
            row
            | {name: labels[row[name]] for name, labels in names.items()}
            | {name: [labels[number] for number in row[name]] for name, labels in lists.items()}
            for row in rows
        ]
    return made
