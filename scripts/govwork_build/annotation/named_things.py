"""Documents by their 《》, and projects by the word that makes a programme of a name: 工程, 行动, 战略."""

from __future__ import annotations

import re
from collections.abc import Iterator

_QUOTED = re.compile("“[^“”\n]{1,20}”[\u4e00-\u9fff]{0,6}?(?:工程|行动计划|行动|计划|战略|攻坚战|大起底)(?![者员])")
# Without quotation marks a name begins behind the verb, and only words that nothing but a programme has close it.
_AFTER_VERB = re.compile(
    "(?:实施|推进|开展|启动|打好|打赢|深化|落实|完成|推行|组织|加快)(?P<name>(?!新一轮)[\u4e00-\u9fff]{2,14}?"
    "(?:战略|攻坚战|大起底|专项行动|三年行动|行动计划|升级工程|提标行动))(?![\u4e00-\u9fff]{0,2}(?:纲要|意见))"
)


def find_titles(text: str) -> Iterator[tuple[int, int]]:
    """The outermost titles in 《》, marks included; a mark without its partner bounds none."""
    opened: list[int] = []
    found: list[tuple[int, int]] = []
    for match in re.finditer("[《》\n]", text):
        if match[0] == "《":
            opened.append(match.start())
        elif match[0] == "\n":
            opened.clear()
        elif opened:
            start = opened.pop()
            while found and found[-1][0] > start:
                found.pop()
            found.append((start, match.end()))
    yield from found


def find_projects(text: str) -> Iterator[tuple[int, int]]:
    """The named programmes, in two passes: those in quotation marks first."""
    for match in _QUOTED.finditer(text):
        yield match.span()
    for match in _AFTER_VERB.finditer(text):
        yield match.span("name")
