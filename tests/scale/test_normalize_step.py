"""The step in a pipeline: what becomes of documents, what is refused, what is told and counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from datatrove.data import Document
from datatrove.pipeline.writers.disk_base import DiskWriter
from datatrove.pipeline.writers.jsonl import JsonlWriter
from datatrove.pipeline.writers.parquet import ParquetWriter
from hypothesis import given, settings
from hypothesis import strategies as st

from govwork.trace_json import from_json
from govwork_build import repair
from govwork_build.batch import SEPARATOR
from govwork_build.pipeline import normalise_all
from govwork_build.scale import normalize_step
from govwork_build.scale.normalize_step import NormalizeChinese

SHIFTED = "我們?cè)谌珖?guó)各地"
PAGES = [
    SHIFTED,
    "经济发展",
    "經(jīng)濟發(fā)展",
    "plain English?",
    "",
    "職??鐓^(qū)域招生",
    "日本語の文章です。経済発展",
    "繁體中文的網頁",
]


def documents(texts: list[str]) -> list[Document]:
    return [Document(text=text, id=str(i), metadata={"url": f"http://a/{i}"}) for i, text in enumerate(texts)]


def through(step: NormalizeChinese, texts: list[str]) -> list[Document]:
    return list(step(documents(texts)))


def count(step: NormalizeChinese, name: str) -> int:
    return int(step.stats[name].total)


def test_each_document_becomes_what_repair_makes_of_its_text() -> None:
    made = through(NormalizeChinese(), PAGES)
    assert [document.text for document in made] == [repair(text).text for text in PAGES]
    assert [document.id for document in made] == [str(i) for i in range(len(PAGES))]
    assert all(document.metadata["url"] == f"http://a/{document.id}" for document in made)


def test_metadata_tell_script_damage_and_an_example() -> None:
    shifted, clean, noted, english, empty, in_part, *_ = (d.metadata for d in through(NormalizeChinese(), PAGES))
    assert [m["script"] for m in (shifted, clean, noted, english, empty)] == ["hant", "hans", "hant", "none", "none"]
    assert shifted["damage"]["runs_undone"] == 1
    assert shifted["example"] == {"stage": "byteshift", "before": SHIFTED, "after": "我们在全国各地"}
    assert noted["damage"] == dict(shifted["damage"], runs_undone=0, notes_dropped=2, characters_converted=3)
    assert noted["example"]["stage"] == "notes"
    assert in_part["damage"]["runs_in_part"] == 1
    assert clean["example"] == english["example"] == {"stage": "", "before": "", "after": ""}
    assert not any(clean["damage"].values())
    assert "trace" not in shifted


def test_the_whole_trace_gives_the_source_back() -> None:
    made = through(NormalizeChinese(trace="full"), PAGES)
    assert [from_json(document.text, document.metadata["trace"]).source for document in made] == PAGES


def test_script_stays_where_that_is_wanted() -> None:
    (made,) = through(NormalizeChinese(convert_script=False), [SHIFTED])
    assert made.text == "我們在全國各地"
    assert made.metadata["script"] == "hant"


@pytest.mark.parametrize("convert", [True, False])
def test_the_script_told_is_that_of_the_text_when_all_else_was_undone(convert: bool) -> None:
    """In a batch of all sorts, also where a text is worked on apart since it holds the separator of batches."""
    both = "经济发展\n經濟與社會發展"
    scripts = {
        SHIFTED: "hant",
        "经济": "hans",
        f"經濟{SEPARATOR}發展": "hant",
        both: "mixed",
        f"{SEPARATOR}plain": "none",
        "": "none",
        # As it came there is no Chinese in it.
        "&#x7D93;&#x6FDF;": "hant",
        f"{both}{SEPARATOR}": "mixed",
    }
    for texts in ([*scripts], [*scripts][::-1], [*scripts] * 2):
        made = through(NormalizeChinese(convert_script=convert), texts)
        assert [document.metadata["script"] for document in made] == [scripts[text] for text in texts]


@settings(deadline=None)
@given(texts=st.lists(st.sampled_from(PAGES) | st.text(max_size=40), max_size=8))
def test_a_document_does_not_depend_on_the_others(texts: list[str]) -> None:
    texts = [text.encode("utf-8", "ignore").decode() for text in texts]
    together = through(NormalizeChinese(trace="full"), texts)
    alone = [through(NormalizeChinese(trace="full"), [text])[0] for text in texts]
    assert [(d.text, d.metadata) for d in together] == [
        (d.text, d.metadata | {"url": t.metadata["url"]}) for d, t in zip(alone, together, strict=True)
    ]


def test_what_is_refused_is_kept_with_the_reason_and_the_rest_goes_through(tmp_path: Path) -> None:
    step = NormalizeChinese(longest=50, exclusion_writer=JsonlWriter(str(tmp_path), compression=None))
    made = through(step, [SHIFTED, "长" * 51, "经济", "?" * 51])
    assert [document.text for document in made] == ["我们在全国各地", "经济"]
    rows = [json.loads(line) for line in (tmp_path / "00000.jsonl").read_text("utf-8").splitlines()]
    assert [(row["id"], row["text"], row["metadata"]["refused_for"]) for row in rows] == [
        ("1", "长" * 51, "too_long"),
        ("3", "?" * 51, "too_long"),
    ]
    assert "51 characters, more than 50" in rows[0]["metadata"]["refusal"]
    assert (count(step, "total"), count(step, "forwarded"), count(step, "dropped_too_long")) == (4, 2, 2)


def test_a_lone_surrogate_is_refused_and_without_a_writer_counted() -> None:
    step = NormalizeChinese()
    assert [document.id for document in through(step, ["中\ud800文", "中文"])] == ["1"]
    assert count(step, "dropped_surrogates") == 1


@pytest.mark.parametrize("writer", [JsonlWriter, ParquetWriter])
def test_datatroves_writers_take_what_comes_out_and_what_is_refused(writer: type[DiskWriter], tmp_path: Path) -> None:
    """The first document, of which a writer may take the types, is clean and has no Chinese."""
    refused = writer(str(tmp_path / "refused"), compression=None)
    pipeline = writer(str(tmp_path / "data"), compression=None)
    step = NormalizeChinese(trace="full", exclusion_writer=refused)
    texts = ["plain", SHIFTED, "中\ud800文", "經(jīng)濟"]
    assert len(list(pipeline(step(documents(texts))))) == 3
    if writer is JsonlWriter:
        (row,) = map(json.loads, (tmp_path / "refused" / "00000.jsonl").read_text("utf-8").splitlines())
        assert row["text"] == "中\ufffd文"
        assert json.loads(row["metadata"]["text_json"]) == "中\ud800文"


def test_a_text_on_which_the_repair_fails_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(texts: Any, *stages: Any) -> Any:
        texts = list(texts)
        if "坏" in texts:
            raise RuntimeError("fault")
        return normalise_all(texts, *stages)

    monkeypatch.setattr(normalize_step, "normalise_all", failing)
    step = NormalizeChinese()
    made = through(step, ["經(jīng)濟", "坏", "经济"])
    assert [(document.text, document.metadata["script"]) for document in made] == [("经济", "hant"), ("经济", "hans")]
    assert count(step, "dropped_failed") == 1


def test_format_is_one_text_and_says_why_it_is_refused() -> None:
    assert NormalizeChinese().format(SHIFTED) == "我们在全国各地"
    with pytest.raises(ValueError, match="more than 3"):
        NormalizeChinese(longest=3).format(SHIFTED)


def test_damage_is_counted_by_kind_with_the_pages_it_is_on() -> None:
    step = NormalizeChinese()
    through(step, [*PAGES, SHIFTED + "\n" + SHIFTED])
    # Of eight, the traditional page counts: its script was converted.
    assert count(step, "damaged") == 5
    assert (step.stats["runs_undone"].total, step.stats["runs_undone"].n) == (4, 3)


def test_documents_are_not_held_back_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []

    def source() -> Any:
        for document in documents(["经济"] * 10):
            taken.append(document.id)
            yield document

    monkeypatch.setattr(normalize_step, "_MANY", 3)
    made = NormalizeChinese()(source())
    next(made)
    assert taken == ["0", "1", "2"]
