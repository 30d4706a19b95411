"""Annotations carried from one version of the corpus to another, through the traces of its texts.

A span goes where its characters went. What became of every annotation, span and relation is told, each once:

- `kept`: the same text at the same place of the same block;
- `moved`: the same text, at another place;
- `text changed`: another text, or one that now runs into a word that was not there: carried over, to be read again;
- `lost`: not carried over, with the reason.

For an annotation this speaks of its block as a whole. Its kind, topics and flags go to the block that holds most of
its characters, if the two are substantially the same: of the Chinese characters and figures of either, nine in ten
stand in both. Else they are lost, and what is carried over stands in an annotation without a kind (`""`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..errors import CorpusError
from .fates import Migrated, SpanFate
from .landing import Crossing, Landing
from .merging import Carried, put_together, told_apart
from .records import Annotation, Span
from .scheme import scheme
from .versions import CorpusVersion, TextBlock

# Whether the attributes of a quantity are what its text says.
AttributesFit = Callable[[str, Mapping[str, str]], bool]


def migrate(
    annotations: Sequence[Annotation], old: CorpusVersion, new: CorpusVersion, attributes_fit: AttributesFit
) -> Migrated:
    """The annotations as they stand on the new version; see `carry`.

    Annotations by one annotator that come together in one block become one, its ids made unique: those of the
    annotation whose block it is stay.

    Raises CorpusError when an annotator annotated a block twice.
    """
    return put_together(carry(annotations, old, new, attributes_fit), new.version)


def carry(
    annotations: Sequence[Annotation], old: CorpusVersion, new: CorpusVersion, attributes_fit: AttributesFit
) -> list[Carried]:
    """Where each annotation and each of its spans goes.

    `attributes_fit` decides whether the attributes of a quantity whose text changed still hold; of other labels those
    that are read from the text (a time's value, a region's code) are dropped then, and those that are chosen stay.

    Raises CorpusError when an annotator annotated a block twice.
    """
    made = Counter((each.annotator, each.block.block_id) for each in annotations)
    if twice := [
        f"{block}: {annotator} annotated it {times} times; keep one of these"
        for (annotator, block), times in made.items()
        if times > 1
    ]:
        raise CorpusError(*twice)
    names = {each.block.doc_id for each in annotations}
    crossings = {
        name: Crossing.of(old.documents[name], new.documents[name])
        for name in sorted(names & old.documents.keys() & new.documents.keys())
    }
    return told_apart([_carry(each, _way(each, old, new, crossings), attributes_fit) for each in annotations])


def _way(
    annotation: Annotation, old: CorpusVersion, new: CorpusVersion, crossings: Mapping[str, Crossing]
) -> tuple[Crossing, TextBlock] | str:
    """The way of an annotation's document with its old block, or why there is none."""
    block = annotation.block
    crossing = crossings.get(block.doc_id)
    if crossing and (found := crossing.old.block(block.block_id, block.text_sha256)):
        return crossing, found
    target = new.documents.get(block.doc_id)
    if target is None:
        return f"version {new.version} has no text of {block.doc_id}"
    if found := target.block(block.block_id, block.text_sha256):
        # The old text is not at hand, and not needed.
        return Crossing.of(target, target), found
    what = "no such block with this text" if block.doc_id in old.documents else f"no text of {block.doc_id}"
    return (
        f"the old version given, {old.version}, has {what}; it was made on version {block.corpus_version}: "
        "name a release of that version that holds the text"
    )


def _carry(annotation: Annotation, way: tuple[Crossing, TextBlock] | str, attributes_fit: AttributesFit) -> Carried:
    if isinstance(way, str):
        lost = (SpanFate(annotation, span, "lost", reason=way) for span in annotation.spans)
        return Carried(annotation, 0, None, tuple(lost), way)
    crossing, block = way
    home = crossing.home(block)
    reason = "" if home else "nothing is left of its block"
    if home and not home.same:
        reason = "no block is substantially the same: it was cut up, merged or rewritten"
    fates = (_carry_span(annotation, span, block, crossing, attributes_fit) for span in annotation.spans)
    return Carried(annotation, block.start, home, tuple(fates), reason)


def _carry_span(
    annotation: Annotation, span: Span, block: TextBlock, crossing: Crossing, attributes_fit: AttributesFit
) -> SpanFate:
    if not 0 <= span.start < span.end <= len(block.text):
        return SpanFate(annotation, span, "lost", reason="it is empty or leaves the text of its block")
    landing = crossing.land(block.start + span.start, block.start + span.end)
    if isinstance(landing, str):
        return SpanFate(annotation, span, "lost", reason=landing)
    now = replace(span, start=landing.start, end=landing.end)
    if landing.surface != annotation.surface(span) or landing.grown:
        dropped = tuple(_outdated(span, landing, attributes_fit))
        attributes = {name: value for name, value in span.attributes.items() if name not in dropped}
        return SpanFate(annotation, span, "text changed", landing.block, replace(now, attributes=attributes), dropped)
    here = (landing.block.block_id, now.start) == (block.block_id, span.start)
    return SpanFate(annotation, span, "kept" if here else "moved", landing.block, now)


def _outdated(span: Span, landing: Landing, attributes_fit: AttributesFit) -> Iterator[str]:
    """The attributes that need not hold of the changed text of a span."""
    if span.label == "QTY":
        if not attributes_fit(landing.surface, span.attributes):
            yield from span.attributes
        return
    known = scheme().labels[span.label].attributes
    yield from (name for name in span.attributes if known[name].type)
