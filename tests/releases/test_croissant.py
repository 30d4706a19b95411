"""croissant.json: `mlcroissant` finds nothing to say of it, and loads by it what `datasets` loads."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlcroissant
import numpy as np
import pytest
from absl import logging as absl_logging
from datasets import ClassLabel, Dataset, List

from govwork.features import CONFIGS
from govwork_build.card import ROWS_ARE
from govwork_build.releases.croissant import FILE, write_croissant
from govwork_build.releases.metadata import metadata

# What mlcroissant's own libraries say to it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),
    pytest.mark.filterwarnings("ignore:The inplace keyword"),
]
DATE = "2026-11-30"


def opened(release: Path) -> tuple[mlcroissant.Dataset, list[str]]:
    """The dataset as mlcroissant reads it, and all that it logged and reported meanwhile."""
    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = absl_logging.get_absl_logger()
    logger.addHandler(handler)
    try:
        dataset = mlcroissant.Dataset(release / FILE)
    finally:
        logger.removeHandler(handler)
    issues = dataset.metadata.ctx.issues
    return dataset, sorted({*said, *issues.errors, *issues.warnings})


@pytest.fixture(scope="session")
def dataset(release: Path) -> mlcroissant.Dataset:
    return opened(release)[0]


def plain(value: Any) -> Any:
    """A value of mlcroissant's as Python has it: text as str, numbers as int."""
    match value:
        case bytes():
            return value.decode("utf-8")
        case np.generic():
            return value.item()
        case list():
            return [plain(each) for each in value]
        case dict():
            return {name: plain(each) for name, each in value.items()}
    return value


def row_of(config: str, record: dict[str, Any]) -> dict[str, Any]:
    """A record as the release has it: names without the ids of fields, structs in one another."""
    row: dict[str, Any] = {}
    for name, value in record.items():
        column = name.removeprefix(f"{config}/")
        if column in CONFIGS[config] and isinstance(struct := element(CONFIGS[config][column]), dict):
            value = [nested({key.removeprefix(f"{name}/"): each for key, each in item.items()}) for item in value]
            assert all(item.keys() == struct.keys() for item in value)
        row[column] = plain(value)
    return row


def nested(flat: dict[str, Any]) -> dict[str, Any]:
    """`{"attributes.lo": 1}` as `{"attributes": {"lo": 1}}`."""
    whole: dict[str, Any] = {}
    for name, value in flat.items():
        outer, _, inner = name.rpartition(".")
        (whole.setdefault(outer, {}) if outer else whole)[inner] = value
    return whole


def element(kind: Any) -> Any:
    return kind.feature if isinstance(kind, List) else kind


def rows(release: Path, config: str) -> Iterator[dict[str, Any]]:
    """The rows of all splits, with their split, class labels as their numbers."""
    for split, facts in configs(release)[config].items():
        for row in Dataset.from_parquet(str(release / facts["file"]), cache_dir=str(release.parent / "cache")):
            yield {"split": split, **row}


def configs(release: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((release / "manifest.json").read_text("utf-8"))["configs"]
    return found


def with_date(release: Path, folder: Path, date: str | None) -> Path:
    """The release with another croissant.json."""
    for path in release.iterdir():
        (folder / path.name).symlink_to(path)
    (folder / FILE).unlink()
    write_croissant(folder, metadata(), "0.1.0", date, "full", configs(release), ROWS_ARE, {"official"}, "as")
    return folder


def test_an_unpublished_release_lacks_only_its_date(release: Path, tmp_path: Path) -> None:
    _, said = opened(with_date(release, tmp_path, None))
    assert {line.partition("] ")[2] for line in said if "datePublished" in line} == {
        'Property "https://schema.org/datePublished" is recommended, but does not exist.'
    }
    assert [line for line in said if "datePublished" not in line] == []


def test_nothing_is_to_be_said_of_a_release_with_a_date(release: Path, tmp_path: Path) -> None:
    dataset, said = opened(with_date(release, tmp_path, DATE))
    assert said == []
    assert dataset.metadata.date_published.date().isoformat() == DATE


@pytest.mark.parametrize("config", CONFIGS)
def test_mlcroissant_loads_every_row_as_it_is(release: Path, dataset: mlcroissant.Dataset, config: str) -> None:
    records = [row_of(config, record) for record in dataset.records(config)]
    assert len(records) == sum(facts["rows"] for facts in configs(release)[config].values())
    # Files are read in the order of their names, rows in that of the file.
    expected = sorted(rows(release, config), key=lambda row: str(row["split"]))
    assert records == expected


@pytest.mark.parametrize("config", [config for config in CONFIGS if config != "edits"])
def test_mlcroissant_loads_the_public_release_with_its_nulls(public: Path, config: str) -> None:
    records = [row_of(config, record) for record in opened(public)[0].records(config)]
    assert records == sorted(rows(public, config), key=lambda row: str(row["split"]))


@pytest.mark.parametrize("config", ["documents", "ner"])
def test_a_split_can_be_asked_for(release: Path, config: str) -> None:
    # Asking changes mlcroissant's own state, so it is opened anew.
    records = list(opened(release)[0].records(config, {f"{config}/split": "test"}))
    assert len(records) == configs(release)[config]["test"]["rows"]
    assert {plain(record[f"{config}/split"]) for record in records} == {"test"}


def test_each_file_stands_with_its_hash_and_place(release: Path, public: Path) -> None:
    for folder in (release, public):
        distribution = opened(folder)[0].metadata.distribution
        files = {node.content_url: node for node in distribution if hasattr(node, "sha256")}
        assert files.keys() == {path.relative_to(folder).as_posix() for path in folder.rglob("*.parquet")}
        for name, node in files.items():
            data = (folder / name).read_bytes()
            assert node.sha256 == hashlib.sha256(data).hexdigest()
            assert node.content_size == f"{len(data)} B"


def test_the_licences_fit_the_profile(release: Path, public: Path) -> None:
    for folder, said in ((release, "must not be published"), (public, "are not in this folder")):
        licences = {each.name: each.description for each in opened(folder)[0].metadata.license}
        assert said in licences["texts of `unclear` documents"]
        assert said in licences["texts of `third_party` documents"]


def test_a_key_names_one_record(release: Path, dataset: mlcroissant.Dataset) -> None:
    keyed = {record_set.id: record_set.key for record_set in dataset.metadata.record_sets if record_set.key}
    assert keyed.keys() >= CONFIGS.keys() - {"edits"}
    for config in CONFIGS.keys() & keyed.keys():
        (key,) = keyed[config]
        values = [row[key.removeprefix(f"{config}/")] for row in rows(release, config)]
        assert len(values) == len(set(values))


def test_the_numbers_of_class_labels_have_their_names(dataset: mlcroissant.Dataset) -> None:
    for config, features in CONFIGS.items():
        for column, kind in features.items():
            if isinstance(label := element(kind), ClassLabel):
                name = f"{config}_{column}_names"
                told = {plain(row[f"{name}/id"]): plain(row[f"{name}/name"]) for row in dataset.records(name)}
                assert told == dict(enumerate(label.names))


def test_what_is_said_for_responsible_use_is_understood(dataset: mlcroissant.Dataset) -> None:
    """A property under a name that mlcroissant does not know would be lost without a word."""
    told = dataset.metadata.to_json()
    for name, value in metadata().responsible_ai.items():
        found = told[f"rai:{name}"]
        assert (found if isinstance(found, list) else [found]) == ([value] if isinstance(value, str) else [*value])
