"""The runs by which the repair of byte-shift damage is measured: those of the sources, and synthetic ones."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from .build_paths import Paths
from .byteshift_quality import CleanRun, Judged, judge, judge_document
from .byteshift_repair import undo_byteshift
from .byteshift_truth import TrueRun
from .corpus import documents_of
from .regions import LEVELS
from .release import load_splits
from .synthetic_runs import Sample, Stratum, draw, samples, strata_of, stratum_of

# The source whose runs say how often each kind is met; others have too few.
MODEL_SOURCE = "003_023999389d3f2522"
# A kind met at fewer places is not drawn: what becomes of one place would count as what becomes of all its kind.
_FEWEST_PLACES = 10


class Made(NamedTuple):
    """A synthetic run: its place in the document, the same for all ways of damage; the way, the kind, the outcome."""

    doc_id: str
    place: int
    variant: str
    stratum: Stratum
    judged: Judged


class Pool(NamedTuple):
    """Synthetic runs, and how many edits touched none in how many characters of damaged text."""

    runs: list[Made]
    spurious: int
    characters: int


def real_runs(paths: Paths, truth: Sequence[TrueRun]) -> Iterator[tuple[str, list[tuple[TrueRun, Judged]]]]:
    """By document what became of the runs that were read by hand."""
    for document in documents_of(paths):
        if judged := judge_document(document, truth):
            yield document.doc_id, judged


def held_out(paths: Paths) -> Iterator[tuple[str, list[str]]]:
    """The clean official documents that the language model has not seen, as its counts are of train; each with the
    names of its regions."""
    split_of = load_splits(paths.splits)
    for row in map(json.loads, paths.metadata.read_text("utf-8").splitlines()):
        if split_of[row["doc_id"]] != "train" and row["script"] == "hans" and row["rights"] == "official":
            yield row["doc_id"], [row[level] for level in LEVELS if row[level]]


def held_out_samples(paths: Paths, ways: int) -> list[Sample]:
    """The held-out documents, each damaged in so many ways."""
    return [
        sample
        for doc_id, places in held_out(paths)
        for sample in samples(doc_id, (paths.documents / f"{doc_id}.txt").read_text("utf-8"), places, ways)
    ]


def make_pool(texts: Iterable[Sample]) -> Pool:
    """Repairs each text once."""
    runs: list[Made] = []
    spurious = characters = 0
    for sample in texts:
        text = sample.damaged.text
        clean = [
            CleanRun(run.start, run.end, sample.clean[run.clean_start : run.clean_end]) for run in sample.damaged.runs
        ]
        judged, outside = judge(text, clean, undo_byteshift(text))
        starts = np.array([run.clean_start for run in sample.damaged.runs], dtype=np.int64)
        places, _ = sample.changes.inverse.project(starts, starts)
        for run, place, outcome in zip(clean, places.tolist(), judged, strict=True):
            stratum = stratum_of(text[run.start : run.end], run.clean)
            runs.append(Made(sample.doc_id, place, sample.variant, stratum, outcome))
        spurious += outside
        characters += len(text)
    return Pool(runs, spurious, characters)


def draw_runs(pool: Pool, truth: Iterable[TrueRun], number: int) -> list[Made]:
    """So many runs of the pool, their kinds as often as in the model source."""
    places: dict[Stratum, set[tuple[str, int]]] = defaultdict(set)
    for made in pool.runs:
        places[made.stratum].add((made.doc_id, made.place))
    runs = [made for made in pool.runs if len(places[made.stratum]) >= _FEWEST_PLACES] or pool.runs
    shares = strata_of(run for run in truth if run.source == MODEL_SOURCE)
    numbers = draw([made.stratum for made in runs], shares, number, random.Random(number))
    return [runs[i] for i in numbers]
