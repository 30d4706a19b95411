"""Where a line says who answers for a task: on a line of its own, in a bracket, or at the end of the task's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .unit_labels import LABEL, Sense, sense
from .unit_spans import protected_in
from .units import is_unit_list

_OPENING = re.compile(r"\s*[（(]?\s*")
_AFTER_LIST = "。；;，,、 \t\u3000"
# A label stands at the beginning of a sentence or of a part of one, not in mid-sentence.
_BEFORE_LABEL = "。！？；;，,、 \t\u3000（(）)【[】]”"
_SENTENCE_ENDS = "。！？；;!?”"
# How a list without label says what its bodies do: （市发改委牵头，市财政局、市住建局配合）.
_LEADS = re.compile(r"(?:总|分别|共同|联合|具体)*(?:牵头|主办|主抓|抓总)(?:负责|落实|组织|实施|推进|抓好|抓总)*$")
_SUPPORTS = re.compile(
    r"(?:积极|协同|共同|分别|密切)*(?:配合|协助|协办|参与|参加|协同|支持|联办)(?:落实|组织|实施|推进|做好|抓好|负责)*$"
)
_ANSWERS = re.compile(
    r"(?:按照?(?:各自)?(?:职责|分工|职能)(?:分工)?(?:要求)?(?:分别)?|分别|共同|分工|具体)*"
    r"(?:负责|落实|组织实施|实施|承办|抓落实|推进)(?:落实|实施|推进)?$|按照?(?:各自)?职责分工$"
)
_TOGETHER = re.compile(r"会同")
# A list each of whose names says its level, 市住建局、市水利局, is one even where no sentence ends before it.
_OF_LEVELS = re.compile(r"[省市县区镇乡各][^、，,；;]+(?:[、，,；;][省市县区镇乡各][^、，,；;]+)*")
_LONGEST_VERB, _LONGEST_BRACKET = 24, 1000
_OFFICE = (
    r"(?:常务|代理?|执行)?副?(?:市长|县长|区长|州长|盟长|旗长|省长|镇长|乡长|主席|书记|主任|秘书长|部长|局长|常委|委员|政委)"
    r"(?:助理)?"
)
_HAN = r"\u4e00-\u9fff"
_LEADER_HEAD = re.compile(
    r"由?(?P<leader>(?!落实|实行|推行|健全|完善|建立|强化|加强)"
    rf"(?:[{_HAN}·、（）() ]{{0,24}}{_OFFICE}[ \u3000]?[{_HAN}· ]{{0,5}}|[{_HAN}· ]{{2,5}})(?:同志)?)"
    r"(?:总|亲自|主要|重点)?(?:牵头|主抓|负责|领衔|领办|分管|联系|挂帅|督办|包抓|主管|统筹)"
    r"(?:负责|落实|抓好|推进|督办|主抓|抓总|协调)*的?(?:\d{4}年)?(?:各项|重点|主要|有关|民生|政府|中心|具体)*"
    r"(?P<what>工作|任务|事项|项目|实事|目标)*(?:清单|分工|分解)?(?:[（(][^（()）]{1,20}[）)])?[：:]?"
)
_HAS_OFFICE = re.compile(rf"{_OFFICE}|同志")


@dataclass(frozen=True, slots=True)
class Statement:
    """A list of units in a line: what is said of them, the span of the list, the span with label and bracket."""

    sense: Sense
    start: int
    end: int
    outer_start: int
    outer_end: int


def statements(line: str) -> list[Statement]:
    """The unit lists of one line of a task, in order; none for a line that only tells what is to be done."""
    if first := labelled(line):
        return list(_labelled(line, first.start(), len(line), 0))
    found = [one for start, end in _brackets_with_label(line) for one in _labelled(line, start + 1, end - 1, start)]
    if found:
        return found
    for label in LABEL.finditer(line):
        if label["unit"] and line[label.start() - 1] in _SENTENCE_ENDS:
            return list(_labelled(line, label.start(), len(line), label.start()))
    return _unlabelled(line)


def labelled(line: str) -> re.Match[str] | None:
    """The label a line opens with: a unit, a leader or a time label, as the group of that name."""
    opening = _OPENING.match(line)
    return LABEL.match(line, opening.end() if opening else 0)


def without_lists(line: str, lists: Iterable[Statement]) -> str:
    """A line without the unit lists found in it, their labels and brackets."""
    for start, end in sorted({(one.outer_start, one.outer_end) for one in lists}, reverse=True):
        line = line[:start] + line[end:]
    return line.rstrip()


def leader_of(line: str) -> str | None:
    """The leader a `责任领导：` line names, as printed."""
    first = labelled(line)
    if first is None or not first["leader"]:
        return None
    following = LABEL.search(line, first.end())
    named = line[first.end() : following.start() if following else len(line)]
    return named.strip("。；;，,）) \t\u3000") or None


def head_leader(title: str) -> str | None:
    """The leader, with office, whose tasks a heading announces.

    >>> head_leader("陈晓常务副市长牵头的重点工作")
    '陈晓常务副市长'
    """
    found = _LEADER_HEAD.fullmatch(title.strip()) if len(title) <= 80 else None
    if found is None or not (_HAS_OFFICE.search(found["leader"]) or found["what"]):
        return None
    leader = found["leader"].strip()
    return leader if _HAS_OFFICE.search(leader) else None


def _labelled(line: str, start: int, end: int, outer: int) -> Iterator[Statement]:
    """The lists behind the labels in a span that opens with one; `outer` is where the span's bracket begins."""
    labels = [
        label
        for label in LABEL.finditer(line, start, end)
        if label.start() == start or line[label.start() - 1] in _BEFORE_LABEL
    ]
    bounds = [*(label.start() for label in labels[1:]), end]
    close = end if end == len(line) else end + 1
    for label, bound in zip(labels, bounds, strict=True):
        stop = _end_of_list(line, label.end(), bound)
        if label["unit"] and label.end() < stop:
            yield Statement(sense(label["unit"]), label.end(), stop, outer, close)


