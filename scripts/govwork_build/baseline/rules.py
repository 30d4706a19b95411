"""The rule-based annotator as a system among the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..annotation.preannotate import pre_annotate
from ..annotation.records import Span
from ..regions import load_regions
from ..script import REGIONS
from .rows import Block, Data


def rule_tags(data: Data, blocks: Sequence[Block]) -> Iterator[list[str]]:
    """The tags of each block; the rules know its kind, and of its document the place, the year and the bodies."""
    regions = load_regions(REGIONS)
    for block in blocks:
        known = data.documents[block.doc_id]
        spans = pre_annotate(block.text, block.kind, regions, known.region_code, known.year, known.units)
        yield outermost(spans, len(block.text))


def outermost(spans: Sequence[Span], length: int) -> list[str]:
    """The spans, in the order of the text, as the tags of a text of this length; of those that nest the outermost.

    >>> outermost([Span("a", 1, 4, "ORG"), Span("b", 1, 2, "REG")], 5)
    ['O', 'B-ORG', 'I-ORG', 'I-ORG', 'O']
    """
    tags, end = ["O"] * length, 0
    for span in spans:
        if span.start >= end:
            end = span.end
            tags[span.start : end] = [f"B-{span.label}", *[f"I-{span.label}"] * (end - span.start - 1)]
    return tags
