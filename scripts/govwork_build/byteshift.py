"""Damage by shifted bytes: its runs are found and counted, in what was not undone too.

A site that replaced bytes without minding character boundaries left runs in which text was read one byte off:
`我們?cè)谌珖?guó)各地` was 我們在全國各地. A run begins at the `?` of a broken pair and ends where reading
fell back into step. Until a run is undone, no later stage may touch it, lest the evidence be lost.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import NamedTuple

import numpy as np

from govwork.codes import Offsets

from .batch import SEPARATOR
from .gbk import first_level
from .opencc_tables import read_table

# A run this long without a sign of falling back into step is none.
LONGEST = 40
# So many notes make a page one of those whose bytes were replaced.
NOTED_PAGE = 3

_SYLLABLE = r"[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹ]{1,6}"
_NOTE = re.compile(rf"\({_SYLLABLE}\)")
# The opening bracket of a note was swallowed by the broken pair before it: `?cè)`.
_SWALLOWED = re.compile(rf"\?{_SYLLABLE}\)")
# A note behind a character no reading belongs to, the second half of a pair: `B(tài)`.
_HALF_NOTED = re.compile(rf"[A-Za-z^€]\({_SYLLABLE}\)")
# The second half of a pair, noted or alone between two characters, a few characters on.
_HALF_NEAR = re.compile(rf"[㐀-鿿]{{0,4}}[A-Za-z^€](?:\({_SYLLABLE}\)|(?=[㐀-鿿]))")
_MARKUP = re.compile(r"/p>")
_HAN = re.compile(r"[㐀-鿿]")
# What a broken pair may follow: a character, with its note or without.
_ENDS_TEXT = re.compile(rf"[㐀-鿿](?:\({_SYLLABLE}\))*$")


class ByteShift(NamedTuple):
    """A run `[start, end)` of damaged text, or, where `kind` is mark, a `?` that stands for one lost mark."""

    start: int
    end: int
    kind: str


def find_byteshift(text: str) -> list[ByteShift]:
    """The damaged runs of one document or of a batch, in order."""
    found: list[ByteShift] = []
    position = text.find("?")
    while position >= 0:
        start = text.rfind(SEPARATOR, 0, position) + 1
        end = text.find(SEPARATOR, position)
        end = end if end >= 0 else len(text)
        found += [
            ByteShift(run_start + start, run_end + start, kind)
            for run_start, run_end, kind in _in_document(text[start:end])
        ]
        position = text.find("?", end)
    return found


def _in_document(text: str) -> list[ByteShift]:
    found: list[ByteShift] = []
    noted = sum(1 for _ in islice(_NOTE.finditer(text), NOTED_PAGE)) == NOTED_PAGE
    position = text.find("?")
    while position >= 0:
        end = _run_end(text, position, noted)
        if end is not None:
            if found and found[-1].kind == "run" and found[-1].end == position:
                found[-1] = found[-1]._replace(end=end)
            else:
                found.append(ByteShift(position, end, "run"))
        elif _lost_mark(text, position, noted):
            found.append(ByteShift(position, position + 1, "mark"))
        position = text.find("?", end if end is not None else position + 1)
    return found


def _run_end(text: str, start: int, noted: bool) -> int | None:
    """Where the run that the `?` at `start` begins falls back into step; None when it begins none."""
    if not _ENDS_TEXT.search(text, max(start - 10, 0), start):
        return None
    swallowed = _SWALLOWED.match(text, start)
    position = swallowed.end() if swallowed else start + 1
    certain = swallowed is not None
    end = position if certain else None
    limit = min(len(text), start + LONGEST)
    while position < limit:
        character = text[position]
        if character == "\n" or character.isdigit():
            break
        if character == "?":
            again = _SWALLOWED.match(text, position)
            if again:
                certain, position = True, again.end()
            elif _MARKUP.match(text, position + 1):
                return position + 4
            else:
                position += 1
            end = position
            if not _goes_on(text, position):
                break
            continue
        half = _HALF_NOTED.match(text, position)
        if half:
            return half.end()
        if character.isascii() or character in "€Γσ":
            # The second half of a pair, read as ASCII: text goes on in step, unless strange characters follow.
            position += 1
            if character not in ";!,.:":
                end = position
                if not _goes_on(text, position):
                    break
            continue
        if _NOTE.match(text, position + 1):
            break
        position += 1
        if _strange(text, position - 1, 1):
            end = position
        elif end is not None and certain and not _goes_on(text, position):
            break
    if not certain and not noted:
        return None
    return end


def _lost_mark(text: str, position: int, noted: bool) -> bool:
    """Whether a `?` stands for a mark the page's encoding could not hold, such as the `·` of a name."""
    around = text[position - 1 : position] + text[position + 1 : position + 2]
    if len(_HAN.findall(around)) != 2:
        return False
    opening = max(text.rfind(mark, max(0, position - 20), position) for mark in "“《")
    closing = min((at for mark in "”》" if (at := text.find(mark, position, position + 20)) >= 0), default=-1)
    inside = text[opening + 1 : closing] if 0 <= opening < closing else ""
    title = 0 < len(inside) <= 20 and not re.search(
        r"[,，。;；!！]|吗|嗎|呢|什么|什麼|怎|谁|誰|哪|几|幾|何|否|不\?", inside
    )
    return title or noted


@cache
def _common() -> frozenset[str]:
    """The 3,755 characters of GB 2312's first level, and the traditional ones that stand for them."""
    traditional = {key for key, value in read_table("TSCharacters").items() if value in first_level()}
    return first_level() | traditional


def _strange(text: str, position: int, reach: int = 3) -> bool:
    """Whether a character seldom seen comes within `reach`, before any mark: damage reads as such."""
    for character in text[position : position + reach]:
        if not _HAN.match(character):
            return character in "ⅰ≡∽┠ヘロΓσ€"
        if character not in _common():
            return True
    return False


def _goes_on(text: str, position: int) -> bool:
    """Whether the run goes on: at a broken pair, within strange characters, or up to a half-noted pair."""
    if text.startswith("?", position) or _strange(text, position):
        return True
    return _HALF_NEAR.match(text, position) is not None


def as_spans(runs: list[ByteShift]) -> tuple[Offsets, Offsets]:
    """The runs as arrays of starts and ends."""
    spans = np.array([(run.start, run.end) for run in runs], dtype=np.int64).reshape(-1, 2)
    return spans[:, 0], spans[:, 1]
