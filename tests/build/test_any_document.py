"""What `add` accepts, a build can read: any text becomes rows that lead back to it, and a page that shows it."""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cases import ROOT
from hypothesis import example, given, settings
from rich.console import Console
from test_pipeline import TEXTS

from govwork_build.add import add_source
from govwork_build.build_paths import Paths
from govwork_build.catalogue import load_catalogue
from govwork_build.checks import rows_of
from govwork_build.corpus import documents
from govwork_build.errors import CorpusError
from govwork_build.html_view import page
from govwork_build.regions import load_regions
from govwork_build.row_checks import check_rows
from govwork_build.show import print_document

# These speak of what a text says or still holds; all others hold for any text.
OF_THE_TEXT = {"D105", "D106", "D107", "T103"}


@dataclass(frozen=True, slots=True)
class ProjectOf(Paths):
    """A project whose regions are those of the corpus."""

    @property
    def regions(self) -> Path:
        return ROOT / "corpus" / "regions.csv"


REGIONS = load_regions(ROOT / "corpus" / "regions.csv")


@given(TEXTS)
@settings(deadline=None, max_examples=50)
@example("\x1f")
@example("\n\n浦江县")
def test_what_can_be_added_can_be_built_and_shown(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = ProjectOf(Path(folder))
        file = paths.root / "page.txt"
        file.write_bytes(text.encode("utf-8", "ignore"))
        try:
            add_source(paths, file, "a test", "none", "unclear", "utf-8")
        except CorpusError:
            return
        for document in documents(load_catalogue(paths.catalogue), REGIONS):
            findings = check_rows(rows_of(document, REGIONS))
            assert [finding for finding in findings if finding.check not in OF_THE_TEXT] == []
            assert document.doc_id in page(document)
            print_document(document, Console(file=io.StringIO(), width=100))
