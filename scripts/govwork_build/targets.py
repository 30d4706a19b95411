"""Where a text states the year's headline targets, and where it leaves a figure to a higher level."""

from __future__ import annotations

import re

# `主要预期目标是：…`, `约束性指标为…`, `主要预期目标：`; not 没有完成预期目标.
_STATES = re.compile(
    r"(?:预期|主要|发展|奋斗|工作|总体|具体|年度|约束性|预期性)(?:目标|指标)(?:任务)?(?:建议|安排|初步)?(?:是|为|确定为|如下|：|:)"
)
_FIGURE = re.compile(r"[0-9](?:[0-9.]*)\s*(?:[%％‰]|个百分点|亿|万|元|左右|以上|以内)")
_FEWEST_FIGURES = 2
# 完成省下达目标 · 完成省定任务 · 完成国家、省下达的…任务 · 控制在省下达指标以内; at most a clause long.
_HIGHER = r"(?:国家|中央|国务院|省|自治区|上级|市|州|盟|县)(?:级|里)?(?:委)?[、和]?(?:省|市|政府|人民政府|委|省政府|市政府|县政府|有关部门)*"
_DEFERRED = re.compile(
    rf"(?:完成|达到|实现|控制在|不超过|不突破|不高于|不低于|低于|优于|落实|满足|符合)[^，。；：！？]{{0,14}}?{_HIGHER}[^，。；：！？]{{0,6}}?"
    r"(?:下达|核定|确定|规定|考核|分解|交办|要求|定|控)的?[^，。；：！？]{0,24}?"
    r"(?:目标|任务|指标|要求|计划|控制数|数|范围|以内|之内|进度)"
    rf"|{_HIGHER}(?:下达|核定|考核|定|控)的?[^，。；：！？]{{0,16}}?(?:目标|任务|指标|计划|控制数)[^，。；：！？]{{0,4}}?(?:以内|之内)"
)


def is_target_overview(text: str, before: object = None) -> bool:
    """Whether a paragraph states headline targets with their figures."""
    found = _STATES.search(text)
    if found is None:
        return False
    figures = sum(1 for _ in zip(_FIGURE.finditer(text, found.end()), range(_FEWEST_FIGURES), strict=False))
    return figures >= _FEWEST_FIGURES or text.rstrip().endswith(("：", ":"))


def defers_target(text: str) -> bool:
    """Whether a task leaves a figure to a higher level: 完成省下达目标, 完成省定任务, 完成上级要求."""
    return _DEFERRED.search(text) is not None
