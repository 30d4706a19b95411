"""Stage: byte-shift damage is undone where the bytes and the text around it leave no doubt.

A run is repaired when one reading explains what is seen and is likelier, by a margin, than what is seen and than any
other reading. Where two readings are as good, the characters in which they differ become `□`; a digit is never
put in. Each edit tells the bytes, how many of them were assumed, and the next best reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from govwork.layer import Edit, Layer

from .batch import SEPARATOR
from .byteshift_decision import UNKNOWN, Repair
from .byteshift_runs import Damaged, repairs
from .byteshift_tables import PUNCTUATION
from .notes import SYLLABLE

STAGE = "byteshift"
REPAIRED, GAP = f"{STAGE}.repaired", f"{STAGE}.gap"
# A lost byte behind what is no letter: before a note, or before punctuation, but not three `?` that no note follows.
_START = re.compile(
    rf"\?(?<=[^\sA-Za-z?]\?)(?:{SYLLABLE}\)|(?!\?\?(?!{SYLLABLE}\)))[{re.escape(''.join(sorted(PUNCTUATION)))}])"
)


def undo_byteshift(text: str) -> Layer:
    """The layer of stage `byteshift`, for one document or a batch; empty after one scan where there is no `?`."""
    edits = [_edit(repair, damaged.offset) for damaged in _damaged(text) for repair in repairs(damaged)]
    return Layer.of(STAGE, text, edits)


def _damaged(text: str) -> Iterator[Damaged]:
    position = text.find("?")
    while position >= 0:
        start = text.rfind(SEPARATOR, 0, position) + 1
        end = text.find(SEPARATOR, position)
        end = end if end >= 0 else len(text)
        document = text[start:end]
        if starts := [match.start() for match in _START.finditer(document)]:
            yield Damaged(start, document, starts)
        position = text.find("?", end)


def unknown_spans(layer: Layer) -> Iterator[tuple[int, int]]:
    """Where in the text that the layer makes something could not be read: `□`, or `?` for a lost letter or digit."""
    shift = 0
    for edit in layer:
        if edit.rule == GAP:
            for at, character in enumerate(edit.replacement, start=edit.start + shift):
                if character in (UNKNOWN, "?"):
                    yield at, at + 1
        shift += len(edit.replacement) - (edit.end - edit.start)


def _edit(repair: Repair, offset: int) -> Edit:
    restored = repair.restored
    rule = GAP if UNKNOWN in restored or "?" in restored else REPAIRED
    return Edit(rule, offset + repair.start, offset + repair.end, restored, repair.evidence)
