"""From the catalogue to the corpus: corpus/documents, corpus/documents.jsonl, and the rows of every config."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from govwork.content import canonical as canonical
from govwork.content import sha256 as sha256

from .blocks import parse_blocks
from .build_paths import Paths
from .catalogue import Catalogue, DocumentEntry, SourceEntry, load_catalogue
from .cut import Piece, cut
from .decode import Decoded, decode
from .describe import Description, describe
from .errors import CorpusError
from .evidence import Reading
from .findings import counted
from .gaps import Gap, find_gaps
from .model import Block, Task
from .pipeline import Normalised, normalise_all
from .regions import LEVELS, Region, Regions, load_regions
from .script import detect_script
from .tasks import parse_tasks

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the corpus with everything known of it."""

    entry: DocumentEntry
    source: SourceEntry
    decoded: Decoded
    piece: Piece
    normalised: Normalised
    blocks: tuple[Block, ...]
    tasks: tuple[Task, ...]
    description: Description
    gaps: tuple[Gap, ...]
    script: str

    @property
    def doc_id(self) -> str:
        return self.entry.doc_id

    @property
    def text(self) -> str:
        return self.normalised.traced.text


def read_source(catalogue: Catalogue, source: SourceEntry) -> tuple[Decoded, list[Piece]]:
    """A source decoded and cut; its documents are checked against the catalogue.

    Raises CorpusError when they are not the ones the catalogue names.
    """
    decoded = decode(catalogue.read(source), source.file, source.encoding)
    pieces = cut(decoded.text)
    found = [piece for piece in pieces if piece.chrome is None]
    place = f"{catalogue.path}: source {source.source_id}"
    if len(found) != len(source.documents):
        raise CorpusError(
            f"{place}: it holds {counted(len(found), 'document')}, the catalogue names {len(source.documents)}; "
            "add or remove [[source.document]] entries"
        )
    problems = [
        f"{place}: {entry.doc_id} should begin with {entry.begins!r}, "
        f"but the document there begins with {decoded.text[piece.start : piece.start + 24]!r}; "
        "if it is the one meant, put these words in `begins`, else order the [[source.document]] entries as the file"
        for entry, piece in zip(source.documents, found, strict=True)
        if not decoded.text.startswith(entry.begins, piece.start)
    ]
    if problems:
        raise CorpusError(*problems)
    return decoded, pieces


def documents(catalogue: Catalogue, regions: Regions) -> Iterator[Document]:
    """All documents, source by source; one source is in memory at a time."""
    for source in catalogue.sources:
        decoded, pieces = read_source(catalogue, source)
        found = [piece for piece in pieces if piece.chrome is None]
        slices = [decoded.text[piece.start : piece.end] for piece in found]
        for entry, piece, normalised in zip(source.documents, found, normalise_all(slices), strict=True):
            yield _document(entry, source, decoded, tuple(pieces), piece, normalised, regions)


def documents_of(paths: Paths) -> Iterator[Document]:
    """All documents of a project, as its sources and the rules make them now. Raises CorpusError."""
    return documents(load_catalogue(paths.catalogue), load_regions(paths.regions))


def _document(
    entry: DocumentEntry,
    source: SourceEntry,
    decoded: Decoded,
    pieces: tuple[Piece, ...],
    piece: Piece,
    normalised: Normalised,
    regions: Regions,
) -> Document:
    text = normalised.traced.text
    first_look = Reading(decoded.text, pieces, piece, normalised.traced, tuple(parse_blocks(text, None)))
    doc_type = describe(first_look, regions).doc_type
    blocks = tuple(parse_blocks(text, doc_type))
    reading = Reading(decoded.text, pieces, piece, normalised.traced, blocks)
    return Document(
        entry=entry,
        source=source,
        decoded=decoded,
        piece=piece,
        normalised=normalised,
        blocks=blocks,
        tasks=tuple(parse_tasks(text, list(blocks), doc_type)),
        description=describe(reading, regions),
        gaps=tuple(find_gaps(text, normalised.damage)),
        script=detect_script(decoded.text[piece.start : piece.end]),
    )


