"""How a reading of a damaged text may go on, from one place of what is seen to the next.

In step, a character is itself. Where a byte was lost, what is seen stands one byte off: each pair holds the trail
byte of one character and the lead byte of the next. A pair that vanished is not seen at all; a `?` is a byte alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from .byteshift_candidates import (
    Choice,
    Leads,
    bytes_of,
    characters_before_vanishing,
    characters_read,
    characters_with,
    characters_with_lead,
    leads_of,
    noted,
    pairs_read,
    this_character,
    two_characters,
    two_vanished,
)
from .byteshift_verify import has_reading
from .gbk import LEAD, TRAIL, bytes_seen_as
from .notes import NOTE, REST_OF_NOTE, SYLLABLE, before_notes

# What is met again is mostly met soon.
_KEPT = 1024
# Of what may be held, so few that two characters are tried for each.
_FEW_LEADS = 6
# So many pairs in a row vanish at most.
VANISHED_IN_A_ROW = 2
# Any byte that a character may begin with.
_ANY_LEAD = leads_of(range(LEAD, 0xFF))
# What a reading must be worth to assume a break, a pair that vanished, a swallowed character that nothing tells.
_BREAK, _VANISHED, _SWALLOWED = -4.0, 0.0, -6.0
# What is left of a tag whose `<` a lost byte swallowed.
REST_OF_TAG = re.compile(r"(?<=\?)/?[a-z]{1,6}>")
# A character with its notes, and a lost byte with what may have been about it.
_NOTED = re.compile(rf"(?s:.)(?:{NOTE.pattern})*")
_LOST = re.compile(rf"\?(?:{SYLLABLE}\)|/?[a-z]{{1,6}}>)?(?:{NOTE.pattern})*(?s:.)?")
# Before these a decoder may fall back into step, or a run begin.
PUNCTUATION = frozenset(",.;:!?，。；：！？、（）”“《》…")
# These a lost byte before them does not take with it.
_UNTOUCHED = PUNCTUATION | {"\n", ""}


class Piece(NamedTuple):
    """A part of a reading: its text, what is seen of it, and whether that is not the same."""

    text: str
    start: int
    end: int
    changed: bool


class Reading(NamedTuple):
    """A reading of what is seen up to some place: that of its `parent`, and one more piece.

    `before` and `last` are the classes of its last two characters, `pair` the bytes of the last one. Out of step,
    `leads` are the bytes the next character may begin with; in step there are none. `vanished` says how many pairs
    in a row left nothing just before.
    """

    score: float
    before: int
    last: int
    leads: Leads
    pair: tuple[int, int]
    vanished: int = 0
    parent: Reading | None = None
    text: str = ""
    start: int = 0
    end: int = 0
    changed: bool = True

    def pieces(self) -> list[Piece]:
        pieces: list[Piece] = []
        reading = self
        while reading.parent:
            pieces.append(Piece(*reading[-4:]))
            reading = reading.parent
        return pieces[::-1]


class Move(NamedTuple):
    """A way to go on over `width` characters that are seen, to one more character, which is one of a choice.

    Behind it `leads` are held, if the choice does not tell what is; `literal` follows, or what `swallowed` may have
    been: what a lost byte before this character took with it. Where it is `vanished`, nothing is seen of the pair
    that the character ends in.
    """

    width: int
    cost: float
    choice: Choice
    leads: Leads = 0
    literal: str = ""
    swallowed: str = ""
    vanished: int = 0
    changed: bool = True

    @property
    def in_step(self) -> bool:
        """Whether nothing is held behind it."""
        return not (self.leads or self.vanished)


def pair_before(seen: str, start: int) -> tuple[int, int]:
    """The bytes of the character before a place, notes left aside."""
    start = before_notes(seen, start)
    return _pair_of(seen[start - 1]) if start else (0, 0)


def _pair_of(character: str) -> tuple[int, int]:
    """The bytes of a character; of ASCII punctuation those of its full-width form, which a page may have folded."""
    data = bytes_seen_as(character)[-1:] or (b"\0",)
    return (data[0][0], data[0][1]) if len(data[0]) == 2 else (0, data[0][0])


def openings(seen: str, j: int, reading: Reading) -> Iterator[tuple[int, Reading]]:
    """A byte lost in step, which is the lead of a character: what is held behind the `?` at `j`."""
    if reading.leads:
        return
    rest = REST_OF_NOTE.match(seen, j + 1)
    if rest:
        accidental = [pair for pair in pairs_read(rest[1]) if pair[0] == reading.pair[1] and pair[1] >= LEAD]
        leads = leads_of(trail for _, trail in noted(accidental))
        end = _behind_notes(seen, rest.end())
    else:
        leads = _ANY_LEAD if seen[j + 1 : j + 2] in PUNCTUATION else 0
        end = j + 1
    if leads:
        # What broke the text is seen at once: no pair can have vanished before it.
        vanished = 0 if rest else VANISHED_IN_A_ROW
        score = reading.score + _BREAK
        yield end, Reading(score, reading.before, reading.last, leads, reading.pair, vanished, reading, "", j, end)


def moves_from(seen: str, j: int, leads: Leads, vanished: int, whole: bool) -> tuple[Move, ...]:
    """The ways to go on from readings with such `leads`; those where a pair vanished only if they are `whole`."""
    # These tell how far one must look; what is seen so is seen again and again.
    form = _LOST if seen[j] == "?" else _NOTED
    context = form.match(seen, j)
    return _moves(context[0] if context else seen[j], leads, vanished, whole)


@lru_cache(_KEPT)
def _moves(seen: str, leads: Leads, vanished: int, whole: bool) -> tuple[Move, ...]:
    found = _out_of_step(seen, leads, vanished, whole) if leads else [_literal(seen)]
    return tuple(move for move in found if move.choice.pairs)


def _out_of_step(seen: str, leads: Leads, vanished: int, whole: bool) -> Iterator[Move]:
    few = bytes_of(leads) if whole and not vanished and leads.bit_count() <= _FEW_LEADS else ()
    if few:
        # Pairs that left nothing: the trail byte of a character, and a byte that the next one may begin with.
        yield Move(0, _VANISHED, characters_before_vanishing(leads), vanished=1)
        for lead in few:
            yield Move(0, _VANISHED, two_vanished(1 << lead), vanished=2)
    note = NOTE.match(seen, 1)
    for data in bytes_seen_as(seen[0]):
        if data[0] < TRAIL:
            continue
        syllable = note[1] if note and len(data) == 1 else None
        held = 1 << data[1] if len(data) == 2 else 0
        width = _behind_notes(seen, 1, (data[0], data[1]) if len(data) == 2 else None) if note else 1
        if vanished == 1:
            # Where one pair vanished, another did: one alone is among the moves of two characters.
            yield Move(width, _VANISHED, two_characters(leads, data[0], syllable), held)
            continue
        yield Move(width, 0.0, characters_with(leads, data[0], syllable), held)
        for lead in few:
            yield Move(width, _VANISHED, two_characters(1 << lead, data[0], syllable), held)
    if seen[0] == "?":
        yield from _fallen_into_step(seen, leads, few)


def _literal(seen: str) -> Move:
    """In step: the character itself, with its notes."""
    pair = _pair_of(seen[0])
    width = _behind_notes(seen, 1, pair)
    return Move(width, 0.0, this_character(seen[0], pair), literal=seen[1:width], changed=False)


def _fallen_into_step(seen: str, leads: Leads, may_vanish: Sequence[int]) -> Iterator[Move]:
    """A `?` out of step is the trail byte of a character, or of the next one where a pair vanished before it."""
    rest = REST_OF_NOTE.match(seen, 1)
    few = bytes_of(leads) if leads.bit_count() <= _FEW_LEADS else ()
    choices = [characters_read(leads, rest[1])] if rest else [characters_with_lead(lead) for lead in few]
    choices += [two_characters(1 << lead, None, rest[1] if rest else None) for lead in may_vanish]
    width = _behind_notes(seen, rest.end()) if rest else 1
    following = seen[1:2]
    for choice in choices:
        move = Move(width, _VANISHED if choice.doubled else 0.0, choice)
        if not rest and following not in _UNTOUCHED:
            if REST_OF_TAG.match(seen, 1):
                move = move._replace(literal="<")
            else:
                move = move._replace(cost=move.cost + _SWALLOWED, swallowed=following)
        yield move


def _behind_notes(seen: str, j: int, pair: tuple[int, int] | None = None) -> int:
    """Where the notes at `j` end: those of the character with these bytes, or any that go on a note before."""
    while (note := NOTE.match(seen, j)) and (pair is None or has_reading(*pair, note[1])):
        j = note.end()
    return j
