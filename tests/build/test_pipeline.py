"""All stages together: reversible on any text, and the same whatever other documents are worked on beside it."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest
from cases import source_text
from hypothesis import example, given, settings
from hypothesis import strategies as st

import govwork
import govwork_build
from govwork_build.cut import cut
from govwork_build.pipeline import normalise, normalise_all

# What the stages look for: notes, traditional and simplified characters, blanks, numbers, marks, damage, markup,
# the separator of batches, and what no encoding can hold.
PIECES = st.sampled_from(
    [
        *"業經產發縣於乾著们国",
        *"(（)）,，.。:：;；!！?？、“”《》\n 　\t*×",
        "(yè)", "(jīng)", "(ju)(ju)", "?cè)", "B(tài)", "一、", "二、", "（一）", "(二)", "1、", "2.", "（1）", "①",
        "第一，", "2019年", "2019年工作回顾", "各位代表", "现在，我代表市人民政府向大会报告工作。", "为实现",
        "附件：", "同时，我们也清醒地认识到", "责任单位:",
        "您所在的位置: 首页 > 文件", "索引号: 1 发布日期: 2019-01-01",
        "GDP", "5G", "&nbsp;", "<p>",
        "\r\n", "\u200b", "\ufeff", "\x1e", "\x00", "\ud800", "𠮷", "あ", "한",
        "坚持以人民为中心的发展思想，推动经济高质量发展。", "努力實現經濟平穩增長，確保完成任務。",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=40).map("".join) | st.text(st.characters(codec=None, categories=None), max_size=40)


@given(TEXTS)
@example("\x1e")
@example("一、2018年工作回顾2018年\x1e是")
def test_any_text_survives_and_comes_back(text: str) -> None:
    traced = normalise(text).traced
    assert traced.source == text
    assert traced.revert() == text


@given(st.lists(TEXTS, max_size=6))
@settings(max_examples=200)
def test_a_document_does_not_depend_on_its_batch(texts: list[str]) -> None:
    together = list(normalise_all(texts))
    assert len(together) == len(texts)
    for text, joined in zip(texts, together, strict=True):
        alone = normalise(text)
        assert joined.traced.text == alone.traced.text
        assert joined.damage == alone.damage
        # Empty layers may differ in their rules' table, not in what they say.
        assert list(joined.traced.runs()) == list(alone.traced.runs())


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_the_sources_do_not_depend_on_their_batch(number: str) -> None:
    text = source_text(number)
    slices = [text[piece.start : piece.end] for piece in cut(text) if piece.chrome is None]
    together = [normalised.traced.text for normalised in normalise_all(slices * 3)]
    assert together == [normalise(part).traced.text for part in slices] * 3


@given(TEXTS)
def test_damage_is_left_alone(text: str) -> None:
    normalised = normalise(text)
    for run in normalised.damage:
        assert normalised.traced.text[run.start] == "?"


@pytest.mark.parametrize(
    "module",
    sorted(
        f"{package.__name__}.{module.name}"
        for package in (govwork, govwork_build)
        for module in pkgutil.iter_modules(package.__path__)
    ),
)
def test_examples_in_docstrings(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0
