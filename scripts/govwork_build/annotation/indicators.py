"""Words of change and of commitment, and the nouns that quantities measure, as far as form alone tells them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_HAN = "[\u4e00-\u9fff]"
_COMMITMENT = re.compile(
    rf"确保|力争|争创|预期(?=目标|为|{_HAN}{{0,4}}增长)|预计|争取(?=[^，。；]{{0,20}}(?:[0-9]|达到|完成|实现|建成))"
)
_STEADY = re.compile("持平")
# What leads to a figure; of two the longer stands first.
_AT_FIGURE = re.compile(
    "(?P<word>累计完成|基本建成|缩减至|压缩至|增加到|增长到|提高到|提高至|上升到|下降到|下降至|减少到|控制在|稳定在|保持在|增至|降至|降到|达到"
    "|新增|新建|建成|增长|增加|提高|提升|上升|下降|降低|减少|实现|完成|达)(?:了|为|分别)?$"
)
# What leads to the thing counted, at the beginning of a clause.
_AT_THING = re.compile("(?P<word>累计完成|基本建成|新增|新建|建成|完成|实现)(?:了)?(?=[\u4e00-\u9fff（“])")
_OPENING = re.compile(
    "(?:其中|另外|全年|全市|全县|全乡|累计|共|已|确保|力争|争取|预期|预计|年均|同比|积极|大力|着力|加快|重点|分别|到位)+"
)
_VERBS = re.compile(
    "(?:动态|评估|现有|形成|压减|培育|创建|引进|打造|建设|改造|整治|推进|启动|发放|开展|新认定|新引进|新培育|新发展|新改建|组织|举办|签约|整改|化解"
    "|调解|办理|处置|淘汰|完善|优化|投入|拆除|改建|扩建|硬化|种植|清理|发现|走访|取消|排查|出台|入选|提升|启用|谋划|落地|实施)+了?"
)
_MARKS = "，。；：、！？“”（）\n \t\u3000"
_PART = re.compile(r"[^，。；：、！？\n \t\u3000]{2,16}$")
# A noun phrase behind its count ends with its clause.
_COUNTED = re.compile(r"[\u4e00-\u9fffA-Za-z]{2,12}(?=[，。；、\n]|$)")
_CLASSIFIERS = frozenset("个家户名位所座处项件辆台套种条棵株间栋幢份张场万")
_NO_NOUN = re.compile(
    "[的了在为与和及或被由向对把已均将从到使让等较比不仅]|以(?![上下])|完成|实现|达到|通过|进行|分别|增长|下降|提高|获|全部|超过|创建|立项|开工|验收|落地"
)
_LONGEST = 30


class Phrase(NamedTuple):
    """A span `[start, end)` with its label: CHG, MOD or IND."""

    start: int
    end: int
    label: str


def find_phrases(
    text: str, quantities: Sequence[tuple[int, int]], taken: Sequence[tuple[int, int]]
) -> Iterator[Phrase]:
    """What surrounds the quantities of a text: CHG before them, IND before or behind, MOD anywhere.

    `taken` are spans that no indicator reaches into, and that it may follow at once: times, places, commitments.
    """
    for match in _COMMITMENT.finditer(text):
        yield Phrase(match.start(), match.end(), "MOD")
    for match in _STEADY.finditer(text):
        yield Phrase(match.start(), match.end(), "CHG")
    ends = sorted({end for _, end in (*quantities, *taken)})
    at = 0
    for start, end in quantities:
        while at < len(ends) and ends[at] <= start:
            at += 1
        floor = max(ends[at - 1] if at else 0, start - _LONGEST)
        yield from _before(text, floor, start)
        thing = _COUNTED.match(text, end)
        if thing and text[end - 1] in _CLASSIFIERS and not _NO_NOUN.search(thing[0]):
            yield Phrase(thing.start(), thing.end(), "IND")


def _before(text: str, floor: int, start: int) -> Iterator[Phrase]:
    """The change and the thing in the part of the clause that ends where a quantity begins."""
    change = _AT_FIGURE.search(text, floor, start)
    if change:
        yield Phrase(change.start("word"), change.end("word"), "CHG")
        start = change.start()
    part = _PART.search(text, floor, start)
    if not part:
        return
    begin = part.start()
    begin = _past(_OPENING, text, begin, start)
    if not change and (leads := _AT_THING.match(text, begin, start)):
        yield Phrase(leads.start("word"), leads.end("word"), "CHG")
        begin = leads.end()
    elif not change:
        begin = _past(_VERBS, text, begin, start)
    thing = text[begin:start]
    thing = thing.removesuffix("分别").removesuffix("同比").removesuffix("年均")
    if 2 <= len(thing) <= 12 and not _NO_NOUN.search(thing) and not any(mark in thing for mark in _MARKS):
        yield Phrase(begin, begin + len(thing), "IND")


def _past(words: re.Pattern[str], text: str, start: int, end: int) -> int:
    found = words.match(text, start, end)
    return found.end() if found else start
