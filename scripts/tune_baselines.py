"""How the settings of the baselines were chosen: in train alone, each fold of it against the others.

Prints for each setting the F1 over the folds together: of entities strict, of kinds and topics over the blocks of
gold whose labels another fold has too. The best of each (strict, macro, micro) is what the baselines use; validation
and test are not looked at.

Run from the repository root after a build; takes minutes: python scripts/tune_baselines.py
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import TypeVar

from govwork.loading import default_folder
from govwork_build.annotation.scheme import scheme
from govwork_build.baseline import classifier, tagger
from govwork_build.baseline.entity_scores import ALL, entity_scores
from govwork_build.baseline.label_scores import label_scores
from govwork_build.baseline.rows import Block, Data, Tagged, read

T = TypeVar("T")
U = TypeVar("U")


def across_folds(
    rows: Sequence[T], fold_of: Callable[[T], int], found: Callable[[list[T], list[T]], Sequence[U]]
) -> list[tuple[T, U]]:
    """Each row with what was found of it by learning from the rows of the other folds."""
    made: list[tuple[T, U]] = []
    for fold in sorted({fold_of(row) for row in rows}):
        within = [row for row in rows if fold_of(row) == fold]
        others = [row for row in rows if fold_of(row) != fold]
        made += zip(within, found(others, within), strict=True)
    return made


def entities(data: Data) -> None:
    for longest, c1, c2 in product((1, 2, 3), (0.02, 0.1, 0.3), (0.001, 0.01, 0.1)):
        settings = tagger.Settings(longest, c1, c2)

        def tag(train: list[Tagged], rows: list[Tagged], chosen: tagger.Settings = settings) -> Sequence[tagger.Tags]:
            return tagger.train_and_tag(train, [row.block.text for row in rows], chosen)

        made = across_folds(data.tagged["train"], lambda row: data.documents[row.block.doc_id].fold, tag)
        scores = entity_scores([row.tags for row, _ in made], [tags for _, tags in made])
        print(f"entities {settings} {scores['strict'][ALL]['f1']:.4f}", flush=True)


def labels(data: Data, what: str, labels_of: Callable[[Block], classifier.Labels], most: int) -> None:
    blocks = [block for block in data.blocks["train"] if labels_of(block)]
    fold_of = {doc_id: facts.fold for doc_id, facts in data.documents.items()}
    folds = set(fold_of.values())
    met = {(name, fold_of[block.doc_id]) for block in blocks for name in labels_of(block)}

    def can_be_learnt(block: Block) -> bool:
        """Whether each of its labels is met in another fold: all lead lines of train stand in one document."""
        return all(any((name, fold) in met for fold in folds - {fold_of[block.doc_id]}) for name in labels_of(block))

    thresholds = (1.0,) if most == 1 else (0.1, 0.2, 0.3, 0.5)
    for longest, c, threshold in product((1, 2, 3), (1, 10, 100, 1000), thresholds):
        settings = classifier.Settings(longest, c, threshold)

        def classify(
            train: list[Block], rows: list[Block], chosen: classifier.Settings = settings
        ) -> list[classifier.Labels]:
            texts, others = [block.text for block in train], [block.text for block in rows]
            return classifier.train_and_classify(texts, list(map(labels_of, train)), others, chosen, most)

        made = across_folds(blocks, lambda block: fold_of[block.doc_id], classify)
        counted = [(labels_of(block), found) for block, found in made if block.is_gold and can_be_learnt(block)]
        score = label_scores([true for true, _ in counted], [found for _, found in counted])
        print(f"{what} {settings} macro {score['macro_f1']:.4f} micro {score['micro_f1']:.4f}", flush=True)


def main() -> None:
    data = read(default_folder())
    labels(data, "kinds", lambda block: frozenset({block.kind}), 1)
    labels(data, "topics", lambda block: block.topics, scheme().most_topics)
    entities(data)


if __name__ == "__main__":
    main()
