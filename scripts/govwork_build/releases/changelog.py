"""CHANGELOG.md: a section a release, in terms of data; a section that is there is never touched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import jinja2

from .diff import Difference
from .ledger import LedgerEntry
from .row_hashes import ID_COLUMNS

_HEAD = """\
# Changelog of the data

What every release added, changed and removed, newest first; docs/releasing.md tells what the bumps mean. A section
is written by `govwork release` and not changed afterwards.
"""
_SECTION = re.compile(r"^## ", re.MULTILINE)
# Of documents by name so many are told; corpus/releases has all.
_NAMED = 20
_HEADINGS = {
    "first": "the first release",
    "patch": "the same data",
    "minor": "additions only",
    "major": "data edited, removed or moved",
}


def section(entry: LedgerEntry, found: Difference, summary: str) -> str:
    """The section on a release; `found` is what it differs in from the one before it, or from nothing.

    `summary` is a paragraph, or empty.
    """
    template = jinja2.Environment(
        loader=jinja2.PackageLoader("govwork_build", "templates"),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template("changelog.md")
    others = {
        config: sum(facts.rows for facts in splits.values())
        for config, splits in entry.configs.items()
        if config not in ID_COLUMNS
    }
    return template.render(
        entry=entry,
        heading=_HEADINGS[entry.bump],
        summary=summary,
        found=found,
        others=others,
        lines=list(_lines(found)),
        number="{:,}".format,
    )


def section_of(text: str, version: str) -> str | None:
    """The section on a version, if there is one."""
    found = re.search(rf"^## {re.escape(version)} .*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found[0] if found else None


def with_section(text: str | None, made: str) -> str:
    """The changelog with a section before all others, which stay as they are; of no text, a changelog of its own."""
    text = _HEAD if text is None else text
    first = _SECTION.search(text)
    if not first:
        return f"{text.rstrip()}\n\n{made}"
    return f"{text[: first.start()]}{made}\n{text[first.start() :]}"


def _lines(found: Difference) -> Iterator[str]:
    documents = found.records["documents"]
    gone = [doc_id for doc_id in documents.removed if doc_id not in found.withdrawn]
    withdrawn = [
        f"`{doc_id}` ({found.withdrawn[doc_id]})" for doc_id in documents.removed if doc_id in found.withdrawn
    ]
    moved = [f"`{move.doc_id}` from {move.old} to {move.new}" for move in found.moves]
    contents = [f"{config} of {split}" for config, split, _ in found.contents]
    for what, names in (
        ("Documents added", _quoted(documents.added)),
        ("Documents changed", _quoted(documents.changed)),
        ("Documents withdrawn", withdrawn),
        ("Documents removed", _quoted(gone)),
        ("Documents moved", moved),
        ("Rows without ids changed", contents),
        ("Order changed", [kind for kind, each in found.records.items() if each.reordered]),
        ("Configs added", _quoted(found.configs_added)),
        ("Configs removed", _quoted(found.configs_removed)),
        ("Columns added", _quoted(found.columns_added)),
        ("Columns removed", _quoted(found.columns_removed)),
    ):
        if names:
            more = f", and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
            yield f"{what}: {', '.join(names[:_NAMED])}{more}."


def _quoted(names: Sequence[str]) -> list[str]:
    return [f"`{name}`" for name in names]
