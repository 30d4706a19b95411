"""Expressions of time in running text, with their value where the text or the document's year gives it.

A value is ISO 8601, cut to what is said: 2011, 2011-06, 2011-06-30; a stretch of time is two of them, 2011/2015.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_DIGITS = {character: value for value, character in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}
_RELATIVE = {"前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
# 十五 is the tenth plan of five years, 2001 to 2005.
_PLANS = {name: 2001 + 5 * i for i, name in enumerate(("十五", "十一五", "十二五", "十三五", "十四五", "十五五"))}
_EDGE = r"(?:以来|年底前?|底前?|年初|初|末|前|内|期间|上旬|中旬|下旬|份)?"
_TIME = re.compile(
    rf"“?(?P<plan>{'|'.join(sorted(_PLANS, key=len, reverse=True))})”?(?:期间|时期|以来|末|初)"
    rf"|(?<![0-9])(?P<first>(?:19|20)[0-9]{{2}})年?[-—–~至到](?P<last>(?:19|20)[0-9]{{2}})年{_EDGE}"
    r"|(?:(?<![0-9])(?P<year>(?:19|20)[0-9]{2})年|(?P<relative>[去今明上前后本]年))"
    rf"(?:度|(?P<month>[0-9]{{1,2}})月(?:(?P<day>[0-9]{{1,2}})日)?|[上下]半年)?{_EDGE}"
    rf"|(?<![0-9年])(?:1[0-2]|[1-9])月(?:[0-9]{{1,2}}日)?{_EDGE}"
    r"|(?:刚刚)?过去的?(?P<past>[一二三四五六七八九十两])年|(?:今后|未来)的?(?P<coming>[一二三四五六七八九十两])年"
    r"|近?[一二三四五六七八九十两几]年来|一年多来"
    r"|(?P<within>全年|年内)|年底前?|年初|年末|上半年|下半年|截[至止]目前|目前|至今"
)
# A year that opens the name of a document or of its part is part of that name; 前后 and 年前 are other words.
_TITLE_AFTER = re.compile(
    r"(?:[^，。；、]{0,10}政府工作(?:报告|要点)|[^，。；、]{0,6}工作(?:报告|要点|总结|计划|方案|任务))"
)


class Time(NamedTuple):
    """A span `[start, end)` of time, and its value or None."""

    start: int
    end: int
    value: str | None


def find_times(text: str, year: int | None) -> Iterator[Time]:
    """The expressions of time, in order; `year` is the one in which the text speaks, if that is clear.

    >>> [(text[a:b], value) for text in ["明年6月前完成"] for a, b, value in find_times(text, 2019)]
    [('明年6月前', '2020-06')]
    """
    for match in _TIME.finditer(text):
        if not _TITLE_AFTER.match(text, match.end()) or not match["year"]:
            yield Time(match.start(), match.end(), _value(match, year))


def _value(match: re.Match[str], year: int | None) -> str | None:
    if match["plan"]:
        first = _PLANS[match["plan"]]
        return f"{first}/{first + 4}"
    if match["first"]:
        return f"{match['first']}/{match['last']}" if match["first"] < match["last"] else None
    if match["year"]:
        return _dated(int(match["year"]), match)
    if year is None or match[0].endswith("以来"):
        return None
    if match["relative"]:
        return _dated(year + _RELATIVE[match["relative"]], match)
    if match["past"]:
        return _stretch(year - _DIGITS[match["past"]], year - 1)
    if match["coming"]:
        return _stretch(year, year + _DIGITS[match["coming"]] - 1)
    return str(year) if match["within"] else None


def _dated(year: int, match: re.Match[str]) -> str | None:
    """The year with what is said of month and day; no value for what no calendar has."""
    month, day = int(match["month"] or 1), int(match["day"] or 1)
    if not (1 <= month <= 12 and 1 <= day <= 31) or match[0].endswith("以来"):
        return None
    return f"{year}" + (f"-{month:02}" if match["month"] else "") + (f"-{day:02}" if match["day"] else "")


def _stretch(first: int, last: int) -> str:
    return f"{first}/{last}" if first < last else f"{first}"
