"""What the stages of reading hand on: blocks and tasks of one document's finished text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from govwork.kinds import BlockKind

DocType = Literal["work_report", "work_points", "task_breakdown", "work_summary", "article"]


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a document: `"\\n".join(block.text for block in blocks)` is its text.

    `start` is where the line begins in the document. `number` is the printed number (`一`, `3`, `（二）` as `二`)
    or None; `level` is 0 for running text, 1 for the highest kind of heading; `parent` is the index of the
    heading block this one stands under, or None.
    """

    kind: BlockKind
    number: str | None
    level: int
    parent: int | None
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A body that answers for a task.

    `start, end` are in the `text` of the task and `text[start:end] == surface`; both are None for a unit that
    the task owes to a general rule of the document (`basis` default) and not to its own lines.
    """

    start: int | None
    end: int | None
    surface: str
    name: str
    alias: str | None
    catch_all: bool
    basis: Literal["stated", "default"]


@dataclass(frozen=True, slots=True)
class Task:
    """A numbered task with who answers for it.

    `blocks` are indices into the document's blocks, one run; `text` is their lines joined and begins at `start`
    of the document; `body` is the task alone, without its unit lines. `section` and `leader` are the texts of
    the headings it stands under.
    """

    blocks: tuple[int, ...]
    number: int
    section: str | None
    leader: str | None
    start: int
    text: str
    body: str
    lead_units: tuple[Unit, ...]
    support_units: tuple[Unit, ...]
    deferred_target: bool
