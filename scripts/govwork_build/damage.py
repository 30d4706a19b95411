"""What damage a text had, counted by kind."""

from __future__ import annotations

from typing import NamedTuple

from .byteshift_repair import GAP, unknown_spans
from .byteshift_repair import STAGE as BYTESHIFT
from .characters import STAGE as CHARACTERS
from .notes import STAGE as NOTES
from .pipeline import Normalised
from .script import STAGE as SCRIPT


class Damage(NamedTuple):
    """How often each kind of damage was met.

    Runs of shifted bytes that were undone, those of them in part (a character stayed unknown), and those left as
    seen; marks that a byte-shift lost for good; pinyin notes dropped; stray characters tidied; characters converted
    from traditional script.
    """

    runs_undone: int = 0
    runs_in_part: int = 0
    runs_left: int = 0
    marks_lost: int = 0
    notes_dropped: int = 0
    characters_tidied: int = 0
    characters_converted: int = 0

    def __bool__(self) -> bool:
        return any(self)


_NONE = Damage()
# What a reader is told each kind is.
LABELS = {
    "runs_undone": "runs of shifted bytes undone",
    "runs_in_part": "of them in part",
    "runs_left": "runs left as seen",
    "marks_lost": "marks lost for good",
    "notes_dropped": "pinyin notes dropped",
    "characters_tidied": "characters tidied",
    "characters_converted": "characters converted to simplified",
}


def damage_of(made: Normalised) -> Damage:
    """The damage of one text, found by its layers and by what stands in it still.

    >>> from .pipeline import normalise
    >>> damage_of(normalise("我們?cè)谌珖?guó)各地,經(jīng)濟"))
    Damage(runs_undone=1, runs_in_part=0, runs_left=0, marks_lost=0, notes_dropped=1, characters_tidied=0, \
characters_converted=4)
    """
    layers = made.traced.layers
    if not made.damage and not any(map(len, layers)):
        return _NONE
    edits = {layer.stage: len(layer) for layer in layers}
    undone = in_part = unknown = 0
    for layer in layers:
        if layer.stage == BYTESHIFT and len(layer):
            undone += len(layer)
            in_part += sum(layer.rules[code] == GAP for code in layer.rule_codes.tolist())
            unknown += sum(1 for _ in unknown_spans(layer))
    return Damage(
        runs_undone=undone,
        runs_in_part=in_part,
        runs_left=sum(run.kind == "run" for run in made.damage) - unknown,
        marks_lost=sum(run.kind == "mark" for run in made.damage),
        notes_dropped=edits.get(NOTES, 0),
        characters_tidied=sum(len(layer) for layer in layers if layer.stage == CHARACTERS),
        characters_converted=edits.get(SCRIPT, 0),
    )
