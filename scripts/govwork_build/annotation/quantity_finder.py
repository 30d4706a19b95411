"""The quantities of running text: the longest surfaces that `quantities` reads, but for numerals that count nothing.

None is: a number of an item, a date or year, a document number, an ordinal that is no rank (第22次), a numeral in a
title or in short quotation marks, an indefinite 一, a name (五水共治, 四个平台), a count of the text's own parts
(五个方面), a limit that only says which things are meant (10亿元以上企业), a number beside a lost character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .numerals import CHINESE
from .quantities import QUANTITY, Quantity, half_width, parse_quantity, read_match

# What stands in short quotation marks is a name or a slogan; quoted speech is longer.
_LONGEST_NAME, _LONGEST_TITLE = 24, 80
_BEGINS = r"(?<![0-9.,A-Za-z*?×□+第零〇一二两三四五六七八九十百千万亿])(?<![0-9][:：])"
_SCAN = re.compile(
    rf"(?P<name>“[^“”\n]{{1,{_LONGEST_NAME}}}”|《[^《》\n]{{1,{_LONGEST_TITLE}}}》)|{_BEGINS}{QUANTITY}"
)
_ENDS_CLAUSE = "，。；：、！？,;!?）)”》\n "
_DAMAGED = re.compile(r"[*×□?+]|[:：][0-9]")
_LATIN = re.compile(r"[A-Za-z]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_IS_CHINESE = re.compile(CHINESE)
# Before a number without a unit, and before a rank without one.
_LEADS_TO_NUMBER = frozenset("数达为到至计共")
_LEADS_TO_RANK = re.compile(r"(?:[居列位排跃]|全[省国市县区乡]|金华|山西|浙江)[^，。；：！？\n]{0,10}$")
_NO_RANK = frozenset("目以之年月日会届空")
# Classifiers and units that count behind a Chinese numeral too; others form words: 二期, 三级, 一类.
_CLASSIFIERS = frozenset("个家户人名位所座处项件块辆台套种次篇支条棵株头间栋幢份册张幅场")
_COUNTED = _CLASSIFIERS | {"元", "吨", "担", "亩", "公里", "米", "平方米", "人次", "倍", "成", "%", "百分点"}
_OF_ONE = frozenset({"百分点", "倍", "成", "%"})
_NAMED = re.compile(
    r"(?<=个)(?:[“‘]|方面|环节|特点|对接|整合|明显变化|变化|抓手|中心|规划|市场|代表|维护|意识|自信|平台|百年|一批|一体化|体系"
    r"|统筹|确保|坚持|转变|担当|更加|指引|月)|(?<=项)(?:规定|制度|工程|改革|行动|机制|任务)|(?<=次)(?:产业|创业|开发|会议|全会|党代会)"
    r"|(?<=人)(?:[制行大民口]|小组)|(?<=位)(?:一体|数)|(?<=成)[员立为果效功就长本绩都]|(?<=条)(?:底线|龙|战线|主线|红线)"
    r"|(?<=支)(?:一扶|队伍)|(?<=张)清单|(?<=篇)文章|(?<=场)硬战|(?<=家)[人庭]"
)
# A limit in one of these units before a noun tells which things are meant.
_LIMITS = frozenset({"", "元", "美元", "亩", "吨", "米", "岁", "平方米", "千瓦", "立方米", "人口"})
_GOES_ON = re.compile(r"[和与及或并等且用较比同增是为达]|的(?:目标|任务|水平|要求|成绩|增速|规模)")
_PERIOD = re.compile("[多半]月")
_TIME_TO_REACH = re.compile(r"[^，。；、]{0,10}圈|自助")
_ITEM = re.compile(r"[0-9]{1,3}\.")


def find_quantities(text: str) -> Iterator[tuple[int, int, Quantity]]:
    """The quantities of a text as spans `[start, end)` with what they say, in order; one scan.

    >>> [(a, b, one.lo) for a, b, one in find_quantities("2011年新增城镇就业6万人，“六个100”工程开工")]
    [(11, 14, '60000')]
    """
    plain, at = half_width(text), 0
    while match := _SCAN.search(plain, at):
        start, end = match.span()
        if match["name"]:
            at = end
            continue
        # What is refused goes as a whole, or 超10亿元企业 would leave 10亿元; only 前 may precede a count.
        at = match.start("place") if match["rank"] else end
        if from_to := _from_to(plain, match):
            end, quantity = from_to
            at = end
        else:
            start, quantity = _without_item(plain, match)
        if quantity and _counts(plain, match, end, quantity):
            yield start, end, quantity
            at = end


def _from_to(text: str, match: re.Match[str]) -> tuple[int, Quantity | None] | None:
    """The first of two quantities between which something moves (由5%到8%), which are no range."""
    if (
        not match["joint"]
        or match["joint"] == "-"
        or text[match.start() - 1 : match.start()] not in ("由", "从", "自")
    ):
        return None
    end = match.start("joint")
    return end, parse_quantity(text[match.start() : end])


def _without_item(text: str, match: re.Match[str]) -> tuple[int, Quantity | None]:
    """Where a quantity begins, behind the item number that its line may open with: `12.100个`."""
    start = match.start()
    item = _ITEM.match(text, start)
    whole = match["unit"] in _CLASSIFIERS and not match["low_scale"]
    if item and whole and text[start - 1 : start] in ("", "\n"):
        return item.end(), parse_quantity(text[item.end() : match.end()])
    return start, read_match(match)


def _counts(text: str, match: re.Match[str], end: int, quantity: Quantity) -> bool:
    """Whether a numeral that reads as a quantity is one where it stands."""
    before, after = text[match.start() - 1 : match.start()], text[end : end + 12]
    if _DAMAGED.match(after) or (not quantity.unit and _LATIN.match(after)):
        return False
    if match["rank"]:
        return _ranks(text, match, quantity)
    if match["parts"] or match["bottom"] or match["half"]:
        return True
    if match["unit"] == "个" and _PERIOD.match(after):
        return False
    if match["unit"] in ("小时", "个小时", "分钟") and _TIME_TO_REACH.match(after):
        return False
    if match["unit"] in ("岁", "人口") and _HAN.match(after):
        return False
    if _only_limits(match, after, quantity):
        return False
    if _IS_CHINESE.fullmatch(match["low"]):
        return before not in ("数", "几") and _counts_in_chinese(text, match, end, quantity)
    if quantity.unit or quantity.scale:
        return True
    return before in _LEADS_TO_NUMBER and (not after or after[0] in _ENDS_CLAUSE)


def _only_limits(match: re.Match[str], after: str, quantity: Quantity) -> bool:
    """Whether a bound, and what follows it, say which things are meant: 10亿元以上企业, 30万吨以下的开采时代."""
    bounded = (match["before"] or match["after"]) and quantity.cmp not in ("range", "approx")
    if not bounded or quantity.unit not in _LIMITS:
        return False
    return _HAN.match(after) is not None and not _GOES_ON.match(after)


def _counts_in_chinese(text: str, match: re.Match[str], end: int, quantity: Quantity) -> bool:
    if quantity.unit not in _COUNTED or match["low"] == "半" or _NAMED.match(text, end):
        return False
    return match["low"] != "一" or quantity.unit in _OF_ONE


def _ranks(text: str, match: re.Match[str], quantity: Quantity) -> bool:
    """前三位 and 第二名 always, 前三 and 第二 where their clause ends and has told of a place in an order."""
    start, end = match.span()
    if match["rank"] == "前" and text[start - 1 : start] in _NO_RANK:
        return False
    closes = end == len(text) or text[end] in _ENDS_CLAUSE
    if match["rank_unit"]:
        return closes or text[end] == "的" or match["rank"] == "前"
    return closes and _LEADS_TO_RANK.search(text, max(0, start - 24), start) is not None
