"""What two releases differ in, as a person reads it and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from .comparison import Comparison
from .diff import Difference, RecordDifference
from .row_hashes import ID_COLUMNS
from .sides import Side

# Of ids of one kind so many are told.
_SHOWN = 10
_BY_HASHES = (
    "Of one side only hashes are known: a column that was added makes every row of its config a changed one. With "
    "the folders of both releases it is told apart."
)


def as_table(compared: Comparison) -> dict[str, Any]:
    """All of a comparison, as JSON has it."""
    found = compared.difference
    reasons = [reason._asdict() for reason in found.reasons()]
    return {
        "old": {"release": compared.names[0], "version": compared.old.version},
        "new": {"release": compared.names[1], "version": compared.new.version},
        "bump": found.bump,
        "reasons": reasons,
        **asdict(found),
        "moves": [move._asdict() for move in found.moves],
        "contents": [content._asdict() for content in found.contents],
    }


def as_text(compared: Comparison) -> RenderableType:
    """The counts by kind, the ids as far as there are few, and the bump with its reasons."""
    found = compared.difference
    parts: list[RenderableType] = [_counts(compared)]
    if lists := list(_lists(found)):
        parts.append(Text("\n" + "\n".join(lists)))
    if found.by_hashes and any(each.changed for each in found.records.values()):
        parts.append(Text(f"\n{_BY_HASHES}", style="dim"))
    parts.append(Text(f"\n{_bump(found)}.", style="bold"))
    parts += [Text(f"  {reason.bump}: {reason.words}") for reason in found.reasons()]
    return Group(*parts)


def _bump(found: Difference) -> str:
    if found.bump == "patch":
        return "The data are the same: a patch bump at most"
    return f"It takes a {found.bump} bump: {'only additions' if found.bump == 'minor' else 'old data changed'}"


def _counts(compared: Comparison) -> Table:
    table = Table(title=Text(" → ".join(compared.names)), title_justify="left")
    table.add_column("kind")
    for heading in ("old", "new", "added", "removed", "changed"):
        table.add_column(heading, justify="right")
    for kind, each in compared.difference.records.items():
        counts = (len(ids) for ids in (compared.old.rows[kind], compared.new.rows[kind], *_parts(each).values()))
        table.add_row(kind, *(f"{count:,}" for count in counts))
    for config in dict.fromkeys((*compared.old.configs, *compared.new.configs)):
        if config not in ID_COLUMNS:
            splits = [each.split for each in compared.difference.contents if each.config == config]
            rows = [f"{_rows(side, config):,}" for side in (compared.old, compared.new)]
            table.add_row(config, *rows, "", "", f"in {', '.join(splits)}" if splits else "")
    return table


def _rows(side: Side, config: str) -> int:
    return sum(content.rows for content in side.configs.get(config, {}).values())


def _parts(each: RecordDifference) -> dict[str, tuple[str, ...]]:
    return {"added": each.added, "removed": each.removed, "changed": each.changed}


def _lists(found: Difference) -> Iterator[str]:
    for kind, each in found.records.items():
        for what, ids in _parts(each).items():
            yield from _limited(f"{kind} {what}", [_with_reason(record_id, kind, found) for record_id in ids])
    yield from _limited("documents moved", [f"{move.doc_id}: {move.old} → {move.new}" for move in found.moves])
    for what, names in (
        ("configs added", found.configs_added),
        ("configs removed", found.configs_removed),
        ("columns added", found.columns_added),
        ("columns removed", found.columns_removed),
    ):
        yield from _limited(what, list(names))


def _with_reason(record_id: str, kind: str, found: Difference) -> str:
    reason = found.withdrawn.get(record_id) if kind == "documents" else None
    return f"{record_id} (withdrawn: {reason})" if reason else record_id


def _limited(heading: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"{heading}:"
        yield from (f"  {line}" for line in lines[:_SHOWN])
        if len(lines) > _SHOWN:
            yield f"  and {len(lines) - _SHOWN:,} more; --json has them all"
