"""How well byte-shift damage is undone: runs repaired, against what they were."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from govwork.layer import Edit, Layer

from .byteshift_decision import UNKNOWN
from .byteshift_repair import GAP
from .byteshift_repair import STAGE as REPAIR
from .byteshift_truth import TrueRun, true_runs
from .corpus import Document
from .notes import NOTE

Outcome = Literal["exact", "gap", "wrong", "untouched"]
OUTCOMES: tuple[Outcome, ...] = ("exact", "gap", "wrong", "untouched")
_ROUNDS = 2000

# Notes and folded punctuation are for later stages.
_FOLDED = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


class CleanRun(NamedTuple):
    """A damaged run `[start, end)` of a text, and what it was."""

    start: int
    end: int
    clean: str


class Judged(NamedTuple):
    """What became of a run, and how many of its clean characters are there again.

    `exact`: all of it is right. `gap`: it says that it does not know some, and the rest is right. `wrong`: it was
    edited, and is neither.
    """

    outcome: Outcome
    right: int
    characters: int


class _Part(NamedTuple):
    """A stretch of the text in which runs and edits hang together; none of its edges cuts one."""

    start: int
    end: int
    runs: list[int]
    edits: list[Edit]


def judge(text: str, runs: Sequence[CleanRun], layer: Layer) -> tuple[list[Judged], int]:
    """What became of each run, in order, and how many edits touch none."""
    judged: dict[int, Judged] = {}
    spurious = 0
    for part in _parts(runs, layer):
        if part.runs:
            judged |= zip(part.runs, _judge_part(text, [runs[i] for i in part.runs], part), strict=True)
        else:
            spurious += len(part.edits)
    return [judged[i] for i in range(len(runs))], spurious


def _parts(runs: Sequence[CleanRun], layer: Layer) -> Iterator[_Part]:
    part: _Part | None = None
    marks: list[tuple[int, int, int, Edit | None]] = [(run.start, run.end, i, None) for i, run in enumerate(runs)]
    marks += [(edit.start, edit.end, -1, edit) for edit in layer]
    for start, end, number, edit in sorted(marks, key=lambda mark: mark[:3]):
        if part and start >= part.end:
            yield part
            part = None
        part = part._replace(end=max(part.end, end)) if part else _Part(start, end, [], [])
        if edit:
            part.edits.append(edit)
        else:
            part.runs.append(number)
    if part:
        yield part


def _judge_part(text: str, runs: Sequence[CleanRun], part: _Part) -> list[Judged]:
    clean: list[str] = []
    spans: list[tuple[int, int]] = []
    position, length = part.start, 0
    for run in runs:
        between, own = _plain(text[position : run.start]), _plain(run.clean)
        clean += (between, own)
        spans.append((length + len(between), length + len(between) + len(own)))
        position, length = run.end, spans[-1][1]
    wanted = "".join(clean) + _plain(text[position : part.end])
    made: list[str] = []
    position = part.start
    for edit in part.edits:
        made += (text[position : edit.start], edit.replacement)
        position = edit.end
    found = _plain("".join(made) + text[position : part.end])
    outcome = _outcome(wanted, found, part.edits)
    there = _there(wanted, found)
    return [Judged(outcome, int(there[start:end].sum()), end - start) for start, end in spans]


def _plain(text: str) -> str:
    return NOTE.sub("", text).translate(_FOLDED)


def _outcome(wanted: str, found: str, edits: Sequence[Edit]) -> Outcome:
    if not edits:
        return "untouched"
    if not any(edit.rule == GAP for edit in edits):
        return "exact" if found == wanted else "wrong"
    form = re.escape(found).replace(re.escape(UNKNOWN), ".*").replace(re.escape("?"), ".")
    return "gap" if re.fullmatch(form, wanted, re.DOTALL) else "wrong"


def _there(wanted: str, found: str) -> NDArray[np.bool_]:
    """Which characters of `wanted` are in `found`."""
    there = np.zeros(len(wanted), dtype=bool)
    for at, _, length in SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks():
        there[at : at + length] = True
    return there


def judge_document(document: Document, truth: Iterable[TrueRun]) -> list[tuple[TrueRun, Judged]]:
    """The runs of a document of the corpus that were read by hand, each with what became of it."""
    runs = list(true_runs(document, truth))
    starts = np.array([at for at, _ in runs], dtype=np.int64)
    ends = starts + np.array([len(run.damaged) for _, run in runs], dtype=np.int64)
    text = document.normalised.traced.source
    for layer in document.normalised.traced.layers:
        if layer.stage == REPAIR:
            spans = zip(starts.tolist(), ends.tolist(), runs, strict=True)
            judged, _ = judge(text, [CleanRun(start, end, run.text) for start, end, (_, run) in spans], layer)
            return [(run, what) for (_, run), what in zip(runs, judged, strict=True)]
        starts, ends = layer.project(starts, ends)
        text = layer.apply(text)
    raise ValueError("the document went through no stage that undoes byte-shift damage")


class Figures(NamedTuple):
    """Shares of the runs, and of their characters."""

    runs: int
    exact: float
    gap: float
    wrong: float
    untouched: float
    characters: float


def outcome_counts(judged: Iterable[Judged]) -> dict[str, int]:
    """How many runs there are, and how many of each outcome."""
    counts = Counter[str](run.outcome for run in judged)
    return {"runs": counts.total(), **{outcome: counts[outcome] for outcome in OUTCOMES}}


def figures(judged: Sequence[Judged]) -> Figures:
    counts = _counts(judged)
    return Figures(len(judged), *_shares(counts).tolist())


def intervals(by_document: Mapping[str, Sequence[Judged]]) -> dict[str, tuple[float, float]]:
    """Of each figure the bounds between which it lies in 95 of 100 draws of as many documents, again and again."""
    counts = np.array([_counts(judged) for judged in by_document.values()])
    drawn = np.random.default_rng(0).integers(len(counts), size=(_ROUNDS, len(counts)))
    shares = np.array([_shares(counts[numbers].sum(axis=0)) for numbers in drawn])
    bounds = np.quantile(shares, (0.025, 0.975), axis=0)
    return {name: (low, high) for name, low, high in zip(Figures._fields[1:], *bounds.tolist(), strict=True)}


def _counts(judged: Sequence[Judged]) -> NDArray[np.int64]:
    """Runs by outcome, characters that are there, characters."""
    outcomes = [sum(run.outcome == outcome for run in judged) for outcome in OUTCOMES]
    return np.array([*outcomes, sum(run.right for run in judged), sum(run.characters for run in judged)])


def _shares(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.append(counts[:4] / max(1, counts[:4].sum()), counts[4] / max(1, counts[5]))
