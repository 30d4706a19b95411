"""Stage: pinyin notes that a site put behind characters, `業(yè)` or `局(ju)(ju)`.

Sites that forced traditional script on a page noted the reading of a fixed set of characters at every place.
A note goes only when it is a reading of the character before it; pypinyin's table knows them all. A reader's
gloss on one rare character of a clean text (`歙(shè)县`) stays: it is toned, its character is not a
converted one, and the page has no other notes to speak of.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pypinyin.pinyin_dict import pinyin_dict

from govwork.trace import Codes, Layer, Offsets, to_codes

from .batch import document_numbers
from .opencc_tables import changed_characters

STAGE = "notes"
# zhuang, chuang and shuang are the longest syllables.
LONGEST = 6
# A page that notes characters notes many; so few toned notes on unconverted characters are glosses.
FEW_NOTES = 3

_TONES = "\u0300\u0301\u0304\u030c"
_LOOKALIKES = {"ɡ": "g", "ɑ": "a", "ă": "ǎ", "ĕ": "ě", "ĭ": "ǐ", "ŏ": "ǒ", "ŭ": "ǔ"}


def without_tone(syllable: str) -> str:
    """`lǜ` → `lü`: the syllable without its tone mark, with its diaeresis and circumflex."""
    parts = unicodedata.normalize("NFD", syllable)
    return unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))


def spellings(reading: str) -> set[str]:
    """How a site may print a reading: with its tone, and toneless with v or u for ü."""
    plain = without_tone(reading)
    return {reading, plain, plain.replace("ü", "v"), plain.replace("ü", "u")}


@cache
def _letters() -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """For each code point the number of the pinyin letter it is (0: none), and whether it bears a tone."""
    alphabet = sorted({c for readings in pinyin_dict.values() for c in readings if c.isalpha()} | {"v"})
    numbers = np.zeros(0x110000, dtype=np.int64)
    toned = np.zeros(0x110000, dtype=bool)
    for number, letter in enumerate(alphabet, start=1):
        numbers[ord(letter)] = number
        toned[ord(letter)] = without_tone(letter) != letter
    for lookalike, letter in _LOOKALIKES.items():
        numbers[ord(lookalike)], toned[ord(lookalike)] = numbers[ord(letter)], toned[ord(letter)]
    return numbers, toned


@cache
def _readings() -> NDArray[np.int64]:
    """All (character, spelling) pairs, packed as `_pack` does, sorted."""
    numbers, _ = _letters()
    pairs = {
        (character << 6 * LONGEST) | _pack([int(numbers[ord(c)]) for c in spelling])
        for character, readings in pinyin_dict.items()
        for reading in readings.split(",")
        for spelling in spellings(reading)
        if len(spelling) <= LONGEST and all(numbers[ord(c)] for c in spelling)
    }
    return np.array(sorted(pairs), dtype=np.int64)


def _pack(letters: list[int]) -> int:
    """Letter numbers of a syllable in one integer, six bits each, the first one lowest."""
    return sum(number << 6 * i for i, number in enumerate(letters))


def drop_notes(text: str) -> Layer:
    """The layer of stage `notes`: one deletion, or several touching ones, behind each noted character."""
    if "(" not in text and "（" not in text:
        return Layer(STAGE)
    codes = to_codes(text)
    opens, ends, syllables, toned = _bracketed_syllables(codes)
    if not len(opens):
        return Layer(STAGE)
    # `局(ju)(ju)`: a note right behind a note belongs to the same character.
    chained = np.append(False, opens[1:] == ends[:-1])
    firsts = np.maximum.accumulate(np.where(chained, 0, np.arange(len(opens))))
    characters = codes[opens[firsts] - 1].astype(np.int64)
    pairs = (characters << 6 * LONGEST) | syllables
    known = _readings()
    found = np.minimum(np.searchsorted(known, pairs), len(known) - 1)
    right = (known[found] == pairs) & (opens[firsts] > 0)
    # A run of notes is cut short by the first that is no reading.
    wrong_before = np.cumsum(~right) - (~right)
    right &= wrong_before == wrong_before[firsts]
    gloss = toned & ~changed_characters()[characters]
    if (gloss & right).any():
        documents = document_numbers(codes, opens)
        right &= ~gloss | (np.bincount(documents[right], minlength=documents[-1] + 1)[documents] >= FEW_NOTES)
    return Layer.of_deletions(STAGE, f"{STAGE}.reading", codes, opens[right], ends[right])


def _bracketed_syllables(codes: Codes) -> tuple[Offsets, Offsets, NDArray[np.int64], NDArray[np.bool_]]:
    """All `(syllable)`: where they open and end, their letters packed, and whether one bears a tone."""
    numbers, tones = _letters()
    opens = np.flatnonzero((codes == ord("(")) | (codes == ord("（")))
    opens = opens[opens + 2 < len(codes)]
    opens = opens[numbers[codes[opens + 1]] > 0]
    window = np.minimum(opens[:, None] + np.arange(1, LONGEST + 2), len(codes) - 1)
    seen = codes[window]
    letters = numbers[seen]
    lengths = np.argmin(letters > 0, axis=1)  # the first place that is no letter; 0 when there is none
    closing = seen[np.arange(len(opens)), lengths]
    whole = (lengths > 0) & ((closing == ord(")")) | (closing == ord("）")))
    opens, letters, lengths, seen = opens[whole], letters[whole], lengths[whole], seen[whole]
    inside = np.arange(LONGEST + 1) < lengths[:, None]
    shifts = 6 * np.arange(LONGEST + 1)
    packed = np.where(inside, letters << shifts, 0).sum(axis=1)
    return opens, opens + lengths + 2, packed, (tones[seen] & inside).any(axis=1)
