"""The page of a document in a real browser: read on a telephone, and by its links."""

from __future__ import annotations

import html
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from chromium import chromium
from govwork_build.build_paths import Paths
from govwork_build.show import find_document, page

ROOT = Path(__file__).parents[1]
# A frame has the width it is given; a window has one that its system allows. The page's frame is of its own origin.
MEASURE = """<!doctype html><title>wait</title><iframe id="f" width="{width}" height="800" srcdoc="{page}"></iframe>
<script>
onload = () => {{
  const page = document.getElementById("f").contentDocument;
  const gap = page.getElementById("g0");
  gap.scrollIntoView();
  const place = (element) => element.getBoundingClientRect();
  const [bar, at] = [place(page.querySelector(".bar")), place(gap.nextElementSibling)];
  document.body.dataset.found = JSON.stringify({{
    width: page.documentElement.scrollWidth, bar: bar.bottom, top: at.top, bottom: at.bottom,
  }});
}};
</script>"""


def measured(width: int, content: str, folder: Path) -> Any:
    """What a browser says of the page at this width."""
    file = folder / "measure.html"
    file.write_text(MEASURE.format(width=width, page=html.escape(content)), "utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}", "--window-size=1600,900"]
    made = subprocess.run(
        [chromium(), *options, "--dump-dom", file.as_uri()], check=True, capture_output=True, text=True, timeout=120
    )
    _, _, found = made.stdout.partition('data-found="')
    return json.loads(html.unescape(found.partition('"')[0]))


@pytest.mark.parametrize("width", [400, 800, 1400])
def test_a_page_fits_its_window_and_its_links_lead_into_sight(width: int, tmp_path: Path) -> None:
    """Nothing needs scrolling sideways; what a link leads to lies below the bar that stays on top."""
    content = page(find_document(Paths(ROOT), "jiaxing-2012-work_points"))
    found = measured(width, content, tmp_path)
    assert found["width"] <= width
    assert found["bar"] <= found["top"] < found["bottom"] <= 800
