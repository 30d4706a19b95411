"""Exports of Label Studio: every check has a fixture that breaks exactly it, and the kept batches hold."""

from __future__ import annotations

import copy
import json
import re
from functools import cache, reduce
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from cases import DATA, ROOT, load

from govwork.features import ENTITY_LABELS, RELATION_LABELS
from govwork.kinds import BLOCK_KINDS
from govwork_build.annotation.checks import (
    CorpusTexts,
    annotations_made,
    check_export,
    check_task,
    examine,
    text_hashes,
)
from govwork_build.annotation.export_schema import SCHEMA, export_schema
from govwork_build.annotation.found import ANNOTATION_CHECKS
from govwork_build.annotation.gold import Gold
from govwork_build.annotation.gold_rows import entity_row
from govwork_build.annotation.label_config import label_config
from govwork_build.annotation.scheme import scheme
from govwork_build.build_paths import Paths
from govwork_build.catalogue import load_catalogue
from govwork_build.corpus import Row, block_rows, documents_of, sha256
from govwork_build.release import load_splits

FIXTURES = DATA / "annotations"
FORMATS = sorted((FIXTURES / "formats").iterdir())
BATCHES = sorted((ROOT / "annotations" / "batches").glob("*.json"))
VALID: list[Any] = load("annotations/valid.json")
BLOCKS: dict[str, Row] = {
    task["data"]["block_id"]: {name: task["data"][name] for name in ("block_id", "doc_id", "start", "text")}
    for task in VALID
}
CORPUS = CorpusTexts("0.1.0", text_hashes(BLOCKS.values()), frozenset())
PATHS = Paths(ROOT)


@cache
def of_corpus() -> CorpusTexts:
    """The texts of the corpus as it is built now."""
    hashes = text_hashes(row for document in documents_of(PATHS) for row in block_rows(document))
    return CorpusTexts(PATHS.version(), hashes, frozenset())


def checks_of(tasks: list[Any]) -> set[str]:
    """The ids of the checks that find something in an export whose corpus is that of valid.json."""
    made = annotations_made(tasks)
    return {check for task in tasks for check, _ in check_task(task, CORPUS, made)}


def published(content: bytes) -> list[Row]:
    """What is right of each annotation of an export, as rows of a release."""
    tasks = json.loads(content)
    made = annotations_made(tasks)
    return [
        entity_row(Gold(examined.sound, (examined.sound.annotator,), ()), block)
        for task in tasks
        if (block := BLOCKS.get(task["data"]["block_id"]))
        for examined in examine(task, CORPUS, made).annotations
        if examined.sound
    ]


def as_json(tasks: list[Any]) -> bytes:
    return json.dumps(tasks, ensure_ascii=False).encode()


def changed(changes: list[list[Any]]) -> list[Any]:
    """valid.json with values of its first annotation set: [id of a result, key, …, value], or ["+", a result].

    What a span quotes goes, as it would say the old text.
    """
    tasks = copy.deepcopy(VALID)
    results = tasks[0]["annotations"][0]["result"]
    by_id = {result["id"]: result for result in results if result["type"] in ("labels", "choices")}
    by_id |= {result["id"]: result for result in results if result["type"] == "labels"}
    for name, *_ in changes:
        if "labels" in by_id.get(name, {}).get("value", {}):
            by_id[name]["value"].pop("text", None)
    for name, *keys, value in changes:
        if name == "+":
            results.append(value)
        else:
            reduce(lambda part, key: part[key], keys[:-1], by_id[name])[keys[-1]] = value
    return tasks


def test_every_check_has_a_fixture() -> None:
    assert {path.stem for path in FIXTURES.glob("A*.json")} == set(ANNOTATION_CHECKS)


def test_the_valid_export_has_no_finding() -> None:
    assert checks_of(VALID) == set()


@pytest.mark.parametrize("check", sorted(set(ANNOTATION_CHECKS) - {"A101"}))
def test_fixture(check: str) -> None:
    assert checks_of(load(f"annotations/{check}.json")) == {check}


def test_fixture_of_the_shape() -> None:
    (finding,) = check_export(FIXTURES / "A101.json", CORPUS)
    assert (finding.check, finding.severity) == ("A101", "error")
    assert "at task 2, data: 'text_sha256' is a required property; export again" in finding.message


def without(tasks: list[Any], *place: Any) -> list[Any]:
    """The tasks without one value, the last key of `place` naming it."""
    del reduce(lambda part, key: part[key], place[:-1], tasks)[place[-1]]
    return tasks


