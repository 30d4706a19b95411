"""What a run of shifted bytes was: a search over the readings that give what is seen.

A reading is built character by character along what is seen, in every way that bytes and notes leave open, and the
language model says which one is a text. The widths below bound the work a character takes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Sequence

import numpy as np
from numpy.typing import NDArray

from govwork.codes import Codes, Offsets, to_codes

from .byteshift_candidates import Leads
from .byteshift_moves import VANISHED_IN_A_ROW, Move, Piece, Reading, moves_from, openings, pair_before
from .byteshift_page import Page
from .language_model import LETTER, text_classes
from .notes import NOTE

# Readings kept at each place, in step and out of it; of those alike; those weighed at all; and how much less
# likely than the best a reading may be.
_BEAM, _ALIKE, _FAN, _DEEP = 8, 3, 12, 20.0
# So many readings are tried in which a pair vanished, and another right behind it.
_DOUBLY = 2
# A run has no more broken pairs behind its first.
_MOST_BROKEN = 6
# Within so much of the best, readings may also go on where a pair of bytes vanished.
_NARROW = 6.0

_Wanted = list[tuple[Reading, Move]]
_Weighed = list[tuple[int, Reading]]


def find_readings(seen: str, starts: Sequence[int], reach: int, page: Page) -> list[list[Reading]]:
    """For each start the readings of `seen` from there on, best first.

    They go up to where all are in step and alike again, and over `reach` characters at most.
    """
    found: list[list[Reading]] = [[] for _ in starts]
    searches = [_search(seen, start, _limit(seen, start, reach), page) for start in starts]
    # Each search says what it wants weighed, and all is weighed at once: looking up much at a time is cheaper.
    wanted = {number: next(search) for number, search in enumerate(searches)}
    while wanted:
        for number, weighed in zip(list(wanted), _weigh(list(wanted.values()), page), strict=True):
            try:
                wanted[number] = searches[number].send(weighed)
            except StopIteration as done:
                found[number] = done.value
                del wanted[number]
    return found


def _limit(seen: str, start: int, reach: int) -> int:
    """How far a search goes: a text that is nothing but broken pairs must not cost more than another."""
    limit = min(len(seen), start + reach)
    broken = start
    for _ in range(_MOST_BROKEN):
        broken = seen.find("?", broken + 1, limit)
        if broken < 0:
            return limit
    return broken


def _search(seen: str, start: int, limit: int, page: Page) -> Generator[_Wanted, _Weighed, list[Reading]]:
    context = NOTE.sub("", seen[max(0, start - 40) : start])[-2:]
    before, last = text_classes(to_codes(f"{context:\n>2}")).tolist()
    waiting: dict[int, list[Reading]] = defaultdict(list)
    waiting[start].append(Reading(0.0, before, last, pair_before(seen, start)))
    here: list[Reading] = []
    for j in range(start, limit + 1):
        here = _pruned(waiting.pop(j, []))
        if j == limit or (j > start and not waiting and _are_alike(here)):
            break
        begun = here
        for _ in range(VANISHED_IN_A_ROW):
            if not begun:
                break
            # What is far behind the best has no room for more to be missing.
            least = max(reading.score for reading in begun) - _NARROW
            weighed = yield [
                (reading, move)
                for reading in begun
                for move in moves_from(seen, j, reading, page, whole=reading.score >= least)
            ]
            begun = []
            for end, reading in weighed:
                (begun if end == j else waiting[end]).append(reading)
            begun = _pruned(begun)[:_DOUBLY]
        for reading in here:
            for end, opened in openings(seen, j, reading):
                waiting[end].append(opened)
    return sorted((reading for reading in here if not reading.leads), key=lambda reading: -reading.score)


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


def _weigh(wanted: Sequence[_Wanted], page: Page) -> list[_Weighed]:
    """Where the moves of each search lead, and the readings they make: the likeliest of each place."""
    made: list[_Weighed] = [[] for _ in wanted]
    moves = [pair for own in wanted for pair in own]
    if not moves:
        return made
    counts = np.array([len(move.codes) for _, move in moves])
    codes = np.concatenate([move.codes for _, move in moves])
    firsts = np.concatenate([np.zeros_like(move.codes) if move.firsts is None else move.firsts for _, move in moves])
    scores = _chances(moves, counts, codes, firsts, page)
    scores += np.repeat([reading.score + move.cost for reading, move in moves], counts)

    # A place is where a search's moves end, in step or out of it.
    places: dict[tuple[int, int, bool], int] = {}
    place_of = [
        places.setdefault((number, move.end, bool(move.leads[0])), len(places))
        for number, own in enumerate(wanted)
        for _, move in own
    ]
    owners = np.repeat(np.arange(len(moves)), counts)
    kept = _likeliest(np.repeat(place_of, counts), scores)
    columns = (
        owners[kept],
        kept - (np.cumsum(counts) - counts)[owners[kept]],
        scores[kept],
        codes[kept],
        text_classes(codes[kept]),
        firsts[kept],
        text_classes(firsts[kept]),
    )
    search_of = [number for number, own in enumerate(wanted) for _ in own]
    for owner, i, score, code, kind, first, first_kind in zip(*(column.tolist() for column in columns), strict=True):
        reading, move = moves[owner]
        literal = move.literals[i] if move.literals else ""
        text = (chr(first) if first else "") + chr(code) + literal
        path = Piece(reading.path, text, move.start, move.end, move.changed)
        before, last = (kind, LETTER) if literal and move.changed else (first_kind if first else reading.last, kind)
        vanished = reading.vanished + 1 if move.vanished else 0
        goes_on = Reading(score, before, last, move.pairs[i], move.leads[i], vanished, path)
        made[search_of[owner]].append((move.end, goes_on))
    return made


def _likeliest(places: Offsets, scores: NDArray[np.float64]) -> Offsets:
    """Which of the scores are among the best of their place."""
    order = np.lexsort((-scores, places))
    sizes = np.bincount(places)
    ranks = np.arange(len(places)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    best: Offsets = order[ranks < _FAN]
    return best


def _chances(moves: _Wanted, counts: Offsets, codes: Codes, firsts: Codes, page: Page) -> NDArray[np.float64]:
    """What the language model says of each character, and of the one before it where there is one."""
    before, last = np.array([(reading.before, reading.last) for reading, _ in moves]).T
    doubled = np.flatnonzero(firsts)
    following = text_classes(codes).astype(np.int64)
    second = following[doubled]
    following[doubled] = text_classes(firsts[doubled])
    scores = page.model.scores(before, last, counts, following) + page.script.take(codes, mode="clip")
    if len(doubled):
        ones = np.ones(len(doubled), dtype=np.int64)
        scores[doubled] += page.model.scores(np.repeat(last, counts)[doubled], following[doubled], ones, second)
        scores[doubled] += page.script.take(firsts[doubled], mode="clip")
    return scores
