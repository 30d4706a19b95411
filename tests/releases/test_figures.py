"""docs/figures is what the committed corpus draws, to the byte, and is read on light and dark pages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus_figures.style import _DARK, BLUE, GREEN, GREY, GROUND, INK, LINES, MUTED, ORANGE, PURPLE
from govwork_build.build_paths import Paths
from govwork_build.cli import app
from make_figures import figures

ROOT = Path(__file__).parents[2]
PATHS = Paths(ROOT)
COMMITTED = {path.name: path.read_text("utf-8") for path in PATHS.figures.iterdir()}
DATA_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, GREY)


def contrast(first: str, second: str) -> float:
    """The contrast of two colours by WCAG 2, from 1 to 21."""

    def luminance(colour: str) -> float:
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_figures_are_those_of_the_data() -> None:
    assert figures(PATHS) == COMMITTED, "run: python scripts/make_figures.py"


@pytest.mark.parametrize("name", COMMITTED)
def test_a_figure_has_its_text_as_text_and_no_date(name: str) -> None:
    figure = COMMITTED[name]
    assert figure.count("<text") > 5
    assert "<title>" in figure
    # Text drawn as paths uses shapes by reference, named after the font.
    assert "DejaVuSans" not in figure
    assert "date>" not in figure


@pytest.mark.parametrize("name", COMMITTED)
def test_a_figure_has_no_colour_that_a_dark_page_would_hide(name: str) -> None:
    body = COMMITTED[name].partition("</style>")[2]
    colours = set(re.findall(r"(?:fill|stroke): (#\w{6})", body))
    assert GROUND in colours
    assert colours <= {*_DARK, *DATA_COLOURS}


def test_colours_stand_out_from_the_ground() -> None:
    for ground, ink, muted in ((GROUND, INK, MUTED), (_DARK[GROUND], _DARK[INK], _DARK[MUTED])):
        assert all(contrast(colour, ground) >= 3 for colour in DATA_COLOURS)
        assert all(contrast(colour, ground) >= 4.5 for colour in (ink, muted))
    assert contrast(LINES, GROUND) < contrast(MUTED, GROUND)


@pytest.mark.parametrize("path", sorted(PATHS.agreement.glob("*.jsonl")), ids=lambda path: path.stem)
def test_the_agreement_on_record_is_that_of_the_exports(path: Path) -> None:
    exports = [str(PATHS.batches / f"{path.stem}-{annotator}.json") for annotator in "ab"]
    result = CliRunner().invoke(app, ["annotations", "agree", *exports, "--json", "--root", str(ROOT)])
    assert result.exit_code == 0
    said = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    assert said == [json.loads(line) for line in path.read_text("utf-8").splitlines()], (
        f"run: govwork annotations agree {' '.join(exports)} --json > {path}"
    )
