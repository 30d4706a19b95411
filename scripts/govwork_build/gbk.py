"""What a lenient GBK decoder makes of bytes, as far as damaged pages show it.

A pair of bytes is a lead byte 81–FE and a trail byte 40–7E or 80–FE. Most pairs are characters; some places of the
table are empty or the user's own, and what stood there is not seen at all.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

# The first byte of a pair, and the least its second may be.
LEAD, TRAIL = 0x81, 0x40
EURO = 0x80
# From an ASCII character to the full-width one in row A3, of which pages made ASCII again.
_FULL_WIDTH_ROW, _TO_FULL_WIDTH = 0xA3, 0x80


def is_trail(byte: int) -> bool:
    """Whether a byte may be the second of a pair."""
    return byte >= TRAIL and byte not in (0x7F, 0xFF)


@cache
def characters() -> NDArray[np.uint32]:
    """By lead and trail byte, shape (256, 256): the code point of the pair's character, or 0."""
    table = np.zeros((256, 256), dtype=np.uint32)
    for lead in range(LEAD, 0xFF):
        for trail in filter(is_trail, range(256)):
            try:
                table[lead, trail] = ord(bytes((lead, trail)).decode("gbk"))
            except UnicodeDecodeError:
                continue
    return table


@cache
def vanishing() -> NDArray[np.bool_]:
    """By lead and trail byte, shape (256, 256): whether the pair leaves nothing to be seen."""
    table: NDArray[np.bool_] = characters() == 0
    table[:LEAD] = table[0xFF] = False
    table[:, [byte for byte in range(256) if not is_trail(byte)]] = False
    return table


@cache
def first_level() -> frozenset[str]:
    """The 3,755 characters of GB 2312's first level, those met most."""
    pairs = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return frozenset(pair.decode("gb2312") for pair in pairs if pair < b"\xd7\xfa")


def encode(text: str) -> bytes | None:
    """The bytes of a text in GBK; None when it holds a character that GBK has not."""
    try:
        return text.encode("gbk")
    except UnicodeEncodeError:
        return None


@cache
def bytes_seen_as(character: str) -> tuple[bytes, ...]:
    """The bytes a decoder may have read where a page shows this character, its full-width form among them."""
    if character == "€":
        return (bytes([EURO]),)
    code = ord(character)
    if character == " ":
        return b" ", b"\xa1\xa1"
    if 0x21 <= code <= 0x7E:
        return bytes([code]), bytes([_FULL_WIDTH_ROW, code + _TO_FULL_WIDTH])
    encoded = encode(character)
    return (encoded,) if encoded else ()
