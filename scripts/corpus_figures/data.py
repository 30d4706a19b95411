"""What the figures show, read from the corpus as it is committed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from govwork.features import ENTITY_LABELS
from govwork_build.build_paths import Paths
from govwork_build.release import load_splits


class Document(NamedTuple):
    """A document; level and year may be unknown."""

    doc_type: str
    level: str | None
    year: int | None
    characters: int


class RuleUse(NamedTuple):
    """How many edits a rule of a stage made in the whole corpus."""

    stage: str
    rule: str
    edits: int


class Agreed(NamedTuple):
    """Agreement on a label in blocks of one sort, with the bounds of its interval (None where there is none)."""

    blocks_are: str
    label: str
    value: float
    low: float | None
    high: float | None


def documents(paths: Paths) -> list[Document]:
    return [Document(row["doc_type"], row["level"], row["year"], row["n_chars"]) for row in _lines(paths.metadata)]


def block_lengths(paths: Paths) -> list[int]:
    """The characters of every block, which is a line of a document."""
    texts = (path.read_text("utf-8") for path in sorted(paths.documents.glob("*.txt")))
    return [len(line) for text in texts for line in text.splitlines()]


def rule_uses(paths: Paths) -> list[RuleUse]:
    """The rules in no order; a rule's name begins with its stage."""
    counts = Counter[str]()
    for row in _lines(paths.metadata):
        counts.update({fix["rule"]: fix["count"] for fix in row["encoding_fixes"]})
    parts = {rule: rule.split(".", 1) for rule in counts}
    return [RuleUse(stage, name, counts[rule]) for rule, (stage, name) in parts.items()]


def entity_counts(paths: Paths) -> dict[str, Counter[str]]:
    """Of each label the gold spans by split."""
    split_of = load_splits(paths.splits)
    counts = {label: Counter[str]() for label in ENTITY_LABELS}
    for path in sorted(paths.gold.glob("*.jsonl")):
        for row in _lines(path):
            for span in row["spans"]:
                counts[span["label"]][split_of[row["doc_id"]]] += 1
    return counts


def strict_f1(paths: Paths) -> list[Agreed]:
    """Agreement on spans, label by label, of the batches whose spans were compared."""
    return [
        Agreed(row["blocks_are"], row["of"], row["value"], row["low"], row["high"])
        for path in sorted(paths.agreement.glob("*.jsonl"))
        for row in _lines(path)
        if row["measure"] == "strict_f1" and row["value"] is not None
    ]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    return map(json.loads, path.read_text("utf-8").splitlines())
