"""Stage: paragraphs. One line a paragraph, no blank lines, no indents, no stray spaces.

Where a page lost its line breaks, the line is cut at its opening lines, headings and listed items; where one was
broken in mid-sentence, it is joined. What the spaces say (a site put one before most numerals of enumeration)
is read before they go.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govwork.codes import Codes, Offsets, to_codes
from govwork.layer import Layer

from .batch import SEPARATOR
from .flattened import RULES, find_cues, line_cuts
from .headings import find_headings
from .line_numbers import read_lines

STAGE = "layout"
_RULES = tuple(f"{STAGE}.{rule}" for rule in ("blank", "joined", "stray_space", *RULES))
_NONE, _BLANK, _JOINED, _STRAY = -1, 0, 1, 2
_CODE_OF = {rule: code for code, rule in enumerate(RULES, start=_STRAY + 1)}

# Shorter lines are not taken for several run together; a longer one is when it is long by any measure, or makes
# up most of its document.
_SHORTEST, _LONG = 120, 1500
# An opening stands within the first lines, behind the title.
_HEAD_LINES = 3
# A line cut off in mid-sentence is a long one.
_CUT_OFF = 40
# So many short pieces between spaces are the cells of a table, and no longer each.
_CELLS, _LONGEST_CELL = 4, 12

_IS_SPACE, _IS_NEWLINE, _IS_SEPARATOR, _IS_WIDE, _IN_WORD, _UNFINISHED, _ENDS_CLAUSE = 1, 2, 4, 8, 16, 32, 64
_CLASS = np.zeros(0x110000, dtype=np.uint8)
for _characters, _meaning in (
    (" \t\u3000", _IS_SPACE),
    ("\n", _IS_NEWLINE),
    (SEPARATOR, _IS_SEPARATOR),
    ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.%‰+/-", _IN_WORD),
    ("0123456789", _UNFINISHED),
    ("，。；：！？、“”‘’（）《》〈〉【】〔〕—…", _IS_WIDE),
    ("，、“《（", _UNFINISHED),
    ("，。；！？", _ENDS_CLAUSE),
):
    _CLASS[[ord(c) for c in _characters]] |= _meaning
for _first, _end in ((0x3400, 0xA000), (0xF900, 0xFB00), (0x20000, 0x32000)):
    _CLASS[_first:_end] |= _IS_WIDE | _UNFINISHED

_SENTENCE = re.compile(r"[，。；！？]")
# A Latin word or a number that touches a space.
_WORD_AFTER, _WORD_BEFORE = re.compile(r"[A-Za-z0-9.%‰+/-]+"), re.compile(r"[A-Za-z0-9.%‰+/-]+$")
_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U00031fff]")
_BEGINS_PARAGRAPH = re.compile(
    r"[ \t\u3000]|(?:第?[一二三四五六七八九十]{1,3}[、，是]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,3}[、.．)）]"
    r"|[⒈-⒛①-⑳]|[—－-]{2}|附件|[^，。；！？]{2,12}：)"
)
Flags = NDArray[np.bool_]


class _Gaps(NamedTuple):
    """Runs of blanks, in order: at an edge of a document, as a break between two lines, or within a line."""

    starts: Offsets
    ends: Offsets
    at_edge: Flags
    is_break: Flags
    within: Flags


class _Lines(NamedTuple):
    """The lines of all documents, without the blanks around them; `numbers` count from 0 in each document."""

    starts: Offsets
    ends: Offsets
    numbers: Offsets


def lay_out(text: str) -> Layer:
    """The layer of stage `layout`, for one document or a batch."""
    codes = to_codes(text)
    classes = _CLASS.take(codes)
    gaps, lines = _read(classes)
    rules, inserted = np.full(len(gaps.starts), _NONE), np.zeros(len(gaps.starts), dtype=np.int64)
    wide_breaks = gaps.is_break & (gaps.ends - gaps.starts > 1)
    rules[gaps.at_edge | wide_breaks] = _BLANK
    inserted[wide_breaks] = 1
    rules[_joined(text, classes, gaps, lines)] = _JOINED
    rules[_stray(text, classes, gaps, lines)] = _STRAY

    cuts, cut_rules = _cuts(text, codes, gaps, lines)
    within = np.flatnonzero(gaps.within)
    if len(cuts) and len(within):
        # A cut in a run of blanks, or at its edge, takes their place; of several the first counts, so it is set last.
        gap = np.searchsorted(gaps.starts[within], cuts, side="right") - 1
        meets = (gap >= 0) & (cuts <= gaps.ends[within][gap])
        taken = within[gap[meets]][::-1]
        rules[taken] = cut_rules[meets][::-1]
        inserted[taken] = 1
        cuts, cut_rules = cuts[~meets], cut_rules[~meets]

    edited = np.flatnonzero(rules != _NONE)
    starts, ends = (np.concatenate((edges[edited], cuts)) for edges in (gaps.starts, gaps.ends))
    lengths = np.concatenate((inserted[edited], np.ones(len(cuts), dtype=np.int64)))
    order = np.lexsort((ends, starts))
    return Layer.of_spans(
        STAGE,
        _RULES,
        np.concatenate((rules[edited], cut_rules))[order],
        codes,
        starts[order],
        ends[order],
        "\n" * int(lengths.sum()),
        lengths[order],
    )


def _joined(text: str, classes: NDArray[np.uint8], gaps: _Gaps, lines: _Lines) -> Offsets:
    """The breaks that cut a sentence off."""
    single: Offsets = np.flatnonzero(gaps.is_break & (gaps.ends - gaps.starts == 1))
    before = np.searchsorted(lines.ends, gaps.starts[single])
    long = lines.ends[before] - lines.starts[before] >= _CUT_OFF
    likely = long & ((classes[gaps.starts[single] - 1] & _UNFINISHED) != 0)
    if not likely.any():
        return single[:0]
    single, before = single[likely], before[likely]
    pieces = np.column_stack(
        (lines.starts[before], lines.ends[before], lines.starts[before + 1], lines.ends[before + 1])
    )
    joined = [_goes_on(text[a:b], text[c:d]) for a, b, c, d in pieces.tolist()]
    cut_off: Offsets = single[np.array(joined, dtype=bool)]
    return cut_off


def _goes_on(line: str, following: str) -> bool:
    """Whether a line that ends without a stop goes on in the next: it is prose, and so is that one."""
    if _BEGINS_PARAGRAPH.match(following) or not _SENTENCE.search(following):
        return False
    stop = max(line.rfind(mark) for mark in "。！？；")
    return 0 <= stop < len(line) - 1 or line[-1] in "，、"


def _stray(text: str, classes: NDArray[np.uint8], gaps: _Gaps, lines: _Lines) -> Offsets:
    """The blanks within prose that part nothing.

    In a line without a sentence mark they part the members of a list or a form, in a row of short pieces the
    cells of a table, and on both sides of a Latin word they are a way to print.
    """
    within: Offsets = np.flatnonzero(gaps.within)
    left, right = classes[gaps.starts[within] - 1], classes[gaps.ends[within]]
    wide_left, wide_right = (left & _IS_WIDE) != 0, (right & _IS_WIDE) != 0
    stray = wide_left & wide_right
    beside = np.flatnonzero((wide_left & ((right & _IN_WORD) != 0)) | (wide_right & ((left & _IN_WORD) != 0)))
    spans = np.column_stack((gaps.starts, gaps.ends))[within[beside]].tolist()
    stray[beside] = [_is_stray_beside_word(text, start, end) for start, end in spans]
    if not stray.any():
        return within[:0]
    line = np.searchsorted(lines.starts, gaps.starts[within], side="right") - 1
    its_lines, its_line = np.unique(line, return_inverse=True)
    bounds: Offsets = np.column_stack((lines.starts[its_lines], lines.ends[its_lines])).ravel()
    if bounds[-1] == len(classes):
        bounds = bounds[:-1]
    stray &= np.logical_or.reduceat((classes & _ENDS_CLAUSE) != 0, bounds)[::2][its_line]
    for crowded in np.flatnonzero(np.bincount(its_line) > _CELLS).tolist():
        own = np.flatnonzero(its_line == crowded)
        spans = np.column_stack((gaps.starts, gaps.ends))[within[own]].tolist()
        stray[own[_between_cells(text, spans)]] = False
    strays: Offsets = within[stray]
    return strays


def _is_stray_beside_word(text: str, start: int, end: int) -> bool:
    """Whether a blank between a Chinese character and a Latin word or a number is one too many."""
    after = _WORD_AFTER.match(text, end)
    if after:
        word, beyond = after.group(), text[after.end() : after.end() + 1]
    else:
        before = _WORD_BEFORE.search(text, max(0, start - 40), start)
        word = before.group() if before else ""
        at = before.start() if before else start
        beyond = text[at - 1] if at else ""
    # `使用 Python 编程` is a way to print; `采用GPS 监控` is a space too many. A mark parts as well as a space.
    latin = any(character.isalpha() for character in word)
    return not latin or _CHINESE.match(beyond) is not None


def _between_cells(text: str, spans: list[list[int]]) -> list[int]:
    """Which of a line's blanks part cells: those in a row with short pieces between them that end no clause."""
    kept: list[int] = []
    row = [0]
    for i in range(1, len(spans) + 1):
        cell = text[spans[i - 1][1] : spans[i][0]] if i < len(spans) else None
        if cell is not None and len(cell) <= _LONGEST_CELL and not _SENTENCE.search(cell):
            row.append(i)
            continue
        if len(row) > _CELLS:
            kept += row
        row = [i]
    return kept


