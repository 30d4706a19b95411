"""Metadata of a document: each value with its evidence, what disagrees kept and flagged, what is unknown null."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from .dates import date_issued, date_published, years
from .evidence import Evidence, Reading
from .model import DocType
from .places import infer_region
from .regions import Region, Regions

PLACE = r"[\u4e00-\u9fff]{2,12}?(?:特别行政区|自治[区州县旗]|[省市县区乡镇旗盟]|街道)"
# A place in a title: 2019年永康市政府…, 浙江省金华市2020年…, 金华市人民政府办公室关于….
TITLE_PLACE = re.compile(
    rf"(?:\d{{4}}年度?)?((?:{PLACE}){{1,3}})(?=人民政府|政府|\d{{4}}年|委员会|委办|办公室|关于|重点|主要)"
)
_ISSUER = re.compile(rf"({PLACE})(?:人民政府|委员会|人民代表大会)[\u4e00-\u9fff]{{0,8}}")
_REPORTING = re.compile(rf"代表(({PLACE})人民政府)")
_SPEAKER = re.compile(
    rf"(({PLACE})人民政府)?({PLACE})?(?:代理?|副)?(?:市长|县长|区长|乡长|镇长|省长|主任)[\u4e00-\u9fff·]{{2,4}}"
)
# A public body's unified social credit code, which an index number begins with, holds its region.
_INDEX_CODE = re.compile(r"索\s?引\s?号[:：\s]*1[12](\d{6})[0-9A-Z]{9,10}")
_NUMBER = re.compile(r"^[\u4e00-\u9fff]{2,10}[〔\[（(]\d{4}[〕\]）)]第?\d{1,4}号$")
_NUMBER_FIELD = re.compile(r"(?:文\s?号|发文字号)[:：][ \u00a0]*([\u4e00-\u9fff]{2,10}[〔\[]\d{4}[〕\]]\d{1,4}号)")
_TYPES: tuple[tuple[DocType, str], ...] = (
    ("task_breakdown", r"(?:责任|任务|工作)分(?:解|工)|责任清单|主要(?:工作)?任务|重点工作任务"),
    ("work_points", r"工作要点"),
    ("work_report", r"政府工作(?:的)?报告|工作报告"),
    ("work_summary", r"工作总结|工作小结|总结"),
)
# The note on the type that is left when nothing in the text tells one.
TYPE_UNTOLD = "no public body speaks"
_UNIT_LINE = re.compile(r"^(?:牵头|责任|第一责任|主办)(?:单位|部门)：", re.MULTILINE)
_DELIVERING = re.compile(r"代表[^，。]{0,12}政府[^，。]{0,10}(?:报告|作)")
_OWN_WORK = re.compile(r"我[局市县区省乡镇委厅处]|全[市县系]|本[局市县]|我们")


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of a document. Every field that is not None has evidence; `flags` name what is amiss."""

    title: str | None
    doc_type: DocType | None
    region: Region | None
    year: int | None
    issuer: str | None
    doc_number: str | None
    date_issued: str | None
    date_published: str | None
    evidence: tuple[Evidence, ...]
    flags: tuple[str, ...]


def describe(reading: Reading, regions: Regions) -> Description:
    """Reads all metadata of a document."""
    found: dict[str, list[Evidence]] = {}

    def keep(evidence: Iterator[Evidence]) -> str | None:
        values = list(evidence)
        if values:
            found.setdefault(values[0].field, []).extend(values)
        return values[0].value if values else None

    title = keep(_title(reading))
    doc_type = keep(_doc_type(reading, title))
    issuer = keep(_issuer(reading))
    issued = keep(date_issued(reading))
    published = keep(date_published(reading))
    year = keep(years(reading, doc_type, title))
    code = keep(_region(reading, regions, title, doc_type))
    number = keep(_doc_number(reading))
    flags = tuple(
        f"{field}_disagrees"
        for field, values in sorted(found.items())
        if field == "year" and len({value.value for value in values if value.basis == "stated"}) > 1
    )
    return Description(
        title=title,
        doc_type=doc_type,  # type: ignore[arg-type]
        region=regions.get(code) if code else None,
        year=int(year) if year else None,
        issuer=issuer,
        doc_number=number,
        date_issued=issued,
        date_published=published,
        evidence=tuple(evidence for values in found.values() for evidence in values),
        flags=flags,
    )


def _title(reading: Reading) -> Iterator[Evidence]:
    for block in reading.blocks:
        if block.kind == "title":
            yield reading.seen("title", block.text, block.start, block.start + len(block.text))
            return


def _doc_type(reading: Reading, title: str | None) -> Iterator[Evidence]:
    if title:
        at = reading.text.find(title)
        for doc_type, words in _TYPES:
            match = re.compile(words).search(reading.text, at, at + len(title))
            if match and not (doc_type == "work_report" and "分解" in title):
                yield reading.seen("doc_type", doc_type, match.start(), match.end())
                return
    units = list(_UNIT_LINE.finditer(reading.text))
    if len(units) >= 3:
        yield reading.seen(
            "doc_type",
            "task_breakdown",
            units[0].start(),
            units[0].end(),
            "derived",
            f"{len(units)} lines of units",
        )
        return
    delivering = _DELIVERING.search(reading.text, 0, 600)
    if delivering and "各位代表" in reading.text[:300]:
        yield reading.seen(
            "doc_type",
            "work_report",
            delivering.start(),
            delivering.end(),
            "derived",
            "a government reports to a congress",
        )
        return
    own = list(_OWN_WORK.finditer(reading.text))
    # A text about a body's own work says so every few hundred characters.
    if len(own) >= 3 and len(own) * 700 > len(reading.text):
        yield reading.seen(
            "doc_type",
            "work_summary",
            *min(
                (match.span() for match in own), key=lambda span: (not reading.text.startswith("我", span[0]), span)
            ),
            "derived",
            f"a body speaks of its own work, {len(own)} times",
        )
    else:
        yield reading.seen("doc_type", "article", 0, min(len(reading.text), 40), "derived", TYPE_UNTOLD)


