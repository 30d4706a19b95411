"""One change of a text with what stands around it, so that a reader sees what was done to a page."""

from __future__ import annotations

from typing import NamedTuple

from govwork.trace import TracedText

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
    layers = [layer for layer in traced.layers if len(layer)]
    if not layers:
        return None
    number = next((number for number, layer in enumerate(layers) if layer.stage != CHARACTERS), 0)
    changing = layers[number]
    span = changing.starts[:1], changing.ends[changing.run_bounds()[1:2] - 1]
    for layer in reversed(layers[:number]):
        span = layer.inverse.project(*span)
    first, last = (place.item() for place in span)
    start = max(0, first - _AROUND)
    end = min(len(traced.source), min(last, first + _LONGEST) + _AROUND)
    (new_start,), (new_end,) = traced.to_text([start], [end])
    return Example(changing.stage, traced.source[start:end], traced.text[new_start:new_end])
