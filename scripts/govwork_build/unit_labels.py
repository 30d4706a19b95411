"""The labels before a list of units and what each makes of them: 责任单位： 牵头单位： 配合单位： and their like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

# What a label says by itself: `first` leads for sure, `responsible` and `main` lead unless another body does.
Sense = Literal["first", "responsible", "main", "support"]
Role = Literal["lead", "support"]

_BODY = r"(?:单位|部门|科室|处室|股室|站所|主体|机构)"
# 责任单位 · 牵头责任单位 · 第一责任单位 · 主要责任单位 · 配合（协办）单位 · 市级责任部门 · 责任单位及责任人
_WORDS = (
    r"(?:(?:第一|首要|首位|主要|总|共同|其他|其它|相关|具体|[省市县区镇乡]级?|[省市县区]直)?"
    r"(?:责任|牵头|主办|承办|主责|负责|落实|实施|主管|配合|协办|协同|协助|协作|参与|参加|会办|支持|联办)"
    r"(?:和|及|、|或)?(?:[（(][^（()）：:\n]{1,6}[）)])?){1,4}"
)
# The word alone is a label too where a colon follows: 牵头：市发改委；配合：市财政局.
UNIT_LABEL = (
    rf"(?:{_WORDS}{_BODY}(?:(?:和|及|、)[^：:，。；\n]{{1,8}})?|(?:牵头|主办|承办|协办|配合|会办|责任)(?=\s*[：:]))"
)
LEADER_LABEL = (
    r"(?:(?:责任|牵头|分管|负责|包抓|包保|挂钩|联系|督办|领办|主抓|政府|第一|[省市县区镇乡]){1,4}领导(?:同志)?"
    r"|(?:责任|牵头|分管|负责|包抓|第一责任|主要责任)人|(?:分管|牵头)?负责人)"
)
TIME_LABEL = (
    r"(?:(?:完成|办理|落实|办结|工作|整改|推进)(?:时限|时间|期限|节点)|时间(?:节点|要求|进度)|时限(?:要求)?|期限"
    r"|进度(?:要求|安排)|完成时间节点)"
)
LABEL = re.compile(
    rf"(?P<open>[【\[])?(?:(?P<unit>{UNIT_LABEL})|(?P<leader>{LEADER_LABEL})|(?P<time>{TIME_LABEL}))"
    r"(?(open)[】\]]\s*[：:]?|\s*[：:])\s*"
)
# The head of a table's column is the label alone.
COLUMN_LABEL = re.compile(rf"\s*(?:(?P<unit>{UNIT_LABEL})|(?P<leader>{LEADER_LABEL}))\s*")

_ALTERNATIVE = re.compile(r"[（(][^（()）]*[）)]")
_SUPPORT = re.compile(r"配合|协办|协同|协助|协作|参与|参加|会办|支持|联办|其他|其它|相关")
_FIRST = re.compile(r"第一|首要|首位|牵头|主办|主责|总")


def sense(label: str) -> Sense:
    """What a unit label says by itself.

    >>> [sense(label) for label in ("责任单位", "第一责任单位", "主要责任单位", "协同责任单位")]
    ['responsible', 'first', 'main', 'support']
    """
    # 责任（配合）单位 are in the first place responsible.
    label = _ALTERNATIVE.sub("", label)
    if _SUPPORT.search(label):
        return "support"
    if _FIRST.search(label):
        return "first"
    return "main" if label.startswith("主要") else "responsible"


def roles(senses: Sequence[Sense]) -> list[Role]:
    """The role each list of one task gives its units, from what the task's labels say together.

    责任单位 alone leads; beside 牵头单位 or 第一责任单位 the bodies called 责任单位 or 主要责任单位 support.
    """
    led = "first" in senses
    return [_role(one, led) for one in senses]


def _role(one: Sense, led: bool) -> Role:
    return "support" if one == "support" or (led and one != "first") else "lead"
