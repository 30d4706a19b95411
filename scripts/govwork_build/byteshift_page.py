"""What the pages around damaged runs say of them: their words, their script, what stands between others."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from govwork.codes import Codes, Offsets, to_codes

from .language_model import CLASSES, UNSEEN, Asked, Scores, Seconds, general, text_classes
from .notes import NOTE
from .opencc_tables import changed_characters, read_forms, read_table
from .page_model import PageNGrams

# How much the page says beside other texts; only if it has enough text.
_PAGE, _LEAST_PAGE = 0.4, 200
_OTHER_SCRIPT, _OTHER_BLANK, _SELDOM_WRITTEN = -6.0, -6.0, -3.0
# What a character is to the script of a page: of no script, of one alone, or the full-width blank; and of traditional
# characters one that converters seldom write, and a form that none writes, or that of this page does not.
_KINDS = 6
_ANY, _SIMPLIFIED, _BLANK, _TRADITIONAL, _SELDOM, _ODD = range(_KINDS)
# What is damaged is left out when the page is read for its own words.
_NEAR_DAMAGE = re.compile(r"\?.{0,24}")
# What is listed so is also written in one: 鐵、公、機 and 鐵公機.
_LIST = re.compile("[\u4e00-\u9fff]{1,2}(?:、[\u4e00-\u9fff]{1,2}){2,}")
_SWALLOWED = re.compile(r"(?=(.)([!-;=@])(.))")


def read_pages(documents: Sequence[str], restored: Sequence[str] | None = None) -> list[Page]:
    """The pages of documents; each may have words that were `restored` on it, besides what is not damaged."""
    texts = [_NEAR_DAMAGE.sub("\n", NOTE.sub("", document)) for document in documents]
    if restored is not None:
        texts = [f"{text}\n{words}" for text, words in zip(texts, restored, strict=True)]
    pages = Pages(texts)
    return [
        Page(document, text, number, pages)
        for number, (document, text) in enumerate(zip(documents, texts, strict=True))
    ]


class Page:
    """A document, with its number among the pages read at once, and what can be read of it."""

    def __init__(self, document: str, text: str, number: int, pages: Pages) -> None:
        """`text` is what is not damaged."""
        self.document, self.number, self.pages = document, number, pages
        self._text = text

    @cached_property
    def swallowed(self) -> dict[tuple[str, str], str]:
        """The ASCII characters between two others, where the page has them elsewhere."""
        found: dict[tuple[str, str], set[str]] = {}
        for before, between, after in _SWALLOWED.findall(self._text):
            found.setdefault((before, after), set()).add(between)
        only = {place: characters.pop() for place, characters in found.items() if len(characters) == 1}
        # A digit is never put in.
        return {place: character for place, character in only.items() if not character.isdigit()}

    def line_end_score(self, before: str) -> float:
        """The log-chance of a line that ends behind a text."""
        return float(text_scores([(self, before, "\n")])[0][0])


def text_scores(texts: Sequence[tuple[Page, str, str]]) -> list[Scores]:
    """The log-chance of each character of texts, each on its page and behind another, of which the last two count."""
    classes = [text_classes(to_codes(f"{before[-2:]:\n>2}{text}")).astype(np.int64) for _, before, text in texts]
    lengths = np.array([len(text) for _, _, text in texts])
    pages = np.repeat([page.number for page, _, _ in texts], lengths)
    before, last, following = (np.concatenate([own[i : len(own) - 2 + i] for own in classes]) for i in range(3))
    scores, _ = texts[0][0].pages.scores(Asked(pages, before, last, np.ones_like(pages), following))
    return np.split(scores, np.cumsum(lengths)[:-1])


def likelihoods(texts: Sequence[tuple[Page, str, str]]) -> list[float]:
    """How likely texts are on their pages, each behind another: their characters, and the script of these."""
    return [
        float((scores + page.pages.script_costs(np.full(len(text), page.number), to_codes(text))).sum())
        for scores, (page, _, text) in zip(text_scores(texts), texts, strict=True)
    ]


class Pages:
    """The words and scripts of some pages, each asked for by its number: looking up much at a time is cheaper."""

    def __init__(self, texts: Sequence[str]) -> None:
        known = [text + "\n" + "\n".join(_LIST.findall(text)).replace("、", "") for text in texts]
        enough = np.array([len(text) >= _LEAST_PAGE for text in known])
        self._of_page = np.where(enough, _PAGE, 0.0)
        self._of_all = np.where(enough, 1 - _PAGE, 1.0)
        self._own = PageNGrams(
            [text_classes(to_codes(text if told else "")) for text, told in zip(known, enough.tolist(), strict=True)]
        )
        self._read_scripts([to_codes(text) for text in texts])

    def scores(self, asked: Asked, seconds: Seconds | None = None) -> tuple[Scores, Scores]:
        """The log-chance of each character asked for, and of those behind them."""
        chances, rows = general().chances(asked)
        own, own_rows = self._own.chances(asked)
        pages = np.repeat(asked.pages, asked.counts)
        scores = self._mixed(chances, own, pages)
        if seconds is None:
            return scores, np.zeros(0)
        chances = general().chances_behind(asked, rows, seconds)
        own = self._own.chances_behind(asked, own_rows, seconds)
        return scores, self._mixed(chances, own, pages.take(seconds.behind))

    def script_costs(self, pages: Offsets, codes: Codes) -> Scores:
        """What characters cost, each on its page, that the page's script has not, unless the page has them."""
        at = pages * CLASSES
        at += np.minimum(codes, np.uint32(CLASSES - 1))
        kinds = self._scripts.take(at)
        np.multiply(pages, _KINDS, out=at)
        at += kinds
        return self._script_costs.take(at)

    def _mixed(self, chances: Scores, own: Scores, pages: Offsets) -> Scores:
        chances *= self._of_all.take(pages)
        own *= self._of_page.take(pages)
        chances += own
        chances += UNSEEN
        return np.log(chances, out=chances)

    def _read_scripts(self, pages: Sequence[Codes]) -> None:
        # What a page has is to it of any script.
        self._scripts = np.tile(_scripts(), len(pages))
        costs = np.zeros((len(pages), _KINDS))
        costs[:, [_BLANK, _SELDOM, _ODD]] = _OTHER_BLANK, _SELDOM_WRITTEN, _OTHER_SCRIPT
        forms, kinds = _forms()
        for number, page in enumerate(pages):
            codes, counts = np.unique(np.minimum(page, np.uint32(CLASSES - 1)), return_counts=True)
            # A converter has one form of a character for all places.
            written = np.isin(kinds, kinds[np.isin(forms, codes)])
            self._scripts[number * CLASSES + forms[written]] = _ODD
            self._scripts[number * CLASSES + codes.astype(np.int64)] = _ANY
            scripts = _scripts().take(codes)
            simplified, traditional = counts[scripts == _SIMPLIFIED], counts[scripts >= _TRADITIONAL]
            if traditional.sum() > simplified.sum():
                costs[number, _SIMPLIFIED] = _cost_of_other(simplified, traditional)
            else:
                costs[number, _TRADITIONAL:] = _cost_of_other(traditional, simplified)
        self._script_costs = costs.ravel()