def document_row(document: Document, regions: Regions) -> Row:
    """The row of the `documents` config."""
    description = document.description
    places = _places(description.region, regions)
    text = document.text
    return {
        "doc_id": document.doc_id,
        "source_id": document.source.source_id,
        "title": description.title,
        "doc_type": description.doc_type,
        "region_code": description.region.code if description.region else None,
        "region_name": description.region.name if description.region else None,
        **places,
        "level": description.region.level if description.region else None,
        "year": description.year,
        "issuer": description.issuer,
        "doc_number": description.doc_number,
        "date_issued": description.date_issued,
        "date_published": description.date_published,
        "script": document.script,
        "rights": document.entry.rights,
        "text": text,
        "n_chars": len(text),
        "text_sha256": sha256(text),
        "source_sha256": document.source.sha256,
        "source_start": document.piece.start,
        "source_end": document.piece.end,
        "encoding_fixes": fixes(document),
        "quality": list(quality_flags(document)),
        "gaps": [gap._asdict() for gap in document.gaps],
        "evidence": [evidence.row() for evidence in description.evidence],
    }


def _places(region: Region | None, regions: Regions) -> dict[str, str | None]:
    names: dict[str, str | None] = dict.fromkeys(LEVELS)
    if region:
        names |= {parent.level: parent.name for parent in (*regions.parents(region.code), region)}
    return names


def fixes(document: Document) -> list[Row]:
    """How often each rule edited the document."""
    counts = Counter(edit.rule for layer in document.normalised.traced.layers for edit in layer)
    return [{"rule": rule, "count": count} for rule, count in sorted(counts.items())]


def quality_flags(document: Document) -> Iterator[str]:
    """What a user of the text should know before trusting it."""
    yield from document.description.flags
    causes = Counter(gap.cause for gap in document.gaps)
    yield from (f"{cause}:{count}" for cause, count in sorted(causes.items()))
    if document.description.title is None:
        yield "no_title"


def block_ids(document: Document) -> list[str]:
    """An id a block: the document's, and where its first character stands in the document's source.

    An id of this kind outlives a change of the stages as long as the block still begins there.
    """
    starts = [block.start for block in document.blocks]
    sources, _ = document.normalised.traced.to_source(
        starts, [min(start + 1, len(document.text)) for start in starts]
    )
    return [f"{document.doc_id}:{source}" for source in sources.tolist()]


def block_rows(document: Document) -> Iterator[Row]:
    ids = block_ids(document)
    for block_id, block in zip(ids, document.blocks, strict=True):
        yield {
            "block_id": block_id,
            "doc_id": document.doc_id,
            "kind": block.kind,
            "kind_source": "rule",
            "topics": None,
            "number": block.number,
            "level": block.level,
            "parent": None if block.parent is None else ids[block.parent],
            "start": block.start,
            "text": block.text,
        }


def task_rows(document: Document) -> Iterator[Row]:
    ids = block_ids(document)
    for task in document.tasks:
        own = [ids[i] for i in task.blocks]
        yield {
            "task_id": f"{own[0]}#task",
            "doc_id": document.doc_id,
            "block_ids": own,
            **{name: getattr(task, name) for name in ("number", "section", "leader", "start", "text", "body")},
            "lead_units": [_unit_row(unit) for unit in task.lead_units],
            "support_units": [_unit_row(unit) for unit in task.support_units],
            "deferred_target": task.deferred_target,
        }


def _unit_row(unit: Any) -> Row:
    return {name: getattr(unit, name) for name in ("start", "end", "surface", "name", "alias", "catch_all", "basis")}


def edit_rows(document: Document) -> Iterator[Row]:
    """One row a run of one rule; its source span is counted in the whole source text."""
    offset = document.piece.start
    for run in document.normalised.traced.runs():
        yield {
            "doc_id": document.doc_id,
            **run._asdict(),
            "source_start": run.source_start + offset,
            "source_end": run.source_end + offset,
        }
