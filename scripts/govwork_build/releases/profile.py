"""Profiles of a release: `full` holds every text, `public` only those that may be published.

In `public` a document that is not official keeps its rows with all that is said of the text, and nothing of the text
itself. A string is taken for a piece of the text unless its column is named here: a new column says nothing until
somebody has looked at it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from govwork.features import ATTRIBUTES, CONFIGS
from govwork.manifest import Profile

from ..corpus import Row

# Rows of these are nothing without their text.
_ONLY_TEXT = frozenset({"ner", "repairs"})
# By config the strings that are not of the text; `a.b` is b of the structures in a. The attribute `alias_of` quotes a
# name, the note of an evidence may quote anything.
_SAID = {
    "documents": {
        *("doc_id", "source_id", "title", "doc_type", "issuer", "doc_number", "date_issued", "date_published"),
        *("region_code", "region_name", "province", "prefecture", "county", "township", "level"),
        *("script", "rights", "text_sha256", "source_sha256", "encoding_fixes.rule", "quality", "gaps.cause"),
        *("evidence.field", "evidence.value", "evidence.basis"),
    },
    "blocks": {"block_id", "doc_id", "kind_source", "topics", "number", "parent"},
    "tasks": {"task_id", "doc_id", "block_ids", "lead_units.basis", "support_units.basis"},
    "edits": {"doc_id", "stage", "rule"},
    "entities": {
        *("block_id", "doc_id", "block_kind", "topics", "flags", "spans.id", "spans.label"),
        *(f"spans.attributes.{name}" for name in ATTRIBUTES if name != "alias_of"),
        *("relations.head", "relations.label", "relations.tail", "annotators", "adjudicator", "guideline_version"),
    },
    "targets": {
        *("target_id", "block_id", "doc_id", *ATTRIBUTES[:8], "times.value", "regions.code"),
        *("baseline_of", "stretch_of", "subset_of", "task_id"),
    },
}


def rows_of_profile(profile: Profile, config: str, rows: Iterable[Row], rights: str) -> list[Row]:
    """The rows of a document with these rights, as a release of this profile holds them."""
    if profile == "full" or rights == "official":
        return list(rows)
    if config in _ONLY_TEXT:
        return []
    said = _SAID.get(config, set())
    return [
        {name: _without_text(value, CONFIGS[config][name], name, said) for name, value in row.items()} for row in rows
    ]


def _without_text(value: Any, feature: Any, place: str, said: set[str]) -> Any:
    """The value with None for each string of the text in it; a list of such strings is None as a whole."""
    if value is None:
        return None
    if isinstance(feature, Mapping):
        return {name: _without_text(value[name], part, f"{place}.{name}", said) for name, part in feature.items()}
    item = getattr(feature, "feature", None)
    if isinstance(item, Mapping):
        return [_without_text(each, item, place, said) for each in value]
    dtype = (feature if item is None else item).dtype
    return None if dtype == "string" and place not in said else value
