"""What is lost is told: with its place and cause, never filled in."""

from __future__ import annotations

import pytest

from govwork_build.gaps import find_gaps
from govwork_build.pipeline import normalise


def told(text: str) -> list[tuple[str, str]]:
    """Each gap as its cause and the text with a bar where it begins."""
    normalised = normalise(text)
    made = normalised.traced.text
    return [
        (gap.cause, f"{made[max(gap.start - 3, 0) : gap.start]}|{made[gap.start : gap.end]}")
        for gap in find_gaps(made, normalised.damage)
    ]


BLANKED = "*市与*局、×县座谈。"


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("投入近万元用于改造。", ("cut_number", "投入近|")),
        ("参保率达。", ("cut_number", "保率达|")),
        ("共查处了家网吧。", ("cut_number", "查处了|")),
        ("新建校舍平方米。", ("cut_number", "建校舍|")),
        ("图书同比增长，", ("cut_number", "比增长|")),
        ("积极参加第届艺术节。", ("cut_number", "参加第|")),
    ],
)
def test_a_number_cut_from_a_blanked_out_text(text: str, gap: tuple[str, str]) -> None:
    assert gap in told(BLANKED + text)


@pytest.mark.parametrize(
    "text",
    [
        "投入近万元用于改造。",
        "为名誉而战，有条件的家庭，到家里去，对个人负责，为所有人服务。",
        "经济持续增长，水平不断提高。",
    ],
)
def test_a_text_with_no_blanks_has_no_cut_numbers(text: str) -> None:
    assert told(text) == []


def test_ordinary_words_in_a_blanked_out_text_are_no_gaps() -> None:
    text = "为名誉而战，有条件的家庭，到家里去，对个人负责，为所有人服务，约日常工作，经济持续增长，达到目标。"
    assert {cause for cause, _ in told(BLANKED + text)} == {"redaction"}


def test_words_a_filter_cut() -> None:
    text = "深入学习贯彻党的十、十八届三中全会和系列重要讲话精神，加强与各派、工商联合作。加强与各民主党派合作。"
    assert [cause for cause, _ in told(text)] == ["cut_words"] * 3


def test_a_number_behind_damage_is_not_trusted() -> None:
    text = "新增公路通車(chē)?yán)锍?89.7公里,總(zǒng)里程達(dá)10公里"
    (gap,) = told(text)
    assert gap[0] == "byteshift"
    assert gap[1].endswith("89.7")


def test_a_product_is_no_redaction() -> None:
    assert told("安装2×100万千瓦机组，3×5米。") == []


def test_half_a_redaction_misread_as_hebrew_belongs_to_it() -> None:
    assert told("个×ד金走廊工程") == [("redaction", "个|×ד")]
