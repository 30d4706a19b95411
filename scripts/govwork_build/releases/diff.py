"""What two releases differ in, by the ids of their records, and the bump that it takes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from .bumps import BUMPS, Bump
from .columns import Columns, only_in
from .row_hashes import KINDS
from .sides import Side

_NO_ROWS = hashlib.sha256().hexdigest()


@dataclass(frozen=True, slots=True)
class RecordDifference:
    """Of one kind of record the ids that were added, removed and changed, in the order of their release.

    `reordered` says whether those that stayed stand in another order though no document moved to another split.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    reordered: bool = False


class Move(NamedTuple):
    """A document that is in another split."""

    doc_id: str
    old: str
    new: str


class ContentDifference(NamedTuple):
    """A split of a config without ids whose content differs.

    `certain` is whether rows of records that both releases have differ; False where hashes alone do not tell these
    from rows of records that came or went.
    """

    config: str
    split: str
    certain: bool


class Reason(NamedTuple):
    """Why a bump is due."""

    bump: Bump
    words: str


def largest(reasons: Iterable[Reason]) -> Bump:
    """The bump that all reasons take together."""
    return max((reason.bump for reason in reasons), key=BUMPS.index, default="patch")


@dataclass(frozen=True, slots=True)
class Difference:
    """What two releases differ in; `withdrawn` has the reasons for documents that are not in one of them any more."""

    records: Mapping[str, RecordDifference]
    moves: tuple[Move, ...]
    contents: tuple[ContentDifference, ...]
    configs_added: tuple[str, ...]
    configs_removed: tuple[str, ...]
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    withdrawn: Mapping[str, str]
    # Whether columns are not known: then one that was added makes every row of its config a changed one.
    by_hashes: bool
    # Whether the ledger has it that there are only additions: then no hash that differs is of data that changed.
    only_additions: bool

    @property
    def bump(self) -> Bump:
        """The bump that the difference takes."""
        return largest(self.reasons())

    def reasons(self) -> Iterator[Reason]:
        """Every reason for a bump, by kind; none where the data are the same."""
        for kind, found in self.records.items():
            if found.removed:
                yield Reason("major", f"{kind}: {len(found.removed):,} removed")
            if found.changed:
                yield self._untold(f"{kind}: {len(found.changed):,} changed")
            if found.reordered:
                yield Reason("major", f"{kind}: in another order")
            if found.added:
                yield Reason("minor", f"{kind}: {len(found.added):,} added")
        if self.moves:
            yield Reason("major", f"documents: {len(self.moves):,} moved to another split")
        for config, split, certain in self.contents:
            words = f"{config}, {split}: content differs"
            if certain:
                yield Reason("major", words)
            else:
                yield self._untold(f"{words}, and hashes alone do not tell whether only rows were added")
        for names, what, bump in (
            (self.configs_removed, "config removed", BUMPS[2]),
            (self.columns_removed, "column removed", BUMPS[2]),
            (self.configs_added, "config added", BUMPS[1]),
            (self.columns_added, "column added", BUMPS[1]),
        ):
            yield from (Reason(bump, f"{name}: {what}") for name in names)

    def _untold(self, words: str) -> Reason:
        """The reason that hashes which differ are, beside what the ledger has."""
        if self.only_additions:
            return Reason("minor", f"{words}; the ledger has additions only")
        return Reason("major", words)


def difference(old: Side, new: Side, only_additions: bool = False) -> Difference:
    """What has to be done to the old release to have the new one.

    Both sides are made beside each other (sides.py), so that their hashes are of the same columns. `only_additions`
    is whether the ledger has it that nothing else came between; it counts where hashes do not tell.
    """
    columns_known = old.columns is not None and new.columns is not None
    both = [config for config in old.configs if config in new.configs]
    moves = tuple(
        Move(doc_id, split, new.splits[doc_id])
        for doc_id, split in old.splits.items()
        if new.splits.get(doc_id, split) != split
    )
    return Difference(
        records={kind: _records(old.rows[kind], new.rows[kind], bool(moves)) for kind in KINDS},
        moves=moves,
        contents=tuple(_contents(old, new)),
        configs_added=tuple(config for config in new.configs if config not in old.configs),
        configs_removed=tuple(config for config in old.configs if config not in new.configs),
        columns_added=tuple(_columns(both, new.columns, old.columns)),
        columns_removed=tuple(_columns(both, old.columns, new.columns)),
        withdrawn={
            doc_id: reason
            for one, other in ((old, new), (new, old))
            for doc_id, reason in other.withdrawn.items()
            if doc_id in one.splits
        },
        by_hashes=not columns_known,
        only_additions=only_additions and not columns_known,
    )


def _records(old: Mapping[str, str], new: Mapping[str, str], moved: bool) -> RecordDifference:
    stayed = [record_id for record_id in old if record_id in new]
    return RecordDifference(
        added=tuple(record_id for record_id in new if record_id not in old),
        removed=tuple(record_id for record_id in old if record_id not in new),
        changed=tuple(record_id for record_id in stayed if old[record_id] != new[record_id]),
        reordered=not moved and stayed != [record_id for record_id in new if record_id in old],
    )


def _contents(old: Side, new: Side) -> Iterator[ContentDifference]:
    """Of configs without ids that both have, the splits where rows that should have stayed did not, or may not."""
    for config, split in dict.fromkeys((*old.shared, *new.shared)):
        if config not in old.configs or config not in new.configs:
            continue
        one, other = old.shared.get((config, split), _NO_ROWS), new.shared.get((config, split), _NO_ROWS)
        whole = [side.configs.get(config, {}).get(split) for side in (old, new)]
        if whole[0] != whole[1] and (one is None or other is None or one != other):
            yield ContentDifference(config, split, one is not None and other is not None)


def _columns(
    configs: list[str], having: Mapping[str, Columns] | None, lacking: Mapping[str, Columns] | None
) -> Iterator[str]:
    if having is not None and lacking is not None:
        for config in configs:
            yield from (f"{config}.{column}" for column in only_in(having[config], lacking[config]))
