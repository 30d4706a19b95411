"""Metadata of documents of other shapes than the sources': places, years, issuers, and what stays unknown."""

from __future__ import annotations

import pytest
from cases import ROOT

from govwork_build.blocks import parse_blocks
from govwork_build.build_paths import Paths
from govwork_build.cut import cut
from govwork_build.describe import Description, describe
from govwork_build.evidence import Reading
from govwork_build.pipeline import normalise
from govwork_build.regions import load_regions


def described(page: str) -> Description:
    pieces = tuple(cut(page))
    piece = next(piece for piece in pieces if piece.chrome is None)
    traced = normalise(page[piece.start : piece.end]).traced
    regions = load_regions(Paths(ROOT).regions)
    first = Reading(page, pieces, piece, traced, tuple(parse_blocks(traced.text, None)))
    doc_type = describe(first, regions).doc_type
    blocks = tuple(parse_blocks(traced.text, doc_type))
    return describe(Reading(page, pieces, piece, traced, blocks), regions)


@pytest.mark.parametrize(
    ("page", "code", "level", "year", "doc_type"),
    [
        (
            "浙江省金华市2020年政府工作报告\n各位代表：\n现在，我代表市人民政府报告工作。",
            "330700",
            "prefecture",
            2020,
            "work_report",
        ),
        ("义乌市2015年政府工作要点\n一、总体要求。\n1.加快发展。", "330782", "county", 2015, "work_points"),
        (
            "永康市人民政府办公室关于印发2016年重点工作责任分解的通知\n1.抓项目。\n牵头单位：市发改局",
            "330784",
            "county",
            2016,
            "task_breakdown",
        ),
        ("2021年大田乡政府工作报告\n各位代表：\n现在，我代表乡人民政府报告工作。", None, None, 2021, "work_report"),
    ],
)
def test_place_year_and_type(page: str, code: str | None, level: str | None, year: int, doc_type: str) -> None:
    found = described(page)
    assert (found.region.code if found.region else None) == code
    assert (found.region.level if found.region else None) == level
    assert (found.year, found.doc_type) == (year, doc_type)


def test_an_ambiguous_name_is_told_apart_by_its_listing_label_which_is_evidence_too() -> None:
    page = (
        "• 【武义县招商】2021年大田乡政府工作报告\n\n正文一。\n\n2025-07-08\n\n"
        "• 【金华招商】2021年金华市政府工作报告\n\n正文二。\n"
    )
    found = described(page)
    assert found.region is not None
    assert found.region.code == "330723200"
    quotes = [item.quote for item in found.evidence if item.field == "region_code"]
    assert quotes == ["大田乡", "武义县"]


@pytest.mark.parametrize(
    ("signature", "issuer", "date"),
    [
        ("浦江县人民政府办公室\n2020年3月5日", "浦江县人民政府办公室", "2020-03-05"),
        ("嘉兴市人民政府\n二○一二年二月三日", "嘉兴市人民政府", "2012-02-03"),
        ("金华市人民政府\n二〇一九年十二月三十一日", "金华市人民政府", "2019-12-31"),
        ("某单位\n本日", None, None),
    ],
)
def test_signature(signature: str, issuer: str | None, date: str | None) -> None:
    found = described(f"2012年工作要点\n一、加快发展。\n抓好落实，确保完成。\n{signature}")
    assert (found.issuer, found.date_issued) == (issuer, date)


def test_what_is_not_known_is_null() -> None:
    found = described("今天天气很好，大家都去公园散步。\n孩子们玩得很开心。")
    assert (found.region, found.year, found.issuer, found.doc_number, found.date_issued) == (None,) * 5


def test_every_value_has_evidence_that_quotes_its_place() -> None:
    page = (
        "2019年永康市政府工作报告\n（2019年2月27日在永康市第十七届人民代表大会第三次会议上）\n"
        "永康市人民政府市长朱志杰\n各位代表：\n现在，我代表市人民政府报告工作。"
    )
    found = described(page)
    assert (found.year, found.date_issued, found.issuer) == (2019, "2019-02-27", "永康市人民政府")
    assert {item.field for item in found.evidence} == {
        "title", "doc_type", "region_code", "year", "issuer", "date_issued",
    }  # fmt: skip
    assert all(page[item.source_start : item.source_end] == item.quote for item in found.evidence)
