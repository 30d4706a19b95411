"""Somebody's own text repaired: its characters, not its layout.

The stages are those of the corpus that undo damage of characters. Chrome, punctuation and lines stay: they are no
damage that shows by itself, and what the corpus makes of them is its own taste.
"""

from __future__ import annotations

from .byteshift_repair import undo_byteshift
from .characters import tidy_characters
from .decode import Decoded, decode
from .notes import drop_notes
from .pipeline import Normalised, normalise_all
from .script import convert_script

BEFORE = (tidy_characters, undo_byteshift)
AFTER_BUT_SCRIPT = (drop_notes,)
AFTER = (*AFTER_BUT_SCRIPT, convert_script)


def repaired(text: str) -> Normalised:
    """The repaired text with its history, and the damage that stands in it still."""
    return next(normalise_all([text], BEFORE, AFTER))


def decoded(data: bytes, name: str) -> Decoded:
    """The text of a file or of what was piped in; where there is nothing, nothing is wrong.

    Raises CorpusError when no reading fits.
    """
    return decode(data, name) if data.strip() else Decoded(data.decode("ascii"), "ascii", False, None)
