"""The pairs of damaged and restored runs."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from cases import ROOT

from govwork_build.build import build
from govwork_build.build_paths import Paths
from govwork_build.byteshift_truth import read_truth
from govwork_build.checks import check_all, rows_of
from govwork_build.corpus import Document, documents_of
from govwork_build.errors import CorpusError
from govwork_build.regions import load_regions
from govwork_build.repairs import repair_rows
from govwork_build.row_checks import check_rows

PATHS = Paths(ROOT)
TRUTH = read_truth(PATHS.byteshift)


@pytest.fixture(scope="module")
def corpus() -> dict[str, Document]:
    made = documents_of(PATHS)
    return {document.doc_id: document for document in made}


def test_pairs_are_explained_and_hold_one_run_of_one_line(corpus: dict[str, Document]) -> None:
    for doc_id in ("changzhi-2017-work_report", "lyutan-2019-work_report"):
        rows = rows_of(corpus[doc_id], load_regions(PATHS.regions), TRUTH)
        assert len(rows.repairs) > 10
        assert not [finding for finding in check_rows(rows) if finding.check == "P101"]
        for row in rows.repairs:
            assert not re.search(r"\n|\?[a-zā-ǜ]+\)|</p>", row["restored"])
            around = row["damaged"][: row["damaged_start"]] + row["damaged"][row["damaged_end"] :]
            assert "?" not in around


def test_a_real_pair_stands_at_the_place_its_id_names(corpus: dict[str, Document]) -> None:
    document = corpus["jiaxing-2012-work_points"]
    for row in repair_rows(document, TRUTH):
        place = int(row["repair_id"].rpartition(":")[2])
        run = row["damaged"][row["damaged_start"] : row["damaged_end"]]
        assert document.normalised.traced.source.startswith(run, place)


def test_synthetic_pairs_of_a_document_are_the_same_each_time(corpus: dict[str, Document]) -> None:
    document = corpus["lyutan-2019-work_report"]
    assert list(repair_rows(document, TRUTH)) == list(repair_rows(document, TRUTH))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": 50}, "does not stand at 50 of mini; correct its place"),
        ({"reading": "農業發展"}, "'農業發展' does not explain what is seen"),
        ({"place": 3}, "is no list of runs"),
    ],
)
def test_what_is_wrong_with_a_run_read_by_hand_is_said_by_build_and_check(
    project: Paths, change: dict[str, Any], message: str
) -> None:
    build(project)
    text = (project.corpus / "sources" / "mini.txt").read_text("utf-8")
    start = text.index("任務(wù)")
    run = {
        "source": "mini",
        "start": start,
        "before": "標(biāo)",
        "damaged": "任務(wù)",
        "after": "。",
        "reading": "任務",
    }
    run |= {"decidable": True, "reason": "made up"}
    project.byteshift.write_text(json.dumps([run]), "utf-8")
    build(project)
    assert list(check_all(project)) == []

    project.byteshift.write_text(json.dumps([run | change]), "utf-8")
    with pytest.raises(CorpusError, match=message):
        build(project)
    (finding,) = check_all(project)
    assert finding.check == "S101"
    assert message in finding.message
