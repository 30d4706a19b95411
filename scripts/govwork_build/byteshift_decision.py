"""What is decided about a damaged run: the readings of it, and what they have in common."""

from __future__ import annotations

from typing import NamedTuple

# What stands for a character that the bytes do not tell.
UNKNOWN = "□"
# What a lost byte may have taken with it, and what stands for it where nothing tells.
_TAKEN = frozenset("\"#$%&'*+-/=?")


class Repair(NamedTuple):
    """A stretch `[start, end)` of what is seen, and the readings of it: the best, and the others that are as good."""

    start: int
    end: int
    texts: tuple[str, ...]
    evidence: str

    @property
    def restored(self) -> str:
        """What all readings have in common, with `□` for what they have not."""
        return agreed(self.texts)


class Decision(NamedTuple):
    """What is to be done about a window, and how much likelier its best reading is than what is seen."""

    repairs: list[Repair]
    gain: float

    @property
    def leaves_open(self) -> bool:
        """Whether nothing is to be done, or not all is known."""
        return not self.repairs or any(len(repair.texts) > 1 for repair in self.repairs)


def agreed(texts: tuple[str, ...]) -> str:
    """What all readings have in common, with `□` for what they have not.

    A sign that a lost byte may have taken stays a `?`.

    >>> agreed(("專跨區", "校跨區")), agreed(("保火安全", "保基金安全")), agreed(("強*", "強?"))
    ('□跨區', '保□安全', '強?')
    """
    if len({len(text) for text in texts}) == 1:
        return "".join(map(_agreed_character, zip(*texts, strict=True)))
    shortest = min(map(len, texts))
    first = next((i for i in range(shortest) if len({text[i] for text in texts}) > 1), shortest)
    rest = shortest - first
    last = next((i for i in range(rest) if len({text[-1 - i] for text in texts}) > 1), rest)
    return texts[0][:first] + UNKNOWN + texts[0][len(texts[0]) - last :]


def _agreed_character(characters: tuple[str, ...]) -> str:
    if len(set(characters)) == 1:
        return characters[0]
    return "?" if _TAKEN.issuperset(characters) else UNKNOWN
