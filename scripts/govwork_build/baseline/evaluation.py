"""All baselines on one release: learnt from train, scored on validation and on test, each by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict, TypeVar

from ..annotation.scheme import scheme
from . import classifier
from .classifier import Labels, commonest_label, train_and_classify
from .entity_scores import Score, entity_scores
from .label_scores import LabelScore, label_scores
from .rows import Block, Data
from .rules import rule_tags
from .tagger import Tags, commonest_tags, train_and_tag

T = TypeVar("T")
U = TypeVar("U")

SCORED = ("validation", "test")
MAJORITY, RULES, TRAINED = "majority", "rules", "trained"


class Results(TypedDict):
    """By split and system: of `entities` by scheme and label, of `kinds` by whose labels count (gold or all)."""

    entities: dict[str, dict[str, dict[str, dict[str, Score]]]]
    kinds: dict[str, dict[str, dict[str, LabelScore]]]
    topics: dict[str, dict[str, LabelScore]]
    trained_on: dict[str, int]


def evaluate(data: Data, progress: Callable[[str], None] = lambda what: None) -> Results:
    """The figures; the same for the same data. `progress` is told what is done next."""
    with_topics = {split: [block for block in blocks if block.topics] for split, blocks in data.blocks.items()}
    progress("entities")
    entities = _entities(data)
    progress("kinds of blocks")
    kinds = _kinds(data.blocks)
    progress("topics")
    return Results(
        entities=entities,
        kinds=kinds,
        topics=_topics(with_topics),
        trained_on={
            "entities": len(data.tagged["train"]),
            "kinds": len(data.blocks["train"]),
            "topics": len(with_topics["train"]),
        },
    )


def _entities(data: Data) -> dict[str, dict[str, dict[str, dict[str, Score]]]]:
    rows = {split: data.tagged[split] for split in SCORED}
    texts = [row.block.text for row in _together(rows)]
    train = data.tagged["train"]
    systems: dict[str, Sequence[Tags]] = {
        MAJORITY: commonest_tags(train, texts),
        RULES: [*rule_tags(data, [row.block for row in _together(rows)])],
        TRAINED: train_and_tag(train, texts),
    }
    return {
        split: {name: entity_scores([row.tags for row in rows[split]], tags) for name, tags in of_split.items()}
        for split, of_split in _apart(rows, systems).items()
    }


def _kinds(blocks: Mapping[str, Sequence[Block]]) -> dict[str, dict[str, dict[str, LabelScore]]]:
    """Learnt from all of train, whoever says the kind; scored where gold says it, and on all blocks."""
    found = _classified(blocks, lambda block: frozenset({block.kind}), classifier.KINDS, 1)
    made: dict[str, dict[str, dict[str, LabelScore]]] = {}
    for split in SCORED:
        true = [frozenset({block.kind}) for block in blocks[split]]
        gold = [i for i, block in enumerate(blocks[split]) if block.is_gold]
        made[split] = {
            "gold": {
                name: label_scores([true[i] for i in gold], [labels[i] for i in gold])
                for name, labels in found[split].items()
            },
            "all": {name: label_scores(true, labels) for name, labels in found[split].items()},
        }
    return made


def _topics(blocks: Mapping[str, Sequence[Block]]) -> dict[str, dict[str, LabelScore]]:
    found = _classified(blocks, lambda block: block.topics, classifier.TOPICS, scheme().most_topics)
    return {
        split: {
            name: label_scores([block.topics for block in blocks[split]], labels)
            for name, labels in found[split].items()
        }
        for split in SCORED
    }


def _classified(
    blocks: Mapping[str, Sequence[Block]],
    labels_of: Callable[[Block], Labels],
    settings: classifier.Settings,
    most: int,
) -> dict[str, dict[str, Sequence[Labels]]]:
    """By split and system the labels of the blocks."""
    train = [block.text for block in blocks["train"]]
    labels = [labels_of(block) for block in blocks["train"]]
    scored = {split: blocks[split] for split in SCORED}
    texts = [block.text for block in _together(scored)]
    systems: dict[str, Sequence[Labels]] = {
        MAJORITY: commonest_label(labels, texts),
        TRAINED: train_and_classify(train, labels, texts, settings, most),
    }
    return _apart(scored, systems)


def _together(rows: Mapping[str, Sequence[T]]) -> list[T]:
    """The rows of all scored splits, so that a system is trained once for all of them."""
    return [row for split in SCORED for row in rows[split]]


def _apart(rows: Mapping[str, Sequence[T]], systems: Mapping[str, Sequence[U]]) -> dict[str, dict[str, Sequence[U]]]:
    """By split and system what a system found of the rows together."""
    made: dict[str, dict[str, Sequence[U]]] = {}
    start = 0
    for split in SCORED:
        end = start + len(rows[split])
        made[split] = {name: found[start:end] for name, found in systems.items()}
        start = end
    return made
