"""Pages cut into documents and named chrome: every character in exactly one piece."""

from __future__ import annotations

import pytest
from cases import load, source_text
from hypothesis import given
from hypothesis import strategies as st

from govwork_build.chrome import drop_chrome
from govwork_build.cut import Piece, cut

SOURCES = {"000": 1, "001": 1, "002": 1, "003": 5, "004": 10}


def assert_covers(text: str, pieces: list[Piece]) -> None:
    position = 0
    for piece in pieces:
        assert piece.start == position < piece.end
        position = piece.end
    assert position == len(text)


@pytest.mark.parametrize("number", SOURCES)
def test_boundaries_are_those_of_the_truth(number: str) -> None:
    text = source_text(number)
    pieces = cut(text)
    assert_covers(text, pieces)
    truth = [entry for entry in load("truth/documents.json") if entry["source_id"].startswith(number)]
    assert len(truth) == SOURCES[number]
    assert [(piece.start, piece.end) for piece in pieces if piece.chrome is None] == [
        (entry["start"], entry["end"]) for entry in truth
    ]


@given(st.text(alphabet="篇12•【】\n报告年2025-07-08 相关文章标签:您所在的位置>。", max_size=200))
def test_every_character_lies_in_one_piece(text: str) -> None:
    assert_covers(text, cut(text))


def test_chrome_in_the_head_of_a_document_goes_as_edits() -> None:
    fields = "索引号: 123 发布机构: 某市 发文时间: 2013-05-07\n文号: 主题分类: 登记号:"
    text = f"某市工作要点\n{fields}\n一、总体要求\n来源: 正文"
    layer = drop_chrome(text)
    assert layer.apply(text) == "某市工作要点\n一、总体要求\n来源: 正文"
    assert {edit.rule for edit in layer} == {"chrome.header_fields"}


def test_unit_lines_are_no_header_fields() -> None:
    text = "1、任务。\n责任单位:市发改委\n配合单位:市经委\n编辑: 出版: 发行:各一\n"
    assert drop_chrome(text).apply(text) == text
