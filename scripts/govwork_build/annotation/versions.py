"""Versions of the corpus, as far as annotations need them: the texts with their traces and blocks, by document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from govwork import trace
from govwork.layer import Edit, Layer
from govwork.trace import TracedText

from ..corpus import Document, Row, block_rows, sha256
from ..errors import CorpusError
from .alignment import REVISION, alignment, source_revision

_MANIFEST = "manifest.json"
# Of each config what is read of it.
_COLUMNS = {
    "documents": ["doc_id", "text", "source_sha256", "source_start", "source_end"],
    "blocks": ["block_id", "doc_id", "start", "text"],
    "edits": [
        *("doc_id", "layer", "stage", "rule", "start", "end"),
        *("new_start", "new_end", "removed", "inserted", "evidence"),
    ],
}


class TextBlock(NamedTuple):
    """A block of a document: its id, where it begins in the document's text, and its own text."""

    block_id: str
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class DocumentTrace:
    """A document of one version: its trace, its blocks in order, and which slice of which source it is.

    The source of the trace is the slice; it begins at `source_start` of the source text, whose file has the hash
    `source_sha256`.
    """

    doc_id: str
    source_sha256: str
    source_start: int
    traced: TracedText
    blocks: tuple[TextBlock, ...]

    def block(self, block_id: str, text_sha256: str) -> TextBlock | None:
        """The block with this id, if its text has this hash."""
        named = (block for block in self.blocks if block.block_id == block_id)
        return next((block for block in named if sha256(block.text) == text_sha256), None)


@dataclass(frozen=True, slots=True)
class CorpusVersion:
    """A version of the corpus: its documents by id. One whose text is not published is not among them."""

    version: str
    documents: Mapping[str, DocumentTrace]


def corpus_of(documents: Iterable[Document], version: str) -> CorpusVersion:
    """The corpus of these documents."""
    return CorpusVersion(
        version,
        {
            document.doc_id: DocumentTrace(
                document.doc_id,
                document.source.sha256,
                document.piece.start,
                document.normalised.traced,
                tuple(TextBlock(row["block_id"], row["start"], row["text"]) for row in block_rows(document)),
            )
            for document in documents
        },
    )


def corpus_of_release(folder: Path) -> CorpusVersion:
    """The corpus that a release holds, its traces rebuilt from its edits.

    Raises CorpusError when the folder is no release, a file of it is missing or of another kind, or its edits do
    not lead from its texts to sources of the length that it names.
    """
    manifest = _manifest(folder)
    edits, blocks = _by_document(folder, manifest, "edits"), _by_document(folder, manifest, "blocks")
    found: dict[str, DocumentTrace] = {}
    problems: list[str] = []
    for row in _rows(folder, manifest, "documents"):
        doc_id = row["doc_id"]
        if row["text"] is None:
            continue
        try:
            traced = trace(row, edits.get(doc_id, ()))
        except ValueError as error:
            problems.append(
                f"{folder}: {doc_id}: its edits are not those of its text ({error}); get the release anew"
            )
            continue
        found[doc_id] = DocumentTrace(
            doc_id,
            row["source_sha256"],
            row["source_start"],
            traced,
            tuple(TextBlock(each["block_id"], each["start"], each["text"]) for each in blocks.get(doc_id, ())),
        )
    if problems:
        raise CorpusError(*problems)
    return CorpusVersion(manifest["version"], found)


def between(old: DocumentTrace, new: DocumentTrace) -> Layer:
    """The layer that makes the old text of a document the new one, through its source, mended or not."""
    return alignment(old.traced, new.traced, _slice_revision(old, new))


def _slice_revision(old: DocumentTrace, new: DocumentTrace) -> Layer | None:
    """From the old slice of the source to the new one; of one file, both slices are known by their places."""
    one, other = old.traced.source, new.traced.source
    if one == other:
        return None
    start = max(old.source_start, new.source_start)
    end = min(old.source_start + len(one), new.source_start + len(other))
    ours, theirs = start - old.source_start, start - new.source_start
    length = end - start
    same_file = old.source_sha256 == new.source_sha256 and length > 0
    # Another version of the extractor may read another text out of the same file.
    if same_file and one[ours : ours + length] == other[theirs : theirs + length]:
        rule = f"{REVISION}.slice"
        return Layer.of(
            REVISION,
            one,
            [
                Edit(rule, 0, ours, other[:theirs]),
                Edit(rule, ours + length, len(one), other[theirs + length :]),
            ],
        )
    return source_revision(one, other)


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / _MANIFEST
    try:
        manifest = json.loads(path.read_text("utf-8"))
        files = {config: [split["file"] for split in manifest["configs"][config].values()] for config in _COLUMNS}
        return {"version": str(manifest["version"]), "files": files}
    except OSError as error:
        raise CorpusError(
            f"{path}: cannot be read ({error.strerror}); name the folder of a release, such as dist/govwork-zh-0.1.0"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorpusError(
            f"{path}: is no manifest of a release with {', '.join(_COLUMNS)} ({error!r}); get the release anew"
        ) from None


def _rows(folder: Path, manifest: dict[str, Any], config: str) -> Iterator[Row]:
    for name in manifest["files"][config]:
        try:
            yield from pq.read_table(folder / name, columns=_COLUMNS[config], partitioning=None).to_pylist()
        except (OSError, pa.ArrowException, KeyError) as error:
            raise CorpusError(
                f"{folder / name}: cannot be read as the {config} of a release ({error}); get the release anew"
            ) from None


def _by_document(folder: Path, manifest: dict[str, Any], config: str) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {}
    for row in _rows(folder, manifest, config):
        rows.setdefault(row["doc_id"], []).append(row)
    return rows
