"""The bodies a unit list names: `各县（市、区）政府，婺城区、金东区政府，市财政（地税）局、市住建局等部门`.

Within a group that `，` ends, `、` separates bodies that may share a suffix; nothing inside brackets or quotes
separates. Offsets are those of the string given.
"""

from __future__ import annotations

import re
from dataclasses import replace

from .model import Unit
from .unit_names import (
    LONGEST_NAME,
    is_body,
    is_catch_all,
    is_unit_name,
    kind_word,
    place_kinds,
    shared_suffix,
    split_alias,
)
from .unit_spans import Piece, pieces

_SHORT_FORM = re.compile(r"[\u4e00-\u9fff]{2,3}")
_LEVEL = re.compile(r"[省市县区镇乡]")


def parse_units(line: str) -> list[Unit]:
    """The units of a list, in order, all stated.

    >>> [(unit.surface, unit.name) for unit in parse_units("婺城区、金东区政府，市财政（地税）局")]
    [('婺城区', '婺城区政府'), ('金东区政府', '金东区政府'), ('市财政（地税）局', '市财政局')]
    """
    found = pieces(line)
    return [_unit(line, piece, name) for piece, name in zip(found, _full_names(line, found), strict=True)]


def is_unit_list(line: str) -> bool:
    """Whether every part of a line reads as the name of a body, so that it is a list without its label."""
    units = parse_units(line)
    return bool(units) and all(is_unit_name(unit.name) for unit in units)


def _full_names(line: str, found: list[Piece]) -> list[str]:
    """The name of each piece, with the suffix that the last of its kind in the group bears for all."""
    names = [line[piece.start : piece.end] for piece in found]
    suffix, stem = "", ""
    for i in reversed(range(len(found))):
        name = names[i]
        following = names[i + 1] if i + 1 < len(found) and found[i + 1].joined else ""
        own = shared_suffix(name)
        if own and len(own) < len(name):
            stem = name.removesuffix(own)
            suffix = own if place_kinds(stem) else ""
        elif following and suffix and place_kinds(name) & place_kinds(stem):
            names[i] = name + suffix
        elif following and suffix and _SHORT_FORM.fullmatch(name) and not is_body(name) and not place_kinds(name):
            names[i] = name + ("" if is_catch_all(stem) else kind_word(stem)) + suffix
        elif _LEVEL.fullmatch(name) and _LEVEL.match(following) and len(following) <= LONGEST_NAME:
            # 省、市发改委: two bodies of one name on two levels.
            names[i] = name + following[1:]
        else:
            suffix = ""
    return names


def _unit(line: str, piece: Piece, name: str) -> Unit:
    surface = line[piece.start : piece.end]
    catch_all = is_catch_all(surface)
    name, alias = (name, None) if catch_all else split_alias(name)
    return Unit(piece.start, piece.end, surface, name, alias, catch_all, "stated")


# How a notice makes bodies the supporters of every task: …都是配合单位, …均为各项任务的配合单位.
_RULE = re.compile(
    r"(?:都是|均为|均是|都为|同为|皆为|作为|一律为|为)(?:以上|上述|各项|各个?|所有|全部|每项|重点)*(?:工作|任务|项目|事项|实事)*的?"
    r"(?:配合|协办|协同|协助|协作|参与|参加)(?:单位|部门)"
)
_EXCEPTION = re.compile(r"除[^，,。；]{0,40}?[外]\s*[，,]?")
# Rules about order or about lists left open, not about every task.
_OTHER_RULE = re.compile(r"第一|首位|排[名在第]|列[第在首]|其余|其他|其它|未")
_LONGEST_RULE = 300


def default_supporters(text: str) -> list[Unit]:
    """The bodies that a rule of a notice makes supporters of every task: `除…外，A、B、C都是配合单位`."""
    found: list[Unit] = []
    for rule in _RULE.finditer(text):
        window = text[max(0, rule.start() - _LONGEST_RULE) : rule.start()]
        clause = re.split(r"[。；;！？!?\n：:]", window)[-1]
        clause = clause[max((match.end() for match in _EXCEPTION.finditer(clause)), default=0) :]
        if not _OTHER_RULE.search(clause) and is_unit_list(clause):
            found += [replace(unit, start=None, end=None, basis="default") for unit in parse_units(clause)]
    return found
