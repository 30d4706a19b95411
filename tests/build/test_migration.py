"""Annotations outlive a change of the text: nothing is lost that its text did not lose, and all of that is told."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import replace
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cases import ROOT, load
from hypothesis import given
from hypothesis import strategies as st
from migration_cases import (
    annotation,
    annotations_on,
    as_it_is,
    exported,
    without,
)
from migration_guarantees import (
    OTHER_VERSIONS,
    TEXT,
    check_conservation,
    document,
    edges_outlive,
    key,
    never,
    place,
    traces,
    version,
    version_pairs,
)
from rich.console import Console

from govwork.layer import Edit, Layer
from govwork.trace import TracedText
from govwork_build.annotation.alignment import alignment, source_revision, standing
from govwork_build.annotation.fates import Migrated
from govwork_build.annotation.migration import migrate
from govwork_build.annotation.migration_report import counts, print_report, rows
from govwork_build.annotation.records import Annotation, Relation, Span
from govwork_build.annotation.versions import (
    CorpusVersion,
    DocumentTrace,
    between,
    corpus_of_release,
)
from govwork_build.errors import CorpusError

CASES: list[dict[str, Any]] = load("migration/cases.json")
BATCH = list(exported(ROOT / "annotations" / "batches" / "2026-11-first.json"))


def traced(source: str, edits: list[Any]) -> TracedText:
    return TracedText.of(source).then(Layer.of("stage", source, [Edit("stage.rule", *edit) for edit in edits]))


def keys(migrated: Migrated) -> list[tuple[str, int, int, str]]:
    """The spans of all annotations by their places; ids may be others where annotations came together."""
    return sorted(
        (each.block.block_id, span.start, span.end, span.label)
        for each in migrated.annotations
        for span in each.spans
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_case(case: dict[str, Any]) -> None:
    was = document(traced(case["source"], case["old"]))
    now = document(traced(case.get("new_source", case["source"]), case["new"]), "ab"["new_source" in case])
    block = was.blocks[case.get("block", 0)]
    spans = [
        Span(name, block.text.index(surface), block.text.index(surface) + len(surface), "IND")
        for name, surface in case["spans"]
    ]
    made = annotation(version(was), was, case.get("block", 0), spans)
    migrated = migrate([made], version(was), version(now), never)
    check_conservation([made], migrated)
    (fate,) = migrated.fates
    assert [[fate.outcome, *([fate.block.block_id[2:]] if fate.block else [])]] == case["blocks"]
    assert [
        [fate.outcome, *([fate.block.block_id[2:], fate.new_surface] if fate.block else [])]
        for fate in migrated.spans
    ] == case["fates"]


def in_place(annotations: list[Annotation], version: CorpusVersion) -> list[Annotation]:
    """The same, their blocks where they begin in this version; the batch was made before other lines came first."""
    starts = {block.block_id: block.start for made in version.documents.values() for block in made.blocks}
    return [
        replace(each, block=replace(each.block, start=starts[each.block.block_id], corpus_version=version.version))
        for each in annotations
    ]


@pytest.mark.parametrize("which", ["batch", "words"])
def test_the_same_version_is_the_identity(which: str) -> None:
    annotations = in_place(BATCH, as_it_is()) if which == "batch" else annotations_on(as_it_is(), 1)
    migrated = migrate(annotations, as_it_is(), as_it_is(), never)
    assert list(migrated.annotations) == annotations
    for fates in (migrated.fates, migrated.spans, migrated.relations):
        assert {fate.outcome for fate in fates} == {"kept"}


@pytest.mark.parametrize("other", OTHER_VERSIONS)
@pytest.mark.parametrize("which", ["batch", "words"])
def test_there_and_back(other: str, which: str) -> None:
    old, new = as_it_is(), OTHER_VERSIONS[other]()
    annotations = BATCH if which == "batch" else annotations_on(old, 2)
    there = migrate(annotations, old, new, never)
    check_conservation(annotations, there)
    back = migrate(there.annotations, new, old, never)
    check_conservation(list(there.annotations), back)
    alive = [fate for fate in there.spans if fate.outcome != "lost"]
    missing = Counter(map(key, alive)) - Counter(keys(back))
    for fate in alive:
        if key(fate) in missing:
            assert fate.outcome == "text changed"
            assert not edges_outlive(fate, old, new)
    assert sum(missing.values()) <= 0.001 * len(alive)
    kinds = {each.block.block_id: (each.kind, each.topics, each.flags) for each in back.annotations}
    for block in there.fates:
        if block.outcome != "lost":
            was = block.annotation
            assert kinds[was.block.block_id] in ((was.kind, was.topics, was.flags), ("", (), ()))


@pytest.mark.parametrize("other", OTHER_VERSIONS)
def test_a_text_that_only_its_layout_or_source_moved_keeps_nearly_all(other: str) -> None:
    """Floors a little under what was seen; a change of the text that a rule is for is no loss."""
    old, new = as_it_is(), OTHER_VERSIONS[other]()
    found = counts(migrate(annotations_on(old, 2), old, new, never))["span"]
    assert found["lost"] <= 0.0025 * sum(found.values())
    assert sum(found.values()) > 20_000


@pytest.mark.parametrize(("middle", "last"), [("layout", "punctuation"), ("notes and script", "layout")])
def test_two_steps_lead_where_one_does(middle: str, last: str) -> None:
    first, second, third = as_it_is(), without(middle), without(last)
    annotations = annotations_on(first, 3)
    one = migrate(annotations, first, second, never)
    two = migrate(one.annotations, second, third, never)
    further = {fate.key: fate for fate in two.spans}
    compared = 0
    for fate, direct in zip(one.spans, migrate(annotations, first, third, never).spans, strict=True):
        if fate.outcome not in ("kept", "moved") or fate.block is None or fate.now is None:
            continue
        beyond = further[fate.annotation.annotator, fate.block.block_id, fate.now.id]
        if beyond.outcome in ("kept", "moved"):
            assert direct.outcome in ("kept", "moved")
            assert direct.now is not None
            assert beyond.now is not None
            assert (direct.block, place(direct.now)) == (beyond.block, place(beyond.now))
            compared += 1
    assert compared > 10_000


@given(version_pairs())
def test_the_alignment_makes_the_new_text_and_its_way_back_the_old(pair: tuple[DocumentTrace, DocumentTrace]) -> None:
    old, new = pair
    there, back = between(old, new), between(new, old)
    assert there.apply(old.traced.text) == new.traced.text
    assert back.apply(new.traced.text) == old.traced.text
    at = standing(there, len(old.traced.text))
    home = standing(back, len(new.traced.text))
    kept = np.flatnonzero(at >= 0)
    assert (np.diff(at[kept]) > 0).all()
    assert home[at[kept]].tolist() == kept.tolist()


@given(version_pairs(), st.data())
def test_any_change_conserves_and_comes_back(pair: tuple[DocumentTrace, DocumentTrace], data: st.DataObject) -> None:
    old, new = map(version, pair)
    annotations: list[Annotation] = []
    for number, block in enumerate(pair[0].blocks):
        cuts = sorted(data.draw(st.sets(st.integers(0, len(block.text)), max_size=6)))
        spans = [
            Span(f"s{i}", a, b, "IND")
            for i, (a, b) in enumerate(zip(cuts[::2], cuts[1::2], strict=False))
            if block.text[a:b] == block.text[a:b].strip()
        ]
        relations = [Relation(one.id, "of", other.id) for one, other in pairwise(spans)]
        annotations.append(annotation(old, pair[0], number, spans, relations))
    there = migrate(annotations, old, new, never)
    check_conservation(annotations, there)
    back = migrate(there.annotations, new, old, never)
    check_conservation(list(there.annotations), back)
    missing = Counter(key(fate) for fate in there.spans if fate.outcome != "lost") - Counter(keys(back))
    for fate in there.spans:
        if fate.outcome != "lost" and key(fate) in missing:
            assert not edges_outlive(fate, old, new)
    list(map(json.dumps, rows(there)))


@st.composite
def three_versions(draw: st.DrawFn) -> list[TracedText]:
    """Of one source, in which no character stands twice and none that a rule puts in."""
    source = "abcdefghijklmnopqrst"[: draw(st.integers(0, 20))]
    return [draw(traces(source, st.text(alphabet="，5\n", max_size=6))) for _ in range(3)]


@given(three_versions())
def test_characters_of_the_source_go_in_two_steps_where_they_go_in_one(versions: list[TracedText]) -> None:
    """What rules put in twice over can lie in more than one way; what the source wrote cannot."""
    first, second, third = versions
    one = standing(alignment(first, second), len(first.text))
    two = standing(alignment(second, third), len(second.text))
    direct = standing(alignment(first, third), len(first.text))
    for at, character in enumerate(first.text):
        of_source = character.isascii() and character.isalpha() and one[at] >= 0 and two[one[at]] >= 0
        if of_source and character == second.text[one[at]] == third.text[two[one[at]]]:
            assert direct[at] == two[one[at]]


@given(TEXT, TEXT)
def test_a_revision_leads_to_the_new_source_and_back(old: str, new: str) -> None:
    there, back = source_revision(old, new), source_revision(new, old)
    assert there.apply(old) == new
    assert there.inverse.apply(new) == old
    assert standing(there, len(old)).tolist() == standing(back.inverse, len(old)).tolist()
    assert len(source_revision(old, old)) == 0


def test_a_revision_of_a_large_source_touches_what_was_mended() -> None:
    lines = [f"{number}、第{number}项工作，完成投资{number * 7}万元。" for number in range(9000)]
    old = "\n".join(lines)
    assert len(old) > 200_000
    lines[5], lines[4000], lines[8000] = lines[5] + "附注", lines[4000].replace("投资", "产值"), ""
    revision = source_revision(old, "\r\n".join(lines))
    assert revision.apply(old) == "\r\n".join(lines)
    touched = [edit for edit in revision if set(edit.replacement) - set("\r\n")]
    assert [edit.replacement.strip() for edit in touched] == ["附注", "产值"]


def test_an_alignment_refuses_a_revision_of_another_source() -> None:
    with pytest.raises(ValueError, match="does not lead from the one source to the other"):
        alignment(TracedText.of("甲"), TracedText.of("乙"))


def test_what_both_versions_made_alike_is_not_compared_again() -> None:
    """The two part after the repair; which of its like words then went, the trace tells and no comparison could."""
    repaired = traced("甲?%&乙", [(1, 4, "发展发展发展")])
    shorter = repaired.then(Layer.of("later", repaired.text, [Edit("later.rule", 1, 3, "")]))
    assert standing(alignment(repaired, shorter), 8).tolist() == [0, -1, -1, 1, 2, 3, 4, 5]


def test_another_slice_of_the_same_file_is_known_by_its_place() -> None:
    text = "的的的的的的"
    old = replace(document(TracedText.of(text[:4])), source_start=0)
    new = replace(document(TracedText.of(text[1:])), source_start=1)
    layer = between(old, new)
    assert standing(layer, 4).tolist() == [-1, 0, 1, 2]


def test_attributes_go_with_a_changed_text_unless_they_fit() -> None:
    old, new = (
        document(traced("增长７％，2011年", [])),
        document(traced("增长７％，2011年", [(2, 3, "7"), (9, 9, "底")])),
    )
    spans = [
        Span("q", 2, 4, "QTY", {"lo": "7", "cmp": "eq"}),
        Span("t", 5, 10, "TIME", {"value": "2011"}),
        Span("o", 0, 2, "ORG", {"role": "lead"}),
    ]
    made = annotation(version(old), old, 0, spans)
    seen: list[tuple[str, dict[str, str]]] = []

    def fit(surface: str, attributes: Any) -> bool:
        seen.append((surface, dict(attributes)))
        return answer

    for answer, kept in ((True, {"lo": "7", "cmp": "eq"}), (False, {})):
        migrated = migrate([made], version(old), version(new), fit)
        quantity, time, body = migrated.spans
        assert quantity.now is not None
        assert quantity.now.attributes == kept
        assert quantity.dropped == (() if answer else ("lo", "cmp"))
        assert time.now is not None
        assert (time.outcome, time.now.attributes, time.dropped) == ("text changed", {}, ("value",))
        assert (body.outcome, body.now) == ("kept", spans[2])
    assert seen == [("7％", {"lo": "7", "cmp": "eq"})] * 2


def test_annotations_that_come_together_become_one() -> None:
    source = "一、要求\n坚持稳中求进工作总基调统筹推进各项重点工作实现全年目标任务增长7%以上。"
    old, new = document(traced(source, [])), document(traced(source, [(4, 5, "")]))
    parts = [
        annotation(version(old), old, 0, [Span("s1", 2, 4, "IND")]),
        annotation(
            version(old),
            old,
            1,
            [Span("s1", 0, 2, "CHG"), Span("s2", 2, 6, "IND")],
            [Relation("s1", "of", "s2")],
        ),
        replace(annotation(version(old), old, 0), annotator="annotator-2"),
    ]
    migrated = migrate(parts, version(old), version(new), never)
    check_conservation(parts, migrated)
    (one,) = migrated.annotations
    assert one.block.text == source.replace("\n", "")
    assert [(span.id, one.surface(span)) for span in one.spans] == [
        ("s1-2", "要求"),
        ("s1", "坚持"),
        ("s2", "稳中求进"),
    ], "the block is substantially that of the second, whose ids stay"
    assert one.relations == (Relation("s1", "of", "s2"),)
    assert (one.kind, one.seconds) == ("task", 25.0)
    assert [fate.outcome for fate in migrated.fates] == ["lost", "text changed", "lost"]


def test_an_annotation_made_twice_is_refused() -> None:
    with pytest.raises(CorpusError, match="annotator-1 annotated it 2 times; keep one"):
        migrate([BATCH[0], BATCH[0]], as_it_is(), as_it_is(), never)


def test_a_text_that_is_not_at_hand_is_told() -> None:
    nothing = CorpusVersion("0.0.9", {})
    there = migrate(BATCH, nothing, as_it_is(), never)
    assert list(there.annotations) == in_place(BATCH, as_it_is()), "a block that is as it was needs no old text"
    changed = migrate(BATCH, nothing, without("punctuation"), never)
    check_conservation(BATCH, changed)
    lost = [fate for fate in changed.fates if fate.outcome == "lost"]
    assert len(lost) == 18
    assert all("0.0.9, has no text of " in fate.reason for fate in lost)
    assert all("made on version 0.1.0: name a release" in fate.reason for fate in lost)
    withdrawn = migrate(BATCH, as_it_is(), nothing, never)
    assert {fate.outcome for fate in withdrawn.spans} == {"lost"}
    assert all("version 0.0.9 has no text of" in fate.reason for fate in withdrawn.spans)


def test_the_release_and_the_corpus_are_one_version(release: Path) -> None:
    read = corpus_of_release(release)
    built = as_it_is()
    assert read.version == built.version
    assert {name: made.blocks for name, made in read.documents.items()} == {
        name: made.blocks for name, made in built.documents.items()
    }
    for name, made in read.documents.items():
        assert made.traced.source == built.documents[name].traced.source
        assert made.source_start == built.documents[name].source_start
    annotations = annotations_on(read, 4, share=0.2)
    from_release, from_corpus = (migrate(annotations, old, without("layout"), never) for old in (read, built))
    assert from_release == from_corpus


def altered(release: Path, folder: Path, text: str | None) -> Path:
    """A copy of a release in which one document has another text, or none."""
    shutil.copytree(release, folder)
    (path,) = (folder / "documents").glob("train-*.parquet")
    table = pq.read_table(path, partitioning=None)
    column = [text if name == "yuyuan-2019-work_report" else was for name, was in names_and_texts(table)]
    index = table.schema.get_field_index("text")
    pq.write_table(table.set_column(index, table.schema.field(index), pa.array(column, pa.string())), path)
    return folder


def names_and_texts(table: Any) -> list[tuple[str, str]]:
    return list(zip(table["doc_id"].to_pylist(), table["text"].to_pylist(), strict=True))


def test_a_text_that_a_release_does_not_publish_is_not_among_its_documents(release: Path, tmp_path: Path) -> None:
    read = corpus_of_release(altered(release, tmp_path / "release", None))
    assert as_it_is().documents.keys() - read.documents.keys() == {"yuyuan-2019-work_report"}
    migrated = migrate(BATCH, read, without("punctuation"), never)
    lost = {fate.annotation.block.doc_id for fate in migrated.spans if fate.outcome == "lost"}
    assert lost == {"yuyuan-2019-work_report"}


def test_a_text_that_is_not_its_edits_is_told(release: Path, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="yuyuan-2019-work_report: its edits are not those of its text"):
        corpus_of_release(altered(release, tmp_path / "release", "别的文本"))


def test_what_is_no_release_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"manifest\.json: cannot be read .* name the folder of a release"):
        corpus_of_release(tmp_path)
    manifest = tmp_path / "manifest.json"
    for content in ("{", "[]", '{"version": "1"}', '{"configs": {"documents": []}}'):
        manifest.write_text(content, "utf-8")
        with pytest.raises(CorpusError, match="is no manifest of a release"):
            corpus_of_release(tmp_path)
    splits = {"train": {"file": "no.parquet"}}
    manifest.write_text(
        json.dumps({"version": "1", "configs": dict.fromkeys(("documents", "blocks", "edits"), splits)}), "utf-8"
    )
    with pytest.raises(CorpusError, match=r"no\.parquet: cannot be read as the edits of a release"):
        corpus_of_release(tmp_path)
    (tmp_path / "no.parquet").write_bytes(b"PAR1")
    with pytest.raises(CorpusError, match=r"no\.parquet: cannot be read as the edits of a release"):
        corpus_of_release(tmp_path)


def test_the_report_tells_everything_that_is_not_as_it_was() -> None:
    old, new = as_it_is(), without("byteshift")
    migrated = migrate(annotations_on(old, 2), old, new, never)
    told = list(rows(migrated))
    list(map(json.dumps, told))
    found = counts(migrated)
    for thing, outcomes in found.items():
        for outcome in ("text changed", "lost"):
            rows_of = [row for row in told if (row["thing"], row["outcome"]) == (thing, outcome)]
            assert len(rows_of) == outcomes[outcome]
    lost = {(row["annotator"], row["block_id"]) for row in told if row["outcome"] == "lost"}
    whole = [row["annotation"] for row in told if "annotation" in row]
    assert {(each["annotator"], each["block"]["block_id"]) for each in whole} == lost
    assert len(whole) == len(lost)
    assert found["span"]["lost"] > 0
    for row in told:
        if row["thing"] == "span":
            assert row["surface"]
            assert bool(row["new_surface"]) == (row["outcome"] == "text changed")
    printed = StringIO()
    print_report(migrated, Console(file=printed, width=200, no_color=True))
    lines = printed.getvalue().splitlines()
    assert sum(line.startswith(("text changed ", "lost ")) for line in lines) == len(told)
