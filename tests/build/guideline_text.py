"""What annotations/guidelines.md shows in fixed forms: tables, and examples with their spans, relations, attributes.

An example is `- 例 3 ✓ 〔document〕 text`, or ✗ for a wrong one, and indented lines `- name：value`. In its text
`[surface LABEL]` is a span, `[surface LABEL2]` the second of that label; `……` leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from govwork_build.annotation.records import Span

ELLIPSIS = "……"
LIST = "；"
_HEAD = re.compile(r"- 例 (\d+) ([✓✗]) 〔([\w-]+)〕 (.+)")
_LINE = re.compile(r"  - (关系|属性|类型|主题|标记|错|对|说明)：(.+)")
_TOKEN = re.compile(r"\[| ([A-Z]+)(\d*)\]")
_CELL = re.compile(r"\s*\|\s*")
_RELATION = re.compile(r"([A-Z]+\d*) (\w+) ([A-Z]+\d*)")


class Relation(NamedTuple):
    """A relation of an example, its ends by the names of their spans."""

    head: str
    name: str
    tail: str


@dataclass
class Example:
    """An example: `marked` is its text with brackets, `lines` the indented lines by name."""

    number: int
    right: bool
    doc_id: str
    marked: str
    lines: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return unmarked(self.marked)

    @property
    def spans(self) -> list[Span]:
        return spans_of(self.marked)

    def listed(self, name: str) -> list[str]:
        """The parts of a line that is a list; none without the line."""
        return self.lines[name].split(LIST) if name in self.lines else []

    @property
    def relations(self) -> list[Relation]:
        found = [(_RELATION.fullmatch(part), part) for part in self.listed("关系")]
        return [Relation(*match.groups()) if match else misfit(self.number, part) for match, part in found]

    @property
    def attributes(self) -> dict[str, dict[str, str]]:
        return attributes_of(self.listed("属性"))


def misfit(number: int, part: str) -> Relation:
    raise ValueError(f"example {number}: {part!r} is no relation; write `QTY1 of IND1`")


def attributes_of(parts: list[str]) -> dict[str, dict[str, str]]:
    """Attributes by the name of their span: `QTY1 lo=4 unit=%` is {"QTY1": {"lo": "4", "unit": "%"}}."""
    split = [part.split(" ") for part in parts]
    return {name: dict(pair.split("=", 1) for pair in pairs) for name, *pairs in split}


def unmarked(marked: str) -> str:
    """A marked text without its marks."""
    return _TOKEN.sub("", marked)


def spans_of(marked: str) -> list[Span]:
    """The spans of a marked text, in the order of the text, the longer of two that begin together first."""
    spans, open_at, length, seen = [], list[int](), 0, 0
    for token in _TOKEN.finditer(marked):
        length += token.start() - seen
        seen = token.end()
        if token[0] == "[":
            open_at.append(length)
        else:
            spans.append(Span(token[1] + token[2], open_at.pop(), length, token[1]))
    assert not open_at, f"a bracket is not closed: {marked}"
    return sorted(spans, key=lambda span: (span.start, -span.end))


def examples(guidelines: str) -> list[Example]:
    """All examples, in order. An indented line belongs to the example before it."""
    found: list[Example] = []
    for line in guidelines.splitlines():
        if head := _HEAD.fullmatch(line):
            found.append(Example(int(head[1]), head[2] == "✓", head[3], head[4]))
        elif part := _LINE.fullmatch(line):
            found[-1].lines[part[1]] = part[2]
        elif line.startswith(("- 例", "  - ")):
            raise ValueError(f"an example in no known form: {line}")
    return found


def tables(guidelines: str) -> Mapping[str, list[dict[str, str]]]:
    """The rows of each table by column; a table goes by the name of its first two columns, `标签 中文`."""
    rows = {}
    for lines in _runs(guidelines):
        head, _, *body = [_CELL.split(line.strip("| ")) for line in lines]
        rows[" ".join(head[:2])] = [dict(zip(head, cells, strict=True)) for cells in body]
    return rows


def _runs(guidelines: str) -> Iterator[list[str]]:
    """Lines that follow each other and begin with `|`."""
    run: list[str] = []
    for line in [*guidelines.splitlines(), ""]:
        if line.startswith("|"):
            run.append(line)
        elif run:
            yield run
            run = []
