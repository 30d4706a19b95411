"""Breakdowns and work points: which numbered lines are tasks, and which lines belong to each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from govwork.kinds import BlockKind

from . import line_shapes as shape
from .outline import Line, set_parents
from .targets import is_target_overview
from .unit_labels import COLUMN_LABEL, Sense, roles, sense
from .unit_lines import head_leader, labelled, statements
from .units import is_unit_list

# A style of items is that of the tasks if more than this share of its items bear units, or have no items below.
_MOST = 0.5
_OF_TASK = ("task", "lead_line", "support_line", "doc_meta")


def read_tasks(outline: list[Line]) -> None:
    """Sets the kinds and parents of a breakdown's or work points' lines.

    A task is a numbered line that has units; where a part states none, one without numbered lines below it, of
    the style most such lines have. What stands under a task belongs to it and has it, or an item of it, as parent.
    """
    senses = [_senses(line) for line in outline]
    _find_unlabelled(outline, senses)
    set_parents(outline, [bool(line.level) for line in outline])
    tasks = _task_lines(outline, senses)
    leaders = _parts_with_leaders(outline)
    task: int | None = None
    done = headed = False
    for i, line in enumerate(outline):
        headed = (headed and i > 0 and line.part == outline[i - 1].part) or bool(line.level)
        if i in tasks:
            task, done = i, False
        elif task is not None and _ends_task(outline, i, task):
            task = None
        if line.kind is None and task is not None and line.part in leaders and shape.is_name(line.text):
            line.kind = "doc_meta"
        elif line.kind is None:
            line.kind = _kind(line, i in tasks, task is not None, done, headed, senses[i])
        if task is not None and i != task and (line.kind in _OF_TASK or not line.text.strip()):
            line.parent = line.parent if line.level and line.parent is not None and line.parent > task else task
            done = done or line.kind == "lead_line"
        while line.kind not in _OF_TASK and line.parent is not None and outline[line.parent].kind == "task":
            line.parent = outline[line.parent].parent
    _settle_roles(outline, senses)


def _senses(line: Line) -> list[Sense]:
    """What the unit lists of a line say; none for lines that place has decided and for paragraphs of the notice."""
    if line.kind is not None or line.notice:
        return []
    return [one.sense for one in statements(line.text)]


def _find_unlabelled(outline: list[Line], senses: list[list[Sense]]) -> None:
    """Unit lists without label: what a label of a line before left open, and the cells of a table's rows."""
    columns: list[Sense] = []
    cell, item = 0, False
    for i, line in enumerate(outline):
        column = COLUMN_LABEL.fullmatch(line.text)
        if column and line.kind == "other":
            columns += [sense(column["unit"])] if column["unit"] else []
        elif line.number or line.heading:
            cell, item = 0, True
        elif senses[i] or line.kind is not None or line.notice:
            continue
        elif (label := labelled(line.text)) and label["unit"]:
            senses[i] = [sense(label["unit"])]
        elif item and (columns or _left_open(outline, senses, i)) and is_unit_list(line.text):
            if _left_open(outline, senses, i):
                senses[i] = senses[i - 1][-1:]
            else:
                senses[i] = [columns[min(cell, len(columns) - 1)]]
                cell += 1


def _parts_with_leaders(outline: list[Line]) -> set[int]:
    """Parts that are tables with a column for the leader."""
    heads = ((line.part, COLUMN_LABEL.fullmatch(line.text)) for line in outline if line.kind == "other")
    return {part for part, head in heads if head and head["leader"]}


def _left_open(outline: list[Line], senses: list[list[Sense]], i: int) -> bool:
    """Whether the line before is a unit list that goes on: an empty one, or one that ends in a separator."""
    before = outline[i - 1]
    goes_on = before.text.rstrip().endswith(("、", "，", ",", "：", ":"))
    return bool(senses[i - 1]) and before.number is None and goes_on


def _task_lines(outline: list[Line], senses: list[list[Sense]]) -> set[int]:
    found: set[int] = set()
    start = 0
    for i in range(1, len(outline) + 1):
        if i == len(outline) or outline[i].part != outline[start].part:
            numbered = [j for j in range(start, i) if outline[j].number and not outline[j].notice]
            owners = _without_unnumbered(outline, _owners(outline, senses, start, i))
            found |= _with_units(outline, numbered, owners) if owners else _without_units(outline, numbered)
            start = i
    return found


def _owners(outline: list[Line], senses: list[list[Sense]], start: int, end: int) -> Counter[int]:
    """The numbered lines of a part nearest above its unit lists, with how many runs of lists each has."""
    owners: Counter[int] = Counter()
    nearest: int | None = None
    open_run = False
    for i in range(start, end):
        line = outline[i]
        if line.number and not line.notice:
            nearest, open_run = i, False
        elif line.heading:
            nearest = None
        if senses[i] and nearest is not None:
            owners[nearest] += not open_run
            open_run = True
        elif open_run and line.kind is None and not labelled(line.text):
            open_run = False
    return owners


