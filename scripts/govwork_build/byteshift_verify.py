"""Whether a reading explains what is seen of it after byte-shift damage: a walk along both, byte by byte.

This knows nothing of how a reading was found. The bytes of the reading in GBK must give exactly the characters
that are seen, when they are read as a lenient decoder reads them: pairs at whatever alignment, a note behind any pair
of bytes that is a character with that reading, a `?` for a byte that lost its partner, nothing for a pair GBK has
no character for.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from heapq import heappop, heappush
from typing import Literal, NamedTuple

from pypinyin.pinyin_dict import pinyin_dict

from .gbk import LEAD, TRAIL, bytes_seen_as, characters, encode, vanishing
from .notes import NOTE, REST_OF_NOTE, plain_letters, spellings

# A decoder may fall back into step before these, which are punctuation, or after the end of what is seen.
_PUNCTUATION_ROWS = (0xA1, 0xA3)

Fate = Literal["seen", "lost", "vanished", "swallowed"]


class Step(NamedTuple):
    """What became of some bytes of the reading: `seen` as a character, `lost` to a `?`, and so on."""

    fate: Fate
    data: bytes


class Explanation(NamedTuple):
    """How the bytes of a reading came to be seen as they are."""

    steps: tuple[Step, ...]

    @property
    def assumed(self) -> int:
        """How many bytes of the reading left no trace of their value."""
        return sum(len(step.data) for step in self.steps if step.fate != "seen")

    def __str__(self) -> str:
        """The bytes in hexadecimal: `[C4]` lost to a `?`, `{AFA1}` vanished, `<3C>` swallowed by a lost byte."""
        brackets = {"seen": "", "lost": "[]", "vanished": "{}", "swallowed": "<>"}
        return " ".join(
            brackets[fate][:1] + data.hex().upper() + brackets[fate][1:] for fate, data in self.steps if data
        )


_Place = tuple[int, int]


def explains(reading: str, damaged: str) -> bool:
    """Whether `reading`, damaged by shifted bytes, gives exactly what is seen in `damaged`.

    Both begin in step; give the character before the run with both, so that a note inside the run can be told from
    the pair it was put behind.

    >>> explains("們在全國", "們?cè)谌珖?guó)"), explains("們是全國", "們?cè)谌珖?guó)")
    (True, False)
    """
    return explain(reading, damaged) is not None


def explain(reading: str, damaged: str) -> Explanation | None:
    """The explanation with the fewest bytes assumed, or None."""
    data = encode(reading)
    if data is None:
        return None
    came_from: dict[_Place, tuple[_Place, Fate | None]] = {}
    cost: dict[_Place, int] = {(0, 0): 0}
    # Every step goes on in one of the two, so places are met in an order in which nothing is taken back.
    waiting: list[tuple[int, _Place]] = [(0, (0, 0))]
    while waiting:
        _, place = heappop(waiting)
        for (i, j), fate in _steps(data, damaged, *place):
            assumed = cost[place] + (0 if fate == "seen" else i - place[0])
            if (i, j) not in cost:
                heappush(waiting, (i + j, (i, j)))
            if assumed < cost.get((i, j), assumed + 1):
                cost[i, j] = assumed
                came_from[i, j] = place, fate
    end = len(data), len(damaged)
    if end not in cost:
        return None
    path: list[Step] = []
    while end in came_from:
        start, fate = came_from[end]
        if fate == "swallowed":
            path += Step(fate, data[end[0] - 1 : end[0]]), Step("lost", data[start[0] : end[0] - 1])
        elif fate:
            path.append(Step(fate, data[start[0] : end[0]]))
        end = start
    return Explanation(tuple(reversed(path)))


def _steps(data: bytes, damaged: str, i: int, j: int) -> Iterator[tuple[_Place, Fate | None]]:
    """Where one may go on from byte `i` of the reading and character `j` of what is seen.

    With what became of the bytes up to there: of two the last was `swallowed`, as the first was lost; None behind a
    note, which is no byte's.
    """
    if i + 1 < len(data) and _vanishing()[data[i] << 8 | data[i + 1]]:
        yield (i + 2, j), "vanished"
    if j == len(damaged):
        return
    for seen in bytes_seen_as(damaged[j]):
        if data.startswith(seen, i):
            yield (i + len(seen), j + 1), "seen"
    note = NOTE.match(damaged, j) if damaged[j] == "(" else None
    if note and i >= 2 and has_reading(data[i - 2], data[i - 1], note[1]):
        yield (i, note.end()), None
    if damaged[j] == "?" and i < len(data) and data[i] >= LEAD:
        rest = REST_OF_NOTE.match(damaged, j + 1)
        if rest and i >= 1 and has_reading(data[i - 1], data[i], rest[1]):
            yield (i + 1, rest.end()), "lost"
        if i + 1 == len(data) or _in_step_again(data, damaged, i + 1, j + 1):
            yield (i + 1, j + 1), "lost"
        elif 0x20 <= data[i + 1] < TRAIL:
            yield (i + 2, j + 1), "swallowed"


@cache
def _vanishing() -> bytes:
    """By pair whether it vanishes; a single one is looked up here in less time than in an array."""
    return vanishing().tobytes()


def _in_step_again(data: bytes, damaged: str, i: int, j: int) -> bool:
    """Whether punctuation stands at byte `i` and is seen at `j`: there a lost byte takes nothing with it."""
    if j == len(damaged) or (data[i] >= LEAD and data[i] not in _PUNCTUATION_ROWS):
        return False
    return any(data.startswith(seen, i) for seen in bytes_seen_as(damaged[j]))


def has_reading(lead: int, trail: int, syllable: str) -> bool:
    """Whether a pair of bytes is a character that may be read so."""
    return plain_letters(syllable) in readings_of(lead, trail)


@lru_cache(4096)
def readings_of(lead: int, trail: int) -> frozenset[str]:
    """All spellings of all readings of a pair's character."""
    readings = pinyin_dict.get(int(characters()[lead, trail]), "")
    return frozenset(s for reading in readings.split(",") if reading for s in spellings(reading))
