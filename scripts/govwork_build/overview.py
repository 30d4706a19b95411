"""What both views of a document tell of it: its metadata field by field, its rules with examples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from govwork.trace import Run, TracedText

from .corpus import Document
from .evidence import Evidence
from .gaps import Gap
from .model import Task, Unit

# The fields, in the order in which they are told, and the field of the evidence where that is another.
_FIELDS = {
    "title": "title",
    "doc_type": "doc_type",
    "region": "region_code",
    "year": "year",
    "issuer": "issuer",
    "doc_number": "doc_number",
    "date_issued": "date_issued",
    "date_published": "date_published",
}
_SIGNS = str.maketrans({"\n": "⏎", "\t": "⇥", "\r": "␍"})
# A space between two characters is seen.
_UNSEEN_SPACE = re.compile(r"(?<!\S) | (?!\S)")
_AROUND = 7
_EXAMPLES = 3
_AROUND_GAP = 8


EXAMPLES_ARE = (
    f"Each rule, how often it was applied, and its first edits, {_EXAMPLES} at most, in the text its stage was given."
)


class Fact(NamedTuple):
    """A value of a field with one piece of its evidence, which `number` counts; None for what is unknown."""

    field: str
    value: str | None
    number: int | None
    evidence: Evidence | None


class Example(NamedTuple):
    """An edit in what stood around it when its stage came."""

    before: str
    removed: str
    inserted: str
    after: str


@dataclass(frozen=True, slots=True)
class RuleUse:
    """How often a stage applied a rule, and the first edits that differ."""

    stage: str
    rule: str
    count: int
    examples: list[Example]


def facts(document: Document) -> Iterator[Fact]:
    """All fields, with every piece of evidence there is for each."""
    description = document.description
    for field, evidence_field in _FIELDS.items():
        found = [
            (number, evidence)
            for number, evidence in enumerate(description.evidence)
            if evidence.field == evidence_field
        ]
        for number, evidence in found:
            region = description.region if field == "region" else None
            named = region is not None and evidence.value == region.code
            value = f"{region.name} {region.code}" if region and named else evidence.value
            yield Fact(field, value, number, evidence)
        if not found:
            yield Fact(field, None, None, None)


def heading(document: Document) -> str:
    """The title, or where there is none what else is known: type, place and year."""
    description = document.description
    if description.title is not None:
        return description.title
    doc_type = (description.doc_type or "document").replace("_", " ")
    place = description.region.name if description.region else None
    year = str(description.year) if description.year else None
    return " · ".join(filter(None, (f"Untitled {doc_type}", place, year)))


def unknown_fields(document: Document) -> list[str]:
    """The fields that nothing was found for."""
    return [fact.field for fact in facts(document) if fact.evidence is None]


def gap_in_place(document: Document, gap: Gap) -> tuple[str, str, str]:
    """A gap with what stands before and after it; what was cut out has nothing in its midst."""
    text = document.text
    return (
        visible(text[max(gap.start - _AROUND_GAP, 0) : gap.start]),
        clip(text[gap.start : gap.end]),
        visible(text[gap.end : gap.end + _AROUND_GAP]),
    )


def stated_units(units: Iterable[Unit]) -> str:
    """The names of the units a task's own lines state, each with its second name: 市委宣传部（=文产办）."""
    return "、".join(
        f"{unit.name}（={unit.alias}）" if unit.alias else unit.name for unit in units if unit.basis == "stated"
    )


def general_units(tasks: Iterable[Task]) -> str:
    """The names of the units that a general rule of the document adds to its tasks."""
    units = (unit for task in tasks for unit in (*task.lead_units, *task.support_units))
    return "、".join(dict.fromkeys(unit.name for unit in units if unit.basis == "default"))


def layers_with_runs(traced: TracedText) -> Iterator[tuple[int, str, list[Run]]]:
    """Each layer that edits anything: its number, the text its stage was given, and its runs."""
    made, done = traced.source, 0
    for layer, runs in groupby(traced.runs(), key=lambda run: run.layer):
        for lower in traced.layers[done:layer]:
            made = lower.apply(made)
        done = layer
        yield layer, made, list(runs)


def rule_uses(traced: TracedText) -> Iterator[RuleUse]:
    """The rules that edited the text: layer by layer, the busiest first."""
    for number, made, runs in layers_with_runs(traced):
        layer = traced.layers[number]
        counts = {rule: int((layer.rule_codes == code).sum()) for code, rule in enumerate(layer.rules)}
        examples: dict[str, dict[tuple[str, str], Example]] = {rule: {} for rule in counts}
        for run in runs:
            shown = examples[run.rule]
            if len(shown) < _EXAMPLES:
                shown.setdefault((run.removed, run.inserted), _example(made, run))
        for rule, uses in sorted(counts.items(), key=lambda item: -item[1]):
            if uses:
                yield RuleUse(layer.stage, rule, uses, list(examples[rule].values()))


def _example(made: str, run: Run) -> Example:
    return Example(
        visible(made[max(run.start - _AROUND, 0) : run.start]),
        clip(run.removed, 24),
        clip(run.inserted, 24),
        visible(made[run.end : run.end + _AROUND]),
    )


def edit_label(run: Run) -> str:
    """An edit in one line: its rule (the stage leads its name), what it did, and its evidence."""
    removed, inserted = clip(run.removed), clip(run.inserted)
    if not removed:
        done = f"inserted {inserted}"
    elif not inserted:
        done = f"removed {removed}"
    else:
        done = f"{removed} → {inserted}"
    return f"{run.rule}: {done}" + (f" [{run.evidence}]" if run.evidence else "")


def visible(text: str) -> str:
    """The text with a sign for every character that cannot be seen.

    >>> visible("第 一 \\n　年\\u200b")
    '第 一␣⏎⟨3000⟩年⟨200B⟩'
    """
    signs = _UNSEEN_SPACE.sub("␣", text).translate(_SIGNS)
    return "".join(c if c.isprintable() else f"⟨{ord(c):04X}⟩" for c in signs)


def clip(text: str, length: int = 40) -> str:
    """The text made visible, its midst left out where it is longer than `length`."""
    if len(text) <= length:
        return visible(text)
    half = length // 2
    return f"{visible(text[:half])} … {visible(text[-half:])}"
