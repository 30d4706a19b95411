"""What is to be done about a damaged run, of which the readings are known: which of them is put in, or none.

The verifier says which of them explain the bytes; the text around them, the quotation marks and the words say more of
how likely each is.
"""

from __future__ import annotations

import re
from itertools import groupby

from .byteshift_decision import Decision, Repair
from .byteshift_search import Piece, Readings
from .byteshift_verify import explain
from .kernel import Around, Beside
from .notes import NOTE, SYLLABLE, before_notes, beside

# How much likelier a reading must be than what is seen, and than the next best; and than what is seen where
# several readings are left, so that it is at least sure that there is damage.
THAN_SEEN, _THAN_NEXT, _SURE = 12.0, 3.5, 20.0
# A quotation is looked for within so many characters; one of few is a name, and has no full stop.
QUOTED, FEW_WORDS = 1000, 4
# So many characters on either side are read with a run.
_CONTEXT = 6
# What is left of a tag whose `<` a lost byte swallowed.
_REST_OF_TAG = re.compile(r"(?<=\?)/?[a-z]{1,6}>")
# Brackets, and notes, of which a lost byte may have taken the bracket that opens them.
_BRACKETS = re.compile(rf"[(?]{SYLLABLE}\)|[()（）「」『』]")
_TITLES = re.compile("[《》]")
_NOTED_LETTER = re.compile(rf"[@-~]\((?=[a-z]*[^a-z)]){SYLLABLE}\)")


NOTHING = Decision([], 0.0)


def decide(readings: Readings, line: str) -> Decision:
    """What is to be done about the readings of one window, each for all of it.

    `line` is what its line says before it.
    """
    page = readings.page
    document = page.document
    around = Around(page.chances, page.codes, _beside(line, document, readings.start, readings.end))
    chosen = around.choose(readings.found, _THAN_NEXT)
    if chosen is None:
        return NOTHING
    best, score = readings.pieces(chosen.best), chosen.scores[chosen.best]
    than_seen = score - around.score_as_seen(readings.start, readings.end)
    start, end = _span(best)
    if _REST_OF_TAG.match(document, end) or _NOTED_LETTER.search(document, start, end):
        # What is left of a tag is written by nobody, nor a letter with a reading.
        than_seen += _SURE
    if chosen.rivals:
        alike = [best, *map(readings.pieces, chosen.rivals)]
        first, last = min(_span(pieces)[0] for pieces in alike), max(_span(pieces)[1] for pieces in alike)
        texts = tuple(dict.fromkeys(_text(pieces, first, last) for pieces in alike))
        if len(texts) > 1:
            if than_seen < _SURE:
                return NOTHING
            repair = Repair(first, last, texts, f"readings: {' | '.join(texts)}")
            return Decision([_without_markup(repair, document)], than_seen)
    if than_seen < THAN_SEEN:
        return NOTHING
    told = "no other"
    if chosen.following is not None:
        following = readings.pieces(chosen.following)
        told = f"next: {_text(following, *_span(following))} {score - chosen.scores[chosen.following]:.1f}"
    repairs: list[Repair] = []
    for run in _runs(best):
        data = _bytes(document, run)
        if not data:
            return NOTHING
        repair = Repair(run[0].start, run[-1].end, (_joined(run),), f"{data}; {told}")
        repairs.append(_without_markup(repair, document))
    return Decision(repairs, than_seen)


def _beside(line: str, document: str, start: int, end: int) -> Beside:
    """What stands beside a window: before it in its line and near it, and behind it near it and in its line."""
    before, after = beside(document, start, end, _CONTEXT)
    rest = document[end : end + QUOTED].partition("\n")[0]
    closing = rest.find("”")
    return Beside(
        before=before,
        after=after,
        line_before=line[-FEW_WORDS:],
        line_after=rest[:FEW_WORDS],
        opened=_unpaired(_BRACKETS, line)[1],
        closed=_unpaired(_BRACKETS, rest)[0],
        titles_opened=_unpaired(_TITLES, line)[1],
        titles_closed=_unpaired(_TITLES, rest)[0],
        is_open=line.rfind("“") > line.rfind("”"),
        stays_open=closing >= 0 and not 0 <= rest.find("“") < closing,
        seen_before="?" not in line,
        seen_behind="?" not in rest,
    )


def _unpaired(marks: re.Pattern[str], text: str) -> tuple[int, int]:
    """How many marks close what nothing in the text opened, and how many open what nothing in it closes.

    Those of notes are none.
    """
    closing = opening = 0
    for mark in marks.findall(text):
        if mark in "(（「『《":
            opening += 1
        elif len(mark) > 1:
            continue
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
