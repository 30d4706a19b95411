"""Stage: full-width punctuation, folded to ASCII by the sites, is restored (GB/T 15834).

`, : ; ! ?` become full-width unless they stand between ASCII letters or digits. Brackets go in pairs, and stay
half-width only where their content and their left neighbour are ASCII. A line that is not Chinese (English,
code, Japanese) keeps what it has. The layer keeps every length and can be left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from govwork.trace import Codes, Layer, Offsets, to_codes

from .batch import SEPARATOR_CODE

STAGE = "punctuation"
_RULES = (f"{STAGE}.mark", f"{STAGE}.bracket")
# From an ASCII mark to its full-width form.
_WIDEN = 0xFEE0

_MARK, _OPEN, _CLOSE = 1, 2, 3
_KIND = np.zeros(0x110000, dtype=np.uint8)
_KIND[[ord(c) for c in ",:;!?"]] = _MARK
_KIND[ord("(")] = _OPEN
_KIND[ord(")")] = _CLOSE

# How much a character says for Chinese (Han) or against it: a Latin word is four or five letters long, a kana
# or a Hangul syllable says that the Han characters around it are not Chinese.
_CHINESE = np.zeros(0x110000, dtype=np.int32)
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
    at = np.flatnonzero(_KIND[codes])
    if not len(at):
        return Layer(STAGE)
    at = at[_in_chinese_line(codes, at)]
    kinds = _KIND[codes[at]]
    marks = at[kinds == _MARK]
    widened = np.zeros(len(codes), dtype=bool)
    widened[
        [mark for mark in marks[~_between_words(codes, marks)].tolist() if not _ends_quotation(text, mark)]
    ] = True
    for bracket in _wide_brackets(text, codes, widened, at[kinds != _MARK]):
        widened[bracket] = True
    wide = np.flatnonzero(widened)
    rules = (_KIND[codes[wide]] != _MARK).astype(np.int64)
    return Layer.of_substitutions(STAGE, _RULES, rules, codes, wide, codes[wide] + np.uint32(_WIDEN))


def _in_chinese_line(codes: Codes, at: Offsets) -> NDArray[np.bool_]:
    breaks = np.flatnonzero((codes == ord("\n")) | (codes == SEPARATOR_CODE))
    starts = np.append(0, breaks[breaks < len(codes) - 1] + 1)
    chinese = np.add.reduceat(_CHINESE[codes], starts) > 0
    inside: NDArray[np.bool_] = chinese[np.searchsorted(starts, at, side="right") - 1]
    return inside


def _between_words(codes: Codes, marks: Offsets) -> NDArray[np.bool_]:
    """Whether ASCII letters or digits stand on both sides, across one space, or `//` makes it an address."""
    padded = np.concatenate(([ord("\n")] * 2, codes, [ord("\n")] * 2))
    here = marks + 2
    left, right = here - 1, here + 1
    left = left - (padded[left] == ord(" "))
    right = right + (padded[right] == ord(" "))
    address = (padded[here] == ord(":")) & (padded[here + 1] == ord("/")) & (padded[here + 2] == ord("/"))
    between: NDArray[np.bool_] = _WORD[padded[left]] & (_WORD[padded[right]] | address)
    return between


def _ends_quotation(text: str, mark: int) -> bool:
    """Whether the mark closes a quotation that is all ASCII: it belongs to the foreign sentence."""
    opening = {"”": "“", "’": "‘"}.get(text[mark + 1 : mark + 2])
    if opening is None:
        return False
    quoted = text[text.rfind(opening, 0, mark) + 1 : mark]
    return len(quoted) > 1 and quoted.isascii()


def _wide_brackets(text: str, codes: Codes, widened: NDArray[np.bool_], brackets: Offsets) -> list[int]:
    """The brackets that become full-width: pairs within a line, then what found no partner."""
    wide: list[int] = []
    stack: list[int] = []
    line_of = np.searchsorted(np.flatnonzero((codes == ord("\n")) | (codes == SEPARATOR_CODE)), brackets)
    line = -1

    def alone(position: int) -> None:
        around = text[max(position - 1, 0)] + text[min(position + 1, len(text) - 1)]
        if any(not c.isascii() for c in around):
            wide.append(position)

    for position, its_line in zip(brackets.tolist(), line_of.tolist(), strict=True):
        if its_line != line:
            for unpaired in stack:
                alone(unpaired)
            stack, line = [], its_line
        if text[position] == "(":
            stack.append(position)
        elif stack:
            opening = stack.pop()
            before = text[max(opening - 2, 0) : opening].rstrip(" ")[-1:]
            latin = before.isascii() and before.isprintable() and before != "" and not widened[opening - 1]
            if not (latin and text[opening + 1 : position].isascii()):
                wide += [opening, position]
        else:
            alone(position)
    for unpaired in stack:
        alone(unpaired)
    return wide
