"""Windows of a source: where lines begin in them, and what their text should be."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from ..annotation.draw import chance
from ..byteshift_repair import STAGE as REPAIR
from ..corpus import Document
from .items import Corpus, Item, Tally

BREAK = "⏎"
# Characters of the source in a window, and of what stands around it.
_LONG, _SHORT, _AROUND = 400, 90, 80


def line_windows(corpus: Corpus) -> Iterator[Item]:
    """Windows of each document's source, end to end; ours is the window and where in it lines begin (see `Lines`)."""
    for document in corpus.documents:
        source = document.normalised.traced.source
        for start, end, at, text in _windows(document, _LONG):
            firsts = [at + i + 1 for i, character in enumerate(text[:-1]) if character == "\n"]
            places, _ = document.normalised.traced.to_source(firsts, [first + 1 for first in firsts])
            begins = tuple(len(_plain(source[start:place])) for place in places.tolist())
            yield _item(document, start, end, Lines(_plain(source[start:end]), begins))


class Lines(NamedTuple):
    """A window of a source without blanks, and how many of its characters stand before each line but the first."""

    window: str
    begins: tuple[int, ...]


def break_tally(ours: Lines, said: Any) -> Tally:
    """Of line breaks: each is known by how many characters of the source stand before it, blanks not counted.

    >>> break_tally(Lines("一、回顾2018年是", (4,)), "一、回顾 2018年⏎是")
    Tally(ours=1, judged=1, same=0)
    """
    found = _plain(_text(said))
    place_of = _aligned(ours.window, found.replace(BREAK, ""))
    # A break at an edge of the window is none of its own.
    here = {place for place in ours.begins if 0 < place < len(ours.window)}
    there = {place_of.get(place, -1 - place) for place in _breaks(found)}
    return Tally(len(here), len(there), len(here & there))


def script_windows(corpus: Corpus) -> Iterator[Item]:
    """Short windows of sources in traditional script, without runs of shifted bytes."""
    for document in corpus.documents:
        if document.script == "hans":
            continue
        repaired = _repaired(document)
        for start, end, _, text in _windows(document, _SHORT):
            if not any(at < end and start < to for at, to in repaired):
                yield _item(document, start, end, text)


def repair_windows(corpus: Corpus) -> Iterator[Item]:
    """Windows around runs of shifted bytes, each run in one window."""
    for document in corpus.documents:
        reach = 0
        for at, to in _repaired(document):
            if at < reach:
                continue
            start, end, _, text = _snapped(
                document, max(at - _SHORT // 2, reach), min(to + _SHORT // 2, _length(document))
            )
            reach = end
            yield _item(document, start, end, text)


def character_tally(ours: str, said: Any) -> Tally:
    """Of characters, in their order; blanks and line breaks are not counted.

    >>> character_tally("我们在全国", "我们再全国")
    Tally(ours=5, judged=5, same=4)
    """
    wanted, found = (_plain(text).replace(BREAK, "") for text in (ours, _text(said)))
    blocks = SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks()
    return Tally(len(wanted), len(found), sum(block.size for block in blocks))


def _length(document: Document) -> int:
    return len(document.normalised.traced.source)


def _repaired(document: Document) -> list[tuple[int, int]]:
    """Where in the source byte-shift repair read a run again, or could not."""
    runs = sorted(
        (run.source_start, run.source_end) for run in document.normalised.traced.runs() if run.stage == REPAIR
    )
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined and start <= joined[-1][1] + 2:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _windows(document: Document, size: int) -> Iterator[tuple[int, int, int, str]]:
    """The source in windows of about `size`, the first of a size that hangs on the document alone."""
    at = int(chance("windows", document.doc_id)[:8], 16) % size
    while at + size <= _length(document):
        window = _snapped(document, at, at + size)
        if window[-1].strip():
            yield window
        at += size


def _snapped(document: Document, start: int, end: int) -> tuple[int, int, int, str]:
    """The window of the source that belongs to the text that stands in `[start, end)`; where that text begins; it."""
    traced = document.normalised.traced
    (at,), (to,) = (ends.tolist() for ends in traced.to_text([start], [end]))
    (source_start,), (source_end,) = (ends.tolist() for ends in traced.to_source([at], [to]))
    return source_start, source_end, at, traced.text[at:to]


def _item(document: Document, start: int, end: int, ours: str | Lines) -> Item:
    source = document.normalised.traced.source
    shown = {
        "before": source[max(0, start - _AROUND) : start],
        "window": source[start:end],
        "after": source[end : end + _AROUND],
    }
    return Item(f"{document.doc_id}:{start}-{end}", document.doc_id, shown, ours)


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise ValueError(f"{said!r} is no text")
    return said


def _plain(text: str) -> str:
    return "".join(text.split())


def _breaks(text: str) -> Iterator[int]:
    """How many characters stand before each break; one at either edge is none of the window's."""
    count = 0
    whole = len(text.replace(BREAK, ""))
    for character in text:
        if character != BREAK:
            count += 1
        elif 0 < count < whole:
            yield count


def _aligned(wanted: str, found: str) -> dict[int, int]:
    """Places between characters of `found` as places of `wanted`, where the character before is the same."""
    blocks = SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks()
    return {block.b + i: block.a + i for block in blocks for i in range(1, block.size + 1)}
