"""One change of a text with what stands around it, so that a reader sees what was done to a page."""

from __future__ import annotations

from typing import NamedTuple

from govwork.trace import Run, TracedText

from ..characters import STAGE as CHARACTERS

# So many characters of the source before and after the change, and of the change itself.
_AROUND, _LONGEST = 16, 48


class Example(NamedTuple):
    """A piece of a source and what it became; `stage` names who changed it."""

    stage: str
    before: str
    after: str


def example_of(traced: TracedText) -> Example | None:
    """The first change of the first stage that made any; tidied characters only where nothing else was changed.

    >>> from ..text_repair import repaired
    >>> example_of(repaired("加快經(jīng)濟發(fā)展").traced)
    Example(stage='notes', before='加快經(jīng)濟發(fā)展', after='加快经济发展')
    """
    told: Run | None = None
    for run in traced.runs():
        if told is None or run.stage != CHARACTERS:
            told = run
        if told.stage != CHARACTERS:
            break
    if told is None:
        return None
    start = max(0, told.source_start - _AROUND)
    end = min(len(traced.source), min(told.source_end, told.source_start + _LONGEST) + _AROUND)
    (new_start,), (new_end,) = traced.to_text([start], [end])
    return Example(told.stage, traced.source[start:end], traced.text[new_start:new_end])
