"""The guidelines hold to the scheme, and their examples to the corpus: nothing that an annotator reads is made up."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

import pytest
from cases import ROOT
from guideline_text import ELLIPSIS, LIST, Example, attributes_of, examples, spans_of, tables, unmarked
from hypothesis import given
from hypothesis import strategies as st

from govwork_build.annotation.quantities import parse_quantity
from govwork_build.annotation.records import Span
from govwork_build.annotation.scheme import scheme
from govwork_build.build_paths import Paths
from govwork_build.catalogue import load_catalogue
from govwork_build.regions import load_regions
from govwork_build.release import load_splits

PATHS = Paths(ROOT)
GUIDELINES = (ROOT / "annotations" / "guidelines.md").read_text("utf-8")
EXAMPLES = examples(GUIDELINES)
TABLES = tables(GUIDELINES)
RIGHT = [example for example in EXAMPLES if example.right]
RIGHTS_OF = {row.doc_id: row.rights for source in load_catalogue(PATHS.catalogue).sources for row in source.documents}
REGIONS = load_regions(PATHS.regions)
EDGES = " \u3000，。；、：！"
SCALES = {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "万亿": 10**12}
TIME = re.compile(r"\d{4}(-\d\d(-\d\d)?)?(/\d{4}(-\d\d(-\d\d)?)?)?")
each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.number}")


def document(example: Example) -> str:
    return (ROOT / "corpus" / "documents" / f"{example.doc_id}.txt").read_text("utf-8")


def marked_texts(example: Example) -> list[str]:
    """The marked texts of an example that are right."""
    corrected = [example.lines["对"]] if not example.right and unmarked(example.lines["对"]) == example.text else []
    return [example.marked] if example.right else corrected


def overlaps(spans: list[Span]) -> list[tuple[Span, Span]]:
    """Pairs that overlap though the scheme does not let the first hold the second."""
    return [
        (outer, inner)
        for i, outer in enumerate(spans)
        for inner in spans[i + 1 :]
        if inner.start < outer.end
        and (
            inner.end > outer.end
            or (inner.start, inner.end) == (outer.start, outer.end)
            or inner.label not in scheme().holds.get(outer.label, ())
        )
    ]


def problem_of(span: Span, attributes: dict[str, str]) -> str | None:
    """What of a span's attributes is not the scheme's."""
    known = scheme().labels[span.label].attributes
    for name, value in attributes.items():
        if name not in known:
            return f"{span.label} has no {name}"
        if known[name].values and value not in known[name].values:
            return f"{name} has no value {value}"
        if known[name].type == "decimal" and str(Decimal(value)) != value:
            return f"{name} {value} is no plain decimal"
        if known[name].type == "time" and not TIME.fullmatch(value):
            return f"{name} {value} is no time"
    return None


def test_the_version_is_the_schemes() -> None:
    assert GUIDELINES.startswith(
        f"# Annotation guidelines, version {scheme().version} · 标注指南 {scheme().version} 版\n"
    )


@pytest.mark.parametrize(
    ("table", "kinds"),
    [
        ("标签 中文", [(each.name, each.zh, each.key) for each in scheme().labels.values()]),
        ("类型 中文", [(each.name, each.zh, each.key) for each in scheme().kinds.values()]),
        ("标记 中文", [(each.name, each.zh, each.key) for each in scheme().flags.values()]),
    ],
)
def test_labels_kinds_and_flags_are_the_schemes(table: str, kinds: list[tuple[str, str, str]]) -> None:
    assert [tuple(row.values())[:3] for row in TABLES[table]] == kinds


def test_the_kinds_with_topics_are_the_schemes() -> None:
    topics = {row["类型"]: row["主题"] for row in TABLES["类型 中文"]}
    assert topics == {name: "有" if kind.topics else "无" for name, kind in scheme().kinds.items()}


def test_topics_are_the_schemes_with_their_letters() -> None:
    letters = [chr(ord("A") + number) for number in range(len(scheme().topics))]
    rows = [(row["字母"], row["主题"]) for row in TABLES["字母 主题"]]
    assert rows == list(zip(letters, scheme().topics, strict=True))


def test_relations_are_the_schemes() -> None:
    rows = [(row["关系"], row["中文"], row["从"], row["到"]) for row in TABLES["关系 中文"]]
    assert rows == [
        (each.name, each.zh, "、".join(each.head), "、".join(each.tail)) for each in scheme().relations.values()
    ]


def test_attributes_and_their_values_are_the_schemes() -> None:
    rows = [(row["标签"], row["属性"], row["中文"], row["值"]) for row in TABLES["标签 属性"]]
    assert rows == [
        (label.name, each.name, each.zh, each.type or LIST.join(f"{value} {zh}" for value, zh in each.values.items()))
        for label in scheme().labels.values()
        for each in label.attributes.values()
    ]


def test_examples_are_many_and_each_has_its_number() -> None:
    """An example keeps its number: later ones, wherever they stand, are numbered on after the older ones."""
    numbers = [example.number for example in EXAMPLES]
    assert sorted(numbers) == list(range(1, len(EXAMPLES) + 1))
    old = [number for number in numbers if number <= 96]
    assert old == sorted(old)
    assert len(EXAMPLES) >= 60
    assert sum(not example.right for example in EXAMPLES) >= 20
    mentioned = {int(number) for number in re.findall(r"(?<!判)例 (\d+)", GUIDELINES)}
    assert mentioned <= {example.number for example in EXAMPLES}


@pytest.mark.parametrize(
    ("shown", "known"),
    [
        ({span.label for each in RIGHT for span in each.spans}, set(scheme().labels)),
        ({kind for each in RIGHT for kind in each.listed("类型")}, set(scheme().kinds)),
        ({flag for each in RIGHT for flag in each.listed("标记")}, set(scheme().flags)),
        ({relation.name for each in RIGHT for relation in each.relations}, set(scheme().relations)),
        (
            {
                (name.rstrip("0123456789"), key)
                for each in RIGHT
                for name, keys in each.attributes.items()
                for key in keys
            },
            set(scheme().controls.values()),
        ),
    ],
    ids=["labels", "kinds", "flags", "relations", "attributes"],
)
def test_everything_in_the_scheme_has_a_right_example(shown: set[object], known: set[object]) -> None:
    assert shown == known


def test_the_grammar_of_quantities_reads_every_comparator() -> None:
    listed = re.search("只有这些：前面的 (.+?)；后面的 (.+?)。", GUIDELINES)
    assert listed
    before = [f"{word}5家" for word in listed[1].split("、")]
    after = [f"5{word}家" if word in ("多", "余") else f"5家{word}" for word in listed[2].split("、")]
    read = {surface: parse_quantity(surface) for surface in before + after}
    assert [surface for surface, quantity in read.items() if quantity is None or quantity.cmp == "eq"] == []


@each_example
def test_an_example_is_quoted_from_an_official_document(example: Example) -> None:
    """Without its marks each piece stands in the document, in order; a block begins with its first."""
    assert RIGHTS_OF[example.doc_id] == "official"
    pattern = ".*".join(re.escape(piece) for piece in example.text.split(ELLIPSIS))
    start = "^" if "类型" in example.lines else ""
    assert re.search(start + pattern, document(example), re.MULTILINE), example.text


def test_of_test_documents_only_what_no_other_shows() -> None:
    split_of = load_splits(PATHS.splits)
    used = [example for example in EXAMPLES if split_of[example.doc_id] == "test"]
    assert all("stretch_of" in {relation.name for relation in example.relations} for example in used)
    assert len(used) <= 1


@each_example
def test_right_spans_are_possible(example: Example) -> None:
    for marked in marked_texts(example):
        spans, text = spans_of(marked), unmarked(marked)
        surfaces = [text[span.start : span.end] for span in spans]
        assert {span.label for span in spans} <= set(scheme().labels)
        assert not overlaps(spans)
        assert all(surface and surface[0] not in EDGES and surface[-1] not in EDGES for surface in surfaces)
        assert len({span.id for span in spans}) == len(spans)


@each_example
def test_relations_join_spans_of_the_example_as_the_scheme_allows(example: Example) -> None:
    label_of = {span.id: span.label for span in example.spans}
    assert len(set(example.relations)) == len(example.relations)
    for head, name, tail in example.relations:
        known = scheme().relations[name]
        assert head != tail
        assert label_of[head] in known.head
        assert label_of[tail] in known.tail


@each_example
def test_attributes_are_the_schemes(example: Example) -> None:
    span_of = {span.id: span for span in example.spans}
    for name, attributes in example.attributes.items():
        assert problem_of(span_of[name], attributes) is None


@each_example
def test_bounds_are_the_printed_figure_without_its_scale(example: Example) -> None:
    """Of figures in Arabic numerals each bound is a printed one times the scale, and the comparator says which."""
    span_of = {span.id: span for span in example.spans}
    for name, row in example.attributes.items():
        if "cmp" not in row or row["cmp"] == "rank" or not {"lo", "hi"} & row.keys():
            continue
        surface = example.text[span_of[name].start : span_of[name].end]
        printed = [Decimal(figure) * SCALES.get(row.get("scale", ""), 1) for figure in re.findall(r"[\d.]+", surface)]
        bounds = [Decimal(row[bound]) for bound in ("lo", "hi") if bound in row]
        assert sorted(set(bounds)) == sorted(set(printed)), surface
        assert row.get("scale", "") in surface
        sides = {"ge": {"lo"}, "gt": {"lo"}, "le": {"hi"}, "lt": {"hi"}}
        assert {"lo", "hi"} & row.keys() == sides.get(row["cmp"], {"lo", "hi"})


@pytest.mark.parametrize("example", RIGHT, ids=lambda example: f"{example.number}")
def test_status_goes_with_its_relation(example: Example) -> None:
    """Who has a relation `baseline_of` is a baseline, who has `stretch_of` a stretch, and nobody else is."""
    for relation, status in (("baseline_of", "baseline"), ("stretch_of", "stretch")):
        heads = {each.head for each in example.relations if each.name == relation}
        assert heads >= {name for name, row in example.attributes.items() if row.get("status") == status}
        assert all(example.attributes.get(head, {}).get("status", status) == status for head in heads)


@each_example
def test_codes_are_of_regions_with_that_name(example: Example) -> None:
    whole = {"全市", "全省", "全村", "我市", "金华市区"}
    for span in example.spans:
        surface = example.text[span.start : span.end]
        if code := example.attributes.get(span.id, {}).get("code"):
            assert surface in whole or REGIONS.get(code).name.startswith(surface)


@each_example
def test_kinds_topics_and_flags_are_the_schemes(example: Example) -> None:
    kinds, topics, flags = (example.listed(name) for name in ("类型", "主题", "标记"))
    assert set(kinds) <= set(scheme().kinds)
    assert set(topics) <= set(scheme().topics)
    assert set(flags) <= set(scheme().flags)
    if example.right and topics:
        assert len(topics) <= scheme().most_topics
        assert scheme().kinds[kinds[0]].topics


@pytest.mark.parametrize(
    "example", [each for each in EXAMPLES if not each.right], ids=lambda example: f"{example.number}"
)
def test_a_wrong_example_says_what_is_wrong_and_gives_another_answer(example: Example) -> None:
    assert example.lines["错"]
    right = example.lines["对"]
    if unmarked(right) == example.text:
        assert [str(span) for span in spans_of(right)] != [str(span) for span in example.spans]
    elif right.startswith("不按 "):
        assert example.listed("标记") == [right.removeprefix("不按 ")]
    elif "=" in right:
        for name, row in attributes_of(right.split(LIST)).items():
            span = next(span for span in example.spans if span.id == name)
            assert problem_of(span, row) is None
            assert not row.items() <= example.attributes[name].items()
    elif right in scheme().kinds:
        assert example.listed("类型") != [right]
    else:
        assert 1 <= len(topics := right.split(LIST)) <= scheme().most_topics
        assert set(topics) <= set(scheme().topics)
        assert topics != example.listed("主题")


@given(
    st.lists(st.tuples(st.text("甲乙丙12", max_size=3), st.sampled_from(["QTY", "ORG"]), st.text("甲（", max_size=2)))
)
def test_spans_are_where_their_brackets_stand(parts: list[tuple[str, str, str]]) -> None:
    """Brackets written round known stretches give back these stretches, and their text the text."""
    marked = "".join(f"{before}[{inside or '中'} {label}]" for before, label, inside in parts)
    spans, text = spans_of(marked), unmarked(marked)
    assert [text[span.start : span.end] for span in spans] == [inside or "中" for _, _, inside in parts]
    assert text == "".join(before + (inside or "中") for before, _, inside in parts)
    assert all(first.end <= second.start for first, second in pairwise(spans))


@pytest.mark.parametrize("marked", ["[[义乌 REG]市政府 ORG]", "[四月 TIME][八家 QTY]"])
def test_nesting_that_the_scheme_allows_is_found_so(marked: str) -> None:
    assert not overlaps(spans_of(marked))


@pytest.mark.parametrize("marked", ["[[义乌 REG] ORG]", "[[八家 QTY]以上企业 IND]", "[[市局 ORG]办 ORG]"])
def test_nesting_that_the_scheme_forbids_is_found(marked: str) -> None:
    assert overlaps(spans_of(marked))
