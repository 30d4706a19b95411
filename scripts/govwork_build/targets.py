"""Where a text states the year's headline targets, and where it leaves a figure to a higher level."""

from __future__ import annotations

import re

# `主要预期目标是：…`, `约束性指标为…`, `主要预期目标：`; not 没有完成预期目标.
_STATES = re.compile(
    r"(?:预期|主要|发展|奋斗|工作|总体|具体|年度|约束性|预期性)(?:目标|指标)(?:任务)?(?:建议|安排|初步)?"
    r"(?:是|为|确定为|如下|：|:)"
)
# Targets of a five-year plan are not those of the year.
_YEARS = re.compile(r"五”?(?:时期|期间|规划|末)|[五三]年的?(?:主要|发展|奋斗|工作|总体)")
_CLAUSE = 24
_FIGURE = re.compile(r"[0-9](?:[0-9.]*)\s*(?:[%％‰]|个百分点|亿|万|元|左右|以上|以内)")
_FEWEST_FIGURES = 2

# 完成省下达目标 · 完成省定任务 · 完成国家、省下达的…任务 · 控制在省下达指标以内: who sets it, that he set it, what it
# is. All within a clause, so that each try is short; 全市, 我省 are no higher level.
_WHO = (
    r"(?<![全我本各该])(?:国家|国务院|中央|上级|自治区|[省市州盟县](?:级|里|委|政府|人民政府)?)"
    r"(?:[、和]?(?:国家|[省市县](?:委|政府)?))?(?:有关部门)?"
)
_TO = r"(?:完成|达到|实现|控制在|不超过|不突破|不?[高低]于|优于)[^，。；：！？]{0,14}?"
_SET = r"(?:下达|核定|确定|规定|考核|分解|交办|要求|定|控)的?"
_IT = r"(?:目标|任务|指标|要求|计划|控制数|进度|数|范围|以内|之内)"
_DEFERRED = re.compile(
    rf"{_TO}{_WHO}[^，。；：！？告]{{0,6}}?{_SET}[^，。；：！？]{{0,24}}?{_IT}"
    rf"|{_TO}(?:国家|国务院|中央|上级|自治区|省)(?:级|里|的|有关){{0,2}}(?:目标|任务|指标|要求)"
    rf"|{_WHO}{_SET}[^，。；：！？]{{0,16}}?(?:目标|任务|指标|计划|控制数)(?:范围)?(?:以内|之内|内)"
)


def is_target_overview(text: str) -> bool:
    """Whether a paragraph states the headline targets of the year, with figures or before a list of them."""
    for found in _STATES.finditer(text):
        if not _YEARS.search(text, max(0, found.start() - _CLAUSE), found.end()):
            figures = zip(_FIGURE.finditer(text, found.end()), range(_FEWEST_FIGURES), strict=False)
            return sum(1 for _ in figures) == _FEWEST_FIGURES or text.rstrip().endswith(("：", ":"))
    return False


def defers_target(text: str) -> bool:
    """Whether a task leaves a figure to a higher level: 完成省下达目标, 完成省定任务, 完成上级要求."""
    return _DEFERRED.search(text) is not None
