"""The number an item or heading opens with: `一、` `（一）` `1.` `1、` `（1）` `①` `⒈` `第一，` `第一部分`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_HAN_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2}
_HAN = r"[〇零一二三四五六七八九十百]{1,5}"
_ARABIC = r"[0-9０-９]{1,3}"
# Code points that are a number with its mark: ⒈ ⑴ ① ㈠.
_STOPPED = "".join(map(chr, range(0x2488, 0x249C)))
_BRACKETED = "".join(map(chr, range(0x2474, 0x2488)))
_CIRCLED = "".join(map(chr, range(0x2460, 0x2474)))
_BRACKETED_HAN = "".join(map(chr, range(0x3220, 0x322A)))

# The styles, from the one that convention puts highest to the lowest.
STYLES = ("第一部分", "一、", "（一）", "第一，", "1.", "（1）", "1）", "①")

# One branch a style; the group is named s and the style's place in STYLES.
_NUMBER = re.compile(
    rf"\s*(?:第(?P<s0>{_HAN})(?:部分|[章节篇编])[、，：:]?"
    rf"|(?P<s1>{_HAN})\s*[、．.]"
    rf"|[（(]\s*(?P<s2>{_HAN})\s*[）)]、?|(?P<s2b>[{_BRACKETED_HAN}])"
    rf"|第(?P<s3>{_HAN})[，,、：:]"
    rf"|(?P<s4>{_ARABIC})\s*[、．.]|(?P<s4b>[{_STOPPED}])"
    rf"|[（(]\s*(?P<s5>{_ARABIC})\s*[）)]、?|(?P<s5b>[{_BRACKETED}])"
    rf"|(?P<s6>{_ARABIC})\s*[）)]"
    rf"|(?P<s7>[{_CIRCLED}]))\s*"
)
# Numerals that are words of the sentence: 一、二、三产业 · 1、2号线 · 一、二级 · 110、119、120.
_ENUMERATION = re.compile(
    rf"\s*第?(?:{_HAN}、{_HAN}(?:[、和至产类级批期线次号季等三]|$)|{_ARABIC}、{_ARABIC}(?:[、和至—~-]|[号期级类批次]))"
)
# A decimal is a quantity (3.5亿元) unless the digits after the dot are a year (1.2018年) ...
_DECIMAL = re.compile(rf"\s*{_ARABIC}[．.][0-9０-９]+")
_YEAR_AFTER = re.compile(rf"\s*{_ARABIC}[．.](?:19|20)[0-9]{{2}}年")
# ... or the sequence expects the number (12.100个项目) and no unit of measure or version follows.
_MEASURED = re.compile(
    r"\s*[0-9０-９]+[．.][0-9０-９]+\s*(?:[%％‰亿万千百倍元米吨亩度版℃、，]|公里|平方|立方|个百分点)"
)
_ROW = re.compile(rf"\s*({_ARABIC})\s*")


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number: its style, one of STYLES, the numeral without its mark, its value, and where it ends."""

    style: str
    printed: str
    value: int
    end: int


def read_number(line: str, expected: int | None = None, row: bool = False) -> Number | None:
    """The number `line` opens with, or None.

    `expected` is the value the sequence of `1.` would have next; it decides whether `12.100个…` is item 12 or
    the quantity 12.1. With `row`, a line that is a bare numeral is the number of a table row.
    """
    found = _NUMBER.match(line)
    if found is None:
        alone = _ROW.fullmatch(line) if row else None
        return Number("1.", alone[1], numeral_value(alone[1]), len(line)) if alone else None
    name = found.lastgroup or ""
    printed, style = found[name], STYLES[int(name[1])]
    value = numeral_value(printed)
    if _ENUMERATION.match(line) or (style == "1." and _is_quantity(line, value, expected)):
        return None
    if len(name) == 3:  # a numeral and its mark in one code point
        printed = unicodedata.normalize("NFKC", printed).strip(".()")
    elif style == "①":
        printed = str(value)
    return Number(style, printed, value, found.end())


def numeral_value(numeral: str) -> int:
    """The value of a numeral of up to three digits: 二十一, 12, １２, ③; 0 where there is none."""
    plain = unicodedata.normalize("NFKC", numeral).strip(".()")
    if plain.isascii() and plain.isdigit():
        return int(plain[:9])
    total, digit = 0, 0
    for char in plain:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = digit * 10 + _HAN_DIGITS.get(char, 0)
    return total + digit


def _is_quantity(line: str, value: int, expected: int | None) -> bool:
    if not _DECIMAL.match(line) or _YEAR_AFTER.match(line):
        return False
    return value != expected or _MEASURED.match(line) is not None
