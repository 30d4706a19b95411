"""The lines of a document with numbers, levels and headings: what its layout shows, before its content is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from govwork.kinds import BlockKind

from . import line_shapes as shape
from .item_numbers import Number, read_number
from .model import DocType
from .nesting import PLAIN, Mark, levels
from .parts import read_parts
from .unit_labels import COLUMN_LABEL, LABEL
from .unit_lines import labelled
from .units import is_unit_list

_LONGEST_HEADING, _SURE_HEADING, _PARAGRAPH = 30, 16, 60
_UNPARENTED = ("title", "doc_meta", "recipient", "other")
# How paragraphs begin that close a section or speak of the whole of it: they stand under the highest heading.
_ADDRESS = re.compile(
    r"(?:尊敬的)?(?:各位代表|各位委员|同志们)|(?:在(?:充分)?(?:肯定|看到)成绩的同时，|同时，|但是?，?|当然，)?我们也?(?:必须|要|应当?)?(?:更加)?清醒"
    r"|回[首顾](?:[12]\d{3}年|过去)|[一五]年来，我们"
)


@dataclass(slots=True)
class Line:
    """A line of a document on its way to a block.

    `kind` is set as soon as place, shape or content decide it. `heading` says that the line, numbered or not,
    holds no more than the title of what follows. `parent` is the line it stands under.
    """

    text: str
    kind: BlockKind | None
    part: int
    notice: bool
    number: Number | None = None
    heading: bool = False
    level: int = 0
    parent: int | None = None

    @property
    def words(self) -> str:
        """The text behind the number."""
        return self.text[self.number.end :] if self.number else self.text


def read_outline(lines: list[str], doc_type: DocType) -> list[Line]:
    """Numbers, headings, levels and parents of all lines; kinds only where place and shape decide them."""
    parts = read_parts(lines, doc_type)
    outline = [Line(*fields) for fields in zip(lines, parts.kinds, parts.part, parts.notice, strict=True)]
    for part in _parts(outline):
        _number(part)
        if not any(shape.is_column_head(line.text) and COLUMN_LABEL.fullmatch(line.text) for line in part):
            _find_headings(part)
        marked = [line for line in part if line.number or line.heading]
        marks = [Mark(line.number.style, line.number.value) if line.number else PLAIN for line in marked]
        for line, level in zip(marked, levels(marks), strict=True):
            line.level = level
    return outline


def _parts(outline: list[Line]) -> Iterator[list[Line]]:
    start = 0
    for i in range(1, len(outline) + 1):
        if i == len(outline) or outline[i].part != outline[start].part:
            yield outline[start:i]
            start = i


def _number(part: list[Line]) -> None:
    """Reads the numbers of a part's lines; the heads of a table's columns are no lines of the text."""
    rows = any(line.text.replace(" ", "") == "序号" for line in part)
    table = rows or any(line.kind is None and COLUMN_LABEL.fullmatch(line.text) for line in part)
    last = 0
    for line in part:
        if line.kind is not None:
            continue
        if table and shape.is_column_head(line.text):
            line.kind = "other"
            continue
        line.number = read_number(line.text, last + 1, rows)
        if line.number:
            last = line.number.value if line.number.style == "1." else last
            line.heading = shape.is_one_sentence(line.words)


def _find_headings(part: list[Line]) -> None:
    """Headings without a number: short lines without a sentence between paragraphs."""
    for i, line in enumerate(part):
        if line.kind or line.number or line.notice or not shape.is_bare(line.text, _LONGEST_HEADING):
            continue
        follows = next((after for after in part[i + 1 : i + 3] if after.text.strip()), None)
        before = part[i - 1] if i else None
        line.heading = (
            follows is not None
            and (follows.kind is None or follows.kind == "recipient")
            and not (labelled(line.text) or LABEL.match(follows.text))
            and (before is None or before.kind is not None or before.heading or _ends(before.text, line.text))
            and not is_unit_list(line.text)
        )


def _ends(text: str, following: str) -> bool:
    """Whether a paragraph is finished; a damaged end counts if what follows is too short to go on with it."""
    finished = text.rstrip("”’）)》 ").endswith(("。", "！", "？", "；", "：", "…"))
    return finished or (len(text) >= _PARAGRAPH and len(following) <= _SURE_HEADING and "，" not in following)


def set_parents(outline: list[Line], opens: list[bool]) -> None:
    """Puts every line under the nearest line above it, in its part, that `opens` something of a higher level.

    A paragraph that addresses the audience closes a section, so it stands under the highest.
    """
    stack: list[int] = []
    for i, line in enumerate(outline):
        if i and line.part != outline[i - 1].part:
            stack = []
        if line.level:
            while stack and outline[stack[-1]].level >= line.level:
                stack.pop()
        if line.kind in _UNPARENTED or not stack:
            line.parent = None
        else:
            line.parent = stack[0] if not line.level and _ADDRESS.match(line.text) else stack[-1]
        if line.level and opens[i]:
            stack.append(i)
