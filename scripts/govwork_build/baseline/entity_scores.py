"""Scores of tags: nervaluate's, strict and partial, of every label and of all together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from govwork.features import ENTITY_LABELS

ALL = "all"
SCHEMES = ("strict", "partial")
_DIGITS = 4


class Score(TypedDict):
    """Precision, recall and F1 to four decimals, and how many spans there are to find."""

    precision: float
    recall: float
    f1: float
    count: int


def entity_scores(true: Sequence[Sequence[str]], found: Sequence[Sequence[str]]) -> dict[str, dict[str, Score]]:
    """By scheme and label, the scores of the tags `found` against the true ones, text by text.

    Strict: label and both edges. Partial: a span that only overlaps counts half; of all labels together it does not
    ask for the label.
    """
    from nervaluate import Evaluator

    evaluated = Evaluator(
        [list(tags) for tags in true], [list(tags) for tags in found], tags=list(ENTITY_LABELS), loader="list"
    ).evaluate()
    results = {ALL: evaluated["overall"]} | {label: evaluated["entities"].get(label) for label in ENTITY_LABELS}
    return {
        scheme: {
            label: Score(
                precision=round(of[scheme].precision, _DIGITS),
                recall=round(of[scheme].recall, _DIGITS),
                f1=round(of[scheme].f1, _DIGITS),
                count=of[scheme].possible,
            )
            if of
            else Score(precision=0.0, recall=0.0, f1=0.0, count=0)
            for label, of in results.items()
        }
        for scheme in SCHEMES
    }
