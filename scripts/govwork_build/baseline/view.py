"""The figures as tables, for a terminal and for documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from govwork.features import ENTITY_LABELS

from .entity_scores import ALL, Score
from .evaluation import MAJORITY, RULES, TRAINED, Results
from .label_scores import LabelScore

_SYSTEMS = (MAJORITY, RULES, TRAINED)


class Figures(NamedTuple):
    """A table: its head, and rows of cells."""

    head: tuple[str, ...]
    rows: list[tuple[str, ...]]

    def markdown(self) -> str:
        head, *rows = (f"| {' | '.join(cells)} |\n" for cells in (self.head, *self.rows))
        return "".join([head, "|---" * len(self.head), "|\n", *rows])


def summary(results: Results, split: str) -> Figures:
    """What each system reaches on a split; a dash stands where there is no such system."""
    kinds, topics = results["kinds"][split], results["topics"][split]
    spans = results["entities"][split][TRAINED]["strict"][ALL]["count"]
    rows = [
        (f"entities, strict F1 ({spans:,} spans)", *_entities(results, split, "strict")),
        ("entities, partial F1", *_entities(results, split, "partial")),
        (f"kinds of blocks, macro F1 ({_count(kinds['gold'])} blocks of gold)", *_labels(kinds["gold"], "macro_f1")),
        (f"kinds of blocks, macro F1 (all {_count(kinds['all'])} blocks)", *_labels(kinds["all"], "macro_f1")),
        (f"topics, micro F1 ({_count(topics)} blocks of gold)", *_labels(topics, "micro_f1")),
        ("topics, macro F1", *_labels(topics, "macro_f1")),
    ]
    return Figures((f"on {split}", *_SYSTEMS), rows)


def by_label(results: Results, split: str) -> Figures:
    """The F1 of every label of entities, strict and partial."""
    found = results["entities"][split]
    columns = [(scheme, system) for scheme in ("strict", "partial") for system in (RULES, TRAINED)]
    rows = [
        (
            label,
            f"{found[TRAINED]['strict'][label]['count']:,}",
            *(_two(found[system][scheme][label]["f1"]) for scheme, system in columns),
        )
        for label in (*ENTITY_LABELS, ALL)
    ]
    return Figures((f"label, on {split}", "spans", *(f"{scheme}, {system}" for scheme, system in columns)), rows)


def _entities(results: Results, split: str, scheme: str) -> Iterator[str]:
    for system in _SYSTEMS:
        score: Score = results["entities"][split][system][scheme][ALL]
        yield _two(score["f1"])


def _labels(found: dict[str, LabelScore], measure: str) -> Sequence[str]:
    measured = {
        name: score["macro_f1"] if measure == "macro_f1" else score["micro_f1"] for name, score in found.items()
    }
    return [_two(measured[system]) if system in measured else "—" for system in _SYSTEMS]


def _count(found: dict[str, LabelScore]) -> int:
    return found[TRAINED]["count"]


def _two(value: float) -> str:
    return f"{value:.2f}"
