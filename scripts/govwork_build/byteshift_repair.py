"""Stage: byte-shift damage is undone where the bytes and the text around it leave no doubt.

A run is repaired when one reading explains what is seen and is likelier, by a margin, than what is seen and than any
other reading. Where two readings are as good, the characters in which they differ become `□`; a digit is never
put in. Each edit tells the bytes, how many of them were assumed, and the next best reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from govwork.layer import Edit, Layer

from .batch import SEPARATOR
from .byteshift_moves import PUNCTUATION, REST_OF_TAG, Piece, Reading
from .byteshift_page import Page, likelihoods, read_pages
from .byteshift_search import find_readings
from .byteshift_verify import explain
from .language_model import words_score
from .notes import NOTE, SYLLABLE, before_notes

STAGE = "byteshift"
REPAIRED, GAP = f"{STAGE}.repaired", f"{STAGE}.gap"
# What stands for a character that the bytes do not tell.
UNKNOWN = "□"

# A run is seen within so many characters; so many are sought at once.
_LONGEST, _AT_ONCE = 80, 256
# How much likelier a reading must be than what is seen, and than the next best; and than what is seen where
# several readings are left, so that it is at least sure that there is damage.
_THAN_SEEN, _THAN_NEXT, _SURE = 12.0, 4.0, 20.0
_UNPAIRED_QUOTE, _WRONG_MARK = -9.0, -9.0
# Of the marks that part and end sentences no two stand together, and what parts them ends no line.
_NO_MARKS = re.compile("(?=[，。、；：！？,;:][，。、；：！？,;:]|[，、,]\n)")
# A quotation of so few characters is a name, and has no full stop.
_FEW_WORDS = 4
_NO_SENTENCE = re.compile(rf"“[^“”]{{1,{_FEW_WORDS - 1}}}。”")
# A quotation is looked for within so many characters.
_QUOTED = 1000
# How much the words weigh beside the characters, and how many characters on either side are read with a run.
_WORDS, _CONTEXT = 0.8, 6
_NOTED_LETTER = re.compile(rf"[@-~]\((?=[a-z]*[^a-z)]){SYLLABLE}\)")
_START = re.compile(rf"(?<=[^\sA-Za-z?])\?(?:{SYLLABLE}\)|(?!\?\?)[{re.escape(''.join(sorted(PUNCTUATION)))}])")


class Repair(NamedTuple):
    """A stretch `[start, end)` of what is seen, and the readings of it: the best, and the others that are as good."""

    start: int
    end: int
    texts: tuple[str, ...]
    evidence: str


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
    starts = [(number, start) for number, each in enumerate(damaged) for start in each.starts]
    done: list[Repair] = []
    done_in = 0
    for first in range(0, len(starts), _AT_ONCE):
        some = starts[first : first + _AT_ONCE]
        readings = find_readings([(pages[number], start) for number, start in some], _LONGEST)
        as_seen = _as_seen([(pages[number], start) for number, start in some], readings)
        for (number, start), found, seen in zip(some, readings, as_seen, strict=True):
            if number != done_in:
                done, done_in = [], number
            if not done or start >= done[-1].end:
                document = damaged[number].document
                line = _line_before(document, start, done)
                made = _decide(_Surroundings(document, line, pages[number], seen), found)
                done += made
                yield from ((damaged[number].offset, repair) for repair in made)


def _as_seen(starts: Sequence[tuple[Page, int]], found: Sequence[list[Reading]]) -> list[float]:
    """How likely it is, by its characters, that what the readings of each start are of was written as it is seen."""
    texts: list[tuple[Page, str, str]] = []
    for (page, start), readings in zip(starts, found, strict=True):
        # All readings of one start end at one place.
        end = readings[0].end if readings else start
        before = NOTE.sub("", page.document[max(0, start - 24) : start])
        texts.append((page, before, NOTE.sub("", page.document[start:end])))
    return likelihoods(texts)


def _line_before(document: str, end: int, done: list[Repair]) -> str:
    """What is before a place in its line, as far as a quotation is looked for, with what has been read of it."""
    # A line may be as long as the page.
    start = max(document.rfind("\n", 0, end) + 1, end - _QUOTED)
    parts: list[str] = []
    for repair in reversed(done):
        if repair.start < start:
            break
        parts += (document[repair.end : end], agreed(repair.texts))
        end = repair.start
    parts.append(document[start:end])
    return "".join(reversed(parts))


class _Surroundings(NamedTuple):
    """Where a run stands: the document, what its line says before it, and what the page says.

    `as_seen` is how likely it is, by its characters, that it was written as it is seen.
    """

    document: str
    line: str
    page: Page
    as_seen: float


class _Weighed(NamedTuple):
    score: float
    pieces: list[Piece]


def _decide(where: _Surroundings, readings: list[Reading]) -> list[Repair]:
    """What is to be done about the readings of one window, each for all of it."""
    document = where.document
    weighed = sorted((_weigh(where, reading) for reading in readings), key=lambda w: -w.score)
    # The verifier takes its time, and is asked of no more readings than are needed.
    explained = (w for w in weighed if _explained(document, w.pieces))
    best = next(explained, None)
    if best is None:
        return []
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
                return []
            return [_without_markup(Repair(first, last, texts, f"readings: {' | '.join(texts)}"), document)]
    if than_seen < _THAN_SEEN:
        return []
    return [
        _without_markup(
            Repair(run[0].start, run[-1].end, (_joined(run),), f"{_bytes(document, run)}; {told}"), document
        )
        for run in _runs(best.pieces)
    ]


def _weigh(where: _Surroundings, reading: Reading) -> _Weighed:
    pieces = reading.pieces()
    score = reading.score + _around(where, pieces)
    if _ends_line(where.document, pieces):
        changed = "".join([piece.text for piece in pieces if piece.changed])
        score += where.page.line_end_score(changed[:-1])
    return _Weighed(score, pieces)


def _ends_line(document: str, pieces: list[Piece]) -> bool:
    """Whether a lost byte took the `<` of a tag: where a tag stood, a line ends."""
    changed = next((piece for piece in reversed(pieces) if piece.changed), None)
    return changed is not None and changed.text.endswith("<") and bool(REST_OF_TAG.match(document, changed.end))


def _around(where: _Surroundings, pieces: list[Piece]) -> float:
    """What words, quotation marks and other marks say of a reading, in the text around it."""
    if not pieces:
        return 0.0
    document = where.document
    before = NOTE.sub("", document[max(0, pieces[0].start - 24) : pieces[0].start])[-_CONTEXT:]
    after = NOTE.sub("", document[pieces[-1].end : pieces[-1].end + 24])[:_CONTEXT]
    text = NOTE.sub("", _joined(pieces))
    words = words_score(before + text + after)
    if _ends_line(document, pieces):
        text, after = text[: text.rindex("<")], "\n"
    marks = len(_NO_MARKS.findall(before[-1:] + text + after[:1]))
    return _quotes(where, pieces) + _WRONG_MARK * marks + _WORDS * words


def _quotes(where: _Surroundings, pieces: list[Piece]) -> float:
    """What the quotation marks say: within a line they open and close by turns, and few words are no sentence."""
    before, text = where.line, _joined(pieces)
    after = where.document[pieces[-1].end : pieces[-1].end + _QUOTED].partition("\n")[0]
    is_open = before.rfind("“") > before.rfind("”")
    closing = after.find("”")
    stays_open = closing >= 0 and not 0 <= after.find("“") < closing
    wrong = 0
    for mark in re.findall("[“”]", text):
        wrong += is_open == (mark == "“")
        is_open = mark == "“"
    sentences = len(_NO_SENTENCE.findall(before[-_FEW_WORDS:] + text + after[:_FEW_WORDS]))
    return _UNPAIRED_QUOTE * (wrong + (is_open != stays_open)) + _WRONG_MARK * sentences


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
