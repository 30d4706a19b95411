"""docs/withdrawing.md, followed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from govwork_build.build_paths import Paths
from govwork_build.catalogue import load_catalogue
from govwork_build.corpus import Row, document_row, documents, edit_rows
from govwork_build.regions import load_regions

ROOT = Path(__file__).parents[1]
HOW = (ROOT / "docs" / "withdrawing.md").read_text("utf-8")
GONE = "hangyu-food-safety-article"


def block(language: str) -> str:
    """The block of code of the document that is in this language, less its indent."""
    (code,) = re.findall(rf"```{language}\n(.*?)```", HOW, re.DOTALL)
    return re.sub(r"^   ", "", code, flags=re.MULTILINE)


def rows(paths: Paths) -> dict[str, tuple[Row, list[Row]]]:
    """Of each document its row and its edits."""
    regions = load_regions(paths.regions)
    made = documents(load_catalogue(paths.catalogue), regions)
    return {document.doc_id: (document_row(document, regions), list(edit_rows(document))) for document in made}


def places(row: Row) -> list[Any]:
    """Where in the source a document and its metadata were read."""
    read = [(seen["value"], seen["source_start"], seen["source_end"], seen["quote"]) for seen in row["evidence"]]
    return [row["source_start"], row["source_end"], row["text"], read]


def test_a_text_that_is_taken_out_moves_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    paths = Paths(tmp_path)
    before = rows(paths)
    old = before[GONE][0]["source_sha256"]

    monkeypatch.chdir(tmp_path)
    exec(block("python"), {})
    catalogue, found = re.subn(
        rf'\[\[source\.document\]\]\nid = "{GONE}"\n(?:\w.*\n)+', "", paths.catalogue.read_text("utf-8")
    )
    catalogue = catalogue.replace(old, capsys.readouterr().out.strip()) + "\n" + block("toml")
    paths.catalogue.write_text(catalogue, "utf-8")
    after = rows(paths)

    assert found == 1
    assert [name for name, _ in load_catalogue(paths.catalogue).withdrawn] == [GONE]
    assert before.keys() - after.keys() == {GONE}
    for doc_id, (row, edits) in after.items():
        assert places(row) == places(before[doc_id][0])
        assert edits == before[doc_id][1]
    gone = before[GONE][0]
    left = (paths.corpus / "sources" / f"{gone['source_id']}.txt").read_text("utf-8")
    assert not left[gone["source_start"] : gone["source_end"]].strip()
