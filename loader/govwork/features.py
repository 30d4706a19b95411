"""The columns of every config of a release, declared once: what is written, loaded and documented.

A span is relative to the `text` of its row; `start` says where that text begins in its document, so that
`text[s:e]` is the span and `start + s` its place in the document. Offsets are Unicode code points, half-open.
"""

from __future__ import annotations

from datasets import ClassLabel, Features, List, Value

from .kinds import BLOCK_KINDS

ENTITY_LABELS = ("IND", "QTY", "CHG", "MOD", "TIME", "ORG", "REG", "DOC", "PROJ")
RELATION_LABELS = ("of", "chg", "at", "baseline_of", "stretch_of", "subset_of")

# Of all labels together; a span has those of its own.
ATTRIBUTES = (
    *("lo", "hi", "unit", "scale", "dist", "cmp", "basis", "status"),
    *("value", "role", "collective", "alias_of", "code"),
)
# The tags of characters: what is outside, begins and goes on.
NER_TAGS = ("O", *(f"{place}-{label}" for label in ENTITY_LABELS for place in "BI"))

_STRING, _INT, _BOOL = Value("string"), Value("int32"), Value("bool")

DOCUMENTS = Features(
    {
        "doc_id": _STRING,
        "source_id": _STRING,
        "title": _STRING,
        "doc_type": _STRING,
        "region_code": _STRING,
        "region_name": _STRING,
        "province": _STRING,
        "prefecture": _STRING,
        "county": _STRING,
        "township": _STRING,
        "level": _STRING,
        "year": _INT,
        "issuer": _STRING,
        "doc_number": _STRING,
        "date_issued": _STRING,
        "date_published": _STRING,
        "script": _STRING,
        "rights": _STRING,
        "fold": _INT,
        "text": _STRING,
        "n_chars": _INT,
        "text_sha256": _STRING,
        "source_sha256": _STRING,
        "source_start": _INT,
        "source_end": _INT,
        "encoding_fixes": List({"rule": _STRING, "count": _INT}),
        "quality": List(_STRING),
        "gaps": List({"start": _INT, "end": _INT, "cause": _STRING, "evidence": _STRING}),
        "evidence": List(
            {
                "field": _STRING,
                "value": _STRING,
                "basis": _STRING,
                "source_start": _INT,
                "source_end": _INT,
                "quote": _STRING,
                "note": _STRING,
            }
        ),
    }
)
BLOCKS = Features(
    {
        "block_id": _STRING,
        "doc_id": _STRING,
        "kind": ClassLabel(names=list(BLOCK_KINDS)),
        "kind_source": _STRING,
        "topics": List(_STRING),
        "number": _STRING,
        "level": _INT,
        "parent": _STRING,
        "start": _INT,
        "text": _STRING,
    }
)
_UNITS = List(
    {
        "start": _INT,
        "end": _INT,
        "surface": _STRING,
        "name": _STRING,
        "alias": _STRING,
        "catch_all": _BOOL,
        "basis": _STRING,
    }
)
TASKS = Features(
    {
        "task_id": _STRING,
        "doc_id": _STRING,
        "block_ids": List(_STRING),
        "number": _INT,
        "section": _STRING,
        "leader": _STRING,
        "start": _INT,
        "text": _STRING,
        "body": _STRING,
        "lead_units": _UNITS,
        "support_units": _UNITS,
        "deferred_target": _BOOL,
    }
)
EDITS = Features(
    {
        "doc_id": _STRING,
        "layer": _INT,
        "stage": _STRING,
        "rule": _STRING,
        "start": _INT,
        "end": _INT,
        "new_start": _INT,
        "new_end": _INT,
        "source_start": _INT,
        "source_end": _INT,
        "removed": _STRING,
        "inserted": _STRING,
        "evidence": _STRING,
    }
)
ENTITIES = Features(
    {
        "block_id": _STRING,
        "doc_id": _STRING,
        "start": _INT,
        "text": _STRING,
        "block_kind": _STRING,
        "topics": List(_STRING),
        "flags": List(_STRING),
        "spans": List(
            {
                "id": _STRING,
                "start": _INT,
                "end": _INT,
                "label": _STRING,
                "surface": _STRING,
                "attributes": dict.fromkeys(ATTRIBUTES, _STRING),
            }
        ),
        "relations": List({"head": _STRING, "label": _STRING, "tail": _STRING}),
        "annotators": List(_STRING),
        "adjudicator": _STRING,
        "guideline_version": _STRING,
    }
)
NER = Features(
    {
        "block_id": _STRING,
        "doc_id": _STRING,
        "start": _INT,
        "text": _STRING,
        "tokens": List(_STRING),
        "ner_tags": List(ClassLabel(names=list(NER_TAGS))),
    }
)
TARGETS = Features(
    {
        "target_id": _STRING,
        "block_id": _STRING,
        "doc_id": _STRING,
        "start": _INT,
        "text": _STRING,
        "span_start": _INT,
        "span_end": _INT,
        "surface": _STRING,
        **dict.fromkeys(ATTRIBUTES[:8], _STRING),
        "indicators": List(_STRING),
        "changes": List(_STRING),
        "times": List({"surface": _STRING, "value": _STRING}),
        "regions": List({"surface": _STRING, "code": _STRING}),
        **dict.fromkeys(("baseline_of", "stretch_of", "subset_of"), List(_STRING)),
        "task_id": _STRING,
        "lead_units": List(_STRING),
        "support_units": List(_STRING),
    }
)
REPAIRS = Features(
    {
        "repair_id": _STRING,
        "doc_id": _STRING,
        "source_id": _STRING,
        "rights": _STRING,
        "origin": _STRING,
        "damaged": _STRING,
        "damaged_start": _INT,
        "damaged_end": _INT,
        "restored": _STRING,
        "restored_start": _INT,
        "restored_end": _INT,
        "evidence": _STRING,
        "n_assumed": _INT,
        "decidable": _BOOL,
    }
)

CONFIGS: dict[str, Features] = {
    "documents": DOCUMENTS,
    "blocks": BLOCKS,
    "tasks": TASKS,
    "edits": EDITS,
    "entities": ENTITIES,
    "ner": NER,
    "targets": TARGETS,
    "repairs": REPAIRS,
}
SPLITS = ("train", "validation", "test")
# The folds of cross-validation, by number.
FOLDS = range(5)
