"""The head of a card: what the Hub and `load_dataset` read of a release, as YAML."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow.parquet as pq
from datasets import DatasetInfo
from datasets.info import DatasetInfosDict
from datasets.splits import SplitDict, SplitInfo
from huggingface_hub import DatasetCardData

from govwork.features import CONFIGS
from govwork.manifest import SplitFacts

from .metadata import Metadata

# The bounds between the Hub's size categories: a thousand, and ten times the one before.
_BOUNDS = ("1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T")


def card_head(described: Metadata, folder: Path, configs: Mapping[str, Mapping[str, SplitFacts]]) -> str:
    """The head of the card of a release folder, whose data files are there already."""
    rows = sum(facts["rows"] for splits in configs.values() for facts in splits.values())
    data = DatasetCardData(
        pretty_name=described.title,
        language=[described.language.partition("-")[0]],
        language_bcp47=[described.language],
        license="other",
        license_name="rights-by-part",
        license_link="LICENSE.md",
        annotations_creators=["machine-generated"],
        language_creators=["found"],
        multilinguality=["monolingual"],
        source_datasets=["original"],
        task_categories=list(described.tasks),
        size_categories=[size_category(rows)],
        tags=[keyword.lower() for keyword in described.keywords],
        configs=[
            {"config_name": config, **({"default": True} if config == "documents" else {})}
            | {"data_files": [{"split": split, "path": facts["file"]} for split, facts in splits.items()]}
            for config, splits in configs.items()
        ],
    )
    infos = {config: _info(folder, config, splits) for config, splits in configs.items()}
    DatasetInfosDict(infos).to_dataset_card_data(data)
    return data.to_yaml(line_break="\n")


def _info(folder: Path, config: str, splits: Mapping[str, SplitFacts]) -> DatasetInfo:
    """What `datasets` would find out of a config by loading it: columns, rows, and bytes in memory and on disk."""
    files = {split: folder / facts["file"] for split, facts in splits.items()}
    found = SplitDict()
    for split, path in files.items():
        found.add(SplitInfo(split, num_bytes=_bytes_in_memory(path), num_examples=splits[split]["rows"]))
    return DatasetInfo(
        features=CONFIGS[config],
        splits=found,
        download_size=sum(path.stat().st_size for path in files.values()),
        dataset_size=sum(info.num_bytes for info in found.values()),
    )


def _bytes_in_memory(path: Path) -> int:
    with pq.ParquetFile(path) as file:
        return sum(file.read_row_group(number).nbytes for number in range(file.num_row_groups))


def size_category(rows: int) -> str:
    """The Hub's name for a number of rows.

    >>> size_category(999), size_category(1_000), size_category(29_966)
    ('n<1K', '1K<n<10K', '10K<n<100K')
    """
    reached = sum(rows >= 10 ** (3 + power) for power in range(len(_BOUNDS)))
    if reached == len(_BOUNDS):
        return f"n>{_BOUNDS[-1]}"
    return f"{_BOUNDS[reached - 1]}<n<{_BOUNDS[reached]}" if reached else f"n<{_BOUNDS[0]}"