MISFITS: dict[str, tuple[Any, str]] = {
    "one place": (without(copy.deepcopy(VALID), 0, "annotations"), "at task 1: 'annotations'"),
    "a task without id": (without(copy.deepcopy(VALID), 1, "id"), "at task no. 2: 'id'"),
    "two places": (
        without(without(copy.deepcopy(VALID), 1, "data", "text"), 0, "data", "start"),
        "at 2 places, the first of them task 1, data: 'start'",
    ),
    "a value of a span": (
        without(copy.deepcopy(VALID), 0, "annotations", 0, "result", 0, "value", "start"),
        "at task 1, annotation 1, result d1, value: 'start'",
    ),
    "an unknown result": (
        [VALID[0] | {"annotations": [VALID[0]["annotations"][0] | {"result": [{"type": "brush"}]}]}],
        "at task 1, annotation 1, result no. 1, type: 'brush' is not one of ['labels', ",
    ),
    "no list": ({"tasks": ["x" * 400]}, "at its top level: {'tasks': ['xxx"),
}


@pytest.mark.parametrize("why", MISFITS)
def test_a_misfit_is_told_by_its_place(why: str, tmp_path: Path) -> None:
    content, said = MISFITS[why]
    path = tmp_path / "export.json"
    path.write_text(json.dumps(content), "utf-8")
    (finding,) = check_export(path, CORPUS)
    assert f"does not fit the schema {said}" in finding.message
    assert len(finding.message) < 400


def test_a_misfit_that_holds_much_still_says_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text(json.dumps({"tasks": ["x" * 400]}), "utf-8")
    (finding,) = check_export(path, CORPUS)
    assert "is not of type 'array'" in finding.message


OTHER_FILES = {
    "of a table without annotations": (b'"block_id","text"\n"a:1","b"\n', "Label Studio's CSV format"),
    "of a table with tabs": (b"block_id\ttext\na:1\tb\n", "Label Studio's TSV format"),
    "of a table with a byte-order mark": (b"\xef\xbb\xbfblock_id,text\n", "Label Studio's CSV format"),
    "of JSON_MIN without annotations": (b'[{"block_id": "a:1", "text": "b", "id": 1}]', "JSON_MIN format"),
    "of nothing": (b"", "is empty; export again as JSON"),
    "of blanks": (b" \n\n", "is empty; export again as JSON"),
    "of half an export": (b'[{"id": 1, "data"', "is no JSON ("),
}


@pytest.mark.parametrize("why", OTHER_FILES)
def test_a_file_that_is_no_export_is_called_by_what_it_is(why: str, tmp_path: Path) -> None:
    content, said = OTHER_FILES[why]
    path = tmp_path / "export.json"
    path.write_bytes(content)
    (finding,) = check_export(path, CORPUS)
    assert finding.check == "A101"
    assert said in finding.message
    assert "export again as JSON" in finding.message


@pytest.mark.parametrize("variant", load("annotations/variants.json"), ids=lambda variant: variant["why"])
def test_variant(variant: dict[str, Any]) -> None:
    assert checks_of(changed(variant["set"])) == set(variant["checks"])


@pytest.mark.parametrize("path", FORMATS, ids=lambda path: path.stem)
def test_another_format_is_refused_by_name(path: Path) -> None:
    (finding,) = check_export(path, CORPUS)
    assert finding.check == "A101"
    assert f"Label Studio's {path.stem} format" in finding.message
    assert "export again as JSON" in finding.message


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"{}", b"[1]", b"a,b\n1,2\n", b'[{"text": "a"}]', b'{"annotator": 1}']
)
def test_no_export_at_all_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_bytes(content)
    (finding,) = check_export(path, CORPUS)
    assert finding.check == "A101"


