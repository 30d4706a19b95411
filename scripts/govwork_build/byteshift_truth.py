"""corpus/byteshift.json: what the damaged runs of the sources were, read from their bytes by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from .corpus import Document
from .errors import CorpusError

# A tag whose `<` was lost is seen in a run, and is no text.
TAG = "</p>"


class TrueRun(NamedTuple):
    """A run as its source has it at `start`, and its reading; `decidable` where no other is as good."""

    source: str
    start: int
    before: str
    damaged: str
    after: str
    reading: str
    decidable: bool
    reason: str

    @property
    def text(self) -> str:
        """The reading without markup."""
        return self.reading.removesuffix(TAG)


def read_truth(path: Path) -> tuple[TrueRun, ...]:
    """All runs that were read; none where there is no such file.

    Raises CorpusError when the file is none of its kind.
    """
    if not path.is_file():
        return ()
    try:
        return tuple(TrueRun(**entry) for entry in json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise CorpusError(f"{path}: is no list of runs ({error}); put it back") from None


def true_runs(document: Document, truth: Iterable[TrueRun]) -> Iterator[tuple[int, TrueRun]]:
    """The runs of a document, each with its place in the document's slice of the source.

    Raises CorpusError when one does not stand there.
    """
    text = document.normalised.traced.source
    for run in truth:
        at = run.start - document.piece.start
        if run.source != document.source.source_id or not 0 <= at < len(text):
            continue
        if not text.startswith(run.damaged + run.after, at) or not text.endswith(run.before, 0, at):
            raise CorpusError(
                f"corpus/byteshift.json: {run.damaged!r} does not stand at {run.start} of {run.source}; "
                "correct its place, or take it out"
            )
        yield at, run
