"""All stages together: what comes out of one text depends on that text alone, and leads back to it."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from typing import Any
from unittest.mock import patch

import pytest
from cases import source_text
from hypothesis import example, given, settings
from hypothesis import strategies as st

import govwork
import govwork_build
from govwork_build.pipeline import Normalised, normalise, normalise_all

# What the stages look for: notes, brackets, marks, blanks, headings, markup, damage, and what is in their way.
PIECES = [
    *"業實著乾濛经济中ab1.,:;!?()（）、。，；：“”‘’ 　\t\n\r\x1e\ud800\udfff𠮷\u200b\xa0&<>一二三十",
    *("(yè)", "（shí）", "(ju)(ju)", "業(yè)", "?三", "?cè)", "(tài)", "B(tài)", "/p>", "&nbsp;", "<br/>"),
    *("一、", "（一）", "二、", "（二）", "1、", "2.", "2018年", "2019年", "工作回顾", "今年", "一是", "各位代表："),
    *("附件：词语附件词语", "政府工作报告", "索引号：1 发布机构：", "您的位置：首页", "隨著經濟發展", "经济社会发展"),
]
SOURCES = "\n".join(source_text(number) for number in ("000", "001", "002", "003", "004"))


@st.composite
def slices(draw: st.DrawFn) -> str:
    """A piece of a source, perhaps one that lost its line breaks."""
    start = draw(st.integers(0, len(SOURCES)))
    text = SOURCES[start : start + draw(st.integers(0, 3000))]
    return text.replace("\n", draw(st.sampled_from(["\n", "", " "])))


RICH = st.lists(st.sampled_from(PIECES), max_size=80).map("".join)
TEXTS = st.one_of(
    RICH,
    st.text(alphabet=st.characters(codec=None, categories=None)),
    slices(),
    st.tuples(slices(), RICH, slices()).map("".join),
)


def content(made: Normalised) -> tuple[Any, ...]:
    return made.traced.source, made.traced.text, made.traced.layers, made.damage


@given(TEXTS)
@settings(deadline=None)
def test_any_text_goes_through_and_comes_back(text: str) -> None:
    assert normalise(text).traced.revert() == text


@given(st.lists(TEXTS, max_size=6), st.integers(1, 2000))
@settings(deadline=None)
@example(["業(yè)", "", "a\x1eb", "", "\n"], 3)
def test_what_comes_out_does_not_depend_on_the_others(texts: list[str], batch: int) -> None:
    alone = [content(normalise(text)) for text in texts]
    with patch("govwork_build.pipeline.BATCH", batch):
        assert list(map(content, normalise_all(texts))) == alone


def test_numerals_without_a_ten_between_are_no_number() -> None:
    assert normalise("各位代表：一三、地方").traced.text == "各位代表：\n一三、地方"


def test_a_title_may_end_within_a_run_of_blanks() -> None:
    text = "一、重点工作     服务。。二、   发展 \t019年。。三、各位    \u3000\u3000   。务"
    assert normalise(text).traced.revert() == text


def test_a_tag_does_not_reach_into_the_next_document() -> None:
    assert [made.traced.text for made in normalise_all(["甲<p", ">乙"])] == ["甲<p", ">乙"]


def test_a_quotation_does_not_begin_in_another_document() -> None:
    texts = ["经济发展。", "ab,”中文"]
    assert list(map(content, normalise_all(texts))) == [content(normalise(text)) for text in texts]


MODULES = [
    name
    for package in (govwork, govwork_build)
    for name in (
        package.__name__,
        *(module.name for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")),
    )
]


@pytest.mark.parametrize("name", MODULES)
def test_every_doctest_runs(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
