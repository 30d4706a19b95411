"""Where in a unit list each body is named: the separators that count, and what round a name is not part of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .unit_labels import LABEL
from .unit_names import (
    LONGEST_NAME,
    is_bare,
    is_body,
    is_catch_all,
    is_unit_name,
    place_kinds,
    shared_suffix,
    without_bracket,
)

_SEPARATORS = frozenset("、，,；;。\n|｜")
# Closing marks and what they close, widths taken as one.
_PAIRS = dict(zip("）)】]〕”’》〉」", "（（【【〔“‘《〈「", strict=True))
_OPENERS = {"(": "（", "[": "【"} | {opener: opener for opener in _PAIRS.values()}
_CONJUNCTION = re.compile(r"以及|和|及|与|暨|并|[/／]|[ \t\u3000]+")
_BELONGING = ("其", "所属", "下属", "所辖", "直属", "有关负责人")
_LONGEST_REMARK = 80
_VERBS = re.compile(
    r"(?:分别|共同|联合|具体|积极)*(?:牵头|负责|主办|承办|主抓|配合|协办|协助|协同|参与|参加|落实|组织|实施|推进|抓好|统筹"
    r"|按照?(?:各自)?(?:职责|分工|职能)(?:分工)?(?:分别)?|分工|抓总)+$"
)
# A bracket that says how to read the list: （牵头）, （列第一位者为牵头单位，下同）.
_REMARK = re.compile(
    r"下同|列[第首在]|排[名第]|首位|第一[位者]|位者|牵头|汇总|负责|为主|除.{0,20}外|职责|[：:。]|[0-9]{4}年"
)
_OTHERS = re.compile(
    r"等(?P<rest>(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3}|多)?个?"
    r"(?P<which>(?:其他|其它|各|有关|相关|责任|成员|职能|涉及|[省市县区]级|[省市县区]直|[省市县区])*)"
    r"(?:部门|单位|机构|企业|高校|院校|乡镇|镇街|街道|区县|地区|地方|县（市、区）|县\(市、区\))?"
    r"(?:[（(](?:单位|部门|街道)[）)])?(?:[和、](?:单位|部门))?)$"
)
# 发改、财政、住建等部门; not 高等院校.
_SHORT_HEAD = re.compile(r"[\u4e00-\u9fff]{1,3}[\u4e00-\u9fff](?<![高中初同优平])")
_NOBODY = frozenset({"无", "暂无", "略", "待定"})
_NAMED = re.compile(r"[\u3400-\u9fffA-Za-z]")
_KIND = r"(?:[省市县区旗镇乡州盟]|乡镇|街道|县级市)(?:[（(][^（()）]*[）)])?"
_EVERY_KIND = re.compile(rf".{{0,6}}各{_KIND}")
_FURTHER_KIND = re.compile(rf"{_KIND}(?P<governed>人民政府|政府|党委|党工委|管委会|办事处)?")


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of the list that names a body; `joined` if nothing stronger than 、 or 和 stands before it."""

    start: int
    end: int
    joined: bool


def pieces(line: str) -> list[Piece]:
    """The names a unit list holds, in order, as spans."""
    line = _unwrapped(line)
    cuts = (soft for cut in _split(line) for soft in _split_at_conjunctions(line, cut))
    return _merge(line, [piece for cut in cuts for piece in _trim(line, cut)])


def _unwrapped(line: str) -> str:
    """The list without a bracket around the whole of it; spaces take the bracket's place."""
    opened, closed = len(line) - len(line.lstrip()), len(line.rstrip("。；; \t\u3000\n"))
    inner = line[opened:closed]
    if inner.startswith(("（", "(")) and inner.endswith(("）", ")")) and all(protected_in(inner)):
        return f"{line[:opened]} {inner[1:-1]} {line[closed:]}"
    return line


