"""Classifiers of blocks: character n-grams by TF-IDF, and a logistic regression for each label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Labels = frozenset[str]


class Settings(NamedTuple):
    """The longest n-gram, how little the regression is held back, and from which probability on a label is given."""

    longest: int
    c: float
    threshold: float


# Chosen in train, fold against fold (docs/baseline.md). A block has one kind, whatever the threshold.
KINDS = Settings(longest=1, c=1000, threshold=1)
TOPICS = Settings(longest=1, c=100, threshold=0.2)


def train_and_classify(
    texts: Sequence[str], labels: Sequence[Labels], others: Sequence[str], settings: Settings, most: int
) -> list[Labels]:
    """The labels of the texts `others`: the likeliest, and up to `most` of those that reach the threshold.

    The same for the same input. Each text that is learnt from has at least one label.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.preprocessing import MultiLabelBinarizer
    from threadpoolctl import threadpool_limits

    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, settings.longest), lowercase=False, sublinear_tf=True)
    binarizer = MultiLabelBinarizer()
    regression = LogisticRegression(C=settings.c, class_weight="balanced", solver="liblinear", random_state=0)
    model = OneVsRestClassifier(regression)
    # One thread: sums then come in one order, and small ones sooner.
    with threadpool_limits(limits=1):
        model.fit(vectors.fit_transform(texts), binarizer.fit_transform(labels))
        probabilities: NDArray[np.float64] = model.predict_proba(vectors.transform(others))
    names = [str(name) for name in binarizer.classes_]
    return [_chosen(row, names, settings.threshold, most) for row in probabilities]


def _chosen(probabilities: NDArray[np.float64], names: Sequence[str], threshold: float, most: int) -> Labels:
    ranked = np.argsort(-probabilities, kind="stable")[:most]
    return frozenset(names[i] for place, i in enumerate(ranked) if place == 0 or probabilities[i] >= threshold)


def commonest_label(labels: Sequence[Labels], others: Sequence[str]) -> list[Labels]:
    """The commonest label for every text, the first of the alphabet among equals."""
    counts = Counter(name for each in labels for name in each)
    return [frozenset({min(counts, key=lambda name: (-counts[name], name))})] * len(others)
