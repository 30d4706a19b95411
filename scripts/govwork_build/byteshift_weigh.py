"""How likely the ways are that the readings of many damaged texts may go on, and the likeliest of them.

Each search says what it wants weighed, and all is weighed at once: looking up much at a time is cheaper. What
several readings ask alike is asked once. Of hundreds of ways a few become readings; the others are never more than
numbers in an array.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govwork.codes import Codes, Offsets

from .byteshift_candidates import Choice, Leads
from .byteshift_moves import Move, Reading
from .byteshift_page import Page, Pages
from .language_model import LETTER, Asked, Scores, Seconds, text_classes

# So many ways to one place are gone on with at most.
_FAN = 12
# The best of so many ways stands for them, when one looks for a score that enough ways have.
_BLOCK = 4

# A reading that goes on: its score, the classes of its last two characters, what is held behind it; the reading and
# the move it comes of; and of its character the number in the choice, the code, and that of the one before it or 0.
Way = tuple[float, int, int, Leads, Reading, Move | None, int, int, int]
Wanted = list[tuple[Reading, Move]]
Weighed = list[tuple[int, list[Way]]]


class _Question(NamedTuple):
    """What readings ask alike."""

    page: int
    before: int
    last: int
    choice: Choice


class _Answers(NamedTuple):
    """The scores of all characters of all questions, and where those of each begin."""

    starts: Offsets
    counts: Offsets
    scores: Scores
    codes: Codes
    firsts: Codes


def weigh(wanted: Sequence[tuple[Page, Wanted]]) -> list[Weighed]:
    """For each search the likeliest ways its moves lead, by the place where they end."""
    made: list[Weighed] = [[] for _ in wanted]
    moves = [pair for _, own in wanted for pair in own]
    if not moves:
        return made
    questions: dict[_Question, int] = {}
    asked = np.array([
        questions.setdefault(_Question(page.number, reading.before, reading.last, move.choice), len(questions))
        for page, own in wanted
        for reading, move in own
    ])
    answers = _answer(list(questions), wanted[0][0].pages)
    # A place is where a search's moves end, in step or out of it.
    places: dict[tuple[int, int, bool], int] = {}
    place_of = np.array([
        places.setdefault((number, move.end, move.goes_on_in_step), len(places))
        for number, (_, own) in enumerate(wanted)
        for _, move in own
    ])
    bases = np.array([reading.score + move.cost for reading, move in moves])
    owners, numbers, scores, bounds = _likeliest(answers, asked, place_of, bases)
    ways = list(_ways(moves, answers, asked, owners, numbers, scores))
    for (search, end, _), first, last in zip(places, bounds[:-1], bounds[1:], strict=True):
        made[search].append((end, ways[first:last]))
    return made


def _answer(questions: Sequence[_Question], pages: Pages) -> _Answers:
    """The scores; those of characters with others before them stand behind those of the rest."""
    pages_of, before, last = np.array([question[:3] for question in questions]).T
    is_double = np.array([question.choice.doubled is not None for question in questions])
    order = np.argsort(is_double, kind="stable")
    choices = [questions[i].choice for i in order.tolist()]
    heads = np.concatenate([choice.heads for choice in choices])
    head_counts = np.array([len(choice.heads) for choice in choices])
    counts = np.array([len(choice.codes) for choice in choices])
    codes = np.concatenate([choice.codes for choice in choices])
    asked = Asked(pages_of[order], before[order], last[order], head_counts, text_classes(heads).astype(np.int64))
    single = int(counts[: len(order) - int(is_double.sum())].sum())
    firsts = np.zeros_like(codes)
    doubled = [choice.doubled for choice in choices if choice.doubled]
    if doubled:
        head_starts = (np.cumsum(head_counts) - head_counts)[-len(doubled) :]
        behind = np.concatenate([own.heads for own in doubled]) + np.repeat(head_starts, counts[-len(doubled) :])
        seconds = Seconds(
            behind,
            text_classes(codes[single:]).astype(np.int64),
            np.concatenate([own.chances for own in doubled]),
            np.concatenate([own.alone for own in doubled]),
        )
        firsts[single:] = heads.take(behind)
        head_scores, second_scores = pages.scores(asked, seconds)
        scores = np.concatenate((head_scores[:single], head_scores.take(behind)))
    else:
        scores, second_scores = pages.scores(asked)
    scores += pages.script_costs(np.repeat(asked.pages, counts), codes)
    if doubled:
        scores[single:] += second_scores
        scores[single:] += pages.script_costs(np.repeat(asked.pages, head_counts), heads).take(behind)
    starts = np.empty(len(order), dtype=np.int64)
    starts[order] = np.cumsum(counts) - counts
    counts[order] = counts.copy()
    return _Answers(starts, counts, scores, codes, firsts)


def _likeliest(
    answers: _Answers, asked: Offsets, places: Offsets, bases: Scores
) -> tuple[Offsets, Offsets, Scores, list[int]]:
    """The best ways of each place in order: whose they are, their number in the choice, and the score.

    Also where those of each place begin.
    """
    counts = answers.counts[asked]
    starts = np.cumsum(counts) - counts
    owners = np.repeat(np.arange(len(asked)), counts)
    numbers = np.arange(len(owners)) - starts.take(owners)
    scores = answers.scores.take(answers.starts[asked].take(owners) + numbers)
    scores += bases.take(owners)
    # A block has at least one way as good as its best: where so many blocks are as good, no worse way is needed.
    blocks = np.flatnonzero(numbers % _BLOCK == 0)
    block_scores, block_places = np.maximum.reduceat(scores, blocks), places.take(owners.take(blocks))
    least = np.full(int(places.max()) + 1, -np.inf)
    order, ranks = _ranked(block_places, block_scores)
    last = order[ranks == _FAN - 1]
    least[block_places[last]] = block_scores[last]
    kept = np.flatnonzero(scores >= least.take(places).take(owners))
    order, ranks = _ranked(places.take(owners.take(kept)), scores.take(kept))
    best = kept[order[ranks < _FAN]]
    owners, numbers, scores = owners[best], numbers[best], scores[best]
    bounds = np.searchsorted(places.take(owners), np.arange(len(least) + 1)).tolist()
    return owners, numbers, scores, bounds


def _ranked(places: Offsets, scores: Scores) -> tuple[Offsets, Offsets]:
    """The order by place, the best first, and how many better ones each has before it at its place."""
    order = np.argsort(-scores, kind="stable")
    order = order[np.argsort(places[order].astype(np.uint16), kind="stable")]
    sizes = np.bincount(places)
    return order, np.arange(len(places)) - np.repeat(np.cumsum(sizes) - sizes, sizes)


def _ways(
    moves: Wanted, answers: _Answers, asked: Offsets, owners: Offsets, numbers: Offsets, scores: Scores
) -> zip[Way]:
    at = answers.starts[asked[owners]] + numbers
    codes, firsts = answers.codes[at], answers.firsts[at]
    kinds, before = text_classes(codes), text_classes(firsts)
    last_read = np.array([reading.last for reading, _ in moves])[owners]
    # What a lost byte took stands last in a reading.
    swallows = np.array([bool(move.swallowed or (move.literal and move.changed)) for _, move in moves])[owners]
    before = np.where(swallows, kinds, np.where(firsts > 0, before, last_read))
    last = np.where(swallows, LETTER, kinds)
    own = [moves[owner] for owner in owners.tolist()]
    leads = [
        move.choice.held[i] if move.vanished else move.leads
        for (_, move), i in zip(own, numbers.tolist(), strict=True)
    ]
    readings, taken = zip(*own, strict=True)
    return zip(
        scores.tolist(), before.tolist(), last.tolist(), leads, readings, taken, numbers.tolist(), codes.tolist(),
        firsts.tolist(), strict=True,
    )
