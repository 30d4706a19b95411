"""Releases small enough to be drawn at random, and changes of them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from govwork.content import content_sha256
from govwork.features import SPLITS
from govwork_build.releases.columns import Columns
from govwork_build.releases.ledger import LedgerEntry, table_of
from govwork_build.releases.sides import Known, Side, known_of_entry, side_of_entry, side_of_rows

Row = dict[str, Any]
_SPANS: Columns = {"id": {}, "label": {}, "attributes": {"lo": {}}}
_RELATIONS: Columns = {"head": {}, "label": {}, "tail": {}}
# In the order of a release.
CONFIGS: dict[str, Columns] = {
    "documents": {"doc_id": {}, "text": {}},
    "blocks": {"block_id": {}, "doc_id": {}, "text": {}},
    "edits": {"doc_id": {}, "start": {}},
    "entities": {"block_id": {}, "doc_id": {}, "spans": _SPANS, "relations": _RELATIONS},
    "ner": {"block_id": {}, "doc_id": {}, "tags": {}},
}


@dataclass
class ModelDocument:
    """A document with its rows by config; those of `entities` and `ner` belong to blocks."""

    split: str
    rows: dict[str, list[Row]]


@dataclass
class ModelRelease:
    """A release as its documents; `extra` is the name of a column that every block has besides."""

    documents: dict[str, ModelDocument] = field(default_factory=dict)
    withdrawn: dict[str, str] = field(default_factory=dict)
    extra: str | None = None

    def rows(self) -> Iterator[tuple[str, str, Row]]:
        for config in CONFIGS:
            for split in SPLITS:
                for document in self.documents.values():
                    if document.split == split:
                        for row in document.rows[config]:
                            added = {self.extra: 0} if self.extra and config == "blocks" else {}
                            yield config, split, row | added

    def columns(self) -> dict[str, Columns]:
        extra: dict[str, Columns] = {"blocks": {self.extra: {}}} if self.extra else {}
        held = dict.fromkeys(config for config, _, _ in self.rows())
        return {config: CONFIGS[config] | extra.get(config, {}) for config in held}

    def known(self) -> Known:
        splits: dict[str, dict[str, str]] = {"documents": {}, "entities": {}}
        for config, split, row in self.rows():
            if config in splits:
                splits[config][row["doc_id" if config == "documents" else "block_id"]] = split
        return Known(splits, self.columns())

    def entry(self, version: str = "0.1.0") -> LedgerEntry:
        """The release in the ledger."""
        side = side_of_rows(version, self.rows(), self.columns(), self.withdrawn, self.known())
        hashes = {"full": content_sha256(table_of(side.configs)), "public": "0" * 64}
        return LedgerEntry(
            version, "2026-01-01", "first", hashes, side.configs, side.splits, {}, self.withdrawn, {}, side.rows
        )


def sides(old: ModelRelease, new: ModelRelease) -> tuple[Side, Side]:
    """Both as their rows."""
    made = (
        side_of_rows(one.__class__.__name__, one.rows(), one.columns(), one.withdrawn, other.known())
        for one, other in ((old, new), (new, old))
    )
    return next(made), next(made)


def sides_of_entry(old: ModelRelease, new: ModelRelease) -> tuple[Side, Side]:
    """The old one as the ledger has it, the new one as its rows."""
    entry = old.entry()
    one = side_of_entry(entry, new.known())
    return one, side_of_rows("0.2.0", new.rows(), new.columns(), new.withdrawn, known_of_entry(entry))


def document(doc_id: str, split: str, blocks: int, edits: int) -> ModelDocument:
    """A document whose every other block is annotated."""
    block_ids = [f"{doc_id}:{number}" for number in range(blocks)]
    spans = [
        {"id": "s0", "label": "QTY", "attributes": {"lo": "1"}},
        {"id": "s1", "label": "IND", "attributes": {"lo": None}},
    ]
    relations = [{"head": "s0", "label": "of", "tail": "s1"}]
    rows: dict[str, list[Row]] = {
        "documents": [{"doc_id": doc_id, "text": "text"}],
        "blocks": [{"block_id": block_id, "doc_id": doc_id, "text": "text"} for block_id in block_ids],
        "edits": [{"doc_id": doc_id, "start": number} for number in range(edits)],
        "entities": [
            {"block_id": block_id, "doc_id": doc_id, "spans": spans, "relations": relations}
            for block_id in block_ids[::2]
        ],
        "ner": [{"block_id": block_id, "doc_id": doc_id, "tags": [0, 1]} for block_id in block_ids[::2]],
    }
    return ModelDocument(split, copy.deepcopy(rows))


def documents(prefix: str, least: int) -> st.SearchStrategy[dict[str, ModelDocument]]:
    """Documents whose ids begin with the prefix; their first block is annotated."""
    numbers = st.lists(
        st.tuples(st.sampled_from(SPLITS), st.integers(1, 3), st.integers(1, 3)), min_size=least, max_size=4
    )
    return numbers.map(
        lambda drawn: {f"{prefix}{i}": document(f"{prefix}{i}", *each) for i, each in enumerate(drawn)}
    )


def _edit_text(release: ModelRelease, doc_id: str) -> None:
    release.documents[doc_id].rows["documents"][0]["text"] = "another"


def _edit_block(release: ModelRelease, doc_id: str) -> None:
    release.documents[doc_id].rows["blocks"][-1]["text"] = "another"


def _edit_attribute(release: ModelRelease, doc_id: str) -> None:
    release.documents[doc_id].rows["entities"][0]["spans"][0]["attributes"]["lo"] = "2"


def _edit_relation(release: ModelRelease, doc_id: str) -> None:
    release.documents[doc_id].rows["entities"][0]["relations"][0]["label"] = "subset_of"


def _edit_edit(release: ModelRelease, doc_id: str) -> None:
    release.documents[doc_id].rows["edits"][0]["start"] = 99


def _add_edit(release: ModelRelease, doc_id: str) -> None:
    release.documents[doc_id].rows["edits"].append({"doc_id": doc_id, "start": 99})


def _edit_tags(release: ModelRelease, doc_id: str) -> None:
    release.documents[doc_id].rows["ner"][0]["tags"] = [1, 2]


def _remove_span(release: ModelRelease, doc_id: str) -> None:
    row = release.documents[doc_id].rows["entities"][0]
    row["spans"], row["relations"] = row["spans"][1:], []


def _remove_annotation(release: ModelRelease, doc_id: str) -> None:
    rows = release.documents[doc_id].rows
    del rows["entities"][0], rows["ner"][0]


def remove(release: ModelRelease, doc_id: str) -> None:
    del release.documents[doc_id]


def withdraw(release: ModelRelease, doc_id: str) -> None:
    del release.documents[doc_id]
    release.withdrawn[doc_id] = "asked for"


def move(release: ModelRelease, doc_id: str) -> None:
    document = release.documents[doc_id]
    document.split = SPLITS[(SPLITS.index(document.split) + 1) % len(SPLITS)]


def _add_block(release: ModelRelease, doc_id: str) -> None:
    release.documents[doc_id].rows["blocks"].append({"block_id": f"{doc_id}:99", "doc_id": doc_id, "text": "new"})


def _add_annotation(release: ModelRelease, doc_id: str) -> None:
    """Of a block that the release did not have, since gold changes what a block is called."""
    _add_block(release, doc_id)
    place = {"block_id": f"{doc_id}:99", "doc_id": doc_id}
    release.documents[doc_id].rows["entities"].insert(0, place | {"spans": [], "relations": []})
    release.documents[doc_id].rows["ner"].insert(0, place | {"tags": [0]})


Change = Callable[[ModelRelease, str], None]
MAJOR: tuple[Change, ...] = (
    *(_edit_text, _edit_block, _edit_attribute, _edit_relation, _edit_edit, _add_edit, _edit_tags),
    *(_remove_span, _remove_annotation, remove, withdraw, move),
)
MINOR: tuple[Change, ...] = (_add_block, _add_annotation)


def changed(release: ModelRelease, changes: dict[str, Change]) -> ModelRelease:
    """The release with each of these documents changed."""
    made = copy.deepcopy(release)
    for doc_id, change in changes.items():
        change(made, doc_id)
    return made


def with_documents(release: ModelRelease, added: dict[str, ModelDocument], at: int) -> ModelRelease:
    """The release with documents among those it had."""
    made = copy.deepcopy(release)
    items = list(made.documents.items())
    place = at % (len(items) + 1)
    made.documents = dict([*items[:place], *added.items(), *items[place:]])
    return made
