"""Stage: full-width punctuation, folded to ASCII by the sites, is restored (GB/T 15834).

`, : ; ! ?` become full-width unless they stand between ASCII letters or digits. Brackets go in pairs, and stay
half-width only where their content and their left neighbour are ASCII. A line that is not Chinese (English,
code, Japanese) keeps what it has. The layer keeps every length and can be left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from govwork.codes import Codes, Offsets, to_codes
from govwork.layer import Layer

from .batch import SEPARATOR

STAGE = "punctuation"
_RULES = (f"{STAGE}.mark", f"{STAGE}.bracket")
# From an ASCII mark to its full-width form.
_WIDEN = 0xFEE0
_BEYOND_ASCII = 0x80
# As far as is looked from a mark.
_REACH = 2
_EDGE = np.full(_REACH, ord("\n"), dtype=np.uint32)

_MARK, _OPEN, _CLOSE, _BREAK = 1, 2, 3, 4
_KIND = np.zeros(0x110000, dtype=np.uint8)
_KIND[[ord(c) for c in ",:;!?"]] = _MARK
_KIND[ord("(")] = _OPEN
_KIND[ord(")")] = _CLOSE
_KIND[[ord(c) for c in "\n" + SEPARATOR]] = _BREAK

# How much a character says for Chinese (Han) or against it: a Latin word is four or five letters long, a kana
# or a Hangul syllable says that the Han characters around it are not Chinese.
_CHINESE = np.zeros(0x110000, dtype=np.int8)
_CHINESE[0x3400:0xA000] = 4
_CHINESE[0xF900:0xFB00] = 4
_CHINESE[0x20000:0x32000] = 4
_CHINESE[[ord(c) for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"]] = -1
_CHINESE[0x3041:0x30FB] = -40
_CHINESE[0xAC00:0xD7B0] = -40

_WORD = np.zeros(0x110000, dtype=bool)
_WORD[[ord(c) for c in "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"]] = True


def restore_punctuation(text: str) -> Layer:
    """The layer of stage `punctuation`: one substitution a restored mark."""
    codes = to_codes(text)
    kinds = _KIND.take(codes)
    at = np.flatnonzero(kinds != 0)
    kinds = kinds[at]
    is_break = kinds == _BREAK
    if is_break.all():
        return Layer(STAGE)
    lines = np.cumsum(is_break)
    chinese = _chinese_lines(codes, at[is_break]).take(lines, mode="clip") & ~is_break
    at, kinds, lines = at[chinese], kinds[chinese], lines[chinese]
    # Two breaks on either side, so that every mark has neighbours.
    around = np.concatenate((_EDGE, codes, _EDGE))
    marks, brackets = np.flatnonzero(kinds == _MARK), np.flatnonzero(kinds != _MARK)
    wide = np.zeros(len(at), dtype=bool)
    wide[marks] = _are_wide_marks(text, around, at[marks])
    if len(brackets):
        behind_wide = wide[brackets - 1] & (at[brackets - 1] == at[brackets] - 1)
        wide[brackets] = _are_wide_brackets(around, at[brackets], lines[brackets], behind_wide)
    at, rules = at[wide], (kinds[wide] != _MARK).astype(np.int64)
    old = codes[at]
    return Layer.of_substitutions(STAGE, _RULES, rules, old, at, old + np.uint32(_WIDEN))


def _chinese_lines(codes: Codes, breaks: Offsets) -> NDArray[np.bool_]:
    """Which lines are Chinese; the last one is left out if it is empty."""
    starts = np.append(0, breaks[breaks < len(codes) - 1] + 1)
    chinese: NDArray[np.bool_] = np.add.reduceat(_CHINESE.take(codes), starts, dtype=np.int64) > 0
    return chinese


def _beside(around: Codes, at: Offsets, step: int) -> Codes:
    """The characters one `step` from `at`, or two where one is a space."""
    beside = around[at + (_REACH + step)]
    spaced = np.flatnonzero(beside == ord(" "))
    beside[spaced] = around[at[spaced] + (_REACH + 2 * step)]
    return beside


def _are_wide_marks(text: str, around: Codes, marks: Offsets) -> NDArray[np.bool_]:
    wide = ~_between_words(around, marks)
    following = around[marks + (_REACH + 1)]
    for i in np.flatnonzero(((following == ord("”")) | (following == ord("’"))) & wide).tolist():
        wide[i] = not _ends_quotation(text, int(marks[i]))
    return wide


def _between_words(around: Codes, marks: Offsets) -> NDArray[np.bool_]:
    """Whether ASCII letters or digits stand on both sides, across one space, or `//` makes it an address."""
    behind_word = np.flatnonzero(_WORD.take(_beside(around, marks, -1)))
    near = marks[behind_word]
    address = np.ones(len(near), dtype=bool)
    for step, character in enumerate("://"):
        address &= around[near + (_REACH + step)] == ord(character)
    between = np.zeros(len(marks), dtype=bool)
    between[behind_word] = address | _WORD.take(_beside(around, near, 1))
    return between


def _ends_quotation(text: str, mark: int) -> bool:
    """Whether the mark closes a quotation that is all ASCII: it belongs to the foreign sentence."""
    opening = {"”": "“", "’": "‘"}[text[mark + 1]]
    opened = text.rfind(opening, text.rfind(SEPARATOR, 0, mark) + 1, mark)
    return opened >= 0 and mark - opened > 2 and text[opened + 1 : mark].isascii()


def _are_wide_brackets(
    around: Codes, brackets: Offsets, lines: Offsets, behind_wide: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which brackets become full-width; `behind_wide` says which stand right behind a mark that does."""
    at = brackets + _REACH
    opens, closes = _pairs(around[at] == ord("("), lines)
    # What found no partner goes by its neighbours.
    wide = (around[at - 1] >= _BEYOND_ASCII) | (around[at + 1] >= _BEYOND_ASCII)
    before = _beside(around, brackets[opens], -1)
    latin = (before > ord(" ")) & (before < 0x7F) & ~behind_wide[opens]
    if latin.any():
        foreign = np.cumsum(around >= _BEYOND_ASCII, dtype=np.int32)
        latin &= foreign[at[opens]] == foreign[at[closes]]
    wide[opens] = wide[closes] = ~latin
    return wide


def _pairs(opening: NDArray[np.bool_], lines: Offsets) -> tuple[Offsets, Offsets]:
    """The brackets that belong together, within a line."""
    levels = np.cumsum(np.where(opening, 1, -1)) + ~opening
    # On one level of one line a closing bracket belongs to an opening one right before it.
    order = np.lexsort((levels, lines))
    first, second = order[:-1], order[1:]
    paired = (lines[first] == lines[second]) & (levels[first] == levels[second])
    paired &= opening[first] & ~opening[second]
    return first.compress(paired), second.compress(paired)
