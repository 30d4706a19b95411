"""What a run did, added up from the statistics that datatrove keeps of each task."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from datatrove.utils.stats import MetricStatsDict, PipelineStats

from ..damage import Damage
from ..errors import CorpusError
from .normalize_step import NormalizeChinese

# More than a footer of Parquet takes here.
_FOOTER = 1 << 16


class Summary(NamedTuple):
    """Pages that came through, with their characters as read; those of them with damage; how many of each kind of
    damage on how many pages; and how many were refused, by reason."""

    pages: int
    characters: int
    damaged: int
    damage: dict[str, int]
    damaged_pages: dict[str, int]
    refused: dict[str, int]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Summary:
        """The summary in what `summary.json` holds."""
        return cls(**{name: told[name] for name in cls._fields})

    @property
    def all_refused(self) -> int:
        return sum(self.refused.values())


def stats_of(logs: Path, tasks: int) -> PipelineStats:
    """datatrove's statistics of all tasks; its own sum leaves out those of an earlier, killed run."""
    total = PipelineStats()
    for rank in range(tasks):
        stats = json.loads((logs / "stats" / f"{rank:05d}.json").read_text("utf-8"))
        total = total + PipelineStats.from_json(stats)
    for step in total.stats:
        # What was read and not added to anything is still as it was written.
        step.stats = step.stats + MetricStatsDict()
    return total


def summary_of(logs: Path, tasks: int) -> Summary:
    """The sum over all tasks of a run; each must be complete."""
    total = stats_of(logs, tasks)
    refused: Counter[str] = Counter()
    for step in total.stats:
        for name, metric in step.stats.items():
            if name.startswith("dropped_"):
                refused[name.removeprefix("dropped_")] += int(metric.total)
    (normalizer,) = [step for step in total.stats if NormalizeChinese.name in step.name]
    reader = total.stats[0]

    def count(step: Any, name: str) -> int:
        return int(step.stats[name].total) if name in step.stats else 0

    return Summary(
        pages=count(normalizer, "forwarded"),
        characters=count(reader, "characters"),
        damaged=count(normalizer, "damaged"),
        damage={kind: count(normalizer, kind) for kind in Damage._fields},
        damaged_pages={kind: normalizer.stats[kind].n if kind in normalizer.stats else 0 for kind in Damage._fields},
        refused=dict(sorted(refused.items())),
    )


def card(summary: Summary, out: Path) -> str:
    """The README.md of a normalised collection: its configs for `load_dataset`, and how it was made."""
    has_refused = any((out / "refused").glob("*.parquet"))
    # load_dataset knows a folder again by its name and this head: two that differ in their tables must differ here.
    description = f"Tables {_fingerprint(out)}"
    configs = ["- config_name: pages", "  data_files: data/*.parquet", "  default: true"]
    configs += [f"  description: {description}"]
    if has_refused:
        configs += ["- config_name: refused", "  data_files: refused/*.parquet", f"  description: {description}"]
    head = "\n".join(["---", "configs:", *configs, "---"])
    return (
        f"{head}\n\n# A collection normalised by GovWork-ZH\n\n"
        f"{summary.pages:,} pages, {summary.damaged:,} of them damaged. `pages` holds their text after repair, with "
        "the damage by kind (`damage`), the script they came in (`script`) and an example of what was changed; "
        "`refused`, if there is any, what could not be worked on, with the reason. `summary.json` has the figures.\n"
    )


def rows_in(folder: Path) -> int:
    """The rows of all tables of a folder, by their footers; CorpusError names one that has none."""
    total = 0
    for path in sorted(folder.glob("*.parquet")):
        try:
            total += pq.read_metadata(path).num_rows
        except (pa.ArrowException, OSError) as error:
            raise CorpusError(f"{path}: is no whole table ({error}); remove the folder, and run it again") from None
    return total


def _fingerprint(out: Path) -> str:
    """Of all tables, by their sizes and their footers, which hold the size and range of every column."""
    digest = hashlib.sha256()
    for path in sorted(out.glob("*/*.parquet")):
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _FOOTER))
            digest.update(f"{path.name} {size}\n".encode() + file.read())
    return digest.hexdigest()[:16]
