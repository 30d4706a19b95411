"""Quantities: what surfaces say, and which numerals of running text are quantities."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from cases import load, parameters
from hypothesis import example, given
from hypothesis import strategies as st

from govwork_build.annotation.numerals import numeral_value, plain
from govwork_build.annotation.quantities import attributes_of, fits, parse_quantity
from govwork_build.annotation.quantity_finder import find_quantities
from govwork_build.annotation.scheme import scheme

DATA: dict[str, Any] = load("annotations/quantities.json")
READ = [*DATA["surfaces"], *DATA["constructed"]]
SCALES = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}
# What quantities and their neighbours are made of.
TEXTY = st.text(
    alphabet="0123456789.,%‰一二两三十百千万亿零半点第前约近超以上内下多余元个家亩%至到-—～“”《》年月，。\n分之/",
    max_size=40,
)
ANY_TEXT = st.text() | TEXTY | st.text(alphabet="1一.,-/“《", max_size=400)


def in_chinese(number: int) -> str:
    """A number below a hundred million, spelled out."""
    high, low = divmod(number, 10**4)
    if high:
        zero = "零" if 0 < low < 1000 else ""
        return _section(high) + "万" + (zero + _section(low) if low else "")
    return _section(low)


def _section(number: int) -> str:
    spelled, skipped = "", False
    for size, place in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, size)
        if digit:
            spelled += ("零" if skipped and spelled else "") + "零一二三四五六七八九"[digit] + place
        skipped = not digit
    return spelled


@pytest.mark.parametrize("entry", READ, ids=lambda entry: entry["surface"])
def test_surface(entry: dict[str, str]) -> None:
    quantity = parse_quantity(entry["surface"])
    assert quantity is not None
    assert attributes_of(quantity) == {name: value for name, value in entry.items() if name != "surface"}


@pytest.mark.parametrize("surface", DATA["no_quantity"])
def test_no_quantity(surface: str) -> None:
    assert parse_quantity(surface) is None


@pytest.mark.parametrize("entry", parameters(DATA["sentences"], "document"))
def test_sentence(entry: dict[str, Any]) -> None:
    found = [[start, end] for start, end, _ in find_quantities(entry["text"])]
    assert found == entry["quantities"]


def test_every_comparison_is_the_schemes_and_is_read() -> None:
    assert {entry["cmp"] for entry in READ} == set(scheme().labels["QTY"].attributes["cmp"].values)


@given(number=st.integers(1, 10**8 - 1))
def test_numbers_spelled_out(number: int) -> None:
    assert numeral_value(in_chinese(number)) == number


@given(
    number=st.decimals(0, 10**9, places=3, allow_nan=False, allow_infinity=False),
    scale=st.sampled_from(sorted(SCALES)),
    unit=st.sampled_from(["元", "人", "亩", "公里", "家", "%"]),
)
def test_bounds_are_exact(number: Decimal, scale: str, unit: str) -> None:
    quantity = parse_quantity(f"{number}{scale}{unit}")
    assert quantity is not None
    assert quantity.lo is not None
    assert quantity.lo == quantity.hi == plain(Decimal(quantity.lo))
    assert Decimal(quantity.lo) == number * SCALES[scale]
    assert (quantity.unit, quantity.scale) == (unit, scale)


@given(low=st.integers(0, 10**6), high=st.integers(0, 10**6), joint=st.sampled_from("-—～至到"))
def test_a_range_has_its_bounds_in_order(low: int, high: int, joint: str) -> None:
    quantity = parse_quantity(f"{low}{joint}{high}家")
    if low > high:
        assert quantity is None
    else:
        assert quantity is not None
        assert (quantity.lo, quantity.hi, quantity.cmp) == (str(low), str(high), "range")


@given(text=ANY_TEXT)
@example(text="由5%到8%，12.100个，超10亿元企业")
def test_what_is_found_lies_in_order_and_reads_alone(text: str) -> None:
    """A span that is found is itself a surface, of the same quantity; so an annotator's tool reads it again."""
    last = 0
    for start, end, quantity in find_quantities(text):
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert parse_quantity(text[start:end]) == quantity
        assert fits(text[start:end], attributes_of(quantity)) is None
        last = end


@given(
    text=st.text(
        alphabet=st.characters(categories=["Lo", "Po"], exclude_characters="零〇一二两三四五六七八九十百千万亿半前第")
    )
)
def test_no_numeral_no_quantity(text: str) -> None:
    assert list(find_quantities(text)) == []


@pytest.mark.parametrize(
    ("surface", "attributes", "problem"),
    [
        ("4%以内", {"lo": "4", "hi": "4.0"}, "lo is '4', the surface reads ''"),
        ("3470亿元", {"lo": "3470", "unit": "元"}, "lo is '3470', the surface reads '347000000000'"),
        ("3470亿元", {"hi": "much", "cmp": "eq"}, "hi is 'much', the surface reads '347000000000'"),
        ("3470亿元", {"lo": "1E+400000"}, "lo is '1E+400000', the surface reads '347000000000'"),
        (
            "5家以上",
            {"cmp": "gt", "unit": "户"},
            "unit is '户', the surface reads '家'; cmp is 'gt', the surface reads 'ge'",
        ),
        ("5家以上", {"lo": "5.00"}, None),
        ("5家以上", {"status": "target"}, None),
        ("若干", {"lo": "5"}, None),
    ],
)
def test_attributes_are_held_to_their_surface(surface: str, attributes: dict[str, str], problem: str | None) -> None:
    assert fits(surface, attributes) == problem


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("由5%到8%", ["5%", "8%"]),
        ("5%到8%", ["5%到8%"]),
        ("12.100个项目", ["100个"]),
        ("面积12.5亩", ["12.5亩"]),
        ("超10亿元企业40家", ["40家"]),
        ("投资超10亿元，", ["超10亿元"]),
        ("第2位，第22次，居全省第2。", ["第2位", "第2"]),
        ("第一，加快建设", []),
        ("1.一是抓好（一）第3条", []),
        ("2011年6月30日前，金政办发〔2018〕23号，0579-82469999", []),
        ("“六个100”工程、一带一路、三农、四好农村路、五水共治、十三五、全覆盖", []),
        ("进一步、一体化、一系列、一批、千方百计、三方面、百家争鸣", []),
        ("1+6，2×100，20*年，?89.7公里，20:30", []),
        ("20分钟医疗服务圈和2小时完成", ["2小时"]),
        ("压缩三分之一", ["三分之一"]),
        ("５８．３％，３～５家", ["５８．３％", "３～５家"]),
    ],
)
def test_in_running_text(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end, _ in find_quantities(text)] == found
