"""A grammar of the quantities of these texts: what a surface such as `超20亿元` says, as exact decimals.

How doubtful surfaces are read, after ISO 24617-11 (a measure is a number and a unit, its relation to the thing
measured is said apart):

- 以上 and 以下 include the figure (ge, le), 超, 突破 and 低于 do not (gt, lt).
- 约, 近, 左右, 多 and 余 leave the figure as it is, both bounds (approx): how far off it may be is not said.
- A word of size tells more than one of doubt: 约20亿元以上 is ge. A range stays a range, but 16-18家左右 is approx.
- 2至3万户 is 20000 to 30000; where that would turn the bounds round, as in 9000-1.2万户, each
  number has its own scale.
- 前三位 is the ranks 1 to 3, 第二 and 第9位 one rank; its unit is 位, printed or not.
- 百分之三 is 3 %, 四分之三 is 75 %; a share without an end is rounded to two places: 三分之二 is 66.67 %.
- The unit is the word printed, never converted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from .numerals import ARABIC, CHINESE, HUNDRED, THOUSAND, numeral_value, plain

# The attributes of the scheme that the words of a quantity say.
READ_ATTRIBUTES = ("lo", "hi", "unit", "scale", "cmp")
Comparison = Literal["eq", "approx", "ge", "gt", "le", "lt", "range", "rank"]

_BEFORE_WORDS: tuple[tuple[Comparison, str], ...] = (
    ("approx", "大约 大概 约 将近 接近 近"),
    ("gt", "超过 超出 超 逾 突破 高于 大于 多于"),
    ("ge", "大于等于 不少于 不低于 不小于 至少 最少"),
    ("le", "少于或等于 小于等于 不超过 不高于 不多于 不大于 至多 最多"),
    ("lt", "低于 少于 小于 不到 不足 不满 未满"),
)
_AFTER_WORDS: tuple[tuple[Comparison, str], ...] = (
    ("approx", "左右 上下"),
    ("ge", "以上 及以上"),
    ("le", "以下 及以下 以内 之内 内"),
)
_BEFORE = {word: compared for compared, words in _BEFORE_WORDS for word in words.split()}
_AFTER = {word: compared for compared, words in _AFTER_WORDS for word in words.split()}
# 内 alone closes a quantity where it opens no word of its own: 10个内设机构.
_WORD_INSIDE = "(?![设部容涵资河陆地外生])"
# Units and classifiers; what only designates (号, 级, 届, 年) is none. A longer one stands before its beginning.
_UNIT = (
    "(?:%|‰|个百分点|百分点|个工作日|工作日|个小时|小时|分钟|个月|美元|欧元|日元|港元|标箱|标准箱|台套|台（套）"
    "|[人户家件批条场车架台班例套]次|吨标准煤|平方公里|平方千米|平方米|立方米|平方|立方|公里|千米|厘米|毫米|微米|公顷|公斤"
    "|千克|毫克|微克|千瓦时|千瓦|兆瓦|千伏安|人口"
    "|[元倍成天岁米亩吨斤克升担个家户人名位所座处项件块辆台套种类次篇支条道棵株头只盏根间栋幢层口对双副份册本张幅期场班列节"
    "宗起例穴字部床艘架门面杯组队片])"
)
_RATE = rf"{_UNIT}(?:(?:/|每)[百千万]?{_UNIT})?+"
_SCALE = rf"(?:万亿|[百千]?[万亿]|{THOUSAND}|{HUNDRED})"


def _number(name: str) -> str:
    return (
        rf"(?P<{name}>{ARABIC}|{CHINESE})(?P<{name}_more>[多余])?"
        rf"(?P<{name}_scale>{_SCALE})?+(?P<{name}_rest>[多余])?+"
    )


_RANK = rf"(?P<rank>前|第)(?P<place>{ARABIC}|{CHINESE})(?P<rank_unit>[位名])?+"
_SHARE = (
    rf"(?P<parts>{CHINESE}|百)分之(?P<share>{ARABIC}|{CHINESE})"
    r"|(?P<top>[0-9]{1,2})/(?P<bottom>[0-9]{1,2})(?![0-9])"
)
_MEASURE = rf"{_number('low')}(?:(?P<low_unit>{_RATE})?(?P<joint>[-至到]){_number('high')})?(?P<unit>{_RATE})?+"
_LONGEST_AFTER = "|".join(sorted(_AFTER, key=len, reverse=True)) + _WORD_INSIDE
QUANTITY = (
    rf"(?:{_RANK}|(?P<before>{'|'.join(sorted(_BEFORE, key=len, reverse=True))})?"
    rf"(?:{_SHARE}|(?P<half>一半)|{_MEASURE})(?P<after>{_LONGEST_AFTER})?+)"
)
_QUANTITY = re.compile(QUANTITY)
_WIDE = str.maketrans("０１２３４５６７８９．％－—–−～〜~", "0123456789.%-------")
# 百, 万 without a digit are no number by themselves (百家姓, 万元), only with 近, 超 and their like: 近百家.
_IS_SIZE = re.compile("[百千万亿]+")
_OF_SCALE = {"百": 2, "千": 3, "万": 4, "亿": 8}


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a surface says: bounds in the base unit as canonical decimals, or None where it is open to that side.

    `unit` is the printed unit without its scale, "" if none; `scale` the powers of ten printed before it: 万, 亿.
    """

    lo: str | None
    hi: str | None
    unit: str
    scale: str
    cmp: Comparison


