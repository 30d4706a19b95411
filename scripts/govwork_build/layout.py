"""Stage: paragraphs. One line a paragraph, no blank lines, no indents, no stray spaces.

Where a page lost its line breaks, the line is cut at its opening lines, headings and listed items; where one was
broken in mid-sentence, it is joined. What the spaces say (a site put one before most numerals of enumeration)
is read before they go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from govwork.trace import Edit, Layer

from .batch import SEPARATOR
from .headings import ENUMERATION, Heading, find_headings

STAGE = "layout"

# A line is taken for several run together when it holds headings in its midst and is this long.
_FLATTENED = 300
# A line cut off in mid-sentence is a long one, and so is what it lost.
_CUT_OFF = 40

_BLANK = re.compile(r"[ \t\u3000]*\n[ \t\u3000\n]*")
_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U00031fff"
_WIDE = _HAN + "，。；：！？、“”‘’（）《》〈〉【】〔〕—…"
_SPACE = re.compile(r"[ \t\u3000]+")
_STRAY = re.compile(rf"(?<=[{_WIDE}])[ \t\u3000]+(?=[{_WIDE}0-9])|(?<=[0-9%‰])[ \t\u3000]+(?=[{_WIDE}])")
_SENTENCE = re.compile(r"[，。；！？]")
_SENTENCE_END = re.compile(r"[。！？；：][”’）》]*$")
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
# A salutation opens a paragraph in mid-report, behind a stop or behind the title of a section.
_SALUTATION = re.compile(r"(?:(?<=[。！？])|(?<=安排)|(?<=任务)|(?<=回顾))[ \u3000]*(各位代表(?:[、，]同志们)?[：，,！]?)")
_RUN_IN_YEAR = re.compile(r"(?<=[。！？：])[ \u3000]*((\d{4}年)[^，。：；！？“”\d]{2,16})(?=\d{4}年)")
_SPACED_SENTENCE = re.compile(r"(?<=[。！？：；])[ \u3000]+(?=\S)")
_APPENDIX = re.compile(r"(?<=[。！？])附件[：:]([^。：；]{2,12}?)(附件)(?=\1)")
_GLOSSARY_ENTRY = re.compile(r"(?:(?<=[。])|^)(?=[^，。；：]{2,24}：)")


def lay_out(text: str) -> Layer:
    """The layer of stage `layout`, for one document or a batch."""
    edits: list[Edit] = []
    start = 0
    for part in text.split(SEPARATOR):
        edits += (
            edit._replace(start=edit.start + start, end=edit.end + start) for edit in _document_edits(part)
        )
        start += len(part) + 1
    return Layer.of(STAGE, text, edits)


def _document_edits(text: str) -> Iterator[Edit]:
    breaks = [(match.start(), match.end()) for match in _BLANK.finditer(text)] if "\n" in text else []
    begin = len(text) - len(text.lstrip(" \t\u3000\n"))
    finish = max(len(text.rstrip(" \t\u3000\n")), begin)
    if begin:
        yield Edit(f"{STAGE}.blank", 0, begin, "")
    inner = [(start, end) for start, end in breaks if begin < end and start < finish]
    bounds = [begin, *(position for pair in inner for position in pair), finish]
    lines = list(zip(bounds[::2], bounds[1::2], strict=True))
    first = True
    for number, (start, end) in enumerate(lines):
        if number:
            yield from _break_edits(text, lines[number - 1], (start, end))
        yield from _line_edits(text[start:end], start, first)
        first = False
    if finish < len(text):
        yield Edit(f"{STAGE}.blank", finish, len(text), "")


def _break_edits(text: str, before: tuple[int, int], after: tuple[int, int]) -> Iterator[Edit]:
    """What becomes of the break between two lines: one newline, or nothing if it cut a sentence off."""
    start, end = before[1], after[0]
    if text[start:end] == "\n" and _is_cut_off(text[slice(*before)], text[slice(*after)]):
        yield Edit(f"{STAGE}.joined", start, end, "")
    elif text[start:end] != "\n":
        yield Edit(f"{STAGE}.blank", start, end, "\n")


def _is_cut_off(line: str, following: str) -> bool:
    """Whether a long line of prose ends in mid-sentence and the next one goes on with it."""
    if len(line) < _CUT_OFF or _BEGINS_PARAGRAPH.match(following) or not _SENTENCE.search(following):
        return False
    if not re.search(rf"[{_HAN}，、0-9“《（]$", line):
        return False
    stop = max(line.rfind(mark) for mark in "。！？；")
    return 0 <= stop < len(line) - 1


def _line_edits(line: str, offset: int, first: bool) -> Iterator[Edit]:
    """The cuts of a flattened line and the stray spaces of any, in order."""
    cuts = _cuts(line, first) if len(line) >= _FLATTENED or (first and line.count("：") and "各位" in line) else {}
    position = 0
    for match in _SPACE.finditer(line) if " " in line or "\u3000" in line or "\t" in line else ():
        for at in sorted(at for at in cuts if position <= at < match.start()):
            yield Edit(cuts[at], at + offset, at + offset, "\n")
        position = match.end() + 1
        rule = cuts.get(match.start()) or cuts.get(match.end())
        if rule:
            yield Edit(rule, match.start() + offset, match.end() + offset, "\n")
        elif _is_stray(line, match):
            yield Edit(f"{STAGE}.stray_space", match.start() + offset, match.end() + offset, "")
    for at in sorted(at for at in cuts if at >= position):
        yield Edit(cuts[at], at + offset, at + offset, "\n")


def _is_stray(line: str, space: re.Match[str]) -> bool:
    """A space within prose; in a line without a sentence mark spaces part the members of a list or a form."""
    return bool(_STRAY.match(line, space.start())) and bool(_SENTENCE.search(line))


def _cuts(line: str, first: bool) -> dict[int, str]:
    """Where a flattened line is to be cut, each place with its rule."""
    headings = find_headings(line)
    within = [heading for heading in headings if heading.start > 0]
    cuts: dict[int, str] = {}
    if first:
        cuts |= _opening_cuts(line)
    if len(within) < 2:
        return cuts
    for heading in headings:
        cuts[heading.start] = f"{STAGE}.heading"
        if heading.ends != "sentence":
            cuts[heading.title_end] = f"{STAGE}.heading_end"
    for match in _RUN_IN_YEAR.finditer(line):
        cuts[match.start(1)] = f"{STAGE}.heading"
        cuts[match.end(1)] = f"{STAGE}.heading_end"
    for match in _SALUTATION.finditer(line):
        cuts.setdefault(match.start(1), f"{STAGE}.salutation")
        if match[1].endswith("："):
            cuts.setdefault(match.end(), f"{STAGE}.salutation")
    for match in _SPACED_SENTENCE.finditer(line):
        cuts.setdefault(match.end(), f"{STAGE}.spaced_sentence")
    items = sorted(_item_starts(line, headings))
    cuts |= {at: f"{STAGE}.item" for at in items}
    for at in _items_end(line, items):
        cuts.setdefault(at, f"{STAGE}.item_end")
    cuts |= _appendix_cuts(line)
    cuts.pop(0, None)
    cuts.pop(len(line), None)
    return cuts


def _opening_cuts(line: str) -> dict[int, str]:
    """The opening of a report: its title, where and when it was given, by whom, to whom."""
    match = _OPENING.match(line)
    if match is None:
        return {}
    cuts = {match.end(name): f"{STAGE}.opening" for name in match.groupdict() if match[name]}
    return {at: rule for at, rule in cuts.items() if 0 < at < len(line)}


def _item_starts(line: str, headings: list[Heading]) -> Iterator[int]:
    """Items that count on from 1, also across headings: `1、…；2、…`, `1.…2.…`."""
    chain: list[int] = []
    expected, style = 0, ""
    for match in ENUMERATION.finditer(line):
        value, mark = int(match[1]), line[match.end() - 1]
        after_heading = any(heading.title_end == match.start() for heading in headings)
        apart = after_heading or bool(_SENTENCE_END.search(line, max(match.start() - 4, 0), match.start()))
        if value == expected and mark == style and (apart or mark == "、"):
            chain.append(match.start())
            expected += 1
        elif value == 1 and apart:
            yield from chain if len(chain) > 1 else ()
            chain, expected, style = [match.start()], 2, mark
    yield from chain if len(chain) > 1 else ()


def _items_end(line: str, starts: list[int]) -> Iterator[int]:
    """Where the last of several one-clause items ends, when a paragraph runs on behind its stop."""
    for before, last, following in zip(starts, starts[1:], [*starts[2:], None], strict=False):
        if following is None or line[last:following].count("。") > 0:
            stop = line.find("。", last)
            if stop >= 0 and "。" not in line[before:last] and line[before:last].rstrip().endswith("；"):
                yield stop + 1


def _appendix_cuts(line: str) -> dict[int, str]:
    """A glossary behind a report: its notice, its two titles, and its entries `词：解释。`."""
    match = _APPENDIX.search(line)
    if match is None:
        return {}
    begin = match.end() + len(match[1])
    entries = [begin + entry.start() for entry in _GLOSSARY_ENTRY.finditer(line[begin:])]
    places = [match.start(), match.start(2), match.end(), begin, *entries]
    return {at: f"{STAGE}.appendix" for at in places}
