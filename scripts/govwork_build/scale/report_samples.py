"""A few of very many, chosen by a hash: the same whatever the order in which they come, and few kept meanwhile."""

from __future__ import annotations

import hashlib
from typing import Generic, NamedTuple, TypeVar

# So many of a group are kept to choose from, with contents that differ.
_POOL = 64


class Sample(NamedTuple):
    """A change on a page, by its stage."""

    stage: str
    before: str
    after: str
    host: str | None
    file: str | None
    place: str | None


class Refused(NamedTuple):
    """What was refused, with the reason to count by and the sentence."""

    reason: str
    said: str | None
    file: str | None
    place: str | None


Item = TypeVar("Item", Sample, Refused)


class Samples(Generic[Item]):
    """Of each group those whose content has the smallest SHA-256; of equal contents one is kept."""

    def __init__(self) -> None:
        self._pools: dict[str, dict[bytes, tuple[str, Item]]] = {}

    def add(self, group: str, content: str, origin: str, item: Item) -> None:
        """Takes the item into account."""
        pool = self._pools.setdefault(group, {})
        digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()
        held = pool.get(digest)
        if held:
            pool[digest] = min(held, (origin, item), key=repr)
        elif len(pool) < _POOL:
            pool[digest] = origin, item
        elif digest < (last := max(pool)):
            del pool[last]
            pool[digest] = origin, item

    def of(self, group: str, number: int) -> list[Item]:
        """So many of the group, at most: first one of each origin, in the order of the hashes."""
        seen: dict[str, int] = {}
        ranked: list[tuple[int, bytes, Item]] = []
        for digest, (origin, item) in sorted(self._pools.get(group, {}).items()):
            ranked.append((seen.get(origin, 0), digest, item))
            seen[origin] = seen.get(origin, 0) + 1
        return [item for _, _, item in sorted(ranked)[:number]]
