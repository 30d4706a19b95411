"""The province and the year that a page states: in what its input gave with it, else in its title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Literal, NamedTuple, TypeAlias

import orjson

from ..describe import PLACE, TITLE_PLACE
from ..line_shapes import is_bare
from ..regions import load_regions
from ..script import REGIONS

Source: TypeAlias = Literal["given", "title"]

# A title stands among the first lines that are not blank, in so many characters.
HEAD = 1_000
_LINES = 12
# What the title of a document ends with; the name of a site or of a menu's entry states nothing of its page.
_IS_TITLE = re.compile(
    r"(?:报告|公报|要点|总结|小结|通知|意见|方案|规划|计划|分工|分解|任务|清单|办法|决定|公告|通报)(?:[（(][^（）()]{1,12}[）)])?$"
)
_YEAR = r"(?:19|20)\d{2}"
# The last year of a span, 2016—2020年, is not the year of a page.
_YEAR_IN_TITLE = re.compile(rf"(?<![\d\-—–－~～至到])({_YEAR})(?=年)")
_REGION_KEYS = ("region_code", "region_name", "region")


class Stated(NamedTuple):
    """A value and where it stands."""

    value: str
    source: Source


def stated(given: str | None, head: str) -> tuple[Stated | None, Stated | None]:
    """The year and the province, by name, of a page with this JSON and these first characters; None where neither
    states one, or where two titles state different ones.

    >>> stated(None, "首页\\n金华市2020年政府工作报告\\n各位代表：")
    (Stated(value='2020', source='title'), Stated(value='浙江省', source='title'))
    >>> stated('{"year": 2019, "region": "浙江"}', "鼓楼区2020年工作总结")
    (Stated(value='2019', source='given'), Stated(value='浙江省', source='given'))
    >>> stated(None, "鼓楼区工作总结")
    (None, None)
    """
    row = orjson.loads(given) if given and ('"year"' in given or '"region' in given) else {}
    titles = list(_titles(head))
    year = _year_given(row.get("year"))
    province = next((found for key in _REGION_KEYS if (found := _province_given(row.get(key)))), None)
    years = (match[1] for title in titles for match in _YEAR_IN_TITLE.finditer(title))
    return (
        Stated(year, "given") if year else _alone(years),
        Stated(province, "given") if province else _alone(map(_province_of_title, titles)),
    )


def _titles(head: str) -> Iterator[str]:
    lines = [line.strip() for line in head.split("\n")]
    # The last line may be cut off.
    whole = lines[:-1] if len(head) == HEAD else lines
    for line in [line for line in whole if line][:_LINES]:
        if _IS_TITLE.search(line) and is_bare(line):
            yield line


def _alone(values: Iterable[str | None]) -> Stated | None:
    """The value, where there is but one."""
    found = {value for value in values if value}
    return Stated(found.pop(), "title") if len(found) == 1 else None


def _year_given(value: Any) -> str | None:
    """A whole number as such, as text, or as the float that a table with gaps makes of it."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    return text if re.fullmatch(_YEAR, text, re.ASCII) else None


def _province_given(value: Any) -> str | None:
    text = str(value).strip() if isinstance(value, str | int) else ""
    if re.fullmatch(r"\d{6,12}", text, re.ASCII):
        return _province_by_code(text)
    return _province_by_name(text) if 2 <= len(text) <= 40 else None


def _province_of_title(title: str) -> str | None:
    place = TITLE_PLACE.match(title)
    return _province_by_name(place[1]) if place else None


def _province_by_code(code: str) -> str | None:
    try:
        return load_regions(REGIONS).get(f"{code[:2]}0000").name
    except KeyError:
        return None


@lru_cache(maxsize=10_000)
def _province_by_name(place: str) -> str | None:
    """The province that all bearers of the name lie in, as far as the places before it allow (浙江省金华市)."""
    regions = load_regions(REGIONS)
    *above, name = re.findall(PLACE, place) or [place]
    # 华东 is short for a part of the country, and for a 街道 in 辽宁.
    short = (region for region in regions.short_named(name) if region.level in ("province", "prefecture"))
    codes = {region.code for region in regions.named(name) or short}
    around = {region.code for part in above for region in regions.named(part)}
    if above:
        codes = {code for code in codes if any(regions.within(code, parent) for parent in around)}
    provinces = {_province_by_code(code) for code in codes}
    return provinces.pop() if len(provinces) == 1 else None
