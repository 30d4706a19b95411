"""What a run of shifted bytes was: a search over the readings that give what is seen.

A reading is built character by character along what is seen. In step, a character is itself. Where a byte was lost,
what is seen stands one byte off: each pair holds the trail byte of one character and the lead byte of the next. What
was lost is tried out, within what the bytes around it and the notes leave open, and the language model says which
reading is a text. The widths below bound the work a character takes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govwork.codes import Codes, Offsets

from .byteshift_verify import has_reading, readings_of
from .gbk import LEAD, TRAIL, bytes_seen_as, characters, vanishing
from .language_model import LETTER, LanguageModel, frequencies, pair_scores, text_classes
from .notes import SYLLABLE, plain_letters

# Readings kept at each place, in step and out of it; of those alike; those weighed at all; and how much less
# likely than the best a reading may be.
_BEAM, _ALIKE, _FAN, _DEEP = 16, 3, 40, 20.0
# So many readings are tried in which a pair vanished, and another right behind it.
_DOUBLY = 4
# Within so much of the best, readings may also go on where a pair of bytes vanished.
_NARROW = 4.0
# Of the characters that may stand at one place, so many of the likeliest are tried.
_WIDEST, _PAIRS = 160, 96
# A character rarer than this is not tried where nothing is known of it.
_MET = 2e-5
# Of what may be held, so few that two characters are tried for each.
_FEW_LEADS = 6
# Pairs in a row that may have vanished.
_VANISHED_IN_A_ROW = 2
# What a reading must be worth to assume a break, a pair that vanished, a swallowed character that nothing tells.
_BREAK, _VANISHED, _SWALLOWED = -4.0, -0.5, -6.0
_NOTE = re.compile(rf"\(({SYLLABLE})\)")
_REST_OF_NOTE = re.compile(rf"({SYLLABLE})\)")
_TAG_END = re.compile(r"/?[a-z]{1,6}>")
# Before these a decoder may fall back into step, or a run begin.
PUNCTUATION = frozenset(",.;:!?，。；：！？、（）”“《》…")
# These a lost byte before them does not take with it.
_UNTOUCHED = PUNCTUATION | {"\n", ""}
# Of the rows of symbols, those a text is written with.
_SYMBOLS = frozenset("、。·—～…‘’“”〈〉《》「」『』〔〕【】×℃‰％！（），：；？．／＋－○〇Ⅰ①②③④⑤⑥⑦⑧⑨⑩㈠㈡㈢⒈⒉⒊⒋⒌⒍⒎⒏⒐")

Leads = tuple[int, ...]


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


class Page(NamedTuple):
    """What the page around a run says.

    `model` is the language model, `script` what a character of the page's script is worth, by code point, and
    `swallowed` the ASCII characters between two others, where the page has them elsewhere.
    """

    model: LanguageModel
    script: NDArray[np.float64]
    swallowed: dict[tuple[str, str], str]


class _Move(NamedTuple):
    """A way to go on over `seen[j:end]` to one more character, which is one of several.

    Character `i` is `codes[i]` with the bytes `pairs[i]`; behind it `leads[i]` are held, and `literals[i]` follows.
    Before it stands `firsts[i]`, where a pair of bytes between the two vanished.
    """

    end: int
    cost: float
    codes: Codes
    pairs: Sequence[tuple[int, int]]
    leads: Sequence[Leads]
    literals: Sequence[str] = ()
    vanished: bool = False
    changed: bool = True
    firsts: Codes | None = None


def find_readings(seen: str, start: int, limit: int, page: Page) -> list[Reading]:
    """The readings of `seen[start:]` up to where all are in step and alike again, at most to `limit`; best first."""
    context = np.array([ord("\n"), ord("\n"), *map(ord, seen[max(0, start - 40) : start])], dtype=np.uint32)
    before, last = text_classes(_without_notes(context))[-2:].tolist()
    waiting: dict[int, list[Reading]] = defaultdict(list)
    waiting[start].append(Reading(0.0, before, last, _pair_before(seen, start)))
    here: list[Reading] = []
    for j in range(start, limit + 1):
        here = _pruned(waiting.pop(j, []))
        if j == limit or (j > start and not waiting and _are_alike(here)):
            break
        begun = here
        for _ in range(_VANISHED_IN_A_ROW + 1):
            if not begun:
                break
            # What is far behind the best has no room for more to be missing.
            least = max(reading.score for reading in begun) - _NARROW
            moves = [
                (reading, move)
                for reading in begun
                for move in _moves(seen, j, reading, page, whole=reading.score >= least)
            ]
            begun = []
            for end, reading in _weighed(moves, j, page):
                (begun if end == j else waiting[end]).append(reading)
            begun = _pruned(begun)[:_DOUBLY]
        for reading in here:
            for end, opened in _openings(seen, j, reading):
                waiting[end].append(opened)
    return sorted((reading for reading in here if not reading.leads), key=lambda reading: -reading.score)


def _without_notes(codes: Codes) -> Codes:
    text = "".join(map(chr, codes.tolist()))
    return np.array([ord(c) for c in _NOTE.sub("", text)], dtype=np.uint32)


def _pair_before(seen: str, start: int) -> tuple[int, int]:
    """The bytes of the character before a place, notes left aside."""
    while start and (note := re.search(rf"\({SYLLABLE}\)$", seen[max(0, start - 8) : start])):
        start -= len(note.group())
    return _pair_of(seen[start - 1]) if start else (0, 0)


def _pair_of(character: str) -> tuple[int, int]:
    """The bytes of a character; of ASCII punctuation those of its full-width form, which a page may have folded."""
    data = bytes_seen_as(character)[-1:] or (b"\0",)
    return (data[0][0], data[0][1]) if len(data[0]) == 2 else (0, data[0][0])


def _are_alike(here: list[Reading]) -> bool:
    return all(not reading.leads and reading[1:4] == here[0][1:4] for reading in here)


def _pruned(found: list[Reading]) -> list[Reading]:
    """The best in step and out of it; of those whose future is the same, a few."""
    found.sort(key=lambda reading: -reading.score)
    room = {True: _BEAM, False: _BEAM}
    alike: dict[tuple[int, int, Leads], int] = defaultdict(int)
    kept: list[Reading] = []
    for reading in found:
        if reading.score < found[0].score - _DEEP:
            break
        key = reading.before, reading.last, reading.leads
        if room[not reading.leads] and alike[key] < _ALIKE:
            alike[key] += 1
            room[not reading.leads] -= 1
            kept.append(reading)
    return kept


def _weighed(moves: list[tuple[Reading, _Move]], j: int, page: Page) -> Iterator[tuple[int, Reading]]:
    """Where the moves lead, and the readings they make: for each place the likeliest, in step and out of it."""
    if not moves:
        return
    counts = np.array([len(move.codes) for _, move in moves])
    codes = np.concatenate([move.codes for _, move in moves])
    firsts = np.concatenate([np.zeros_like(move.codes) if move.firsts is None else move.firsts for _, move in moves])
    scores = _chances(moves, counts, codes, firsts, page)
    classes = text_classes(codes)
    scores += np.repeat([reading.score + move.cost for reading, move in moves], counts)
    begins = np.cumsum(counts) - counts
    places: dict[tuple[int, bool], list[int]] = defaultdict(list)
    for number, (_, move) in enumerate(moves):
        places[move.end, bool(move.leads[0])].append(number)
    for numbers in places.values():
        own = np.concatenate([np.arange(begins[n], begins[n] + counts[n]) for n in numbers])
        if len(own) > _FAN:
            own = own[np.argpartition(-scores[own], _FAN)[:_FAN]]
        for at, number in zip(own.tolist(), (np.searchsorted(begins, own, side="right") - 1).tolist(), strict=True):
            reading, move = moves[number]
            i = at - int(begins[number])
            literal = move.literals[i] if move.literals else ""
            first = chr(firsts[at]) if firsts[at] else ""
            path = Piece(reading.path, first + chr(codes[at]) + literal, j, move.end, move.changed)
            kind = int(classes[at])
            before = int(text_classes(firsts[at])) if first else reading.last
            contexts = (kind, LETTER) if literal and move.changed else (before, kind)
            vanished = reading.vanished + 1 if move.vanished else 0
            yield (
                move.end,
                Reading(float(scores[at]), *contexts, move.pairs[i], move.leads[i], vanished, path),
            )


def _chances(
    moves: list[tuple[Reading, _Move]], counts: Offsets, codes: Codes, firsts: Codes, page: Page
) -> NDArray[np.float64]:
    """What the language model says of each character, and of the one before it where there is one."""
    before, last = np.array([(reading.before, reading.last) for reading, _ in moves]).T
    doubled = np.flatnonzero(firsts)
    following = text_classes(codes).astype(np.int64)
    second = following[doubled]
    following[doubled] = text_classes(firsts[doubled])
    scores = page.model.scores(before, last, counts, following) + page.script.take(codes)
    if len(doubled):
        ones = np.ones(len(doubled), dtype=np.int64)
        scores[doubled] += page.model.scores(np.repeat(last, counts)[doubled], following[doubled], ones, second)
        scores[doubled] += page.script.take(firsts[doubled])
    return scores


def _openings(seen: str, j: int, reading: Reading) -> Iterator[tuple[int, Reading]]:
    """A byte lost in step, which is the lead of a character: what is held behind the `?`."""
    if reading.leads or seen[j] != "?":
        return
    rest = _REST_OF_NOTE.match(seen, j + 1)
    if rest:
        leads = tuple(trail for lead, trail in _pairs_read(rest[1]) if lead == reading.pair[1] and trail >= LEAD)
        end = _behind_notes(seen, rest.end())
    else:
        leads = tuple(range(LEAD, 0xFF)) if seen[j + 1 : j + 2] in PUNCTUATION else ()
        end = j + 1
    if leads:
        path = Piece(reading.path, "", j, end, changed=True)
        # What broke the text is seen at once: no pair can have vanished before it.
        vanished = 0 if rest else _VANISHED_IN_A_ROW
        yield end, reading._replace(score=reading.score + _BREAK, leads=leads, vanished=vanished, path=path)


def _moves(seen: str, j: int, reading: Reading, page: Page, whole: bool) -> Iterator[_Move]:
    """The ways to go on from a reading; those where a pair vanished only if they are `whole`."""
    if not reading.leads:
        yield _literal(seen, j, reading)
        return
    if whole and reading.vanished < _VANISHED_IN_A_ROW:
        yield from _vanishing(j, reading.leads)
    # Where one pair vanished, what follows is among the moves of two characters.
    for data in bytes_seen_as(seen[j]) if reading.vanished != 1 else ():
        note = _NOTE.match(seen, j + 1)
        choice, end = _Choice.none(), j + 1
        held: Leads = ()
        if len(data) == 2:
            choice, held = _characters_with(reading.leads, data[0]), (data[1],)
            end = _behind_notes(seen, j + 1, (data[0], data[1]))
        elif data[0] >= TRAIL:
            choice = _characters_with(reading.leads, data[0], note[1] if note else None)
            end = _behind_notes(seen, j + 1) if note else j + 1
        if choice.pairs:
            yield _Move(end, 0.0, *choice, [held] * len(choice.pairs))
        if whole and data[0] >= TRAIL and 0 < len(reading.leads) <= _FEW_LEADS and not reading.vanished:
            for lead in reading.leads:
                firsts, choice = _two_characters(lead, data[0], note[1] if note and len(data) == 1 else None)
                if choice.pairs:
                    yield _Move(end, _VANISHED, *choice, [held] * len(choice.pairs), firsts=firsts)
    if seen[j] == "?":
        yield from _fallen_into_step(seen, j, reading, page, whole)


def _literal(seen: str, j: int, reading: Reading) -> _Move:
    """In step: the character itself, with its notes."""
    pair = _pair_of(seen[j])
    end = _behind_notes(seen, j + 1, pair)
    literals = [seen[j + 1 : end]] if end > j + 1 else ()
    return _Move(end, 0.0, np.array([ord(seen[j])], dtype=np.uint32), [pair], [()], literals, changed=False)


def _vanishing(j: int, leads: Leads) -> Iterator[_Move]:
    """A pair that left nothing: the trail byte of a character, and a byte that the next one may begin with."""
    choice, held = _characters_before_vanishing(leads)
    if choice.pairs:
        yield _Move(j, _VANISHED, *choice, held, vanished=True)


def _fallen_into_step(seen: str, j: int, reading: Reading, page: Page, whole: bool) -> Iterator[_Move]:
    """A `?` out of step is the trail byte of a character, or of the next one where a pair vanished before it."""
    leads, rest = reading.leads, _REST_OF_NOTE.match(seen, j + 1)
    following = seen[j + 1 : j + 2]
    choices: list[tuple[Codes | None, _Choice]] = []
    few = leads if whole and len(leads) <= _FEW_LEADS and not reading.vanished else ()
    if rest:
        choices.append((None, _choice(pair for pair in _pairs_read(rest[1]) if pair[0] in leads)))
        choices += [_two_characters(lead, None, rest[1]) for lead in few]
    else:
        choices += [(None, _characters_with_lead(lead)) for lead in leads if len(leads) <= _FEW_LEADS]
        choices += [_two_characters(lead, None, None) for lead in few]
    end = _behind_notes(seen, rest.end()) if rest else j + 1
    for firsts, choice in choices:
        in_step: list[Leads] = [()] * len(choice.pairs)
        cost = 0.0 if firsts is None else _VANISHED
        literals: Sequence[str] = ()
        if not rest and following not in _UNTOUCHED:
            if _TAG_END.match(seen, j + 1):
                literals = ["<"] * len(in_step)
            else:
                cost += _SWALLOWED
                literals = [page.swallowed.get((chr(code), following), "?") for code in choice.codes]
        if choice.pairs:
            yield _Move(end, cost, *choice, in_step, literals, firsts=firsts)


def _behind_notes(seen: str, j: int, pair: tuple[int, int] | None = None) -> int:
    """Where the notes at `j` end: those of the character with these bytes, or any that go on a note before."""
    while (note := _NOTE.match(seen, j)) and (pair is None or has_reading(*pair, note[1])):
        j = note.end()
    return j


@cache
def _plausible() -> NDArray[np.bool_]:
    """By lead and trail byte: whether the pair is a character that a text is written with."""
    table = characters()
    symbols = np.isin(table, [ord(c) for c in _SYMBOLS])
    han: NDArray[np.bool_] = ((table >= 0x4E00) & (table < 0xA000)) | symbols
    return han


class _Choice(NamedTuple):
    """Characters that may stand at one place: their code points, and their bytes."""

    codes: Codes
    pairs: list[tuple[int, int]]

    @classmethod
    def none(cls) -> _Choice:
        return cls(np.zeros(0, dtype=np.uint32), [])


def _choice(pairs: Iterable[tuple[int, int]], most: int = _WIDEST) -> _Choice:
    """The likeliest of the characters with these bytes."""
    chosen = sorted(pairs, key=lambda pair: -_frequency()[pair])[:most]
    return _Choice(np.array([characters()[pair] for pair in chosen], dtype=np.uint32), chosen)


@cache
def _two_characters(lead: int, trail: int | None, reading: str | None) -> tuple[Codes, _Choice]:
    """The likeliest characters, two by two, with a pair between them that vanishes.

    The first begins with `lead`; the second ends with `trail` if that is known, and has the reading if it is noted.
    """
    firsts = [byte for byte in _vanishing_trails() if _plausible()[lead, byte]]
    seconds = _pairs_read(reading) if reading is not None else _pairs_met() if trail is None else _pairs_ending(trail)
    ends = np.array([pair for pair in seconds if trail in (None, pair[1])], dtype=np.int64).reshape(-1, 2)
    first, second = np.nonzero(vanishing()[firsts][:, ends[:, 0]])
    before, codes = characters()[lead, np.array(firsts, dtype=np.int64)[first]], characters()[tuple(ends[second].T)]
    chances = pair_scores(text_classes(before).astype(np.int64), text_classes(codes).astype(np.int64))
    best = np.argsort(-chances, kind="stable")[:_PAIRS]
    return before[best], _Choice(codes[best], [(a, b) for a, b in ends[second[best]].tolist()])


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


@cache
def _characters_with(leads: Leads, trail: int, reading: str | None = None) -> _Choice:
    """The characters with one of these leads and this trail byte, and that reading."""
    return _choice(
        (lead, trail)
        for lead in leads
        if _plausible()[lead, trail] and (reading is None or has_reading(lead, trail, reading))
    )


@cache
def _characters_with_lead(lead: int) -> _Choice:
    return _choice((lead, trail) for trail in range(TRAIL, 0xFF) if _plausible()[lead, trail])


@cache
def _characters_before_vanishing(leads: Leads) -> tuple[_Choice, list[Leads]]:
    """The characters whose trail byte may vanish with the byte behind it, and what that byte may be."""
    choice = _choice(
        ((lead, trail) for lead in leads for trail in _vanishing_trails() if _plausible()[lead, trail]),
        4 * _WIDEST,
    )
    return choice, [_held_behind(trail) for _, trail in choice.pairs]


@cache
def _held_behind(trail: int) -> Leads:
    """The bytes that make a pair that vanishes with this one before them, and may begin a character."""
    return tuple(lead for lead in np.flatnonzero(vanishing()[trail]).tolist() if lead >= LEAD)


@cache
def _vanishing_trails() -> tuple[int, ...]:
    return tuple(trail for trail in range(LEAD, 0xFF) if _held_behind(trail))


@cache
def _pairs_read(syllable: str) -> tuple[tuple[int, int], ...]:
    """The bytes of all characters with this reading."""
    return tuple(_pairs_by_reading().get(plain_letters(syllable), ()))


@cache
def _pairs_by_reading() -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for lead, trail in np.argwhere(_plausible()).tolist():
        for reading in readings_of(lead, trail):
            found[reading].append((lead, trail))
    return found
