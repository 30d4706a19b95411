"""How a reading of a damaged text may go on, from one place of what is seen to the next.

In step, a character is itself. Where a byte was lost, what is seen stands one byte off: each pair holds the trail
byte of one character and the lead byte of the next. A pair that vanished is not seen at all; a `?` is a byte alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from govwork.codes import Codes

from .byteshift_candidates import (
    Choice,
    Leads,
    characters_before_vanishing,
    characters_with,
    characters_with_lead,
    choice_of,
    pairs_read,
    two_characters,
)
from .byteshift_page import Page
from .byteshift_verify import has_reading
from .gbk import LEAD, TRAIL, bytes_seen_as
from .notes import NOTE, REST_OF_NOTE, before_notes

# Of what may be held, so few that two characters are tried for each.
_FEW_LEADS = 6
# Pairs in a row that may have vanished.
VANISHED_IN_A_ROW = 2
# What a reading must be worth to assume a break, a pair that vanished, a swallowed character that nothing tells.
_BREAK, _VANISHED, _SWALLOWED = -4.0, 0.0, -6.0
# What is left of a tag whose `<` a lost byte swallowed.
REST_OF_TAG = re.compile(r"(?<=\?)/?[a-z]{1,6}>")
# Before these a decoder may fall back into step, or a run begin.
PUNCTUATION = frozenset(",.;:!?，。；：！？、（）”“《》…")
# These a lost byte before them does not take with it.
_UNTOUCHED = PUNCTUATION | {"\n", ""}


class Piece(NamedTuple):
    """A part of a reading: its text, what is seen of it, whether that is not the same, and the parts before it."""

    before: Piece | None
    text: str
    start: int
    end: int
    changed: bool


class Reading(NamedTuple):
    """A reading of what is seen up to some place.

    `before` and `last` are the classes of its last two characters, `pair` the bytes of the last one. Out of step,
    `leads` are the bytes the next character may begin with; in step there are none.
    """

    score: float
    before: int
    last: int
    pair: tuple[int, int]
    leads: Leads = ()
    vanished: int = 0
    path: Piece | None = None


class Move(NamedTuple):
    """A way to go on over `seen[start:end]` to one more character, which is one of several.

    Character `i` is `codes[i]` with the bytes `pairs[i]`; behind it `leads[i]` are held, and `literals[i]` follows.
    Before it stands `firsts[i]`, where a pair of bytes between the two vanished.
    """

    start: int
    end: int
    cost: float
    codes: Codes
    pairs: Sequence[tuple[int, int]]
    leads: Sequence[Leads]
    literals: Sequence[str] = ()
    vanished: bool = False
    changed: bool = True
    firsts: Codes | None = None


def pair_before(seen: str, start: int) -> tuple[int, int]:
    """The bytes of the character before a place, notes left aside."""
    start = before_notes(seen, start)
    return _pair_of(seen[start - 1]) if start else (0, 0)


def _pair_of(character: str) -> tuple[int, int]:
    """The bytes of a character; of ASCII punctuation those of its full-width form, which a page may have folded."""
    data = bytes_seen_as(character)[-1:] or (b"\0",)
    return (data[0][0], data[0][1]) if len(data[0]) == 2 else (0, data[0][0])


def openings(seen: str, j: int, reading: Reading) -> Iterator[tuple[int, Reading]]:
    """A byte lost in step, which is the lead of a character: what is held behind the `?`."""
    if reading.leads or seen[j] != "?":
        return
    rest = REST_OF_NOTE.match(seen, j + 1)
    if rest:
        leads = tuple(trail for lead, trail in pairs_read(rest[1]) if lead == reading.pair[1] and trail >= LEAD)
        end = _behind_notes(seen, rest.end())
    else:
        leads = tuple(range(LEAD, 0xFF)) if seen[j + 1 : j + 2] in PUNCTUATION else ()
        end = j + 1
    if leads:
        path = Piece(reading.path, "", j, end, changed=True)
        # What broke the text is seen at once: no pair can have vanished before it.
        vanished = 0 if rest else VANISHED_IN_A_ROW
        yield end, reading._replace(score=reading.score + _BREAK, leads=leads, vanished=vanished, path=path)


def moves_from(seen: str, j: int, reading: Reading, page: Page, whole: bool) -> Iterator[Move]:
    """The ways to go on from a reading; those where a pair vanished only if they are `whole`."""
    if not reading.leads:
        yield _literal(seen, j, reading)
        return
    if whole and not reading.vanished:
        yield from _vanishing(j, reading.leads)
    for data in bytes_seen_as(seen[j]):
        note = NOTE.match(seen, j + 1)
        choice, end = Choice.none(), j + 1
        held: Leads = ()
        if len(data) == 2:
            choice, held = characters_with(reading.leads, data[0]), (data[1],)
            end = _behind_notes(seen, j + 1, (data[0], data[1]))
        elif data[0] >= TRAIL:
            choice = characters_with(reading.leads, data[0], note[1] if note else None)
            end = _behind_notes(seen, j + 1) if note else j + 1
        # Where a pair vanished, another did, or what follows is among the moves of two characters.
        if choice.pairs and reading.vanished != 1:
            yield Move(j, end, 0.0, *choice, [held] * len(choice.pairs))
        if whole and data[0] >= TRAIL:
            for firsts, choice in _pairs(reading, data[0], note[1] if note and len(data) == 1 else None):
                yield Move(j, end, _VANISHED, *choice, [held] * len(choice.pairs), firsts=firsts)
    if seen[j] == "?":
        yield from _fallen_into_step(seen, j, reading, page, whole)


def _pairs(reading: Reading, trail: int, syllable: str | None) -> Iterator[tuple[Codes, Choice]]:
    """Two characters, with a pair that vanished between them."""
    if reading.vanished == 1:
        found = [two_characters(reading.leads, trail, syllable)]
    elif not reading.vanished and len(reading.leads) <= _FEW_LEADS:
        found = [two_characters((lead,), trail, syllable) for lead in reading.leads]
    else:
        return
    yield from ((firsts, choice) for firsts, choice in found if choice.pairs)


def _literal(seen: str, j: int, reading: Reading) -> Move:
    """In step: the character itself, with its notes."""
    pair = _pair_of(seen[j])
    end = _behind_notes(seen, j + 1, pair)
    literals = [seen[j + 1 : end]] if end > j + 1 else ()
    return Move(j, end, 0.0, np.array([ord(seen[j])], dtype=np.uint32), [pair], [()], literals, changed=False)


def _vanishing(j: int, leads: Leads) -> Iterator[Move]:
    """A pair that left nothing: the trail byte of a character, and a byte that the next one may begin with."""
    choice, held = characters_before_vanishing(leads)
    if choice.pairs:
        yield Move(j, j, _VANISHED, *choice, held, vanished=True)


def _fallen_into_step(seen: str, j: int, reading: Reading, page: Page, whole: bool) -> Iterator[Move]:
    """A `?` out of step is the trail byte of a character, or of the next one where a pair vanished before it."""
    leads, rest = reading.leads, REST_OF_NOTE.match(seen, j + 1)
    following = seen[j + 1 : j + 2]
    choices: list[tuple[Codes | None, Choice]] = []
    few = leads if whole and len(leads) <= _FEW_LEADS and not reading.vanished else ()
    if rest:
        choices.append((None, choice_of(pair for pair in pairs_read(rest[1]) if pair[0] in leads)))
        choices += [two_characters((lead,), None, rest[1]) for lead in few]
    else:
        choices += [(None, characters_with_lead(lead)) for lead in leads if len(leads) <= _FEW_LEADS]
        choices += [two_characters((lead,), None, None) for lead in few]
    end = _behind_notes(seen, rest.end()) if rest else j + 1
    for firsts, choice in choices:
        in_step: list[Leads] = [()] * len(choice.pairs)
        cost = 0.0 if firsts is None else _VANISHED
        literals: Sequence[str] = ()
        if not rest and following not in _UNTOUCHED:
            if REST_OF_TAG.match(seen, j + 1):
                literals = ["<"] * len(in_step)
            else:
                cost += _SWALLOWED
                literals = [page.swallowed.get((chr(code), following), "?") for code in choice.codes]
        if choice.pairs:
            yield Move(j, end, cost, *choice, in_step, literals, firsts=firsts)


def _behind_notes(seen: str, j: int, pair: tuple[int, int] | None = None) -> int:
    """Where the notes at `j` end: those of the character with these bytes, or any that go on a note before."""
    while (note := NOTE.match(seen, j)) and (pair is None or has_reading(*pair, note[1])):
        j = note.end()
    return j
