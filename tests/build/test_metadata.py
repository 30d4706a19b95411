"""Metadata against the truth read by hand from the sources: development accuracy, not an estimate."""

from __future__ import annotations

from typing import Any

import pytest
from cases import ROOT, load

from govwork_build.build_paths import Paths
from govwork_build.corpus import Document, document_row, documents_of
from govwork_build.cut import cut
from govwork_build.regions import load_regions

FIELDS = (
    "title",
    "doc_type",
    "region_code",
    "region_name",
    "province",
    "prefecture",
    "county",
    "township",
    "level",
    "year",
    "issuer",
    "doc_number",
    "date_issued",
    "date_published",
    "script",
)
TRUTH = load("truth/documents.json")


@pytest.fixture(scope="module")
def corpus() -> list[Document]:
    paths = Paths(ROOT)
    return list(documents_of(paths))


@pytest.fixture(scope="module")
def rows(corpus: list[Document]) -> list[dict[str, Any]]:
    regions = load_regions(Paths(ROOT).regions)
    return [document_row(document, regions) for document in corpus]


@pytest.mark.parametrize("index", range(len(TRUTH)), ids=lambda i: f"{TRUTH[i]['source_id'][:3]}-{TRUTH[i]['order']}")
def test_all_fields_are_those_of_the_truth(rows: list[dict[str, Any]], index: int) -> None:
    truth = TRUTH[index]
    assert {field: rows[index][field] for field in FIELDS} == {field: truth[field] for field in FIELDS}
    assert ("year_disagrees" in rows[index]["quality"]) == truth["year_disagreement"]


def test_both_statements_of_a_year_that_disagree_are_kept(rows: list[dict[str, Any]]) -> None:
    (row,) = [row for row in rows if row["doc_id"] == "yuyuan-2019-work_report"]
    stated = {item["value"]: item["quote"] for item in row["evidence"] if item["field"] == "year"}
    assert stated["2019"] == "2019"
    assert stated["2018"] == "2018"


def test_a_region_within_a_redacted_text_is_inferred_from_places_it_names(rows: list[dict[str, Any]]) -> None:
    (row,) = [row for row in rows if row["doc_id"] == "jiangshan-2005-work_summary"]
    found = [item for item in row["evidence"] if item["field"] == "region_code"]
    assert {item["basis"] for item in found} == {"inferred"}
    assert len({item["quote"] for item in found}) >= 2
    assert all(item["note"] for item in found)


def test_every_document_reverts_to_its_slice(corpus: list[Document]) -> None:
    for document in corpus:
        traced = document.normalised.traced
        assert traced.revert() == document.decoded.text[document.piece.start : document.piece.end]


def test_every_character_of_a_source_lies_in_one_document_or_one_piece_of_chrome(corpus: list[Document]) -> None:
    """Coverage, counted over all sources: what is no document is chrome with a name."""
    by_source = {document.source.source_id: document for document in corpus}
    assert len(by_source) >= 5
    for document in by_source.values():
        pieces = cut(document.decoded.text)
        ends = [0, *(piece.end for piece in pieces)]
        assert [piece.start for piece in pieces] == ends[:-1]
        assert ends[-1] == len(document.decoded.text)
        assert all(piece.start < piece.end for piece in pieces)
        own = [other.piece for other in corpus if other.source is document.source]
        assert own == [piece for piece in pieces if piece.chrome is None]
