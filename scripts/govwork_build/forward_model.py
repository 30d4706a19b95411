"""Damages clean text as the sites did whose byte replacements minded no character boundaries.

This is equipment: to measure the repair, and to make pairs of damaged and restored text that others can train on. It
shares the byte tables with the repair and nothing else.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pypinyin.pinyin_dict import pinyin_dict

from .gbk import EURO, LEAD, characters, encode, is_trail
from .notes import without_tone
from .opencc_tables import read_table

# Between the bytes: a note, which goes on to its end, the tag that ends a paragraph, and a break.
_NOTE, _NOTE_END, _TAG, _BREAK = 0x01, 0x02, 0x03, 0x04
# Punctuation before which sites broke the text, wherever its two bytes stood side by side; the first only where
# a quotation mark or a bracket went on behind it, as far as the sources show.
_PUNCTUATION = re.compile(rb"\xa3\xa1(?=[\xb0-\xb6])|\xa3[\xac\xbb\xbf]|\xa1\xa3(?=\xa8)")
# In step again before one of these.
_RESUMES = frozenset(bytes.fromhex(pair) for pair in ("A1A2", "A1A3", "A3AC", "A3BB", "A3A1", "A3BF"))


class Style(NamedTuple):
    """How a site damages: the notes it puts behind characters, how often it breaks, what it folds.

    `notes` are put in order; `repeats` says how many times each. `breaks` is the chance that a pair of bytes which
    happens to be punctuation breaks the text, `resumes` that reading falls back into step before punctuation. With
    `tags` each line ends in `</p>`, of which a reader sees only what is left when a lost byte took its `<`.
    """

    notes: Mapping[str, str]
    repeats: int = 1
    breaks: float = 0.1
    resumes: float = 0.5
    fold: bool = True
    tags: bool = False


class Run(NamedTuple):
    """A damaged run `[start, end)` of the damaged text, and the span of the clean text it was."""

    start: int
    end: int
    clean_start: int
    clean_end: int


class Damaged(NamedTuple):
    """A damaged text and its runs."""

    text: str
    runs: tuple[Run, ...]


def traditional(text: str) -> str:
    """Simplified text in the traditional characters a site forces on it, as far as GBK has them.

    >>> traditional("规模化")
    '規模化'
    """
    table = {ord(key): value for key, value in read_table("STCharacters").items() if encode(value)}
    return text.translate(table)


def first_reading(character: str) -> str:
    return pinyin_dict[ord(character)].split(",")[0]


def style(characters: Sequence[str], toned: bool = True, **how: object) -> Style:
    """A style that notes these characters with their first readings."""
    readings = {c: first_reading(c) if toned else without_tone(first_reading(c)) for c in characters}
    return Style(readings, **how)  # type: ignore[arg-type]


def damage(text: str, style: Style, random: random.Random) -> Damaged:
    """`text`, which must be encodable in GBK, after the damage.

    Raises ValueError when it is not.
    """
    data = encode(text)
    if data is None or any(byte in data for byte in (_NOTE, _NOTE_END, _TAG, _BREAK)):
        raise ValueError("the text holds a character that GBK has not, or a control character")
    if style.tags:
        data = data.replace(b"\n", bytes([_TAG]) + b"\n")
    notes = list(style.notes.items())
    # A note stands as its number in two bytes that no character has.
    for number, (character, _) in enumerate(notes):
        pair = encode(character) or b""
        marker = bytes([_NOTE, 0x05 + number // 0x1B, 0x05 + number % 0x1B, _NOTE_END])
        data = data.replace(pair, pair + marker)
    data = _PUNCTUATION.sub(
        lambda found: (bytes([_BREAK]) if random.random() < style.breaks else b"") + found.group(), data
    )
    return _decode(data, style, [note for _, note in notes], text, random)


def _decode(data: bytes, style: Style, notes: list[str], clean: str, random: random.Random) -> Damaged:
    """What a lenient decoder makes of the bytes."""
    # For each byte of the clean text the character it belongs to, and whether it is its first.
    owners: list[tuple[int, bool]] = []
    for number, character in enumerate(clean):
        owners += [(number, i == 0) for i in range(len(encode(character) or b""))]
    out: list[str] = []
    length = 0
    runs: list[Run] = []
    opened: tuple[int, int] | None = None
    i = position = 0  # `position` counts the bytes of the clean text

    def show(seen: str) -> None:
        nonlocal length
        out.append(seen)
        length += len(seen)

    def note_at(i: int) -> str:
        return notes[(data[i + 1] - 0x05) * 0x1B + data[i + 2] - 0x05] + ")"

    while i < len(data):
        in_step = position == len(owners) or owners[position][1]
        if in_step and opened and data[i] not in (_NOTE, _BREAK):
            runs.append(
                Run(opened[0], length, opened[1], owners[position][0] if position < len(owners) else len(clean))
            )
            opened = None
        byte = data[i]
        following = data[i + 1] if i + 1 < len(data) else None
        if byte == _NOTE:
            show(("(" + note_at(i)) * style.repeats)
            i += 4
        elif byte in (_TAG, _BREAK):
            i += 1
        elif byte < LEAD:
            show("€" if byte == EURO else chr(byte))
            i, position = i + 1, position + 1
        elif (
            following is None
            or not is_trail(following)
            or (
                not in_step
                and data[i - 1] != _BREAK
                and data[i + 1 : i + 3] in _RESUMES
                and random.random() < style.resumes
            )
        ):
            if in_step:
                opened = length, owners[position][0]
            show("?")
            i, position = i + 1, position + 1
            if following == _NOTE:
                show(note_at(i) + ("(" + note_at(i)) * (style.repeats - 1))
                i += 4
            elif following == _TAG:
                show("/p>")
                i += 1
            elif following is not None and 0x20 <= following < 0x40:
                # The decoder took the byte for the second of the pair.
                i, position = i + 1, position + 1
        else:
            code = int(characters()[byte, following])
            show(_folded(chr(code), style) if code else "")
            i, position = i + 2, position + 2
    if opened:
        runs.append(Run(opened[0], length, opened[1], len(clean)))
    return Damaged("".join(out), tuple(runs))


def _folded(character: str, style: Style) -> str:
    """Full-width forms as ASCII, where a site folds them."""
    if not style.fold:
        return character
    if character == "\u3000":
        return " "
    return chr(ord(character) - 0xFEE0) if "\uff01" <= character <= "\uff5e" else character
