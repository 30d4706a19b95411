"""What the annotations of a block add to the figures of agreement: counts, so that a bootstrap only sums them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import NamedTuple

import numpy as np

from .alpha import Coded, coded, jaccard, masi, nominal
from .collection import Group
from .comparison import match, shared_characters
from .records import Annotation, Relation
from .scheme import Scheme

# All labels, attributes or relations together.
ALL = "all"
# A measure, and the label, attribute (QTY.cmp), relation or flag that it is of.
Key = tuple[str, str]


class Part(NamedTuple):
    """What is added to a share: so much of so much."""

    key: Key
    part: float
    whole: int


def share_keys(scheme: Scheme) -> list[Key]:
    """Every share there is, whether the annotations have anything of it or not."""
    attributes = [f"{label}.{attribute}" for label, attribute in scheme.controls.values()]
    return [
        *product(("strict_f1", "overlapping_f1"), (ALL, *scheme.labels)),
        *product(("attribute_share",), (ALL, *attributes)),
        *product(("strict_relation_coverage", "overlapping_relation_coverage"), (ALL,)),
        *product(("strict_relation_f1", "overlapping_relation_f1"), (ALL, *scheme.relations)),
        ("topic_jaccard", ALL),
        *product(("flag_share",), scheme.flags),
    ]


def parts(first: Annotation, second: Annotation, scheme: Scheme) -> Iterator[Part]:
    """What two annotations of a block add to the shares; the same sums whichever comes first."""
    matching = match(first.spans, second.spans)
    yield from _span_parts("strict_f1", first, second, matching.strict)
    yield from _span_parts("overlapping_f1", first, second, matching.overlapping)
    yield from _attribute_parts(first, second, matching.strict)
    yield from _relation_parts("strict", first, second, matching.strict)
    yield from _relation_parts("overlapping", first, second, matching.overlapping)
    if first.topics or second.topics:
        yield Part(("topic_jaccard", ALL), jaccard(set(first.topics), set(second.topics)), 1)
    for flag in scheme.flags:
        yield Part(("flag_share", flag), (flag in first.flags) == (flag in second.flags), 1)


def _span_parts(measure: str, first: Annotation, second: Annotation, matched: Mapping[str, str]) -> Iterator[Part]:
    """F1 is the share of the spans of both that match: 2 · matches / (spans of one + spans of the other)."""
    for annotation, ids in ((first, set(matched)), (second, set(matched.values()))):
        for span in annotation.spans:
            for of in (span.label, ALL):
                yield Part((measure, of), span.id in ids, 1)


def _attribute_parts(first: Annotation, second: Annotation, matched: Mapping[str, str]) -> Iterator[Part]:
    """Attributes of spans that match; one that both left empty does not count."""
    spans = {span.id: span for span in second.spans}
    for span in first.spans:
        if span.id in matched:
            mine, other = span.attributes, spans[matched[span.id]].attributes
            for name in mine.keys() | other.keys():
                for of in (f"{span.label}.{name}", ALL):
                    yield Part(("attribute_share", of), mine.get(name) == other.get(name), 1)


def _relation_parts(how: str, first: Annotation, second: Annotation, matched: Mapping[str, str]) -> Iterator[Part]:
    """Relations between spans that both match: which of them both have; and the share of all that these are."""
    back = {there: here for here, there in matched.items()}
    found = set(first.relations)
    translated = {_translated(relation, back) for relation in second.relations}
    for relation in first.relations:
        yield from _relation_part(how, relation, {relation.head, relation.tail} <= matched.keys(), translated)
    for relation in second.relations:
        is_comparable = {relation.head, relation.tail} <= back.keys()
        yield from _relation_part(how, _translated(relation, back), is_comparable, found)


def _translated(relation: Relation, ids: Mapping[str, str]) -> Relation:
    """The relation between the spans that its ends match, if there are such."""
    return Relation(ids.get(relation.head, ""), relation.label, ids.get(relation.tail, ""))


def _relation_part(how: str, relation: Relation, is_comparable: bool, others: set[Relation]) -> Iterator[Part]:
    yield Part((f"{how}_relation_coverage", ALL), is_comparable, 1)
    if is_comparable:
        for of in (relation.label, ALL):
            yield Part((f"{how}_relation_f1", of), relation in others, 1)


def codings(groups: Sequence[Group], scheme: Scheme) -> Iterator[tuple[Key, Coded]]:
    """The counts of every alpha, by block."""
    for label, characters in _characters(groups, scheme).items():
        yield ("character_alpha", label), characters
    yield ("kind_alpha", ALL), coded([[each.kind for each in group] for group in groups], nominal)
    yield ("topic_alpha", ALL), coded([_topics(group) for group in groups], masi)
    for flag in scheme.flags:
        yield ("flag_alpha", flag), coded([[flag in each.flags for each in group] for group in groups], nominal)


def _topics(group: Group) -> list[tuple[str, ...]]:
    """The topics that each annotator gave; of a block to which none gave any, nothing."""
    topics = [tuple(sorted(each.topics)) for each in group]
    return topics if any(topics) else []


def _characters(groups: Sequence[Group], scheme: Scheme) -> dict[str, Coded]:
    """By label: each character is a unit, in a span of the label or not; a block adds those of its text."""
    made = {
        label: Coded(np.zeros((len(groups), 2)), np.zeros(len(groups)), np.array([[0.0, 1.0], [1.0, 0.0]]))
        for label in scheme.labels
    }
    for row, group in enumerate(groups):
        covered, shared = Counter[str](), Counter[str]()
        for annotation in group:
            for span in annotation.spans:
                covered[span.label] += span.end - span.start
        for first, second in combinations(group, 2):
            shared.update(shared_characters(first.spans, second.spans))
        characters = len(group) * len(group[0].block.text)
        for label, characters_of in made.items():
            characters_of.counts[row] = characters - covered[label], covered[label]
            # A pair disagrees on what one of the two has inside and the other has not, in both directions.
            apart = (len(group) - 1) * covered[label] - 2 * shared[label]
            characters_of.disagreement[row] = 2 * apart / (len(group) - 1)
    return made
