"""What annotators of a block disagree on, item by item in the order of the text, for who decides between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any, Literal

from .collection import shared_blocks
from .comparison import match
from .records import Annotation, Relation, Span
from .scheme import scheme

DisagreementType = Literal["kind", "topics", "flag", "only", "boundary", "label", "attribute", "relation"]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One thing on which two annotations differ: what each has, None where it has nothing.

    `of` is the label, attribute (QTY.cmp), relation or flag. `start` and `end` are the place in the text: over the
    spans of both, of a relation that of the later of its ends, of a choice None. `first_spans` and `second_spans` are
    the ids of the spans that it is about. `only`: one has a span, and the other none that could stand for it.
    `boundary`: the edges differ. `label`: the labels do, and perhaps the edges. `follows`: a relation that the other
    cannot have, for want of a span.
    """

    type: DisagreementType
    of: str
    start: int | None
    end: int | None
    first: str | None
    second: str | None
    first_spans: tuple[str, ...] = ()
    second_spans: tuple[str, ...] = ()
    follows: bool = False


@dataclass(frozen=True, slots=True)
class DisputedBlock:
    """Two annotations of a block that differ, and in what."""

    first: Annotation
    second: Annotation
    items: tuple[Disagreement, ...]

    def rows(self) -> list[dict[str, Any]]:
        """The items for JSON, each with its block and annotators."""
        head = {
            "block_id": self.first.block.block_id,
            "first_annotator": self.first.annotator,
            "second_annotator": self.second.annotator,
        }
        return [head | asdict(item) for item in self.items]


def disputed_blocks(annotations: Sequence[Annotation]) -> Iterator[DisputedBlock]:
    """Every block and pair of annotators that differ on it, in the order of documents and of their texts.

    Raises CorpusError where an annotator annotated a block twice, or annotators had different texts before them.
    """
    for group in shared_blocks(annotations):
        for first, second in combinations(group, 2):
            if items := disagreements(first, second):
                yield DisputedBlock(first, second, items)


def disagreements(first: Annotation, second: Annotation) -> tuple[Disagreement, ...]:
    """All that two annotations of a block differ in: choices, then what has a place, in the order of the text."""
    pairs = counterparts(first.spans, second.spans)
    placed = [*_spans(first, second, pairs), *_relations(first, second, pairs)]
    placed.sort(key=lambda item: (item.start, item.end, item.type == "relation"))
    return (*_choices(first, second), *placed)


def counterparts(first: Sequence[Span], second: Sequence[Span]) -> dict[str, str]:
    """The spans of the first by their ids, with those of the second that stand for the same thing, one to one.

    These are the spans of one label that overlap; and of what is left those with the same edges, then those that
    overlap though by the scheme neither may hold the other.
    """
    pairs = dict(match(first, second).overlapping)
    taken = set(pairs.values())
    for is_same in (_same_edges, _rivals):
        for a in first:
            if a.id not in pairs and (b := next((b for b in second if b.id not in taken and is_same(a, b)), None)):
                pairs[a.id] = b.id
                taken.add(b.id)
    return pairs


def _same_edges(a: Span, b: Span) -> bool:
    return (a.start, a.end) == (b.start, b.end)


def _rivals(a: Span, b: Span) -> bool:
    holds = scheme().holds
    may_nest = b.label in holds.get(a.label, ()) or a.label in holds.get(b.label, ())
    return a.start < b.end and b.start < a.end and not may_nest


def _choices(first: Annotation, second: Annotation) -> Iterator[Disagreement]:
    if first.kind != second.kind:
        yield Disagreement("kind", "", None, None, first.kind, second.kind)
    if set(first.topics) != set(second.topics):
        yield Disagreement("topics", "", None, None, _told_topics(first), _told_topics(second))
    for flag in scheme().flags:
        mine, other = (flag if flag in each.flags else None for each in (first, second))
        if mine != other:
            yield Disagreement("flag", flag, None, None, mine, other)


def _told_topics(annotation: Annotation) -> str | None:
    return "；".join(name for name in scheme().topics if name in annotation.topics) or None


def _spans(first: Annotation, second: Annotation, pairs: Mapping[str, str]) -> Iterator[Disagreement]:
    others = {span.id: span for span in second.spans}
    for span in first.spans:
        if span.id in pairs:
            yield from _pair(first, second, span, others[pairs[span.id]])
        else:
            yield Disagreement("only", span.label, span.start, span.end, _told(first, span), None, (span.id,))
    matched = set(pairs.values())
    for span in second.spans:
        if span.id not in matched:
            yield Disagreement("only", span.label, span.start, span.end, None, _told(second, span), (), (span.id,))


def _pair(first: Annotation, second: Annotation, a: Span, b: Span) -> Iterator[Disagreement]:
    place = min(a.start, b.start), max(a.end, b.end)
    if a.label != b.label:
        of = f"{a.label}/{b.label}"
        yield Disagreement("label", of, *place, _told(first, a), _told(second, b), (a.id,), (b.id,))
        return
    if not _same_edges(a, b):
        yield Disagreement("boundary", a.label, *place, _told(first, a), _told(second, b), (a.id,), (b.id,))
    for name in scheme().labels[a.label].attributes:
        mine, other = a.attributes.get(name), b.attributes.get(name)
        if mine != other:
            yield Disagreement("attribute", f"{a.label}.{name}", *place, mine, other, (a.id,), (b.id,))


def _told(annotation: Annotation, span: Span) -> str:
    return f"{span} {annotation.surface(span)}"


def _relations(first: Annotation, second: Annotation, pairs: Mapping[str, str]) -> Iterator[Disagreement]:
    """Relations that only one has; where both join the same spans by different ones, the two together."""
    back = {there: here for here, there in pairs.items()}
    # The ends by the first's ids; a span that only the second has keeps its own, marked as such.
    mine = {((r.head, True), (r.tail, True), r.label): r for r in first.relations}
    others = {(_end(r.head, back), _end(r.tail, back), r.label): r for r in second.relations}
    left = [key for key in others if key not in mine]
    for key, relation in mine.items():
        if key not in others:
            rival = next((each for each in left if each[:2] == key[:2]), None)
            if rival:
                left.remove(rival)
            follows = not {relation.head, relation.tail} <= pairs.keys()
            yield _relation(first, second, relation, others[rival] if rival else None, follows)
    for each in left:
        relation = others[each]
        yield _relation(first, second, None, relation, not {relation.head, relation.tail} <= back.keys())


def _end(name: str, back: Mapping[str, str]) -> tuple[str, bool]:
    return (back[name], True) if name in back else (name, False)


def _relation(
    first: Annotation, second: Annotation, mine: Relation | None, other: Relation | None, follows: bool
) -> Disagreement:
    ends, other_ends = _ends(first, mine), _ends(second, other)
    later = max((*ends, *other_ends), key=lambda span: (span.start, span.end))
    return Disagreement(
        "relation",
        "/".join(each.label for each in (mine, other) if each),
        later.start,
        later.end,
        _told_relation(first, mine, ends),
        _told_relation(second, other, other_ends),
        tuple(span.id for span in ends),
        tuple(span.id for span in other_ends),
        follows,
    )


def _ends(annotation: Annotation, relation: Relation | None) -> list[Span]:
    spans = {span.id: span for span in annotation.spans}
    return [spans[relation.head], spans[relation.tail]] if relation else []


def _told_relation(annotation: Annotation, relation: Relation | None, ends: Sequence[Span]) -> str | None:
    return f"{relation.label} {' → '.join(map(annotation.surface, ends))}" if relation else None
