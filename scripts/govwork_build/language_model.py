"""How likely a character is behind two others, in government texts, news and the page itself, and how likely words.

Counts of runs of up to three characters, and of words, stand in tables/language.npz (made by
scripts/make_language_model.py). Counts are of simplified characters; digits, Latin letters and blanks count as one
each. What a longer run does not know, the shorter one says, by the number of different characters before which it
stands (Kneser and Ney 1995).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govwork.codes import Codes, Offsets, to_codes

from .opencc_tables import simplified_characters

TABLE = "tables/language.npz"
Scores = NDArray[np.float64]
Keys = NDArray[np.uint64]

DIGIT, LETTER, BREAK = ord("0"), ord("a"), ord("\n")
_BITS = 21
# There are no more classes.
CLASS_BITS = 16
CLASSES = 1 << CLASS_BITS
# Of every count so much goes to what was not seen.
DISCOUNT = 0.75
# How much the news and the texts say.
_NEWS, _TEXTS = 0.45, 0.55
# The chance of a word no table has.
UNSEEN = 1e-9
# No word has more characters.
LONGEST_WORD = 4


def text_classes(codes: Codes) -> Codes:
    """Each character as the model counts it."""
    return _classes().take(codes)


@cache
def _classes() -> Codes:
    table = simplified_characters().copy()
    table[[ord(c) for c in "0123456789０１２３４５６７８９"]] = DIGIT
    for first, last in ("az", "AZ", "ａｚ", "ＡＺ"):
        table[ord(first) : ord(last) + 1] = LETTER
    table[[ord(c) for c in " \t\r\u3000\u00a0"]] = BREAK
    for code in range(0x21, 0x7F):
        if not chr(code).isalnum():
            # Punctuation that a page made half-width is that of the texts.
            table[code] = code + 0xFEE0
    # The rare characters beyond count as one.
    return np.minimum(table, np.uint32(CLASSES - 1))


def key_of(run: str) -> int:
    """A run of up to three characters as one number."""
    key = 0
    for character in run:
        key = key << _BITS | ord(character)
    return key


class _Counts(NamedTuple):
    """Counts of the runs of one length, sorted by key: `number` of a run itself, `total` of those that go on from it.

    Runs of one and two are counted by the different characters before which they stand, those of three as they are.
    """

    keys: Offsets
    number: Scores
    total: Scores


class Chances(NamedTuple):
    """What counts of some kinds of texts say of a character behind two others; the columns of tables are the kinds.

    The chance is the sum over the kinds of `two_left` × (`one_left` × `first` + `two`), and `three`: what a run of
    three and of two adds, and what they leave to the shorter run. A pair is its classes in one number of sixteen bits
    each, a triple the row of its first two and a class; keys are sorted. Where no row is, `two` and `three` are 0,
    and `two_left` is `weights`, which the other rows have in them.
    """

    weights: Scores
    first: Scores
    one_left: Scores
    pairs: Keys
    two: Scores
    two_left: Scores
    triples: Keys
    three: Scores


def _chances(kinds: Sequence[tuple[_Counts, _Counts, _Counts]], weights: Sequence[float]) -> Chances:
    pairs, triples = (np.unique(np.concatenate([kind[i].keys for kind in kinds])) for i in (1, 2))
    first, one_left = np.zeros((2, CLASSES, len(kinds)))
    two, two_left = np.zeros((len(pairs), len(kinds))), np.ones((len(pairs), len(kinds)))
    three = np.zeros(len(triples))
    for number, (ones, twos, threes) in enumerate(kinds):
        first[ones.keys, number] = ones.number / max(ones.number.sum(), 1.0)
        total = np.zeros(CLASSES)
        total[ones.keys] = ones.total
        parents = twos.keys >> _BITS
        one_left[:, number] = _shares_left(parents, twos.number, total)
        rows = np.searchsorted(pairs, twos.keys)
        two[rows, number] = _known_shares(twos.number, total[parents])
        parents = np.searchsorted(twos.keys, threes.keys >> _BITS)
        inside = parents < len(twos.keys)
        inside[inside] = twos.keys[parents[inside]] == threes.keys[inside] >> _BITS
        parents[~inside] = -1
        two_left[rows, number] = _shares_left(parents, threes.number, twos.total)
        known = np.where(inside, _known_shares(threes.number, twos.total[parents]), 0.0)
        three[np.searchsorted(triples, threes.keys)] += weights[number] * known
    # A run of three is known only where its first two are.
    known = three > 0
    rows = np.searchsorted(pairs, triples[known] >> _BITS)
    return Chances(
        np.array(weights),
        first,
        one_left,
        _packed(pairs >> _BITS, pairs),
        two,
        two_left * np.array(weights),
        _packed(rows, triples[known]),
        three[known],
    )


def _packed(first: Offsets, last: Offsets) -> Keys:
    """A row or class, and the class that comes last in a key."""
    return (first << CLASS_BITS | last & (CLASSES - 1)).astype(np.uint64)


def _known_shares(numbers: Scores, totals: Scores) -> Scores:
    """What counts add to a chance."""
    known: Scores = np.maximum(numbers - DISCOUNT, 0.0) / np.maximum(totals, 1.0)
    return known


def _shares_left(parents: Offsets, numbers: Scores, totals: Scores) -> Scores:
    """For each run the share of its count that is in no longer run that is known; `parents` may be -1."""
    inside = parents >= 0
    taken = np.bincount(parents[inside], np.maximum(numbers[inside] - DISCOUNT, 0.0), minlength=len(totals))
    left: Scores = np.where(totals > 0, np.maximum(1 - taken / np.maximum(totals, 1.0), 0.0), 1.0)
    return left


def _stored(*prefixes: str) -> dict[str, Offsets]:
    """The columns of the table whose names begin so."""
    with (files("govwork_build") / TABLE).open("rb") as file, np.load(file) as stored:
        return {name: stored[name] for name in stored.files if name.startswith(prefixes)}


@cache
def general() -> Chances:
    """The news, and the texts."""
    stored = _stored("news", "texts")

    def read(name: str) -> tuple[_Counts, _Counts, _Counts]:
        def column(of: str) -> Scores:
            return stored[f"{name}_{of}"].astype(np.float64)

        return (
            _Counts(stored[f"{name}_ones"], column("ones_behind"), column("ones_total")),
            _Counts(stored[f"{name}_twos"], column("twos_behind"), column("twos_total")),
            _Counts(stored[f"{name}_threes"], column("threes_number"), np.zeros(0)),
        )

    return _chances([read("news"), read("texts")], [_NEWS, _TEXTS])


def words() -> tuple[Keys, Scores]:
    """All words, each as its characters in one number of sixteen bits each, and their log-chances."""
    stored = _stored("words")
    text = stored["words"].tobytes().decode()
    lengths = np.array([len(word) for word in text.split("\n")])
    codes = to_codes(text.replace("\n", "")).astype(np.uint64)
    places = np.arange(len(codes)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    shifts = (np.repeat(lengths, lengths) - 1 - places) * CLASS_BITS
    keys = np.add.reduceat(codes << shifts.astype(np.uint64), np.cumsum(lengths) - lengths)
    return keys, np.log(np.maximum(stored["words_chance"].astype(np.float64), UNSEEN))
