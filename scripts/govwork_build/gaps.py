"""What a document has lost for good: never filled in, only told, with its place and the sign of it.

Sites blank out names (`*`, `××`) and cut numbers and words without a trace. A cut can be seen only where grammar
misses something (`投入近万元`, `参保率达。`), and is looked for only in texts that were blanked out elsewhere too, or
by wordings that cannot stand as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .byteshift import ByteShift


class Gap(NamedTuple):
    """A place of the finished text where something is missing or unreadable; empty where it was cut."""

    start: int
    end: int
    cause: str
    evidence: str


# The second half of `××“`, read in another charset, is a Hebrew letter.
_REDACTED = re.compile(r"[*＊]+|×[×ד]*")
# So many blanks make a text one whose numbers may be cut too.
_BLANKED_OUT = 3

# Words that only follow a number, each less the words it begins.
_COUNTED = (
    r"(?:[万亿]?多?(?:元|平方米|公里|亩|人次|名次?(?![誉称义校师优牌单录额列胜家人]))|个(?![人别性体])|所(?![有以在需谓属])"
    r"|届|周年|卷册|户(?![籍外口])|条(?![件例约])|家(?![庭长乡园电具禽畜里人中])|月(?=底|日|止)|日(?=，|止|[\u4e00-\u9fff]{0,2}接待)"
    r"|班级|左右|万名|多万|多名|多个|多人|万多)"
)
# What a number stands behind, and what must have one after it.
_BEFORE_COUNTED = (
    r"(?:投入|投资|资金|金额|经费|总额|面积|改造|校舍|新建|在建|撤并(?:小学|初中)|普通高中|乡镇|创办了|扩招|建成|建市|新增|完成了"
    r"|查处了|拟定了|培训教师|人员|资料|路径|集中了|平均每笔|另有|截止|人口的|学校|项目|工程和|达到?|约|近|共|占|第|为|有|到|对|的|，)"
)
_CUT_NUMBER = re.compile(
    rf"{_BEFORE_COUNTED}(?={_COUNTED})"
    r"|(?:同比|相比|藏书|人口)增长(?=[，、；。])|(?:率|比例|总额|人数)[达为到]{1,2}(?=[，、；。])"
)
# Words a filter cut, by what is left: no party congress is the 十、, no 各派 stands without its 民主党.
_CUT_WORDS = re.compile(
    r"党的十(?=、十[七八九])|(?:和|以|学习|贯彻)(?=系列重要讲话)|明确(?=的核心地位)|各(?=派[、，])|党的(?=胜利召开)"
)


def find_gaps(text: str, damage: tuple[ByteShift, ...]) -> Iterator[Gap]:
    """The gaps of a document, in order: damaged runs, lost marks, redactions, and what was cut without a trace."""
    redactions = [
        Gap(match.start(), match.end(), "redaction", match.group())
        for match in _REDACTED.finditer(text)
        if not _multiplies(text, match)
    ]
    found = [*redactions, *(_damage_gap(text, run) for run in damage), *_cuts(text, _CUT_WORDS, "cut_words")]
    if len(redactions) >= _BLANKED_OUT:
        found += _cuts(text, _CUT_NUMBER, "cut_number")
    position = 0
    for gap in sorted(found):
        if gap.start >= position:
            yield gap
            position = gap.end


def _damage_gap(text: str, run: ByteShift) -> Gap:
    if run.kind == "mark":
        return Gap(run.start, run.end, "lost_mark", text[run.start : run.end])
    # The broken pair at a run's end may have swallowed a digit: the number behind it is not to be trusted.
    number = re.compile(r"[\d.]*").match(text, run.end) if text[run.end - 1] == "?" else None
    end = number.end() if number else run.end
    return Gap(run.start, end, "byteshift", text[run.start : end])


def _cuts(text: str, pattern: re.Pattern[str], cause: str) -> Iterator[Gap]:
    for match in pattern.finditer(text):
        at = match.end()
        yield Gap(at, at, cause, text[max(match.start() - 4, 0) : at + 6].replace("\n", " "))


def _multiplies(text: str, match: re.Match[str]) -> bool:
    """A sign between numbers multiplies: 3×5."""
    return text[max(match.start() - 1, 0)].isdigit() and text[match.end() : match.end() + 1].isdigit()
