"""Figures of a release: its rows, tasks and units."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from govwork.features import SPLITS
from govwork.manifest import read_manifest


def release_facts(folder: Path) -> dict[str, Any]:
    """What is counted of the rows of a release folder of the full profile."""
    manifest = read_manifest(folder)
    rows = {
        config: {split: splits[split]["rows"] for split in SPLITS} for config, splits in manifest["configs"].items()
    }
    tasks = [
        task
        for facts in manifest["configs"]["tasks"].values()
        for task in pq.read_table(folder / facts["file"]).to_pylist()
    ]
    basis = Counter(
        (role, unit["basis"]) for task in tasks for role in ("lead_units", "support_units") for unit in task[role]
    )
    return {
        "rows": rows,
        "totals": {config: sum(splits.values()) for config, splits in rows.items()},
        "tools": manifest["tools"],
        "date": manifest["date"],
        "tasks_of": Counter(task["doc_id"] for task in tasks),
        "without_units": {task["doc_id"] for task in tasks}
        - {task["doc_id"] for task in tasks if task["lead_units"] or task["support_units"]},
        "lead_units": basis["lead_units", "stated"],
        "support_units": basis["support_units", "stated"],
        "default_units": basis["lead_units", "default"] + basis["support_units", "default"],
    }
