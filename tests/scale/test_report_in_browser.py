"""The page about a collection in a real browser, on a desk and on a telephone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from chromium import Browser, launched
from govwork_build.scale.plan import plan
from govwork_build.scale.report_data import read_collection
from govwork_build.scale.report_page import page
from govwork_build.scale.run import Options, run

TEXTS = (
    "我們?cè)谌珖?guó)各地開展工作",
    "加快經(jīng)濟<b onload=1>\u202e",
    "我们\xa0要加快经济发展",
)
HOSTS = (
    "a.gov.cn",
    "b.gov.cn:8080",
    '"><svg onload=alert(2)>.cn',
    "很长的网站名字" * 9 + ".cn",
    "w" * 250 + ".cn",
    "$x$.cn",
)
# All charts with their places, and the labels of each that lie on one another or stick out.
CHARTS = """() => [...document.querySelectorAll("svg")].map(svg => {
  const at = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")].map(text => text.getBoundingClientRect());
  const clashes = texts.filter((a, i) => a.left < at.left - 1 || a.right > at.right + 1 || texts.some((b, k) =>
    k > i && a.left < b.right && b.left < a.right && Math.abs(a.bottom - b.bottom) < 2));
  return {left: at.left, right: at.right, height: at.height, texts: texts.length, clashes: clashes.length,
          size: Math.min(...texts.map(text => text.height)),
          fills: [...svg.querySelectorAll("path")].map(path => getComputedStyle(path).fill)};
})"""


class Opened(NamedTuple):
    """A page in a browser, and what it did besides being shown."""

    page: Any
    did: list[str]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a collection with hostile hosts, years far apart, and refused lines."""
    folder = tmp_path_factory.mktemp("report")
    rows = [
        {"text": f"金华市{1990 + 3 * n}年政府工作报告\n{text}第{n}条。", "url": f"http://{host}/{n}"}
        for n, (text, host) in enumerate((text, host) for text in TEXTS for host in HOSTS)
        if 1990 + 3 * n < 2030
    ]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / "in.jsonl").write_text("\n".join([*lines, "{<b>broken" + "x" * 300]), "utf-8")
    run(plan([folder / "in.jsonl"]), folder / "out", Options(), 1, lambda done, total: None)
    (folder / "report.html").write_text(page(read_collection(folder / "out", lambda done, total: None)), "utf-8")
    return folder / "report.html"


def opened(browser: Browser, file: Path, width: int, scheme: str = "light") -> Opened:
    did: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.on("console", lambda message: did.append(message.text))
    page.on("pageerror", lambda error: did.append(str(error)))
    page.on("dialog", lambda dialog: did.append(dialog.message))
    page.on("request", lambda request: did.append(request.url))
    page.goto(file.as_uri())
    return Opened(page, did)


@pytest.mark.parametrize("width", [360, 768, 1200])
def test_the_page_fits_its_window_and_asks_for_nothing(browser: Browser, file: Path, width: int) -> None:
    shown = opened(browser, file, width)
    for details in shown.page.query_selector_all("details"):
        details.evaluate("each => each.open = true")
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= width
    # Itself.
    assert shown.did == [file.as_uri()]
    shown.page.close()


@pytest.mark.parametrize("width", [360, 1200])
def test_the_charts_are_seen_and_their_labels_apart(browser: Browser, file: Path, width: int) -> None:
    shown = opened(browser, file, width)
    charts = shown.page.evaluate(CHARTS)
    assert len(charts) == 6
    for chart in charts:
        assert 0 <= chart["left"] < chart["right"] <= width
        assert chart["height"] > 20
        assert chart["texts"]
        assert chart["clashes"] == 0
        assert chart["size"] >= 10
    shown.page.close()


def test_a_dark_page_has_dark_ground_and_bright_bars(browser: Browser, file: Path) -> None:
    seen = []
    for scheme in ("light", "dark"):
        shown = opened(browser, file, 1200, scheme)
        ground = shown.page.evaluate("getComputedStyle(document.body).backgroundColor")
        fills = {fill for chart in shown.page.evaluate(CHARTS) for fill in chart["fills"]}
        assert "rgb(0, 0, 0)" not in fills
        seen.append((ground, fills))
        shown.page.close()
    (light, light_fills), (dark, dark_fills) = seen
    assert light != dark
    assert not light_fills & dark_fills


def test_hostile_text_is_text(browser: Browser, file: Path) -> None:
    shown = opened(browser, file, 1200)
    assert shown.page.evaluate("document.querySelectorAll('script, img, iframe, [onload], [onerror]').length") == 0
    said = shown.page.inner_text("#examples")
    assert "<b onload=1>⟨202E⟩" in said
    assert shown.page.evaluate("document.querySelector('#hosts').textContent.includes('onload')")
    shown.page.close()
