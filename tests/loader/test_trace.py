"""The heart's guarantees, on arbitrary text and arbitrary edits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govwork.codes import CodedText, from_codes, to_codes
from govwork.layer import Edit, Layer
from govwork.trace import TracedText

# Small alphabets make edits touch, repeat and collide; full Unicode (lone surrogates too) must survive.
TEXTS = st.text(alphabet="ab，。业\n", max_size=30) | st.text(
    alphabet=st.characters(codec=None, categories=None), max_size=30
)
RULES = st.sampled_from(["note", "script", "layout"])


@st.composite
def edits_on(draw: st.DrawFn, text: str) -> list[Edit]:
    """Sorted, disjoint edits: empty, touching and whole-text ones among them."""
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=12)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    return [
        Edit(draw(RULES), start, end, draw(TEXTS), draw(st.sampled_from(["", "seen", "x;y"]))) for start, end in pairs
    ]


@st.composite
def traces(draw: st.DrawFn) -> TracedText:
    traced = TracedText.of(draw(TEXTS))
    for stage in range(draw(st.integers(0, 4))):
        layer = Layer.of(f"stage{stage}", traced.text, draw(edits_on(traced.text)))
        traced = traced.then(layer)
    return traced


@st.composite
def layers(draw: st.DrawFn) -> tuple[str, Layer, list[Edit]]:
    text = draw(TEXTS)
    edits = draw(edits_on(text))
    return text, Layer.of("stage", text, edits), edits


def spelled_out(text: str, edits: list[Edit]) -> str:
    pieces, position = [], 0
    for edit in edits:
        pieces += [text[position : edit.start], edit.replacement]
        position = edit.end
    return "".join([*pieces, text[position:]])


@given(layers())
def test_apply_is_what_the_edits_say(case: tuple[str, Layer, list[Edit]]) -> None:
    text, layer, edits = case
    assert layer.apply(text) == spelled_out(text, edits)
    assert list(layer) == edits


@given(traces())
def test_revert_gives_back_the_source(traced: TracedText) -> None:
    assert traced.revert() == traced.source


@given(traces())
def test_published_rows_give_back_the_source(traced: TracedText) -> None:
    rebuilt = TracedText.from_rows(traced.text, [run._asdict() for run in traced.runs()])
    assert rebuilt.source == traced.source
    assert rebuilt.text == traced.text


@given(layers())
def test_inverse_of_inverse(case: tuple[str, Layer, list[Edit]]) -> None:
    text, layer, _ = case
    assert layer.inverse.inverse == layer
    assert layer.inverse.apply(layer.apply(text)) == text


def image(edits: list[Edit], at: int) -> tuple[int, int]:
    """Where one character of the text went, spelled out edit by edit."""
    shift = 0
    for edit in edits:
        if edit.start <= at < edit.end:
            if len(edit.replacement) == edit.end - edit.start:
                return at + shift, at + shift + 1
            return edit.start + shift, edit.start + shift + len(edit.replacement)
        if edit.end <= at:
            shift += len(edit.replacement) - (edit.end - edit.start)
    return at + shift, at + shift + 1


@given(layers(), st.data())
def test_projection_is_the_hull_of_the_characters(case: tuple[str, Layer, list[Edit]], data: st.DataObject) -> None:
    text, layer, edits = case
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    new_start, new_end = (int(a[0]) for a in layer.project(np.array([start]), np.array([end])))
    assert 0 <= new_start <= new_end <= len(layer.apply(text))
    if end > start:
        images = [image(edits, at) for at in range(start, end)]
        assert (new_start, new_end) == (images[0][0], max(images[0][0], images[-1][1]))
    else:
        assert new_start == new_end


@given(traces(), st.data())
def test_a_span_that_no_edit_enters_comes_back_exactly(traced: TracedText, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(traced.source)))
    end = data.draw(st.integers(start, len(traced.source)))
    new_start, new_end = traced.to_text([start], [end])
    old_start, old_end = traced.to_source(new_start.tolist(), new_end.tolist())
    if end > start and new_end[0] > new_start[0]:
        untouched = traced.text[new_start[0] : new_end[0]] == traced.source[start:end] and all(
            run.source_end <= start or run.source_start >= end for run in traced.runs()
        )
        if untouched:
            assert (old_start[0], old_end[0]) == (start, end)


@given(layers(), st.data())
def test_without_protects_spans(case: tuple[str, Layer, list[Edit]], data: st.DataObject) -> None:
    text, layer, edits = case
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    kept = layer.without(np.array([s for s, _ in spans], int), np.array([e for _, e in spans], int))
    assert list(kept) == [
        edit for edit in edits if not any(edit.start < end and start < edit.end for start, end in spans)
    ]


@given(layers(), layers())
def test_split_takes_two_texts_apart(
    first: tuple[str, Layer, list[Edit]], second: tuple[str, Layer, list[Edit]]
) -> None:
    (text_a, layer_a, edits_a), (text_b, layer_b, edits_b) = first, second
    shift = len(text_a) + 1
    moved = [edit._replace(start=edit.start + shift, end=edit.end + shift) for edit in edits_b]
    joined = Layer.of("stage", f"{text_a}|{text_b}", edits_a + moved)
    parts = joined.split(np.array([0, len(text_a) + 1]))
    assert parts == [layer_a, layer_b]
    assert [part.apply(text) for part, text in zip(parts, (text_a, text_b), strict=True)] == [
        layer_a.apply(text_a),
        layer_b.apply(text_b),
    ]


@given(layers())
def test_rewriting_is_applying_without_a_check(case: tuple[str, Layer, list[Edit]]) -> None:
    text, layer, _ = case
    made = layer.rewrite(CodedText(text))
    assert made == layer.apply(text)
    assert from_codes(made.codes) == made


@given(st.sets(st.integers(0, 4999), min_size=1, max_size=8))
def test_single_characters_are_replaced_far_apart_and_near(places: set[int]) -> None:
    text = "业𠮷" * 2500
    edits = [Edit("script", at, at + 1, "中") for at in sorted(places)]
    made = Layer.of("stage", text, edits).rewrite(CodedText(text))
    assert made == spelled_out(text, edits)
    assert from_codes(made.codes) == made


@given(layers(), layers())
def test_where_a_joined_text_begins_moves_with_the_edits_before_it(
    first: tuple[str, Layer, list[Edit]], second: tuple[str, Layer, list[Edit]]
) -> None:
    (text_a, layer_a, edits_a), (text_b, _, edits_b) = first, second
    begin = len(text_a) + 1
    moved = [edit._replace(start=edit.start + begin, end=edit.end + begin) for edit in edits_b]
    joined = Layer.of("stage", f"{text_a}|{text_b}", edits_a + moved)
    assert joined.moved(np.array([0, begin])).tolist() == [0, len(layer_a.apply(text_a)) + 1]


@given(layers())
def test_columns_make_the_layer_that_edits_make(case: tuple[str, Layer, list[Edit]]) -> None:
    text, layer, edits = case
    rules = ("unused", *layer.rules)
    made = Layer.of_spans(
        "stage",
        rules,
        np.array([rules.index(edit.rule) for edit in edits], dtype=np.int64),
        to_codes(text),
        layer.starts,
        layer.ends,
        layer.inserted,
        layer.inserted_lengths,
    )
    assert [edit._replace(evidence="") for edit in layer] == list(made)
    assert made.rules == layer.rules
    assert made.apply(text) == layer.apply(text)


def test_layer_refuses_another_text() -> None:
    layer = Layer.of("notes", "業(yè)", [Edit("note", 1, 5, "")])
    with pytest.raises(ValueError, match="not the one"):
        layer.apply("產(chǎn)")
    with pytest.raises(ValueError, match="too few"):
        layer.apply("業")


@pytest.mark.parametrize("edits", [[(3, 2)], [(0, 9)], [(2, 4), (3, 5)], [(4, 5), (1, 2)]])
def test_layer_refuses_disorder(edits: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="out of order or outside"):
        Layer.of("stage", "abcdef", [Edit("rule", start, end, "") for start, end in edits])
    starts, ends = np.array(edits).T
    nothing = np.zeros(len(edits), dtype=np.int64)
    with pytest.raises(ValueError, match="out of order or outside"):
        Layer.of_spans("stage", ("rule",), nothing, to_codes("abcdef"), starts, ends, "", nothing)


@pytest.mark.parametrize(("starts", "ends"), [([-1], [2]), ([2], [1]), ([0], [5]), ([0, 1], [1]), (0, 1)], ids=str)
def test_a_span_that_is_none_of_the_text_is_refused(starts: Any, ends: Any) -> None:
    traced = TracedText.of("政府工作")
    with pytest.raises(ValueError, match=r"starts and ends must be|lies not within the 4 characters"):
        traced.to_source(starts, ends)
    with pytest.raises(ValueError, match=r"starts and ends must be|lies not within the 4 characters"):
        traced.to_text(starts, ends)