def _issuer(reading: Reading) -> Iterator[Evidence]:
    """The body that signs, or in whose name a report is given; only where its full name is printed."""
    for block, following in pairwise(reading.blocks):
        dated = re.fullmatch(r"（?[\d一二三四五六七八九十〇○零О]{4}年.{2,6}日）?", following.text)
        if dated and _ISSUER.fullmatch(block.text):
            yield reading.seen("issuer", block.text, block.start, block.start + len(block.text))
            return
    for pattern, group in ((_REPORTING, 1), (_SPEAKER, 1)):
        for match in pattern.finditer(reading.text, 0, 800):
            if match[group] and match[group] not in (
                "市人民政府",
                "县人民政府",
                "区人民政府",
                "乡人民政府",
                "镇人民政府",
            ):
                yield reading.match("issuer", match, group)
                return


def _region(reading: Reading, regions: Regions, title: str | None, doc_type: str | None) -> Iterator[Evidence]:
    """The region by code: from an index number, from a name that can mean one place, or from places named."""
    index = _INDEX_CODE.search(reading.raw, 0, 1500)
    if index and _known(regions, index[1]):
        start = reading.piece.start
        yield reading.on_page(
            "region_code",
            index[1],
            index.start(1) + start,
            index.end(1) + start,
            "derived",
            "digits 3-8 of the issuer's code",
        )
        return
    if doc_type == "article":
        return
    for match in _named_places(reading, title):
        resolved = _resolve(match[1], reading, regions)
        if resolved:
            code, deciding = resolved
            note = f"the {match[1]} within {reading.page[slice(*deciding)]}" if deciding else f"the only {match[1]}"
            yield reading.seen("region_code", code, match.start(1), match.end(1), "derived", note)
            if deciding:
                yield reading.on_page(
                    "region_code", code, *deciding, "derived", f"tells it from others called {match[1]}"
                )
            return
    inference = infer_region(reading.text, regions)
    if inference:
        seen: set[str] = set()
        for place in inference.evidence:
            if place.name not in seen:
                seen.add(place.name)
                region = regions.get(place.code)
                yield reading.seen(
                    "region_code",
                    inference.code,
                    place.start,
                    place.end,
                    "inferred",
                    f"{region.code} {region.name}",
                )


def _named_places(reading: Reading, title: str | None) -> Iterator[re.Match[str]]:
    if title:
        at = reading.text.find(title)
        match = TITLE_PLACE.match(reading.text, at, at + len(title)) if at >= 0 else None
        if match:
            yield match
    for block, following in pairwise(reading.blocks):
        match = _ISSUER.fullmatch(reading.text, block.start, block.start + len(block.text))
        if match and "日" in following.text[-2:]:
            yield match
    for match in re.compile(rf"代表({PLACE})人民政府").finditer(reading.text, 0, 800):
        yield match


def _resolve(place: str, reading: Reading, regions: Regions) -> tuple[str, tuple[int, int] | None] | None:
    """The code a place means here: its only bearer, or the one within what its listing label or its own
    first part names (浙江省金华市).

    With it goes the span of the page that tells them apart, where one was needed.
    """
    *above, name = re.findall(PLACE, place)
    bearers = sorted({region.code for region in regions.named(name)})
    around = {region.code for part in above for region in regions.named(part)}
    if around:
        bearers = [code for code in bearers if any(regions.within(code, parent) for parent in around)]
    if len(bearers) == 1:
        return bearers[0], None
    label = reading.before()
    for start, end, parent in _places_in(reading.page, label.start, label.end, regions) if label else ():
        inside = [code for code in bearers if code != parent and regions.within(code, parent)]
        if len({code[:6] for code in inside}) == 1:
            return max(inside, key=lambda code: (regions.get(code).last_seen, code)), (start, end)
    return None


def _places_in(page: str, start: int, end: int, regions: Regions) -> Iterator[tuple[int, int, str]]:
    """The regions a label names, longest names first."""
    for length in range(min(8, end - start), 1, -1):
        for at in range(start, end - length + 1):
            yield from ((at, at + length, region.code) for region in regions.named(page[at : at + length]))


def _known(regions: Regions, code: str) -> bool:
    try:
        regions.get(code)
    except KeyError:
        return False
    return True


def _doc_number(reading: Reading) -> Iterator[Evidence]:
    field = _NUMBER_FIELD.search(reading.raw, 0, 1500)
    if field:
        start = reading.piece.start
        yield reading.on_page("doc_number", field[1], field.start(1) + start, field.end(1) + start)
        return
    for block in reading.blocks[:6]:
        if _NUMBER.fullmatch(block.text):
            yield reading.seen("doc_number", block.text, block.start, block.start + len(block.text))
            return
