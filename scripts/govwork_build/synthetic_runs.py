"""Damaged runs made from clean documents, of the kinds and lengths that the sources show."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import cycle, islice
from typing import NamedTuple

from pypinyin.pinyin_dict import pinyin_dict

from govwork.layer import Edit, Layer

from .byteshift_truth import TrueRun
from .forward_model import Damaged, Style, damage, style, traditional
from .gbk import encode, first_level
from .notes import SYLLABLE
from .opencc_tables import read_table
from .regions import stem

# Every other text is damaged as source 003 was; the others in turn as other sites did.
_AS_003 = "as 003"
_VARIANTS = (_AS_003, "full-width", _AS_003, "toneless", _AS_003, "noted twice", _AS_003, "without notes")
# How many characters a site notes, and how often it breaks a pair that happens to be punctuation.
_NOTED, _BREAKS = (100, 600), (0.15, 0.4)
# Of source 003's five documents two have `*` for the years and the names of their places.
_BLANKED, _YEAR = 0.4, "[0-9]{4}(?=年)"
# How often a line's last sentence, which quotes nothing, is put in quotation marks.
_QUOTED, _LAST_SENTENCE = 0.1, re.compile(r"(?<=。)[^。“”\n]{8,}。$", re.MULTILINE)
_LENGTHS = ("0–1", "2–3", "4–6", "7+")

_ENDS = {
    "tag": re.compile(r"\?/p>$"),
    "note": re.compile(rf"\?{SYLLABLE}\)$"),
    "letter": re.compile(rf"[@-~€](?:\({SYLLABLE}\))*$"),
    "lost": re.compile(r"\?$"),
}


class Stratum(NamedTuple):
    """A kind of run: what its first `?` was, what ended it, and how many characters are seen.

    What a lost byte took with it is a kind of its own: a digit (or a letter) is gone for good, a sign is not.
    """

    opening: str
    end: str
    length: str

    def __str__(self) -> str:
        return ", ".join(self)


class Sample(NamedTuple):
    """A clean document and what became of it; `changes` were made before, so that it is as other sites' are."""

    doc_id: str
    variant: str
    changes: Layer
    clean: str
    damaged: Damaged


def stratum_of(run: str, reading: str) -> Stratum:
    """The kind of a run, of which is known what it was.

    >>> print(stratum_of("?cè)谌珖?guó)", "在全國"))
    note, note, 2–3
    >>> print(stratum_of("?;?", "模化"), stratum_of("?!?", "。《*"), sep="; ")
    punctuation, punctuation, 0–1; punctuation, sign, 0–1
    """
    opening = "note" if re.match(rf"\?{SYLLABLE}\)", run) else "punctuation"
    end = next((name for name, form in _ENDS.items() if form.search(run)), "pair")
    if end == "lost":
        last = reading[-1:]
        end = "punctuation" if not last.isascii() else "digit" if last.isalnum() or last == "?" else "sign"
    seen = re.sub(rf"{SYLLABLE}\)|\?/p>$|[?(]", "", run)
    number = len(seen)
    return Stratum(opening, end, _LENGTHS[(number > 1) + (number > 3) + (number > 6)])


def strata_of(truth: Iterable[TrueRun]) -> Counter[Stratum]:
    """How often each kind of run was met."""
    return Counter(stratum_of(run.damaged, run.reading) for run in truth)


def clean_text(text: str) -> str:
    """Simplified text as the sites had it before the damage: traditional, and in GBK."""
    return "".join(character for character in traditional(text) if encode(character))


def samples(doc_id: str, text: str, places: Sequence[str], number: int) -> list[Sample]:
    """A document damaged in so many ways, which are the same whatever other documents there are.

    `places` are the names of the regions it is of.
    """
    made: list[Sample] = []
    plain = clean_text(text)
    # What is left of a name in GBK may be a character that stands in many words.
    names = [name for name in map(clean_text, map(stem, places)) if len(name) > 1]
    blanked = re.compile("|".join([_YEAR, *map(re.escape, names)]))
    for i, variant in enumerate(islice(cycle(_VARIANTS), number)):
        chance = random.Random(f"{doc_id} {i}")
        changes = list(_quotations(plain, chance))
        if variant == _AS_003 and chance.random() < _BLANKED:
            changes += (Edit("blanked", *found.span(), "*") for found in blanked.finditer(plain))
        layer = Layer.of("made_alike", plain, sorted(changes, key=lambda edit: (edit.start, edit.end)))
        clean = layer.apply(plain)
        damaged = damage(clean, _style(variant, chance), chance)
        made.append(Sample(doc_id, variant, layer, clean, damaged))
    return made


def _quotations(clean: str, chance: random.Random) -> Iterator[Edit]:
    """Puts some sentences that end a line in quotation marks.

    Most runs of source 003 begin between 。 and ”, which in these documents seldom stand together.
    """
    for last in _LAST_SENTENCE.finditer(clean):
        if chance.random() < _QUOTED:
            yield Edit("quoted", last.start(), last.start(), "“")
            yield Edit("quoted", last.end(), last.end(), "”")


def _style(variant: str, chance: random.Random) -> Style:
    noted = [] if variant == "without notes" else chance.sample(notable(), chance.randint(*_NOTED))
    return style(
        noted,
        toned=variant != "toneless",
        repeats=2 if variant == "noted twice" else 1,
        breaks=chance.uniform(*_BREAKS),
        fold=variant != "full-width",
        tags=True,
    )


@cache
def notable() -> list[str]:
    """What sites note: traditional characters whose simplified ones are of GB 2312's first level."""
    return sorted(
        character
        for character, simplified in read_table("TSCharacters").items()
        if simplified in first_level()
        and simplified != character
        and encode(character)
        and ord(character) in pinyin_dict
    )


def draw(pool: Sequence[Stratum], shares: Mapping[Stratum, int], number: int, chance: random.Random) -> list[int]:
    """So many numbers of runs of the pool, their kinds as often as `shares` says; none comes again before all came.

    The share of a kind that the pool has not goes to the one most like it.
    """
    members: dict[Stratum, list[int]] = defaultdict(list)
    for i, stratum in enumerate(pool):
        members[stratum].append(i)
    wanted: Counter[Stratum] = Counter()
    for stratum, share in sorted(shares.items()):
        wanted[_likest(stratum, members)] += share
    kinds = Counter(chance.choices(list(wanted), list(wanted.values()), k=number))
    drawn: list[int] = []
    for stratum, times in sorted(kinds.items()):
        chance.shuffle(members[stratum])
        drawn += islice(cycle(members[stratum]), times)
    return drawn


def _likest(stratum: Stratum, known: Iterable[Stratum]) -> Stratum:
    """The same kind, or the one with the same end, opening, and nearest length, in this order."""

    def likeness(other: Stratum) -> tuple[bool, bool, int, Stratum]:
        apart = abs(_LENGTHS.index(other.length) - _LENGTHS.index(stratum.length))
        return other.end == stratum.end, other.opening == stratum.opening, -apart, other

    return max(known, key=likeness)
