"""One side of a comparison: a release as ids and hashes, whether it comes from the ledger or from its rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from govwork.content import canonical

from ..corpus import Row
from ..errors import CorpusError
from .columns import Columns, in_both, less
from .ledger import Content, LedgerEntry
from .row_hashes import ID_COLUMNS, KINDS, owner_kind, owner_of, records_of, row_hash


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison, hashed so that it can be held against the other.

    `rows` maps every kind of record to ids and hashes, in the order of the release. Where the columns of both sides
    are known, rows are hashed on those that both have; `columns` is None where only hashes are known. `shared` is of
    configs without ids, by config and split: the hash of the rows that belong to a record that both sides have there,
    None where only the hash of all rows is known.
    """

    version: str
    rows: Mapping[str, Mapping[str, str]]
    splits: Mapping[str, str]
    configs: Mapping[str, Mapping[str, Content]]
    shared: Mapping[tuple[str, str], str | None]
    columns: Mapping[str, Columns] | None
    withdrawn: Mapping[str, str]


# The side before the first release.
NOTHING = Side("", {kind: {} for kind in KINDS}, {}, {}, {}, {}, {})


class Known(NamedTuple):
    """What a side is hashed by of the other: in which split a record is that rows may belong to, by kind and id, and
    the columns by config, None where they are not known.
    """

    splits: Mapping[str, Mapping[str, str]]
    columns: Mapping[str, Columns] | None


def known_of_entry(entry: LedgerEntry) -> Known:
    """What the ledger tells of a release: splits, and no columns."""
    # A block's id begins with its document's.
    of_blocks = {block_id: entry.splits[block_id.rpartition(":")[0]] for block_id in entry.rows["entities"]}
    return Known({"documents": entry.splits, "entities": of_blocks}, None)


def side_of_entry(entry: LedgerEntry, other: Known) -> Side:
    """The side of a release of the ledger.

    Of a split of a config without ids it has the hash of all rows, which is that of the shared ones where all are.
    """
    own = known_of_entry(entry).splits
    shared: dict[tuple[str, str], str | None] = {}
    for config, splits in entry.configs.items():
        if config not in ID_COLUMNS:
            kind = owner_kind(config)
            left = {split for record_id, split in own[kind].items() if other.splits[kind].get(record_id) != split}
            shared |= {(config, split): None if split in left else facts.sha256 for split, facts in splits.items()}
    return Side(entry.version, entry.rows, entry.splits, entry.configs, shared, None, entry.withdrawn)


def side_of_rows(
    version: str,
    rows: Iterable[tuple[str, str, Row]],
    columns: Mapping[str, Columns],
    withdrawn: Mapping[str, str],
    other: Known,
) -> Side:
    """The side of a release whose rows are at hand, each with its config and split, in the order of the release.

    Raises CorpusError when two records of a kind have one id.
    """
    made = _Making({config: in_both(own, (other.columns or {}).get(config, own)) for config, own in columns.items()})
    for config, split, row in rows:
        made.add(config, split, row, other)
    configs: dict[str, dict[str, Content]] = {}
    for (config, split), (count, digest) in made.contents.items():
        configs.setdefault(config, {})[split] = Content(count, digest.hexdigest())
    shared = {place: digest.hexdigest() for place, digest in made.shared.items()}
    return Side(version, made.hashes, made.splits, configs, shared, columns, withdrawn)


@dataclass(frozen=True, slots=True)
class _Making:
    """A side in the making; `columns` are by config those that rows are hashed on."""

    columns: Mapping[str, Columns]
    hashes: dict[str, dict[str, str]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    splits: dict[str, str] = field(default_factory=dict)
    contents: dict[tuple[str, str], tuple[int, Any]] = field(default_factory=dict)
    shared: dict[tuple[str, str], Any] = field(default_factory=dict)

    def add(self, config: str, split: str, row: Row, other: Known) -> None:
        count, digest = self.contents.get((config, split)) or (0, hashlib.sha256())
        digest.update(_line(row))
        self.contents[config, split] = count + 1, digest
        compared = less(row, self.columns[config])
        if config not in ID_COLUMNS:
            kind, owner = owner_of(config, row)
            digest = self.shared.setdefault((config, split), hashlib.sha256())
            if other.splits[kind].get(owner) == split:
                digest.update(_line(compared))
        for kind, record_id, record in records_of(config, compared):
            if record_id in self.hashes[kind]:
                raise CorpusError(f"two records of {kind} have the id {record_id}; a release names each once")
            self.hashes[kind][record_id] = row_hash(record)
        if config == "documents":
            self.splits[row["doc_id"]] = split


def _line(row: Row) -> bytes:
    return canonical(row).encode("utf-8", "surrogatepass") + b"\n"