def _cuts(text: str, codes: Codes, gaps: _Gaps, lines: _Lines) -> tuple[Offsets, Offsets]:
    """The places within lines that are cut, in order, and the rule of each."""
    head = lines.numbers < _HEAD_LINES
    numbers = np.flatnonzero(_may_be_flattened(codes, lines, head))
    if not len(numbers):
        return numbers, numbers
    starts, ends = lines.starts[numbers], lines.ends[numbers]
    read = read_lines(text, starts, ends)
    spaces = np.column_stack((gaps.starts, gaps.ends))[gaps.within]
    bounds = np.searchsorted(spaces[:, 0], np.column_stack((starts, ends)))
    at: list[int] = []
    rules: list[int] = []
    for line, cues, headings, start, (first, last), in_head in zip(
        read,
        find_cues(text, starts, ends),
        find_headings(read),
        starts.tolist(),
        bounds.tolist(),
        head[numbers].tolist(),
        strict=True,
    ):
        its_spaces = (spaces[first:last] - start).tolist() if len(headings) > 1 else []
        cuts = line_cuts(line, cues, headings, its_spaces, in_head)
        for place in sorted(cuts):
            at.append(start + place)
            rules.append(_CODE_OF[cuts[place]])
    return np.array(at, dtype=np.int64), np.array(rules, dtype=np.int64)