def _cost_of_other(counts: Codes, own: Codes) -> float:
    """What a character of the script costs that is not a page's own, by how often each of either is on the page."""
    # As seldom as what was met once (Good 1953).
    return min(_OTHER_SCRIPT, float(np.log(((counts == 1).sum() + 0.5) / (own.sum() + 1))))


@cache
def _scripts() -> NDArray[np.uint8]:
    """By code point: what a character is to the script of a page."""
    scripts = np.where(changed_characters()[:CLASSES], np.uint8(_TRADITIONAL), np.uint8(_ANY))
    for character, other in read_table("STCharacters").items():
        if ord(character) < CLASSES and character != other and scripts[ord(character)] != _TRADITIONAL:
            scripts[ord(character)] = _SIMPLIFIED
    scripts[ord("\u3000")] = _BLANK
    # Which form of several is the seldom one differs by country.
    others = {form for forms in read_forms("STCharacters").values() for form in forms[1:]} - {*map(chr, _forms()[0])}
    scripts[_codes_below(form for form in others if changed_characters()[ord(form)])] = _SELDOM
    scripts[_codes_below(form for form in read_table("TSCharacters") if form not in _converted())] = _ODD
    return scripts


def _codes_below(characters: Iterable[str]) -> list[int]:
    return [ord(character) for character in characters if ord(character) < CLASSES]


@cache
def _converted() -> dict[str, str]:
    """What converters write for simplified characters, in any country, with the form OpenCC takes first."""
    forms = {form: form for forms in read_forms("STCharacters").values() for form in forms}
    for country in ("TWVariants", "HKVariants"):
        forms |= {other: form for form, others in read_forms(country).items() for other in others}
    return forms


@cache
def _forms() -> tuple[Offsets, Offsets]:
    """Traditional characters that countries write in different forms, and what is the same for all forms of one."""
    groups: dict[str, set[str]] = defaultdict(set)
    for form, first in _converted().items():
        # A simplified character may be left as it is: 台 stands beside 臺.
        groups[first] |= {one for one in (form, first) if changed_characters()[ord(one)]}
    pairs = [
        (ord(form), ord(first))
        for first, forms in sorted(groups.items())
        for form in sorted(forms)
        if len(forms) > 1 and max(map(ord, forms)) < CLASSES
    ]
    forms, firsts = np.array(pairs, dtype=np.int64).T
    return forms, firsts
