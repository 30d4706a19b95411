"""The bodies a unit list names: `各县（市、区）政府，婺城区、金东区政府，市财政（地税）局、市住建局等部门`.

Within a group that `，` ends, `、` separates bodies that may share a suffix; nothing inside brackets or quotes
separates. Offsets are those of the string given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .model import Unit
from .unit_labels import LABEL
from .unit_names import is_bare, is_body, is_catch_all, is_class_words, place_kinds, split_alias, without_bracket

_SEPARATORS = frozenset("、，,；;。\n|｜")
_PAIRS = {"）": "（", ")": "（", "】": "【", "]": "【", "〕": "〔", "”": "“", "’": "‘", "》": "《", "〉": "〈", "」": "「"}
_OPENERS = {"(": "（", "[": "【"} | {opener: opener for opener in _PAIRS.values()}
_CONJUNCTION = re.compile(r"以及|和|及|与|暨|并|[/／]|[ \t\u3000]+")
_BELONGING = ("其", "所属", "下属", "所辖", "直属", "有关负责人")
# No name of a body is longer, and no remark behind one; endings are looked for so far back and no farther.
_LONGEST = 40
_LONGEST_REMARK = 80
_VERBS = re.compile(
    r"(?:分别|共同|联合|具体|积极)*(?:牵头|负责|主办|承办|主抓|配合|协办|协助|协同|参与|参加|落实|组织|实施|推进|抓好|统筹"
    r"|按照?(?:各自)?(?:职责|分工|职能)(?:分工)?(?:分别)?|分工|抓总)+$"
)
# A bracket that says how to read the list: （牵头）, （列第一位者为牵头单位，下同）.
_REMARK = re.compile(r"下同|列第|列首|列在|排名|排第|首位|第一[位者]|位者|牵头|汇总|负责|为主|除.{0,20}外|职责|[：:。]|\d{4}年")
_OTHERS = re.compile(
    r"等(?P<rest>(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3}|多)?个?"
    r"(?P<which>(?:其他|其它|各|有关|相关|责任|成员|职能|涉及|[省市县区]级|[省市县区]直|[省市县区])*)"
    r"(?:部门|单位|机构|企业|高校|院校|乡镇|镇街|街道|区县|地区|地方|县（市、区）|县\(市、区\))?"
    r"(?:[（(](?:单位|部门|街道)[）)])?(?:[和、](?:单位|部门))?)$"
)
_NOBODY = frozenset({"无", "暂无", "略", "待定"})
_NAMED = re.compile(r"[\u3400-\u9fffA-Za-z]")
_KIND = r"(?:[省市县区旗镇乡州盟]|乡镇|街道|县级市)(?:[（(][^（()）]*[）)])?"
_EVERY_KIND = re.compile(rf".{{0,6}}各{_KIND}")
_FURTHER_KIND = re.compile(rf"{_KIND}(?P<governed>人民政府|政府|党委|党工委|管委会|办事处)?")
_SUFFIX = re.compile(
    r"(?:党委[（(]党组[）)]|党委和政府|党委政府|党委|党工委|人民政府|政府|管理委员会|管委会|街道办事处|办事处)$"
)
_SHORT_FORM = re.compile(r"[\u4e00-\u9fff]{2,3}")
_KIND_WORD = re.compile(r"(?:新区|开发区|园区|度假区|示范区|集聚区|街道|[省市县区旗镇乡])$")
_LEVEL = re.compile(r"[省市县区镇乡]")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A span of the list that names a body; `joined` if nothing stronger than 、 or 和 stands before it."""

    start: int
    end: int
    joined: bool


def parse_units(line: str) -> list[Unit]:
    """The units of a list, in order, all stated.

    >>> [(unit.surface, unit.name) for unit in parse_units("婺城区、金东区政府，市财政（地税）局")]
    [('婺城区', '婺城区政府'), ('金东区政府', '金东区政府'), ('市财政（地税）局', '市财政局')]
    """
    cuts = (soft for cut in _split(_unwrapped(line)) for soft in _split_at_conjunctions(line, cut))
    pieces = _merge(line, [piece for cut in cuts for piece in _trim(line, cut)])
    return [_unit(line, piece, name) for piece, name in zip(pieces, _full_names(line, pieces), strict=True)]


