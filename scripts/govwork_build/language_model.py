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

from govwork.codes import Codes, Offsets, from_codes, to_codes

from .key_index import KeyIndex
from .opencc_tables import simplified_characters

TABLE = "tables/language.npz"
Scores = NDArray[np.float64]

DIGIT, LETTER, BREAK = ord("0"), ord("a"), ord("\n")
_BITS = 21
# There are no more classes; tables of this size are made for every page.
CLASSES = 0x10000
# Of every count so much goes to what was not seen.
_DISCOUNT = 0.75
# How much the news and the texts say.
_NEWS, _TEXTS = 0.45, 0.55
# The chance of a character no table has.
UNSEEN = 1e-9
# No word has more characters; what a character costs that is no word, and one that is not Chinese.
LONGEST_WORD, _NO_WORD, _OTHER = 4, -16.0, -5.0


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


class Asked(NamedTuple):
    """Characters of which one asks how likely they are behind two others.

    Of `following` the first `counts[0]` stand behind `before[0]` and `last[0]` on the page with number `pages[0]`,
    and so on.
    """

    pages: Offsets
    before: Offsets
    last: Offsets
    counts: Offsets
    following: Offsets


class Seconds(NamedTuple):
    """Characters behind those asked for: the place of each among these, and what `NGrams.pairs` knows of the two."""

    behind: Offsets
    following: Offsets
    chances: Scores
    alone: Scores


class NGrams:
    """The chances of characters behind two others, from the counts of several kinds of texts, each with its weight.

    What a run of three and of two adds to a chance, and what they leave to the shorter run, is worked out beforehand;
    the columns of two-dimensional tables are the kinds. What cannot be found stands in the last row.
    """

    def __init__(self, kinds: Sequence[tuple[_Counts, _Counts, _Counts]], weights: Sequence[float]) -> None:
        self._weights = np.array(weights)
        pairs, triples = (np.unique(np.concatenate([kind[i].keys for kind in kinds])) for i in (1, 2))
        self._twos, self._threes = KeyIndex(pairs), KeyIndex(triples)
        self._first, self._one_left = np.zeros((2, CLASSES, len(kinds)))
        two_left = np.ones((len(pairs) + 1, len(kinds)))
        self._two = np.zeros((len(pairs) + 1, len(kinds)))
        self._three = np.zeros(len(triples) + 1)
        for number, (ones, twos, threes) in enumerate(kinds):
            self._first[ones.keys, number] = ones.number / max(ones.number.sum(), 1.0)
            total = np.zeros(CLASSES)
            total[ones.keys] = ones.total
            parents = twos.keys >> _BITS
            self._one_left[:, number] = shares_left(parents, twos.number, total)
            rows = np.searchsorted(pairs, twos.keys)
            self._two[rows, number] = known_shares(twos.number, total[parents])
            parents = np.searchsorted(twos.keys, threes.keys >> _BITS)
            inside = parents < len(twos.keys)
            inside[inside] = twos.keys[parents[inside]] == threes.keys[inside] >> _BITS
            parents[~inside] = -1
            two_left[rows, number] = shares_left(parents, threes.number, twos.total)
            known = np.where(inside, known_shares(threes.number, twos.total[parents]), 0.0)
            self._three[np.searchsorted(triples, threes.keys)] += weights[number] * known
        self._two_left = two_left * self._weights
        self.first: Scores = self._first @ self._weights

    def chances(self, asked: Asked) -> tuple[Scores, Offsets]:
        """The chance of each character, and where it stands with the one before it in the table of pairs."""
        of = np.repeat(np.arange(len(asked.counts)), asked.counts)
        before = asked.before << _BITS | asked.last
        before_rows = self._twos.find(before)
        last = asked.last.take(of)
        rows = self._twos.find(last << _BITS | asked.following)
        found: Scores = _weighted(
            self._two_left.take(before_rows.take(of), axis=0, mode="wrap"), self._behind(rows, last, asked.following)
        )
        # A run of three is known only where its first two are.
        known = np.flatnonzero(before_rows.take(of) >= 0)
        found[known] += self._three[self._threes.find(before[of[known]] << _BITS | asked.following[known])]
        return found, rows

    def chances_behind(self, asked: Asked, rows: Offsets, seconds: Seconds) -> Scores:
        """The chance of each second character behind the one asked for and the one before that.

        `rows` is what `chances` told with the chances.
        """
        found = seconds.alone.copy()
        rows = rows.take(seconds.behind)
        known = np.flatnonzero(rows >= 0)
        rows, behind = rows[known], seconds.behind[known]
        last = np.repeat(asked.last, asked.counts)[behind]
        runs = (last << _BITS | asked.following[behind]) << _BITS | seconds.following[known]
        found[known] = _weighted(self._two_left[rows], seconds.chances[known]) + self._three[self._threes.find(runs)]
        return found

    def pairs(self, first: Offsets, second: Offsets) -> tuple[Scores, Scores]:
        """The chance of one character behind another, by kind of texts; and behind all that no table has with it."""
        chances = self._behind(self._twos.find(first << _BITS | second), first, second)
        return chances, _weighted(np.broadcast_to(self._two_left[-1], chances.shape), chances)

    def pair_chances(self, first: Offsets, second: Offsets) -> Scores:
        """The chance of two characters, wherever they may be."""
        found: Scores = (self._first.take(first, axis=0) * self.pairs(first, second)[0]) @ self._weights
        return found

    def _behind(self, rows: Offsets, last: Offsets, following: Offsets) -> Scores:
        left: Scores = self._one_left.take(last, axis=0)
        left *= self._first.take(following, axis=0)
        left += self._two.take(rows, axis=0, mode="wrap")
        return left


