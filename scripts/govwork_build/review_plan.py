"""Reports and summaries: which of their prose looks back and which ahead, as the headings of their sections say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from .line_shapes import is_one_sentence
from .model import DocType
from .outline import Line, set_parents
from .parts import speaks
from .targets import is_target_overview

Outlook = Literal["review", "plan"]

_BACK = re.compile(
    r"回顾|总结|成就|成绩|完成情况|执行情况|进展情况|工作情况|基本情况|主要成效|工作成效|特点|过去|上[一年]|去年|一年来|五年来|以来"
)
_AHEAD = re.compile(
    r"目标|任务|重点工作|工作重点|工作部署|工作计划|思路|安排|打算|总体要求|指导思想|自身建设"
    r"|下一?步|今后|未来|明年|来年|下半年|下一?年|新的一年|展望"
)
# A summary names tasks and plans that it looks back on; only words of time and intent look ahead.
_AHEAD_OF_SUMMARY = re.compile(
    r"思路|打算|工作(?:安排|计划|设想)|下一?步|今后|未来|明年|来年|下半年|下一?年|新的一年|展望"
)
_QUOTED = re.compile(r"[“‘《][^“‘《”’》]*[”’》]")
# 目标任务完成情况 looks back though it names tasks.
_DONE = re.compile(r"(?:完成|执行|进展|落实)情况|回顾|总结")
_BOTH = re.compile(r"(?:回顾|总结|情况|成就|成绩).{0,12}[和及与暨、].{0,20}(?:安排|思路|任务|打算|计划|目标|重点)")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?=年)")
# How the first paragraphs of a section speak that plans, though its title does not say so.
_PLANS = re.compile(
    r"(?:总体要求|指导思想|总体思路|工作思路|预期目标|主要目标|目标任务)(?:和[^，。：]{1,12})?(?:是|为|：)|今年.{0,8}要(?:重点|着力|突出|全力)"
)
# How paragraphs begin that stand behind a list or a section and not in it.
_CLOSES = re.compile(r"各位|同志们|围绕|为实现|为此|要完成|以上|上述|总之")
_GLOSSARY = re.compile(r"名词|注释|解释|说明|附注|备注")
_ANY_LEVEL = 99


def read_report(outline: list[Line], doc_type: DocType) -> None:
    """Sets the kinds of a report's, summary's or article's lines, and their parents."""
    opens = _openings(outline)
    set_parents(outline, opens)
    outlooks = _outlooks(outline, _AHEAD_OF_SUMMARY if doc_type == "work_summary" else _AHEAD)
    headed = [i for i, line in enumerate(outline) if line.level]
    first = headed[0] if headed else len(outline)
    glossary = False
    for i, line in enumerate(outline):
        if line.kind == "title":
            glossary = line.part > 0 and _GLOSSARY.search(line.text) is not None
        if line.kind is not None:
            continue
        if line.level and opens[i] and is_one_sentence(line.words):
            line.kind = "section_head"
        elif glossary or doc_type == "article":
            line.kind = "other"
        elif doc_type == "work_report" and ((i < first and headed) or speaks(line.text)):
            line.kind = "preamble"
        elif outlooks[i] == "plan" and is_target_overview(line.text):
            line.kind = "target_overview"
        else:
            line.kind = outlooks[i]


def _openings(outline: list[Line]) -> list[bool]:
    """Which numbered lines and headings open something; the items of a list do not.

    A paragraph opens what follows it; whether short sisters do is one question for them all but the last, which
    is followed by what comes after the list.
    """
    opens = [bool(line.level) for line in outline]
    set_parents(outline, opens)
    sisters: dict[tuple[int | None, int, int], list[int]] = {}
    for i, line in enumerate(outline):
        if line.number and _is_short(line):
            sisters.setdefault((line.parent, line.part, line.level), []).append(i)
    for run in sisters.values():
        asked = run[:-1] or run
        filled = sum(_has_content(outline, i) for i in asked)
        for i in run:
            opens[i] = 2 * filled > len(asked) or (outline[i].level == 1 and not _listed(outline[i]))
    return opens


def _is_short(line: Line) -> bool:
    return is_one_sentence(line.words, 80) or line.words.rstrip().endswith(("；", ";"))


def _listed(line: Line) -> bool:
    return line.words.rstrip().endswith(("；", ";", "。"))


def _has_content(outline: list[Line], i: int) -> bool:
    """Whether the line behind stands under this one: prose, or a heading of a lower level."""
    following = outline[i + 1] if i + 1 < len(outline) else None
    if following is None or following.part != outline[i].part or following.kind not in (None, "recipient"):
        return False
    if following.level:
        return following.level > outline[i].level
    return not (_listed(outline[i]) and _CLOSES.match(following.text))


def _outlooks(outline: list[Line], future: re.Pattern[str]) -> list[Outlook]:
    """Whether each line looks back or ahead: as the last heading that says so, if no deeper than the one before."""
    outlook: Outlook = "review"
    bound, year = _ANY_LEVEL, ""
    told = any(_says(line.words, future) == "plan" for line in outline if _heads(line))
    found: list[Outlook] = []
    for i, line in enumerate(outline):
        if i and line.part != outline[i - 1].part:
            bound = _ANY_LEVEL
            outlook = "plan" if line.part else "review"
        if _heads(line) and line.level <= bound:
            said = _says(line.words, future) or _by_year(line.words, year) or _by_opening(outline, i, outlook)
            if _BOTH.search(line.words):
                bound = line.level + 1
            else:
                outlook, bound = said or outlook, line.level
                year = max([year, *_YEAR.findall(line.words)]) if outlook == "review" else year
        elif not told and not line.level and line.kind is None and _PLANS.search(line.text):
            outlook = "plan"
        found.append(outlook)
    return found


def _heads(line: Line) -> bool:
    return bool(line.level) and line.kind is None and is_one_sentence(line.words, 60)


def _says(words: str, future: re.Pattern[str]) -> Outlook | None:
    """What a heading says of its section."""
    words = _QUOTED.sub("", words)
    back, ahead = _BACK.search(words), future.search(words)
    if _DONE.search(words) or (back and not ahead):
        return "review"
    return "plan" if ahead else None


def _by_year(words: str, reviewed: str) -> Outlook | None:
    """2019年主要工作 behind 2018年主要工作 looks ahead."""
    years = _YEAR.findall(words)
    return "plan" if reviewed and years and max(years) > reviewed else None


def _by_opening(outline: list[Line], i: int, outlook: Outlook) -> Outlook | None:
    """A section whose first paragraphs set out requirements and targets looks ahead."""
    if outlook == "plan":
        return None
    return "plan" if any(_PLANS.search(line.text[:3000]) for line in _first_paragraphs(outline, i)) else None


def _first_paragraphs(outline: list[Line], i: int) -> Iterator[Line]:
    for line in outline[i + 1 : i + 4]:
        if line.level and line.level <= outline[i].level:
            return
        yield line
