"""What the page around a damaged run says of it: its words, its script, what stands between others."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govwork.codes import to_codes

from .language_model import CLASSES, LanguageModel
from .notes import NOTE
from .opencc_tables import changed_characters, read_table

_OTHER_SCRIPT, _OTHER_BLANK = -6.0, -6.0
# What is damaged is left out when the page is read for its own words.
_NEAR_DAMAGE = re.compile(r"\?.{0,24}")
# What is listed so is also written in one: 鐵、公、機 and 鐵公機.
_LIST = re.compile("[\u4e00-\u9fff]{1,2}(?:、[\u4e00-\u9fff]{1,2}){2,}")
_SWALLOWED = re.compile(r"(?=(.)([!-;=@])(.))")


class Page(NamedTuple):
    """What the page says.

    `model` is the language model, `script` what a character of the page's script is worth, by code point, and
    `swallowed` the ASCII characters between two others, where the page has them elsewhere.
    """

    model: LanguageModel
    script: NDArray[np.float64]
    swallowed: dict[tuple[str, str], str]


def read_page(document: str) -> Page:
    text = _NEAR_DAMAGE.sub("\n", NOTE.sub("", document))
    swallowed: dict[tuple[str, str], set[str]] = {}
    for before, between, after in _SWALLOWED.findall(text):
        swallowed.setdefault((before, after), set()).add(between)
    only = {place: found.pop() for place, found in swallowed.items() if len(found) == 1}
    # A digit is never put in.
    told = {place: character for place, character in only.items() if not character.isdigit()}
    lists = "\n".join(_LIST.findall(text)).replace("、", "")
    return Page(LanguageModel(f"{text}\n{lists}"), _script_of(text), told)


def _script_of(text: str) -> NDArray[np.float64]:
    """What a character costs that the page's script has not, unless the page has it."""
    met = np.bincount(np.minimum(to_codes(text), CLASSES - 1), minlength=CLASSES)
    traditional, simplified = _of_one_script()
    is_traditional = met[traditional].sum() > met[simplified].sum()
    own, other = (traditional, simplified) if is_traditional else (simplified, traditional)
    # As seldom as what was met once (Good 1953).
    chance = ((met[other] == 1).sum() + 0.5) / (met[own].sum() + 1)
    costs = np.where(other, min(_OTHER_SCRIPT, np.log(chance)), 0.0)
    costs[ord("\u3000")] = _OTHER_BLANK
    costs[met > 0] = 0.0
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
