"""Administrative areas named in running text, with their code where it is clear.

A full name is looked for in the table and resolved by the document's own region; a name without its suffix
(金华, 俞源) counts for that region, those around it and those right below it. 全市 and 我县 are the document's own.
Villages and coined names (金义) are in no table and are not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ..places import COMMON, LONGEST, NEXT_WORD, SUFFIX
from ..regions import Region, Regions, stem

_OWN = re.compile(
    r"(?P<own>[全我](?P<level>[省市县区乡镇]))(?![场域位块间别村])|全村(?!民)|辖区(?!域)"
    r"|各?(?:县（市、区）|县\(市、区\)|县市区)|各(?:乡镇（街道）|乡（镇、街道）|镇（街道、区）|镇（街道）|县区|镇街)"
    r"|各(?:县|乡镇|乡|镇)(?![级域村])|(?<![\u4e00-\u9fff])市区|(?<=[在全主])市区"
)
# Behind a name without its suffix these make another name: 金华山, 永康路.
_OTHER_NAME = re.compile(r"[山江溪湖河路街桥峡港岭]")


class Mention(NamedTuple):
    """A span `[start, end)` that names an area, and its code or None."""

    start: int
    end: int
    code: str | None


def find_places(text: str, regions: Regions, own: str | None) -> Iterator[Mention]:
    """The areas that a text of the region `own` names; spans may overlap, the surest come first."""
    for match in _OWN.finditer(text):
        yield Mention(match.start(), match.end(), _own_code(match["level"], regions, own) if match["own"] else None)
    yield from _full_names(text, regions, own)
    if own:
        short = _short_names(regions, own)
        pattern = re.compile("|".join(sorted(short, key=lambda name: (-len(name), name))))
        for match in pattern.finditer(text):
            if not _OTHER_NAME.match(text, match.end()):
                yield Mention(match.start(), match.end(), short[match[0]])


def _full_names(text: str, regions: Regions, own: str | None) -> Iterator[Mention]:
    """The longest names of three or more characters, those of common words left out."""
    for suffix in SUFFIX.finditer(text):
        if NEXT_WORD.match(text, suffix.start()):
            continue
        for start in range(max(0, suffix.end() - LONGEST), suffix.end() - 2):
            name = text[start : suffix.end()]
            bearers = regions.named(name)
            if bearers and not COMMON.fullmatch(name):
                if code := _resolved(bearers, regions, own):
                    yield Mention(start, suffix.end(), code)
                break


def _resolved(bearers: tuple[Region, ...], regions: Regions, own: str | None) -> str | None:
    """The one bearer of a name that lies in the smallest region around the document's, else the only one at all.

    A township that lies elsewhere is taken for no place: its name is often a word.
    """
    if own:
        around = (own, *(each.code for each in reversed(regions.parents(own))))
        for code in around:
            inside = {each.code for each in bearers if regions.within(each.code, code)}
            if inside:
                return inside.pop() if len(inside) == 1 else None
    elsewhere = {each.code for each in bearers if each.level != "township"}
    return elsewhere.pop() if len(elsewhere) == 1 else None


def _own_code(level: str, regions: Regions, own: str | None) -> str | None:
    """The code of 全市 or 我县: the smallest region around the document, itself included, whose name ends so."""
    if own is None:
        return None
    for region in (regions.get(own), *reversed(regions.parents(own))):
        if region.name.endswith(level):
            return region.code
    return None


@lru_cache(maxsize=64)
def _short_names(regions: Regions, own: str) -> dict[str, str]:
    """The names without suffix of the document's region, of those around it and below it, each with its code."""
    near = (*regions.children(own), *reversed(regions.parents(own)), regions.get(own))
    names = {stem(each.name): each.code for each in near}
    return {name: code for name, code in names.items() if 2 <= len(name) <= 4 and not COMMON.fullmatch(name)}
