"""Which spans of two annotations of a text are the same: strictly, or overlapping.

Annotations are taken to be sound: no span stands twice, and spans of one label do not overlap.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .records import Span


class Matching(NamedTuple):
    """The spans of the first by their ids, with those of the second that they match, one to one.

    `strict`: of the same label and the same edges. `overlapping`: of the same label, with a character in common;
    as many pairs as can be, all strict ones among them.
    """

    strict: dict[str, str]
    overlapping: dict[str, str]


def match(first: Sequence[Span], second: Sequence[Span]) -> Matching:
    """Matches two annotations' spans; the same pairs whichever comes first."""
    matching, taken = Matching({}, {}), set[str]()
    for a, b in _same_label_overlaps(first, second):
        # Of the two that meet first, the one that ends first meets no other, so no pair is lost by taking them. What
        # matches strictly meets nothing else at all.
        if a.id not in matching.overlapping and b.id not in taken:
            matching.overlapping[a.id] = b.id
            taken.add(b.id)
            if (a.start, a.end) == (b.start, b.end):
                matching.strict[a.id] = b.id
    return matching


def shared_characters(first: Sequence[Span], second: Sequence[Span]) -> Counter[str]:
    """By label, the characters that lie in a span of it in both."""
    shared = Counter[str]()
    for a, b in _same_label_overlaps(first, second):
        shared[a.label] += min(a.end, b.end) - max(a.start, b.start)
    return shared


def _same_label_overlaps(first: Sequence[Span], second: Sequence[Span]) -> Iterator[tuple[Span, Span]]:
    """All pairs of one label with a character in common, label by label in the order of the text."""
    others = _by_label(second)
    for label, spans in _by_label(first).items():
        yield from _overlaps(spans, others.get(label, []))


def _overlaps(first: list[Span], second: list[Span]) -> Iterator[tuple[Span, Span]]:
    i = j = 0
    while i < len(first) and j < len(second):
        a, b = first[i], second[j]
        if a.start < b.end and b.start < a.end:
            yield a, b
        if a.end <= b.end:
            i += 1
        else:
            j += 1


def _by_label(spans: Sequence[Span]) -> dict[str, list[Span]]:
    by_label = defaultdict[str, list[Span]](list)
    for span in sorted(spans, key=lambda span: span.start):
        by_label[span.label].append(span)
    return by_label
