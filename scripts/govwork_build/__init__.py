"""Builds, checks and shows the corpus; `repair` undoes the damage of any page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from govwork.trace import TracedText

__all__ = ["repair"]


def repair(text: str) -> TracedText:
    """The text with its damage undone, as far as the text itself tells what stood there, and with its history.

    Shifted bytes are read again, notes go, traditional script is turned back, and characters are tidied; punctuation
    and lines stay as they are. Any string is taken; what cannot be read is left as it is or becomes `□`.

    >>> traced = repair("我們?cè)谌珖?guó)各地")
    >>> traced.text
    '我们在全国各地'
    >>> traced.revert()
    '我們?cè)谌珖?guó)各地'
    >>> [(run.removed, run.inserted) for run in traced.runs() if run.stage == "byteshift"]
    [('?cè)谌珖?guó)', '在全國')]
    """
    # Imported here: the tables of the stages take a while, and few of those who import the package need them.
    from .text_repair import repaired

    return repaired(text).traced
