"""The words of a release: its card README.md, whose head `load_dataset` and the Hub read, and LICENSE.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import jinja2

from govwork.manifest import Profile, SplitFacts

# What a config's row is, in the card's order of configs.
ROWS_ARE = {
    "documents": "a document: metadata with evidence, text, gaps, quality",
    "blocks": "a line of a document: its kind, number, level and parent",
    "tasks": "a numbered task with the units that lead and help",
    "edits": "an edit: stage, rule, and its place before, after and in the source",
    "entities": "an adjudicated block: spans with attributes, relations, kind, topics",
    "ner": "the same as characters with BIO tags; of nested spans the outermost",
    "targets": "a quantity: indicator, bounds, unit, comparison, status, time, region, responsible units",
    "repairs": "a run damaged by shifted bytes, as seen and as it was, with its bytes",
}
# The bounds between the Hub's size categories: a thousand, and ten times the one before.
_BOUNDS = ("1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a corpus holds: its years, and how many documents and characters of text have which rights."""

    years: tuple[int, ...]
    documents: Counter[str]
    characters: Counter[str]


def write_card(
    folder: Path, version: str, profile: Profile, configs: Mapping[str, Mapping[str, SplitFacts]], contents: Contents
) -> None:
    """Writes README.md and LICENSE.md; `configs` are those of the manifest."""
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("govwork_build", "templates"),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    rows = {config: sum(facts["rows"] for facts in splits.values()) for config, splits in configs.items()}
    held = contents.documents if profile == "full" else ("official",)
    told = {
        "version": version,
        "profile": profile,
        "years": contents.years,
        "documents": contents.documents,
        "texts": sum(contents.documents[rights] for rights in held),
        "characters": sum(contents.characters[rights] for rights in held),
        "configs": configs,
        "rows": rows,
        "rows_are": ROWS_ARE,
        "size_category": size_category(sum(rows.values())),
    }
    for template, name in (("card.md", "README.md"), ("rights.md", "LICENSE.md")):
        (folder / name).write_text(templates.get_template(template).render(told), "utf-8", newline="\n")


def size_category(rows: int) -> str:
    """The Hub's name for a number of rows.

    >>> size_category(999), size_category(1_000), size_category(29_966)
    ('n<1K', '1K<n<10K', '10K<n<100K')
    """
    reached = sum(rows >= 10 ** (3 + power) for power in range(len(_BOUNDS)))
    if reached == len(_BOUNDS):
        return f"n>{_BOUNDS[-1]}"
    return f"{_BOUNDS[reached - 1]}<n<{_BOUNDS[reached]}" if reached else f"n<{_BOUNDS[0]}"
