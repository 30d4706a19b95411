"""corpus/sources.toml: which sources there are, where they came from, and which documents they hold."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import tomlkit

from .atomic import write_text
from .errors import CorpusError
from .toml_file import read_toml

Rights = Literal["official", "unclear", "third_party"]
RIGHTS = ("official", "unclear", "third_party")
# In the letters of any script; it stands in paths, messages and commands without quotes.
SOURCE_NAME = re.compile(r"\w[\w.-]*")
SOURCE_NAME_RULE = "must hold letters, digits, '_', '-' and '.' only, and begin with none of the last two"
# What a missing value should say.
_MEANS = {
    "id": "a name that nothing else has had",
    "file": "the name of its file in sources/",
    "sha256": "what `sha256sum` gives for its file",
    "encoding": "the encoding of its file, or leave it out",
    "origin": "where it came from: site, address, day",
    "licence": "what is known of its licence, and on what ground it is included",
    "begins": "how the document begins in its source",
    "rights": f"one of {', '.join(RIGHTS)}",
    "reason": "why it was withdrawn",
}
_DOC_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9_]+)*")


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document of a source: its lasting id, and the words it begins with, by which it is known again."""

    doc_id: str
    begins: str
    rights: Rights


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A source as received. `documents` are in the order in which they stand in it."""

    source_id: str
    file: str
    sha256: str
    encoding: str | None
    origin: str
    licence: str
    documents: tuple[DocumentEntry, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All sources, in order, and the folder their files lie in."""

    path: Path
    folder: Path
    sources: tuple[SourceEntry, ...]
    # Ids of documents that were taken out, each with the reason: tombstones, never used again.
    withdrawn: tuple[tuple[str, str], ...]

    def read(self, source: SourceEntry) -> bytes:
        """The bytes of a source as received.

        Raises CorpusError when the file is missing, outside the folder, or not the one that was catalogued.
        """
        path = (self.folder / source.file).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            raise CorpusError(
                f"{self.path}: source {source.source_id}: {source.file} lies outside {self.folder}; put it there"
            )
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CorpusError(
                f"{self.path}: source {source.source_id}: {path} cannot be read ({error.strerror}); "
                "put the file back or remove the entry"
            ) from None
        found = hashlib.sha256(data).hexdigest()
        if found != source.sha256:
            raise CorpusError(
                f"{path}: sha256 is {found}, but {self.path.name} says {source.sha256}; "
                "restore the file as received, or add the changed one as a new source"
            )
        return data


def load_catalogue(path: Path, may_be_empty: bool = False) -> Catalogue:
    """Reads and checks the catalogue; sources lie in `sources/` beside it.

    Raises CorpusError with all problems of the file.
    """
    table = read_toml(path)
    problems: list[str] = []
    sources = tuple(
        _source(entry, f"{path}: source {i}", problems)
        for i, entry in enumerate(_tables(table, "source", str(path), problems), 1)
    )
    withdrawn = tuple(
        (
            _text(entry, "id", f"{path}: withdrawn {i}", problems),
            _text(entry, "reason", f"{path}: withdrawn {i}", problems),
        )
        for i, entry in enumerate(_tables(table, "withdrawn", str(path), problems), 1)
    )
    for kind, names in (
        ("source id", [source.source_id for source in sources]),
        (
            "document id",
            [*(document.doc_id for source in sources for document in source.documents), *dict(withdrawn)],
        ),
    ):
        problems += [
            f"{path}: {kind} {name!r} is used twice; give the newer one another"
            for name in sorted({n for n in names if n and names.count(n) > 1})
        ]
    if not sources and not problems and not may_be_empty:
        problems.append(f"{path}: no source is catalogued; add one with: govwork add FILE")
    if problems:
        raise CorpusError(*problems)
    return Catalogue(path, path.parent / "sources", sources, withdrawn)


def _source(entry: dict[str, Any], place: str, problems: list[str]) -> SourceEntry:
    place = f"{place} ({entry['id']})" if isinstance(entry.get("id"), str) else place
    documents = tuple(
        _document(document, f"{place}, document {i}", problems)
        for i, document in enumerate(_tables(entry, "document", place, problems, "source.document"), 1)
    )
    if not documents:
        problems.append(f"{place}: has no [[source.document]]; add one a document")
    digest = _text(entry, "sha256", place, problems)
    if digest and not re.fullmatch(r"[0-9a-f]{64}", digest):
        problems.append(f"{place}: sha256 {digest!r} is not 64 lower-case hexadecimal digits; {_MEANS['sha256']}")
    source_id = _text(entry, "id", place, problems)
    if source_id and not SOURCE_NAME.fullmatch(source_id):
        problems.append(f"{place}: id {source_id!r} {SOURCE_NAME_RULE}; give it another")
    return SourceEntry(
        source_id=source_id,
        file=_text(entry, "file", place, problems),
        sha256=digest,
        encoding=_text(entry, "encoding", place, problems) if "encoding" in entry else None,
        origin=_text(entry, "origin", place, problems),
        licence=_text(entry, "licence", place, problems),
        documents=documents,
    )


def _document(entry: dict[str, Any], place: str, problems: list[str]) -> DocumentEntry:
    doc_id = _text(entry, "id", place, problems)
    if doc_id and not _DOC_ID.fullmatch(doc_id):
        problems.append(f"{place}: id {doc_id!r} must be lower-case words joined by hyphens: <place>-<year>-<type>")
    rights = _text(entry, "rights", place, problems)
    if rights and rights not in RIGHTS:
        problems.append(f"{place}: rights {rights!r} must be one of {', '.join(RIGHTS)}")
    return DocumentEntry(doc_id, _text(entry, "begins", place, problems), rights)  # type: ignore[arg-type]


def _tables(
    entry: dict[str, Any], key: str, place: str, problems: list[str], heading: str | None = None
) -> list[dict[str, Any]]:
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        problems.append(f"{place}: {key} is no list of tables; begin each with [[{heading or key}]]")
        return []
    return value


def _text(entry: dict[str, Any], key: str, place: str, problems: list[str]) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        problems.append(f'{place}: {key} is missing or no text; write {key} = "…", {_MEANS[key]}')
        return ""
    return value


def append_source(path: Path, source: SourceEntry) -> None:
    """Writes one more source at the end of the catalogue, leaving the rest of the file as it stands."""
    entry = {
        "id": source.source_id,
        "file": source.file,
        "sha256": source.sha256,
        **({"encoding": source.encoding} if source.encoding else {}),
        "origin": source.origin,
        "licence": source.licence,
        "document": [
            {"id": document.doc_id, "begins": document.begins, "rights": document.rights}
            for document in source.documents
        ],
    }
    before = path.read_text("utf-8").rstrip("\n") if path.exists() else ""
    write_text(path, (before and before + "\n\n") + tomlkit.dumps({"source": [entry]}))