def is_unit_list(line: str) -> bool:
    """Whether every part of a line reads as the name of a body, so that it is a list without its label."""
    units = parse_units(line)
    return bool(units) and all(is_unit_name(unit.name) for unit in units)


def is_unit_name(name: str) -> bool:
    """Whether a string reads as the name of a body: by its ending, or as a place."""
    if not 2 <= len(name) <= _LONGEST or re.search(r"[：:“”!！?？]|\d{4}", name.replace("“", "").replace("”", "")):
        return False
    return is_body(name) or bool(place_kinds(name))


def _unwrapped(line: str) -> str:
    """The list without a bracket around the whole of it; spaces take the bracket's place."""
    opened, closed = len(line) - len(line.lstrip()), len(line.rstrip("。；; \t\u3000\n"))
    inner = line[opened:closed]
    if inner.startswith(("（", "(")) and inner.endswith(("）", ")")) and all(protected_in(inner)):
        return f"{line[:opened]} {inner[1:-1]} {line[closed:]}"
    return line


def _split(line: str) -> Iterator[_Piece]:
    """The parts between separators that no bracket or quote protects."""
    protected = protected_in(line)
    start, joined = 0, False
    for i, char in enumerate(line):
        if char in _SEPARATORS and not protected[i]:
            if start < i:
                yield _Piece(start, i, joined)
            joined = char == "、" and (joined or start < i)
            start = i + 1
    yield _Piece(start, len(line), joined)


def protected_in(line: str) -> bytearray:
    """Which characters stand inside a pair of brackets or quotes; what has no partner protects nothing."""
    depth_change = [0] * (len(line) + 1)
    stack: list[tuple[str, int]] = []
    waiting: dict[str, int] = {}
    for i, char in enumerate(line):
        if char in _OPENERS:
            kind = _OPENERS[char]
            stack.append((kind, i))
            waiting[kind] = waiting.get(kind, 0) + 1
        elif waiting.get(_PAIRS.get(char, ""), 0):
            kind = ""
            while kind != _PAIRS[char]:
                kind, at = stack.pop()
                waiting[kind] -= 1
            depth_change[at] += 1
            depth_change[i + 1] -= 1
    protected = bytearray(len(line))
    depth = 0
    for i in range(len(line)):
        depth += depth_change[i]
        protected[i] = depth > 0
    return protected


def _split_at_conjunctions(line: str, piece: _Piece) -> Iterator[_Piece]:
    """The parts of a piece that 和, 及, a space join, where both sides are bodies on their own."""
    protected = protected_in(line[piece.start : piece.end])
    joints = [
        (match.start(), match.end())
        for match in _CONJUNCTION.finditer(line, piece.start, piece.end)
        if not protected[match.start() - piece.start]
    ]
    start, joined = piece.start, piece.joined
    for i, (before, after) in enumerate(joints):
        following = joints[i + 1][0] if i + 1 < len(joints) else piece.end
        left = line[max(start, before - _LONGEST) : before].strip()
        right = line[after : min(following, after + _LONGEST)].strip()
        rest = line[max(after, piece.end - _LONGEST) : piece.end].strip()
        if _are_two(left, right, rest):
            yield _Piece(start, before, joined)
            start, joined = after, True
    yield _Piece(start, piece.end, joined)


def _are_two(left: str, right: str, rest: str) -> bool:
    """Whether a conjunction joins two bodies: `left`, and `right` or the `rest` of the piece it opens."""
    right, rest = _VERBS.sub("", right), _VERBS.sub("", rest)
    if not left or is_bare(left) or not right or is_bare(right) or right.startswith((*_BELONGING, "（", "(")):
        return False
    if is_body(left) or is_catch_all(left):
        return any(is_body(one) or is_catch_all(one) or place_kinds(one) for one in (right, rest))
    suffix = _SUFFIX.search(right)
    return bool(place_kinds(left) & place_kinds(right[: suffix.start()] if suffix else right))


