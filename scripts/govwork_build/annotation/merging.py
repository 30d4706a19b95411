"""What was carried to the new version, put together: one annotation to a block and annotator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..corpus import sha256
from .fates import AnnotationFate, Migrated, Outcome, RelationFate, SpanFate, SpanKey
from .landing import Home
from .records import Annotation, Block, Relation, Span
from .versions import TextBlock

_Fates = Mapping[SpanKey, SpanFate]


@dataclass(frozen=True, slots=True)
class Carried:
    """An annotation, the block it goes to, or why to none that is substantially its own, and its spans.

    `start` is where its old block begins in its document.
    """

    annotation: Annotation
    start: int
    home: Home | None
    spans: tuple[SpanFate, ...]
    reason: str


def told_apart(carried: Sequence[Carried]) -> list[Carried]:
    """The same, less the spans with changed text that now lie otherwise to another of their annotator's.

    A body whose name shrank to that of the area in it cannot be told from the area.
    """
    placed: dict[tuple[str, str], list[tuple[tuple[int, int], tuple[int, int], SpanFate]]] = {}
    for each in carried:
        for fate in each.spans:
            if fate.block and fate.now:
                was = (each.start + fate.span.start, each.start + fate.span.end)
                key = (each.annotation.annotator, fate.block.block_id)
                placed.setdefault(key, []).append((was, (fate.now.start, fate.now.end), fate))
    reasons: dict[SpanKey, str] = {}
    for fates in placed.values():
        for was, now, fate in fates:
            if fate.outcome == "text changed":
                for other_was, other_now, other in fates:
                    if _lie(was, other_was) != _lie(now, other_now):
                        reasons.setdefault(fate.key, f"its text can no longer be told from that of {other.span}")
    return [replace(each, spans=tuple(_unless_lost(fate, reasons) for fate in each.spans)) for each in carried]


def _unless_lost(fate: SpanFate, reasons: Mapping[SpanKey, str]) -> SpanFate:
    if fate.key not in reasons:
        return fate
    return SpanFate(fate.annotation, fate.span, "lost", reason=reasons[fate.key])


def _lie(one: tuple[int, int], other: tuple[int, int]) -> str:
    """How two spans lie to each other."""
    if one == other:
        return "same"
    if one[1] <= other[0] or other[1] <= one[0]:
        return "apart"
    if one[0] <= other[0] and other[1] <= one[1]:
        return "holds"
    return "held" if other[0] <= one[0] and one[1] <= other[1] else "across"


def put_together(carried: Sequence[Carried], version: str) -> Migrated:
    """The annotations of version `version`, and the fate of everything that was to be carried there."""
    parts: dict[tuple[str, TextBlock], list[Carried]] = {}
    for each in carried:
        blocks = {fate.block for fate in each.spans if fate.block}
        if each.home and each.home.same:
            blocks.add(each.home.block)
        for block in sorted(blocks, key=lambda block: block.start):
            parts.setdefault((each.annotation.annotator, block), []).append(each)
    fates = {fate.key: fate for each in carried for fate in each.spans}
    for (_, block), members in parts.items():
        fates |= {fate.key: fate for fate in _named(block, members)}
    relations = tuple(fate for each in carried for fate in _relations(each.annotation, fates))
    return Migrated(
        annotations=tuple(_annotation(block, members, fates, version) for (_, block), members in parts.items()),
        fates=tuple(_fate(each) for each in carried),
        spans=tuple(fates[fate.key] for each in carried for fate in each.spans),
        relations=relations,
    )


def _named(block: TextBlock, members: Sequence[Carried]) -> Iterator[SpanFate]:
    """The spans that stand in the block; of those with one id all but one get another.

    The annotation whose block it is keeps its ids.
    """
    taken = {fate.span.id for each in members for fate in each.spans}
    used: set[str] = set()
    for each in sorted(members, key=lambda each: each.home != Home(block, True)):
        for fate in each.spans:
            if fate.block == block and fate.now:
                name, number = fate.span.id, 1
                while name in used or (number > 1 and name in taken):
                    number += 1
                    name = f"{fate.span.id}-{number}"
                used.add(name)
                yield replace(fate, now=replace(fate.now, id=name))


def _relations(annotation: Annotation, fates: _Fates) -> Iterator[RelationFate]:
    for relation in annotation.relations:
        head, tail = (fates[_key(annotation, end)] for end in (relation.head, relation.tail))
        lost = [fate for fate in (head, tail) if fate.outcome == "lost"]
        if lost:
            reason = f"its end {lost[0].span} is lost"
        else:
            reason = "" if head.block == tail.block else "its ends stand in two blocks"
        yield RelationFate(annotation, relation, "lost" if reason else "kept", reason)


def _annotation(block: TextBlock, members: Sequence[Carried], fates: _Fates, version: str) -> Annotation:
    """What one annotator's annotations say of a block of the new version."""
    here = [
        fates[fate.key]
        for each in members
        for fate in each.spans
        if fates[fate.key].block == block and fates[fate.key].now
    ]
    names = {fate.key: fate.now.id for fate in here if fate.now}
    own = [each.annotation for each in members if each.home and each.home.block == block]
    same = next((each.annotation for each in members if each.home == Home(block, True)), None)
    everyone = [each.annotation for each in members]
    versions = {each.guideline_version for each in everyone}
    seconds = [each.seconds for each in own]
    return Annotation(
        block=Block(block.block_id, everyone[0].block.doc_id, block.start, version, sha256(block.text), block.text),
        annotator=everyone[0].annotator,
        guideline_version=versions.pop() if len(versions) == 1 else None,
        kind=same.kind if same else "",
        topics=same.topics if same else (),
        flags=same.flags if same else (),
        comment="\n".join(each.comment for each in own if each.comment),
        spans=tuple(sorted((fate.now for fate in here if fate.now), key=_place)),
        relations=tuple(relation for each in everyone for relation in _renamed(each, names)),
        made=max((each.made for each in everyone if each.made), default=None),
        # The time that a block took goes with its home, so that a sum over all annotations stays one.
        seconds=sum(s for s in seconds if s is not None) if seconds and None not in seconds else None,
        assisted=any(each.assisted for each in everyone),
        layer="spans" if here or not same else same.layer,
    )


def _renamed(annotation: Annotation, names: Mapping[SpanKey, str]) -> Iterator[Relation]:
    """The relations of an annotation between spans that have names in one block."""
    for relation in annotation.relations:
        head, tail = (_key(annotation, end) for end in (relation.head, relation.tail))
        if head in names and tail in names:
            yield Relation(names[head], relation.label, names[tail])


def _key(annotation: Annotation, span_id: str) -> SpanKey:
    return annotation.annotator, annotation.block.block_id, span_id


def _place(span: Span) -> tuple[int, int, str]:
    return span.start, -span.end, span.label


def _fate(carried: Carried) -> AnnotationFate:
    was, home = carried.annotation.block, carried.home
    outcome: Outcome = "text changed"
    if home is None or not home.same:
        outcome = "lost"
    elif home.block.text == was.text:
        outcome = "kept" if home.block.block_id == was.block_id else "moved"
    return AnnotationFate(carried.annotation, outcome, home.block if home else None, carried.reason)
