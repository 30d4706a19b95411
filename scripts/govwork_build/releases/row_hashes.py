"""Records of a release by their ids, each with a hash of its row: by these two releases are compared."""

from __future__ import annotations

from collections.abc import Iterator

from govwork.content import canonical, sha256

from ..corpus import Row

# By config the column that names a row. The rows of other configs have no id of their own.
ID_COLUMNS = {
    "documents": "doc_id",
    "blocks": "block_id",
    "tasks": "task_id",
    "entities": "block_id",
    "targets": "target_id",
    "repairs": "repair_id",
}
# The kinds of records that have ids; spans are parts of the rows of `entities`.
KINDS = ("documents", "blocks", "tasks", "entities", "spans", "targets", "repairs")
_DIGITS = 12


def row_hash(row: Row) -> str:
    """The first 12 hexadecimal digits of the sha256 of the row's canonical JSON."""
    return sha256(canonical(row))[:_DIGITS]


def records_of(config: str, row: Row) -> Iterator[tuple[str, str, Row]]:
    """The records of a row that have ids: their kinds, their ids, and what of the row is theirs.

    A row of `entities` is one itself, and so is each of its spans, with the relations that begin in it.
    """
    if config in ID_COLUMNS:
        yield config, row[ID_COLUMNS[config]], row
    if config == "entities":
        for span in row["spans"]:
            relations = [relation for relation in row["relations"] if relation["head"] == span["id"]]
            yield "spans", f"{row['block_id']}#{span['id']}", {**span, "relations": relations}


def owner_kind(config: str) -> str:
    """The kind of record that the rows of a config without ids belong to."""
    return "entities" if config == "ner" else "documents"


def owner_of(config: str, row: Row) -> tuple[str, str]:
    """The record that a row without id belongs to: its kind and its id.

    >>> owner_of("edits", {"doc_id": "a", "layer": 0}), owner_of("ner", {"block_id": "a:0", "doc_id": "a"})
    (('documents', 'a'), ('entities', 'a:0'))
    """
    kind = owner_kind(config)
    return kind, row[ID_COLUMNS[kind]]
