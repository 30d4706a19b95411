"""Bodies: those of a list of units with their role, and those that prose names by their form."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from ..model import Unit
from ..unit_labels import Role, roles
from ..unit_lines import statements
from ..unit_names import is_body
from ..units import parse_units

_LISTS: dict[str, Role] = {"lead_line": "lead", "support_line": "support"}
_HAN = "[\u4e00-\u9fff]"
# What stands behind the name of a body in words that are no body: 市委书记, 市人大代表, 市委十四届五次全会.
_NO_BODY = (
    r"(?!书记|副?主[席任]|[副市县区乡镇]长|[一二三四五六七八九十]{1,4}届|[^，。；]{0,14}(?:会议|全会)|员|代表"
    r"|工作报告|关于|令|网)"
)
_BODY = re.compile(
    rf"(?:党中央|国务院|工商联|(?<!{_HAN})中央"
    r"|(?:省|市|县|区)(?:委|人民政府|政府|人大常委会|人大|政协|纪委|监委|法院|检察院)"
    rf"|[乡镇](?:党委|人民政府|政府|人大主席团|人大|纪委)){_NO_BODY}(?![宣组统政]{_HAN}?[部委])"
)
_EVERY_BODY = re.compile(r"各(?:县（市、区）|乡镇（街道）|镇（街道、区）)(?:党委、政府|党委政府|人民政府|政府|党委)")
# A department in prose: after a mark or a word that leads to it, so that it is cut off at neither end.
_DEPARTMENT = re.compile(
    rf"(?:^|(?<=[，。；、：（\n由向和与及]))[省市县区]{_HAN}{{1,8}}?(?:局|委员会|管委会|办公室)(?=[，。；、）和与及等]|$)"
)
_WITHIN = re.compile(r"[的了在各将对把]")


class Body(NamedTuple):
    """A span `[start, end)` that names a body, with its attributes by the scheme."""

    start: int
    end: int
    attributes: dict[str, str]


def listed_bodies(text: str, kind: str) -> Iterator[Body]:
    """The units of the lists in a line of a task, by what the line says of them, else by its kind."""
    found = statements(text) if kind in ("task", *_LISTS) else []
    senses = [one.sense for one in found]
    its_roles = roles(senses)
    if kind in _LISTS and len(set(senses)) == 1:
        its_roles = [_LISTS[kind]] * len(found)
    for one, role in zip(found, its_roles, strict=True):
        yield from _bodies(text, one.start, one.end, role)
    if not found and kind in _LISTS:
        yield from _bodies(text, 0, len(text), _LISTS[kind])


def mentioned_bodies(text: str, units: Collection[str]) -> Iterator[Body]:
    """The bodies that prose names: those of `units`, the document's own, then by form."""
    for match in _EVERY_BODY.finditer(text):
        yield Body(match.start(), match.end(), {"role": "mention", "collective": "collective"})
    names = sorted({name for name in units if len(name) > 2}, key=lambda name: (-len(name), name))
    patterns = [re.compile("|".join(map(re.escape, names)))] if names else []
    for pattern in (*patterns, _DEPARTMENT, _BODY):
        for match in pattern.finditer(text):
            if pattern is not _DEPARTMENT or (is_body(match[0]) and not _WITHIN.search(match[0])):
                yield Body(match.start(), match.end(), {"role": "mention"})


def _bodies(text: str, start: int, end: int, role: Role) -> Iterator[Body]:
    for unit in parse_units(text[start:end]):
        if unit.start is None or unit.end is None:
            continue
        first, last = start + unit.start, start + unit.end
        attributes: dict[str, str] = {"role": role} | ({"collective": "collective"} if unit.catch_all else {})
        at = _alias_at(unit)
        if at is None:
            yield Body(first, last, attributes)
        else:
            yield Body(first, first + at, attributes)
            yield Body(first + at + 1, last - 1, {"role": role, "alias_of": unit.name})


def _alias_at(unit: Unit) -> int | None:
    """Where the bracket opens that holds a unit's second name: 市委宣传部（文产办）; not in 市财政（地税）局."""
    at = max(unit.surface.rfind("（"), unit.surface.rfind("("))
    held = unit.surface[at + 1 : -1]
    return at if at > 0 and unit.alias and held == unit.alias else None