def _split(line: str) -> Iterator[Piece]:
    """The parts between separators that no bracket or quote protects."""
    protected = protected_in(line)
    start, joined = 0, False
    for i, char in enumerate(line):
        if char in _SEPARATORS and not protected[i]:
            if start < i:
                yield Piece(start, i, joined)
            joined = char == "、" and (joined or start < i)
            start = i + 1
    yield Piece(start, len(line), joined)


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


def _split_at_conjunctions(line: str, piece: Piece) -> Iterator[Piece]:
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
        left = line[max(start, before - LONGEST_NAME) : before].strip()
        right = line[after : min(following, after + LONGEST_NAME)].strip()
        rest = line[max(after, piece.end - LONGEST_NAME) : piece.end].strip()
        if _are_two(left, right, rest):
            yield Piece(start, before, joined)
            start, joined = after, True
    yield Piece(start, piece.end, joined)


def _are_two(left: str, right: str, rest: str) -> bool:
    """Whether a conjunction joins two bodies: `left`, and `right` or the `rest` of the piece it opens."""
    right, rest = _VERBS.sub("", right), _VERBS.sub("", rest)
    if not left or is_bare(left) or not right or is_bare(right) or right.startswith((*_BELONGING, "（", "(")):
        return False
    if is_body(left) or is_catch_all(left):
        named = any(is_body(one) or is_catch_all(one) or place_kinds(one) for one in (right, rest))
        return named or (is_catch_all(left) and _SHORT_HEAD.fullmatch(right) is not None)
    return bool(place_kinds(left) & place_kinds(right.removesuffix(shared_suffix(right))))


def _trim(line: str, piece: Piece) -> Iterator[Piece]:
    """A piece without label, remark, verb and the space around it; `等部门` at its end is a piece of its own."""
    start, end = piece.start, piece.end
    label = LABEL.match(line, start, end)
    start = label.end() if label else start
    while start < end and line[start] in " \t\u3000由":
        start += 1
    end = start + len(line[start:end].rstrip())
    while _REMARK.search(line, core := _bracket_start(line, start, end), end):
        end = core
    verbs = _VERBS.search(line[max(start, end - LONGEST_NAME) : end])
    if verbs and is_unit_name(line[max(start, end - LONGEST_NAME) : end - len(verbs[0])].strip()):
        end -= len(verbs[0])
    end = start + len(line[start:end].rstrip())
    others = _OTHERS.search(line, max(start, end - LONGEST_NAME), end)
    at = others.start() if others else end
    head = line[max(start, at - LONGEST_NAME) : at]
    if others and (not head or is_unit_name(head) or _SHORT_HEAD.fullmatch(head)):
        if at > start:
            yield Piece(start, at, piece.joined)
        if others["rest"]:
            yield Piece(others.start("rest") if others["which"] else at, end, True)
    elif line[start:end] not in _NOBODY and _NAMED.search(line, start, end):
        yield Piece(start, end, piece.joined)


def _bracket_start(line: str, start: int, end: int) -> int:
    """Where the bracket that ends a piece begins, or the piece's end."""
    last = line[max(start, end - _LONGEST_REMARK) : end]
    return end - len(last) + len(without_bracket(last))


def _merge(line: str, pieces: list[Piece]) -> list[Piece]:
    """Puts together what 、 parts within one name: 各县、市、区政府; 各县（市、区）党委、政府; 各部门、单位."""
    merged: list[Piece] = []
    in_run = False
    for piece in pieces:
        text = line[piece.start : piece.end] if piece.end - piece.start <= LONGEST_NAME else ""
        further = _FURTHER_KIND.fullmatch(text) if in_run else None
        if merged and piece.joined and (further or (is_bare(text) and line[piece.start - 1] == "、")):
            merged[-1] = replace(merged[-1], end=piece.end)
            in_run = further is not None and not further["governed"]
        else:
            merged.append(piece)
            in_run = _EVERY_KIND.fullmatch(text) is not None
    return merged
