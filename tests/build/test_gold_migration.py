"""Gold outlives a change of the text: a line comes back as it was, or stands among the lost ones, whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cases import ROOT
from hypothesis import given
from hypothesis import strategies as st
from migration_cases import annotation, annotations_on, as_it_is, without
from migration_guarantees import (
    OTHER_VERSIONS,
    check_conservation,
    document,
    edges_outlive,
    never,
    version,
    version_pairs,
)
from typer.testing import CliRunner, Result

from govwork.layer import Edit, Layer
from govwork.trace import TracedText
from govwork_build.annotation.adjudication import Decision
from govwork_build.annotation.gold import Gold, GoldLayer, gold_lines, gold_row, holds_gold
from govwork_build.annotation.gold_migration import MigratedGold, migrate_gold
from govwork_build.annotation.migration import migrate
from govwork_build.annotation.quantities import fits
from govwork_build.annotation.records import Annotation, Relation, Span
from govwork_build.annotation.versions import CorpusVersion, DocumentTrace
from govwork_build.build import build
from govwork_build.build_paths import Paths
from govwork_build.cli import app
from govwork_build.corpus import block_rows, documents_of, sha256
from govwork_build.errors import CorpusError

GOLD = sorted((ROOT / "annotations" / "gold").glob("*.jsonl"))


def fit(surface: str, attributes: Any) -> bool:
    return fits(surface, attributes) is None


def layer_of(gold: Iterable[Gold]) -> GoldLayer:
    """A layer of these lines, as if read from a file."""
    rows = (json.loads(line) for line in gold_lines(gold).splitlines())
    return GoldLayer({row["block_id"]: (f"gold.jsonl:{number}", row) for number, row in enumerate(rows, start=1)})


def as_line(row: Any) -> str:
    """A lost line as it was."""
    return json.dumps({name: value for name, value in row.items() if name != "lost"}, ensure_ascii=False)


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.name)
def test_the_same_version_is_the_identity(path: Path) -> None:
    same = migrate_gold(GoldLayer.of_files([path]), as_it_is(), as_it_is(), fit)
    assert gold_lines(same.gold) == path.read_text("utf-8")
    assert same.lost == ()


@pytest.mark.parametrize("other", OTHER_VERSIONS)
@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.name)
def test_there_and_back_byte_for_byte(path: Path, other: str) -> None:
    """But for lines of which something was lost, which stand among the lost ones as they were, and spans whose own
    text was rewritten, which are told as such.
    """
    old, new = as_it_is(), OTHER_VERSIONS[other]()
    layer = GoldLayer.of_files([path])
    there = migrate_gold(layer, old, new, fit)
    check_conservation([fate.annotation for fate in there.migrated.fates], there.migrated)
    back = migrate_gold(layer_of(there.gold), new, old, fit)
    came_back = set(gold_lines(back.gold).splitlines())
    set_aside = {as_line(row): row["lost"] for row in there.lost}
    lines = path.read_text("utf-8").splitlines()
    assert set_aside.keys() <= set(lines)
    assert all(set_aside.values())
    missing = [line for line in lines if line not in came_back and line not in set_aside]
    names = {json.loads(line)["block_id"] for line in missing}
    changed = [
        fate
        for fate in there.migrated.spans
        if fate.outcome == "text changed" and fate.annotation.block.block_id in names
    ]
    assert {fate.annotation.block.block_id for fate in changed if not edges_outlive(fate, old, new)} == names
    # A little under what was seen. Without layout most paragraphs are one block with others.
    layout = other in ("without layout", "without everything but chrome")
    assert len(there.gold) >= (0.55 if layout else 0.85) * len(lines)
    assert len(missing) <= 0.005 * len(lines)


TEXT = "一、要求\n坚持稳中求进工作总基调统筹推进各项重点工作实现全年目标任务增长7%以上。"


def versions(*edits: tuple[int, int, str], text: str = TEXT) -> tuple[CorpusVersion, CorpusVersion]:
    """The text as it is, and with edits."""
    made = TracedText.of(text)
    edited = made.then(Layer.of("stage", text, [Edit("stage.rule", *edit) for edit in edits]))
    return version(document(made)), version(document(edited), "0.2.0")


def gold_on(
    old: CorpusVersion, number: int, spans: Sequence[Span], relations: Sequence[Relation] = (), **said: Any
) -> Gold:
    made = annotation(old, old.documents["d"], number, spans, relations)
    made = replace(made, annotator="annotator-3", comment=f"of block {number}", seconds=None, **said)
    return Gold(made, ("annotator-1", "annotator-2"), (Decision("topic", ("其他", "国防"), "其他"),))


def moved(gold: Sequence[Gold], old: CorpusVersion, new: CorpusVersion) -> MigratedGold:
    made = migrate_gold(layer_of(gold), old, new, never)
    check_conservation([fate.annotation for fate in made.migrated.fates], made.migrated)
    return made


def test_a_line_goes_on_as_it_was_said() -> None:
    """Its block and places are those of the new version, all else is as it was."""
    old, new = versions((0, 2, "第一章　总的"), (8, 8, "　"))
    was = gold_on(old, 1, [Span("s7", 0, 2, "CHG"), Span("s2", 2, 6, "IND")], [Relation("s7", "chg", "s2")])
    (line,) = moved([was], old, new).gold
    assert (line.of, line.decisions) == (was.of, was.decisions)
    row, row_was = gold_row(line), gold_row(was)
    block = new.documents["d"].blocks[1]
    assert row["text_sha256"] == sha256(block.text)
    assert (row["start"], row["corpus_version"]) == (block.start, "0.2.0")
    assert [(span["id"], span["start"], span["surface"]) for span in row["spans"]] == [
        ("s7", 0, "坚持"), ("s2", 2, "稳　中求进"),
    ]  # fmt: skip
    changed = {"spans", "text_sha256", "start", "corpus_version"}
    assert {name for name in row if row[name] != row_was[name]} <= changed


def test_a_line_whose_block_was_cut_up_is_lost_whole() -> None:
    old, new = versions((25, 25, "\n"))
    spans = [Span("s1", 0, 2, "CHG"), Span("s2", 31, 35, "QTY", {"lo": "7"})]
    was = gold_on(old, 1, spans, [Relation("s2", "chg", "s1")])
    made = moved([was], old, new)
    assert made.gold == ()
    (lost,) = made.lost
    assert as_line(lost) + "\n" == gold_lines([was])
    assert lost["lost"][0] == "the line: no block is substantially the same: it was cut up, merged or rewritten"
    assert lost["lost"][1] == "CHG 0:2 坚持: it stands in d:5 now, of which annotator-3 decided no spans"
    assert lost["lost"][3].startswith("s2 chg s1: its end ")


def test_spans_go_to_the_line_of_the_block_that_took_their_own_in() -> None:
    """The line they go to keeps its ids and all that was said of it."""
    old, new = versions((4, 5, ""))
    first, second = gold_on(old, 0, [Span("s1", 2, 4, "IND")]), gold_on(old, 1, [Span("s1", 0, 2, "CHG")])
    made = moved([first, second], old, new)
    (line,) = made.gold
    assert [(span.id, line.annotation.surface(span)) for span in line.annotation.spans] == [
        ("s1-2", "要求"),
        ("s1", "坚持"),
    ]
    assert line.annotation.comment == "of block 1"
    assert [as_line(row) + "\n" for row in made.lost] == [gold_lines([first])]
    alone = moved([first], old, new)
    assert (alone.gold, alone.migrated.annotations) == ((), ())
    assert "of which annotator-3 decided no spans" in alone.lost[0]["lost"][1]


@pytest.mark.parametrize("said", [{"annotator": "annotator-4"}, {"layer": "block"}])
def test_spans_go_to_no_line_where_they_were_not_decided(said: dict[str, Any]) -> None:
    """Of another adjudicator, or where spans were not asked for."""
    old, new = versions((4, 5, ""))
    first, second = gold_on(old, 0, [Span("s1", 2, 4, "IND")]), gold_on(old, 1, [])
    second = replace(second, annotation=replace(second.annotation, **said))
    made = moved([first, second], old, new)
    (line,) = made.gold
    assert line.annotation.spans == ()
    own = second.annotation
    assert (line.annotation.annotator, line.annotation.layer) == (own.annotator, own.layer)
    assert [as_line(row) + "\n" for row in made.lost] == [gold_lines([first])]


def test_of_two_lines_on_one_block_the_second_is_lost_whole() -> None:
    """Blocks without a word or a figure are told apart by nothing but their text."""
    old, new = versions((1, 4, ""), text="——\n——")
    first, second = gold_on(old, 0, []), gold_on(old, 1, [])
    made = moved([first, second], old, new)
    assert [line.annotation.comment for line in made.gold] == ["of block 0"]
    (lost,) = made.lost
    assert as_line(lost) + "\n" == gold_lines([second])
    assert lost["lost"] == ["the line: its block is d:0 now, as that of d:0 is"]


def test_an_attribute_that_need_not_hold_is_lost_and_the_rest_goes_on() -> None:
    old, new = versions((36, 37, "8"))
    was = gold_on(old, 1, [Span("q", 31, 35, "QTY", {"lo": "7", "cmp": "ge"})])
    made = moved([was], old, new)
    (line,), (lost,) = made.gold, made.lost
    assert [(span.attributes, line.annotation.surface(span)) for span in line.annotation.spans] == [({}, "8%以上")]
    assert lost["lost"] == ["QTY 31:35 7%以上: it is 8%以上 now, of which lo, cmp need not hold"]
    assert as_line(lost) + "\n" == gold_lines([was])


def test_a_line_whose_text_nobody_holds_is_lost_whole_and_its_version_named() -> None:
    old, new = versions((5, 7, "保持"))
    was = gold_on(old, 1, [Span("s1", 2, 6, "IND")])
    made = moved([was], CorpusVersion("0.0.9", {}), new)
    (lost,) = made.lost
    assert as_line(lost) + "\n" == gold_lines([was])
    assert "0.0.9, has no text of d; it was made on version 0.1.0: name a release" in lost["lost"][0]
    there = moved([was], CorpusVersion("0.0.9", {}), old)
    assert gold_lines(there.gold) == gold_lines([was]), "a block that is as it was needs no old text"


def test_a_line_that_is_not_of_its_text_is_refused() -> None:
    old, new = versions()
    row = gold_row(gold_on(old, 1, [Span("s1", 2, 6, "IND")]))
    cut = {name: value for name, value in row.items() if name != "topics"}
    other = row | {"spans": [row["spans"][0] | {"surface": "别的文本"}]}
    for line, said in (
        (other, "IND 2:6 is '稳中求进' now, was '别的文本'; take the line"),
        (cut, "is no whole record"),
    ):
        layer = GoldLayer({line["block_id"]: ("gold.jsonl:7", line)})
        with pytest.raises(CorpusError, match=rf"gold\.jsonl:7: {said}"):
            migrate_gold(layer, old, new, never)


@given(version_pairs(), st.data())
def test_any_change_leaves_every_line_whole_in_one_place_at_least(
    pair: tuple[DocumentTrace, DocumentTrace], data: st.DataObject
) -> None:
    old, new = version(pair[0]), version(pair[1], "0.2.0")
    gold: list[Gold] = []
    for number, block in enumerate(pair[0].blocks):
        cuts = sorted(data.draw(st.sets(st.integers(0, len(block.text)), max_size=6)))
        spans = [
            Span(f"s{i}", a, b, "QTY", {"unit": "元"})
            for i, (a, b) in enumerate(zip(cuts[::2], cuts[1::2], strict=False))
            if block.text[a:b] == block.text[a:b].strip()
        ]
        relations = [Relation(one.id, "of", other.id) for one, other in pairwise(spans)]
        if data.draw(st.booleans()):
            gold.append(gold_on(old, number, spans, relations))
    made = moved(gold, old, new)
    was = {each.annotation.block.block_id: each for each in gold}
    lost = {row["block_id"]: as_line(row) + "\n" for row in made.lost}
    assert all(lost[name] == gold_lines([was[name]]) for name in lost)
    assert len({each.annotation.block.block_id for each in made.gold}) == len(made.gold)
    lines = {each.annotation.comment: each.annotation for each in made.gold}
    for name in was.keys() - lost.keys():
        before = was[name].annotation
        after = lines[before.comment]
        assert {(span.id, span.label) for span in before.spans} <= {(span.id, span.label) for span in after.spans}
        assert set(before.relations) <= set(after.relations)
        assert (after.kind, after.topics, after.flags) == (before.kind, before.topics, before.flags)


def test_an_annotation_of_a_block_alone_stays_one() -> None:
    """In exports as in gold."""
    made = [replace(each, layer="block", spans=(), relations=()) for each in annotations_on(as_it_is(), 5, share=0.1)]
    migrated = migrate(made, as_it_is(), without("punctuation"), never)
    assert {each.layer for each in migrated.annotations} == {"block"}


# The files.


def run(project: Paths, *arguments: object) -> Result:
    return CliRunner().invoke(app, ["annotations", "migrate", *map(str, arguments), "--root", str(project.root)])


@pytest.fixture
def changed(project: Paths) -> tuple[Paths, Path]:
    """A project with a line of gold on each block of a released version, whose text changed in the next."""
    lines = []
    for row in (row for made in documents_of(project) for row in block_rows(made)):
        spans = [Span("s1", 0, len(row["text"].strip()), "PROJ")] if row["text"].strip() == row["text"] else []
        block = annotation(as_it_is(), next(iter(as_it_is().documents.values())), 0).block
        names = {name: row[name] for name in ("block_id", "doc_id", "start", "text")}
        block = replace(block, **names, text_sha256=sha256(row["text"]), corpus_version=project.version())
        made = Annotation(block, "annotator-3", "0.3", "task", ("其他",), (), "一\u2028二", tuple(spans), ())
        lines.append(Gold(made, ("annotator-1", "annotator-2"), ()))
    project.gold.mkdir(parents=True)
    (project.gold / "gold.jsonl").write_text(gold_lines(lines), "utf-8")
    released = build(project).release
    source = project.corpus / "sources" / "mini.txt"
    was = hashlib.sha256(source.read_bytes()).hexdigest()
    text = source.read_text("utf-8").replace("10億元", "20億元").replace("2.完成省下達(dá)目標(biāo)任務(wù)。\n", "")
    source.write_text(text, "utf-8")
    now = hashlib.sha256(source.read_bytes()).hexdigest()
    project.catalogue.write_text(project.catalogue.read_text("utf-8").replace(was, now), "utf-8")
    (project.corpus / "VERSION").write_text("0.0.2\n", "utf-8")
    return project, released


def test_a_file_of_gold_goes_to_the_next_version_in_its_place(changed: tuple[Paths, Path]) -> None:
    """What a build left out before it publishes after; what was lost lies beside, and is no part of the layer."""
    project, released = changed
    gold, beside = project.gold / "gold.jsonl", project.gold / "gold.lost.jsonl"
    left_out = build(project).left_out
    assert left_out is not None
    assert left_out.count >= 2
    number = len(gold.read_text("utf-8").split("\n")) - 1
    told = run(project, gold, "--from", released, "-o", gold)
    assert told.exit_code == 0, told.output
    assert "1 line of which something is lost" in told.output
    (lost,) = map(json.loads, beside.read_text("utf-8").split("\n")[:-1])
    assert lost["spans"][0]["surface"] == "2.完成省下达目标任务。"
    assert lost["comment"] == "一\u2028二"
    assert len(gold.read_text("utf-8").split("\n")) - 1 == number - 1
    assert build(project).left_out is None
    assert len(GoldLayer.read(project.gold).rows) == number - 1


def test_what_an_earlier_migration_lost_is_never_written_over(changed: tuple[Paths, Path]) -> None:
    project, released = changed
    output, beside = project.root / "moved.jsonl", project.root / "moved.lost.jsonl"
    beside.write_text("{}\n", "utf-8")
    refused = run(project, project.gold / "gold.jsonl", "--from", released, "-o", output)
    assert "decide on its lines and remove it" in str(refused.exception)
    assert beside.read_text("utf-8") == "{}\n"
    assert not output.exists()
    beside.unlink()
    for _ in range(2):
        assert run(project, project.gold / "gold.jsonl", "--from", released, "-o", output).exit_code == 0


def test_the_gold_of_this_corpus_goes_to_its_own_release_as_it_is(release: Path, tmp_path: Path) -> None:
    for path in GOLD:
        told = run(Paths(ROOT), path, "--from", release, "-o", tmp_path / path.name)
        assert told.exit_code == 0, told.output
        assert (tmp_path / path.name).read_text("utf-8") == path.read_text("utf-8")
    assert not list(tmp_path.glob("*.lost.jsonl"))


def test_gold_is_known_by_what_it_holds(tmp_path: Path) -> None:
    line = GOLD[0].read_text("utf-8").split("\n")[0]
    path = tmp_path / "file"
    for content, is_gold in (
        (f"{line}\n", True),
        (f"{{broken\n{line}\n", True),
        (f"[{line}]\n", False),
        ('[{"id": 1, "data": {}}]', False),
        ('{"data": {}}\n', False),
        ("", False),
    ):
        path.write_text(content, "utf-8")
        assert holds_gold(path) is is_gold, content[:40]
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(CorpusError, match="cannot be read as UTF-8 text"):
        holds_gold(path)
