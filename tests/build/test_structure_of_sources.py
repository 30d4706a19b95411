"""The structure of the real task sources: how many tasks, sections and units there are."""

from __future__ import annotations

from functools import cache

from cases import ROOT

from govwork_build.build_paths import Paths
from govwork_build.corpus import Document, documents_of


@cache
def corpus() -> dict[str, Document]:
    paths = Paths(ROOT)
    found = documents_of(paths)
    return {document.doc_id: document for document in found}


def test_jinhua_2011_has_49_tasks_in_10_sections() -> None:
    document = corpus()["jinhua-2011-task_breakdown"]
    assert [task.number for task in document.tasks] == list(range(1, 50))
    assert len({task.section for task in document.tasks}) == 10
    assert sum(bool(task.support_units) for task in document.tasks) == 45
    assert all(task.lead_units for task in document.tasks)
    assert {unit.basis for task in document.tasks for unit in task.support_units} == {"stated"}


def test_jinhua_2018_has_85_and_22_tasks_under_leaders_and_livelihood_headings() -> None:
    document = corpus()["jinhua-2018-task_breakdown"]
    assert [task.number for task in document.tasks] == [*range(1, 86), *range(1, 23)]
    first, second = document.tasks[:85], document.tasks[85:]
    assert len({task.leader for task in first}) == 8
    assert all(task.leader for task in first)
    assert not any(task.leader for task in second)
    assert len({task.section for task in second}) == 10
    stated = [task for task in document.tasks if any(unit.basis == "stated" for unit in task.support_units)]
    assert len(stated) == 93
    for task in document.tasks:
        default = [unit.name for unit in task.support_units if unit.basis == "default"]
        assert default == [
            "各县（市、区）政府",
            "金华开发区管委会",
            "金义都市新区管委会",
            "金华山旅游经济区管委会",
        ]


def test_jiaxing_2012_has_25_points_in_7_sections_and_an_eighth_without() -> None:
    document = corpus()["jiaxing-2012-work_points"]
    assert [task.number for task in document.tasks] == list(range(1, 26))
    assert len({task.section for task in document.tasks}) == 7
    heads = [block.text for block in document.blocks if block.kind == "section_head"]
    assert heads[-1] == "八、切实加强政府自身建设"
    assert sum(text[1] == "、" for text in heads) == 8


def test_every_unit_stands_where_it_says() -> None:
    units = [
        (task, unit)
        for d in corpus().values()
        for task in d.tasks
        for unit in (*task.lead_units, *task.support_units)
    ]
    stated = [(task, unit) for task, unit in units if unit.basis == "stated"]
    assert len(stated) > 900
    assert all(task.text[unit.start : unit.end] == unit.surface for task, unit in stated)


def test_blocks_are_the_text() -> None:
    for document in corpus().values():
        assert "\n".join(block.text for block in document.blocks) == document.text
