"""Tasks: which there are, where they stand, who answers for them, in any text whatever."""

from __future__ import annotations

from typing import Any

import pytest
from cases import load
from hypothesis import given
from hypothesis import strategies as st
from test_blocks import ANY_TEXT

from govwork_build.blocks import parse_blocks
from govwork_build.model import DocType, Task
from govwork_build.tasks import parse_tasks

CASES = load("structure/tasks.json")


def read(text: str, doc_type: DocType) -> list[Task]:
    return parse_tasks(text, parse_blocks(text, doc_type), doc_type)


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_tasks_of_a_document(case: dict[str, Any]) -> None:
    found = [
        {
            "number": task.number,
            "section": task.section,
            "leader": task.leader,
            "blocks": [task.blocks[0], task.blocks[-1]],
            "body": task.body,
            "lead": [unit.name for unit in task.lead_units],
            "support": [unit.name for unit in task.support_units if unit.basis == "stated"],
            "default": [unit.name for unit in task.support_units if unit.basis == "default"],
            "deferred": task.deferred_target,
        }
        for task in read("\n".join(case["text"]), case["doc_type"])
    ]
    assert found == case["tasks"]


@given(text=ANY_TEXT, doc_type=st.sampled_from(["task_breakdown", "work_points"]))
def test_every_task_stands_where_it_says(text: str, doc_type: DocType) -> None:
    blocks = parse_blocks(text, doc_type)
    taken: set[int] = set()
    for task in parse_tasks(text, blocks, doc_type):
        assert task.blocks == tuple(range(task.blocks[0], task.blocks[-1] + 1))
        assert not taken & set(task.blocks)
        taken |= set(task.blocks)
        assert task.text == "\n".join(blocks[i].text for i in task.blocks)
        assert text.startswith(task.text, task.start)
        assert blocks[task.blocks[0]].kind == "task"
        for unit in (*task.lead_units, *task.support_units):
            if unit.basis == "stated":
                assert task.text[unit.start : unit.end] == unit.surface
            else:
                assert (unit.start, unit.end) == (None, None)


@given(text=ANY_TEXT, doc_type=st.sampled_from(["task_breakdown", "work_points"]))
def test_every_task_block_belongs_to_a_task(text: str, doc_type: DocType) -> None:
    blocks = parse_blocks(text, doc_type)
    taken = {i for task in parse_tasks(text, blocks, doc_type) for i in task.blocks}
    assert {i for i, block in enumerate(blocks) if block.kind == "task"} <= taken


@pytest.mark.parametrize("doc_type", ["work_report", "work_summary", "article"])
def test_other_documents_have_no_tasks(doc_type: DocType) -> None:
    assert read("一、任务\n1.加强。\n责任单位：市发改委", doc_type) == []


def test_a_rule_of_the_notice_holds_for_every_annex() -> None:
    text = (
        "各区政府：\n现印发给你们。除特别注明的外，各区政府都是配合单位。\n附件：1.分解\n2.实事\n市政府\n2018年1月1日\n"
        "附件1\n分解\n1.加强。\n牵头单位：市发改委\n附件2\n实事\n1.推进。\n牵头单位：市财政局\n配合单位：各区政府"
    )
    first, second = read(text, "task_breakdown")
    assert [(unit.name, unit.basis) for unit in first.support_units] == [("各区政府", "default")]
    assert [unit.basis for unit in second.support_units] == ["stated", "default"]
