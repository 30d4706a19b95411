"""The tasks of a document: each numbered commitment with the bodies that answer for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from .item_numbers import numeral_value, read_number
from .line_shapes import is_name
from .model import Block, DocType, Task, Unit
from .targets import defers_target
from .unit_labels import Role, roles
from .unit_lines import Statement, head_leader, labelled, leader_of, statements, without_lists
from .units import default_supporters, parse_units

_SENTENCE = re.compile(r"[^。！？\n]*[。！？]?")
# Blocks that may hold a rule for all tasks.
_RULES = ("preamble", "plan", "other", "target_overview", "doc_meta")


def parse_tasks(text: str, blocks: list[Block], doc_type: DocType | None) -> list[Task]:
    """The tasks of a document, in order; only breakdowns and work points have any.

    A task is a block of kind task that stands under none, with the blocks below it. Every task owes its default
    supporters to the rule of the notice, if it has one; they follow those its own lines state.
    """
    if doc_type not in (None, "task_breakdown", "work_points"):
        return []
    defaults = default_supporters("\n".join(block.text for block in blocks if block.kind in _RULES))
    leaders = {
        block.parent: leader
        for block in blocks
        if block.kind == "doc_meta" and block.parent is not None and (leader := leader_of(block.text))
    }
    return [_task(text, blocks, run, tuple(defaults), leaders) for run in _runs(blocks)]


def _runs(blocks: list[Block]) -> Iterator[range]:
    """The blocks of each task: its first and all behind it that stand under it."""
    start: int | None = None
    for i, block in enumerate(blocks):
        inside = start is not None and block.parent is not None and block.parent >= start
        if start is not None and not inside:
            yield range(start, i)
            start = None
        if start is None and block.kind == "task":
            start = i
    if start is not None:
        yield range(start, len(blocks))


def _task(text: str, blocks: list[Block], run: range, defaults: tuple[Unit, ...], leaders: dict[int, str]) -> Task:
    first = blocks[run[0]]
    start, end = first.start, blocks[run[-1]].start + len(blocks[run[-1]].text)
    section, head = _headings(blocks, first, leaders)
    lead, support, body = _read(blocks, run)
    return Task(
        blocks=tuple(run),
        number=numeral_value(first.number or ""),
        section=section,
        leader=_own_leader(blocks, run) or head,
        start=start,
        text=text[start:end],
        body=body,
        lead_units=lead,
        support_units=support + defaults,
        deferred_target=defers_target(body),
    )


def _headings(blocks: list[Block], block: Block, leaders: dict[int, str]) -> tuple[str | None, str | None]:
    """The nearest section above a task, as printed, and the leader named in a heading above it or right below one."""
    section = leader = None
    above = block.parent
    while above is not None:
        heading = blocks[above]
        if heading.kind == "leader_head":
            number = read_number(heading.text)
            leader = leader or head_leader(heading.text[number.end if number else 0 :])
        elif section is None:
            first = _SENTENCE.match(heading.text)
            section = heading.text if heading.kind == "section_head" or first is None else first[0]
        leader = leader or leaders.get(above)
        above = heading.parent
    return section, leader


def _own_leader(blocks: list[Block], run: range) -> str | None:
    """The leader that a task's own `责任领导：` line names, or the cell of a table."""
    named: list[str] = []
    for i in run:
        block = blocks[i]
        leader = leader_of(block.text) if block.kind in ("doc_meta", "lead_line") else None
        if leader is None and block.kind == "doc_meta" and is_name(block.text):
            leader = block.text.strip()
        named += [leader] if leader else []
    return "、".join(named) or None


def _read(blocks: list[Block], run: range) -> tuple[tuple[Unit, ...], tuple[Unit, ...], str]:
    """The lead units, the support units and the body of a task."""
    found: dict[Role, list[Unit]] = {"lead": [], "support": []}
    stated = {i: _lists(blocks[i]) for i in run}
    decided = iter(roles([one.sense for i in run for one in stated[i]]))
    for i in run:
        block = blocks[i]
        for one in stated[i]:
            found[next(decided)] += _units(block, one.start, one.end, blocks[run[0]].start)
        if not stated[i] and block.kind in ("lead_line", "support_line") and not labelled(block.text):
            # A list without a label of its own: the rest of a broken line, or the cell of a table.
            role: Role = "lead" if block.kind == "lead_line" else "support"
            found[role] += _units(block, 0, len(block.text), blocks[run[0]].start)
    body = [without_lists(blocks[i].text, stated[i]) for i in run if blocks[i].kind == "task"]
    return tuple(found["lead"]), tuple(found["support"]), "\n".join(line for line in body if line)


def _units(block: Block, start: int, end: int, origin: int) -> Iterator[Unit]:
    """The units of a list in a block, with offsets from `origin`, where the task begins."""
    offset = block.start + start - origin
    for unit in parse_units(block.text[start:end]):
        assert unit.start is not None
        assert unit.end is not None
        yield replace(unit, start=unit.start + offset, end=unit.end + offset)


def _lists(block: Block) -> list[Statement]:
    return statements(block.text) if block.kind in ("task", "lead_line", "support_line") else []
