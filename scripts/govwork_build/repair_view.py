"""What the command `repair` tells of a text: its edits as JSON lines, its changed lines, and a summary.

Nothing of the text reaches a terminal but as signs: control characters are escaped or named.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from rich.text import Text

from govwork.trace import TracedText

from .characters import STAGE as CHARACTERS
from .damage import damage_of
from .findings import counted
from .overview import clip
from .pipeline import Normalised
from .script import detect_script

_LINE_BREAK = f"{CHARACTERS}.line_break"


class Stretch(NamedTuple):
    """A stretch of the source and what it became; the two are alike where nothing was changed."""

    removed: str
    inserted: str
    changed: bool


def explained(traced: TracedText) -> Iterator[str]:
    """Each run of edits as a line of JSON, with the columns of the config `edits`."""
    for run in traced.runs():
        line = json.dumps(run._asdict(), ensure_ascii=False)
        # Only within its strings can JSON on one line hold what is not printable.
        yield "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)


def summary(made: Normalised) -> str:
    """What was done, stage by stage, and what was not; and the script that the text came in."""
    damage = damage_of(made)
    # What is read out of step is of any script: the stage's own decision is told, on the text it was given.
    script = f"script {detect_script(made.traced.layers[-1].inverse.apply(made.traced.text))}"
    parts = {
        f"{counted(damage.runs_undone, 'run')} of shifted bytes undone": damage.runs_undone,
        f"{damage.runs_in_part} of them in part": damage.runs_in_part,
        f"{counted(damage.runs_left, 'run')} left as seen": damage.runs_left,
        counted(damage.marks_lost, "lost mark"): damage.marks_lost,
        f"{counted(damage.notes_dropped, 'note')} dropped": damage.notes_dropped,
        f"{counted(damage.characters_tidied, 'character')} tidied": damage.characters_tidied,
        f"{script}, {counted(damage.characters_converted, 'character')} converted": damage.characters_converted,
        script: not damage.characters_converted,
    }
    return "; ".join(part for part, told in parts.items() if told)


def changed_lines(traced: TracedText) -> Iterator[Text]:
    """The lines of the text in which something was changed, each with its number; line breaks are not told of."""
    number = 1
    line: list[Stretch] = []
    for stretch in stretches(traced):
        if stretch.changed:
            line.append(stretch)
            continue
        first, *rest = stretch.inserted.split("\n")
        line.append(Stretch(first, first, changed=False))
        for text in rest:
            yield from _told(number, line)
            number += 1 + _line_breaks(line)
            line = [Stretch(text, text, changed=False)]
    yield from _told(number, line)


def _line_breaks(line: list[Stretch]) -> int:
    return sum(stretch.inserted.count("\n") for stretch in line)


def _told(number: int, line: list[Stretch]) -> Iterator[Text]:
    if not any(stretch.changed for stretch in line):
        return
    told = Text().append(f"{number}: ", style="dim")
    for stretch in line:
        if not stretch.changed:
            told.append(clip(stretch.inserted))
            continue
        if stretch.removed:
            told.append(f"[-{clip(stretch.removed)}-]", style="red")
        if stretch.inserted:
            told.append(f"{{+{clip(stretch.inserted)}+}}", style="green")
    yield told


def stretches(traced: TracedText) -> Iterator[Stretch]:
    """The text in its order, what was changed and what was not by turns."""
    changed = list(_changed_spans(traced))
    kept_starts = [0, *(end for _, end in changed)]
    kept_ends = [*(start for start, _ in changed), len(traced.source)]
    # Nothing of a kept stretch was changed but line breaks, so its place in the text is exact.
    starts, ends = (places.tolist() for places in traced.to_text(kept_starts, kept_ends))
    starts[0], ends[-1] = 0, len(traced.text)
    for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
        kept = traced.text[start:end]
        yield Stretch(kept, kept, changed=False)
        if i < len(changed):
            removed_from, removed_to = changed[i]
            yield Stretch(traced.source[removed_from:removed_to], traced.text[end : starts[i + 1]], changed=True)


def _changed_spans(traced: TracedText) -> Iterator[tuple[int, int]]:
    """Where the source was changed: of what overlaps or touches, the whole."""
    spans = sorted((run.source_start, run.source_end) for run in traced.runs() if run.rule != _LINE_BREAK)
    merged: tuple[int, int] | None = None
    for start, end in spans:
        if merged is None or start > merged[1]:
            if merged:
                yield merged
            merged = start, end
        else:
            merged = merged[0], max(merged[1], end)
    if merged:
        yield merged
