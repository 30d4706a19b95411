"""A collection of annotations, by block: what several annotators said of the same text."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import CorpusError
from .records import Annotation

# The annotations of one block, by the annotators' names.
Group = tuple[Annotation, ...]


def shared_blocks(annotations: Sequence[Annotation]) -> list[Group]:
    """The blocks that two annotators or more annotated, in the order of documents and of their texts.

    Raises CorpusError where an annotator annotated a block twice, or annotators had different texts before them.
    """
    by_block: dict[str, list[Annotation]] = {}
    for each in sorted(annotations, key=lambda each: each.annotator):
        by_block.setdefault(each.block.block_id, []).append(each)
    groups = sorted((tuple(group) for group in by_block.values()), key=_place)
    problems = [problem for group in groups for problem in _problems(group)]
    if problems:
        raise CorpusError(*problems)
    return [group for group in groups if len(group) > 1]


def _place(group: Group) -> tuple[str, int, str]:
    block = group[0].block
    return block.doc_id, block.start, block.block_id


def _problems(group: Group) -> list[str]:
    block_id, names = group[0].block.block_id, [each.annotator for each in group]
    problems = [
        f"{block_id}: {name} annotated the block {names.count(name)} times; keep one of these annotations"
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    return [*problems, *different_texts(group)]


def different_texts(annotations: Sequence[Annotation]) -> list[str]:
    """What keeps annotations of one block from being compared: that their annotators had different texts."""
    if len({each.block.text for each in annotations}) == 1:
        return []
    names = ", ".join(f"{each.annotator} (version {each.block.corpus_version})" for each in annotations)
    return [
        f"{annotations[0].block.block_id}: {names} had different texts; move the older export: "
        "`govwork annotations migrate`"
    ]
