"""`govwork add`: a file copied into corpus/sources and catalogued, with proposed ids for its documents."""

from __future__ import annotations

import hashlib
import re
import shutil
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
from .describe import Description, describe
from .errors import CorpusError
from .evidence import Reading
from .pipeline import normalise
from .regions import load_regions, stem

# Up to the first words, and some of them.
_BEGINS = re.compile(r"\s*.{1,24}")


def add_source(paths: Paths, file: Path, origin: str, licence: str, rights: str, encoding: str | None) -> SourceEntry:
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
    for piece in found:
        doc_id = _free(_propose(decoded.text, pieces, piece, paths), taken)
        taken.add(doc_id)
        begins = _BEGINS.match(decoded.text, piece.start, piece.end)
        entries.append(DocumentEntry(doc_id, begins.group() if begins else "", _as_rights(rights)))
    folder = paths.corpus / "sources"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, folder / file.name)
    source = SourceEntry(file.stem, file.name, digest, encoding, origin, licence, tuple(entries))
    append_source(paths.catalogue, source)
    return source


def _as_rights(rights: str) -> Rights:
    return "official" if rights == "official" else "third_party" if rights == "third_party" else "unclear"


def _propose(text: str, pieces: list[Piece], piece: Piece, paths: Paths) -> str:
    """`<place>-<year>-<type>`, as far as they are known."""
    traced = normalise(text[piece.start : piece.end]).traced
    reading = Reading(text, tuple(pieces), piece, traced, tuple(parse_blocks(traced.text, None)))
    description = describe(reading, load_regions(paths.regions))
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
