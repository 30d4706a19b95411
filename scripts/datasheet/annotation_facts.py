"""Figures of the annotations: what gold holds, what its passes said, how far they agree."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from govwork_build.annotation.reading import predictions_of, read_annotations, read_key
from govwork_build.annotation.records import Annotation
from govwork_build.annotation.statistics import statistics
from govwork_build.build_paths import Paths
from govwork_build.corpus import block_rows, documents_of
from govwork_build.releases.supplements import Share

SPANS, BLOCKS, FIRST = "2026-11-gold", "2026-11-blocks", "2026-11-first"
# The gold lines of a batch, and the conditions under which blocks were annotated.
_GOLD_OF = {SPANS: "2026-11.jsonl", BLOCKS: "2026-11-blocks.jsonl"}
_CONDITIONS = {"without": "without pre-annotations", "with": "with pre-annotations"}
Row = Mapping[str, Any]


class Gold(NamedTuple):
    """The gold lines of a batch, counted; `versions` are the guidelines and how many blocks went by each."""

    blocks: int
    documents: int
    characters: int
    spans: int
    relations: int
    decisions: int
    passes: int
    versions: dict[str, int]


def annotation_facts(paths: Paths) -> dict[str, Any]:
    """What is counted of annotations/; `paths` are those of the repository."""
    text_of = {row["block_id"]: row for document in documents_of(paths) for row in block_rows(document)}
    lines = {batch: _lines(paths.gold / name) for batch, name in _GOLD_OF.items()}
    passes = {batch: [list(_pass(paths, f"{batch}-{name}")) for name in "ab"] for batch in (SPANS, BLOCKS)}
    tasks = paths.root / "annotations" / "tasks" / f"{SPANS}.json"
    made = [each for annotations in passes[SPANS] for each in annotations]
    first = list(_pass(paths, FIRST))
    return {
        "gold": {name: _gold(lines[batch], text_of) for name, batch in (("spans", SPANS), ("blocks", BLOCKS))},
        "assisted": len({each.block.block_id for each in made if each.assisted}),
        "assistance": statistics(made, predictions_of(tasks), read_key(tasks.with_suffix(".key.json"))).assistance,
        "first": {"blocks": len(first), "versions": {each.guideline_version for each in first}},
        "seconds": median(each.seconds for both in passes[BLOCKS] for each in both if each.seconds is not None),
        "same_kind": _same(passes[BLOCKS], "kind"),
        "same_topics": _same(passes[BLOCKS], "topics"),
        "rule_agrees": sum(
            row["kind"] == text_of[row["block_id"]]["kind"] for batch in lines.values() for row in batch
        ),
        "agreement": {batch: _agreement(paths, batch) for batch in (SPANS, BLOCKS)},
    }


def _lines(path: Path) -> list[Row]:
    return list(map(json.loads, path.read_text("utf-8").splitlines()))


def _pass(paths: Paths, name: str) -> Iterator[Annotation]:
    """The annotations of an export, on the texts that it carries."""
    return read_annotations(paths.batches / f"{name}.json", None, lambda said: None)


def _gold(rows: Sequence[Row], text_of: Mapping[str, Row]) -> Gold:
    versions = sorted(row["guideline_version"] for row in rows)
    return Gold(
        len(rows),
        len({row["doc_id"] for row in rows}),
        sum(len(text_of[row["block_id"]]["text"]) for row in rows),
        sum(len(row["spans"]) for row in rows),
        sum(len(row["relations"]) for row in rows),
        sum(len(row["decisions"]) for row in rows),
        max(len(row["annotators"]) for row in rows),
        {version: versions.count(version) for version in dict.fromkeys(versions)},
    )


def _same(passes: Sequence[Sequence[Annotation]], name: str) -> int:
    """On how many blocks both passes have the same kind, or topics in any order."""
    first, second = ({each.block.block_id: each for each in annotations} for annotations in passes)
    return sum(
        frozenset(getattr(each, name)) == frozenset(getattr(second[block_id], name))
        for block_id, each in first.items()
    )


def _agreement(paths: Paths, batch: str) -> dict[str, dict[str, dict[str, Share]]]:
    """Condition → measure → of what → how far; a figure that is not defined is left out."""
    found: dict[str, dict[str, dict[str, Share]]] = {}
    for row in _lines(paths.agreement / f"{batch}.jsonl"):
        if row["value"] is not None:
            condition = next(name for name, said in _CONDITIONS.items() if said == row["blocks_are"])
            share = Share(row["value"], row["low"], row["high"])
            found.setdefault(condition, {}).setdefault(row["measure"], {})[row["of"]] = share
    return found
