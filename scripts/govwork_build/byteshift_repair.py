"""Stage: byte-shift damage is undone where the bytes and the text around it leave no doubt.

A run is repaired when one reading explains what is seen and is likelier, by a margin, than what is seen and than any
other reading. Where two readings are as good, the characters in which they differ become `□`; a digit is never
put in. Each edit tells the bytes, how many of them were assumed, and the next best reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby, islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govwork.codes import to_codes
from govwork.layer import Edit, Layer

from .batch import SEPARATOR
from .byteshift_moves import PUNCTUATION, REST_OF_TAG, Page, Piece, Reading
from .byteshift_search import find_readings
from .byteshift_verify import explain
from .language_model import CLASSES, LanguageModel, words_score
from .notes import NOTE, SYLLABLE, before_notes
from .opencc_tables import changed_characters, read_table

STAGE = "byteshift"
REPAIRED, GAP = f"{STAGE}.repaired", f"{STAGE}.gap"
# What stands for a character that the bytes do not tell.
UNKNOWN = "□"

# A run is seen within so many characters; so many are sought at once.
_LONGEST, _AT_ONCE = 80, 64
# How much likelier a reading must be than what is seen, and than the next best; and than what is seen where
# several readings are left, so that it is at least sure that there is damage.
_THAN_SEEN, _THAN_NEXT, _SURE = 12.0, 4.0, 20.0
_OTHER_SCRIPT, _OTHER_BLANK, _UNPAIRED_QUOTE = -4.0, -6.0, -9.0
# A quotation is looked for within so many characters.
_QUOTED = 1000
# How much the words weigh beside the characters, and how many characters on either side are read with a run.
_WORDS, _CONTEXT = 0.8, 6
_START = re.compile(rf"(?<=[^\sA-Za-z?])\?(?:{SYLLABLE}\)|(?!\?\?)[{re.escape(''.join(sorted(PUNCTUATION)))}])")
# What is damaged is left out when the page is read for its own words.
_NEAR_DAMAGE = re.compile(r"\?.{0,24}")
_SWALLOWED = re.compile(r"(?=(.)([!-;=@])(.))")


class Repair(NamedTuple):
    """A stretch `[start, end)` of what is seen, and the readings of it: the best, and the others that are as good."""

    start: int
    end: int
    texts: tuple[str, ...]
    evidence: str


def undo_byteshift(text: str) -> Layer:
    """The layer of stage `byteshift`, for one document or a batch; empty after one scan where there is no `?`."""
    edits: list[Edit] = []
    position = text.find("?")
    while position >= 0:
        start = text.rfind(SEPARATOR, 0, position) + 1
        end = text.find(SEPARATOR, position)
        end = end if end >= 0 else len(text)
        for repair in _repairs(text[start:end]):
            edits.append(_edit(repair, start))
        position = text.find("?", end)
    return Layer.of(STAGE, text, edits)


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


def _repairs(document: str) -> Iterator[Repair]:
    starts = (match.start() for match in _START.finditer(document))
    page: Page | None = None
    done = 0
    while some := list(islice(starts, _AT_ONCE)):
        page = page or _read_page(document)
        for start, found in zip(some, find_readings(document, some, _LONGEST, page), strict=True):
            if start >= done:
                for repair in _decide(document, found, page):
                    done = repair.end
                    yield repair


class _Weighed(NamedTuple):
    score: float
    pieces: list[Piece]


def _decide(document: str, readings: list[Reading], page: Page) -> list[Repair]:
    """What is to be done about the readings of one window, each for all of it."""
    weighed = sorted((_weigh(document, reading, page) for reading in readings), key=lambda w: -w.score)
    explained = [w for w in weighed if _explained(document, w.pieces)]
    if not explained:
        return []
    best, others = explained[0], explained[1:]
    than_seen = best.score - _as_seen(document, best.pieces, page)
    if REST_OF_TAG.match(document, _span(best.pieces)[1]):
        # What is left of a tag is written by nobody.
        than_seen += _SURE
    rivals = [w for w in others if w.score > best.score - _THAN_NEXT]
    following = next((w for w in others if _restored(w.pieces) != _restored(best.pieces)), None)
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


def _as_seen(document: str, pieces: list[Piece], page: Page) -> float:
    """How likely it is that a stretch was written as it is seen."""
    start, end = pieces[0].start, pieces[-1].end
    seen = NOTE.sub("", document[start:end])
    scores = page.model.text_scores(NOTE.sub("", document[max(0, start - 24) : start]), seen)
    scores += page.script.take(to_codes(seen), mode="clip")
    return float(scores.sum()) + _around(document, [Piece(None, seen, start, end, changed=False)])


def _weigh(document: str, reading: Reading, page: Page) -> _Weighed:
    pieces: list[Piece] = []
    piece = reading.path
    while piece:
        pieces.append(piece)
        piece = piece.before
    pieces.reverse()
    score = reading.score + _around(document, pieces)
    changed = "".join([piece.text for piece in pieces if piece.changed])
    if changed.endswith("<") and REST_OF_TAG.match(document, _span(pieces)[1]):
        # Where a tag stood, a line ends.
        score += float(page.model.text_scores(changed[:-1], "\n")[0])
    return _Weighed(score, pieces)


def _around(document: str, pieces: list[Piece]) -> float:
    """What words and quotation marks say of a reading, in the text around it."""
    if not pieces:
        return 0.0
    before = NOTE.sub("", document[max(0, pieces[0].start - 24) : pieces[0].start])[-_CONTEXT:]
    after = NOTE.sub("", document[pieces[-1].end : pieces[-1].end + 24])[:_CONTEXT]
    words = words_score(before + NOTE.sub("", _joined(pieces)) + after)
    return _quotes(document, pieces) + _WORDS * words


def _quotes(document: str, pieces: list[Piece]) -> float:
    """What the quotation marks say: within a line they open and close by turns."""
    start, end = pieces[0].start, pieces[-1].end
    # A line may be as long as the page.
    before = document[max(0, start - _QUOTED) : start].rpartition("\n")[2]
    after = document[end : end + _QUOTED].partition("\n")[0]
    is_open = before.rfind("“") > before.rfind("”")
    closing = after.find("”")
    stays_open = closing >= 0 and not 0 <= after.find("“") < closing
    wrong = 0
    for mark in re.findall("[“”]", _joined(pieces)):
        wrong += is_open == (mark == "“")
        is_open = mark == "“"
    return _UNPAIRED_QUOTE * (wrong + (is_open != stays_open))


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


def _read_page(document: str) -> Page:
    text = _NEAR_DAMAGE.sub("\n", NOTE.sub("", document))
    swallowed: dict[tuple[str, str], set[str]] = {}
    for before, between, after in _SWALLOWED.findall(text):
        swallowed.setdefault((before, after), set()).add(between)
    only = {place: found.pop() for place, found in swallowed.items() if len(found) == 1}
    # A digit is never put in.
    told = {place: character for place, character in only.items() if not character.isdigit()}
    return Page(LanguageModel(text), _script_of(text), told)


def _script_of(text: str) -> NDArray[np.float64]:
    """What a character costs that the page's script has not, unless the page has it."""
    traditional, simplified = _of_one_script()
    seen = np.minimum(to_codes(text), CLASSES - 1)
    other = simplified if traditional[seen].sum() > simplified[seen].sum() else traditional
    costs = np.where(other, _OTHER_SCRIPT, 0.0)
    costs[ord("\u3000")] = _OTHER_BLANK
    costs[seen] = 0.0
    return costs


@cache
def _of_one_script() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """By code point: the characters of traditional text alone, and those of simplified text alone."""
    traditional = changed_characters()[:CLASSES]
    simplified = np.zeros(CLASSES, dtype=bool)
    for character, other in read_table("STCharacters").items():
        if ord(character) < CLASSES:
            simplified[ord(character)] = character != other and not traditional[ord(character)]
    return traditional, simplified
