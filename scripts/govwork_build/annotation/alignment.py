"""How one version of a text becomes another: one layer, made of both traces, that leads from text to text.

What the traces tell is never guessed again: a character that both versions keep from the source stands where its
source character went. Only where a source itself was mended, its two versions are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import groupby

import numpy as np

from govwork.codes import Offsets, to_codes
from govwork.layer import Edit, Layer
from govwork.trace import TracedText

REVISION, ALIGNMENT = "revision", "alignment"

# Two versions of a source are compared by lines, between these by clauses, and between these by characters.
_LINE, _CLAUSE = re.compile(r"[^\r\n]+"), re.compile(r"[^，。；、：！？,.;:!?\s]+")
# Stretches of which so many pairs of characters would be compared have nothing in common that could be trusted.
_MOST_PAIRS = 4_000_000


def source_revision(old: str, new: str) -> Layer:
    """What was mended in a source, as a layer on its old text; the way back is its inverse.

    Lines, clauses and at last characters that stand in both are the same ones, in order; what was moved counts
    as taken out and put in. Two stretches of more than about 2000 characters with no clause in common count as
    replaced whole. Of a stretch replaced by another of its length nothing is said character by character, unless
    characters at the same places are the same.
    """
    if (len(new), new) < (len(old), old):
        # The comparison of two texts may depend on which is first; made one way only, it is the same both ways.
        return source_revision(new, old).inverse
    rule = f"{REVISION}.mended"
    edits: list[Edit] = []
    for start, end, a, b in _differences(old, new, (_LINE, _CLAUSE)):
        if end - start == b - a > 1:
            # An edit of equal length would go character by character.
            edits += [Edit(rule, start, end, ""), Edit(rule, end, end, new[a:b])]
        else:
            edits.append(Edit(rule, start, end, new[a:b]))
    return Layer.of(REVISION, old, edits)


def alignment(old: TracedText, new: TracedText, revision: Layer | None = None) -> Layer:
    """The layer that makes the text of `old` that of `new`.

    It leads down the layers of `old` and up those of `new`; `revision` leads from the source of `old` to that of
    `new`, which are the same where it is None. Where the two were the same text at some step, it turns round
    there. Of a stretch that both versions rewrote, its like ends are taken for the same.

    Raises ValueError when the sources differ and `revision` does not lead from one to the other.
    """
    if (revision.apply(old.source) if revision else old.source) != new.source:
        raise ValueError("the layer does not lead from the one source to the other")
    down, up = _least_way(old, new)
    way = [*(layer.inverse for layer in reversed(old.layers[down or 0 :])), *new.layers[up or 0 :]]
    if down is None and revision:
        way.insert(len(old.layers), revision)
    at: Offsets = np.arange(len(old.text), dtype=np.int64)
    for layer in way:
        at = _followed(at, layer)
    return Layer.of(ALIGNMENT, old.text, sorted(_edits(old.text, new.text, at), key=lambda edit: edit[1:3]))


def _least_way(old: TracedText, new: TracedText) -> tuple[int | None, int | None]:
    """After how many layers of each the two were the same text, as late as can be; (None, None) if never."""
    seen = {text: number for number, text in enumerate(_steps(old))}
    met = [(seen[text] + number, seen[text], number) for number, text in enumerate(_steps(new)) if text in seen]
    return max(met)[1:] if met else (None, None)


def _steps(traced: TracedText) -> Iterator[str]:
    """The source, and the text after each layer."""
    text = traced.source
    yield text
    for layer in traced.layers:
        text = layer.apply(text)
        yield text


def standing(layer: Layer, length: int) -> Offsets:
    """Where each of the `length` characters stands after an alignment; -1 where it was rewritten with others."""
    at: Offsets = np.arange(length, dtype=np.int64)
    if not len(layer):
        return at
    edit = np.maximum(np.searchsorted(layer.starts, at, side="right") - 1, 0)
    inside = (layer.starts[edit] <= at) & (at < layer.ends[edit])
    one_for_one = (layer.inserted_lengths == 1) & (layer.ends - layer.starts == 1)
    return np.where(inside & ~one_for_one[edit], -1, layer.project(at, at + 1)[0])


def _followed(at: Offsets, layer: Layer) -> Offsets:
    """Where the characters at `at` stand after the layer; -1 where one was -1 or went with others.

    An edit of equal length replaces character by character.
    """
    if not len(layer):
        return at
    known = np.flatnonzero(at >= 0)
    places = at[known]
    edit = np.maximum(np.searchsorted(layer.starts, places, side="right") - 1, 0)
    inside = (layer.starts[edit] <= places) & (places < layer.ends[edit])
    unequal = (layer.inserted_lengths != layer.ends - layer.starts)[edit]
    after = at.copy()
    after[known] = np.where(inside & unequal, -1, layer.project(places, places + 1)[0])
    return after


def _edits(old: str, new: str, at: Offsets) -> Iterator[Edit]:
    """The edits that make `new` of `old`, whose characters went to `at`; not in order."""
    kept = np.flatnonzero(at >= 0)
    other = kept[to_codes(old)[kept] != to_codes(new)[at[kept]]]
    for place, to in zip(other.tolist(), at[other].tolist(), strict=True):
        yield Edit(f"{ALIGNMENT}.character", place, place + 1, new[to])
    ends, new_ends = np.append(kept, len(old)), np.append(at[kept], len(new))
    starts, new_starts = np.append(0, kept + 1), np.append(0, at[kept] + 1)
    for i in np.flatnonzero((ends > starts) | (new_ends > new_starts)).tolist():
        for start, end, a, b in _trimmed(old, new, (starts[i], ends[i], new_starts[i], new_ends[i])):
            yield Edit(f"{ALIGNMENT}.stretch", start, end, new[a:b])


_Stretch = tuple[int, int, int, int]


def _trimmed(old: str, new: str, stretch: _Stretch) -> Iterator[_Stretch]:
    """A stretch `old[start:end]`, `new[a:b]` without what is alike at its beginning and end, if anything is left."""
    start, end, a, b = map(int, stretch)
    before = _alike_from_the_start(old[start:end], new[a:b])
    start, a = start + before, a + before
    after = _alike_from_the_start(old[start:end][::-1], new[a:b][::-1])
    end, b = end - after, b - after
    if start < end or a < b:
        yield start, end, a, b


def _alike_from_the_start(old: str, new: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((i for i, (one, other) in pairs if one != other), min(len(old), len(new)))


def _differences(old: str, new: str, units: tuple[re.Pattern[str], ...]) -> Iterator[_Stretch]:
    """The stretches in which two texts differ, in order, compared by the first of `units`, between these by the next.

    Where no unit is left they are compared by characters.
    """
    for start, end, a, b in _trimmed(old, new, (0, len(old), 0, len(new))):
        one, other = old[start:end], new[a:b]
        if not one or not other or (not units and len(one) * len(other) > _MOST_PAIRS):
            yield start, end, a, b
            continue
        position, new_position = 0, 0
        for (from_old, to_old), (from_new, to_new) in [
            *(_alike(one, other, units[0]) if units else _alike_characters(one, other)),
            ((len(one), len(one)), (len(other), len(other))),
        ]:
            left, right = one[position:from_old], other[new_position:from_new]
            for i, j, k, m in _differences(left, right, units[1:]) if units else _unlike(left, right):
                yield (
                    start + position + i,
                    start + position + j,
                    a + new_position + k,
                    a + new_position + m,
                )
            position, new_position = to_old, to_new


def _unlike(old: str, new: str) -> Iterator[_Stretch]:
    """Where two stretches without a run of characters in common differ: in some places, if they have one length."""
    if len(old) == len(new):
        same = [one == other for one, other in zip(old, new, strict=True)]
        for alike, places in groupby(range(len(old)), key=same.__getitem__):
            if not alike:
                run = list(places)
                yield run[0], run[-1] + 1, run[0], run[-1] + 1
    else:
        yield 0, len(old), 0, len(new)


_Spans = tuple[tuple[int, int], tuple[int, int]]


def _alike(old: str, new: str, unit: re.Pattern[str]) -> Iterator[_Spans]:
    """The units that stand in both texts in one order, as spans of each."""
    ours, theirs = list(unit.finditer(old)), list(unit.finditer(new))
    # Units that make up more than a hundredth of a long text tell no place from another; difflib passes them over.
    matcher = SequenceMatcher(None, [each[0] for each in ours], [each[0] for each in theirs])
    for i, j, count in matcher.get_matching_blocks():
        for one, other in zip(ours[i : i + count], theirs[j : j + count], strict=True):
            yield one.span(), other.span()


def _alike_characters(old: str, new: str) -> Iterator[_Spans]:
    """The runs of characters that stand in both texts in one order; a single one may be there by chance."""
    for i, j, count in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        if count > 1:
            yield (i, i + count), (j, j + count)
