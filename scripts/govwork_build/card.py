"""The words of a release: its card README.md and LICENSE.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import jinja2

from govwork.features import SPLITS
from govwork.manifest import Profile, SplitFacts

from .releases.card_head import card_head
from .releases.metadata import metadata
from .releases.supplements import Supplements

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


@dataclass(frozen=True, slots=True)
class Contents:
    """What a corpus holds: its years, and how many documents and characters of text have which rights."""

    years: tuple[int, ...]
    documents: Counter[str]
    characters: Counter[str]


def write_card(
    folder: Path,
    version: str,
    profile: Profile,
    configs: Mapping[str, Mapping[str, SplitFacts]],
    contents: Contents,
    supplements: Supplements,
) -> None:
    """Writes README.md and LICENSE.md into a folder that holds its data; `configs` are those of the manifest."""
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("govwork_build", "templates"),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    described = metadata()
    held = contents.documents if profile == "full" else ("official",)
    told = {
        "head": card_head(described, folder, configs),
        "described": described,
        "version": version,
        "profile": profile,
        "years": contents.years,
        "documents": contents.documents,
        "texts": sum(contents.documents[rights] for rights in held),
        "characters": sum(contents.characters[rights] for rights in held),
        "licences": described.licences_of(profile, contents.documents),
        "configs": configs,
        "splits": SPLITS,
        "rows_are": ROWS_ARE,
        "supplements": supplements,
    }
    for template, name in (("card.md", "README.md"), ("rights.md", "LICENSE.md")):
        (folder / name).write_text(templates.get_template(template).render(told), "utf-8", newline="\n")
