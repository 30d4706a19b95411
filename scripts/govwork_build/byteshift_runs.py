"""What is done about the damaged runs of documents: each is searched, decided, and weighed with those beside it."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .byteshift_decide import QUOTED, THAN_SEEN, Surroundings, decide
from .byteshift_decision import Decision, Repair
from .byteshift_moves import PUNCTUATION, Reading
from .byteshift_page import Page, likelihoods, read_pages
from .byteshift_search import find_needed_readings, find_readings
from .notes import NOTE, beside

# A run is seen within so many characters; so many are sought at once.
_LONGEST, AT_ONCE = 80, 128
# Of what stands beside a place the counts heed so many characters.
_BESIDE = 2


class Damaged(NamedTuple):
    """A document with its offset in the text, and where its runs may start."""

    offset: int
    document: str
    starts: list[int]


def repairs(damaged: Sequence[Damaged]) -> Iterator[tuple[int, Repair]]:
    """The repairs of some documents, in order, each with the offset of its document."""
    decided = _decide_first(damaged)
    _decide_again(damaged, decided)
    for each, own in zip(damaged, decided, strict=True):
        yield from ((each.offset, repair) for repair in _in_place(each, [own[start] for start in sorted(own)]))


def _decide_first(damaged: Sequence[Damaged]) -> list[dict[int, Decision]]:
    """For each document what is decided about its starts."""
    pages = read_pages([each.document for each in damaged])
    starts = [(page, start) for page, each in zip(pages, damaged, strict=True) for start in each.starts]
    decided: list[dict[int, Decision]] = [{} for _ in damaged]
    for page, start, decision in _decide(starts, [[] for _ in damaged]):
        decided[page.number][start] = decision
    return decided


def _decide_again(damaged: Sequence[Damaged], decided: Sequence[dict[int, Decision]]) -> None:
    """Decides once more what is open on pages where other runs were restored.

    A word is often damaged wherever a page has it: what was restored of it at one place is among the page's words at
    the next.
    """
    sure = [
        sorted(repair for decision in own.values() if not decision.leaves_open for repair in decision.repairs)
        for own in decided
    ]
    again = [n for n, own in enumerate(decided) if sure[n] and any(decision.leaves_open for decision in own.values())]
    if not again:
        return
    pages = read_pages(
        [damaged[n].document for n in again],
        ["\n".join(_words(damaged[n].document, repair) for repair in sure[n]) for n in again],
    )
    starts = [
        (page, start)
        for page, n in zip(pages, again, strict=True)
        for start, decision in decided[n].items()
        if decision.leaves_open
    ]
    for page, start, decision in _decide(starts, [sure[n] for n in again]):
        if not decision.leaves_open:
            decided[again[page.number]][start] = decision


def _words(document: str, repair: Repair) -> str:
    """What was restored, with what stands beside it."""
    before, after = beside(document, repair.start, repair.end, _BESIDE)
    return f"{before}{repair.restored}{after}".replace("?", "\n")


def _decide(
    starts: Sequence[tuple[Page, int]], known: Sequence[list[Repair]]
) -> Iterator[tuple[Page, int, Decision]]:
    """What is decided about each start that is not within a repair.

    By the number of a page `known` are the repairs there, in order, to which what is decided comes.
    """
    for first in range(0, len(starts), AT_ONCE):
        some = starts[first : first + AT_ONCE]
        found = _with_chances(some, find_needed_readings(some, _LONGEST))
        for i, (page, start) in enumerate(some):
            own = known[page.number]
            at = bisect(own, start, key=lambda repair: repair.start)
            if at and start < own[at - 1].end:
                continue
            if i not in found:
                rest = [start for start in some[i:] if start[0] is page]
                found |= {
                    i + number: one for number, one in _with_chances(rest, find_readings(rest, _LONGEST)).items()
                }
            readings, as_seen = found[i]
            decision = decide(Surroundings(page, _line_before(page.document, start, own, at), as_seen), readings)
            if at == len(own) or all(repair.end <= own[at].start for repair in decision.repairs):
                own[at:at] = decision.repairs
                yield page, start, decision


def _in_place(damaged: Damaged, decided: Sequence[Decision]) -> Iterator[Repair]:
    """The repairs of a document that its other starts do not speak against.

    Where starts of one form are mostly no damage, as in a list whose commas became `?;`, the reading that one of
    them happens to have says little: what is gained must be enough for all of that form.
    """
    gained: dict[str, float] = defaultdict(float)
    made: list[Decision] = []
    for decision in decided:
        if decision.repairs and (not made or decision.repairs[0].start >= made[-1].repairs[-1].end):
            made.append(decision)
    for decision in made:
        gained[_form(damaged.document, decision.repairs[0].start)] += decision.gain
    spans = ((repair.start, repair.end) for decision in made for repair in decision.repairs)
    first, end = next(spans, (0, 0))
    for start in damaged.starts:
        while end and end <= start:
            first, end = next(spans, (0, 0))
        if not end or start <= first:
            gained[_form(damaged.document, start)] -= THAN_SEEN
    for decision in made:
        form = _form(damaged.document, decision.repairs[0].start)
        if form not in PUNCTUATION or gained[form] >= 0:
            yield from decision.repairs


def _form(document: str, start: int) -> str:
    """What a `?` stands before."""
    return document[start + 1]


def _with_chances(
    starts: Sequence[tuple[Page, int]], found: Sequence[list[Reading] | None]
) -> dict[int, tuple[list[Reading], float]]:
    """By the number of a start its readings, if they were sought, and how likely what is seen was written so."""
    known = [(number, *starts[number], readings) for number, readings in enumerate(found) if readings is not None]
    texts: list[tuple[Page, str, str]] = []
    for _, page, start, readings in known:
        before, _ = beside(page.document, start, start, _BESIDE)
        # All readings of one start end at one place.
        end = readings[0].end if readings else start
        texts.append((page, before, NOTE.sub("", page.document[start:end])))
    return {
        number: (readings, as_seen)
        for (number, _, _, readings), as_seen in zip(known, likelihoods(texts), strict=True)
    }


def _line_before(document: str, end: int, known: Sequence[Repair], number: int) -> str:
    """What is before a place in its line, as far as a quotation is looked for, with what has been read of it.

    The first `number` of the repairs are before it.
    """
    # A line may be as long as the page.
    least = max(0, end - QUOTED)
    start = max(document.rfind("\n", least, end) + 1, least)
    parts: list[str] = []
    for i in range(number - 1, -1, -1):
        repair = known[i]
        if repair.start < start:
            break
        parts += (document[repair.end : end], repair.restored)
        end = repair.start
    parts.append(document[start:end])
    return "".join(reversed(parts))
