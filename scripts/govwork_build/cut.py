"""A page cut into its documents and the pieces around them: every character lies in exactly one.

A page holds one document, or several that a listing line (`• 【…】2019年…工作报告`) or an essay mark (`篇1`)
begins. What is not document is chrome, and has a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .chrome import kind_of_line

_BLANK = " \t\r\n\u00a0\u3000\ufeff"
_GAP = r"[ \t\u00a0\u3000]*"
_BULLET = r"[•·●▪◆■◇□★]"
# A title in a listing: behind a bullet and a label in brackets, or behind a bullet and in a title's words.
_LISTING = re.compile(
    rf"{_GAP}(?:(?:{_BULLET}|\d{{1,2}}[.、．)）])?{_GAP}(?:【[^】\n]{{1,16}}】|\[[^\]\n]{{1,16}}\]){_GAP}(?=[^\n]{{4,60}}$)"
    rf"|{_BULLET}{_GAP}(?=[^\n]{{4,60}}(?:报告|要点|总结|方案|分解|意见|通知|计划|報告|要點|總結|計劃|意見){_GAP}$))"
)
# The end of a page: everything behind the first of these is its footer.
_FOOTERS = ("related_links", "site_terms", "tags")
_LEADING = ("breadcrumb", "share", "qr_hint")
_TRAILING = ("share", "qr_hint", "tags", "site_terms", "related_links")


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of a source text: a document (`chrome` is None) or a named piece of its page."""

    start: int
    end: int
    chrome: str | None


@dataclass(frozen=True, slots=True)
class _Line:
    """`[start, end)` with its break; `title` is where the title of a listing line begins."""

    start: int
    end: int
    kind: str | None
    title: int | None


def cut(text: str) -> list[Piece]:
    """The pieces of a page, in order, without gap or overlap."""
    lines = list(_lines(text))
    footer = _footer(text, lines)
    listed = [line for line in lines if line.title is not None and line.start < footer]
    marks = [line for line in lines if line.kind == "essay_mark" and line.start < footer]
    if len(listed) > 1:
        dates = [line.start for line in lines if line.kind == "listing_date"]
        limits = [*(line.start for line in listed[1:]), footer]
        titles = [line.title or line.start for line in listed]
        documents = [
            (title, min((date for date in dates if title < date < limit), default=limit))
            for title, limit in zip(titles, limits, strict=True)
        ]
    elif len(marks) > 1:
        documents = list(
            zip((mark.end for mark in marks), [*(mark.start for mark in marks[1:]), footer], strict=True)
        )
    else:
        documents = [_single(text, lines, footer)]
    return list(_pieces(text, lines, [_trimmed(text, *document) for document in documents]))


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.split("\n"):
        end = min(start + len(line) + 1, len(text))
        stripped = line.rstrip("\r")
        listing = _LISTING.match(stripped) if len(stripped) < 120 else None
        yield _Line(start, end, kind_of_line(stripped), start + listing.end() if listing else None)
        start = end


def _footer(text: str, lines: list[_Line]) -> int:
    """Where the page's end begins: the first line of one, if it stands in the last two thirds."""
    return min(
        (line.start for line in lines if line.kind in _FOOTERS and line.start > len(text) // 3),
        default=len(text),
    )


def _single(text: str, lines: list[_Line], footer: int) -> tuple[int, int]:
    """A page with one document: what leads to it and what follows it taken off."""
    inside = [line for line in lines if line.start < footer]

    def idle(line: _Line, kinds: tuple[str, ...]) -> bool:
        return line.kind in kinds or not text[line.start : line.end].strip(_BLANK)

    while inside and idle(inside[0], _LEADING):
        del inside[0]
    while inside and idle(inside[-1], _TRAILING):
        del inside[-1]
    return (inside[0].start, inside[-1].end) if inside else (footer, footer)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    inner = text[start:end]
    left = start + len(inner) - len(inner.lstrip(_BLANK))
    return left, max(start + len(inner.rstrip(_BLANK)), left)


def _pieces(text: str, lines: list[_Line], documents: list[tuple[int, int]]) -> Iterator[Piece]:
    position = 0
    for start, end in documents:
        yield from _chrome(text, lines, position, start)
        if start < end:
            yield Piece(start, end, None)
        position = end
    yield from _chrome(text, lines, position, len(text))


def _chrome(text: str, lines: list[_Line], start: int, end: int) -> Iterator[Piece]:
    """The lines, or their parts, between two documents; those of one name that touch are one piece."""
    pending: Piece | None = None
    footer = ""
    for line in lines:
        a, b = max(line.start, start), min(line.end, end)
        if a >= b:
            continue
        name = footer or _name(text[a:b], line, a)
        footer = name if name in ("related_links", "site_terms") else footer
        if pending and pending.chrome == name:
            pending = Piece(pending.start, b, name)
        else:
            if pending:
                yield pending
            pending = Piece(a, b, name)
    if pending:
        yield pending


def _name(part: str, line: _Line, start: int) -> str:
    if not part.strip(_BLANK):
        return "blank"
    if line.title is not None and start < line.title:
        return "listing_label"
    return line.kind or "page_text"
