"""Annotations read from a file of decisions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from govwork_build.annotation.decisions import read_decisions
from govwork_build.annotation.records import Relation, Span
from govwork_build.errors import CorpusError

TEXT = "确保新增城镇就业6万人"
TASKS: dict[str, Any] = {
    "t@1": {
        "data": {
            "block_id": "t",
            "doc_id": "d",
            "start": 3,
            "corpus_version": "0.1.0",
            "text_sha256": "0" * 64,
            "guideline_version": "0.2",
            "text": TEXT,
        }
    }
}
DECISION: dict[str, Any] = {
    "kind": "task",
    "topics": ["劳动、人事、监察"],
    "marked": "⟦确保|MOD m⟧⟦新增|CHG c⟧⟦城镇就业|IND i⟧⟦6万人|QTY q status=target cmp=ge⟧",
    "relations": ["q of i", "q chg c"],
}


def read(surface: str) -> dict[str, str]:
    return {"lo": "60000", "hi": "60000", "cmp": "eq"} if surface == "6万人" else {}


def decided(folder: Path, decision: Any, task_id: str = "t@1") -> Any:
    path = folder / "decisions.json"
    path.write_text(json.dumps({task_id: decision}), "utf-8")
    return read_decisions(path, TASKS, "annotator-1", read)


def test_what_a_decision_says(tmp_path: Path) -> None:
    (annotation,) = decided(tmp_path, DECISION).values()
    assert (annotation.kind, annotation.topics, annotation.flags) == ("task", ("劳动、人事、监察",), ())
    assert annotation.spans[:2] == (Span("m", 0, 2, "MOD"), Span("c", 2, 4, "CHG"))
    assert annotation.relations == (Relation("q", "of", "i"), Relation("q", "chg", "c"))


def test_what_the_grammar_reads_is_filled_in_and_what_is_said_stands(tmp_path: Path) -> None:
    (annotation,) = decided(tmp_path, DECISION).values()
    assert annotation.spans[3].attributes == {"lo": "60000", "hi": "60000", "cmp": "ge", "status": "target"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "goal"}, "$.kind: 'goal' is not one of"),
        ({"topics": ["农业"]}, "$.topics[0]: '农业' is not one of"),
        ({"marked": TEXT[1:]}, "it is not the block's text"),
        ({"relations": ["q of x"]}, "relation q of x names a span that is not there"),
        ({"relations": ["q of"]}, "$.relations[0]: 'q of' does not match"),
        ({"seconds": 0}, "$.seconds: 0 is less than or equal to"),
        ({"note": ""}, "Additional properties are not allowed"),
    ],
)
def test_a_decision_that_is_none_is_told(change: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as error:
        decided(tmp_path, DECISION | change)
    assert "t@1" in error.value.problems[0]
    assert said in error.value.problems[0]


def test_of_a_block_alone_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "decisions.json"
    path.write_text(json.dumps({"t@1": {"kind": "lead_line", "seconds": 2.5}}), "utf-8")
    with pytest.raises(CorpusError, match="t@1: has no `marked`"):
        read_decisions(path, TASKS, "annotator-1", read)
    asked = {"t@1": {"data": TASKS["t@1"]["data"] | {"layer": "block"}}}
    (annotation,) = read_decisions(path, asked, "annotator-1", read).values()
    assert (annotation.kind, annotation.seconds, annotation.spans) == ("lead_line", 2.5, ())


def test_an_unknown_task_and_a_broken_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="there is no such task"):
        decided(tmp_path, DECISION, "u@1")
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(CorpusError, match="cannot be read as JSON"):
        read_decisions(tmp_path / "broken.json", TASKS, "annotator-1", read)