def _may_be_flattened(codes: Codes, lines: _Lines, head: Flags) -> Flags:
    """Which lines may be several run together: long ones, and openings that address somebody."""
    lengths = lines.ends - lines.starts
    firsts = np.flatnonzero(lines.numbers == 0)
    counts = np.diff(firsts, append=len(lines.numbers))
    of_document = np.repeat(lines.ends[firsts + counts - 1] - lines.starts[firsts], counts)
    flattened = (lengths >= _LONG) | ((lengths >= _SHORTEST) & (2 * lengths >= of_document))
    for first, second in ("各位", "同志"):
        addresses = np.flatnonzero((codes[:-1] == ord(first)) & (codes[1:] == ord(second)))
        addressed = np.searchsorted(lines.starts, addresses, side="right") - 1
        flattened[addressed[head[addressed]]] = True
    return flattened


def _read(classes: NDArray[np.uint8]) -> tuple[_Gaps, _Lines]:
    """Where blanks and lines are."""
    edge = np.array([_IS_SEPARATOR], dtype=np.uint8)
    bounded = np.concatenate((edge, classes, edge))
    blank = (bounded & (_IS_SPACE | _IS_NEWLINE)) != 0
    edges = np.flatnonzero(blank[1:] != blank[:-1])
    starts, ends = edges[::2], edges[1::2]
    leads, trails = bounded[starts] == _IS_SEPARATOR, bounded[ends + 1] == _IS_SEPARATOR
    at_edge = leads | trails
    newline = np.logical_or.reduceat(bounded == _IS_NEWLINE, edges + 1)[::2] if len(edges) else at_edge
    is_break = newline & ~at_edge
    gaps = _Gaps(starts, ends, at_edge, is_break, ~newline & ~at_edge)

    separators = np.flatnonzero(bounded == _IS_SEPARATOR)
    begins, finishes = separators[:-1], separators[1:] - 1
    begins[np.searchsorted(begins, starts[leads])] = ends[leads]
    trails &= ~leads
    finishes[np.searchsorted(finishes, ends[trails])] = starts[trails]
    line_starts = np.sort(np.concatenate((begins, ends[is_break])))
    line_ends = np.sort(np.concatenate((finishes, starts[is_break])))
    first_lines = np.searchsorted(line_starts, begins)
    numbers = np.arange(len(line_starts))
    numbers -= first_lines.repeat(np.diff(first_lines, append=len(numbers)))
    return gaps, _Lines(line_starts, line_ends, numbers)
