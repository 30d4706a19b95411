"""Each figure, from its data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from govwork.features import SPLITS

from .data import Agreed, Document, RuleUse
from .style import BLUE, GREEN, GREY, INK, LINES, MUTED, ORANGE, PURPLE, bare

_LEVELS = ("prefecture", "county", "township", None)
_TYPES = {
    "work_report": ("work report", BLUE, "o"),
    "task_breakdown": ("task breakdown", ORANGE, "s"),
    "work_summary": ("work summary", GREEN, "^"),
    "work_points": ("work points", PURPLE, "D"),
    "article": ("article", GREY, "X"),
}
_STAGES = ("chrome", "characters", "byteshift", "notes", "script", "punctuation", "layout")
_SPLIT_COLOURS = dict(zip(SPLITS, (BLUE, ORANGE, GREEN), strict=True))
_LABELS = {
    "QTY": "QTY quantity",
    "IND": "IND indicator",
    "CHG": "CHG change",
    "MOD": "MOD modality",
    "TIME": "TIME time",
    "ORG": "ORG organisation",
    "REG": "REG region",
    "DOC": "DOC document",
    "PROJ": "PROJ project",
    "all": "all labels",
}

# Marks of documents whose characters differ by less would lie on one another.
_CLOSE = 700


def documents_by_year(figure: Figure, documents: Sequence[Document]) -> None:
    """A mark a document: its year to the right, its level upwards, its type in shape and colour."""
    axes = figure.subplots()
    years = [document.year for document in documents if document.year]
    unknown = max(years) + 3
    cells: dict[tuple[int, int], list[str]] = {}
    for document in sorted(documents, key=lambda each: list(_TYPES).index(each.doc_type)):
        cell = document.year or unknown, _LEVELS.index(document.level)
        cells.setdefault(cell, []).append(document.doc_type)
    places: dict[str, list[tuple[float, float]]] = {}
    for (year, row), types in cells.items():
        for number, doc_type in enumerate(types):
            places.setdefault(doc_type, []).append((year, -row + 0.22 * ((len(types) - 1) / 2 - number)))
    for name, (label, colour, marker) in _TYPES.items():
        if name in places:
            axes.plot(*zip(*places[name], strict=True), marker, color=colour, markersize=6.5, label=label)
    for row in range(len(_LEVELS) - 1):
        axes.axhline(-row - 0.5, color=LINES, linewidth=0.7)
    axes.set(xlim=(min(years) - 0.7, unknown + 1), ylim=(-len(_LEVELS) + 0.4, 0.6))
    axes.set_yticks([-row for row in range(len(_LEVELS))], [level or "no level" for level in _LEVELS])
    ticks = [year for year in range(min(years), max(years) + 1) if (year - max(years)) % 4 == 0]
    axes.set_xticks([*ticks, unknown], [*map(str, ticks), "no year"])
    axes.grid(axis="x")
    bare(axes, "left", "bottom")
    figure.legend(loc="outside upper left", ncols=3, alignment="left")


def lengths(figure: Figure, documents: Sequence[Document], blocks: Sequence[int]) -> None:
    """Above, how many blocks are how long; below, each document by type."""
    upper, lower = figure.subplots(2, height_ratios=(3, 2))
    edges = 2.0 ** np.arange(0, np.log2(max(blocks)) + 0.5, 0.5)
    upper.hist(blocks, bins=[*edges], color=BLUE, rwidth=0.9)
    upper.set_title(f"{len(blocks):,} blocks by characters")
    upper.set_xscale("log", base=2)
    upper.set_xticks([2**power for power in range(0, 11, 2)], [str(2**power) for power in range(0, 11, 2)])
    upper.xaxis.set_minor_locator(NullLocator())
    upper.grid(axis="y")
    bare(upper, "left")
    types = [name for name in _TYPES if any(document.doc_type == name for document in documents)]
    for row, name in enumerate(types):
        _, colour, marker = _TYPES[name]
        own = sorted(document.characters for document in documents if document.doc_type == name)
        lower.plot(own, [-row + shift for shift in _dodged(own)], marker, color=colour, markersize=6)
    lower.set_title(f"{len(documents)} documents by characters")
    lower.set_yticks([-row for row in range(len(types))], [_TYPES[name][0] for name in types])
    lower.set(ylim=(-len(types) + 0.4, 0.6), xlim=(0, None))
    lower.xaxis.set_major_formatter(FuncFormatter(_thousands))
    lower.grid(axis="both")
    bare(lower, "left")


def entities(figure: Figure, counts: Mapping[str, Counter[str]]) -> None:
    """The gold spans of each label, by split."""
    axes = figure.subplots()
    ordered = sorted(counts, key=lambda label: -counts[label].total())
    rows = -np.arange(len(ordered))
    ends = np.zeros(len(ordered))
    for split in SPLITS:
        widths = np.array([counts[label][split] for label in ordered])
        axes.barh(rows, widths, left=ends, color=_SPLIT_COLOURS[split], height=0.68, label=split)
        ends += widths
    for row, end in zip(rows, ends, strict=True):
        axes.text(end + 10, float(row), f"{end:,.0f}", va="center")
    axes.set_yticks(rows, [_LABELS[label] for label in ordered])
    axes.set(ylim=(rows[-1] - 0.6, 0.6), xlim=(0, ends.max() * 1.1))
    axes.set_xticks([])
    bare(axes, "left", "bottom")
    figure.legend(loc="outside upper left", ncols=3)


def edits(figure: Figure, uses: Sequence[RuleUse]) -> None:
    """How often each rule edited the corpus, the stages in their order, on a scale of powers of ten."""
    axes = figure.subplots()
    ordered = sorted(uses, key=lambda use: (_STAGES.index(use.stage), -use.edits))
    row, rows, heads = 0.0, [], {}
    for use in ordered:
        if use.stage not in heads:
            row -= 0.45
            heads[use.stage] = row
            row -= 1
        rows.append(row)
        row -= 1
    axes.barh(rows, [use.edits for use in ordered], left=0.7, color=BLUE, height=0.7)
    axes.set_xscale("log")
    axes.set_xlabel("edits, bars on a log scale")
    for at, use in zip(rows, ordered, strict=True):
        axes.text((use.edits + 0.7) * 1.15, at, f"{use.edits:,}", va="center", fontsize=8.5)
    labelled = [(at, use.rule.replace("_", " "), False) for at, use in zip(rows, ordered, strict=True)]
    labelled += [(at, stage, True) for stage, at in heads.items()]
    axes.set_yticks([at for at, _, _ in labelled], [text for _, text, _ in labelled])
    for tick, (_, _, is_head) in zip(axes.get_yticklabels(), labelled, strict=True):
        tick.set(fontsize=8.5, color=INK if is_head else MUTED, fontweight="bold" if is_head else "normal")
    axes.set(ylim=(row + 0.4, 0.2), xlim=(0.7, 10 ** (np.log10(max(use.edits for use in uses)) * 1.22)))
    axes.set_xticks([])
    axes.xaxis.set_minor_locator(NullLocator())
    bare(axes, "left", "bottom")


def agreement(figure: Figure, agreed: Sequence[Agreed]) -> None:
    """Strict F1 by label with its interval, blocks without pre-annotations above those with them."""
    axes = figure.subplots()
    labels = list(dict.fromkeys(each.label for each in agreed))
    sorts = {"without pre-annotations": (BLUE, "o", 0.17), "with pre-annotations": (ORANGE, "s", -0.17)}
    for sort, (colour, marker, shift) in sorts.items():
        own = [each for each in agreed if each.blocks_are == sort]
        at = [-labels.index(each.label) + shift for each in own]
        axes.hlines(
            at,
            [each.value if each.low is None else each.low for each in own],
            [each.value if each.high is None else each.high for each in own],
            color=colour,
            linewidth=1.6,
        )
        axes.plot([each.value for each in own], at, marker, color=colour, markersize=5.5, label=f"blocks {sort}")
    axes.set_yticks([-row for row in range(len(labels))], [_LABELS[label] for label in labels])
    lowest = min(each.value if each.low is None else each.low for each in agreed)
    axes.set(ylim=(-len(labels) + 0.4, 0.6), xlim=(np.floor(lowest * 20) / 20 - 0.01, 1.01))
    axes.set_xlabel("strict F1, with its interval of 95 %")
    axes.grid(axis="x")
    bare(axes, "left")
    figure.legend(loc="outside upper left", ncols=1)


def _dodged(places: Sequence[int]) -> list[float]:
    """How far each mark moves up or down, so that none lies on the one before it; `places` are sorted."""
    close = [later - earlier < _CLOSE for earlier, later in pairwise(places)]
    shifts: list[float] = []
    for is_close_before, is_close_after in zip([False, *close], [*close, False], strict=True):
        shifts.append(-shifts[-1] if is_close_before else -0.2 if is_close_after else 0.0)
    return shifts


def _thousands(value: float, _: object) -> str:
    return f"{value:,.0f}"
