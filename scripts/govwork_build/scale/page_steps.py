"""The steps before the normaliser on one machine: read the files of a plan, and extract the text of HTML."""

from __future__ import annotations

import fcntl
import json
import time
from collections.abc import Iterator
from typing import Any

from datatrove.data import Document, DocumentsPipeline
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.extractors.base import ExtractorSandbox
from datatrove.pipeline.writers.disk_base import DiskWriter
from datatrove.utils.typeshelper import StatHints

from ..decode import extract, is_html
from .folder import Folder
from .plan import Unit
from .reading import Columns, Item, Meter, Page, Refusal, read_unit
from .reasons import Reason

# A page's text is found in a fraction of a second; what takes so long is made to never end.
_SECONDS_A_PAGE = 30.0
_SECONDS_BETWEEN_REPORTS = 0.5


class ReadPages(PipelineStep):  # type: ignore[misc]  # datatrove is not typed
    """Reads the files that the plan of a run gives to a task; what is no page goes to `exclusion_writer`.

    A task first takes away what an earlier attempt at it left, and writes now and then how far it is. It ends when
    the folder bears another token: what a killed run began is not finished behind the back of the next.
    """

    type = "📖 - READER"
    name = "pages"

    def __init__(self, folder: Folder, token: str, columns: Columns, exclusion_writer: DiskWriter) -> None:
        super().__init__()
        self.folder = folder
        self.token = token
        self.columns = columns
        self.exclusion_writer = exclusion_writer

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        """The pages as documents, in the order of the plan."""
        # Held as long as the step lives, which is as long as its task: the steps behind it write at its very end.
        self._lock = (self.folder.locks / f"{rank:05d}").open("w")
        fcntl.lockf(self._lock, fcntl.LOCK_EX)
        self.folder.begin(rank)
        report = _Report(self.folder, rank, self.token)
        # Not with orjson: a name that is no UTF-8 is written with lone surrogates.
        units = [Unit(*row) for row in json.loads((self.folder.plan / f"{rank:05d}.json").read_text())]
        with self.exclusion_writer as writer:
            for unit in units:
                # What is not UTF-8 in a name was read as surrogates, which no output can hold.
                path = unit.path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
                meter = Meter()
                items = read_unit(unit, self.columns, meter)
                while item := self._next(items):
                    report(unit.weight * meter.share)
                    self.stat_update(StatHints.total)
                    if isinstance(item, Refusal):
                        self.stat_update(StatHints.dropped, f"dropped_{item.reason}")
                        writer.write(_refused(item, path), rank)
                    else:
                        self.stat_update(StatHints.forwarded)
                        self.stat_update("characters", value=len(item.text), unit="page")
                        yield _document(item, path)
                report.add(unit.weight)

    def _next(self, items: Iterator[Item]) -> Item | None:
        with self.track_time():
            return next(items, None)


class ExtractText(PipelineStep):  # type: ignore[misc]
    """Puts the text for the HTML of each document that is HTML; one without text goes to `exclusion_writer`.

    The extractor runs in a process of its own, so that no page can hang or kill the worker.
    """

    type = "🛢 - EXTRAC"
    name = "text of HTML"

    def __init__(self, exclusion_writer: DiskWriter) -> None:
        super().__init__()
        self.exclusion_writer = exclusion_writer

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        """The documents in their order, without their markup."""
        with self.exclusion_writer as writer, ExtractorSandbox(timeout=_SECONDS_A_PAGE) as sandbox:
            for document in data:
                if not is_html(document.text):
                    yield document
                    continue
                self.stat_update(StatHints.total)
                with self.track_time():
                    text, reason, said = _extracted(sandbox, document.text)
                if text:
                    self.stat_update(StatHints.forwarded)
                    document.text = text
                    yield document
                else:
                    self.stat_update(StatHints.dropped, f"dropped_{reason}")
                    document.metadata |= {"refused_for": reason, "refusal": said}
                    writer.write(document, rank)


class _Report:
    """Writes, now and then, how far a task is; and ends it when its run is not the one that is at it."""

    def __init__(self, folder: Folder, rank: int, token: str) -> None:
        self._folder = folder
        self._file = folder.progress / f"{rank:05d}"
        self._token = token
        self._done = 0
        self._due = 0.0

    def add(self, weight: int) -> None:
        self._done += weight

    def __call__(self, within: float) -> None:
        now = time.monotonic()
        if now < self._due:
            return
        self._due = now + _SECONDS_BETWEEN_REPORTS
        if self._folder.token.read_text() != self._token:
            raise RuntimeError("another run is at this task")
        self._file.write_text(str(int(self._done + within)))


def _extracted(sandbox: ExtractorSandbox, html: str) -> tuple[str | None, Reason, str]:
    """The text, or why there is none: a reason and a sentence."""
    try:
        text, fault = sandbox.process_document(html, _attempt)
    except TimeoutError:
        return None, "extraction_timeout", f"no text was found within {_SECONDS_A_PAGE:.0f} seconds"
    except EOFError:
        return None, "extraction_died", "the extractor died of it, out of memory or of a fault in the parser"
    if fault:
        return None, "extraction_failed", f"the extractor failed: {fault}"
    return text, "no_text", "the page holds no text that could be extracted"


def _attempt(html: str) -> tuple[str | None, str]:
    """In the extractor's process, which an exception would end: the text, or what failed."""
    try:
        return extract(html), ""
    except Exception as error:
        return None, f"{type(error).__name__}: {error}"[:500]


def _document(page: Page, path: str) -> Document:
    given = {"file": path, "place": page.place, "url": page.url, "given": page.given}
    return Document(text=page.text, id=page.id, metadata=given)


def _refused(refusal: Refusal, path: str) -> Document:
    metadata: dict[str, Any] = {"file": path, "place": refusal.place, "url": refusal.url}
    metadata |= {"refused_for": refusal.reason, "refusal": refusal.said, "bytes": refusal.kept}
    return Document(text="", id=refusal.id, metadata=metadata)
