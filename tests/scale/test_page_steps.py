"""The text of HTML, of pages that are made to stop an extractor too; nothing ends but the page."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from datatrove.data import Document
from files import DAMAGED, html

from govwork_build.scale import page_steps
from govwork_build.scale.output import refused_writer
from govwork_build.scale.page_steps import ExtractText


def through(texts: list[str], folder: Path) -> tuple[list[str], list[tuple[str, str]]]:
    """What comes out, and what is refused: its text and the reason."""
    documents = [Document(text=text, id=str(i), metadata={"file": "f", "place": ""}) for i, text in enumerate(texts)]
    made = [document.text for document in ExtractText(refused_writer(folder, "extract"))(documents)]
    tables = [pq.read_table(file).to_pylist() for file in folder.glob("*.parquet")]
    return made, [(row["text"], row["reason"]) for table in tables for row in table]


def test_text_is_taken_out_of_html_and_all_else_stays(tmp_path: Path) -> None:
    page = html(DAMAGED).decode()
    made, refused = through(["1 < 2 <b>文本</b>", page, "经济"], tmp_path)
    assert made == ["1 < 2 <b>文本</b>", DAMAGED * 20, "经济"]
    assert refused == []


@pytest.mark.parametrize(
    "page",
    [
        "<html><body></body></html>",
        "<html><body>" + "<div>" * 50_000 + "文本" + "</div>" * 50_000,
        "<html><body>" + "<table><tr><td>" * 3_000 + "文本",
        "<html" + " a='b'" * 100_000,
        "<html><body>" + "<!--" * 50_000,
    ],
    ids=["empty", "nested", "tables", "attributes", "comments"],
)
def test_markup_without_text_is_refused_and_kept_and_the_next_page_goes_through(page: str, tmp_path: Path) -> None:
    made, refused = through([page, html(DAMAGED).decode()], tmp_path)
    assert made[-1] == DAMAGED * 20
    assert refused == [(page, "no_text")] or made[0]


def test_entities_do_not_multiply(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    head = f'<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa">{levels}]>'
    page = f"{head}<html><body><p>{'&i;' * 10}{DAMAGED * 9}</p></body></html>"
    made, refused = through([page], tmp_path)
    assert sum(map(len, made)) < 10_000
    assert len(made) + len(refused) == 1


def _spin(page: str) -> str:
    while True:
        pass


def _die(page: str) -> str:
    if page:
        os._exit(1)
    return page


def _fail(page: str) -> str:
    if page:
        raise ValueError("fault")
    return page


@pytest.mark.parametrize(
    ("extract", "reason"), [(_die, "extraction_died"), (_fail, "extraction_failed"), (lambda page: None, "no_text")]
)
def test_an_extractor_that_fails_costs_the_page_alone(
    extract: object, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_steps, "extract", extract)
    assert through(["<html>a", "经济", "<html>b"], tmp_path) == (["经济"], [("<html>a", reason), ("<html>b", reason)])


def test_an_extractor_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_steps, "extract", lambda page: _spin(page) if page else page)
    monkeypatch.setattr(page_steps, "_SECONDS_A_PAGE", 1.0)
    assert through(["<html>a", "经济"], tmp_path) == (["经济"], [("<html>a", "extraction_timeout")])
