"""Leftmost-longest conversion by a character table and phrases, as array work.

Phrases only matter at few characters, the ones that some phrase converts differently than the table does
(著, 乾, 覆 …): the anchors. All phrases are looked for around the anchors of a text and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govwork.codes import Codes, Offsets, to_codes

_CHANGES, _ANCHOR, _OPENS = 1, 2, 4
# A state of the trie and a code point in one integer; code points need 21 bits.
_STATE_SHIFT = 21


class Substitutions(NamedTuple):
    """`new[i]` for the character at `at[i]`; `by_phrase[i]` says that a phrase decided so."""

    at: Offsets
    new: Codes
    by_phrase: NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Converter:
    """A character table and phrases, compiled.

    The trie's states are numbered level by level, so that edge `i` of the sorted `edges` (a state and a code
    point) leads to state `i + 1`. `phrase_of` has the phrase that ends in a state, or -1. Phrase `i` puts
    `patches[patch_bounds[i]:patch_bounds[i + 1]]` at these `patch_offsets` from where it begins, and leaves
    the rest to `alone`. `reach` is the most characters a phrase has before an anchor.
    """

    kinds: NDArray[np.uint8]
    alone: Codes
    edges: Offsets
    phrase_of: Offsets
    lengths: Offsets
    patch_bounds: Offsets
    patch_offsets: Offsets
    patches: Codes
    reach: int

    def substitutions(self, codes: Codes, wanted: NDArray[np.bool_] | None = None) -> Substitutions:
        """What changes in a text; only where `wanted`, which must not part a phrase, if it is given."""
        kinds = self.kinds.take(codes)
        if wanted is not None:
            kinds *= wanted
        at = np.flatnonzero((kinds & (_CHANGES | _ANCHOR)) != 0)
        old = codes[at]
        new = self.alone.take(old)
        places, patches = self._patches(codes, kinds)
        patched = np.searchsorted(at, places)
        new[patched] = patches
        by_phrase = np.zeros(len(at), dtype=bool)
        by_phrase[patched] = True
        changed = new != old
        return Substitutions(at[changed], new[changed], by_phrase[changed])

    def _patches(self, codes: Codes, kinds: NDArray[np.uint8]) -> tuple[Offsets, Codes]:
        """Where phrases convert a character otherwise than the table, and to what; in order."""
        anchors = np.flatnonzero((kinds & _ANCHOR) != 0)
        before = (anchors[:, None] - np.arange(self.reach + 1)).ravel()
        around = before[before >= 0]
        starts, found = self._longest(codes, np.unique(around[kinds[around] & _OPENS > 0]))
        taken = _leftmost(starts, starts + self.lengths[found])
        starts, found = starts[taken], found[taken]
        counts = self.patch_bounds[found + 1] - self.patch_bounds[found]
        earlier = np.cumsum(counts) - counts
        rows = np.arange(counts.sum()) + np.repeat(self.patch_bounds[found] - earlier, counts)
        return np.repeat(starts, counts) + self.patch_offsets[rows], self.patches[rows]

    def _longest(self, codes: Codes, starts: Offsets) -> tuple[Offsets, Offsets]:
        """Of `starts` those where a phrase begins, and the longest one that does."""
        found = np.full(len(starts), -1, dtype=np.int64)
        walking: Offsets = np.arange(len(starts))
        states: Offsets = np.zeros(len(starts), dtype=np.int64)
        depth = 0
        while len(walking):
            at = starts[walking] + depth
            inside = at < len(codes)
            walking, states, at = walking[inside], states[inside], at[inside]
            steps = (states << _STATE_SHIFT) | codes[at]
            edges = np.minimum(np.searchsorted(self.edges, steps), len(self.edges) - 1)
            follows = self.edges[edges] == steps
            walking, states = walking[follows], edges[follows] + 1
            ending = self.phrase_of[states]
            found[walking[ending >= 0]] = ending[ending >= 0]
            depth += 1
        return starts[found >= 0], found[found >= 0]


def _leftmost(starts: Offsets, ends: Offsets) -> NDArray[np.bool_]:
    """Which spans stand when, from the left, each is dropped that begins inside one that stands."""
    if (starts[1:] >= ends[:-1]).all():
        return np.ones(len(starts), dtype=bool)
    taken, end = [], 0
    for start, its_end in zip(starts.tolist(), ends.tolist(), strict=True):
        taken.append(start >= end)
        end = its_end if start >= end else end
    return np.array(taken, dtype=bool)


def compile_converter(characters: Mapping[str, str], phrases: Mapping[str, str]) -> Converter:
    """The converter of a character table and of phrases that keep their length.

    Raises ValueError for a phrase that does not.
    """
    for phrase, value in phrases.items():
        if len(phrase) != len(value):
            raise ValueError(f"the phrase {phrase} becomes {value}, which has another length")
    different = {phrase: _different(characters, phrase, value) for phrase, value in phrases.items()}
    anchors = {phrase[offset] for phrase, offsets in different.items() for offset in offsets}
    different, anchors = _with_anchors(different, anchors)
    alone = np.arange(0x110000, dtype=np.uint32)
    alone[[ord(key) for key in characters]] = to_codes("".join(characters.values()))
    kinds = np.where(alone != np.arange(0x110000), _CHANGES, 0).astype(np.uint8)
    kinds[[ord(anchor) for anchor in anchors]] |= _ANCHOR
    kinds[list({ord(phrase[0]) for phrase in different})] |= _OPENS
    edges, phrase_of = _trie(list(different))
    return Converter(
        kinds,
        alone,
        edges,
        phrase_of,
        lengths=np.array([len(phrase) for phrase in different], dtype=np.int64),
        patch_bounds=np.cumsum([0, *map(len, different.values())]),
        patch_offsets=np.array([at for offsets in different.values() for at in offsets], dtype=np.int64),
        patches=to_codes("".join(phrases[p][at] for p, offsets in different.items() for at in offsets)),
        reach=max((_reach(phrase, anchors) for phrase in different), default=0),
    )


def _different(characters: Mapping[str, str], phrase: str, value: str) -> list[int]:
    """Where a phrase converts a character otherwise than the table."""
    pairs = enumerate(zip(phrase, value, strict=True))
    return [at for at, (old, new) in pairs if characters.get(old, old) != new]


def _with_anchors(different: dict[str, list[int]], anchors: set[str]) -> tuple[dict[str, list[int]], set[str]]:
    """The phrases to look for, each with an anchor.

    A phrase without an anchor changes nothing itself. It may still take characters that another phrase would
    begin with, and then its first character becomes an anchor; else it need not be looked for.
    """
    beginnings = {phrase[:end] for phrase in different for end in range(1, len(phrase))}
    idle = {phrase for phrase in different if anchors.isdisjoint(phrase)}
    blocking = {p for p in idle if any(p[start:] in beginnings for start in range(1, len(p)))}
    anchors = anchors | {phrase[0] for phrase in blocking}
    # A new anchor may stand in a phrase that was idle; looking for that one too does no harm.
    return {p: at for p, at in different.items() if not anchors.isdisjoint(p)}, anchors


def _reach(phrase: str, anchors: set[str]) -> int:
    return next(at for at, character in enumerate(phrase) if character in anchors)


def _trie(phrases: Iterable[str]) -> tuple[Offsets, Offsets]:
    """`edges` and `phrase_of` of a converter, for phrases numbered in the order given."""
    phrases = list(phrases)
    prefixes = sorted(
        {phrase[:end] for phrase in phrases for end in range(1, len(phrase) + 1)},
        key=lambda prefix: (len(prefix), prefix),
    )
    states = {prefix: state for state, prefix in enumerate(["", *prefixes])}
    edges = [states[prefix[:-1]] << _STATE_SHIFT | ord(prefix[-1]) for prefix in prefixes]
    phrase_of = np.full(len(states), -1, dtype=np.int64)
    phrase_of[[states[phrase] for phrase in phrases]] = np.arange(len(phrases))
    return np.array(edges, dtype=np.int64), phrase_of
