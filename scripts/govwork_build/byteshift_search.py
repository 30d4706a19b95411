"""What a run of shifted bytes was: a search over the readings that give what is seen.

A reading is built character by character along what is seen, in every way that bytes and notes leave open, and the
language model says which one is a text. The widths below bound the work a character takes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Sequence
from itertools import repeat
from operator import itemgetter

from govwork.codes import to_codes

from .byteshift_candidates import Leads
from .byteshift_moves import Reading, moves_from, openings, pair_before
from .byteshift_page import Page
from .byteshift_weigh import Some, Wanted, Ways, weigh
from .language_model import text_classes
from .notes import NOTE

# Readings kept at each place, in step and out of it; of those alike; and how much less likely than the best a
# reading may be.
_BEAM, _ALIKE, _DEEP = 12, 6, 20.0
# So many readings are tried in which a pair vanished, and in which two did in a row.
_VANISHED = (0, 2, 6)
# A run has no more broken pairs behind its first.
_MOST_BROKEN = 6
# Within so much of the best, readings may also go on where a pair of bytes vanished.
_NARROW = 6.0
# A start so near behind another waits until that one is searched; so many in a row, for what waits is not sought
# together.
_NEAR, _IN_A_ROW = 24, 8


def find_readings(starts: Sequence[tuple[Page, int]], reach: int) -> list[list[Reading]]:
    """For each start the readings of its page from there on, best first; the pages were read together.

    They go up to where all are in step and alike again, and over `reach` characters at most.
    """
    return [readings or [] for readings in _found(starts, reach, dict.fromkeys(range(len(starts))))]


def find_needed_readings(starts: Sequence[tuple[Page, int]], reach: int) -> list[list[Reading] | None]:
    """As `find_readings`, but none for a start that readings of one before it go beyond.

    What is repaired there seldom leaves it to be asked for.
    """
    return _found(starts, reach, _following(starts))


def _found(
    starts: Sequence[tuple[Page, int]], reach: int, following: dict[int, int | None]
) -> list[list[Reading] | None]:
    """The readings of each start; one that follows another is sought if it is not among what that one reads."""
    found: list[list[Reading] | None] = [None] * len(starts)
    searches: dict[int, Generator[Wanted, list[tuple[int, Some]], list[Reading]]] = {}
    wanted: dict[int, Wanted] = {}

    def begin(number: int) -> None:
        page, start = starts[number]
        searches[number] = _search(page, start, _limit(page.document, start, reach))
        wanted[number] = next(searches[number])

    for first in sorted(following.keys() - set(following.values())):
        begin(first)
    while wanted:
        for number, weighed in zip(list(wanted), weigh(list(wanted.values())), strict=True):
            try:
                wanted[number] = searches[number].send(weighed)
            except StopIteration as done:
                del wanted[number], searches[number]
                found[number] = done.value
                end = done.value[0].end if done.value else 0
                later = following[number]
                while later is not None and starts[later][1] < end:
                    later = following[later]
                if later is not None:
                    begin(later)
    return found


def _following(starts: Sequence[tuple[Page, int]]) -> dict[int, int | None]:
    """For each start, by its number, the one that waits for it: the next on its page, if it is near."""
    following: dict[int, int | None] = {}
    in_a_row = 0
    for number, (page, start) in enumerate(starts):
        next_page, next_start = starts[number + 1] if number + 1 < len(starts) else (None, 0)
        in_a_row += 1
        waits = next_page is page and next_start - start < _NEAR and in_a_row < _IN_A_ROW
        following[number] = number + 1 if waits else None
        in_a_row = in_a_row if waits else 0
    return following


def _limit(seen: str, start: int, reach: int) -> int:
    """How far a search goes: a text that is nothing but broken pairs must not cost more than another."""
    limit = min(len(seen), start + reach)
    broken = start
    for _ in range(_MOST_BROKEN):
        broken = seen.find("?", broken + 1, limit)
        if broken < 0:
            return limit
    return broken


def _search(page: Page, start: int, limit: int) -> Generator[Wanted, list[tuple[int, Some]], list[Reading]]:
    seen = page.document
    context = NOTE.sub("", seen[max(0, start - 40) : start])[-2:]
    before, last = text_classes(to_codes(f"{context:\n>2}")).tolist()
    here = [Reading(0.0, before, last, 0, pair_before(seen, start), end=start)]
    waiting: dict[int, list[Some | Reading]] = defaultdict(list)
    for j in range(start, limit + 1):
        if j > start:
            here = _pruned(waiting.pop(j, []), page)
        if j == limit or (j > start and not waiting and _are_alike(here)):
            break
        begun = here
        while begun:
            # By how many pairs vanished: fewer characters are always likelier than more.
            made: list[list[Some | Reading]] = [[], [], []]
            for end, some in (yield _wanted(page, j, begun)):
                ways, first, _ = some
                (made[ways.moves[first].vanished] if end == j else waiting[end]).append(some)
            begun = [reading for number in (1, 2) for reading in _pruned(made[number], page, _VANISHED[number])]
        if seen[j] == "?":
            for reading in here:
                for end, opened in openings(seen, j, reading):
                    waiting[end].append(opened)
    return sorted((reading for reading in here if not reading.leads), key=lambda reading: -reading.score)


def _wanted(page: Page, j: int, begun: list[Reading]) -> Wanted:
    # What is far behind the best has no room for more to be missing.
    least = max(reading.score for reading in begun) - _NARROW
    wanted = Wanted(page, j, [], [], [])
    for reading in begun:
        wanted.add(reading, moves_from(page.document, j, reading.leads, reading.vanished, reading.score >= least))
    return wanted


def _are_alike(here: list[Reading]) -> bool:
    return all(
        not reading.leads
        and (reading.before, reading.last, reading.pair) == (here[0].before, here[0].last, here[0].pair)
        for reading in here
    )


def _pruned(waiting: list[Some | Reading], page: Page, most: int = 2 * _BEAM) -> list[Reading]:
    """The best in step and out of it; of those whose future is the same, a few."""
    found: list[tuple[float, int, Ways | Reading]] = []
    for some in waiting:
        if isinstance(some, Reading):
            found.append((some.score, 0, some))
        else:
            ways, first, last = some
            found += zip(ways.scores[first:last], range(first, last), repeat(ways))
    found.sort(key=itemgetter(0), reverse=True)
    in_step = out_of_step = _BEAM
    alike: dict[tuple[int, int, Leads], int] = {}
    kept: list[Reading] = []
    for score, i, one in found:
        if score < found[0][0] - _DEEP or len(kept) == most:
            break
        if isinstance(one, Reading):
            key = one[1:4]
        else:
            move = one.moves[i]
            leads = move.choice.held[one.numbers[i]] if move.vanished else move.leads
            key = one.before[i], one.last[i], leads
        number = alike.get(key, 0)
        if number == _ALIKE or not (out_of_step if key[2] else in_step):
            continue
        alike[key] = number + 1
        if key[2]:
            out_of_step -= 1
        else:
            in_step -= 1
        kept.append(one if isinstance(one, Reading) else _reading(one, i, key, page))
    return kept


def _reading(ways: Ways, i: int, key: tuple[int, int, Leads], page: Page) -> Reading:
    """What a way leads to; it is written out only once it is known to be gone on with."""
    reading, move, code, first = ways.readings[i], ways.moves[i], ways.codes[i], ways.firsts[i]
    swallowed = page.swallowed.get((chr(code), move.swallowed), "?") if move.swallowed else ""
    text = f"{chr(first) if first else ''}{chr(code)}{move.literal}{swallowed}"
    lead, trail = move.choice.pairs[ways.numbers[i]]
    start, end = reading.end, reading.end + move.width
    return Reading(ways.scores[i], *key, (lead, trail), move.vanished, reading, text, start, end, move.changed)
