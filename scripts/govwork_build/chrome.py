"""What on a page is no part of a document, and the stage that takes off what of it stands inside one.

A line is chrome by its whole wording; the kinds have names, by which `cut.py` calls the pieces between documents.
"""

from __future__ import annotations

import re

import numpy as np

from govwork.codes import Codes, Offsets, from_codes, to_codes
from govwork.layer import Edit, Layer

from .batch import SEPARATOR, SEPARATOR_CODE
from .opencc_tables import simplified_characters

STAGE = "chrome"

# No line of chrome is longer; a longer one is not looked at.
_LONGEST = 200
_NOTE = re.compile(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,6}\)")

_S = r"[ \t\u00a0\u3000]*"
_FIELD = (
    r"(?:索\s?引\s?号|文\s?号|发文字号|发布机构|发文机关|发文时间|发文日期|发布日期|发布时间|成文日期|生成日期|公开日期|主题分类|登记号|统一编号"
    r"|信息分类|信息来源|文章来源|来源|作者|责任编辑|编辑|浏览次数|浏览量|阅读次数|点击数|点击量|字号|字体|有效性|公开方式|公开范围|关键词|时间|导语)"
)
_ORDINAL = r"[一二三四五六七八九十\d]{1,3}"
_KINDS = {
    "breadcrumb": rf"(?:您?(?:现在|当前)?所?在的?位置|当前位置|您的位置|首页){_S}(?:[:：]|[>»›]).*",
    "header_fields": rf"{_FIELD}{_S}[:：][^\n]*?[ \t\u00a0\u3000]{_FIELD}{_S}[:：].*|索\s?引\s?号{_S}[:：].*"
    rf"|(?:发布日期|发布时间|发文时间|信息来源|浏览次数){_S}[:：].{{0,30}}",
    "share": r"分享到?[:：]?.{0,30}|【?(?:字体|字号)[:：]?.{0,20}|(?:打印|关闭|收藏)(?:本页|窗口|此页)?"
    r"|【?(?:打印|关闭|收藏).{0,20}】?",
    "qr_hint": r".{0,6}扫一扫.{0,20}|.{0,10}手机(?:打开|查看|扫描).{0,12}",
    "tags": r"标[ \u00a0\u3000]*签[:：].{0,60}|热门标签.*",
    "listing_date": r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[ ]\d{1,2}:\d{2}(?::\d{2})?)?",
    "essay_mark": rf"(?:【?第?篇{_ORDINAL}】?|第{_ORDINAL}篇|范文{_ORDINAL})[:：]?",
    "related_links": r"(?:相关(?:文章|链接|阅读|新闻|推荐|信息)|推荐阅读|猜你喜欢|延伸阅读)[:：]?"
    r"|[上下]一篇[:：].*",
    "site_terms": r"有想补充的信息.*|共 ?\d+ ?页|.{0,6}投稿(?:提示|须知).{0,6}|版权所有.*|主办单位[:：].*"
    r"|[\w -]{0,12}ICP备.*|网站地图.{0,40}|.{0,10}免责声明.*|(?:客服|咨询|服务|招商).{0,6}(?:热线|电话).{0,30}",
}


def _any_of(*kinds: str) -> re.Pattern[str]:
    """The first of the kinds that a whole line is, as the name of its group."""
    return re.compile("|".join(rf"(?P<{kind}>{_S}(?:{_KINDS[kind]}){_S})" for kind in kinds))


_ANY = _any_of(*_KINDS)
# Inside a document only these are taken off: anything else there may be its own text.
_INSIDE = _any_of("breadcrumb", "header_fields")
# The head of a document is where its page puts its fields.
_HEAD_LINES = 12
# What every line of those kinds has near its beginning.
_MARK, _BREAK = 1, 2
_CLASS = np.zeros(0x110000, dtype=np.uint8)
_CLASS[[ord(c) for c in ":：>»›"]] = _MARK
_CLASS[[ord(c) for c in "\n" + SEPARATOR]] = _BREAK
_LAST_MARK = 16


def kind_of_line(line: str) -> str | None:
    """The kind of chrome a line is, whatever script and notes its site forced on it; None for text."""
    return _kind(_ANY, _simplified(line))


def _kind(kinds: re.Pattern[str], line: str) -> str | None:
    """The first of the kinds that a simplified line is."""
    if len(line) > _LONGEST:
        return None
    match = kinds.fullmatch((_NOTE.sub("", line) if "(" in line else line).strip("\r\n"))
    return match.lastgroup if match else None


def _simplified(text: str) -> str:
    return from_codes(simplified_characters().take(to_codes(text)))


def drop_chrome(text: str) -> Layer:
    """The layer of stage `chrome`: lines of the page in the head of a document, each with its break."""
    starts, ends = (edges.tolist() for edges in _marked_lines(to_codes(text)))
    lines = _simplified("\n".join([text[start:end] for start, end in zip(starts, ends, strict=True)]))
    edits: list[Edit] = []
    for start, end, line in zip(starts, ends, lines.split("\n") if starts else (), strict=True):
        kind = _kind(_INSIDE, line)
        if kind:
            edits.append(Edit(f"{STAGE}.{kind}", start, end + text.startswith("\n", end), ""))
    return Layer.of(STAGE, text, edits)


def _marked_lines(codes: Codes) -> tuple[Offsets, Offsets]:
    """The lines in the head of a document that are short and have a mark near their beginning."""
    classes = _CLASS.take(codes)
    marks = np.flatnonzero(classes == _MARK)
    if not len(marks):
        return marks, marks
    breaks = np.flatnonzero(classes == _BREAK)
    numbers = np.searchsorted(breaks, marks)
    starts = np.append(0, breaks + 1)
    documents = np.append(0, np.flatnonzero(codes.take(breaks) == SEPARATOR_CODE) + 1)
    in_document = numbers - documents[np.searchsorted(documents, numbers, side="right") - 1]
    behind = marks - starts[numbers]
    marked = np.unique(numbers[(in_document < _HEAD_LINES) & (behind > 0) & (behind <= _LAST_MARK)])
    begins, ends = starts[marked], np.append(breaks, len(codes))[marked]
    short = ends - begins <= _LONGEST
    return begins[short], ends[short]
