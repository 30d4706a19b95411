"""What a migration did, to be read by people and by programs: counts, and every thing that is not as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, get_args

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..overview import clip
from .fates import AnnotationFate, Migrated, Outcome, RelationFate, SpanFate

Fate = AnnotationFate | SpanFate | RelationFate
_THING = {AnnotationFate: "annotation", SpanFate: "span", RelationFate: "relation"}
_STYLE = {"text changed": "yellow", "lost": "red"}
_LONGEST = 60


def counts(migrated: Migrated) -> dict[str, dict[str, int]]:
    """How many annotations, spans and relations came to each outcome, by thing and outcome; zeros are told too."""
    return {
        thing: {outcome: found[outcome] for outcome in get_args(Outcome)}
        for thing, fates in (
            ("annotation", migrated.fates),
            ("span", migrated.spans),
            ("relation", migrated.relations),
        )
        for found in [Counter(fate.outcome for fate in fates)]
    }


def rows(migrated: Migrated) -> Iterator[dict[str, Any]]:
    """A row for everything that is neither kept nor moved, in the order of the annotations; each can be JSON.

    A row whose thing is lost holds the whole annotation that it was in, once for each annotation: in the first such
    row of it. `start` and `end` are of the block's text, `new_start` and `new_end` of the new block's.
    """
    told: set[tuple[str, str]] = set()
    for fate in _all(migrated):
        if fate.outcome in _STYLE:
            row = _row(fate)
            key = (row["annotator"], row["block_id"])
            if fate.outcome == "lost" and key not in told:
                told.add(key)
                row["annotation"] = asdict(fate.annotation) | {
                    "relations": [relation._asdict() for relation in fate.annotation.relations]
                }
            yield row


def print_report(migrated: Migrated, console: Console) -> None:
    """Prints the counts, then a line for everything that is neither kept nor moved."""
    table = Table("", *get_args(Outcome), title="Migration", title_justify="left")
    for thing, found in counts(migrated).items():
        table.add_row(f"{thing}s", *(f"{count:,}" for count in found.values()))
    console.print(table)
    for fate in _all(migrated):
        if fate.outcome in _STYLE:
            console.print(_line(_row(fate)), soft_wrap=True)


def _all(migrated: Migrated) -> Iterator[Fate]:
    """Each annotation, its spans, its relations."""
    parts: dict[tuple[str, str], list[Fate]] = {}
    every: tuple[Fate, ...] = (*migrated.fates, *migrated.spans, *migrated.relations)
    for fate in every:
        parts.setdefault((fate.annotation.annotator, fate.annotation.block.block_id), []).append(fate)
    for fates in parts.values():
        yield from fates


def _row(fate: Fate) -> dict[str, Any]:
    was = fate.annotation.block
    row: dict[str, Any] = {
        "thing": _THING[type(fate)],
        "outcome": fate.outcome,
        "reason": fate.reason,
        "annotator": fate.annotation.annotator,
        "block_id": was.block_id,
    }
    if isinstance(fate, RelationFate):
        return row | {"relation": fate.relation._asdict()}
    row["new_block_id"] = fate.block.block_id if fate.block else None
    if isinstance(fate, AnnotationFate):
        return row | {"surface": was.text, "new_surface": fate.block.text if fate.block else ""}
    return row | {
        "id": fate.span.id,
        "label": fate.span.label,
        "start": fate.span.start,
        "end": fate.span.end,
        "surface": fate.surface,
        "new_id": fate.now.id if fate.now else None,
        "new_start": fate.now.start if fate.now else None,
        "new_end": fate.now.end if fate.now else None,
        "new_surface": fate.new_surface,
        "attributes": dict(fate.span.attributes),
        "dropped": list(fate.dropped),
    }


def _line(row: dict[str, Any]) -> Text:
    if "relation" in row:
        name = " ".join(row["relation"].values())
    else:
        name = f"{row['label']} {row['start']}:{row['end']}" if "label" in row else "block"
    line = Text.assemble((row["outcome"], _STYLE[row["outcome"]]), f" {row['block_id']} {row['annotator']} {name}")
    if surface := row.get("surface"):
        line.append(f" “{clip(surface, _LONGEST)}”")
    if row.get("new_surface"):
        line.append(f" → “{clip(row['new_surface'], _LONGEST)}”")
        if row["new_block_id"] != row["block_id"]:
            line.append(f" in {row['new_block_id']}")
    if row.get("dropped"):
        line.append(f"; dropped: {', '.join(row['dropped'])}")
    if row["reason"]:
        line.append(f": {row['reason']}")
    return line