def _weighted(left: Scores, behind: Scores) -> Scores:
    found: Scores = np.einsum("ij,ij->i", left, behind)
    return found


def known_shares(numbers: Scores, totals: Scores) -> Scores:
    """What counts add to a chance."""
    known: Scores = np.maximum(numbers - _DISCOUNT, 0.0) / np.maximum(totals, 1.0)
    return known


def shares_left(parents: Offsets, numbers: Scores, totals: Scores) -> Scores:
    """For each run the share of its count that is in no longer run that is known; `parents` may be -1."""
    inside = parents >= 0
    taken = np.bincount(parents[inside], np.maximum(numbers[inside] - _DISCOUNT, 0.0), minlength=len(totals))
    left: Scores = np.where(totals > 0, np.maximum(1 - taken / np.maximum(totals, 1.0), 0.0), 1.0)
    return left


def _stored(*prefixes: str) -> dict[str, Offsets]:
    """The columns of the table whose names begin so."""
    with (files("govwork_build") / TABLE).open("rb") as file, np.load(file) as stored:
        return {name: stored[name] for name in stored.files if name.startswith(prefixes)}


@cache
def general() -> NGrams:
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

    return NGrams([read("news"), read("texts")], [_NEWS, _TEXTS])


def frequencies() -> Scores:
    """How often each character is met, by its class."""
    return general().first


def pair_scores(first: Offsets, second: Offsets) -> Scores:
    """The log-chance of two characters, wherever they may be, given as classes."""
    scores: Scores = np.log(general().pair_chances(first, second) + UNSEEN**2)
    return scores


@cache
def _words() -> dict[str, float]:
    """The log-chance of each word."""
    stored = _stored("words")
    words = stored["words"].tobytes().decode().split("\n")
    chances = np.log(np.maximum(stored["words_chance"].astype(np.float64), UNSEEN))
    return dict(zip(words, chances.tolist(), strict=True))


def words_score(text: str) -> float:
    """The log-chance of a text as words, parted in the likeliest way; what is no Chinese is a word, each as likely.

    >>> words_score("民办学校") > words_score("民办学模")
    True
    """
    words = _words()
    text = from_codes(text_classes(to_codes(text)))
    best = [0.0]
    for end in range(1, len(text) + 1):
        if not "\u3400" <= text[end - 1] <= "\u9fff":
            best.append(best[-1] + _OTHER)
            continue
        likeliest = best[-1] + words.get(text[end - 1], _NO_WORD)
        for start in range(max(0, end - LONGEST_WORD), end - 1):
            chance = words.get(text[start:end])
            if chance is not None and best[start] + chance > likeliest:
                likeliest = best[start] + chance
        best.append(likeliest)
    return best[-1]
