"""The values of numerals, Arabic and Chinese, as exact decimals."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_POWERS = {"万": 10**4, "亿": 10**8}
# 千瓦 and 千米 are units, and 百分 begins a share: there the character is no part of the numeral.
THOUSAND, HUNDRED = "千(?![瓦伏克米])", "百(?!分)"
# More digits than a sum of money of these texts has are no number but a code.
ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}+|[0-9]{1,15}+)(?:\.[0-9]{1,6}+)?+(?![0-9]|[.,][0-9])"
_FRACTION = "(?:点[零〇一二三四五六七八九]{1,6}+)?+"
CHINESE = rf"(?:(?:[零〇一二两三四五六七八九十万亿]|{HUNDRED}|{THOUSAND}){{1,20}}+{_FRACTION}|半)"
_IS_ARABIC = re.compile(ARABIC)


def numeral_value(numeral: str) -> Decimal | None:
    """The value of a numeral that ARABIC or CHINESE matches; None of characters that make no number (一二三).

    >>> numeral_value("3,470.50"), numeral_value("一亿二千万"), numeral_value("三百二"), numeral_value("一二三")
    (Decimal('3470.50'), Decimal('120000000'), Decimal('320'), None)
    """
    if _IS_ARABIC.fullmatch(numeral):
        return Decimal(numeral.replace(",", ""))
    if numeral == "半":
        return Decimal("0.5")
    whole, _, fraction = numeral.partition("点")
    value = _chinese_integer(whole)
    if value is None or not fraction:
        return None if value is None else Decimal(value)
    return Decimal(f"{value}.{''.join(str(_DIGITS[digit]) for digit in fraction)}")


def plain(value: Decimal) -> str:
    """A decimal in its one canonical form: no exponent, no zeros that say nothing.

    >>> plain(Decimal("3470E8")), plain(Decimal("0.50"))
    ('347000000000', '0.5')
    """
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _chinese_integer(numeral: str) -> int | None:
    """Places descend within a section, sections descend but for 万亿; 百 alone is 100."""
    total = section = 0
    digit: int | None = None
    place, power, last = 10**4, 10**16, 0
    for character in numeral:
        if character in _DIGITS:
            if digit:
                return None
            digit, zero = _DIGITS[character], character in "零〇"
            last = 0 if zero else last
        elif character in _PLACES:
            if _PLACES[character] >= place or digit == 0:
                return None
            place = last = _PLACES[character]
            section, digit = section + (1 if digit is None else digit) * place, None
        else:
            last = _POWERS[character]
            section += digit or 0
            if last > power:
                total, section = (total + section) * last, 0
            elif last < power:
                total, section = total + (section or 1) * last, 0
            else:
                return None
            place, power, digit = 10**4, last, None
    if digit and last >= 100:
        # 三百二 is 320, 两万五 is 25000.
        return total + section + digit * last // 10
    return total + section + (digit or 0)
