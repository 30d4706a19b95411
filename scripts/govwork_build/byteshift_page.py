"""A page with damaged runs, and what stands on it that is not damaged: its words, its script."""

from __future__ import annotations

import re
from collections.abc import Iterator

from govwork.codes import to_codes

from .byteshift_tables import kernel
from .language_model import text_classes
from .notes import NOTE

# A page says something only if it has enough text.
_LEAST = 200
# What is damaged is left out when the page is read for its own words.
_NEAR_DAMAGE = re.compile(r"\?.{0,24}")
# What is listed so is also written in one: 鐵、公、機 and 鐵公機. An item is a character or two; such as stand
# between two others are found first, since few places have them.
_ITEM = "[\u4e00-\u9fff]{1,2}"
_BETWEEN, _FIRST, _LAST = re.compile(f"(?:、{_ITEM})+(?=、)"), re.compile(rf"{_ITEM}\Z"), re.compile(f"、{_ITEM}")
_FEWEST_ITEMS = 3


class Page:
    """A document and what can be read of it."""

    def __init__(self, document: str, restored: str = "") -> None:
        """The page may have words that were `restored` on it, besides what is not damaged."""
        self.document, self.codes = document, to_codes(document)
        text = _NEAR_DAMAGE.sub("\n", NOTE.sub("", document))
        if restored:
            text += f"\n{restored}"
        known = text + "\n" + "\n".join(_lists(text)).replace("、", "")
        self.chances = kernel().page(text_classes(to_codes(known)), len(known) >= _LEAST, to_codes(text))


def _lists(text: str) -> Iterator[str]:
    """The lists of short items in a text, each as it stands."""
    done = 0
    for between in _BETWEEN.finditer(text):
        start, end = between.span()
        first = _FIRST.search(text, max(done, start - 2), start)
        last = _LAST.match(text, end)
        items = between[0].count("、") + (first is not None) + (last is not None)
        if items >= _FEWEST_ITEMS:
            done = last.end() if last else end
            yield text[first.start() if first else start : done]
