"""The characters that may stand at one place of a damaged text, by its bytes and notes: the likeliest of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govwork.codes import Codes, Offsets

from .byteshift_verify import has_reading, readings_of
from .gbk import LEAD, TRAIL, characters, vanishing
from .language_model import Scores, frequencies, general, pair_scores, text_classes
from .notes import plain_letters
from .opencc_tables import changed_characters

# Of the characters that may stand at one place, so many of the likeliest are tried; of two at once; and of those
# of which nothing is known but what bytes may stand before and behind.
_WIDEST, _PAIRS, _MANY, _BETWEEN = 160, 64, 400, 128
# So many choices are kept of each kind that pages may have without end.
KEPT = 1536
# A character rarer than this is not tried where nothing is known of it; and where that before it is known.
_MET, _MET_BEHIND = 2e-5, 1e-6
# Of the rows of symbols, those a text is written with.
_SYMBOLS = frozenset(
    "　、。·—～…‘’“”〈〉《》「」『』〔〕【】×℃‰％！（），：；？．／＋－○〇Ⅰ①②③④⑤⑥⑦⑧⑨⑩㈠㈡㈢⒈⒉⒊⒋⒌⒍⒎⒏⒐"
)

# The bytes a character may begin with, each as a bit: such a set is hashed in no time.
Leads = int


def leads_of(data: Iterable[int]) -> Leads:
    return sum(1 << byte for byte in set(data))


@lru_cache(KEPT)
def bytes_of(leads: Leads) -> tuple[int, ...]:
    return tuple(byte for byte in range(0x100) if leads >> byte & 1)


@dataclass(frozen=True, eq=False, slots=True)
class Choice:
    """Characters that may stand at one place: their code points, and their bytes.

    `heads` are the characters of which one asks how likely they are behind what was read: these, or where each has
    another before it, those. `held` are the bytes behind each, where they are not the same. No other choice has the
    same `number`.
    """

    codes: Codes
    pairs: Sequence[tuple[int, int]]
    heads: Codes
    held: Sequence[Leads] = ()
    doubled: Doubled | None = None
    number: int = field(default_factory=count().__next__)

    @classmethod
    def of(cls, pairs: Sequence[tuple[int, int]], held: Sequence[Leads] = ()) -> Choice:
        codes = np.array([characters()[pair] for pair in pairs], dtype=np.uint32)
        return cls(codes, pairs, codes, held)


class Doubled(NamedTuple):
    """Of characters that stand behind others: the place of the other among `heads`, and how likely the two are.

    The chances are what `NGrams.pairs` says.
    """

    heads: Offsets
    chances: Scores
    alone: Scores


def choice_of(pairs: Iterable[tuple[int, int]]) -> Choice:
    """The likeliest of the characters with these bytes."""
    return Choice.of(_likeliest(pairs, _WIDEST))


def _likeliest(pairs: Iterable[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    return sorted(pairs, key=lambda pair: -_frequency()[pair])[:most]


@lru_cache(KEPT)
def this_character(character: str, pair: tuple[int, int]) -> Choice:
    codes = np.array([ord(character)], dtype=np.uint32)
    return Choice(codes, [pair], codes)


@lru_cache(KEPT)
def two_characters(leads: Leads, trail: int | None, reading: str | None) -> Choice:
    """The likeliest characters, two by two, with a pair between them that vanishes.

    The first begins with one of `leads`; the second ends with `trail` if that is known, and has the reading if it is
    noted.
    """
    return _two(leads, *_seconds(trail, reading))


@lru_cache(KEPT)
def two_vanished(leads: Leads) -> Choice:
    """The likeliest characters, two by two, with pairs between and behind them that vanish.

    The first begins with one of `leads`; what the last pair may hold stands with each.
    """
    return _two(leads, *_seconds_vanished(), vanished=True)


def _two(leads: Leads, pairs: Sequence[tuple[int, int]], seconds: Offsets, vanished: bool = False) -> Choice:
    firsts = _firsts(leads)
    first, second = np.nonzero(vanishing()[firsts[:, 1:], seconds[:, 0]])
    before, codes = characters()[tuple(firsts[first].T)], characters()[tuple(seconds[second].T)]
    chances = pair_scores(text_classes(before).astype(np.int64), text_classes(codes).astype(np.int64))
    best = _best(chances, _PAIRS if leads.bit_count() == 1 else _MANY)
    before, codes, second = before[best], codes[best], second[best]
    heads, places = np.unique(before, return_inverse=True)
    known = general().pairs(text_classes(before).astype(np.int64), text_classes(codes).astype(np.int64))
    # The very pairs that all choices share, since many choices are kept.
    own = [pairs[i] for i in second.tolist()]
    held = [_held_behind(trail) for _, trail in own] if vanished else ()
    return Choice(codes, own, heads, held, Doubled(places, *known))


def _best(chances: Scores, most: int) -> Offsets:
    """Where the greatest stand, in order; of as great ones the first."""
    if len(chances) <= most:
        return np.argsort(-chances, kind="stable")
    good = np.flatnonzero(chances >= -np.partition(-chances, most - 1)[most - 1])
    return good[np.argsort(-chances[good], kind="stable")][:most]


@cache
def _firsts(leads: Leads) -> Offsets:
    """The bytes of the characters with these leads after which a pair may vanish."""
    # Where nothing tells of either, rare characters are not tried.
    firsts = np.argwhere(_frequency() > (0 if leads.bit_count() == 1 else _MET))
    return firsts[np.isin(firsts[:, 0], bytes_of(leads)) & np.isin(firsts[:, 1], _vanishing_trails())]


@lru_cache(KEPT)
def _seconds(trail: int | None, reading: str | None) -> tuple[list[tuple[int, int]], Offsets]:
    """The bytes of the characters that end so, and have the reading; and the same as an array."""
    pairs = pairs_read(reading) if reading is not None else _pairs_met() if trail is None else _pairs_ending(trail)
    fitting = [pair for pair in pairs if trail in (None, pair[1])]
    if reading is not None:
        fitting = noted(fitting)
    return fitting, np.array(fitting, dtype=np.int64).reshape(-1, 2)


@cache
def _seconds_vanished() -> tuple[list[tuple[int, int]], Offsets]:
    """The bytes of the characters after which a pair may vanish; and the same as an array."""
    # The first of two makes the second likely, however rare it is: 垃圾.
    pairs = np.argwhere(_frequency() > _MET_BEHIND)
    pairs = pairs[np.isin(pairs[:, 1], _vanishing_trails())]
    return list(map(tuple, pairs.tolist())), pairs


@cache
def _pairs_ending(trail: int) -> tuple[tuple[int, int], ...]:
    return tuple((lead, trail) for lead in np.flatnonzero(_plausible()[:, trail]).tolist())


@cache
def _pairs_met() -> tuple[tuple[int, int], ...]:
    """The bytes of the characters that are met at all."""
    met = np.argwhere(_frequency() > _MET)
    return tuple((lead, trail) for lead, trail in met.tolist())


@cache
def _frequency() -> NDArray[np.float64]:
    """By lead and trail byte: how often the character is met at all; 0 if it is none that a text is written with."""
    return np.where(_plausible(), frequencies().take(text_classes(characters())) + 1e-9, 0.0)


@lru_cache(KEPT)
def characters_with(leads: Leads, trail: int, reading: str | None = None) -> Choice:
    """The characters with one of these leads and this trail byte, and that reading."""
    pairs = [(lead, trail) for lead in bytes_of(leads) if _plausible()[lead, trail]]
    if reading is not None:
        pairs = noted(pair for pair in pairs if has_reading(*pair, reading))
    return choice_of(pairs)


@cache
def characters_with_lead(lead: int) -> Choice:
    return choice_of((lead, trail) for trail in range(TRAIL, 0xFF) if _plausible()[lead, trail])


@lru_cache(KEPT)
def characters_before_vanishing(leads: Leads) -> Choice:
    """The characters whose trail byte may vanish with the byte behind it, and what that byte may be."""
    pairs = _likeliest(
        ((lead, trail) for lead in bytes_of(leads) for trail in _vanishing_trails() if _plausible()[lead, trail]),
        _BETWEEN,
    )
    return Choice.of(pairs, [_held_behind(trail) for _, trail in pairs])


@lru_cache(KEPT)
def characters_read(leads: Leads, syllable: str) -> Choice:
    """The characters with one of these leads and this reading."""
    return choice_of(noted(pair for pair in pairs_read(syllable) if leads >> pair[0] & 1))


@cache
def _held_behind(trail: int) -> Leads:
    """The bytes that make a pair that vanishes with this one before them, and may begin a character."""
    return leads_of(lead for lead in np.flatnonzero(vanishing()[trail]).tolist() if lead >= LEAD)


@cache
def _vanishing_trails() -> tuple[int, ...]:
    return tuple(trail for trail in range(LEAD, 0xFF) if _held_behind(trail))


@cache
def pairs_read(syllable: str) -> tuple[tuple[int, int], ...]:
    """The bytes of all characters with this reading."""
    return tuple(_pairs_by_reading().get(plain_letters(syllable), ()))


def noted(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those of the characters that a site would note, which notes what it made traditional; else all."""
    found = list(pairs)
    return [pair for pair in found if changed_characters()[characters()[pair]]] or found


@cache
def _pairs_by_reading() -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for lead, trail in np.argwhere(_plausible()).tolist():
        for reading in readings_of(lead, trail):
            found[reading].append((lead, trail))
    return found


@cache
def _plausible() -> NDArray[np.bool_]:
    """By lead and trail byte: whether the pair is a character that a text is written with."""
    table = characters()
    symbols = np.isin(table, [ord(c) for c in _SYMBOLS])
    han: NDArray[np.bool_] = ((table >= 0x4E00) & (table < 0xA000)) | symbols
    return han
