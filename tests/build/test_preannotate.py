"""Pre-annotation: what the rules mark, and that any block comes out within the scheme."""

from __future__ import annotations

from typing import Any

import pytest
from cases import ROOT, load
from hypothesis import given
from hypothesis import strategies as st

from govwork_build.annotation.preannotate import pre_annotate
from govwork_build.annotation.scheme import scheme
from govwork_build.regions import load_regions

REGIONS = load_regions(ROOT / "corpus" / "regions.csv")
CASES = load("annotations/preannotate.json")
PIECES = st.sampled_from(
    [
        "金华市",
        "金东区政府",
        "各县（市、区）政府",
        "市财政局",
        "、",
        "，",
        "（",
        "）",
        "《",
        "》",
        "“",
        "”",
        "工程",
        "乡村振兴战略",
        "实施",
        "新增",
        "增长",
        "力争",
        "6万人",
        "10亿元以上",
        "2018年",
        "明年6月前",
        "全市",
        "责任单位：",
        " ",
        "\n",
        "坦洪乡村",
        "企业",
        "分别",
    ]
)


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    spans = pre_annotate(case["text"], case["kind"], REGIONS, case["region"], case["year"])
    made = [[span.label, case["text"][span.start : span.end], dict(span.attributes)] for span in spans]
    assert made == case["spans"]


def test_the_documents_own_bodies_are_known_in_prose() -> None:
    text = "支持金华职业技术学院的新校区建设"
    (span,) = (
        one
        for one in pre_annotate(text, "task", REGIONS, "330700", units=("金华职业技术学院",))
        if one.label == "ORG"
    )
    assert text[span.start : span.end] == "金华职业技术学院"


@given(
    text=st.lists(PIECES, max_size=30).map("".join) | st.text(),
    kind=st.sampled_from(sorted(scheme().kinds)),
    region=st.sampled_from([None, "330700", "330723203", "110101"]),
)
def test_any_block_comes_out_within_the_scheme(text: str, kind: str, region: str | None) -> None:
    spans = pre_annotate(text, kind, REGIONS, region, 2018)
    assert [span.id for span in spans] == [f"p{number}" for number in range(1, len(spans) + 1)]
    assert list(spans) == sorted(spans, key=lambda span: (span.start, -span.end))
    for i, span in enumerate(spans):
        surface = text[span.start : span.end]
        assert surface
        assert surface == surface.strip()
        allowed = scheme().labels[span.label].attributes
        for name, value in span.attributes.items():
            assert value
            assert not allowed[name].values or value in allowed[name].values
        for inner in spans[i + 1 :]:
            if inner.start < span.end:
                assert inner.end <= span.end
                assert (inner.start, inner.end) != (span.start, span.end)
                assert inner.label in scheme().holds.get(span.label, frozenset())


@given(text=st.lists(PIECES, max_size=20).map("".join))
def test_the_same_block_gives_the_same_spans(text: str) -> None:
    assert pre_annotate(text, "task", REGIONS, "330700") == pre_annotate(text, "task", REGIONS, "330700")
