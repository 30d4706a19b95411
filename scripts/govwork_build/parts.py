"""The parts of a document and what its lines are by their place: opening, notice, annexes, signatures."""

from __future__ import annotations

import re
from dataclasses import dataclass

from govwork.kinds import BlockKind

from . import line_shapes as shape
from .item_numbers import read_number
from .model import DocType
from .unit_labels import LABEL

# A notice passes something on; what it passes on are its annexes, not its own paragraphs.
_PASSES_ON = re.compile(
    r"[印转下]发(?:给)?你们|予以印发|分解印发|下达给你们|现将.{2,80}(?:印发|下发|下达|通知如下)"
    r"|请.{0,10}(?:贯彻|遵照|组织|抓好).{0,6}(?:执行|实施|落实)"
)
_SPEAKS = re.compile(
    r"我(?:谨)?(?:代表|受).{2,40}(?:报告|审议)|请予审议|现将.{2,60}(?:汇报|报告)如下|向大会.{0,12}报告"
)
_QUOTED_NAME = re.compile(r"《([^《》\n]{4,80})》")
# The genre's nouns end a title; without one it goes on in the next line.
_TITLE_ENDS = re.compile(
    r"(?:分解|分工|方案|要点|清单|计划|报告|任务|一览表|表|意见|办法|解释|安排|措施|通知|说明|实事|项目|总结|工作|目标)(?:[（(].{1,12}[）)])?$"
)
# A heading that opens the body though no number does.
_PERIOD_HEADING = re.compile(r"(?:回顾|思路|成效|主要任务|重点任务|工作任务|工作安排|工作打算|主要目标|预期目标)$")
_LONGEST_TITLE, _LONGEST_ANNEX_LINE, _TITLE_LINES = 100, 120, 3
# After a title, a date or a meeting the name of the speaker may stand alone.
_OPENS_WITH_NAME = ("title", "doc_meta")


@dataclass(slots=True)
class Parts:
    """For each line its kind where place decides it, the part it lies in, and whether that part is the notice."""

    kinds: list[BlockKind | None]
    part: list[int]
    notice: list[bool]


def read_parts(lines: list[str], doc_type: DocType) -> Parts:
    """Reads the opening, the notice and the annexes; a part begins at an annex or its title."""
    kinds: list[BlockKind | None] = [None if line.strip() else "other" for line in lines]
    body = _opening(lines, kinds, doc_type)
    _closings(lines, kinds, body)
    starts = _annexes(lines, kinds, body, doc_type)
    part, number = [], 0
    for i in range(len(lines)):
        number += i in starts
        part.append(number)
    notice = [False] * len(lines)
    first = min(starts, default=0)
    if first and _is_notice(lines[:first], kinds, doc_type):
        notice[:first] = [True] * first
    return Parts(kinds, part, notice)


def _opening(lines: list[str], kinds: list[BlockKind | None], doc_type: DocType) -> int:
    """Marks title, date, speaker and addressees; gives the index of the first line behind them."""
    addressed = titled = False
    for i, line in enumerate(lines):
        if kinds[i]:
            continue
        kind = _opening_kind(lines, i, kinds, doc_type, addressed)
        if kind is None or (kind == "title" and titled and _PERIOD_HEADING.search(line)):
            return i
        kinds[i] = kind
        titled = titled or kind == "title"
        addressed = addressed or kind == "recipient"
    return len(lines)


def _opening_kind(
    lines: list[str], i: int, kinds: list[BlockKind | None], doc_type: DocType, addressed: bool
) -> BlockKind | None:
    line = lines[i]
    if shape.is_salutation(line) or shape.is_recipient(line):
        return "recipient"
    if shape.is_doc_meta(line):
        return "doc_meta"
    if addressed or read_number(line) or LABEL.match(line) or shape.ANNEX_LINE.fullmatch(line):
        return None
    if shape.is_column_head(line):
        return None
    if doc_type in ("work_report", "work_summary") and i and kinds[i - 1] in _OPENS_WITH_NAME:
        following = lines[i + 1] if i + 1 < len(lines) else ""
        if shape.is_speaker(line) or (
            shape.is_name(line) and (shape.is_salutation(following) or shape.is_doc_meta(following))
        ):
            return "doc_meta"
    return "title" if shape.is_bare(line, _LONGEST_TITLE) else None


def _closings(lines: list[str], kinds: list[BlockKind | None], body: int) -> None:
    """Marks signatures with their dates, notes on delivery and form fields behind the opening."""
    for i in range(body, len(lines)):
        if kinds[i] or len(lines[i]) > 200:
            continue
        if shape.is_doc_meta(lines[i]) and not LABEL.match(lines[i]):
            kinds[i] = "doc_meta"
            for j in range(i - 1, max(body, i - 4) - 1, -1):
                if not (shape.is_date(lines[i]) and shape.is_issuer(lines[j]) and kinds[j] is None):
                    break
                kinds[j] = "doc_meta"
        elif shape.is_salutation(lines[i]):
            kinds[i] = "recipient"


