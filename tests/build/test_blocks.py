"""Blocks: every line once, with its kind, number, level and parent, in any text whatever."""

from __future__ import annotations

import time
from typing import Any, get_args

import pytest
from cases import load
from hypothesis import given
from hypothesis import strategies as st

from govwork.kinds import BLOCK_KINDS
from govwork_build.blocks import parse_blocks
from govwork_build.model import Block, DocType
from govwork_build.nesting import PLAIN, Mark, levels

CASES = load("structure/blocks.json")
TYPES: list[DocType | None] = [*get_args(DocType), None]
TASK_KINDS = ("task", "lead_line", "support_line", "leader_head")
LINES = st.sampled_from(load("structure/lines.json"))
ANY_TEXT = st.lists(LINES, max_size=25).map("\n".join) | st.text(alphabet=st.characters(codec=None, categories=None))


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_blocks_of_a_document(case: dict[str, Any]) -> None:
    text = "\n".join(line for *_, line in case["blocks"])
    found = [[b.kind, b.number, b.level, b.parent, b.text] for b in parse_blocks(text, case["doc_type"])]
    assert found == case["blocks"]


@pytest.mark.parametrize("case", load("structure/nesting.json"), ids=lambda case: case["why"])
def test_levels_of_numbers(case: dict[str, Any]) -> None:
    marks = [PLAIN if mark == "P" else Mark(mark.split(":")[0], int(mark.split(":")[1])) for mark in case["marks"]]
    assert levels(marks) == case["levels"]


@given(text=ANY_TEXT, doc_type=st.sampled_from(TYPES))
def test_blocks_cover_any_text(text: str, doc_type: DocType | None) -> None:
    blocks = parse_blocks(text, doc_type)
    assert "\n".join(block.text for block in blocks) == text
    assert len(blocks) == text.count("\n") + 1
    position = 0
    for block in blocks:
        assert block.start == position
        position += len(block.text) + 1


@given(text=ANY_TEXT, doc_type=st.sampled_from(TYPES))
def test_every_block_is_well_formed(text: str, doc_type: DocType | None) -> None:
    blocks = parse_blocks(text, doc_type)
    for i, block in enumerate(blocks):
        assert block.kind in BLOCK_KINDS
        assert block.parent is None or 0 <= block.parent < i
        assert block.level >= 0
        assert block.number is None or block.number in block.text or block.number.isdigit()
        if block.kind in ("section_head", "leader_head"):
            assert block.level >= 1


@given(text=ANY_TEXT, doc_type=st.sampled_from(["work_report", "work_summary", "article"]))
def test_only_breakdowns_and_work_points_have_tasks(text: str, doc_type: DocType) -> None:
    assert not any(block.kind in TASK_KINDS for block in parse_blocks(text, doc_type))


@given(text=ANY_TEXT)
def test_unit_lines_stand_under_a_task_if_a_task_stands_above(text: str) -> None:
    blocks = parse_blocks(text, "task_breakdown")
    for block in blocks:
        if block.kind in ("lead_line", "support_line") and block.parent is not None:
            assert blocks[block.parent].kind in ("task", "section_head", "leader_head", "plan", "target_overview")


def test_empty_text_is_one_block() -> None:
    assert parse_blocks("", None) == [Block("other", None, 0, None, 0, "")]


@pytest.mark.parametrize(
    "line",
    [
        "一、发展",
        "1.加强\n责任单位：市发改委",
        "（一）坚持\n一、推进",
        "附件",
        "附件：1.方案",
        "《方案》",
        "2018年1月1日\n市政府",
        "市" * 50,
    ],
)
@pytest.mark.parametrize("doc_type", ["task_breakdown", "work_report"])
def test_time_grows_with_the_length(line: str, doc_type: DocType) -> None:
    text = f"{line}\n" * 4_000
    started = time.perf_counter()
    parse_blocks(text, doc_type)
    # A second or two where the work is linear, minutes where it is not.
    assert time.perf_counter() - started < 20
