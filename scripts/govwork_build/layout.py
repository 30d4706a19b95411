"""Stage: paragraphs. One line a paragraph, no blank lines, no indents, no stray spaces.

Where a page lost its line breaks, the line is cut at its opening lines, headings and listed items; where one was
broken in mid-sentence, it is joined. What the spaces say (a site put one before most numerals of enumeration)
is read before they go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from govwork.trace import Edit, Layer

from .batch import SEPARATOR
from .headings import Heading, enumeration, find_headings

STAGE = "layout"

# A line is taken for several run together when it holds headings in its midst and is this long.
_FLATTENED = 300
# An opening stands within the first lines, behind the title.
_HEAD_LINES = 3
# A line cut off in mid-sentence is a long one, and so is what it lost.
_CUT_OFF = 40

_BLANK = re.compile(r"[ \t\u3000]*\n[ \t\u3000\n]*")
_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U00031fff"
_WIDE = _HAN + "，。；：！？、“”‘’（）《》〈〉【】〔〕—…"
_SPACE = re.compile(r"[ \t\u3000]+")
_STRAY = re.compile(rf"(?<=[{_WIDE}])[ \t\u3000]+(?=[{_WIDE}0-9])|(?<=[0-9%‰])[ \t\u3000]+(?=[{_WIDE}])")
_UNFINISHED = re.compile(rf"[{_HAN}，、0-9“《（]")
_SENTENCE = re.compile(r"[，。；！？]")
_BEGINS_PARAGRAPH = re.compile(
    r"[ \t\u3000]|(?:第?[一二三四五六七八九十]{1,3}[、，是]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,3}[、.．)）]"
    r"|[⒈-⒛①-⑳]|[—－-]{2}|附件|[^，。；！？]{2,12}：)"
)
_OPENING = re.compile(
    r"(?P<title>(?:\d{4}年)?[^，。：；！？（）]{0,12}?政府工作报告)?"
    r"(?P<delivery>[（(]?(?:\d{4}年\d{1,2}月\d{1,2}日)?[，]?在[^，。：；！？]{4,40}?(?:会议|大会)上[）)]?"
    r"(?:[（(]\d{4}年\d{1,2}月\d{1,2}日[）)])?)?"
    r"(?P<speaker>[^，。：；！？]{2,25}?)?"
    r"(?P<salutation>(?:尊敬的)?各位(?:代表|委员|领导|来宾|同志)(?:[、，](?:各位)?(?:同志们|委员|来宾|领导|同志|朋友们|列席人员))*[：:！!])"
)
_SALUTATION = re.compile(r"各位代表(?:[、，]同志们)?[：，,！]?")
# A title that is no more than a year and its work, before a paragraph that begins with the year.
# The centuries are literals: a pattern that begins with one is scanned for many times faster.
_YEAR_TITLES = tuple(
    re.compile(century + r"\d{2}年[^，。：；！？“”\d]{2,16}(?=\d{4}年)") for century in ("19", "20")
)
_APPENDIX = re.compile(r"附件[：:]([^。：；]{2,12}?)(附件)(?=\1)")
_GLOSSARY_ENTRY = re.compile(r"(?:(?<=[。])|^)(?=[^，。；：]{2,24}：)")


def lay_out(text: str) -> Layer:
    """The layer of stage `layout`, for one document or a batch."""
    edits: list[Edit] = []
    start = 0
    for document in text.split(SEPARATOR):
        edits += _document_edits(document, start)
        start += len(document) + 1
    return Layer.of(STAGE, text, edits)


def _document_edits(text: str, offset: int) -> Iterator[Edit]:
    """The edits of a document that begins at `offset` of its batch."""
    begin = len(text) - len(text.lstrip(" \t\u3000\n"))
    finish = max(len(text.rstrip(" \t\u3000\n")), begin)
    if begin:
        yield Edit(f"{STAGE}.blank", offset, offset + begin, "")
    breaks = [match.span() for match in _BLANK.finditer(text, begin, finish)] if "\n" in text else []
    bounds = [begin, *(position for pair in breaks for position in pair), finish]
    before = ""
    for number, (start, end) in enumerate(zip(bounds[::2], bounds[1::2], strict=True)):
        line = text[start:end]
        if number:
            yield from _break_edits(
                text[slice(*breaks[number - 1])], breaks[number - 1][0] + offset, before, line
            )
        yield from _line_edits(line, start + offset, head=number < _HEAD_LINES)
        before = line
    if finish < len(text):
        yield Edit(f"{STAGE}.blank", offset + finish, offset + len(text), "")


def _break_edits(space: str, at: int, before: str, after: str) -> Iterator[Edit]:
    """What becomes of the break between two lines: one newline, or nothing if it cut a sentence off."""
    if space == "\n" and _is_cut_off(before, after):
        yield Edit(f"{STAGE}.joined", at, at + 1, "")
    elif space != "\n":
        yield Edit(f"{STAGE}.blank", at, at + len(space), "\n")


def _is_cut_off(line: str, following: str) -> bool:
    """Whether a long line of prose ends in mid-sentence and the next one goes on with it."""
    if len(line) < _CUT_OFF or not _UNFINISHED.match(line, len(line) - 1):
        return False
    if _BEGINS_PARAGRAPH.match(following) or not _SENTENCE.search(following):
        return False
    stop = max(line.rfind(mark) for mark in "。！？；")
    return 0 <= stop < len(line) - 1


def _line_edits(line: str, offset: int, head: bool) -> Iterator[Edit]:
    """The cuts of a flattened line and the stray spaces of any, in order."""
    cuts = _cuts(line, head) if len(line) >= _FLATTENED or (head and "各位" in line) else {}
    spaced = " " in line or "\u3000" in line or "\t" in line
    if not cuts and not spaced:
        return
    places = sorted((at, at, rule) for at, rule in cuts.items())
    spaces = [(*match.span(), "") for match in _SPACE.finditer(line)] if spaced else []
    absorbed = {at for start, end, _ in spaces for at in (start, end)}
    for start, end, cut in sorted([*spaces, *(place for place in places if place[0] not in absorbed)]):
        rule = cut or cuts.get(start) or cuts.get(end)
        if rule:
            yield Edit(rule, start + offset, end + offset, "\n")
        elif _is_stray(line, start):
            yield Edit(f"{STAGE}.stray_space", start + offset, end + offset, "")


def _is_stray(line: str, at: int) -> bool:
    """A space within prose; in a line without a sentence mark spaces part the members of a list or a form."""
    return bool(_STRAY.match(line, at)) and bool(_SENTENCE.search(line))


def _cuts(line: str, head: bool) -> dict[int, str]:
    """Where a flattened line is to be cut, each place with its rule."""
    headings = find_headings(line)
    within = [heading for heading in headings if heading.start > 0]
    cuts: dict[int, str] = {}
    if head:
        cuts |= _opening_cuts(line)
    if len(within) < 2:
        return cuts
    for heading in headings:
        cuts[heading.start] = f"{STAGE}.heading"
        if heading.ends != "sentence":
            cuts[heading.title_end] = f"{STAGE}.heading_end"
    title_ends = {heading.title_end for heading in headings}
    for match in chain.from_iterable(pattern.finditer(line) for pattern in _YEAR_TITLES):
        if _ends_sentence(line, match.start()):
            cuts[match.start()] = f"{STAGE}.heading"
            cuts[match.end()] = f"{STAGE}.heading_end"
    for match in _SALUTATION.finditer(line):
        if match.start() in title_ends or _ends_sentence(line, match.start()):
            cuts.setdefault(match.start(), f"{STAGE}.salutation")
            if match[0].endswith("："):
                cuts.setdefault(match.end(), f"{STAGE}.salutation")
    for match in _SPACE.finditer(line):
        if _ends_sentence(line, match.start()):
            cuts.setdefault(match.end(), f"{STAGE}.spaced_sentence")
    cuts |= {at: rule for at, rule in _item_cuts(line, headings).items() if at not in cuts}
    cuts |= _appendix_cuts(line)
    cuts.pop(0, None)
    cuts.pop(len(line), None)
    return cuts


def _ends_sentence(line: str, at: int) -> bool:
    """Whether a sentence ends at `at`, spaces and closing marks after its stop left aside."""
    before = at - 1
    while before >= 0 and line[before] in " \u3000”’）》":
        before -= 1
    return before >= 0 and line[before] in "。！？；："


def _opening_cuts(line: str) -> dict[int, str]:
    """The opening of a report: its title, where and when it was given, by whom, to whom."""
    match = _OPENING.match(line)
    if match is None:
        return {}
    cuts = {match.end(name): f"{STAGE}.opening" for name in match.groupdict() if match[name]}
    return {at: rule for at, rule in cuts.items() if 0 < at < len(line)}


def _item_chains(line: str, headings: list[Heading]) -> Iterator[list[int]]:
    """Items that count on from 1, also across headings: `1、…；2、…`, `1.…2.…`; where each begins."""
    title_ends = {heading.title_end for heading in headings}
    items: list[int] = []
    expected, style = 0, ""
    for match in enumeration(line):
        value, mark = int(match[1]), line[match.end() - 1]
        apart = match.start() in title_ends or _ends_sentence(line, match.start())
        if value == expected and mark == style and (apart or mark == "、"):
            items.append(match.start())
            expected += 1
        elif value == 1 and apart:
            if len(items) > 1:
                yield items
            items, expected, style = [match.start()], 2, mark
    if len(items) > 1:
        yield items


def _item_cuts(line: str, headings: list[Heading]) -> dict[int, str]:
    cuts: dict[int, str] = {}
    for items in _item_chains(line, headings):
        cuts |= dict.fromkeys(items, f"{STAGE}.item")
        # Items that end in a semicolon end in a stop: behind it a paragraph runs on.
        stop = line.find("。", items[-1])
        listed = line[items[0] : items[-1]].rstrip(" \u3000")
        if stop >= 0 and listed.endswith("；") and "。" not in listed:
            cuts.setdefault(stop + 1, f"{STAGE}.item_end")
    return cuts


def _appendix_cuts(line: str) -> dict[int, str]:
    """A glossary behind a report: its notice, its two titles, and its entries `词：解释。`."""
    match = _APPENDIX.search(line)
    if match is None or not _ends_sentence(line, match.start()):
        return {}
    begin = match.end() + len(match[1])
    entries = [begin + entry.start() for entry in _GLOSSARY_ENTRY.finditer(line[begin:])]
    places = [match.start(), match.start(2), match.end(), begin, *entries]
    return dict.fromkeys(places, f"{STAGE}.appendix")