def _without_unnumbered(outline: list[Line], owners: Counter[int]) -> Counter[int]:
    """The owners but for those headings under which the tasks are paragraphs without number, each with its units."""
    most = Counter(outline[i].level for i in owners)
    several = Counter(outline[i].level for i, count in owners.items() if count > 1)
    levels = {level for level, count in several.items() if count > _MOST * most[level]}
    return Counter({i: count for i, count in owners.items() if outline[i].level not in levels})


def _with_units(outline: list[Line], numbered: list[int], owners: Counter[int]) -> set[int]:
    """The lines that own unit lists, and those of their styles that could.

    If few items of a style have units of their own, the units behind the last of them are those of the item
    they are the parts of.
    """
    items = Counter(outline[i].level for i in numbered)
    having = Counter(outline[i].level for i in owners)
    children = Counter(outline[i].parent for i in numbered)
    below: Counter[int] = Counter()
    for i, count in owners.items():
        above = outline[i].parent
        while above is not None:
            below[above] += count
            above = outline[above].parent
    tasks: set[int] = set()
    for i in owners:
        task, parent = i, outline[i].parent
        while (
            parent is not None
            and outline[parent].number
            and having[outline[task].level] <= _MOST * items[outline[task].level]
            and below[parent] + owners[parent] == 1
            and children[parent] > 1
        ):
            task, parent = parent, outline[parent].parent
        tasks.add(task)
    of_level = Counter(outline[i].level for i in tasks)
    usual = {level for level, count in of_level.items() if count > _MOST * items[level]}
    return _outermost(outline, tasks, [i for i in numbered if i in tasks or outline[i].level in usual])


def _outermost(outline: list[Line], owners: set[int], candidates: Sequence[int]) -> set[int]:
    """Candidates that stand below no other task, and hold no owner of units below them if they are but headings."""
    holding: set[int] = set()
    for i in owners:
        above = outline[i].parent
        while above is not None and above not in holding:
            holding.add(above)
            above = outline[above].parent
    tasks: set[int] = set()
    for i in candidates:
        above = outline[i].parent
        while above is not None and above not in tasks:
            above = outline[above].parent
        if above is None and (i not in holding or (i in owners and not outline[i].heading)):
            tasks.add(i)
    return tasks


def _without_units(outline: list[Line], numbered: list[int]) -> set[int]:
    """The items of the highest level most of whose items have none below them."""
    children = Counter(outline[i].parent for i in numbered)
    by_level: dict[int, list[int]] = {}
    for i in numbered:
        by_level.setdefault(outline[i].level, []).append(i)
    for level in sorted(by_level):
        items = by_level[level]
        leaves = [i for i in items if not children[i]]
        below = sum(children[i] for i in items)
        if level == max(by_level) or (len(leaves) > _MOST * len(items) and below <= 2 * len(leaves)):
            return set(items)
    return set()


def _ends_task(outline: list[Line], i: int, task: int) -> bool:
    """Whether a line lies outside the task before it: another part, a heading, a title, a signature."""
    line = outline[i]
    if line.part != outline[task].part or (line.kind is not None and line.text.strip()):
        return True
    return bool(line.level) and line.level <= outline[task].level


def _kind(line: Line, is_task: bool, in_task: bool, done: bool, headed: bool, said: list[Sense]) -> BlockKind:
    """The kind of a line; `done` when its task has had its unit lists, `headed` behind the part's first heading."""
    if line.notice:
        return "preamble"
    if is_task:
        return "task"
    if said and not line.number:
        return "lead_line"
    if not line.level and (label := labelled(line.text)) and not label["unit"]:
        return "doc_meta"
    if in_task and (line.number or not done):
        return "task"
    if line.level and (line.number is None or shape.is_one_sentence(line.words)):
        return "leader_head" if head_leader(line.words) else "section_head"
    if is_target_overview(line.text):
        return "target_overview"
    return "plan" if headed else "preamble"


def _settle_roles(outline: list[Line], senses: list[list[Sense]]) -> None:
    """Tells support lines from lead lines, by what the labels of one task say together."""
    by_task: dict[int | None, list[int]] = {}
    for i, line in enumerate(outline):
        if senses[i] and line.kind in ("task", "lead_line"):
            by_task.setdefault(i if line.kind == "task" else line.parent, []).append(i)
    for lines in by_task.values():
        said = [one for i in lines for one in senses[i]]
        decided = iter(roles(said))
        for i in lines:
            first, *_ = [next(decided) for _ in senses[i]]
            if outline[i].kind == "lead_line" and first == "support":
                outline[i].kind = "support_line"