def _annexes(lines: list[str], kinds: list[BlockKind | None], body: int, doc_type: DocType) -> set[int]:
    """Marks annexes, their list and their titles; gives the lines at which a part begins."""
    starts: set[int] = set()
    names: set[str] = set()
    i = body
    while i < len(lines):
        line = lines[i]
        names.update(_plain(name) for name in _QUOTED_NAME.findall(line[:2000]))
        if len(line) <= 30 and shape.ANNEX_MARK.fullmatch(line.strip()):
            kinds[i] = "other"
            starts.add(i)
            i = _title_lines(lines, kinds, i + 1)
            continue
        annex = shape.ANNEX_LINE.fullmatch(line) if len(line) <= _LONGEST_ANNEX_LINE else None
        if annex and kinds[i] is None:
            kinds[i] = "other"
            names.add(_plain(annex["name"]))
            end = _annex_list(lines, kinds, i + 1, names, numbered=annex["number"] is not None)
            if end == i + 1 and not _is_list_end(lines, kinds, end):
                starts.add(i)
            i = end
            continue
        if kinds[i] is None and doc_type not in ("article",) and _is_annex_title(lines, kinds, i, body, names):
            starts.add(i)
            kinds[i] = "title"
            i = i + 1 if _TITLE_ENDS.search(line) else _title_lines(lines, kinds, i + 1, _TITLE_LINES - 1)
            continue
        i += 1
    return starts


def _annex_list(lines: list[str], kinds: list[BlockKind | None], i: int, names: set[str], numbered: bool) -> int:
    """Marks the further lines of a list of annexes; gives the index behind it.

    Only behind `附件：1.…` are lines `2.…` of the list; else they are items of the annex.
    """
    while i < len(lines) and len(lines[i]) <= _LONGEST_ANNEX_LINE and shape.is_bare(lines[i], _LONGEST_ANNEX_LINE):
        named = shape.ANNEX_LINE.fullmatch(lines[i]) or (shape.ANNEX_NEXT.fullmatch(lines[i]) if numbered else None)
        if named is None:
            break
        kinds[i] = "other"
        names.add(_plain(named["name"]))
        i += 1
    return i


def _is_list_end(lines: list[str], kinds: list[BlockKind | None], i: int) -> bool:
    """Whether what follows a line `附件：…` shows that it announces the annex and does not open it."""
    return i >= len(lines) or kinds[i] == "doc_meta" or shape.ANNEX_MARK.fullmatch(lines[i].strip()) is not None


def _is_annex_title(lines: list[str], kinds: list[BlockKind | None], i: int, body: int, names: set[str]) -> bool:
    """Whether a line without an annex mark opens an annex: it bears a name given before, or follows a signature."""
    line = lines[i]
    if i == body or not shape.is_bare(line, _LONGEST_TITLE) or LABEL.match(line) or read_number(line):
        return False
    if shape.is_column_head(line):
        return False
    if _plain(line) in names:
        return True
    return kinds[i - 1] == "doc_meta" and not shape.is_issuer(line) and i + 1 < len(lines)


def _title_lines(lines: list[str], kinds: list[BlockKind | None], i: int, most: int = _TITLE_LINES) -> int:
    """Marks the lines of a title from `i` on, at most so many; gives the index behind them."""
    for _ in range(most):
        if i >= len(lines) or kinds[i] is not None or not shape.is_bare(lines[i], _LONGEST_TITLE):
            break
        if read_number(lines[i]) or LABEL.match(lines[i]) or shape.is_column_head(lines[i]):
            break
        kinds[i] = "title"
        i += 1
        if _TITLE_ENDS.search(lines[i - 1]):
            break
    return i


def _plain(name: str) -> str:
    """A document's name without quotes, spaces and what a copy may change about it."""
    return re.sub(r"[《》〈〉“”\s]", "", name)


def _is_notice(lines: list[str], kinds: list[BlockKind | None], doc_type: DocType) -> bool:
    """Whether the lines before the first annex pass it on, and hold no units of their own."""
    if doc_type in ("work_report", "article") or any(LABEL.match(line) for line in lines):
        return False
    return any(kind == "recipient" for kind in kinds[: len(lines)]) or any(
        _PASSES_ON.search(line[:2000]) for line in lines
    )


def speaks(line: str) -> bool:
    """Whether a paragraph opens a report: `现在，我代表市人民政府向大会报告工作`."""
    return _SPEAKS.search(line[:2000]) is not None
