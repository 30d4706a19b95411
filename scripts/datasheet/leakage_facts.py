"""Figures of what the splits of a release have in common."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from govwork.manifest import read_manifest
from govwork.verification import rows_of_file
from govwork_build.releases.leakage import GRAM, LONG, MOST_LEAKED, NEAR, SplitBlock, leakage_of, near_duplicates

# What is looked at beyond what counts: blocks from so many characters on, and the nearest of the long ones.
SHORTEST = 20
_ANY = 0.3


def leakage_facts(folder: Path) -> dict[str, Any]:
    """What is counted of the blocks of a release folder of the full profile."""
    splits = read_manifest(folder)["configs"]["blocks"]
    rows = [(split, row) for split, facts in splits.items() for row in rows_of_file(folder / facts["file"])]
    blocks = [SplitBlock(row["block_id"], split, row["text"]) for split, row in rows]
    kind_of = {row["block_id"]: row["kind"] for _, row in rows}
    document_of = {row["block_id"]: row["doc_id"] for _, row in rows}
    found = leakage_of(blocks)
    nearest = max(near_duplicates(blocks, LONG, _ANY), key=lambda row: row["containment"])
    pairs = near_duplicates(blocks, SHORTEST, NEAR)
    return {
        "long": LONG,
        "near": NEAR,
        "gram": GRAM,
        "most": MOST_LEAKED,
        "pairs": len(found.rows),
        "nearest": nearest["containment"],
        "nearest_of": [document_of[nearest[name]] for name in ("block_id", "other_block_id")],
        "shortest": SHORTEST,
        "shorter_pairs": len(pairs),
        "by_kind": Counter(kind_of[row["block_id"]] for row in pairs),
        "short": sum(split.short for split in found.splits.values()),
        "repeated": sum(split.repeated for split in found.splits.values()),
    }
