"""What a document has lost for good: never filled in, only told, with its place and the sign of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .byteshift import ByteShift


class Gap(NamedTuple):
    """A place of the finished text where something is missing or unreadable."""

    start: int
    end: int
    cause: str
    evidence: str


_REDACTED = re.compile(r"[*＊]+|[×xX]{2,}(?=[年月日市县区省镇乡村])|×+|××")
# A quantity whose digits are gone, in a text whose names were blanked out: 投入近万元, 参保率达。, 查处了家网吧.
_UNIT = r"(?:[万亿](?=[元人亩户平]|多)|元|[万亿]?平方米|人(?=参加|次|，)|家(?=网吧|企业)|名(?=残疾)|场(?=次)|个(?=续建|与|特色)|%)"
_CUT_NUMBER = re.compile(
    rf"(?:投入|投资|经费|总额|面积|占|达到?|约|近|共|了|达|为|有|的)(?:近|约|多|达)?(?={_UNIT})|(?:率|比例|面积|总额|人数)[达为](?=[。，；])|参保家庭(?=户)"
)
_BLANKED_OUT = 3


def find_gaps(text: str, damage: tuple[ByteShift, ...]) -> Iterator[Gap]:
    """The gaps of a document, in order: damaged runs, lost marks, redactions, and numbers cut without a trace."""
    found = [
        Gap(run.start, run.end, "byteshift" if run.kind == "run" else "lost_mark", text[run.start : run.end])
        for run in damage
    ]
    redactions = [
        Gap(match.start(), match.end(), "redaction", match.group())
        for match in _REDACTED.finditer(text)
        if not _is_product(text, match)
    ]
    found += redactions
    if len(redactions) >= _BLANKED_OUT:
        found += (
            Gap(match.end(), match.end(), "cut_number", text[match.start() : match.end() + 4])
            for match in _CUT_NUMBER.finditer(text)
        )
    position = 0
    for gap in sorted(found):
        if gap.start >= position:
            yield gap
            position = gap.end


def _is_product(text: str, match: re.Match[str]) -> bool:
    """A sign between numbers multiplies: 3×5."""
    return text[max(match.start() - 1, 0)].isdigit() and text[match.end() : match.end() + 1].isdigit()
