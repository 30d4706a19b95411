"""The normaliser as a step of a datatrove pipeline."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from typing import Any, Literal, NamedTuple

from datatrove.data import Document, DocumentsPipeline
from datatrove.pipeline.formatters.base import BaseFormatter
from datatrove.pipeline.writers.disk_base import DiskWriter
from datatrove.utils.typeshelper import StatHints

from govwork.layer import Layer
from govwork.trace_json import to_json

from ..damage import damage_of
from ..errors import CorpusError
from ..pipeline import BATCH, Normalised, normalise_all
from ..script import STAGE as SCRIPT
from ..script import Script, convert_and_tell, detect_scripts
from ..text_repair import AFTER_BUT_SCRIPT, BEFORE
from .example import Example, example_of
from .reasons import Reason

# Longer texts are refused: what a page needs in memory grows with its length, some 60 bytes a character.
LONGEST = 2_000_000
# A batch is not held back longer than for so many texts.
_MANY = 2_000

_CHINESE = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Refused(NamedTuple):
    """Why a text was not worked on: a name to count by, and a sentence."""

    reason: Reason
    said: str


class _Repaired(NamedTuple):
    """A text after all stages, and what the step tells of it."""

    made: Normalised
    told: dict[str, Any]


class _ScriptStage:
    """The stage that converts the script, or leaves it, and notes the script of each text that it is given."""

    def __init__(self, convert: bool) -> None:
        self.convert = convert
        self.scripts: list[Script] = []

    def __call__(self, batch: str) -> Layer:
        layer, scripts = convert_and_tell(batch) if self.convert else (Layer(SCRIPT), detect_scripts(batch))
        self.scripts += scripts
        return layer


class NormalizeChinese(BaseFormatter):  # type: ignore[misc]  # datatrove is not typed
    """Undoes the damage of Chinese pages: bytes read out of step, pinyin notes, forced traditional script.

    The text of each document is repaired as by `govwork_build.repair`; a text without damage stays as it is. In the
    document's metadata: `script` (hans, hant, mixed, or none where there is no Chinese), as the text came; `damage`,
    the counts of `Damage`; `example`, one change with its surroundings (`stage`, `before`, `after`; empty where there
    is none); and with `trace="full"` also `trace`, from which `govwork.trace_json.from_json` gives the source back.
    The same kinds are counted in datatrove's statistics.

    What is refused goes to `exclusion_writer`, with `refused_for` and `refusal` in its metadata, and not further
    down: a text of more than `longest` characters (`too_long`), one that is no Unicode (`surrogates`; as it was it
    stands in the metadata's `text_json`, since no writer takes it), one on which the repair itself fails (`failed`).
    Without a writer it is dropped and counted.

    `convert_script=False` leaves traditional text in its script, where a collection is not simplified by origin.
    What comes out of one document does not depend on the others.
    """

    name = "🀄 Normalize Chinese"

    def __init__(
        self,
        trace: Literal["summary", "full"] = "summary",
        convert_script: bool = True,
        longest: int = LONGEST,
        exclusion_writer: DiskWriter | None = None,
    ) -> None:
        super().__init__()
        self.trace = trace
        self.convert_script = convert_script
        self.longest = longest
        self.exclusion_writer = exclusion_writer

    def format(self, text: str) -> str:
        """The repaired text of one page; ValueError says why it is refused."""
        result = self._repaired([text])[0]
        if isinstance(result, _Refused):
            raise ValueError(result.said)
        return result.made.traced.text

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        """The documents in their order, repaired."""
        with self.exclusion_writer or nullcontext() as writer:
            for documents in _batches(data):
                with self.track_time("batch"):
                    results = self._repaired([document.text for document in documents])
                for document, result in zip(documents, results, strict=True):
                    self.stat_update(StatHints.total)
                    if isinstance(result, _Refused):
                        self.stat_update(StatHints.dropped, f"dropped_{result.reason}")
                        if writer:
                            writer.write(_marked(document, result), rank)
                        continue
                    self.stat_update(StatHints.forwarded)
                    self._count(result.told["damage"])
                    document.text = result.made.traced.text
                    document.metadata |= result.told
                    if self.trace == "full":
                        document.metadata["trace"] = to_json(result.made.traced)
                    yield document

    def _count(self, damage: dict[str, int]) -> None:
        found = {kind: count for kind, count in damage.items() if count}
        if found:
            self.stat_update("damaged")
        for kind, count in found.items():
            self.stat_update(kind, value=count, unit="page")

    def _repaired(self, texts: list[str]) -> list[_Repaired | _Refused]:
        refused = {i: said for i, text in enumerate(texts) if (said := self._refusal(text))}
        fit = [text for i, text in enumerate(texts) if i not in refused]
        results = iter(self._attempted(fit))
        return [refused[i] if i in refused else next(results) for i in range(len(texts))]

    def _attempted(self, texts: list[str]) -> list[_Repaired | _Refused]:
        """All of them together, or, where that fails, each alone: one page must not end the run."""
        script_stage = _ScriptStage(self.convert_script)
        try:
            made = list(normalise_all(texts, BEFORE, (*AFTER_BUT_SCRIPT, script_stage)))
        except CorpusError:
            # It says what is wrong with the machine, not with a page.
            raise
        except Exception as error:
            if len(texts) == 1:
                return [_Refused("failed", f"the repair failed: {type(error).__name__}: {error}")]
            return [result for text in texts for result in self._attempted([text])]
        return [_Repaired(each, _told(each, script)) for each, script in zip(made, script_stage.scripts, strict=True)]

    def _refusal(self, text: str) -> _Refused | None:
        if len(text) > self.longest:
            return _Refused("too_long", f"{len(text):,} characters, more than {self.longest:,}")
        try:
            # The quickest look at every character.
            text.encode("utf-32")
        except UnicodeEncodeError as error:
            return _Refused("surrogates", f"character {error.start} is a lone surrogate, no Unicode")
        return None


def _marked(document: Document, refused: _Refused) -> Document:
    """The document with the reason, such that any writer can write it."""
    document.metadata |= {"refused_for": refused.reason, "refusal": refused.said}
    if refused.reason == "surrogates":
        document.metadata["text_json"] = json.dumps(document.text)
        document.text = _SURROGATE.sub("\ufffd", document.text)
    return document


def _told(made: Normalised, script: Script) -> dict[str, Any]:
    """What the step tells of a page: its script as it came, its damage by kind, and an example of a change."""
    damage = damage_of(made)
    # Never None: datatrove's Parquet writer takes the types of the first document for those of all.
    example = (example_of(made.traced) if damage else None) or Example("", "", "")
    # What is converted is Chinese before and after.
    script_or_none = script if _CHINESE.search(made.traced.text) else "none"
    return {"script": script_or_none, "damage": damage._asdict(), "example": example._asdict()}


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """As many documents as are worked on together, in a size that does not depend on how many there are."""
    batch: list[Document] = []
    size = 0
    for document in documents:
        batch.append(document)
        size += len(document.text)
        if size >= BATCH or len(batch) >= _MANY:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
