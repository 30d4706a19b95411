"""Stage: byte-shift damage is undone where the bytes and the text around it leave no doubt.

A run is repaired when one reading explains what is seen and is likelier, by a margin, than what is seen and than any
other reading. Where two readings are as good, the characters in which they differ become `□`; a digit is never
put in. Each edit tells the bytes, how many of them were assumed, and the next best reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from govwork.layer import Edit, Layer

from .batch import SEPARATOR
from .byteshift_decide import QUOTED, Repair, Surroundings, decide
from .byteshift_moves import PUNCTUATION, Reading
from .byteshift_page import Page, likelihoods, read_pages
from .byteshift_search import find_needed_readings, find_readings
from .notes import NOTE, SYLLABLE

STAGE = "byteshift"
REPAIRED, GAP = f"{STAGE}.repaired", f"{STAGE}.gap"
# What stands for a character that the bytes do not tell.
UNKNOWN = "□"

# A run is seen within so many characters; so many are sought at once.
_LONGEST, _AT_ONCE = 80, 128
_START = re.compile(rf"(?<=[^\sA-Za-z?])\?(?:{SYLLABLE}\)|(?!\?\?)[{re.escape(''.join(sorted(PUNCTUATION)))}])")


def undo_byteshift(text: str) -> Layer:
    """The layer of stage `byteshift`, for one document or a batch; empty after one scan where there is no `?`."""
    edits = [_edit(repair, offset) for some in _together(_damaged(text)) for offset, repair in _repairs(some)]
    return Layer.of(STAGE, text, edits)


class _Damaged(NamedTuple):
    """A document with its offset in the text, and where its runs may start."""

    offset: int
    document: str
    starts: list[int]


def _damaged(text: str) -> Iterator[_Damaged]:
    position = text.find("?")
    while position >= 0:
        start = text.rfind(SEPARATOR, 0, position) + 1
        end = text.find(SEPARATOR, position)
        end = end if end >= 0 else len(text)
        document = text[start:end]
        if starts := [match.start() for match in _START.finditer(document)]:
            yield _Damaged(start, document, starts)
        position = text.find("?", end)


def _together(damaged: Iterable[_Damaged]) -> Iterator[list[_Damaged]]:
    """Documents that have enough runs among them for searching all at once to pay."""
    some: list[_Damaged] = []
    for one in damaged:
        some.append(one)
        if sum(len(each.starts) for each in some) >= _AT_ONCE:
            yield some
            some = []
    if some:
        yield some


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
    restored = agreed(repair.texts)
    rule = GAP if UNKNOWN in restored or "?" in restored else REPAIRED
    return Edit(rule, offset + repair.start, offset + repair.end, restored, repair.evidence)


def agreed(texts: tuple[str, ...]) -> str:
    """What all readings have in common, with `□` for what they have not.

    >>> agreed(("專跨區", "校跨區")), agreed(("保火安全", "保基金安全"))
    ('□跨區', '保□安全')
    """
    if len({len(text) for text in texts}) == 1:
        return "".join(c[0] if len(set(c)) == 1 else UNKNOWN for c in zip(*texts, strict=True))
    shortest = min(map(len, texts))
    first = next((i for i in range(shortest) if len({text[i] for text in texts}) > 1), shortest)
    rest = shortest - first
    last = next((i for i in range(rest) if len({text[-1 - i] for text in texts}) > 1), rest)
    return texts[0][:first] + UNKNOWN + texts[0][len(texts[0]) - last :]


def _repairs(damaged: list[_Damaged]) -> Iterator[tuple[int, Repair]]:
    """The repairs of some documents, each with the offset of its document."""
    pages = read_pages([each.document for each in damaged])
    starts = [(page, start) for page, each in zip(pages, damaged, strict=True) for start in each.starts]
    done: list[Repair] = []
    done_on = pages[0]
    for first in range(0, len(starts), _AT_ONCE):
        some = starts[first : first + _AT_ONCE]
        found = _with_chances(some, find_needed_readings(some, _LONGEST))
        for i, (page, start) in enumerate(some):
            if page is not done_on:
                done, done_on = [], page
            if done and start < done[-1].end:
                continue
            if i not in found:
                rest = [start for start in some[i:] if start[0] is page]
                found |= {
                    i + number: one for number, one in _with_chances(rest, find_readings(rest, _LONGEST)).items()
                }
            readings, as_seen = found[i]
            made = decide(Surroundings(page, _line_before(page.document, start, done), as_seen), readings)
            done += made
            yield from ((damaged[page.number].offset, repair) for repair in made)


def _with_chances(
    starts: Sequence[tuple[Page, int]], found: Sequence[list[Reading] | None]
) -> dict[int, tuple[list[Reading], float]]:
    """By the number of a start its readings, if they were sought, and how likely what is seen was written so."""
    known = [(number, *starts[number], readings) for number, readings in enumerate(found) if readings is not None]
    texts: list[tuple[Page, str, str]] = []
    for _, page, start, readings in known:
        before = NOTE.sub("", page.document[max(0, start - 24) : start])
        # All readings of one start end at one place.
        end = readings[0].end if readings else start
        texts.append((page, before, NOTE.sub("", page.document[start:end])))
    return {
        number: (readings, as_seen)
        for (number, _, _, readings), as_seen in zip(known, likelihoods(texts), strict=True)
    }


def _line_before(document: str, end: int, done: list[Repair]) -> str:
    """What is before a place in its line, as far as a quotation is looked for, with what has been read of it."""
    # A line may be as long as the page.
    start = max(document.rfind("\n", 0, end) + 1, end - QUOTED)
    parts: list[str] = []
    for repair in reversed(done):
        if repair.start < start:
            break
        parts += (document[repair.end : end], agreed(repair.texts))
        end = repair.start
    parts.append(document[start:end])
    return "".join(reversed(parts))
