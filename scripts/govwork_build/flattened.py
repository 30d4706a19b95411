"""Where a line that was once many is cut: at its opening, headings, items, salutations, appendix and end.

Each place has its rule, one of `RULES`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import chain, pairwise

import numpy as np

from govwork.codes import Offsets, to_codes

from .headings import Heading
from .item_numbers import numeral_value
from .line_numbers import Line

RULES = (
    "opening",
    "heading",
    "heading_end",
    "salutation",
    "habit",
    "spaced_sentence",
    "item",
    "item_end",
    "parallel",
    "appendix",
    "signature",
)

_GREETING = (
    r"(?:尊敬的)?(?:各位(?:代表|委员|领导|来宾|同志|同仁)|同志们)"
    r"(?:[、，](?:各位)?(?:代表|同志们|委员|来宾|领导|同志|朋友们|列席人员))*"
)
_GAP = r"[ \u3000]*"
_OPENING = re.compile(
    rf"(?P<title>(?:\d{{4}}年)?[^，。：；！？（）\d]{{0,12}}?政府工作报告)?{_GAP}(?:[—－-]{{2}})?"
    r"(?P<delivery>[（(]?(?:\d{4}年\d{1,2}月\d{1,2}日)?[，]?在[^，。：；！？]{4,40}?(?:会议|大会)上[）)]?"
    rf"(?:[（(]\d{{4}}年\d{{1,2}}月\d{{1,2}}日[）)])?)?{_GAP}"
    rf"(?P<speaker>(?!尊敬的)[^，。：；！？]{{2,25}}?)??{_GAP}(?P<greeting>{_GREETING}[：:！!])"
)
_NOTICE = re.compile(r"[^，。：；！？]{4,60}?(?:通知|意见|决定|通报)(?=(各[^。；！？]{2,60}?：))")
# Before the word 各 there are at most so many characters.
_LONGEST_NOTICE = 63
# The formula by which a report is laid before its congress is a paragraph of its own.
_FORMULA = re.compile(r"现在，我[^。]{4,60}报告[^。]{0,80}。")
_SALUTATION = re.compile(rf"{_GREETING}[：，,！]?")
# Sentences that open a paragraph by the habit of the genre, and the words by which they are found.
_HABITS = ("清醒", "回首", "回顾过去")
_HABIT = re.compile(
    r"(?:在(?:充分)?(?:肯定|看到)成绩的同时，|同时，|但是?，?|当然，)?我们也?(?:必须|要|应当?)?(?:更加)?清醒地?(?:认识|看)到"
    r"|回[首顾](?:\d{4}年|过去)"
)
# A title that is no more than a year and its work, before a paragraph that begins with the year.
_YEAR_TITLE = re.compile(r"(?:19|20)\d{2}年[^，。：；！？“”\d]{2,16}(?=\d{4}年)")
_APPENDIX = re.compile(r"附件[：:]([^。：；]{2,12}?)(附件)(?=\1)")
_ANNEXES = re.compile(r"附件：(?=[1《])")
_GLOSSARY_ENTRY = re.compile(r"(?:(?<=[。])|^)(?=[^，。；：]{2,24}：)")
_SIGNATURE = re.compile(
    r"([\u4e00-\u9fff]{2,20}(?:人民政府|委员会|办公室|领导小组))((?:[12]\d{3}|[二一][〇○零一二三四五六七八九]{3})年"
    r"[\d一二三四五六七八九十]{1,2}月[\d一二三四五六七八九十]{1,3}日)$"
)
_ORDINAL = re.compile(r"第([一二三四五六七八九]?十?[一二三四五六七八九]|十)(，|部分|章|条)")
_BRACKETED = re.compile(r"（(\d{1,2})）|([①-⑳])")
_FEWEST_ORDINALS = 3
# So often the same words must open a sentence to be the parallel openings of paragraphs.
_PARALLEL = 5
_EARLY_COMMA = re.compile(r"。(?=([^。，]{1,4}，[^。，]{1,2}))")
_AFTER_ITEMS = re.compile(r"为(?:实现|完成|确保|此)|围绕")
_LAST_OF_DATE = "日"
_Cut = tuple[int, str]

# The words that rules hang on, looked for in all lines at once; and that for a title that is a year and its work.
_LISTS = ("（1）", "①", "第一")
_WORDS = ("各位", "同志们", *_HABITS, *_LISTS, "附件")
_YEAR = "年"
_BEGINS_WORD = np.zeros(0x110000, dtype=bool)
_BEGINS_WORD[[ord(word[0]) for word in (*_WORDS, _YEAR)]] = True
# From the end of one year to that of the next, with such a title between.
_NEAREST_YEAR, _FARTHEST_YEAR = 7, 21

# Of a line: each word in it, with its places.
Cues = dict[str, list[int]]


def find_cues(text: str, starts: Offsets, ends: Offsets) -> list[Cues]:
    """The cues of the lines `[starts, ends)` of a text."""
    codes = to_codes(text)
    at = np.flatnonzero(_BEGINS_WORD.take(codes))
    first, second = codes[at], codes.take(at + 1, mode="clip")
    years = at[first == ord(_YEAR)]
    following = np.searchsorted(years, years + _NEAREST_YEAR)
    near = np.append(years, years[-1:] + _FARTHEST_YEAR + 1)[following] - years <= _FARTHEST_YEAR
    found = {_YEAR: years[near] - len("2018")}
    for word in _WORDS:
        places = at[(first == ord(word[0])) & ((second == ord(word[1])) if len(word) > 1 else True)]
        found[word] = places[[text.startswith(word, place) for place in places.tolist()]]
    cues: list[Cues] = [{} for _ in starts]
    for word, places in found.items():
        lines = np.searchsorted(starts, places, side="right") - 1
        inside = (lines >= 0) & (places < ends[lines])
        lines, places = lines[inside], places[inside]
        for line, place in zip(lines.tolist(), (places - starts[lines]).tolist(), strict=True):
            cues[line].setdefault(word, []).append(place)
    return cues


def line_cuts(
    line: Line, cues: Cues, headings: list[Heading], spaces: list[tuple[int, int]], head: bool
) -> dict[int, str]:
    """Where a flattened line is cut, each place with its rule.

    `spaces` are the line's runs of blanks; `head` says that it stands where a document opens.
    """
    text = line.text
    cuts: dict[int, str] = {}
    for heading in headings:
        cuts[heading.start] = "heading"
        if heading.ends != "sentence":
            cuts[heading.title_end] = "heading_end"
    if head:
        cuts |= _opening_cuts(text, cues)
    if headings or cues or line.items or text.endswith(_LAST_OF_DATE):
        for at, rule in _other_cuts(line, cues, headings, spaces):
            cuts.setdefault(at, rule)
    cuts.pop(0, None)
    cuts.pop(len(text), None)
    return cuts


def _other_cuts(line: Line, cues: Cues, headings: list[Heading], spaces: list[tuple[int, int]]) -> Iterator[_Cut]:
    text = line.text
    title_ends = {heading.title_end for heading in headings}
    if cues:
        yield from _year_cuts(text, cues)
        yield from _salutation_cuts(text, cues, title_ends)
        yield from _habit_cuts(text, cues)
    if len(headings) > 1:
        yield from ((end, "spaced_sentence") for start, end in spaces if _ends_sentence(text, start))
    if line.items or not cues.keys().isdisjoint(_LISTS):
        yield from _item_cuts(line, cues, title_ends)
    if len(headings) > 1:
        yield from _parallel_cuts(text, headings)
    yield from _end_cuts(text, cues)


def _opening_cuts(line: str, cues: Cues) -> dict[int, str]:
    """The opening of a report (its title, where, when and by whom it was given, to whom) or of a notice."""
    opening = _OPENING.match(line) if "各位" in cues or "同志们" in cues else None
    if opening:
        ends = [opening.end(name) for name in opening.groupdict() if opening[name]]
        formula = _FORMULA.match(line, opening.end())
        return dict.fromkeys([*ends, *([formula.end()] if formula else [])], "opening")
    notice = _NOTICE.match(line) if line.find("各", 0, _LONGEST_NOTICE) >= 0 else None
    return {notice.end(): "opening", notice.end(1): "opening"} if notice else {}


def _year_cuts(line: str, cues: Cues) -> Iterator[_Cut]:
    # Those of the last century go first.
    for start in sorted(cues.get(_YEAR, ()), key=lambda start: line[start]):
        match = _YEAR_TITLE.match(line, start) if start >= 0 and _ends_sentence(line, start) else None
        if match:
            yield start, "heading"
            yield match.end(), "heading_end"


def _salutation_cuts(line: str, cues: Cues, title_ends: set[int]) -> Iterator[_Cut]:
    end = 0
    for at in sorted([*cues.get("各位", ()), *cues.get("同志们", ())]):
        start = at - 3 if line.startswith("尊敬的", at - 3) and at >= 3 else at
        match = _SALUTATION.match(line, start) if start >= end else None
        if not match:
            continue
        end = match.end()
        if start in title_ends or (match[0][-1] in "：，！," and _ends_sentence(line, start)):
            yield start, "salutation"
            if match[0].endswith("："):
                yield end, "salutation"


def _habit_cuts(line: str, cues: Cues) -> Iterator[_Cut]:
    for at in chain.from_iterable(cues.get(word, ()) for word in _HABITS):
        start = max(line.rfind(mark, 0, at) for mark in "。！？；：") + 1
        if start and _HABIT.match(line, start):
            yield start, "habit"


def _ends_sentence(line: str, at: int) -> bool:
    """Whether a sentence ends at `at`, spaces and closing marks after its stop left aside."""
    before = at - 1
    while before >= 0 and line[before] in " \u3000”’）》":
        before -= 1
    return before >= 0 and line[before] in "。！？；："


def _numbers(line: Line, cues: Cues) -> Iterator[tuple[int, int, str]]:
    """Numbers that may head an item: where each begins, its value, its style."""
    for item in line.items:
        yield item.start, item.value, item.mark
    for match in _BRACKETED.finditer(line.text) if "（1）" in cues or "①" in cues else ():
        yield match.start(), int(match[1]) if match[1] else ord(match[2]) - ord("①") + 1, "（" if match[1] else "①"
    for match in _ORDINAL.finditer(line.text) if "第一" in cues else ():
        yield match.start(), numeral_value(match[1]), f"第{match[2]}"


def _item_chains(line: Line, cues: Cues, title_ends: set[int]) -> Iterator[list[int]]:
    """Items that count on from 1, also across headings: `1、…；2、…`, `第一，…`; where each begins."""
    open_chains: dict[str, list[int]] = {}
    for start, value, style in sorted(_numbers(line, cues)):
        apart = start in title_ends or _ends_sentence(line.text, start)
        items = open_chains.get(style, [])
        if items and value == len(items) + 1 and (apart or style == "、"):
            items.append(start)
        elif value == 1 and apart:
            if _is_list(style, items):
                yield items
            open_chains[style] = [start]
    yield from (items for style, items in open_chains.items() if _is_list(style, items))


def _is_list(style: str, items: list[int]) -> bool:
    return len(items) >= (2 if style in "、.．" else _FEWEST_ORDINALS)


def _item_cuts(line: Line, cues: Cues, title_ends: set[int]) -> Iterator[_Cut]:
    for items in _item_chains(line, cues, title_ends):
        yield from ((at, "item") for at in items)
        listed = line.text[items[0] : items[-1]].rstrip(" \u3000")
        # Items that end in a semicolon end in a stop: behind it a paragraph runs on.
        stop = line.text.find("。", items[-1])
        if stop >= 0 and listed.endswith("；") and "。" not in listed:
            yield stop + 1, "item_end"
        elif "。" not in listed and "；" not in listed:
            # Items without any mark: the last one ends where a paragraph opens as paragraphs do.
            following = _AFTER_ITEMS.search(line.text, items[-1], items[-1] + 40)
            if following:
                yield following.start(), "item_end"


def _parallel_cuts(line: str, headings: list[Heading]) -> Iterator[_Cut]:
    """Sentences of one section that open with the same words again and again: 五年来，我们…."""
    openings = [(match.end(), match[1]) for match in _EARLY_COMMA.finditer(line)]
    bounds = [0, *(heading.start for heading in headings), len(line)]
    for start, end in pairwise(bounds):
        own = openings[bisect_left(openings, (start,)) : bisect_left(openings, (end,))]
        if len(own) >= _PARALLEL:
            counts = Counter(words for _, words in own)
            yield from ((at, "parallel") for at, words in own if counts[words] >= _PARALLEL)


def _end_cuts(line: str, cues: Cues) -> Iterator[_Cut]:
    """What stands behind a document's last sentence: annexes, a glossary with its titles, a signature."""
    if "附件" in cues:
        yield from _annex_cuts(line)
    signature = _SIGNATURE.search(line, max(0, len(line) - 60)) if line.endswith(_LAST_OF_DATE) else None
    if signature and _ends_sentence(line, signature.start()):
        yield signature.start(), "signature"
        yield signature.start(2), "signature"


def _annex_cuts(line: str) -> Iterator[_Cut]:
    for match in _ANNEXES.finditer(line):
        if _ends_sentence(line, match.start()):
            yield match.start(), "appendix"
    appendix = _APPENDIX.search(line)
    if appendix and _ends_sentence(line, appendix.start()):
        begin = appendix.end() + len(appendix[1])
        entries = [begin + entry.start() for entry in _GLOSSARY_ENTRY.finditer(line[begin:])]
        yield from ((at, "appendix") for at in (appendix.start(), appendix.start(2), appendix.end(), begin, *entries))
