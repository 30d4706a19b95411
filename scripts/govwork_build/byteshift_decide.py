"""What is to be done about a damaged run, of which the readings are known: which of them is put in, or none.

The verifier says which of them explain the bytes; the text around them, the quotation marks and the words say more of
how likely each is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import groupby
from typing import NamedTuple

from .byteshift_decision import Decision, Repair
from .byteshift_moves import REST_OF_TAG, Piece, Reading
from .byteshift_page import Page
from .byteshift_verify import explain
from .language_model import words_score
from .notes import NOTE, SYLLABLE, before_notes, beside

# How much likelier a reading must be than what is seen, and than the next best; and than what is seen where
# several readings are left, so that it is at least sure that there is damage.
THAN_SEEN, _THAN_NEXT, _SURE = 12.0, 4.0, 20.0
_UNPAIRED, _WRONG_MARK = -9.0, -9.0
# Of the marks that part and end sentences no two stand together, and what parts them ends no line.
_NO_MARKS = re.compile("(?=[，。、；：！？,;:][，。、；：！？,;:]|[，、,]\n)")
# A quotation of so few characters is a name, and has no full stop.
_FEW_WORDS = 4
_NO_SENTENCE = re.compile(rf"“[^“”]{{1,{_FEW_WORDS - 1}}}。”")
# A quotation is looked for within so many characters.
QUOTED = 1000
# How much the words weigh beside the characters, and how many characters on either side are read with a run.
_WORDS, _CONTEXT = 0.8, 6
_BRACKETS = re.compile("[()（）]")
# A note, of which a lost byte may have taken the bracket that opens it.
_ANY_NOTE = re.compile(rf"[(?]{SYLLABLE}\)")
_NOTED_LETTER = re.compile(rf"[@-~]\((?=[a-z]*[^a-z)]){SYLLABLE}\)")


class Surroundings(NamedTuple):
    """Where a run stands: its page, and what its line says before it.

    `as_seen` is how likely it is, by its characters, that it was written as it is seen.
    """

    page: Page
    line: str
    as_seen: float


class _Weighed(NamedTuple):
    score: float
    pieces: list[Piece]


_NOTHING = Decision([], 0.0)


def decide(where: Surroundings, readings: list[Reading]) -> Decision:
    """What is to be done about the readings of one window, each for all of it."""
    document = where.page.document
    # The verifier takes its time, and is asked of no more readings than are needed.
    explained = (w for w in _likeliest_first(where, readings) if _explained(document, w.pieces))
    best = next(explained, None)
    if best is None:
        return _NOTHING
    seen = NOTE.sub("", document[best.pieces[0].start : best.pieces[-1].end])
    as_written = [Piece(seen, best.pieces[0].start, best.pieces[-1].end, changed=False)]
    than_seen = best.score - (where.as_seen + _around(where, as_written))
    start, end = _span(best.pieces)
    if REST_OF_TAG.match(document, end) or _NOTED_LETTER.search(document, start, end):
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
                return _NOTHING
            repair = Repair(first, last, texts, f"readings: {' | '.join(texts)}")
            return Decision([_without_markup(repair, document)], than_seen)
    if than_seen < THAN_SEEN:
        return _NOTHING
    repairs = [
        _without_markup(
            Repair(run[0].start, run[-1].end, (_joined(run),), f"{_bytes(document, run)}; {told}"), document
        )
        for run in _runs(best.pieces)
    ]
    return Decision(repairs, than_seen)


def _likeliest_first(where: Surroundings, readings: list[Reading]) -> Iterator[_Weighed]:
    # What is around a reading takes something away from its score, so that the last may never be weighed.
    weighed: list[tuple[float, int, _Weighed]] = []
    for number, reading in enumerate(readings):
        while weighed and -weighed[0][0] > reading.score:
            yield heappop(weighed)[2]
        made = _weigh(where, reading)
        heappush(weighed, (-made.score, number, made))
    while weighed:
        yield heappop(weighed)[2]


def _weigh(where: Surroundings, reading: Reading) -> _Weighed:
    pieces = reading.pieces()
    score = reading.score + _around(where, pieces)
    if _ends_line(where.page.document, pieces):
        changed = "".join([piece.text for piece in pieces if piece.changed])
        score += where.page.line_end_score(changed[:-1])
    return _Weighed(score, pieces)


def _ends_line(document: str, pieces: list[Piece]) -> bool:
    """Whether a lost byte took the `<` of a tag: where a tag stood, a line ends."""
    changed = next((piece for piece in reversed(pieces) if piece.changed), None)
    return changed is not None and changed.text.endswith("<") and bool(REST_OF_TAG.match(document, changed.end))


def _around(where: Surroundings, pieces: list[Piece]) -> float:
    """What words, quotation marks and other marks say of a reading, in the text around it."""
    if not pieces:
        return 0.0
    document = where.page.document
    before, after = beside(document, pieces[0].start, pieces[-1].end, _CONTEXT)
    text = NOTE.sub("", _joined(pieces))
    words = words_score(before + text + after)
    if _ends_line(document, pieces):
        text, after = text[: text.rindex("<")], "\n"
    marks = len(_NO_MARKS.findall(before[-1:] + text + after[:1]))
    return _quotes(where, pieces) + _brackets(where, pieces) + _WRONG_MARK * marks + _WORDS * words


def _quotes(where: Surroundings, pieces: list[Piece]) -> float:
    """What the quotation marks say: within a line they open and close by turns, and few words are no sentence."""
    before, text = where.line, _joined(pieces)
    after = where.page.document[pieces[-1].end : pieces[-1].end + QUOTED].partition("\n")[0]
    is_open = before.rfind("“") > before.rfind("”")
    closing = after.find("”")
    stays_open = closing >= 0 and not 0 <= after.find("“") < closing
    wrong = 0
    for mark in re.findall("[“”]", text):
        wrong += is_open == (mark == "“")
        is_open = mark == "“"
    sentences = len(_NO_SENTENCE.findall(before[-_FEW_WORDS:] + text + after[:_FEW_WORDS]))
    return _UNPAIRED * (wrong + (is_open != stays_open)) + _WRONG_MARK * sentences


def _brackets(where: Surroundings, pieces: list[Piece]) -> float:
    """What the brackets say: within a line each that opens is closed."""
    closing, opening = _unpaired(NOTE.sub("", _joined(pieces)))
    if not closing and not opening:
        return 0.0
    end = pieces[-1].end
    after = where.page.document[end : end + QUOTED].partition("\n")[0]
    opened, closed = _unpaired(_ANY_NOTE.sub("", where.line))[1], _unpaired(_ANY_NOTE.sub("", after))[0]
    return _UNPAIRED * (max(0, closing - opened) + max(0, opening - closed))


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


def _explained(document: str, pieces: list[Piece]) -> bool:
    runs = _runs(pieces)
    return bool(runs) and all(_bytes(document, run) for run in runs)


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
    rest = REST_OF_TAG.match(document, repair.end)
    if rest and all(text.endswith("<") for text in repair.texts):
        return repair._replace(end=rest.end(), texts=tuple(text[:-1] for text in repair.texts))
    return repair
