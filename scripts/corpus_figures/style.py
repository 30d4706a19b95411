"""How all figures look, and their SVG: the same bytes each time, text as text, colours for light and dark pages.

Widths are those of a phone held upright, so that nothing has to shrink there; a page that is dark swaps ink, lines
and ground. The ground is drawn, so that a figure is read on any page.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

WIDTH = 4.4  # inches, of 96 pixels on a page
INK, MUTED, LINES, GROUND = "#1f2328", "#59636e", "#d1d9e0", "#ffffff"
# These are swapped where a page is dark; the colours of data are read on both.
_DARK = {INK: "#e6edf3", MUTED: "#9198a1", LINES: "#3d444d", GROUND: "#0d1117"}
BLUE, ORANGE, GREEN, PURPLE, GREY = "#3f7fbf", "#cf6a17", "#2f8f4e", "#a855a0", "#7d8590"
_FONTS = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif"
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "govwork-zh",
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": LINES,
    "axes.facecolor": GROUND,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 9.5,
    "axes.titlepad": 8,
    "figure.facecolor": GROUND,
    "grid.color": LINES,
    "grid.linewidth": 0.7,
    "legend.frameon": False,
    "legend.handletextpad": 0.4,
    "legend.columnspacing": 1.2,
    "legend.borderaxespad": 0.6,
    "xtick.color": LINES,
    "xtick.labelcolor": INK,
    "ytick.color": LINES,
    "ytick.labelcolor": INK,
}


@contextmanager
def new_figure(height: float) -> Iterator[Figure]:
    """A figure of the common width, `height` inches high, to be drawn and written within the block."""
    with mpl.rc_context(_SETTINGS):
        figure = Figure(figsize=(WIDTH, height))
        figure.set_layout_engine("constrained", w_pad=0.1, h_pad=0.06)
        yield figure


def svg(figure: Figure, title: str) -> str:
    """The figure as SVG; `title` is what it is called where it is not seen."""
    written = io.StringIO()
    figure.savefig(written, format="svg", metadata={"Title": title, "Date": None, "Creator": None})
    head, root, body = written.getvalue().partition("<svg ")
    tag, _, inside = body.partition(">")
    styled = f'{root}{tag} role="img">\n <style>\n{_dark()} </style>{inside}'
    return (head + styled).replace("'DejaVu Sans'", _FONTS, -1)


def bare(axes: Axes, *sides: str) -> None:
    """Takes the lines of these sides away, and the ticks of those that are left."""
    for side in sides:
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)


def _dark() -> str:
    rules = "".join(
        f'   [style*="{kind}: {light}"] {{ {kind}: {dark} !important }}\n'
        for light, dark in _DARK.items()
        for kind in ("fill", "stroke")
    )
    return f"  @media (prefers-color-scheme: dark) {{\n{rules}  }}\n"
