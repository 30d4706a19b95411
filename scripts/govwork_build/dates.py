"""Reading dates and years: when a document was issued, published, and for which year it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .evidence import Basis, Evidence, Reading

_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {
    "○": "0",
    "零": "0",
    "О": "0",
    "O": "0",
}
_ARABIC_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_CHINESE_DATE = re.compile(
    r"([二一][〇○零О九O一二三四五六七八]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_DELIVERED = re.compile(r"在[^，。：；\n]{4,40}(?:会议|大会)上")
_PUBLISHED = re.compile(
    r"(?:[发發]布日期|[发發]布[时時]间|發布時間|发文时间|发文日期|时[ \u3000]*间|時(?:\([a-zí]+\))?間|日期)"
    r"[ \u00a0]*[:：][ \u00a0]*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})"
)
_LISTING_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
# First years of the five-year plans.
_PLANS = {"十五": 2001, "十一五": 2006, "十二五": 2011, "十三五": 2016, "十四五": 2021}


def numeral_date(match: re.Match[str]) -> str:
    """An ISO date from a match of year, month and day, in Arabic or Chinese numerals."""
    year, month, day = match.groups()
    if not year.isdigit():
        year = "".join(_DIGITS.get(c, c) for c in year)
        month, day = str(_small(month)), str(_small(day))
    return f"{year}-{int(month):02}-{int(day):02}"


def _small(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    value = 10 * int(_DIGITS[tens] if tens else "1") if ten else 0
    return value + (int(_DIGITS[ones]) if ones else 0)


def date_issued(reading: Reading) -> Iterator[Evidence]:
    """The day printed under a signature, or the day a report was delivered."""
    for block in reading.blocks:
        if len(block.text) > 70:
            continue
        for pattern in (_ARABIC_DATE, _CHINESE_DATE):
            match = pattern.search(reading.text, block.start, block.start + len(block.text))
            if match is None:
                continue
            alone = match.group() == block.text.strip("（）")
            if alone or (_DELIVERED.search(block.text) and block.start < 400):
                basis: Basis = "stated" if alone else "derived"
                note = "" if alone else "the day the report was delivered"
                yield reading.seen("date_issued", numeral_date(match), match.start(), match.end(), basis, note)


def date_published(reading: Reading) -> Iterator[Evidence]:
    """The day its page gives for the copy: in the header fields, under a listing entry, or over the page."""
    field = _PUBLISHED.search(reading.raw, 0, 1500)
    if field:
        start = reading.piece.start
        yield reading.on_page("date_published", numeral_date(field), field.start() + start, field.end() + start)
        return
    after = [piece for piece in reading.pieces if piece.start >= reading.piece.end]
    for piece in after[:2]:
        if piece.chrome == "listing_date":
            match = _LISTING_DATE.search(reading.page, piece.start, piece.end)
            if match:
                yield reading.on_page("date_published", numeral_date(match), match.start(), match.end())
                return
    first = min(piece.start for piece in reading.pieces if piece.chrome is None)
    field = _PUBLISHED.search(reading.page, 0, first)
    if field:
        held = sum(piece.chrome is None for piece in reading.pieces)
        note = f"the date of a page that holds {held} documents" if held > 1 else ""
        yield reading.on_page("date_published", numeral_date(field), field.start(), field.end(), note=note)


def years(reading: Reading, doc_type: str | None, title: str | None) -> Iterator[Evidence]:
    """The year the document is for, best evidence first; later ones may disagree."""
    if doc_type == "work_report":
        for issued in date_issued(reading):
            yield Evidence(
                "year",
                issued.value[:4],
                "stated",
                issued.source_start,
                issued.source_end,
                issued.quote,
                issued.note,
            )
    if title:
        at = reading.text.find(title)
        match = re.compile(r"\d{4}(?=年)").search(reading.text, at, at + len(title)) if at >= 0 else None
        if match:
            yield reading.match("year", match)
    for block in reading.blocks:
        if block.kind == "title" and block.text != title and re.search("报告|要点|总结|任务", block.text):
            match = re.compile(r"\d{4}(?=年)").match(reading.text, block.start)
            if match:
                yield reading.match("year", match, note="the document's own title line")
        if block.kind == "section_head" and doc_type == "work_report":
            match = re.compile(
                r"(\d{4})年[^，。]{0,12}(?:任务|安排|思路|打算|计划|重点工作|主要工作|目标和工作)"
            ).search(reading.text, block.start, block.start + len(block.text))
            if match and not re.search(r"回顾|总结|成就", block.text):
                yield reading.match("year", match, 1, "derived", "the year its plan section names")
    if doc_type == "work_summary":
        yield from _summary_years(reading)


def _summary_years(reading: Reading) -> Iterator[Evidence]:
    """The year reported on, where the site blanked it out and the text fixes it otherwise."""
    text = reading.text
    for match in re.compile(r"[*×\dX某]{1,4}年是“?(十[一二三四]?五)”?规划(?:实施)?的?(?:起始|开局|第一)年?").finditer(
        text
    ):
        nearby = text[match.start() : match.end() + 120]
        first = _PLANS[match[1]]
        year = first - 1 if "明年" in nearby else first
        note = f"the first year of the {match[1]} plan is {first}" + (
            " and is called the next year" if year < first else ""
        )
        yield reading.seen("year", str(year), match.start(), match.end(), "inferred", note)
    for match in re.compile(r"未来三年").finditer(text):
        plan = re.compile(r"(\d{4})年?[至到—-](\d{4})年").search(text, match.start(), match.start() + 400)
        if plan and int(plan[2]) - int(plan[1]) == 2:
            yield reading.seen(
                "year",
                str(int(plan[1]) - 1),
                plan.start(),
                plan.end(),
                "inferred",
                "the coming three years begin after it",
            )
            return
