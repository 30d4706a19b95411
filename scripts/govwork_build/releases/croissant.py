"""croissant.json: a release described in Croissant 1.1, which `mlcroissant` reads and loads records by.

Each config is a record set that reads the files of its folder; each file stands in the distribution with its sha256.
What Croissant, or mlcroissant 1.1.1, has no place for is told in docs/fields.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from govwork.features import CONFIGS, SPLITS
from govwork.manifest import Profile, SplitFacts

from .croissant_fields import enumerations, fields_of
from .metadata import Metadata

FILE = "croissant.json"
CONFORMS_TO = ("http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0")
PARQUET = "application/x-parquet"
_CONTEXT = "croissant_context.json"
_SPLITS = "splits"
_KEYS = {
    "documents": "doc_id",
    "blocks": "block_id",
    "tasks": "task_id",
    "entities": "block_id",
    "ner": "block_id",
    "targets": "target_id",
    "repairs": "repair_id",
}
Node = dict[str, Any]
# As the manifest has them.
Configs = Mapping[str, Mapping[str, SplitFacts]]


def write_croissant(
    folder: Path,
    described: Metadata,
    version: str,
    date: str | None,
    profile: Profile,
    configs: Configs,
    rows_are: Mapping[str, str],
    rights: Collection[str],
    cite_as: str,
) -> None:
    """Writes croissant.json into a release folder, whose data files are there already.

    `date` is the day of publication, null before; `rows_are` says of each config what a row is; `rights` are those
    of the release's documents.
    """
    told = {
        "@context": json.loads((files(__package__) / _CONTEXT).read_text("utf-8")),
        "@type": "sc:Dataset",
        "name": described.title,
        "description": dict(described.description),
        "conformsTo": list(CONFORMS_TO),
        "version": version,
        **({"datePublished": date} if date else {}),
        "creator": {"@type": "sc:Organization", "name": described.creator},
        "inLanguage": described.language,
        "keywords": list(described.keywords),
        "license": [
            {"@type": "sc:CreativeWork", "name": licence.part, "description": licence.terms}
            | ({"url": licence.url} if licence.url else {})
            for licence in described.licences_of(profile, rights)
        ],
        "citeAs": cite_as,
        **{
            f"rai:{name}": value if isinstance(value, str) else list(value)
            for name, value in described.responsible_ai.items()
        },
        "distribution": [node for config in configs for node in _distribution(folder, config, configs[config])],
        "recordSet": _record_sets(configs, rows_are),
    }
    (folder / FILE).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _distribution(folder: Path, config: str, splits: Mapping[str, SplitFacts]) -> list[Node]:
    """The files of a config, each with its hash, and their set."""
    paths = [folder / facts["file"] for facts in splits.values()]
    return [
        *(
            {
                "@type": "cr:FileObject",
                "@id": path.relative_to(folder).as_posix(),
                "name": path.name,
                "contentUrl": path.relative_to(folder).as_posix(),
                "contentSize": f"{path.stat().st_size} B",
                "encodingFormat": PARQUET,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for path in paths
        ),
        {
            "@type": "cr:FileSet",
            "@id": _file_set(config),
            "name": _file_set(config),
            "description": f"All files of the config {config}.",
            "encodingFormat": PARQUET,
            "includes": f"{config}/*.parquet",
        },
    ]


def _record_sets(configs: Configs, rows_are: Mapping[str, str]) -> list[Node]:
    present = [split for split in SPLITS if any(split in splits for splits in configs.values())]
    return [
        _listed(
            _SPLITS, "cr:Split", "The splits, fixed on document boundaries.", [{"name": name} for name in present]
        ),
        *(
            _listed(
                name,
                "sc:Enumeration",
                f"The names of the numbers in {config}.",
                [{"id": number, "name": label} for number, label in enumerate(labels)],
            )
            for config in configs
            for name, labels in enumerations(config, CONFIGS[config]).items()
        ),
        *(_record_set(config, configs[config], rows_are[config]) for config in configs),
    ]


def _listed(name: str, data_type: str, description: str, rows: list[Node]) -> Node:
    """A record set that holds its rows itself; the first column is its key."""
    columns = list(rows[0])
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": description,
        "dataType": data_type,
        "key": {"@id": f"{name}/{columns[0]}"},
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{column}",
                "name": column,
                "dataType": "cr:Int64" if column == "id" else "sc:Text",
            }
            for column in columns
        ],
        "data": [{f"{name}/{column}": value for column, value in row.items()} for row in rows],
    }


def _record_set(config: str, splits: Collection[str], row_is: str) -> Node:
    key = {"key": {"@id": f"{config}/{_KEYS[config]}"}} if config in _KEYS else {}
    return {
        "@type": "cr:RecordSet",
        "@id": config,
        "name": config,
        "description": f"A row is {row_is}.",
        **key,
        "field": [_split_field(config, splits), *fields_of(config, CONFIGS[config], _file_set(config))],
    }


def _split_field(config: str, splits: Collection[str]) -> Node:
    """The split, which is in the name of a row's file.

    A join by the split leaves its name in place of the file's, and the expression meets it again: so folder and
    ending may be missing. A leading ^ would keep mlcroissant from filtering files by split.
    """
    return {
        "@type": "cr:Field",
        "@id": f"{config}/split",
        "name": "split",
        "dataType": "sc:Text",
        "source": {
            "fileSet": {"@id": _file_set(config)},
            "extract": {"fileProperty": "fullpath"},
            "transform": {"regex": rf"(?:{config}/)?({'|'.join(splits)})(?:-.+\.parquet)?$"},
        },
        "references": {"field": {"@id": f"{_SPLITS}/name"}},
    }


def _file_set(config: str) -> str:
    return f"{config}-files"
