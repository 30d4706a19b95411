"""How likely the ways are that the readings of many damaged texts may go on, and the likeliest of them.

Each search says what it wants weighed, and all is weighed at once: looking up much at a time is cheaper. What
several readings ask alike is asked once. Of hundreds of ways a few become readings; the others are never more than
numbers in an array.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise, repeat
from typing import Literal, NamedTuple

import numpy as np

from govwork.codes import Codes, Offsets

from .byteshift_candidates import Choice
from .byteshift_moves import Move, Reading
from .byteshift_page import Page, Pages
from .language_model import LETTER, Asked, Scores, Seconds, text_classes

# So many ways to one place are gone on with at most.
_FAN = 12
# The best of so many ways stands for them, when one looks for a score that enough ways have.
_BLOCK = 4
# What is asked as one number: the page, the classes of two characters, and before them the choice.
_CLASS, _STATE = 16, 47


class Wanted(NamedTuple):
    """What one search wants weighed: each of `moves`, at one place of the page, from the reading beside it.

    `states` are what tells how likely a character is behind these readings, as one number each.
    """

    page: Page
    at: int
    readings: list[Reading]
    moves: list[Move]
    states: list[int]

    def add(self, reading: Reading, moves: Sequence[Move]) -> None:
        state = (self.page.number << _CLASS | reading.before) << _CLASS | reading.last
        self.readings.extend(repeat(reading, len(moves)))
        self.states.extend(repeat(state, len(moves)))
        self.moves.extend(moves)


class Ways(NamedTuple):
    """The likeliest ways on that were found at once, in columns.

    Each comes of a reading and a move, of whose choice it is the character numbered `numbers`; before that one
    stands the character of code `firsts`, if it is not 0. `before` and `last` are the classes of the last two.
    """

    scores: list[float]
    before: list[int]
    last: list[int]
    readings: list[Reading]
    moves: list[Move]
    numbers: list[int]
    codes: list[int]
    firsts: list[int]


# Of some ways those `[start, end)`, which lead to one place, the best first.
Some = tuple[Ways, int, int]


class _Answers(NamedTuple):
    """The scores of all characters of all questions, and where those of each begin."""

    starts: Offsets
    counts: Offsets
    scores: Scores
    codes: Codes
    firsts: Codes


def weigh(wanted: Sequence[Wanted]) -> list[list[tuple[int, Some]]]:
    """For each search the likeliest ways its moves lead, with the place where they end."""
    made: list[list[tuple[int, Some]]] = [[] for _ in wanted]
    readings = list(chain.from_iterable(own.readings for own in wanted))
    moves = list(chain.from_iterable(own.moves for own in wanted))
    if not moves:
        return made
    # Numbers as keys, since so many tuples would keep the garbage collector busy.
    states = chain.from_iterable(own.states for own in wanted)
    keys = [move.choice.number << _STATE | state for move, state in zip(moves, states, strict=True)]
    questions = dict(zip(keys, [move.choice for move in moves], strict=True))
    numbers = {key: number for number, key in enumerate(questions)}
    asked = np.array([numbers[key] for key in keys])
    answers = _answer(list(questions), list(questions.values()), wanted[0].page.pages)
    # A place is where a search's moves end, in step or out of it, or behind what vanished.
    places: dict[int, int] = {}
    place_of = np.array(
        [
            places.setdefault(
                ((own.at + move.width) * len(wanted) + number) << 2 | (3 if move.in_step else move.vanished),
                len(places),
            )
            for number, own in enumerate(wanted)
            for move in own.moves
        ]
    )
    bases = np.array([reading.score + move.cost for reading, move in zip(readings, moves, strict=True)])
    owners, choice_numbers, scores, bounds = _likeliest(answers, asked, place_of, bases)
    ways = _ways(readings, moves, answers, asked, owners, choice_numbers, scores)
    for place, (first, last) in zip(places, pairwise(bounds), strict=True):
        end, search = divmod(place >> 2, len(wanted))
        made[search].append((end, (ways, first, last)))
    return made


def _answer(keys: Sequence[int], asked_choices: Sequence[Choice], pages: Pages) -> _Answers:
    """The scores; those of characters with others before them stand behind those of the rest."""
    states = np.array([key & (1 << _STATE) - 1 for key in keys])
    is_double = np.array([choice.doubled is not None for choice in asked_choices])
    order = np.argsort(is_double, kind="stable")
    choices = [asked_choices[i] for i in order.tolist()]
    states = states[order]
    heads = np.concatenate([choice.heads for choice in choices])
    head_counts = np.array([len(choice.heads) for choice in choices])
    counts = np.array([len(choice.codes) for choice in choices])
    codes = np.concatenate([choice.codes for choice in choices])
    mask = (1 << _CLASS) - 1
    asked = Asked(
        states >> 2 * _CLASS,
        states >> _CLASS & mask,
        states & mask,
        head_counts,
        text_classes(heads).astype(np.int64),
    )
    doubled = [choice.doubled for choice in choices if choice.doubled]
    head_costs = pages.script_costs(np.repeat(asked.pages, head_counts), heads)
    firsts = np.zeros_like(codes)
    if not doubled:
        scores, _ = pages.scores(asked)
        scores += head_costs
    else:
        single = len(codes) - int(counts[-len(doubled) :].sum())
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
        scores = np.concatenate((head_scores[:single] + head_costs[:single], head_scores.take(behind)))
        scores[single:] += pages.script_costs(np.repeat(asked.pages, head_counts).take(behind), codes[single:])
        scores[single:] += second_scores
        scores[single:] += head_costs.take(behind)
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
    # A block has at least one way as good as its best: where so many blocks are as good, no worse way is needed.
    block_of, numbers = _expanded(-(-answers.counts // _BLOCK))
    starts = answers.starts.take(block_of) + numbers * _BLOCK
    order = np.argsort(starts)
    best = np.empty(len(starts))
    best[order] = np.maximum.reduceat(answers.scores, starts[order])
    block_counts = -(-answers.counts // _BLOCK)
    firsts = (np.cumsum(block_counts) - block_counts)[asked]
    owners, numbers = _expanded(block_counts[asked])
    scores = best.take(firsts.take(owners) + numbers) + bases.take(owners)
    block_places = places.take(owners)
    least = np.full(int(places.max()) + 1, -np.inf)
    order, ranks = _ranked(block_places, scores, kind=None)
    last = order[ranks == _FAN - 1]
    least[block_places[last]] = scores[last]
    kept = np.flatnonzero(scores >= least.take(block_places))
    owners = np.repeat(owners[kept], _BLOCK)
    numbers = (numbers[kept, np.newaxis] * _BLOCK + np.arange(_BLOCK)).ravel()
    counts = answers.counts[asked]
    inside = np.flatnonzero(numbers < counts.take(owners))
    owners, numbers = owners[inside], numbers[inside]
    scores = answers.scores.take(answers.starts[asked].take(owners) + numbers) + bases.take(owners)
    kept = np.flatnonzero(scores >= least.take(places.take(owners)))
    owners, numbers, scores = owners[kept], numbers[kept], scores[kept]
    order, ranks = _ranked(places.take(owners), scores)
    order = order[ranks < _FAN]
    owners, numbers, scores = owners[order], numbers[order], scores[order]
    bounds = np.searchsorted(places.take(owners), np.arange(len(least) + 1)).tolist()
    return owners, numbers, scores, bounds


def _expanded(counts: Offsets) -> tuple[Offsets, Offsets]:
    """For each of so many of each: whose it is, and its number among them."""
    owners = np.repeat(np.arange(len(counts)), counts)
    return owners, np.arange(len(owners)) - (np.cumsum(counts) - counts).take(owners)


def _ranked(places: Offsets, scores: Scores, kind: Literal["stable"] | None = "stable") -> tuple[Offsets, Offsets]:
    """The order by place, the best first, and how many better ones each has before it at its place."""
    order = np.argsort(-scores, kind=kind)
    # Small integers are sorted in no time; there are fewer places than that.
    order = order[np.argsort(places[order].astype(np.uint16), kind="stable")]
    sizes = np.bincount(places)
    return order, np.arange(len(places)) - np.repeat(np.cumsum(sizes) - sizes, sizes)


def _ways(
    readings: Sequence[Reading],
    moves: Sequence[Move],
    answers: _Answers,
    asked: Offsets,
    owners: Offsets,
    numbers: Offsets,
    scores: Scores,
) -> Ways:
    at = answers.starts[asked[owners]] + numbers
    codes, firsts = answers.codes[at], answers.firsts[at]
    kinds = text_classes(codes)
    last_read = np.array([reading.last for reading in readings])[owners]
    before = np.where(firsts > 0, text_classes(firsts), last_read)
    # What a lost byte took stands last in a reading.
    swallows = np.array([bool(move.swallowed or (move.literal and move.changed)) for move in moves])[owners]
    own = owners.tolist()
    return Ways(
        scores.tolist(),
        np.where(swallows, kinds, before).tolist(),
        np.where(swallows, LETTER, kinds).tolist(),
        [readings[owner] for owner in own],
        [moves[owner] for owner in own],
        numbers.tolist(),
        codes.tolist(),
        firsts.tolist(),
    )
