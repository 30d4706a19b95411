"""The ledger: corpus/releases holds a file for every release that was made, which is never changed."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, NamedTuple

from govwork.content import content_sha256
from govwork.features import SPLITS

from ..errors import CorpusError
from .bumps import BUMPS, VERSION, Bump, version_numbers
from .row_hashes import ID_COLUMNS, KINDS

_SHA256 = re.compile(r"[0-9a-f]{64}")
_ROW_HASH = re.compile(r"[0-9a-f]{12}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RESTORE = "a release is never changed: restore the file from version control"


class Content(NamedTuple):
    """A split of a config: its rows and the hash of their canonical lines."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A release that was made.

    `configs` and `rows` are those of the full profile; `rows` maps a kind of record to its ids, in the order of the
    release, each with the hash of its row. `bump` is what its version is to the one before it.
    """

    version: str
    date: str
    bump: Literal["first"] | Bump
    content_sha256: Mapping[str, str]
    configs: Mapping[str, Mapping[str, Content]]
    splits: Mapping[str, str]
    sources: Mapping[str, str]
    withdrawn: Mapping[str, str]
    tools: Mapping[str, str]
    rows: Mapping[str, Mapping[str, str]]

    def text(self) -> str:
        """The entry as its file holds it."""
        return json.dumps(asdict(self) | {"configs": table_of(self.configs)}, ensure_ascii=False, indent=1) + "\n"


def read_ledger(folder: Path) -> tuple[LedgerEntry, ...]:
    """All releases that were made, the oldest first; none where there is no folder.

    Raises CorpusError with all problems when a file is damaged, misnamed, or dated before an earlier version.
    """
    entries: list[LedgerEntry] = []
    problems: list[str] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.name.startswith("."):
            continue
        try:
            entries.append(_read(path))
        except CorpusError as error:
            problems += error.problems
    entries.sort(key=lambda entry: version_numbers(entry.version))
    problems += [
        f"{folder / later.version}.json: its date {later.date} is before that of {earlier.version}, {earlier.date}; "
        + _RESTORE
        for earlier, later in pairwise(entries)
        if later.date < earlier.date
    ]
    if problems:
        raise CorpusError(*problems)
    return tuple(entries)


def is_date(text: object) -> bool:
    """Whether it is a day as YYYY-MM-DD.

    >>> is_date("2026-11-22"), is_date("2026-11-31"), is_date("20261122")
    (True, False, False)
    """
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _read(path: Path) -> LedgerEntry:
    try:
        table = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror}); {_RESTORE}") from None
    except ValueError as error:
        raise CorpusError(f"{path}: is no JSON ({error}); {_RESTORE}") from None
    if not isinstance(table, dict) or table.keys() != _FORMS.keys():
        raise CorpusError(f"{path}: is no release with {', '.join(_FORMS)}; {_RESTORE}")
    if wrong := [f"{name} is not {form.what}" for name, form in _FORMS.items() if not form.holds(table[name])]:
        raise CorpusError(*(f"{path}: {problem}; {_RESTORE}" for problem in wrong))
    configs = {
        config: {split: Content(**facts) for split, facts in splits.items()}
        for config, splits in table["configs"].items()
    }
    entry = LedgerEntry(**table | {"configs": configs})
    if wrong := _contradictions(entry, path):
        raise CorpusError(*(f"{path}: {problem}; {_RESTORE}" for problem in wrong))
    return entry


def _contradictions(entry: LedgerEntry, path: Path) -> list[str]:
    """What two parts of an entry say of one thing, and differently."""
    counted = {kind: sum(facts.rows for facts in entry.configs.get(kind, {}).values()) for kind in ID_COLUMNS}
    found = {
        f"is the release {entry.version}, not {path.stem}": path.name != f"{entry.version}.json",
        "its content_sha256 of the full profile is not that of its configs": (
            entry.content_sha256["full"] != content_sha256(table_of(entry.configs))
        ),
        "its splits are not of its documents": entry.splits.keys() != entry.rows["documents"].keys(),
        "a block is of no document of it": any(
            block_id.rpartition(":")[0] not in entry.splits for block_id in entry.rows["entities"]
        ),
        "a document is withdrawn and there": bool(entry.withdrawn.keys() & entry.splits.keys()),
        **{f"its {kind} are not {rows}": len(entry.rows[kind]) != rows for kind, rows in counted.items()},
    }
    return [problem for problem, there in found.items() if there]


def table_of(configs: Mapping[str, Mapping[str, Content]]) -> dict[str, dict[str, dict[str, Any]]]:
    """The configs as a file holds them."""
    return {config: {split: facts._asdict() for split, facts in splits.items()} for config, splits in configs.items()}


class _Form(NamedTuple):
    """What a value of an entry must be, in words and as a test."""

    what: str
    holds: Callable[[Any], bool]


def _matching(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _table(of: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(of(each) for each in value.values())


def _is_content(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"rows", "sha256"}
        and type(value["rows"]) is int
        and _matching(_SHA256)(value["sha256"])
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


_FORMS = {
    "version": _Form("a version, such as 0.1.0", _matching(VERSION)),
    "date": _Form("a day, such as 2026-11-22", is_date),
    "bump": _Form(f"first, {', '.join(BUMPS)}", lambda value: value in ("first", *BUMPS)),
    "content_sha256": _Form(
        "a hash of full and of public",
        lambda value: _table(_matching(_SHA256))(value) and value.keys() == {"full", "public"},
    ),
    "configs": _Form("a table of configs, each with splits of rows and sha256", _table(_table(_is_content))),
    "splits": _Form(f"a table of documents in {', '.join(SPLITS)}", _table(lambda value: value in SPLITS)),
    "sources": _Form("a table of sources with a hash each", _table(_matching(_SHA256))),
    "withdrawn": _Form("a table of documents with a reason each", _table(_is_text)),
    "tools": _Form("a table of tools with a version each", _table(_is_text)),
    "rows": _Form(
        f"a table of {', '.join(KINDS)}, each with ids and hashes",
        lambda value: _table(_table(_matching(_ROW_HASH)))(value) and set(value) == set(KINDS),
    ),
}
