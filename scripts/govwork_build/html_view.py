"""A document as one HTML page: its source beside its text, every edit marked on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup, escape

from .corpus import Document, quality_flags
from .cut import Piece as PagePiece
from .cut import cut
from .marks import Mark, Piece, Side, evidence_marks, pieces, rows
from .overview import (
    EXAMPLES_ARE,
    RuleUse,
    clip,
    facts,
    gap_in_place,
    general_units,
    heading,
    rule_uses,
    stated_units,
    unknown_fields,
)

_HEADINGS = ("title", "section_head", "leader_head")
_TAGS = {"deletion": "del", "insertion": "ins", "replacement": "mark", "gap": "u", "evidence": "u"}
# What HTML would not hand on as it stands: a carriage return it reads as a newline, a null character not at all.
_UNSAFE = {"\r": "&#13;", "\0": "␀"}


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage with its colour's number, its edits, and its rules."""

    name: str
    number: int
    count: int
    rules: list[RuleUse]


class Surrounding(NamedTuple):
    """A part of the page around the document; another document's text is left out (None)."""

    name: str
    length: int
    text: Markup | None


def page(document: Document) -> str:
    """The page: self-contained, and whole without scripts."""
    # A stage may work in several layers.
    numbers = {stage: number for number, stage in enumerate(dict.fromkeys(_stages(document)))}
    before, after = _surroundings(document, numbers)
    template = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    ).from_string((files("govwork_build") / "templates" / "document.html").read_text("utf-8"))
    return template.render(
        document=document,
        heading=heading(document),
        source=document.normalised.traced.source,
        facts=[(field, list(group)) for field, group in groupby(facts(document), key=lambda fact: fact.field)],
        flags=list(quality_flags(document)),
        unknown=unknown_fields(document),
        stages=list(_legend(document, numbers)),
        gaps=_gaps(document),
        before=before,
        after=after,
        outline=[(i, block) for i, block in enumerate(document.blocks) if block.kind in _HEADINGS],
        rows=_rows(document, numbers),
        clip=clip,
        stated_units=stated_units,
        general_units=general_units(document.tasks),
        examples_are=EXAMPLES_ARE,
    )


def _stages(document: Document) -> list[str]:
    return [layer.stage for layer in document.normalised.traced.layers]


def _legend(document: Document, numbers: dict[str, int]) -> Iterator[Stage]:
    uses = list(rule_uses(document.normalised.traced))
    for name, number in numbers.items():
        rules = [use for use in uses if use.stage == name]
        yield Stage(name, number, sum(use.count for use in rules), rules)


def _gaps(document: Document) -> list[tuple[str, list[tuple[int, tuple[str, str, str]]]]]:
    """Causes with their gaps, numbered and in place; the commonest first."""
    by_cause: dict[str, list[tuple[int, tuple[str, str, str]]]] = {}
    for number, gap in enumerate(document.gaps):
        by_cause.setdefault(gap.cause, []).append((number, gap_in_place(document, gap)))
    return sorted(by_cause.items(), key=lambda item: -len(item[1]))


def _rows(document: Document, numbers: dict[str, int]) -> Iterator[dict[str, Any]]:
    traced = document.normalised.traced
    for number, row in enumerate(rows(document)):
        yield {
            "number": number,
            "block": row.block,
            "source": _marked(traced.source, row.source, numbers, "source"),
            "text": _marked(traced.text, row.text, numbers, "text"),
        }


def _surroundings(document: Document, numbers: dict[str, int]) -> tuple[list[Surrounding], list[Surrounding]]:
    """What stands on the page before and after the document."""
    whole = document.decoded.text
    evidence = list(evidence_marks(document))

    def surrounding(part: PagePiece) -> Surrounding:
        length = part.end - part.start
        if part.chrome is None:
            return Surrounding("another document", length, None)
        inside = [mark for mark in evidence if part.start <= mark.source[0] < mark.source[1] <= part.end]
        shown = list(pieces(part.start, part.end, inside, "source"))
        return Surrounding(part.chrome, length, _marked(whole, shown, numbers, "source"))

    parts = [part for part in cut(whole) if part.chrome != "blank"]
    before = [surrounding(part) for part in parts if part.end <= document.piece.start]
    after = [surrounding(part) for part in parts if part.start >= document.piece.end]
    return before, after


def _marked(text: str, shown: list[Piece], numbers: dict[str, int], side: Side) -> Markup:
    """The pieces of a text, each that bears marks in an element that tells them."""
    return Markup("".join(_element(text[piece.start : piece.end], piece, numbers, side) for piece in shown))


def _element(text: str, piece: Piece, numbers: dict[str, int], side: Side) -> str:
    inner = str(escape(text))
    for character, reference in _UNSAFE.items():
        inner = inner.replace(character, reference)
    if not piece.marks:
        return inner
    tag = "i" if not text else _TAGS[min(piece.marks, key=_rank).kind]
    keys = " ".join(mark.key for mark in piece.marks)
    label = escape("\n".join(mark.label for mark in piece.marks))
    classes = _classes(text, piece, numbers)
    return f'{_anchors(piece, side)}<{tag} class="{classes}" data-r="{keys}" title="{label}">{inner}</{tag}>'


def _rank(mark: Mark) -> int:
    """A character that is gone or new is that before anything else."""
    return list(_TAGS).index(mark.kind)


def _anchors(piece: Piece, side: Side) -> str:
    """What links to a gap lead to in the text, and links to evidence in the source."""
    target = {"source": "evidence", "text": "gap"}[side]
    begin = (mark.key for mark in piece.marks if mark.kind == target and mark.on(side)[0] == piece.start)
    return "".join(f'<a id="{key}"></a>' for key in begin)


def _classes(text: str, piece: Piece, numbers: dict[str, int]) -> str:
    """`a`, `b` and the number of a stage choose a first and a second colour, `n` and `w` the shapeless."""
    groups = list(dict.fromkeys(mark.group for mark in piece.marks))
    stages = [numbers[group] for group in groups if group in numbers]
    classes = [f"{place}{stage}" for place, stage in zip("ab", stages, strict=False)]
    classes += [group for group in groups if group not in numbers]
    if "\n" in text:
        classes.append("n")
    elif text and not text.strip():
        classes.append("w")
    return " ".join(classes)
