"""What a character is to the script of a page: of either, of one, or such as few converters write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from .language_model import CLASSES
from .opencc_tables import changed_characters, read_forms, read_table

# Of no script, of one alone, or the full-width blank; and of traditional characters one that converters seldom write,
# and a form that none writes, or that of this page does not. The kernel has the same (tables.h).
_ANY, _SIMPLIFIED, _BLANK, _TRADITIONAL, _SELDOM, _ODD = range(6)


@cache
def scripts() -> NDArray[np.uint8]:
    """By code point: what a character is to the script of a page."""
    scripts = np.where(changed_characters()[:CLASSES], np.uint8(_TRADITIONAL), np.uint8(_ANY))
    for character, other in read_table("STCharacters").items():
        if ord(character) < CLASSES and character != other and scripts[ord(character)] != _TRADITIONAL:
            scripts[ord(character)] = _SIMPLIFIED
    scripts[ord("\u3000")] = _BLANK
    # Which form of several is the seldom one differs by country.
    several = {chr(form) for form in forms()[0].tolist()}
    others = {form for found in read_forms("STCharacters").values() for form in found[1:]} - several
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
def forms() -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """Traditional characters that countries write in different forms, and a number for all forms of one."""
    groups: dict[str, set[str]] = defaultdict(set)
    for form, first in _converted().items():
        # A simplified character may be left as it is: 台 stands beside 臺.
        groups[first] |= {one for one in (form, first) if changed_characters()[ord(one)]}
    several = [forms for _, forms in sorted(groups.items()) if len(forms) > 1 and max(map(ord, forms)) < CLASSES]
    pairs = [(ord(form), number) for number, forms in enumerate(several) for form in sorted(forms)]
    codes, numbers = np.array(pairs, dtype=np.uint16).T
    return np.ascontiguousarray(codes), np.ascontiguousarray(numbers)
