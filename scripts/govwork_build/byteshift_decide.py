"""What is to be done about a damaged run, of which the readings are known: which of them is put in, or none.

The verifier says which of them explain the bytes; the text around them, the quotation marks and the words say more of
how likely each is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import numpy as np

from govwork.codes import to_codes

from .byteshift_decision import Decision, Repair
from .byteshift_search import Piece, Readings
from .byteshift_verify import explain
from .kernel import Around, Beside
from .notes import NOTE, SYLLABLE, before_notes, beside

# How much likelier a reading must be than what is seen, and than the next best; and than what is seen where
# several readings are left, so that it is at least sure that there is damage.
THAN_SEEN, _THAN_NEXT, _SURE = 12.0, 4.0, 20.0
# A quotation is looked for within so many characters; one of few is a name, and has no full stop.
QUOTED, FEW_WORDS = 1000, 4
# So many characters on either side are read with a run.
_CONTEXT = 6
# What is left of a tag whose `<` a lost byte swallowed.
_REST_OF_TAG = re.compile(r"(?<=\?)/?[a-z]{1,6}>")
_BRACKETS = re.compile("[()（）]")
# A note, of which a lost byte may have taken the bracket that opens it.
_ANY_NOTE = re.compile(rf"[(?]{SYLLABLE}\)")
_NOTED_LETTER = re.compile(rf"[@-~]\((?=[a-z]*[^a-z)]){SYLLABLE}\)")


NOTHING = Decision([], 0.0)


class _Weighed(NamedTuple):
    score: float
    pieces: list[Piece]


def decide(readings: Readings, line: str) -> Decision:
    """What is to be done about the readings of one window, each for all of it.

    `line` is what its line says before it.
    """
    page = readings.page
    document = page.document
    before, after = beside(document, readings.start, readings.end, _CONTEXT)
    around = Around(
        page.chances, page.codes, _beside(line, before, after, document[readings.end : readings.end + QUOTED])
    )
    # The verifier is asked of no more readings than are needed.
    explained = _explained_readings(readings, around)
    best = next(explained, None)
    if best is None:
        return NOTHING
    seen = NOTE.sub("", document[readings.start : readings.end])
    as_seen = page.likelihood(before, seen) + around.score_as_seen(readings.start, readings.end)
    than_seen = best.score - as_seen
    start, end = _span(best.pieces)
    if _REST_OF_TAG.match(document, end) or _NOTED_LETTER.search(document, start, end):
        # What is left of a tag is written by nobody, nor a letter with a reading.
        than_seen += _SURE
    rivals: list[_Weighed] = []
    following: _Weighed | None = None
    for other in explained:
        if other.score > best.score - _THAN_NEXT:
            rivals.append(other)
        if following is None and _restored(other.pieces) != _restored(best.pieces):
            following = other
        if following and other.score <= best.score - _THAN_NEXT:
            break
    told = f"next: {_restored(following.pieces)} {best.score - following.score:.1f}" if following else "no other"
    if rivals:
        first = min(_span(w.pieces)[0] for w in (best, *rivals))
        last = max(_span(w.pieces)[1] for w in (best, *rivals))
        texts = tuple(dict.fromkeys(_text(w.pieces, first, last) for w in (best, *rivals)))
        if len(texts) > 1:
            if than_seen < _SURE:
                return NOTHING
            repair = Repair(first, last, texts, f"readings: {' | '.join(texts)}")
            return Decision([_without_markup(repair, document)], than_seen)
    if than_seen < THAN_SEEN:
        return NOTHING
    repairs: list[Repair] = []
    for run in _runs(best.pieces):
        data = _bytes(document, run)
        if not data:
            return NOTHING
        repair = Repair(run[0].start, run[-1].end, (_joined(run),), f"{data}; {told}")
        repairs.append(_without_markup(repair, document))
    return Decision(repairs, than_seen)


def _beside(line: str, before: str, after: str, rest: str) -> Beside:
    """What stands beside a window: before it in its line and near it, and behind it near it and in the `rest`."""
    rest = rest.partition("\n")[0]
    closing = rest.find("”")
    return Beside(
        before=to_codes(before),
        after=to_codes(after),
        line_before=to_codes(line[-FEW_WORDS:]),
        line_after=to_codes(rest[:FEW_WORDS]),
        opened=_unpaired(_ANY_NOTE.sub("", line))[1],
        closed=_unpaired(_ANY_NOTE.sub("", rest))[0],
        is_open=line.rfind("“") > line.rfind("”"),
        stays_open=closing >= 0 and not 0 <= rest.find("“") < closing,
    )


def _explained_readings(readings: Readings, around: Around) -> Iterator[_Weighed]:
    """Those whose bytes give what is seen, the likeliest first by all that is known."""
    scores = readings.found.scores + around.scores(readings.found)
    for number in np.argsort(-scores, kind="stable").tolist():
        if around.explains(readings.rows(number)):
            yield _Weighed(float(scores[number]), readings.pieces(number))


def _unpaired(text: str) -> tuple[int, int]:
    """How many brackets close what nothing in the text opened, and how many open what nothing in it closes."""
    closing = opening = 0
    for mark in _BRACKETS.findall(text):
        if mark in "(（":
            opening += 1
        elif opening:
            opening -= 1
        else:
            closing += 1
    return closing, opening


def _joined(pieces: list[Piece]) -> str:
    return "".join([piece.text for piece in pieces])


def _runs(pieces: list[Piece]) -> list[list[Piece]]:
    return [list(group) for changed, group in groupby(pieces, lambda piece: piece.changed) if changed]


def _span(pieces: list[Piece]) -> tuple[int, int]:
    changed = [piece for piece in pieces if piece.changed]
    return changed[0].start, changed[-1].end


def _restored(pieces: list[Piece]) -> str:
    return _text(pieces, *_span(pieces)) if any(piece.changed for piece in pieces) else "as seen"


def _text(pieces: list[Piece], start: int, end: int) -> str:
    return _joined([piece for piece in pieces if start <= piece.start and piece.end <= end])


def _bytes(document: str, run: list[Piece]) -> str:
    """The bytes of a run, if it explains what is seen; else nothing."""
    start, end = run[0].start, run[-1].end
    begin = max(0, before_notes(document, start) - 1)
    before = NOTE.sub("", document[begin:start])
    if "!" <= before <= "~":
        # Punctuation that the page folded stood in two bytes, of which the second may be part of a note's character.
        before = chr(ord(before) + 0xFEE0)
    explanation = explain(before + _joined(run), document[begin:end])
    return f"{explanation}; {explanation.assumed} bytes assumed" if explanation else ""


def _without_markup(repair: Repair, document: str) -> Repair:
    """A tag whose `<` was swallowed is no text: it goes with the run."""
    rest = _REST_OF_TAG.match(document, repair.end)
    if rest and all(text.endswith("<") for text in repair.texts):
        return repair._replace(end=rest.end(), texts=tuple(text[:-1] for text in repair.texts))
    return repair
