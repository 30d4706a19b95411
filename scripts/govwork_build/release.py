"""A release: a folder of Parquet with a card, which `load_dataset` opens without script or network."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from govwork.features import CONFIGS, SPLITS
from govwork.manifest import Manifest, Profile, SplitFacts, write_manifest

from .card import ROWS_ARE, Contents, write_card
from .catalogue import Catalogue
from .corpus import Row, canonical
from .errors import CorpusError
from .releases.croissant import write_croissant
from .releases.manifest import manifest_of
from .releases.metadata import metadata
from .releases.supplements import Supplements
from .toml_file import read_toml

# So many rows are held before they are written out.
_GROUP = 2000


def load_splits(path: Path) -> dict[str, str]:
    """corpus/splits.toml as document → split.

    Raises CorpusError when the file cannot be read, a document is in two splits, or a split is unknown or no list.
    """
    return load_division(path, SPLITS, "split")


def load_division(path: Path, names: Sequence[str], what: str) -> dict[str, str]:
    """A file of lists of ids under these names, as document → name; `what` a name is goes into messages.

    Raises CorpusError as `load_splits` does.
    """
    table = read_toml(path)
    problems = [f"{path}: unknown {what} {name!r}; use {', '.join(names)}" for name in table if name not in names]
    name_of: dict[str, str] = {}
    for name in names:
        doc_ids = table.get(name, [])
        if not isinstance(doc_ids, list) or not all(isinstance(doc_id, str) for doc_id in doc_ids):
            problems.append(f'{path}: {name} is no list of ids; write {name} = ["<id>", "<id>"]')
            continue
        for doc_id in doc_ids:
            if doc_id in name_of:
                problems.append(f"{path}: {doc_id} is named twice, in {name_of[doc_id]} and {name}; take one out")
            name_of[doc_id] = name
    if problems:
        raise CorpusError(*problems)
    return name_of


def division_problems(catalogue: Catalogue, name_of: Mapping[str, object], what: str) -> list[str]:
    """What keeps splits or folds from naming the catalogue's documents, each one once."""
    catalogued = {entry.doc_id: None for source in catalogue.sources for entry in source.documents}
    return [
        *(
            f"{doc_id} is in no {what}; add it to the one its place's other years are in"
            for doc_id in catalogued
            if doc_id not in name_of
        ),
        *(
            f"{doc_id} is not in the catalogue; take it out, or correct it"
            for doc_id in name_of
            if doc_id not in catalogued
        ),
    ]


@dataclass
class _Table:
    """One Parquet file in the making: rows held, rows written, and the hash of their canonical lines."""

    path: Path
    schema: pa.Schema
    names: dict[str, list[str]]
    held: list[Row] = field(default_factory=list)
    rows: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    writer: pq.ParquetWriter | None = None

    def add(self, row: Row) -> None:
        self.digest.update(canonical(row).encode("utf-8") + b"\n")
        self.rows += 1
        # A class label is stored as its number.
        self.held.append(row | {name: labels.index(row[name]) for name, labels in self.names.items()})
        if len(self.held) >= _GROUP:
            self.flush()

    def flush(self) -> None:
        if not self.held:
            return
        if self.writer is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.writer = pq.ParquetWriter(self.path, self.schema, compression="zstd")
        self.writer.write_table(pa.Table.from_pylist(self.held, schema=self.schema))
        self.held = []

    def close(self) -> Path:
        """Ends the file and names it by what it holds; gives its new path.

        `datasets` caches by the names of files, not by what is in them: under one name a rebuilt release would
        be loaded as it was before.
        """
        self.flush()
        if self.writer is not None:
            self.writer.close()
        named = self.path.with_name(f"{self.path.stem}-{self.digest.hexdigest()[:12]}.parquet")
        return self.path.rename(named)


class Release:
    """A release folder in the making: rows go in by config and split, the card and manifest at the end."""

    def __init__(self, folder: Path, data_version: str, date: str | None, profile: Profile) -> None:
        self.folder = folder
        self.data_version = data_version
        self.date = date
        self.profile = profile
        self._tables: dict[tuple[str, str], _Table] = {}

    def add(self, config: str, split: str, rows: Iterable[Row]) -> None:
        """Adds rows to a split of a config, in order."""
        features = CONFIGS[config]
        key = (config, split)
        if key not in self._tables:
            labels = {name: kind.names for name, kind in features.items() if hasattr(kind, "names")}
            path = self.folder / config / f"{split}.parquet"
            self._tables[key] = _Table(path, features.arrow_schema, labels)
        for row in rows:
            self._tables[key].add(row)

    def finish(
        self, sources: dict[str, str], withdrawn: dict[str, str], contents: Contents, supplements: Supplements
    ) -> Manifest:
        """Writes what is held, the card, and last the manifest, which names every other file; gives the manifest.

        `sources` maps source ids to their sha256, `withdrawn` ids of documents that were taken out to the reason.
        """
        configs: dict[str, dict[str, SplitFacts]] = {}
        for (config, split), table in sorted(self._tables.items(), key=lambda item: _order(item[0])):
            if table.rows:
                configs.setdefault(config, {})[split] = {
                    "file": table.close().relative_to(self.folder).as_posix(),
                    "rows": table.rows,
                    "sha256": table.digest.hexdigest(),
                }
        supplements.write(self.folder)
        write_card(self.folder, self.data_version, self.profile, configs, contents, supplements)
        write_croissant(
            self.folder,
            metadata(),
            self.data_version,
            self.date,
            self.profile,
            configs,
            ROWS_ARE,
            contents.documents.keys(),
            supplements.citation,
        )
        manifest = manifest_of(self.folder, self.data_version, self.date, self.profile, configs, sources, withdrawn)
        write_manifest(self.folder, manifest)
        return manifest


def _order(key: tuple[str, str]) -> tuple[int, int]:
    config, split = key
    return list(CONFIGS).index(config), SPLITS.index(split)
