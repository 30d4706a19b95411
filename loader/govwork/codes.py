"""A text as an array of its code points, and back."""

from __future__ import annotations

# `str.encode` would look the codec up by its name each time, which takes longer than a short text does.
from codecs import utf_32_le_decode, utf_32_le_encode

import numpy as np
from numpy.typing import NDArray

Offsets = NDArray[np.int64]
Codes = NDArray[np.uint32]

# Any string has code points, of lone surrogates too.
_ERRORS = "surrogatepass"


class CodedText(str):
    """A text that keeps its code points, for stages that look at them one after the other."""

    __slots__ = ("_codes",)
    _codes: Codes | None

    def __new__(cls, text: str, codes: Codes | None = None) -> CodedText:
        """`codes` are those of `text`, if they are known; nobody may write to them any more."""
        coded = super().__new__(cls, text)
        coded._codes = codes
        return coded

    @property
    def codes(self) -> Codes:
        """The code points, worked out once."""
        if self._codes is None:
            self._codes = _encode(self)
        return self._codes


def to_codes(text: str) -> Codes:
    """The code points of `text` as a read-only uint32 array of shape (len(text),)."""
    return text.codes if isinstance(text, CodedText) else _encode(text)


def _encode(text: str) -> Codes:
    return np.frombuffer(utf_32_le_encode(text, _ERRORS)[0], np.uint32)


def from_codes(codes: Codes) -> str:
    """The text of an array of code points; inverse of `to_codes`."""
    return utf_32_le_decode(codes.tobytes(), _ERRORS, True)[0]
