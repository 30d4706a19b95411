"""Charts for a page: SVG that stands in its HTML, by matplotlib; text stays text, and colours are the page's.

Nothing in them hangs on how wide a text is drawn, so that they are the same bytes whatever fonts there are.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from math import ceil
from typing import NamedTuple
from unicodedata import east_asian_width
from xml.etree import ElementTree

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..overview import visible

# In points: as wide as a phone held upright shows almost without shrinking.
_WIDTH = 264.0
_ROW, _BAR, _FONT = 27.0, 6.0, 9.5
# A column chart is so high, and so many years and numbers fit side by side.
_HEIGHT, _FEW = 110.0, 8
# Half of a year's label, which is wider than a column among many.
_MARGIN = 10.0
# So many letters fit on a line, even of a wide font.
_LETTERS = 49
_INK, _DIM, _STRONG, _WEAK = "#000001", "#000002", "#000003", "#000004"
# What matplotlib draws with, and what the page calls it, in light and in dark.
_COLOURS = {_INK: "var(--ink)", _DIM: "var(--dim)", _STRONG: "var(--strong)", _WEAK: "var(--weak)"}


class Bar(NamedTuple):
    """A bar with its label and its figures; the first `part` of it is drawn strong, all of it where that is None."""

    label: str
    figures: str
    value: float
    part: float | None = None


def bars(title: str, drawn: Sequence[Bar]) -> Markup:
    """Bars from the left, each under its label."""
    figure, axes = _canvas(_ROW * len(drawn))
    longest = max(bar.value for bar in drawn) or 1.0
    for row, bar in enumerate(drawn):
        base = row * _ROW + 12
        part = bar.value if bar.part is None else bar.part
        _text(axes, 0, base, fitting(bar.label, _LETTERS - len(bar.figures)), _INK)
        _text(axes, _WIDTH, base, bar.figures, _DIM, "right")
        for value, colour in ((bar.value, _WEAK), (part, _STRONG)):
            _box(axes, 0, base + 4, _WIDTH * value / longest, _BAR, colour)
    return _svg(figure, title)


def columns(title: str, counts: Mapping[int, int]) -> Markup:
    """A column for each year from the first to the last."""
    figure, axes = _canvas(_HEIGHT)
    years = range(min(counts), max(counts) + 1)
    width, foot, most = (_WIDTH - 2 * _MARGIN) / len(years), _HEIGHT - 15, max(counts.values())
    told = range(years[-1], years[0] - 1, -ceil(len(years) / _FEW))
    for number, year in enumerate(years):
        count, left = counts.get(year, 0), _MARGIN + width * number
        middle = left + width / 2
        height = (foot - 14) * count / most
        _box(axes, left + width * 0.1, foot - height, width * 0.8, height, _STRONG)
        if count and len(years) <= _FEW:
            _text(axes, middle, foot - height - 3, f"{count:,}", _DIM, "center", 8)
        if year in told:
            _text(axes, middle, foot + 12, str(year), _INK, "center", 8)
    _box(axes, 0, foot, _WIDTH, 0.7, _DIM)
    return _svg(figure, title)


def fitting(text: str, letters: int) -> str:
    """The text made visible, without its midst where it is wider than so many letters; a 汉 is as wide as two.

    >>> fitting("www.example.gov.cn", 22), fitting("金华市人民政府", 8)
    ('www.example.gov.cn', '金…府')
    """
    shown = visible(text)
    if _wide(shown) <= letters:
        return shown
    start, end = 0, len(shown)
    while _wide(shown[: start + 1]) <= (letters - 2) / 2:
        start += 1
    while _wide(shown[end - 1 :]) <= (letters - 2) / 2:
        end -= 1
    return f"{shown[:start]}…{shown[end:]}"


def _wide(text: str) -> float:
    return sum(map(_width, text))


def _width(character: str) -> float:
    if east_asian_width(character) in "WFA":
        return 2.0
    return 1.6 if character.isupper() or character in "mw@%" else 1.0


def _canvas(height: float) -> tuple[Figure, Axes]:
    """An empty figure, in points from its upper left corner."""
    figure = Figure(figsize=(_WIDTH / 72, height / 72))
    figure.patch.set_visible(False)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(0, _WIDTH), ylim=(height, 0))
    return figure, axes


def _text(axes: Axes, x: float, y: float, text: str, colour: str, align: str = "left", size: float = _FONT) -> None:
    axes.text(x, y, text, color=colour, ha=align, va="baseline", fontsize=size, parse_math=False)


def _box(axes: Axes, x: float, y: float, width: float, height: float, colour: str) -> None:
    if width and height:
        axes.add_patch(mpl.patches.Rectangle((x, y), width, height, color=colour, linewidth=0, clip_on=False))


def _svg(figure: Figure, title: str) -> Markup:
    """The shapes and words of the figure as an element of HTML, without ids, which another chart would have too."""
    written = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none"}), warnings.catch_warnings():
        # The font by which it measures has no 汉字; nothing here hangs on the measure.
        warnings.filterwarnings("ignore", "Glyph .* missing")
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    root = ElementTree.fromstring(written.getvalue())
    drawing = ElementTree.Element("svg", viewBox=root.attrib["viewBox"], role="img")
    drawing.set("aria-label", title)
    for element in root.iter():
        kind = element.tag.rpartition("}")[2]
        if kind in ("path", "text"):
            _copied(element, ElementTree.SubElement(drawing, kind))
    return Markup(ElementTree.tostring(drawing, encoding="unicode"))


def _copied(element: ElementTree.Element, copy: ElementTree.Element) -> None:
    copy.text = element.text
    for name in ("d", "x", "y"):
        if name in element.attrib:
            copy.set(name, " ".join(element.attrib[name].split()))
    style = dict(part.split(": ", 1) for part in element.attrib["style"].split("; ") if ": " in part)
    style["fill"] = _COLOURS[style["fill"]]
    kept = ("fill", "font-size", "text-anchor")
    copy.set("style", "; ".join(f"{key}: {style[key]}" for key in kept if key in style))
