"""`govwork add`: a file copied into corpus/sources and catalogued, with proposed ids for its documents."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pypinyin import Style, lazy_pinyin

from .blocks import parse_blocks
from .build_paths import Paths
from .catalogue import (
    RIGHTS,
    SOURCE_NAME,
    SOURCE_NAME_RULE,
    DocumentEntry,
    Rights,
    SourceEntry,
    append_source,
    load_catalogue,
)
from .cut import Piece, cut
from .decode import decode
from .describe import TYPE_UNTOLD, Description, describe
from .errors import CorpusError
from .evidence import Reading
from .pipeline import normalise
from .regions import load_regions, stem

_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Up to the first words, and some of them.
_BEGINS = re.compile(r"\s*.{1,24}")


@dataclass(frozen=True, slots=True)
class Added:
    """A source as it was catalogued, and what its owner should know of its documents, a line each."""

    source: SourceEntry
    doubts: tuple[str, ...]


def add_source(paths: Paths, file: Path, origin: str, licence: str, rights: str, encoding: str | None) -> Added:
    """Catalogues `file` and copies it beside the other sources; nothing is written when it cannot be read.

    Raises CorpusError when the file is empty, unreadable, holds no document, is catalogued already, or has a name
    that cannot be an id.
    """
    if rights not in RIGHTS:
        raise CorpusError(f"rights {rights!r} must be one of {', '.join(RIGHTS)}")
    if not SOURCE_NAME.fullmatch(file.name):
        raise CorpusError(f"{file}: its name, {file.name!r}, {SOURCE_NAME_RULE}; rename the file and add it")
    data = file.read_bytes()
    decoded = decode(data, str(file), encoding)
    digest = hashlib.sha256(data).hexdigest()
    known = load_catalogue(paths.catalogue, may_be_empty=True).sources if paths.catalogue.exists() else ()
    for source in known:
        if source.sha256 == digest:
            raise CorpusError(f"{file}: {paths.catalogue} has it already, as source {source.source_id}")
        if source.file == file.name or source.source_id == file.stem:
            raise CorpusError(
                f"{file}: another source, {source.source_id}, has this name; rename the file and add it"
            )
    pieces = cut(decoded.text)
    found = [piece for piece in pieces if piece.chrome is None]
    if not found or any(not decoded.text[piece.start : piece.end].strip() for piece in found):
        raise CorpusError(f"{file}: no document was found in it; a source must hold text")
    taken = {entry.doc_id for source in known for entry in source.documents}
    entries: list[DocumentEntry] = []
    doubts: list[str] = []
    for piece in found:
        description = _described(decoded.text, pieces, piece, paths)
        doc_id = _free(_propose(description), taken)
        taken.add(doc_id)
        said = _doubts(decoded.text[piece.start : piece.end], description)
        doubts += [f"{paths.catalogue}: {doc_id} {doubt}" for doubt in said]
        begins = _BEGINS.match(decoded.text, piece.start, piece.end)
        entries.append(DocumentEntry(doc_id, begins.group() if begins else "", _as_rights(rights)))
    folder = paths.corpus / "sources"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, folder / file.name)
    source = SourceEntry(file.stem, file.name, digest, encoding, origin, licence, tuple(entries))
    append_source(paths.catalogue, source)
    return Added(source, tuple(doubts))


def _as_rights(rights: str) -> Rights:
    return "official" if rights == "official" else "third_party" if rights == "third_party" else "unclear"


def _described(text: str, pieces: list[Piece], piece: Piece, paths: Paths) -> Description:
    traced = normalise(text[piece.start : piece.end]).traced
    reading = Reading(text, tuple(pieces), piece, traced, tuple(parse_blocks(traced.text, None)))
    return describe(reading, load_regions(paths.regions))


def _doubts(text: str, description: Description) -> Iterator[str]:
    """What the text does not tell; type and place are read from it alone, no field of the catalogue sets them."""
    if not _CHINESE.search(text):
        yield (
            "holds no Chinese character; if this is the wrong file, or read in the wrong encoding, take "
            "its [[source]] out and the file out of sources/, then add the right one (--encoding names an encoding)"
        )
    if any(evidence.note == TYPE_UNTOLD for evidence in description.evidence):
        yield (
            "does not tell its type: its `doc_type` is article, the last resort, and cannot be set by hand; "
            "if you know the type, say it in its `id`"
        )
    if description.region is None:
        yield (
            "does not tell its place: its `region_code` is empty and cannot be set by hand; "
            "if you know the place, say it in its `id`"
        )


def _propose(description: Description) -> str:
    """`<place>-<year>-<type>`, as far as they are known."""
    return "-".join(
        part for part in (_place(description), str(description.year or ""), description.doc_type or "text") if part
    )


def _place(description: Description) -> str:
    if description.region is None:
        return "unplaced"
    # Passport spelling writes ü as yu.
    spelled = lazy_pinyin(stem(description.region.name), style=Style.NORMAL, v_to_u=True)
    return "".join(spelled).replace("ü", "yu")


def _free(doc_id: str, taken: set[str]) -> str:
    if doc_id not in taken:
        return doc_id
    return next(f"{doc_id}-{i}" for i in range(2, len(taken) + 3) if f"{doc_id}-{i}" not in taken)
