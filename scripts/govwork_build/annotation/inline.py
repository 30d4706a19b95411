"""Annotations written into their text: `确保⟦实现|CHG c1⟧⟦总产值|IND i1⟧⟦3470亿元|QTY q1 status=target⟧`.

For annotations that are made elsewhere than in Label Studio: no offset is typed, and a text that was changed by a
slip of the hand does not pass.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .records import Span

OPEN, CLOSE = "⟦", "⟧"
_MARK = re.compile(rf"{OPEN}|\|(?P<label>[A-Z]+)(?P<rest>[^{OPEN}{CLOSE}|]*){CLOSE}")


class _Opened(NamedTuple):
    """Where a mark begins: in the text, and in the marked text."""

    start: int
    at: int


def parse(marked: str, text: str) -> tuple[Span, ...]:
    """The spans of a marked text, in the order of the text, the longer of two that begin together first.

    A mark is `⟦surface|LABEL id name=value …⟧`; marks may hold others. Raises ValueError, with the place, when a mark
    is not whole, an id is missing or stands twice, or the text without its marks is not `text`.
    """
    parts: list[str] = []
    length = position = 0
    opened: list[_Opened] = []
    spans: list[Span] = []
    for found in _MARK.finditer(marked):
        parts.append(marked[position : found.start()])
        length += found.start() - position
        position = found.end()
        if found[0] == OPEN:
            opened.append(_Opened(length, found.start()))
        elif not opened:
            raise ValueError(f"{_near(marked, found.start())}: a mark ends that does not begin")
        else:
            spans.append(_span(opened.pop().start, length, found, marked))
    parts.append(marked[position:])
    if opened:
        raise ValueError(f"{_near(marked, opened[-1].at)}: a mark has no end `|LABEL id{CLOSE}`")
    _check_text("".join(parts), text)
    ids = [span.id for span in spans]
    if doubled := next((name for name in ids if ids.count(name) > 1), None):
        raise ValueError(f"the id {doubled} stands twice")
    return tuple(sorted(spans, key=lambda span: (span.start, -span.end, span.label)))


def _span(start: int, end: int, found: re.Match[str], marked: str) -> Span:
    name, *given = found["rest"].split() or [""]
    pairs = [each.partition("=") for each in given]
    if not name or "=" in name or any(not separator or not value for _, separator, value in pairs):
        raise ValueError(f"{_near(marked, found.start())}: write `|LABEL id name=value …{CLOSE}`")
    return Span(name, start, end, found["label"], {key: value for key, _, value in pairs})


def _check_text(found: str, text: str) -> None:
    if found != text:
        at = next(
            (i for i, (a, b) in enumerate(zip(found, text, strict=False)) if a != b), min(len(found), len(text))
        )
        raise ValueError(f"without its marks it is not the block's text: {_near(found, at)} for {_near(text, at)}")


def _near(text: str, at: int) -> str:
    return repr(text[max(0, at - 8) : at + 16])


def marked(text: str, spans: tuple[Span, ...]) -> str:
    """The text with its spans marked; `parse` reads them back. Spans that cross cannot be written so (ValueError)."""
    pieces: list[str] = []
    position = 0
    ends: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end, span.label)):
        while ends and ends[-1].end <= span.start:
            pieces += (text[position : ends[-1].end], _end(ends[-1]))
            position = ends.pop().end
        if ends and span.end > ends[-1].end:
            raise ValueError(f"{ends[-1]} and {span} cross")
        pieces += (text[position : span.start], OPEN)
        position = span.start
        ends.append(span)
    while ends:
        pieces += (text[position : ends[-1].end], _end(ends[-1]))
        position = ends.pop().end
    return "".join((*pieces, text[position:]))


def _end(span: Span) -> str:
    return (
        " ".join((f"|{span.label}", span.id, *(f"{key}={value}" for key, value in span.attributes.items()))) + CLOSE
    )
