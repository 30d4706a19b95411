"""Scores of labels of blocks: F1 over labels (macro) and over decisions (micro)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from .classifier import Labels

_DIGITS = 4


class LabelScore(TypedDict):
    """To four decimals; `count` is of blocks. Macro F1 is over the labels that these blocks have.

    Where every block has one label and is given one, micro F1 is the share of blocks that are right.
    """

    macro_f1: float
    micro_f1: float
    count: int


def label_scores(true: Sequence[Labels], found: Sequence[Labels]) -> LabelScore:
    """The scores of the labels `found` against the true ones, block by block."""
    from sklearn.metrics import f1_score
    from sklearn.preprocessing import MultiLabelBinarizer

    binarizer = MultiLabelBinarizer(classes=sorted(frozenset().union(*true, *found)))
    wanted, given = binarizer.fit_transform(true), binarizer.transform(found)
    known = [i for i, name in enumerate(binarizer.classes_) if wanted[:, i].any()]
    return LabelScore(
        macro_f1=round(float(f1_score(wanted, given, labels=known, average="macro", zero_division=0)), _DIGITS),
        micro_f1=round(float(f1_score(wanted, given, average="micro", zero_division=0)), _DIGITS),
        count=len(true),
    )
