"""A collection of annotations, by block: what several annotators said of the same text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from ..errors import CorpusError
from .records import Annotation

# The annotations of one block, by the annotators' names.
Group = tuple[Annotation, ...]


def shared_blocks(annotations: Sequence[Annotation]) -> list[Group]:
    """The blocks that two annotators or more annotated, in the order of documents and of their texts.

    Raises CorpusError where an annotator annotated a block twice, or annotators had different texts before them.
    """
    ordered = sorted(annotations, key=lambda each: (*_place(each), each.annotator))
    groups = [tuple(group) for _, group in groupby(ordered, key=_place)]
    problems = [problem for group in groups for problem in _problems(group)]
    if problems:
        raise CorpusError(*problems)
    return [group for group in groups if len(group) > 1]


def _place(annotation: Annotation) -> tuple[str, int, str]:
    block = annotation.block
    return block.doc_id, block.start, block.block_id


def _problems(group: Group) -> list[str]:
    block_id, names = group[0].block.block_id, [each.annotator for each in group]
    problems = [
        f"{block_id}: {name} annotated the block {names.count(name)} times; keep one of these annotations"
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    if len({each.block.text for each in group}) > 1:
        problems.append(
            f"{block_id}: {', '.join(names)} annotated different texts; annotate the block anew in its present text"
        )
    return problems