def test_an_empty_export_is_one(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text("[]")
    assert list(check_export(path, CORPUS)) == []


def test_one_annotator_counts_once_a_block() -> None:
    tasks = copy.deepcopy(VALID)
    tasks[0]["annotations"].append(tasks[0]["annotations"][0] | {"id": 9})
    assert checks_of(tasks) == {"A109"}
    tasks[0]["annotations"][1]["completed_by"] = 2
    assert checks_of(tasks) == set()


def test_a_block_imported_twice_counts_twice() -> None:
    tasks = [*VALID, VALID[0] | {"id": 9}]
    assert checks_of(tasks) == {"A109"}


def test_annotators_may_be_objects_and_are_published_by_number() -> None:
    tasks = copy.deepcopy(VALID)
    tasks[0]["annotations"][0]["completed_by"] = {"id": 7, "email": "someone@example.org", "first_name": "Some"}
    rows = published(as_json(tasks))
    assert [row["adjudicator"] for row in rows] == ["annotator-7", "annotator-1"]
    assert "example.org" not in json.dumps(rows)


def test_what_is_published() -> None:
    first, second = published((FIXTURES / "valid.json").read_bytes())
    assert [(span["label"], span["surface"]) for span in first["spans"]][:4] == [
        ("DOC", "《2012年工作要点》"),
        ("ORG", "婺城区政府"),
        ("REG", "婺城区"),
        ("TIME", "2012年"),
    ]
    assert all(first["text"][span["start"] : span["end"]] == span["surface"] for span in first["spans"])
    assert {"head": "q3", "tail": "q4", "label": "baseline_of"} in first["relations"]
    assert (first["block_kind"], first["topics"]) == ("task", ["劳动、人事、监察"])
    assert (second["block_kind"], second["topics"], second["start"]) == ("lead_line", [], VALID[1]["data"]["start"])
    assert first["guideline_version"] == "0.1"


WHOLE = ("A102", "A103", "A109", "A113", "A116")


@pytest.mark.parametrize("check", WHOLE)
def test_where_all_is_in_doubt_the_annotation_is_left_out_and_nothing_else(check: str) -> None:
    (row,) = published((FIXTURES / f"{check}.json").read_bytes())
    assert row["block_id"] == VALID[1]["data"]["block_id"]


@pytest.mark.parametrize(
    ("check", "spans", "relations"),
    [
        # What each fixture breaks: a span, which its relations go with; both of two that overlap; a relation.
        ("A104", {"q6"}, 1),
        ("A105", {"p1"}, 1),
        ("A107", {"m1", "c1"}, 1),
        ("A108", set(), 1),
        ("A111", set(), 0),
        ("A112", set(), 0),
        ("A114", set(), 0),
        ("A115", set(), 0),
    ],
)
def test_a_part_that_is_wrong_is_put_aside_and_the_rest_goes_on(check: str, spans: set[str], relations: int) -> None:
    whole, _ = published(as_json(VALID))
    row, _ = published((FIXTURES / f"{check}.json").read_bytes())
    assert {span["id"] for span in whole["spans"]} - {span["id"] for span in row["spans"]} == spans
    assert len(whole["relations"]) - len(row["relations"]) == relations


def test_an_attribute_that_is_wrong_is_put_aside_alone() -> None:
    task, _ = load("annotations/A111.json")
    (examined,) = examine(task, CORPUS, annotations_made([task])).annotations
    assert examined.sound
    attributes = {span.id: dict(span.attributes) for span in examined.sound.spans}
    assert attributes["q1"] == {"unit": "人", "scale": "万", "cmp": "ge", "status": "target"}
    assert attributes["t1"] == {"value": "2012"}
    assert [each.check for each in examined.put_aside] == ["A111"]


def test_a_cancelled_annotation_is_left_out_alone() -> None:
    rows = published((FIXTURES / "A110.json").read_bytes())
    assert [row["block_id"] for row in rows] == list(BLOCKS)


def test_another_annotation_of_the_task_goes_on() -> None:
    tasks = load("annotations/A109.json")
    tasks[0]["annotations"].append(VALID[0]["annotations"][0] | {"id": 9, "completed_by": 2})
    rows = published(as_json(tasks))
    assert [row["adjudicator"] for row in rows] == ["annotator-2", "annotator-1"]


def test_a_relation_turned_round_is_published_as_it_leads() -> None:
    turned = {"type": "relation", "from_id": "t1", "to_id": "q6", "direction": "left", "labels": ["at"]}
    row, _ = published(as_json(changed([["+", turned]])))
    assert row["relations"][-1] == {"head": "q6", "tail": "t1", "label": "at"}


def test_the_place_of_a_block_is_that_of_the_corpus() -> None:
    tasks = copy.deepcopy(VALID)
    tasks[0]["data"]["start"] = 9999
    row, _ = published(as_json(tasks))
    assert row["start"] == VALID[0]["data"]["start"]


def test_the_buttons_of_label_studio_are_the_scheme() -> None:
    config = ElementTree.parse(ROOT / "annotations" / "labels.xml")

    def values(tag: str) -> tuple[str | None, ...]:
        return tuple(element.get("value") for element in config.iter(tag))

    assert values("Label") == ENTITY_LABELS
    assert values("Relation") == RELATION_LABELS
    made = scheme()
    assert tuple(made.labels) == ENTITY_LABELS
    assert tuple(made.relations) == RELATION_LABELS
    assert tuple(made.kinds) == BLOCK_KINDS
    of_block = [element for element in config.iter("Choices") if not element.get("perRegion")]
    assert {element.get("name"): tuple(c.get("value") for c in element) for element in of_block} == made.choices


def test_a_project_of_blocks_asks_for_no_spans() -> None:
    tags = {element.tag for element in ElementTree.fromstring(label_config(scheme(), "block")).iter()}
    assert {"Text", "Choices"} <= tags
    assert not {"Labels", "Label", "Relations"} & tags


def test_a_span_where_only_the_block_was_asked_for_is_put_aside() -> None:
    (entry,) = changed([])[:1]
    entry["data"]["layer"] = "block"
    examined = examine(entry, CORPUS, annotations_made([entry])).annotations
    assert {found.check for each in examined for found in each.put_aside} == {"A106"}
    assert [(each.sound.spans, each.sound.layer) for each in examined if each.sound] == [((), "block")]


def test_what_is_made_of_the_scheme_is_what_is_committed() -> None:
    assert (ROOT / "annotations" / "labels.xml").read_text("utf-8") == label_config(scheme())
    assert (ROOT / "annotations" / SCHEMA).read_text("utf-8") == export_schema(scheme())


def test_a_batch_never_changes() -> None:
    lines = (ROOT / "annotations" / "batches" / "SHA256SUMS").read_text("utf-8").splitlines()
    named = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert {path.name: sha256(path.read_bytes().decode("utf-8")) for path in BATCHES} == named


@pytest.mark.parametrize("path", BATCHES, ids=lambda path: path.name)
def test_a_batch_fits_the_corpus_as_it_is_now(path: Path) -> None:
    assert [finding for finding in check_export(path, of_corpus()) if finding.severity == "error"] == []


@pytest.mark.parametrize("path", BATCHES, ids=lambda path: path.name)
def test_a_batch_stays_evidence_of_its_version_whatever_the_corpus_becomes(path: Path) -> None:
    """Of another version it is held to its own text alone; of the present one, to the corpus."""
    tasks = json.loads(path.read_text("utf-8"))
    later = CorpusTexts("9.9.9", {}, frozenset())
    assert [finding for finding in check_export(path, later) if finding.severity == "error"] == []
    changed = later._replace(version=tasks[0]["data"]["corpus_version"])
    told = [finding for finding in check_export(path, changed) if finding.check == "A102"]
    assert len(told) == len(tasks)
    assert "raise corpus/VERSION" in told[0].message


def test_a_task_of_another_version_is_held_to_its_own_hash() -> None:
    tasks = copy.deepcopy(VALID)
    tasks[0]["data"] |= {"corpus_version": "0.0.9", "text": "市" + tasks[0]["data"]["text"]}
    assert checks_of(tasks) == {"A103"}
    tasks[0]["data"]["text_sha256"] = sha256(tasks[0]["data"]["text"])
    assert "A103" not in checks_of(tasks)
    tasks[0]["data"]["corpus_version"] = CORPUS.version
    assert checks_of(tasks) == {"A103"}


def test_a_withdrawn_document_is_found_in_a_task_of_any_version() -> None:
    tasks = [task | {"data": task["data"] | {"corpus_version": "0.0.9"}} for task in VALID]
    withdrawn = CORPUS._replace(withdrawn=frozenset({tasks[0]["data"]["doc_id"]}))
    made = annotations_made(tasks)
    assert {check for task in tasks for check, _ in check_task(task, withdrawn, made)} == {"A102"}
    assert [examine(task, withdrawn, made).annotations for task in tasks] == [(), ()]


@pytest.mark.parametrize("path", BATCHES, ids=lambda path: path.name)
def test_a_batch_names_nobody(path: Path) -> None:
    content = path.read_text("utf-8")
    # An id holds an @ too, but no dot behind it.
    assert not re.search(r"@[\w-]+\.\w", content)
    people = ("completed_by", "updated_by", "last_created_by")
    named = {annotation[key] for task in json.loads(content) for annotation in task["annotations"] for key in people}
    assert all(who is None or isinstance(who, int) for who in named)


def test_the_first_batch_is_of_official_training_documents_by_the_guidelines() -> None:
    split_of = load_splits(PATHS.splits)
    data = [task["data"] for task in json.loads((PATHS.batches / "2026-11-first.json").read_text("utf-8"))]
    assert {split_of[task["doc_id"]] for task in data} == {"train"}
    rights = {
        entry.doc_id: entry.rights for source in load_catalogue(PATHS.catalogue).sources for entry in source.documents
    }
    assert {rights[task["doc_id"]] for task in data} == {"official"}
    guidelines = (ROOT / "annotations" / "guidelines.md").read_text("utf-8")
    assert {f"version {task['guideline_version']}" in guidelines for task in data} == {True}
