"""Draws docs/figures from what is committed of the corpus; the same data give the same bytes.

Run from the repository root after a build: python scripts/make_figures.py
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from matplotlib.figure import Figure

from corpus_figures import data, drawings
from corpus_figures.style import new_figure, svg
from govwork_build.atomic import write_text
from govwork_build.build_paths import Paths


def figures(paths: Paths) -> dict[str, str]:
    """Each figure by the name of its file."""
    documents = data.documents(paths)
    return {
        "documents.svg": _drawn(
            2.9,
            "The documents by year, level and type",
            lambda figure: drawings.documents_by_year(figure, documents),
        ),
        "lengths.svg": _drawn(
            4.0,
            "The lengths of blocks and documents",
            lambda figure: drawings.lengths(figure, documents, data.block_lengths(paths)),
        ),
        "entities.svg": _drawn(
            3.0,
            "The spans of the gold layer by label and split",
            lambda figure: drawings.entities(figure, data.entity_counts(paths)),
        ),
        "edits.svg": _drawn(
            5.6,
            "The edits of each rule, by stage, on a scale of powers of ten",
            lambda figure: drawings.edits(figure, data.rule_uses(paths)),
        ),
        "agreement.svg": _drawn(
            3.6,
            "Strict F1 of the passes by label, with intervals of 95 %",
            lambda figure: drawings.agreement(figure, data.strict_f1(paths)),
        ),
    }


def _drawn(height: float, title: str, draw: Callable[[Figure], None]) -> str:
    with new_figure(height) as figure:
        draw(figure)
        return svg(figure, title)


def main() -> None:
    paths = Paths(Path())
    for name, drawing in figures(paths).items():
        write_text(paths.figures / name, drawing)


if __name__ == "__main__":
    main()
