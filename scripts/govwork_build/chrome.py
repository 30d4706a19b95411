"""What on a page is no part of a document, and the stage that takes off what of it stands inside one.

A line is chrome by its whole wording; the kinds have names, by which `cut.py` calls the pieces between documents.
"""

from __future__ import annotations

import re
from functools import cache

from govwork.trace import Edit, Layer

from .batch import SEPARATOR
from .opencc_tables import read_table

STAGE = "chrome"

# No line of chrome is longer; a longer one is not looked at.
_LONGEST = 200
_NOTE = re.compile(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,6}\)")

_S = r"[ \t\u00a0\u3000]*"
_FIELD = (
    r"(?:索\s?引\s?号|文\s?号|发文字号|发布机构|发文机关|发文时间|发文日期|发布日期|发布时间|成文日期|生成日期|公开日期|主题分类|登记号|统一编号"
    r"|信息分类|信息来源|文章来源|来源|作者|责任编辑|编辑|浏览次数|浏览量|阅读次数|点击数|点击量|字号|字体|有效性|公开方式|公开范围|关键词|时间|导语)"
)
_KINDS: dict[str, re.Pattern[str]] = {
    name: re.compile(rf"{_S}(?:{pattern}){_S}")
    for name, pattern in {
        "breadcrumb": rf"(?:您?(?:现在|当前)?所?在的?位置|当前位置|您的位置|首页){_S}(?:[:：]|[>»›]).*",
        "header_fields": rf"{_FIELD}{_S}[:：][^\n]*?[ \t\u00a0\u3000]{_FIELD}{_S}[:：].*|索\s?引\s?号{_S}[:：].*"
        rf"|(?:发布日期|发布时间|发文时间|信息来源|浏览次数){_S}[:：].{{0,30}}",
        "share": r"分享到?[:：]?.{0,30}|【?(?:字体|字号)[:：]?.{0,20}|(?:打印|关闭|收藏)(?:本页|窗口|此页)?"
        r"|【?(?:打印|关闭|收藏).{0,20}】?",
        "qr_hint": r".{0,6}扫一扫.{0,20}|.{0,10}手机(?:打开|查看|扫描).{0,12}",
        "tags": r"标[ \u00a0\u3000]*签[:：].{0,60}|热门标签.*",
        "listing_date": r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[ ]\d{1,2}:\d{2}(?::\d{2})?)?",
        "essay_mark": r"(?:【?第?篇[一二三四五六七八九十\d]{1,3}】?|第[一二三四五六七八九十\d]{1,3}篇|范文[一二三四五六七八九十\d]{1,3})[:：]?",
        "related_links": r"(?:相关(?:文章|链接|阅读|新闻|推荐|信息)|推荐阅读|猜你喜欢|延伸阅读|上一篇[:：].*|下一篇[:：].*)[:：]?",
        "site_terms": r"有想补充的信息.*|共 ?\d+ ?页|.{0,6}投稿(?:提示|须知).{0,6}|版权所有.*|主办单位[:：].*|[\w -]{0,12}ICP备.*|网站地图.{0,40}"
        r"|.{0,10}免责声明.*|(?:客服|咨询|服务|招商).{0,6}(?:热线|电话).{0,30}",
    }.items()
}
# Inside a document only these are taken off: anything else there may be its own text.
_INSIDE = ("header_fields", "breadcrumb")
# The head of a document is where its page puts its fields.
_HEAD_LINES = 12
# What every line of those kinds has near its beginning.
_MARKED = re.compile(r".{1,16}?[:：>»›]")


@cache
def _simplified() -> dict[int, str]:
    return {ord(key): value for key, value in read_table("TSCharacters").items()}


def kind_of_line(line: str) -> str | None:
    """The kind of chrome a line is, whatever script and notes its site forced on it; None for text."""
    if len(line) > _LONGEST:
        return None
    plain = _NOTE.sub("", line).strip("\r\n").translate(_simplified())
    return next((name for name, pattern in _KINDS.items() if pattern.fullmatch(plain)), None)


def drop_chrome(text: str) -> Layer:
    """The layer of stage `chrome`: lines of the page in the head of a document, each with its break."""
    edits: list[Edit] = []
    start = 0
    for document in text.split(SEPARATOR):
        position = start
        for line in document.split("\n", _HEAD_LINES)[:_HEAD_LINES]:
            end = min(position + len(line) + 1, start + len(document))
            kind = kind_of_line(line) if _MARKED.match(line) else None
            if kind in _INSIDE:
                edits.append(Edit(f"{STAGE}.{kind}", position, end, ""))
            position = end
        start += len(document) + 1
    return Layer.of(STAGE, text, edits)
