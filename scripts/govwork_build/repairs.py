"""The rows of the config `repairs`: damaged runs with what they were, read by hand or damaged for the purpose."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .byteshift_truth import TAG, TrueRun, true_runs
from .byteshift_verify import Explanation, explain
from .corpus import Document, Row
from .errors import CorpusError
from .notes import SYLLABLE
from .synthetic_runs import draw, samples, strata_of, stratum_of

# So many characters of its line stand before and after a run, if no other run is among them.
_CONTEXT = 24
# Of a clean document a run is drawn for so many characters, from so many ways to damage it.
_CHARACTERS_A_RUN, _WAYS = 30, 8

_NOTES = re.compile(rf"(?<=[㐀-鿿])(?:\({SYLLABLE}\))+")
_NOTE_BEGUN = re.compile(rf"\((?:{SYLLABLE})?$")
_NOTE_LEFT = re.compile(rf"(?:\(?(?:{SYLLABLE})?\))+")
_BEFORE = re.compile(rf".(?:\({SYLLABLE}\))*$", re.DOTALL)


class _Pair(NamedTuple):
    """A page, the run `[start, end)` in it, between the end of the one before and the start of the one behind."""

    page: str
    after_last: int
    start: int
    end: int
    before_next: int
    clean: str


def repair_rows(document: Document, truth: Sequence[TrueRun]) -> Iterator[Row]:
    """The pairs of one document. Of clean official ones they are synthetic, of the kinds that the truth shows."""
    yield from _real_rows(document, list(true_runs(document, truth)))
    if document.script == "hans" and document.entry.rights == "official" and truth:
        yield from _synthetic_rows(document, truth)


def _real_rows(document: Document, runs: list[tuple[int, TrueRun]]) -> Iterator[Row]:
    page = document.normalised.traced.source
    ends = [0, *(at + len(run.damaged) for at, run in runs)]
    starts = [*(at for at, _ in runs), len(page)]
    for i, (at, run) in enumerate(runs):
        row = _row(document, f"real:{at}", _Pair(page, ends[i], at, ends[i + 1], starts[i + 1], run.text))
        if row is None:
            raise CorpusError(
                f"corpus/byteshift.json: {run.reading!r} does not explain what is seen at {run.start} of "
                f"{run.source}; correct the reading"
            )
        yield row | {"origin": "real", "source_id": run.source, "decidable": run.decidable}


def _synthetic_rows(document: Document, truth: Sequence[TrueRun]) -> Iterator[Row]:
    # What one place becomes in several ways is often the same.
    pairs: dict[tuple[int, str], _Pair] = {}
    region = document.description.region
    for sample in samples(document.doc_id, document.text, [region.name] if region else [], _WAYS):
        page, runs = sample.damaged
        ends = [0, *(run.end for run in runs)]
        starts = [*(run.start for run in runs), len(page)]
        for i, run in enumerate(runs):
            clean = sample.clean[run.clean_start : run.clean_end]
            pair = _Pair(page, ends[i], run.start, run.end, starts[i + 1], clean)
            pairs.setdefault((run.clean_start, page[run.start : run.end]), pair)
    pool = list(pairs.values())
    kinds = [stratum_of(pair.page[pair.start : pair.end], pair.clean) for pair in pool]
    number = len(document.text) // _CHARACTERS_A_RUN
    drawn = draw(kinds, strata_of(truth), number, random.Random(document.doc_id)) if pool else []
    for i in sorted(set(drawn)):
        if row := _row(document, f"synthetic:{i}", pool[i]):
            yield row | {"origin": "synthetic", "source_id": None, "decidable": None}


def _row(document: Document, place: str, pair: _Pair) -> Row | None:
    """What is common to both kinds of rows; None when the clean run does not explain the damaged one."""
    page = pair.page
    line = max(page.rfind("\n", 0, pair.start) + 1, pair.after_last, pair.start - _CONTEXT)
    before = page[line : pair.start]
    before = before[_end_of_note_left(before) :]
    line_end = page.find("\n", pair.end)
    last = min(line_end if line_end >= 0 else len(page), pair.before_next, pair.end + _CONTEXT)
    after = _NOTE_BEGUN.sub("", page[pair.end : last])
    clean_before, clean_after = without_notes(before), without_notes(after)
    row: Row = {
        "repair_id": f"{document.doc_id}:{place}",
        "doc_id": document.doc_id,
        "rights": document.entry.rights,
        "damaged": before + page[pair.start : pair.end] + after,
        "damaged_start": len(before),
        "damaged_end": len(before) + pair.end - pair.start,
        "restored": clean_before + pair.clean + clean_after,
        "restored_start": len(clean_before),
        "restored_end": len(clean_before) + len(pair.clean),
    }
    explanation = explanation_of(row)
    return row | {"evidence": str(explanation), "n_assumed": explanation.assumed} if explanation else None


def _end_of_note_left(text: str) -> int:
    found = _NOTE_LEFT.match(text)
    return found.end() if found else 0


def without_notes(text: str) -> str:
    """
    >>> without_notes("經(jīng)濟,(a)")
    '經濟,(a)'
    """
    return _NOTES.sub("", text)


def explanation_of(row: Row) -> Explanation | None:
    """How the bytes of the restored run, and of the character before it, came to be seen as they are."""
    damaged, restored = row["damaged"][: row["damaged_end"]], row["restored"][: row["restored_end"]]
    before = _BEFORE.search(damaged[: row["damaged_start"]])
    seen = damaged[before.start() if before else row["damaged_start"] :]
    clean = restored[max(0, row["restored_start"] - 1) :]
    return explain(clean + TAG, seen) if seen.endswith(TAG[1:]) else explain(clean, seen)
