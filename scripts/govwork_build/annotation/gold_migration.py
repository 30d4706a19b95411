"""Gold carried to another version of the corpus.

A line goes to the block that is substantially its own, as an annotation of an export does (migration.py), and takes
with it who annotated and who decided, the decisions and the comment, as they were said. Of a block that it would be
of only in part there is no line. What cannot be carried over is lost with the reason, and the line as it was is kept
for a person to decide: a whole line whose block was cut up, a span that comes to stand in a block without a line, an
attribute that need not hold of a changed text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..corpus import Row
from ..errors import CorpusError
from .fates import Migrated, SpanFate
from .gold import Gold, GoldLayer, gold_at
from .landing import Home
from .merging import Carried, put_together
from .migration import AttributesFit, carry
from .records import Annotation
from .versions import CorpusVersion, TextBlock


@dataclass(frozen=True, slots=True)
class MigratedGold:
    """The gold of the new version; the lines of which something is lost, as they were, each with `lost`, the reasons;
    and what became of everything.
    """

    gold: tuple[Gold, ...]
    lost: tuple[Row, ...]
    migrated: Migrated


def migrate_gold(
    layer: GoldLayer, old: CorpusVersion, new: CorpusVersion, attributes_fit: AttributesFit
) -> MigratedGold:
    """The lines as they stand on the new version. Raises CorpusError when a line does not fit the text it is of."""
    was = {name: _read(place, row, (old, new)) for name, (place, row) in layer.rows.items()}
    carried = carry([gold.annotation for gold in was.values()], old, new, attributes_fit)
    migrated = put_together(_on_lines(carried), new.version)
    gold = tuple(_line(each, was[name]) for each, name in _with_own_line(migrated))
    reasons: dict[str, list[str]] = {}
    for name, reason in _losses(migrated):
        reasons.setdefault(name, []).append(reason)
    lost = tuple({**layer.rows[name][1], "lost": reasons[name]} for name in was if name in reasons)
    return MigratedGold(gold, lost, migrated)


def _with_own_line(migrated: Migrated) -> Iterator[tuple[Annotation, str]]:
    """The annotations of the new version, each with the old block whose line it is."""
    name_of = {
        fate.block.block_id: fate.annotation.block.block_id
        for fate in migrated.fates
        if fate.block and fate.outcome != "lost"
    }
    yield from ((each, name_of[each.block.block_id]) for each in migrated.annotations)


def _line(annotation: Annotation, was: Gold) -> Gold:
    """A line as it was but for its block, spans and relations; spans of a line beside it may have come to it."""
    own = was.annotation
    return replace(
        was,
        annotation=replace(annotation, guideline_version=own.guideline_version, comment=own.comment, made=own.made),
    )


def _read(place: str, row: Any, versions: Sequence[CorpusVersion]) -> Gold:
    """A line on its text, which either version may hold; where none does, without its spans."""
    for version in versions:
        document = version.documents.get(row["doc_id"])
        if document and (block := document.block(row["block_id"], row["text_sha256"])):
            found = gold_at(place, row, block.text)
            break
    else:
        found = gold_at(place, row | {"spans": [], "relations": []}, "")
    if isinstance(found, str):
        raise CorpusError(found)
    return found


def _on_lines(carried: Sequence[Carried]) -> list[Carried]:
    """The same, less the spans that come to stand in a block that is not substantially that of a line of spans."""
    made: list[Carried] = []
    taken: dict[TextBlock, str] = {}
    for each in carried:
        home = each.home
        if home and home.same and home.block in taken:
            # Of two blocks without a word or a figure either may be the one that is left.
            reason = f"its block is {home.block.block_id} now, as that of {taken[home.block]} is"
            made.append(replace(each, home=Home(home.block, False), reason=reason))
            continue
        if home and home.same:
            taken[home.block] = each.annotation.block.block_id
        made.append(each)
    lines = {
        (each.annotation.annotator, each.home.block)
        for each in made
        if each.home and each.home.same and each.annotation.layer == "spans"
    }
    return [replace(each, spans=tuple(_unless_astray(fate, lines) for fate in each.spans)) for each in made]


def _unless_astray(fate: SpanFate, lines: set[tuple[str, TextBlock]]) -> SpanFate:
    annotator = fate.annotation.annotator
    if fate.block is None or (annotator, fate.block) in lines:
        return fate
    reason = f"it stands in {fate.block.block_id} now, of which {annotator} decided no spans"
    return SpanFate(fate.annotation, fate.span, "lost", reason=reason)


def _losses(migrated: Migrated) -> Iterator[tuple[str, str]]:
    """Everything that was not carried over, with the block that it was of."""
    for fate in migrated.fates:
        if fate.outcome == "lost":
            yield fate.annotation.block.block_id, f"the line: {fate.reason}"
    for span in migrated.spans:
        named = f"{span.span} {span.surface}"
        if span.outcome == "lost":
            yield span.annotation.block.block_id, f"{named}: {span.reason}"
        elif span.dropped:
            said = f"{named}: it is {span.new_surface} now, of which {', '.join(span.dropped)} need not hold"
            yield span.annotation.block.block_id, said
    for relation in migrated.relations:
        if relation.outcome == "lost":
            yield relation.annotation.block.block_id, f"{' '.join(relation.relation)}: {relation.reason}"
