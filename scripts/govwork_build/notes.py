"""Stage: pinyin notes that a site put behind characters, `業(yè)` or `局(ju)(ju)`.

Sites that forced traditional script on a page noted the reading of a fixed set of characters at every place.
A note goes only when it is a reading of the character before it; pypinyin's table knows them all. A reader's
gloss on one rare character of a clean text (`歙(shè)县`) stays: it is toned, its character is not a
converted one, and the page has no other notes to speak of.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pypinyin.pinyin_dict import pinyin_dict

from govwork.codes import Codes, Offsets, to_codes
from govwork.layer import Layer

from .batch import document_numbers
from .key_index import KeyIndex
from .opencc_tables import changed_characters

STAGE = "notes"
# zhuang, chuang and shuang are the longest syllables.
LONGEST = 6
# A page that notes characters notes many; so few toned notes on unconverted characters are glosses.
FEW_NOTES = 3

# A letter's number has six bits.
LETTER_BITS = 6
_LETTER, _TONED = 63, 64
_TONES = "\u0300\u0301\u0304\u030c"
SYLLABLE = r"[a-zɡɑāáǎàăēéěèĕīíǐìĭōóǒòŏūúǔùŭüǖǘǚǜńňǹḿ]{1,6}"
# A note, and what is left of one whose opening bracket was swallowed; the syllable is the group.
NOTE, REST_OF_NOTE = re.compile(rf"\(({SYLLABLE})\)"), re.compile(rf"({SYLLABLE})\)")
# What stands beside a span is looked for within so many characters, notes among them.
_WITH_NOTES = 24
_NOTE_AT_END = re.compile(rf"\({SYLLABLE}\)$")
_LOOKALIKES = {"ɡ": "g", "ɑ": "a", "ă": "ǎ", "ĕ": "ě", "ĭ": "ǐ", "ŏ": "ǒ", "ŭ": "ǔ"}


def without_tone(syllable: str) -> str:
    """`lǜ` → `lü`: the syllable without its tone mark, with its diaeresis and circumflex."""
    parts = unicodedata.normalize("NFD", syllable)
    return unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))


def plain_letters(syllable: str) -> str:
    """A syllable with the letters that pinyin has, for those that look like them."""
    return "".join([_LOOKALIKES.get(letter, letter) for letter in syllable])


def before_notes(text: str, at: int) -> int:
    """Where the notes that end at `at` begin; `at` where there are none."""
    while at and (note := _NOTE_AT_END.search(text[max(0, at - LONGEST - 2) : at])):
        at -= len(note.group())
    return at


def beside(text: str, start: int, end: int, number: int) -> tuple[str, str]:
    """So many characters before and behind a span, notes left aside; fewer where notes are many."""
    before, after = text[max(0, start - _WITH_NOTES) : start], text[end : end + _WITH_NOTES]
    return NOTE.sub("", before)[-number:], NOTE.sub("", after)[:number]


@cache
def spellings(reading: str) -> frozenset[str]:
    """How a site may print a reading: with its tone, and toneless with v or u for ü."""
    plain = without_tone(reading)
    return frozenset({reading, plain, plain.replace("ü", "v"), plain.replace("ü", "u")})


@cache
def _letters() -> NDArray[np.uint8]:
    """For each code point the number of the pinyin letter it is (0: none), plus `_TONED` if it bears a tone."""
    alphabet = sorted({c for readings in pinyin_dict.values() for c in readings if c.isalpha()} | {"v"})
    letters = np.zeros(0x110000, dtype=np.uint8)
    for number, letter in enumerate(alphabet, start=1):
        letters[ord(letter)] = number | (_TONED if without_tone(letter) != letter else 0)
    for lookalike, letter in _LOOKALIKES.items():
        letters[ord(lookalike)] = letters[ord(letter)]
    return letters


@cache
def _readings() -> KeyIndex:
    """All (character, spelling) pairs, packed as `pack` does."""
    numbers = _letters() & _LETTER
    pairs = {
        (character << LETTER_BITS * LONGEST) | pack([int(numbers[ord(c)]) for c in spelling])
        for character, readings in pinyin_dict.items()
        for reading in readings.split(",")
        for spelling in spellings(reading)
        if len(spelling) <= LONGEST and all(numbers[ord(c)] for c in spelling)
    }
    return KeyIndex(np.array(sorted(pairs), dtype=np.int64))


def pack(letters: list[int]) -> int:
    """Letter numbers of a syllable in one integer, six bits each, the first one lowest."""
    return sum(number << LETTER_BITS * i for i, number in enumerate(letters))


def drop_notes(text: str) -> Layer:
    """The layer of stage `notes`: one deletion, or several touching ones, behind each noted character."""
    if "(" not in text and "（" not in text:
        return Layer(STAGE)
    codes = to_codes(text)
    opens, ends, syllables, toned = _bracketed_syllables(codes)
    if not len(opens):
        return Layer(STAGE)
    firsts = _firsts_of_chains(opens, ends)
    noted = opens[firsts] - 1
    characters = codes.take(noted)
    found = _readings().find((characters.astype(np.int64) << LETTER_BITS * LONGEST) | syllables)
    right = (found >= 0) & (noted >= 0)
    if not right.all():
        # A run of notes is cut short by the first that is no reading.
        wrong_before: Offsets = np.cumsum(~right) - ~right
        right &= wrong_before == wrong_before[firsts]
    gloss = right & toned & ~changed_characters().take(characters)
    if gloss.any():
        documents = document_numbers(codes, opens)
        right &= ~gloss | (np.bincount(documents[right], minlength=documents[-1] + 1)[documents] >= FEW_NOTES)
    return Layer.of_deletions(STAGE, f"{STAGE}.reading", codes, opens[right], ends[right])


def _firsts_of_chains(opens: Offsets, ends: Offsets) -> Offsets:
    """For each note the number of the first one in its run: in `局(ju)(ju)` both belong to one character."""
    numbers = np.arange(len(opens))
    chained = np.append(False, opens[1:] == ends[:-1])
    return np.maximum.accumulate(np.where(chained, 0, numbers)) if chained.any() else numbers


def _bracketed_syllables(codes: Codes) -> tuple[Offsets, Offsets, NDArray[np.int64], NDArray[np.bool_]]:
    """All `(syllable)`: where they open and end, their letters packed, and whether one bears a tone."""
    opens: Offsets = np.flatnonzero((codes == ord("(")) | (codes == ord("（")))
    # Most brackets hold no letters.
    opens = opens.compress(_letters().take(codes.take(opens + 1, mode="clip")) > 0)
    packed = np.zeros(len(opens), dtype=np.int64)
    lengths: Offsets = np.zeros(len(opens), dtype=np.int64)
    toned = np.zeros(len(opens), dtype=bool)
    inside: NDArray[np.bool_] = np.ones(len(opens), dtype=bool)
    for i in range(LONGEST):
        letters = _letters().take(codes.take(opens + (i + 1), mode="clip"))
        letters *= inside
        inside = letters > 0
        toned |= letters >= _TONED
        packed |= (letters & _LETTER).astype(np.int64) << (LETTER_BITS * i)
        lengths += inside
    # Past the end of a text its last character is read again: a letter, so no bracket.
    behind = codes.take(opens + (lengths + 1), mode="clip")
    whole = (behind == ord(")")) | (behind == ord("）"))
    opens, lengths = opens.compress(whole), lengths.compress(whole)
    return opens, opens + (lengths + 2), packed.compress(whole), toned.compress(whole)
