"""How likely a character is behind two others, in government texts, news and the page itself, and how likely words.

Counts of runs of up to three characters, and of words, stand in tables/language.npz (made by
scripts/make_language_model.py). Counts are of simplified characters; digits, Latin letters and blanks count as one
each. What a longer run does not know, the shorter one says, by the number of different characters before which it
stands (Kneser and Ney 1995).
"""

from __future__ import annotations

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
_CHARACTER = (1 << _BITS) - 1
# Of every count so much goes to what was not seen.
_DISCOUNT = 0.75
# How much the news, the texts and the page say; the page only if it has enough text.
_NEWS, _TEXTS, _PAGE, _LEAST_PAGE = 0.45, 0.55, 0.25, 200
# The chance of a character no table has.
_UNSEEN = 1e-7
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
    return table


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


class NGrams:
    """The chances of characters behind two others, from the counts of one kind of texts."""

    def __init__(self, ones: _Counts, twos: _Counts, threes: _Counts) -> None:
        dense = np.zeros((3, 0x110000))
        dense[0, ones.keys], dense[1, ones.keys] = ones.number, ones.total
        # What cannot be found stands behind all others.
        self._twos, self._threes = KeyIndex(twos.keys), KeyIndex(threes.keys)
        dense[2] = _left(twos.keys >> _BITS, twos.number, dense[1])
        self.first, self._one_total, self._one_left = dense[0] / max(dense[0].sum(), 1.0), dense[1], dense[2]
        self._two_number, self._three_number = np.append(twos.number, 0.0), np.append(threes.number, 0.0)
        self._two_total = np.append(twos.total, 0.0)
        self._two_left = np.append(_left(self._twos.find(threes.keys >> _BITS), threes.number, twos.total), 1.0)
        self._one_total = np.maximum(self._one_total, 1.0)
        self._two_total = np.maximum(self._two_total, 1.0)

    @classmethod
    def of(cls, classes: Codes) -> NGrams:
        """The counts of one text."""
        keys = classes.astype(np.int64)
        pairs, pair_numbers = np.unique(keys[:-1] << _BITS | keys[1:], return_counts=True)
        triples, numbers = np.unique((keys[:-2] << _BITS | keys[1:-1]) << _BITS | keys[2:], return_counts=True)
        behind = np.zeros(len(pairs))
        inner, inner_numbers = np.unique(triples & (1 << 2 * _BITS) - 1, return_counts=True)
        behind[np.searchsorted(pairs, inner)] = inner_numbers
        ones = np.unique(keys)
        dense = np.zeros((2, 0x110000))
        np.add.at(dense[0], pairs & _CHARACTER, 1)
        np.add.at(dense[1], pairs >> _BITS, behind)
        return cls(
            _Counts(ones, dense[0, ones], dense[1, ones]),
            _Counts(pairs, behind, pair_numbers.astype(np.float64)),
            _Counts(triples, numbers.astype(np.float64), np.zeros(0)),
        )

    def chances(self, before: Offsets, last: Offsets, counts: Offsets, following: Offsets) -> Scores:
        """The chance of each character of `following` behind two others.

        Of `following` the first `counts[0]` stand behind `before[0]` and `last[0]`, and so on.
        """
        pair = before << _BITS | last
        place = self._twos.find(pair)
        pair_total, pair_left = (np.repeat(table[place], counts) for table in (self._two_total, self._two_left))
        three = self._three_number[self._threes.find(np.repeat(pair, counts) << _BITS | following)]
        chance = self._behind_one(np.repeat(last, counts), following)
        found: Scores = np.maximum(three - _DISCOUNT, 0.0) / pair_total + pair_left * chance
        return found

    def _behind_one(self, last: Offsets, following: Offsets) -> Scores:
        two = self._two_number[self._twos.find(last << _BITS | following)]
        known = np.maximum(two - _DISCOUNT, 0.0) / self._one_total.take(last)
        found: Scores = known + self._one_left.take(last) * self.first.take(following)
        return found

    def pair_chances(self, first: Offsets, second: Offsets) -> Scores:
        """The chance of two characters, wherever they may be."""
        found: Scores = self.first.take(first) * self._behind_one(first, second)
        return found


def _left(parents: Offsets, numbers: Scores, totals: Scores) -> Scores:
    """For each run the share of its count that is in no longer run that is known; `parents` may be -1."""
    inside = parents >= 0
    taken = np.bincount(parents[inside], np.maximum(numbers[inside] - _DISCOUNT, 0.0), minlength=len(totals))
    left: Scores = np.where(totals > 0, np.maximum(1 - taken / np.maximum(totals, 1.0), 0.0), 1.0)
    return left


@cache
def _stored() -> dict[str, Offsets]:
    with (files("govwork_build") / TABLE).open("rb") as file, np.load(file) as stored:
        return {name: stored[name] for name in stored.files}


@cache
def _general() -> tuple[NGrams, NGrams]:
    """The news, and the texts."""
    stored = _stored()

    def read(name: str) -> NGrams:
        def column(of: str) -> Scores:
            return stored[f"{name}_{of}"].astype(np.float64)

        return NGrams(
            _Counts(stored[f"{name}_ones"], column("ones_behind"), column("ones_total")),
            _Counts(stored[f"{name}_twos"], column("twos_behind"), column("twos_total")),
            _Counts(stored[f"{name}_threes"], column("threes_number"), np.zeros(0)),
        )

    return read("news"), read("texts")


@cache
def frequencies() -> Scores:
    """How often each character is met, by its class."""
    news, texts = _general()
    found: Scores = _NEWS * news.first + _TEXTS * texts.first
    return found


def pair_scores(first: Offsets, second: Offsets) -> Scores:
    """The log-chance of two characters, wherever they may be, given as classes."""
    news, texts = _general()
    chance = _NEWS * news.pair_chances(first, second) + _TEXTS * texts.pair_chances(first, second)
    scores: Scores = np.log(chance + _UNSEEN**2)
    return scores


class LanguageModel:
    """The mixed model for one page."""

    def __init__(self, page: str = "") -> None:
        """`page` is what can be read of the page; its own names and phrases count."""
        news, texts = _general()
        self._parts = [(news, _NEWS), (texts, _TEXTS)]
        if len(page) >= _LEAST_PAGE:
            rest = [(part, weight * (1 - _PAGE)) for part, weight in self._parts]
            self._parts = [*rest, (NGrams.of(text_classes(to_codes(page))), _PAGE)]

    def scores(self, before: Offsets, last: Offsets, counts: Offsets, following: Offsets) -> Scores:
        """The log-chance of each character behind two others, given as `NGrams.chances` takes them."""
        chance = sum(weight * part.chances(before, last, counts, following) for part, weight in self._parts)
        scores: Scores = np.log(chance + _UNSEEN)
        return scores


@cache
def _words() -> dict[str, float]:
    """The log-chance of each word."""
    stored = _stored()
    words = stored["words"].tobytes().decode().split("\n")
    chances = np.log(np.maximum(stored["words_chance"].astype(np.float64), _UNSEEN))
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
        alone = best[-1] + words.get(text[end - 1], _NO_WORD)
        longer = [
            best[start] + words[text[start:end]]
            for start in range(max(0, end - LONGEST_WORD), end - 1)
            if text[start:end] in words
        ]
        best.append(max(alone, *longer) if longer else alone)
    return best[-1]
