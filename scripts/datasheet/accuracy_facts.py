"""Figures of development accuracy: what was made against truth that was read by hand, and of damaged runs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from govwork_build.build_paths import Paths
from govwork_build.byteshift_evaluation import real_runs
from govwork_build.byteshift_quality import outcome_counts
from govwork_build.byteshift_truth import read_truth
from govwork_build.corpus import Document, document_row, documents_of, task_rows
from govwork_build.headings import find_headings
from govwork_build.line_numbers import read_lines
from govwork_build.punctuation import restore_punctuation
from govwork_build.regions import Regions, load_regions
from govwork_build.release import load_splits

_WIDE = str.maketrans(",:;!?()", "，：；！？（）")
# What the truth of a document says beside the fields of metadata.
_NO_FIELDS = {
    *("source_id", "order", "first", "last", "start", "end", "note"),
    *("places", "year_reason", "year_disagreement"),
}


def accuracy_facts(paths: Paths) -> dict[str, Any]:
    """Measured now, but for synthetic runs, whose figures `make evaluate` wrote; `paths` are the repository's."""
    truth = paths.root / "tests" / "data"
    documents = list(documents_of(paths))
    runs = read_truth(paths.byteshift)
    real = dict(real_runs(paths, runs))
    judged = (judged for runs_of_document in real.values() for _, judged in runs_of_document)
    return {
        "metadata": _metadata(documents, load_regions(paths.regions), _read(truth / "truth" / "documents.json")),
        "headings": _headings(paths, _read(truth / "truth" / "headings.json")),
        "units": _units(documents, load_splits(paths.splits), _read(truth / "truth" / "units.json")),
        "punctuation": _punctuation(_read(truth / "punctuation.json")),
        "real": {"documents": len(real), **outcome_counts(judged)},
        "synthetic": _read(paths.byteshift_evaluation),
    }


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _metadata(documents: Sequence[Document], regions: Regions, truth: list[dict[str, Any]]) -> dict[str, int]:
    """How many documents have all their fields as the truth has them, and how many fields that are."""
    rows = [document_row(document, regions) for document in documents]
    fields = [name for name in truth[0] if name not in _NO_FIELDS]
    right = sum(all(row[name] == wanted[name] for name in fields) for row, wanted in zip(rows, truth, strict=True))
    return {"right": right, "documents": len(truth), "fields": len(fields)}


def _headings(paths: Paths, truth: list[dict[str, Any]]) -> dict[str, int]:
    """How many headings of the truth are found with their ends, of how many."""
    right = total = 0
    for report in truth:
        (source,) = paths.root.glob(f"corpus/sources/{report['source_id']}*")
        line = source.read_text("utf-8").split("\n")[report["line"] - 1]
        line = restore_punctuation(line).apply(line)
        (headings,) = find_headings(read_lines(line, np.array([0]), np.array([len(line)])))
        found = {line[each.start : each.title_end].replace(" ", ""): each.ends for each in headings}
        total += len(report["headings"])
        right += sum(found.get(each["text"].translate(_WIDE)) == each["ends"] for each in report["headings"])
    return {"right": right, "total": total, "reports": len(truth)}


def _units(documents: Sequence[Document], split_of: Mapping[str, str], truth: list[dict[str, Any]]) -> dict[str, int]:
    """How many tasks have the stated units of the truth, of how many, and how many of these are in test."""
    tasks: dict[tuple[str, int], list[dict[str, Any]]] = {}
    split_of_source = {}
    for document in documents:
        split_of_source[document.source.source_id] = split_of[document.doc_id]
        for task in task_rows(document):
            tasks.setdefault((document.source.source_id, task["number"]), []).append(task)
    found = {
        place: [_stated(task["lead_units"], task["support_units"]) for task in own] for place, own in tasks.items()
    }
    return {
        "right": sum(
            _stated(each["lead"], each["support"]) in found[each["source_id"], each["number"]] for each in truth
        ),
        "tasks": len(truth),
        "of_test": sum(split_of_source[each["source_id"]] == "test" for each in truth),
    }


def _stated(*roles: list[dict[str, Any]]) -> list[list[tuple[Any, ...]]]:
    return [
        [
            (*((unit[name] or "").translate(_WIDE) for name in ("surface", "name", "alias")), unit["catch_all"])
            for unit in units
            if unit["basis"] == "stated"
        ]
        for units in roles
    ]


def _punctuation(truth: list[dict[str, Any]]) -> dict[str, int]:
    """How many cases come out as the truth has them, and how many are of the sources."""
    right = sum(restore_punctuation(case["given"]).apply(case["given"]) == case["expected"] for case in truth)
    return {"right": right, "cases": len(truth), "of_sources": sum(case["from"] != "invented" for case in truth)}