def _trim(line: str, piece: _Piece) -> Iterator[_Piece]:
    """A piece without label, remark, verb and the space around it; `等部门` at its end is a piece of its own."""
    start, end = piece.start, piece.end
    label = LABEL.match(line, start, end)
    start = label.end() if label else start
    while start < end and line[start] in " \t\u3000由":
        start += 1
    end = start + len(line[start:end].rstrip())
    while _REMARK.search(line, core := _bracket_start(line, start, end), end):
        end = core
    verbs = _VERBS.search(line[max(start, end - _LONGEST) : end])
    if verbs and is_unit_name(line[max(start, end - _LONGEST) : end - len(verbs[0])].strip()):
        end -= len(verbs[0])
    end = start + len(line[start:end].rstrip())
    others = _OTHERS.search(line, max(start, end - _LONGEST), end)
    at = others.start() if others else end
    if others and (at == start or is_unit_name(line[max(start, at - _LONGEST) : at])):
        if at > start:
            yield _Piece(start, at, piece.joined)
        if others["rest"]:
            yield _Piece(others.start("rest") if others["which"] else at, end, True)
    elif line[start:end] not in _NOBODY and _NAMED.search(line, start, end):
        yield _Piece(start, end, piece.joined)


def _bracket_start(line: str, start: int, end: int) -> int:
    """Where the bracket that ends a piece begins, or the piece's end."""
    last = line[max(start, end - _LONGEST_REMARK) : end]
    return end - len(last) + len(without_bracket(last))


def _merge(line: str, pieces: list[_Piece]) -> list[_Piece]:
    """Puts together what 、 parts within one name: 各县、市、区政府; 各县（市、区）党委、政府; 各部门、单位."""
    merged: list[_Piece] = []
    in_run = False
    for piece in pieces:
        text = line[piece.start : piece.end] if piece.end - piece.start <= _LONGEST else ""
        further = _FURTHER_KIND.fullmatch(text) if in_run else None
        if merged and piece.joined and (further or (is_bare(text) and line[piece.start - 1] == "、")):
            merged[-1] = replace(merged[-1], end=piece.end)
            in_run = further is not None and not further["governed"]
        else:
            merged.append(piece)
            in_run = _EVERY_KIND.fullmatch(text) is not None
    return merged


def _full_names(line: str, pieces: list[_Piece]) -> list[str]:
    """The name of each piece, with the suffix that the last of its kind in the group bears for all."""
    names = [line[piece.start : piece.end] for piece in pieces]
    suffix, stem = "", ""
    for i in reversed(range(len(pieces))):
        name = names[i]
        own = _SUFFIX.search(name, max(0, len(name) - _LONGEST))
        shares = bool(suffix) and i + 1 < len(pieces) and pieces[i + 1].joined
        if own and own.start():
            suffix, stem = own[0], name[: own.start()]
            if not place_kinds(stem):
                suffix = ""
        elif shares and place_kinds(name) & place_kinds(stem):
            names[i] = name + suffix
        elif shares and _SHORT_FORM.fullmatch(name) and not is_body(name) and not place_kinds(name):
            kind = _KIND_WORD.search(stem)
            names[i] = name + (kind[0] if kind and not is_catch_all(stem) else "") + suffix
        else:
            suffix = ""
        if _LEVEL.fullmatch(name) and names[i] == name and i + 1 < len(pieces) and pieces[i + 1].joined:
            following = names[i + 1]
            names[i] = name + following[1:] if _LEVEL.match(following) and len(following) <= _LONGEST else name
    return names


def _unit(line: str, piece: _Piece, name: str) -> Unit:
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
