"""What a build makes of the gold layer."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from datasets import load_dataset

from govwork.features import NER_TAGS
from govwork_build.annotation.gold import Gold, GoldLayer, gold_lines
from govwork_build.annotation.gold_rows import rows_of
from govwork_build.annotation.inline import parse
from govwork_build.annotation.records import Annotation, Block, Relation
from govwork_build.build import build
from govwork_build.build_paths import Paths
from govwork_build.corpus import Row, block_rows, documents_of, sha256
from govwork_build.errors import CorpusError

TEXT = (
    "⟦2011年|TIME t value=2011⟧，⟦⟦金华市|REG r code=330700⟧政府|ORG o role=mention⟧"
    "⟦确保|MOD m⟧⟦新增|CHG c⟧⟦城镇就业|IND i⟧⟦6万人|QTY q1 lo=60000 hi=60000 unit=人 scale=万 cmp=eq status=target⟧，"
    "⟦力争|MOD n⟧⟦7万人|QTY q2 status=stretch⟧"
)
PLAIN = "2011年，金华市政府确保新增城镇就业6万人，力争7万人"
BLOCK: Row = {"block_id": "d:5", "doc_id": "d", "start": 5, "text": PLAIN}
TASK: Row = {"task_id": "d#1", "lead_units": [{"name": "市人力社保局"}], "support_units": []}


def block_names(block: Row) -> Row:
    return {name: block[name] for name in ("block_id", "doc_id", "start", "text")}


def gold_on(block: Row) -> Gold:
    annotation = Annotation(
        block=Block(
            block["block_id"], block["doc_id"], block["start"], "0.1.0", sha256(block["text"]), block["text"]
        ),
        annotator="annotator-3",
        guideline_version="0.3",
        kind="task",
        topics=("劳动、人事、监察",),
        flags=(),
        comment="",
        spans=(),
        relations=(),
    )
    return Gold(annotation, ("annotator-1", "annotator-2"), ())


def marked() -> Gold:
    relations = (
        Relation("q1", "of", "i"),
        Relation("q1", "chg", "c"),
        Relation("q1", "at", "t"),
        Relation("q1", "at", "r"),
        Relation("q2", "of", "i"),
        Relation("q2", "stretch_of", "q1"),
    )
    gold = gold_on(BLOCK)
    return replace(gold, annotation=replace(gold.annotation, spans=parse(TEXT, PLAIN), relations=relations))


def test_a_quantity_is_a_target_with_what_it_is_of_and_who_answers() -> None:
    first, second = rows_of(marked(), BLOCK, TASK)["targets"]
    assert (first["surface"], first["lo"], first["unit"], first["status"]) == ("6万人", "60000", "人", "target")
    assert (first["indicators"], first["changes"]) == (["城镇就业"], ["新增"])
    assert first["times"] == [{"surface": "2011年", "value": "2011"}]
    assert first["regions"] == [{"surface": "金华市", "code": "330700"}]
    assert (first["task_id"], first["lead_units"], first["support_units"]) == ("d#1", ["市人力社保局"], [])
    assert second["stretch_of"] == [first["target_id"]] == ["d:5#q1"]
    assert second["lo"] is None
    assert rows_of(marked(), BLOCK, None)["targets"][0]["lead_units"] == []


def test_tags_are_of_the_outermost_spans() -> None:
    (row,) = rows_of(marked(), BLOCK, None)["ner"]
    assert "".join(row["tokens"]) == PLAIN
    tags = [NER_TAGS[tag] for tag in row["ner_tags"]]
    assert tags[:6] == ["B-TIME", "I-TIME", "I-TIME", "I-TIME", "I-TIME", "O"]
    assert tags[6:11] == ["B-ORG", *["I-ORG"] * 4]


def test_a_span_tells_its_attributes() -> None:
    (row,) = rows_of(marked(), BLOCK, None)["entities"]
    (place,) = [span for span in row["spans"] if span["label"] == "REG"]
    assert (place["surface"], place["attributes"]["code"], place["attributes"]["lo"]) == ("金华市", "330700", None)


def blocks_of(project: Paths) -> list[Row]:
    return [row for document in documents_of(project) for row in block_rows(document)]


def kept(project: Paths, *gold: Gold) -> Path:
    project.gold.mkdir(parents=True)
    path = project.gold / "gold.jsonl"
    path.write_text(gold_lines(gold), "utf-8")
    return path


def test_a_release_holds_the_gold(project: Paths, tmp_path: Path) -> None:
    block = next(row for row in blocks_of(project) if row["kind"] == "task")
    kept(project, gold_on(block))
    built = build(project)
    assert built.left_out is None
    assert {config for config in built.manifest["configs"] if config in ("entities", "ner", "targets")} == {
        "entities",
        "ner",
    }
    (row,) = load_dataset(str(built.release), "entities", split="train", cache_dir=str(tmp_path)).to_list()
    assert (row["block_id"], row["block_kind"], row["annotators"]) == (
        block["block_id"],
        "task",
        ["annotator-1", "annotator-2"],
    )
    (tagged,) = load_dataset(str(built.release), "ner", split="train", cache_dir=str(tmp_path)).to_list()
    assert tagged["ner_tags"] == [NER_TAGS.index("O")] * len(block["text"])


def test_the_kind_of_a_block_is_that_of_gold(project: Paths, tmp_path: Path) -> None:
    """Gold of the layer `block` gives no rows of spans: that it has none says nothing."""
    block = next(row for row in blocks_of(project) if row["kind"] == "section_head")
    gold = gold_on(block)
    kept(project, replace(gold, annotation=replace(gold.annotation, layer="block")))
    built = build(project)
    assert not {"entities", "ner", "targets"} & built.manifest["configs"].keys()
    published = load_dataset(str(built.release), "blocks", split="train", cache_dir=str(tmp_path))
    name = published.features["kind"].int2str
    said = {row["block_id"]: (name(row["kind"]), row["kind_source"], row["topics"]) for row in published}
    assert said.pop(block["block_id"]) == ("task", "gold", ["劳动、人事、监察"])
    assert {(source, topics) for _, source, topics in said.values()} == {("rule", None)}


def test_gold_whose_text_has_changed_is_left_out_and_told(project: Paths) -> None:
    block = blocks_of(project)[0]
    kept(project, gold_on(block | {"text": block["text"] + "。"}), gold_on(BLOCK))
    left_out = build(project).left_out
    assert left_out is not None
    assert (left_out.count, left_out.total) == (2, 2)
    assert "has changed; move it" in left_out.reasons[0]
    assert "the corpus has no block d:5" in left_out.reasons[1]


def test_a_block_has_one_line_of_gold(project: Paths) -> None:
    kept(project, gold_on(BLOCK), gold_on(BLOCK))
    with pytest.raises(CorpusError, match=r"gold.jsonl:2: d:5 has a line at .*gold.jsonl:1 already; keep one"):
        GoldLayer.read(project.gold)


def test_a_line_that_is_no_record_is_told(project: Paths) -> None:
    path = kept(project, gold_on(BLOCK))
    whole = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({name: value for name, value in whole.items() if name != "spans"}), "utf-8")
    block = BLOCK | {"block_id": whole["block_id"]}
    assert "gold.jsonl:1: is no whole record (KeyError('spans'))" in str(GoldLayer.read(project.gold).of(block))
    path.write_text("{", "utf-8")
    with pytest.raises(CorpusError, match=r"gold\.jsonl:1: is no JSON"):
        build(project)
    path.write_text(json.dumps({"block_id": "x"}), "utf-8")
    with pytest.raises(CorpusError, match=r"gold\.jsonl:1: is no record of a block"):
        build(project)
