"""The blocks of a document: every line once, with its kind, number, level and the heading it stands under."""

from __future__ import annotations

from .line_shapes import is_remark, is_salutation
from .model import Block, DocType
from .outline import read_outline
from .review_plan import read_report
from .task_lines import read_tasks
from .unit_labels import LABEL

_TASK_TYPES = ("task_breakdown", "work_points")


def parse_blocks(text: str, doc_type: DocType | None) -> list[Block]:
    """The blocks of a finished text, one a line, in order; their texts joined by line breaks are the text.

    `doc_type` decides what numbered lines are: tasks in a breakdown and in work points, review or plan in a
    report or a summary. Where it is None it is guessed from the lines.
    """
    lines = text.split("\n")
    doc_type = doc_type or _guess(lines)
    outline = read_outline(lines, doc_type)
    if doc_type in _TASK_TYPES:
        read_tasks(outline)
    else:
        read_report(outline, doc_type)
    blocks: list[Block] = []
    start = 0
    for line in outline:
        number = line.number.printed if line.number else None
        # What stands around a remark is read as around a document's data; itself it is none.
        kind = "other" if line.kind == "doc_meta" and is_remark(line.text) else line.kind or "other"
        blocks.append(Block(kind, number, line.level, line.parent, start, line.text))
        start += len(line.text) + 1
    return blocks


def _guess(lines: list[str]) -> DocType:
    if any(is_salutation(line) for line in lines[:20]):
        return "work_report"
    if any((label := LABEL.match(line)) and label["unit"] for line in lines):
        return "task_breakdown"
    if any("总结" in line for line in lines[:3]):
        return "work_summary"
    return "work_points" if any("要点" in line or "任务" in line for line in lines[:3]) else "article"