def _end_of_list(line: str, start: int, end: int) -> int:
    """Where a list ends, without the stop behind it and the end of a bracket that was opened before it."""
    surplus = sum(map(line[start:end].count, "）)")) - sum(map(line[start:end].count, "（("))
    while start < end and (line[end - 1] in _AFTER_LIST or (surplus > 0 and line[end - 1] in "）)")):
        surplus -= line[end - 1] in "）)"
        end -= 1
    return end


def _brackets(line: str) -> Iterator[tuple[int, int]]:
    """The outermost bracketed spans of a line."""
    depth = start = 0
    for i, char in enumerate(line):
        if char in "（(":
            start = start if depth else i
            depth += 1
        elif char in "）)" and depth:
            depth -= 1
            if not depth:
                yield start, i + 1


def _brackets_with_label(line: str) -> Iterator[tuple[int, int]]:
    for start, end in _brackets(line):
        if end - start <= _LONGEST_BRACKET and LABEL.match(line, start + 1, end):
            yield start, end


def _unlabelled(line: str) -> list[Statement]:
    """The lists of a bracket that ends a line, or of a line, whose verbs say what the bodies do."""
    stop = len(line.rstrip("。；; \t\u3000"))
    last = max(_brackets(line), default=None)
    if last and last[1] == stop and stop - last[0] <= _LONGEST_BRACKET:
        start, end = last
        bare = start == 0 or line[start - 1] in _SENTENCE_ENDS or bool(_OF_LEVELS.fullmatch(line, start + 1, end - 1))
        clauses = _clauses(line, start + 1, end - 1, bare)
        return [Statement(what, a, b, start, len(line)) for what, a, b in clauses]
    if len(line) <= _LONGEST_BRACKET:
        return [Statement(what, a, b, 0, len(line)) for what, a, b in _clauses(line, 0, stop, False)]
    return []


def _clauses(line: str, start: int, end: int, bare: bool) -> list[tuple[Sense, int, int]]:
    """The lists of `A牵头，B配合`, each with its sense; none unless all are bodies.

    With `bare` a list without any verb counts too: those named answer.
    """
    protected = protected_in(line[start:end])
    cuts = [i for i in range(start, end) if line[i] in "，,；;。" and not protected[i - start]]
    found: list[tuple[Sense, int, int]] = []
    begin = start
    for cut in [*cuts, end]:
        said = _said(line, begin, cut)
        if said:
            found.append((said[0], begin, said[1]))
            begin = cut + 1
    if begin < end and line[begin:end].strip():
        if not (found or bare):
            return []
        found.append(("responsible", begin, end))
    found = [part for one in found for part in _apart(line, *one)]
    return found if all(is_unit_list(line[a:b]) for _, a, b in found) else []


def _said(line: str, start: int, end: int) -> tuple[Sense, int] | None:
    """What the verb at the end of a clause says of the bodies before it, and where the verb begins."""
    tail = max(start, end - _LONGEST_VERB)
    senses: tuple[tuple[Sense, re.Pattern[str]], ...] = (
        ("first", _LEADS),
        ("support", _SUPPORTS),
        ("responsible", _ANSWERS),
    )
    for what, verb in senses:
        if found := verb.search(line, tail, end):
            return what, found.start()
    return None


def _apart(line: str, what: Sense, start: int, end: int) -> Iterator[tuple[Sense, int, int]]:
    """A会同B: A leads, B supports."""
    together = _TOGETHER.search(line, start, end)
    if together and start < together.start():
        yield "first", start, together.start()
        yield "support", together.end(), end
    else:
        yield what, start, end
