"""Which pages are Chinese, told by their characters alone: before the repair, for damaged pages are Chinese too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, TypeAlias

from datatrove.data import Document
from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.pipeline.writers.disk_base import DiskWriter

from ..script import HANGUL, KANA

Language: TypeAlias = Literal["zh", "ja", "ko", "other"]

# Japanese has a kana for each two or three letters, Korean hardly anything but Hangul. Text whose bytes were read out
# of step has kana too, one to some hundred characters.
_NATIVE_SHARE = 0.1
# A page full of pinyin notes has a note to two characters; an English page that names a person, one to many words.
_CHINESE_SHARE = 0.4


def _class(ranges: Iterable[tuple[int, int]]) -> str:
    return "".join(f"{chr(first)}-{chr(end - 1)}" for first, end in ranges)


# The Chinese characters, as a class of a regular expression has them.
HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN = re.compile(f"[{HAN}]")
_KANA = re.compile(f"[{_class(KANA)}]")
_HANGUL = re.compile(f"[{_class(HANGUL)}]")
_OF_EAST_ASIA = re.compile(
    f"[\u3005-\u3007\u30fb-\u30ff\uff9e\uff9f]|{_HAN.pattern}|{_KANA.pattern}|{_HANGUL.pattern}"
)
# A word of another script counts as one character does, for about as much is said by it.
_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> Language:
    """What a page is written in, whatever its damage; `other` is also a page without letters.

    >>> language_of("我們?cè)谌珖?guó)各地的發(fā)展"), language_of("東京都は計画を公表しました")
    ('zh', 'ja')
    >>> language_of("The mayor, 王浩, spoke to the congress")
    'other'
    """
    han = len(_HAN.findall(text))
    kana, hangul = len(_KANA.findall(text)), len(_HANGUL.findall(text))
    words = len(_WORD.findall(_OF_EAST_ASIA.sub(" ", text)))
    letters = han + kana + hangul
    if not letters or letters < _CHINESE_SHARE * (letters + words):
        return "other"
    if max(kana, hangul) >= _NATIVE_SHARE * letters:
        return "ja" if kana > hangul else "ko"
    return "zh"


class ChineseOnly(BaseFilter):  # type: ignore[misc]  # datatrove is not typed
    """Keeps pages in Chinese, simplified or traditional, damaged or not; no model is loaded, nothing downloaded.

    Puts `language` into the metadata. What it drops is counted, and where there is an `exclusion_writer` kept, by
    reason: `language_ja`, `language_ko`, `language_other`.
    """

    name = "🀄 Chinese only"

    def __init__(self, exclusion_writer: DiskWriter | None = None) -> None:
        super().__init__(exclusion_writer)

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        """Whether it is kept, or the reason why not."""
        language = language_of(doc.text)
        doc.metadata["language"] = language
        return True if language == "zh" else (False, f"language_{language}")
