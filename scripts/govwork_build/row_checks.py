"""Checks on the rows of one document: what a release promises about them, whoever made them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from govwork.kinds import BLOCK_KINDS
from govwork.trace import TracedText

from .chrome import kind_of_line
from .corpus import Row, sha256
from .findings import Finding, Severity
from .notes import drop_notes
from .repairs import explanation_of, without_notes
from .script import convert_script


@dataclass(frozen=True, slots=True)
class DocumentRows:
    """The rows of one document from every config, and the slice of the source it was made from."""

    document: Row
    blocks: Sequence[Row]
    tasks: Sequence[Row]
    edits: Sequence[Row]
    repairs: Sequence[Row]
    source_slice: str


# id → severity, and what is guaranteed. Ids stay; docs/checks.md holds this table.
ROW_CHECKS: dict[str, tuple[Severity, str]] = {
    "D101": ("error", "`text_sha256` and `n_chars` are those of `text`"),
    "D102": ("error", "undoing the edits gives back the document's slice of the source, exactly"),
    "D103": ("error", "every metadata value has evidence with that value"),
    "D104": ("error", "evidence quotes what stands at its place in the source"),
    "D105": ("error", "no pinyin note is left outside gaps"),
    "D106": ("error", "no line of page chrome is left in the head of the text"),
    "D107": ("error", "no traditional character is left outside gaps in a document that was traditional"),
    "D108": ("error", "gaps lie in the text, in order and without overlap"),
    "B101": ("error", "blocks joined by line breaks are the text"),
    "B102": ("error", "block `start` is where its text stands in the document"),
    "B103": ("error", "block kinds are known"),
    "B104": ("error", "a block's parent is an earlier block of the document"),
    "T101": ("error", "`text[start:end]` of a stated unit is its surface"),
    "T102": ("error", "a task's text stands at its `start` and is its blocks joined"),
    "T103": ("warning", "a task has a unit that leads it, where its document names units at all"),
    "T104": ("error", "a unit has a name, and a basis that is stated or default; a default one has no span"),
    "P101": (
        "error",
        "a repair's restored run gives the damaged one byte by byte, as its evidence says, and its context agrees",
    ),
}

_EVIDENCED = (
    "title",
    "doc_type",
    "region_code",
    "year",
    "issuer",
    "doc_number",
    "date_issued",
    "date_published",
)


def check_rows(rows: DocumentRows) -> Iterator[Finding]:
    """All findings on one document."""
    for check, function in _FUNCTIONS.items():
        severity = ROW_CHECKS[check][0]
        for place, message in function(rows):
            yield Finding(check, severity, f"{rows.document['doc_id']} {place}".rstrip(), message)


_Problems = Iterator[tuple[str, str]]


def _hashes(rows: DocumentRows) -> _Problems:
    text = rows.document["text"]
    if rows.document["text_sha256"] != sha256(text) or rows.document["n_chars"] != len(text):
        yield "", "the text is not the one that was hashed; build again"


def _reverts(rows: DocumentRows) -> _Problems:
    offset = rows.document["source_start"]
    local = [
        row | {"source_start": row["source_start"] - offset, "source_end": row["source_end"] - offset}
        for row in rows.edits
    ]
    try:
        source = TracedText.from_rows(rows.document["text"], local).source
    except ValueError as error:
        yield "", f"the edits do not belong to the text: {error}"
        return
    if source != rows.source_slice:
        at = next((i for i, (a, b) in enumerate(zip(source, rows.source_slice, strict=False)) if a != b), -1)
        yield f"source {offset + at}", "undoing the edits does not give back the source"


def _has_evidence(rows: DocumentRows) -> _Problems:
    known = {(item["field"], item["value"]) for item in rows.document["evidence"]}
    for field in _EVIDENCED:
        value = rows.document[field]
        if value is not None and (field, str(value)) not in known:
            yield field, f"{value!r} has no evidence"


def _evidence_quotes(rows: DocumentRows) -> _Problems:
    start, end = rows.document["source_start"], rows.document["source_end"]
    for item in rows.document["evidence"]:
        if start <= item["source_start"] and item["source_end"] <= end:
            found = rows.source_slice[item["source_start"] - start : item["source_end"] - start]
            if found != item["quote"]:
                yield (
                    item["field"],
                    f"the source has {found!r}, not {item['quote']!r}, at {item['source_start']}",
                )


def _in_gap(rows: DocumentRows, at: int) -> bool:
    return any(gap["start"] <= at < gap["end"] for gap in rows.document["gaps"])


def _notes_left(rows: DocumentRows) -> _Problems:
    for edit in drop_notes(rows.document["text"]):
        if not _in_gap(rows, edit.start):
            yield f"text {edit.start}", f"pinyin note {rows.document['text'][edit.start - 1 : edit.end]!r}"


def _chrome_left(rows: DocumentRows) -> _Problems:
    for block in rows.blocks[:12]:
        kind = kind_of_line(block["text"])
        if kind in ("breadcrumb", "share", "header_fields", "qr_hint", "listing_date"):
            yield f"text {block['start']}", f"{kind}: {block['text'][:40]!r}"


def _traditional_left(rows: DocumentRows) -> _Problems:
    if rows.document["script"] == "hans":
        return
    for edit in convert_script(rows.document["text"]):
        if not _in_gap(rows, edit.start):
            yield (
                f"text {edit.start}",
                f"{rows.document['text'][edit.start]!r} would become {edit.replacement!r}",
            )


def _gaps_in_order(rows: DocumentRows) -> _Problems:
    position = 0
    for gap in rows.document["gaps"]:
        if not position <= gap["start"] <= gap["end"] <= len(rows.document["text"]):
            yield f"text {gap['start']}", f"gap {gap['cause']} overlaps another or leaves the text"
        position = gap["end"]


def _blocks_cover(rows: DocumentRows) -> _Problems:
    if "\n".join(block["text"] for block in rows.blocks) != rows.document["text"]:
        yield "", "the blocks joined by line breaks are not the text"


def _block_starts(rows: DocumentRows) -> _Problems:
    for block in rows.blocks:
        if not rows.document["text"].startswith(block["text"], block["start"]):
            yield block["block_id"], f"its text does not stand at {block['start']}"


def _block_kinds(rows: DocumentRows) -> _Problems:
    for block in rows.blocks:
        if block["kind"] not in BLOCK_KINDS:
            yield block["block_id"], f"unknown kind {block['kind']!r}"


def _block_parents(rows: DocumentRows) -> _Problems:
    seen: set[str] = set()
    for block in rows.blocks:
        if block["parent"] is not None and block["parent"] not in seen:
            yield block["block_id"], f"its parent {block['parent']!r} is no earlier block"
        seen.add(block["block_id"])


def _units(task: Row) -> list[Any]:
    return [*task["lead_units"], *task["support_units"]]


def _unit_surfaces(rows: DocumentRows) -> _Problems:
    for task in rows.tasks:
        for unit in _units(task):
            if unit["start"] is not None and task["text"][unit["start"] : unit["end"]] != unit["surface"]:
                yield task["task_id"], f"{unit['surface']!r} does not stand at {unit['start']}:{unit['end']}"


def _task_texts(rows: DocumentRows) -> _Problems:
    text_of = {block["block_id"]: block["text"] for block in rows.blocks}
    for task in rows.tasks:
        joined = "\n".join(text_of.get(block_id, "") for block_id in task["block_ids"])
        if joined != task["text"] or not rows.document["text"].startswith(task["text"], task["start"]):
            yield task["task_id"], f"its text is not its blocks joined, or does not stand at {task['start']}"


def _tasks_led(rows: DocumentRows) -> _Problems:
    if not any(task["lead_units"] for task in rows.tasks):
        return
    for task in rows.tasks:
        if not task["lead_units"]:
            yield task["task_id"], f"task {task['number']} names no unit that leads it"


def _unit_shapes(rows: DocumentRows) -> _Problems:
    for task in rows.tasks:
        for unit in _units(task):
            spanned = unit["start"] is not None and unit["end"] is not None
            if not re.search(r"\w", unit["name"] or "") or spanned != (unit["basis"] == "stated"):
                yield task["task_id"], f"{unit['surface']!r}: name {unit['name']!r}, basis {unit['basis']!r}"


def _repairs_explained(rows: DocumentRows) -> _Problems:
    for row in rows.repairs:
        explanation = explanation_of(row)
        damaged, restored = row["damaged"], row["restored"]
        before = without_notes(damaged[: row["damaged_start"]]) == restored[: row["restored_start"]]
        after = without_notes(damaged[row["damaged_end"] :]) == restored[row["restored_end"] :]
        if not (before and after and str(explanation) == row["evidence"]):
            yield row["repair_id"], f"{restored!r} does not explain {damaged!r}"


_FUNCTIONS = {
    "D101": _hashes,
    "D102": _reverts,
    "D103": _has_evidence,
    "D104": _evidence_quotes,
    "D105": _notes_left,
    "D106": _chrome_left,
    "D107": _traditional_left,
    "D108": _gaps_in_order,
    "B101": _blocks_cover,
    "B102": _block_starts,
    "B103": _block_kinds,
    "B104": _block_parents,
    "T101": _unit_surfaces,
    "T102": _task_texts,
    "T103": _tasks_led,
    "T104": _unit_shapes,
    "P101": _repairs_explained,
}
