"""What the search for shifted bytes is given: the characters of texts by their bytes and notes, and the counts."""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from .byteshift_scripts import forms, scripts
from .byteshift_verify import readings_of
from .gbk import bytes_seen_as, characters, vanishing
from .kernel import Given, Kernel
from .language_model import CLASSES, general, text_classes, words
from .notes import LONGEST, SYLLABLE, pack, plain_letters
from .opencc_tables import changed_characters

# Before these a decoder may fall back into step, or a run begin.
PUNCTUATION = frozenset(",.;:!?，。；：！？、（）”“《》…")
# Of the rows of symbols, those a text is written with.
_SYMBOLS = frozenset(
    "　、。·—～…‘’“”〈〉《》「」『』〔〕【】×℃‰％！（），：；？．／＋－○〇Ⅰ①②③④⑤⑥⑦⑧⑨⑩㈠㈡㈢⒈⒉⒊⒋⒌⒍⒎⒏⒐"
)
_MAKING = threading.Lock()
_Pairs = NDArray[np.int64]


def kernel() -> Kernel:
    """The compiled search; a process makes one, whichever of its threads asks first."""
    with _MAKING:
        return _made()


@cache
def _made() -> Kernel:
    chances = general()
    pairs = characters().ravel()
    frequency = np.where(_plausible(), chances.first.take(text_classes(pairs), axis=0) @ chances.weights + 1e-9, 0.0)
    met = np.flatnonzero(frequency)
    # Sorted is kept sorted: of as frequent ones the first by their bytes.
    met = met[np.argsort(-frequency[met], kind="stable")]
    by_trail, by_lead = (met[np.argsort(bytes_of, kind="stable")] for bytes_of in (met & 0xFF, met >> 8))
    syllables, read, read_starts = _readings()
    word_keys, word_chances = words()
    some_forms, groups = forms()
    return Kernel(
        Given(
            class_of_code=text_classes(np.arange(0x110000, dtype=np.uint32)),
            pair_of_code=_pair_of_code(),
            letters=_letters(),
            marks=_flags(map(ord, PUNCTUATION)),
            scripts=scripts(),
            code=pairs.astype(np.uint16),
            class_of_pair=text_classes(pairs).astype(np.uint16),
            frequency=frequency,
            vanishes=vanishing().ravel().astype(np.uint8),
            converted=changed_characters().take(pairs).astype(np.uint8),
            written=met.astype(np.uint16),
            by_trail=by_trail.astype(np.uint16),
            by_trail_starts=_starts(by_trail & 0xFF),
            by_lead=by_lead.astype(np.uint16),
            by_lead_starts=_starts(by_lead >> 8),
            syllables=syllables,
            read=read,
            read_starts=read_starts,
            weights=chances.weights,
            first=chances.first,
            one_left=chances.one_left,
            pairs=chances.pairs,
            two=chances.two,
            two_left=chances.two_left,
            triples=chances.triples,
            three=chances.three,
            words=word_keys,
            word_chances=word_chances,
            forms=some_forms,
            form_groups=groups,
        )
    )


def _starts(numbers: _Pairs) -> NDArray[np.int32]:
    """Where each number up to 256 begins among sorted ones."""
    return np.searchsorted(numbers, np.arange(257)).astype(np.int32)


def _flags(codes: Iterable[int]) -> NDArray[np.uint8]:
    flags = np.zeros(CLASSES, dtype=np.uint8)
    flags[list(codes)] = 1
    return flags


def _plausible() -> NDArray[np.bool_]:
    """By pair: whether it is a character that a text is written with."""
    table = characters().ravel()
    symbols = np.isin(table, [ord(c) for c in _SYMBOLS])
    han: NDArray[np.bool_] = ((table >= 0x4E00) & (table < 0xA000)) | symbols
    return han


def _pair_of_code() -> NDArray[np.uint16]:
    """By code point the bytes of its pair, or 0."""
    pairs = np.zeros(CLASSES, dtype=np.uint16)
    table = characters().ravel()
    known = np.flatnonzero(table)
    pairs[table[known]] = known
    for code in range(0x80):
        data = bytes_seen_as(chr(code))[-1]
        pairs[code] = int.from_bytes(data) if len(data) == 2 else 0
    return pairs


@cache
def _letter_numbers() -> dict[str, int]:
    letters = re.findall(SYLLABLE.removesuffix("{1,6}"), "".join(map(chr, range(CLASSES))))
    plain = sorted({plain_letters(letter) for letter in letters})
    return {letter: plain.index(plain_letters(letter)) + 1 for letter in letters}


def _letters() -> NDArray[np.uint8]:
    letters = np.zeros(CLASSES, dtype=np.uint8)
    for letter, number in _letter_numbers().items():
        letters[ord(letter)] = number
    return letters


def _readings() -> tuple[NDArray[np.uint64], NDArray[np.uint16], NDArray[np.int32]]:
    """All syllables that characters have as their readings, and the pairs of each."""
    found: dict[int, list[int]] = defaultdict(list)
    for pair in np.flatnonzero(characters().ravel()).tolist():
        for reading in readings_of(*divmod(pair, 256)):
            if key := _syllable(reading):
                found[key].append(pair)
    counts = [len(pairs) for pairs in found.values()]
    return (
        np.array(list(found), dtype=np.uint64),
        np.array([pair for pairs in found.values() for pair in pairs], dtype=np.uint16),
        np.append(0, np.cumsum(counts)).astype(np.int32),
    )


@cache
def _syllable(spelling: str) -> int:
    """The letters of a syllable in one number, the first one lowest; 0 if a note cannot have it."""
    numbers = [_letter_numbers().get(letter, 0) for letter in spelling]
    return pack(numbers) if len(numbers) <= LONGEST and all(numbers) else 0