def half_width(text: str) -> str:
    """The text with the digits, signs and dashes that this grammar knows, each character in its place."""
    return text.translate(_WIDE)


def parse_quantity(surface: str) -> Quantity | None:
    """What one whole surface says, or None if it is no quantity.

    >>> parse_quantity("3470亿元")
    Quantity(lo='347000000000', hi='347000000000', unit='元', scale='亿', cmp='eq')
    >>> parse_quantity("4%以内")
    Quantity(lo=None, hi='4', unit='%', scale='', cmp='le')
    """
    match = _QUANTITY.fullmatch(half_width(surface))
    return read_match(match) if match else None


def read_match(match: re.Match[str]) -> Quantity | None:
    """What a match of QUANTITY says, or None where its numerals make no number."""
    if match["rank"]:
        return _rank(match)
    bounds = _bounds(match)
    if bounds is None or (_IS_SIZE.fullmatch(match["low"] or "") and not match["before"]):
        return None
    low, high, unit, scale, said = bounds
    before, after = _BEFORE.get(match["before"] or ""), _AFTER.get(match["after"] or "")
    sized = [each for each in (after, before) if each and each != "approx"]
    compared: Comparison = "approx" if "approx" in (before, after) else said
    if sized and said != "range":
        compared = sized[0]
    lo, hi = plain(low), plain(high)
    return Quantity(
        None if compared in ("le", "lt") else lo, None if compared in ("ge", "gt") else hi, unit, scale, compared
    )


def _rank(match: re.Match[str]) -> Quantity | None:
    value = numeral_value(match["place"])
    if value is None or value < 1 or value != int(value):
        return None
    return Quantity(
        "1" if match["rank"] == "前" else plain(value), plain(value), match["rank_unit"] or "位", "", "rank"
    )


def _bounds(match: re.Match[str]) -> tuple[Decimal, Decimal, str, str, Comparison] | None:
    """Both bounds, the unit, the scale, and how the number itself compares."""
    if match["half"]:
        return Decimal(50), Decimal(50), "%", "", "eq"
    if match["parts"] or match["bottom"]:
        return _share(match)
    last = "high" if match["high"] else "low"
    value, scale = numeral_value(match[last]), _scale(match, last)
    if value is None:
        return None
    high = value.scaleb(_exponent(match, last))
    unit = match["unit"] or ""
    more = match[f"{last}_more"] or match[f"{last}_rest"]
    if last == "low":
        return high, high, unit, scale, "approx" if more else "eq"
    low = numeral_value(match["low"])
    if low is None or more or match["low_more"] or match["low_rest"]:
        return None
    own = low.scaleb(_exponent(match, "low"))
    shared = low.scaleb(_exponent(match, "high"))
    # The scale stands once, behind both, unless a unit closes the first number.
    low = own if match["low_unit"] or _scale(match, "low") or shared > high else shared
    return (low, high, unit, scale, "range") if low <= high else None


def _share(match: re.Match[str]) -> tuple[Decimal, Decimal, str, str, Comparison] | None:
    parts = numeral_value(match["parts"] or match["bottom"])
    share = numeral_value(match["share"] or match["top"])
    if not parts or share is None:
        return None
    if match["parts"] and parts in (100, 1000):
        return share, share, "%" if parts == 100 else "‰", "", "eq"
    rounded = (share * 100 / parts).quantize(Decimal("0.01"))
    return rounded, rounded, "%", "", "eq"


def _exponent(match: re.Match[str], name: str) -> int:
    return sum(_OF_SCALE[character] for character in match[f"{name}_scale"] or "")


def _scale(match: re.Match[str], name: str) -> str:
    """The scale as printed: behind the number, or its end where the number is Chinese (一万担)."""
    printed = match[f"{name}_scale"]
    if printed:
        return printed
    numeral = match[name]
    return numeral[len(numeral.rstrip("万亿")) :]


def attributes_of(quantity: Quantity) -> dict[str, str]:
    """The attributes of the scheme that a quantity gives its span; empty ones are left out."""
    values = {name: getattr(quantity, name) for name in READ_ATTRIBUTES}
    return {name: value for name, value in values.items() if value}


def fits(surface: str, attributes: Mapping[str, str]) -> str | None:
    """Which of these attributes say something else than their surface, and what that says.

    None when all fit, and when the surface is none that this grammar reads. Attributes left out are not missed,
    numbers compare by value, and a unit that a list prints but once may be given where the surface has none.
    """
    quantity = parse_quantity(surface)
    if quantity is None:
        return None
    read = attributes_of(quantity)
    said = [
        f"{name} is {attributes[name]!r}, the surface reads {read.get(name, '')!r}"
        for name in READ_ATTRIBUTES
        if attributes.get(name)
        and _canonical(name, attributes[name]) != read.get(name)
        and (name != "unit" or name in read)
    ]
    return "; ".join(said) or None


def _canonical(name: str, value: str) -> str:
    """A bound in its canonical form, if it is a number at all."""
    if name not in ("lo", "hi"):
        return value
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    return plain(number) if number.is_finite() and abs(number.adjusted()) < 40 else value
