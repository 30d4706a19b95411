"""What is done about the damaged runs of documents: each is searched, decided, and weighed with those beside it."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from .byteshift_decide import NOTHING, QUOTED, THAN_SEEN, decide
from .byteshift_decision import Decision, Repair
from .byteshift_page import Page
from .byteshift_search import find_readings
from .byteshift_tables import PUNCTUATION
from .notes import beside

# Of what stands beside a place the counts heed so many characters.
_BESIDE = 2


class Damaged(NamedTuple):
    """A document with its offset in the text, and where its runs may start."""

    offset: int
    document: str
    starts: list[int]


def repairs(damaged: Damaged) -> Iterator[Repair]:
    """The repairs of a document, in order."""
    decided = dict(_decide(Page(damaged.document), damaged.starts, []))
    decided |= _decide_again(damaged, decided)
    return _in_place(damaged, [decided[start] for start in sorted(decided)])


def _decide_again(damaged: Damaged, decided: dict[int, Decision]) -> dict[int, Decision]:
    """What is decided now of what is open, on a page where other runs were restored.

    A word is often damaged wherever a page has it: what was restored of it at one place is among the page's words at
    the next.
    """
    sure = sorted(repair for decision in decided.values() if not decision.leaves_open for repair in decision.repairs)
    left = [start for start, decision in decided.items() if decision.leaves_open]
    if not sure or not left:
        return {}
    page = Page(damaged.document, "\n".join(_words(damaged.document, repair) for repair in sure))
    return {start: decision for start, decision in _decide(page, left, sure) if not decision.leaves_open}


def _words(document: str, repair: Repair) -> str:
    """What was restored, with what stands beside it."""
    before, after = beside(document, repair.start, repair.end, _BESIDE)
    return f"{before}{repair.restored}{after}".replace("?", "\n")


def _decide(page: Page, starts: Iterable[int], known: list[Repair]) -> Iterator[tuple[int, Decision]]:
    """What is decided about each start that is not within a repair.

    `known` are the repairs of the page, in order, to which what is decided comes.
    """
    for start in starts:
        at = bisect(known, start, key=lambda repair: repair.start)
        if at and start < known[at - 1].end:
            continue
        readings = find_readings(page, start)
        if readings is None:
            yield start, NOTHING
            continue
        decision = decide(readings, _line_before(page.document, start, known, at))
        if at == len(known) or all(repair.end <= known[at].start for repair in decision.repairs):
            known[at:at] = decision.repairs
            yield start, decision


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
