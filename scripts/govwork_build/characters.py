"""Stage: characters that are no text of the document, or the same character in another coat.

Blanks that look alike, marks no eye sees, forms kept for round trips with old character sets, and remains of
markup. Nothing here depends on language, and every rule replaces without a doubt.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

import numpy as np

from govwork.codes import to_codes
from govwork.layer import Edit, Layer

from .batch import SEPARATOR

STAGE = "characters"

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_BLANKS = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
_BREAKS = "\r\x0b\x0c\x85\u2028\u2029"


def _same_character(code: int) -> str | None:
    """The plain character of a radical, of a full-width letter or digit, or of a small percent sign."""
    character = chr(code)
    plain = unicodedata.normalize("NFKC", character)
    if 0x2E80 <= code <= 0x2FDF:  # radicals typed for the characters they look like
        return plain if plain != character else None
    if 0xFF01 <= code <= 0xFF5E:  # letters and digits only: full-width punctuation is how Chinese is written
        return plain if plain.isalnum() else None
    return plain if code in (0xFE6A, 0xFF05) else None


_COAT = {
    code: plain
    for code in (*range(0x2E80, 0x2FE0), 0xFE6A, *range(0xFF01, 0xFF5F))
    if (plain := _same_character(code))
}
_CONTROL = "".join(chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n" + _BREAKS)
# Tags that pages leave behind; a name list, so that a formula or a quoted placeholder is no tag.
_TAG = (
    r"</?(?:a|b|br|div|em|font|i|img|li|o:p|p|span|strong|table|tbody|td|tr|u|ul)"
    rf"(?:[ \t][^<>\n{SEPARATOR}]*)?/?>"
)
_ENTITY = (
    r"&(?:nbsp|amp|lt|gt|quot|ldquo|rdquo|lsquo|rsquo|mdash|hellip|middot|emsp|ensp|#\d{1,6}|#x[0-9a-fA-F]{1,5});"
)

_PATTERN = re.compile(
    "|".join(
        [
            # All of `\r\r\r` in one: asking at each whether a line feed ends them would take quadratic time.
            r"(?P<line_break>\r+\n?|[" + _BREAKS + "])",
            rf"(?P<no_break_space>[{_BLANKS}])",
            rf"(?P<invisible>[{_INVISIBLE}]+)",
            rf"(?P<control>[{re.escape(_CONTROL.replace(SEPARATOR, ''))}]+)",
            rf"(?P<same_character>[{''.join(map(chr, _COAT))}])",
            rf"(?P<entity>{_ENTITY})",
            rf"(?P<tag>{_TAG})",
        ]
    )
)

_SUSPECT = np.zeros(0x110000, dtype=bool)
_SUSPECT[[ord(c) for c in _INVISIBLE + _BLANKS + _BREAKS + _CONTROL.replace(SEPARATOR, "") + "&<"]] = True
_SUSPECT[list(_COAT)] = True


def tidy_characters(text: str) -> Layer:
    """The layer of stage `characters`; empty after one look-up a character where nothing is wrong."""
    suspects = np.flatnonzero(_SUSPECT.take(to_codes(text)))
    return Layer.of(STAGE, text, _edits(text, suspects.tolist()))


def _edits(text: str, suspects: list[int]) -> Iterator[Edit]:
    done = 0
    for position in suspects:
        match = _PATTERN.match(text, position) if position >= done else None
        if match is None:
            continue
        done = match.end()
        rule = str(match.lastgroup)
        found = match.group()
        if rule == "line_break":
            replacement = "\n" if found.endswith("\n") else "\n" * len(found)
        elif rule == "no_break_space":
            replacement = " "
        elif rule == "same_character":
            replacement = _COAT[ord(found)]
        elif rule == "entity":
            # An entity for a blank, a mark or a separator is not handed to the stages after this one.
            meant = html.unescape(found).replace("\u00a0", " ")
            replacement = meant if meant.isprintable() else ""
        else:
            replacement = ""
        yield Edit(f"{STAGE}.{rule}", match.start(), match.end(), replacement)
