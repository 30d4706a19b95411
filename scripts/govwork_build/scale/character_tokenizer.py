"""Chinese for datatrove's MinHash without a segmenter."""

from __future__ import annotations

import re

from datatrove.utils.word_tokenizers import WordTokenizer

from .language_filter import HAN

_TOKEN = re.compile(rf"[{HAN}]|[^\W{HAN}]+")
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?\n]*")


class CharacterTokenizer(WordTokenizer):  # type: ignore[misc]  # datatrove is not typed
    """Each Chinese character is a token, and each word or number of another script.

    datatrove's own tokenizer for Chinese needs spaCy and jieba. Given as `language`, as in
    `MinhashDedupSignature(folder, language=CharacterTokenizer())`, this one is used.

    >>> CharacterTokenizer().word_tokenize("预算完成 120 亿元, GDP 增长")
    ['预', '算', '完', '成', '120', '亿', '元', 'GDP', '增', '长']
    """

    def word_tokenize(self, text: str) -> list[str]:
        """The tokens of a text."""
        return _TOKEN.findall(text)

    def sent_tokenize(self, text: str) -> list[str]:
        """Its sentences, each with what ends it."""
        return [text[start:end] for start, end in self.span_tokenize(text)]

    def span_tokenize(self, text: str) -> list[tuple[int, int]]:
        """Where its sentences stand."""
        return [sentence.span() for sentence in _SENTENCE.finditer(text)]
