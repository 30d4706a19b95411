"""The table of administrative regions: who is whose parent, and who bears a name.

A code is six digits down to the county (330000 a province, 330700 a prefecture, 330703 a county)
and nine for a township (330723203); its first digits are its parents' codes. A code may have borne
several names and a name may belong to many regions, also to some that are gone:
`scripts/make_regions.py` says where `corpus/regions.csv` comes from.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TypeAlias

HEADER = "code,name,level,first_seen,last_seen"
# From the highest down.
LEVELS = ("province", "prefecture", "county", "township")

# 自治区, 自治州 and 自治县 have no short form that cutting a suffix would give.
SUFFIX = re.compile(r"(?<=..)(?<!自治)(特别行政区|地区|街道|[省市县区乡镇])$")


Groups: TypeAlias = "dict[str, tuple[Region, ...]]"


@dataclass(frozen=True, slots=True)
class Region:
    """A region under one of its names, and the first and last year a list has it so."""

    code: str
    name: str
    level: str
    first_seen: int
    last_seen: int


def stem(name: str) -> str:
    """A name without the suffix that says its kind; two characters always stay.

    >>> stem("龙岗区"), stem("双塔街道"), stem("沁县")
    ('龙岗', '双塔', '沁县')
    """
    return SUFFIX.sub("", name)


class Regions:
    """The table, asked by code and by name. Of a code with several names, the latest counts."""

    def __init__(self, rows: Iterable[Region]) -> None:
        """`rows` as in the table: sorted by code, a code's latest name last."""
        self._rows = tuple(rows)
        self._by_code = {region.code: region for region in self._rows}

    def get(self, code: str) -> Region:
        """The region with this code, under its latest name; KeyError if there is none."""
        return self._by_code[code]

    def named(self, name: str) -> tuple[Region, ...]:
        """All regions that bear or bore exactly this name, by code; none gives ()."""
        return self._by_name.get(name, ())

    def short_named(self, short: str) -> tuple[Region, ...]:
        """All regions whose name without its suffix is `short` (龙岗 finds 龙岗区), by code."""
        return self._by_stem.get(short, ())

    def parents(self, code: str) -> tuple[Region, ...]:
        """The regions around `code`, from the province down, itself left out.

        A level no region stands on (the prefecture of a municipality's county) is left out too.
        KeyError if there is no such code.
        """
        self.get(code)
        above = (f"{code[:2]}0000", f"{code[:4]}00", code[:6])
        known = dict.fromkeys(each for each in above if each != code and each in self._by_code)
        return tuple(map(self.get, known))

    def children(self, code: str) -> tuple[Region, ...]:
        """The regions right below `code`, gone ones among them, by code; KeyError if unknown."""
        self.get(code)
        return self._by_parent.get(code, ())

    def within(self, code: str, parent_code: str) -> bool:
        """Whether `code` lies in the region `parent_code`, or is it; the digits alone decide."""
        if len(parent_code) == 6:
            parent_code = parent_code.removesuffix("00").removesuffix("00")
        return code.startswith(parent_code)

    @cached_property
    def _by_name(self) -> Groups:
        return _grouped(self._rows, lambda region: region.name)

    @cached_property
    def _by_stem(self) -> Groups:
        return _grouped(self._rows, lambda region: stem(region.name))

    @cached_property
    def _by_parent(self) -> Groups:
        below = (region for region in self._by_code.values() if region.level != "province")
        return _grouped(below, lambda region: self.parents(region.code)[-1].code)


def _grouped(regions: Iterable[Region], key: Callable[[Region], str]) -> Groups:
    groups: defaultdict[str, list[Region]] = defaultdict(list)
    for region in regions:
        groups[key(region)].append(region)
    return {name: tuple(group) for name, group in groups.items()}


@cache
def load_regions(path: Path) -> Regions:
    """The table in a CSV file; read once a path.

    ValueError, naming the file and line, if a row is not one of the table's.
    """
    header, *lines = path.read_text(encoding="utf-8").splitlines() or [""]
    if header != HEADER:
        raise ValueError(f"{path}:1: the header is {header!r}, expected {HEADER!r}")
    rows = []
    for number, line in enumerate(lines, start=2):
        try:
            # No name holds a comma or a quote, so that the csv module has nothing to add but time.
            code, name, level, first_seen, last_seen = line.split(",")
            rows.append(Region(code, name, level, int(first_seen), int(last_seen)))
        except ValueError as problem:
            raise ValueError(f"{path}:{number}: {line!r} is no row of {HEADER}") from problem
    return Regions(rows)
