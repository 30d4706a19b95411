"""Making a release: the checks before it, its entry in the ledger, its section of the changelog, its citation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from govwork.citation import Released, citation
from govwork.manifest import Manifest

from ..atomic import restored_on_failure, write_text
from ..build import build
from ..build_paths import Paths
from ..checks import check_all
from ..errors import CorpusError
from .bumps import Bump
from .changelog import section, section_of, with_section
from .comparison import FolderOfRelease, compare, open_folder
from .diff import difference
from .due import bump_made, since
from .fresh import fresh_hashes
from .ledger import LedgerEntry, is_date, read_ledger
from .sides import NOTHING, Side

# Of the errors of the corpus so many are told.
_TOLD = 5


@dataclass(frozen=True, slots=True)
class Made:
    """A release, and the files that were written for it; none where all were there already."""

    entry: LedgerEntry
    written: tuple[Path, ...]


class _Build(NamedTuple):
    """What a build made: the full folder, its records by ids and hashes, and the manifest of the public one."""

    full: FolderOfRelease
    side: Side
    public: Manifest

    @property
    def hashes(self) -> dict[str, str]:
        return {"full": self.full.manifest["content_sha256"], "public": self.public["content_sha256"]}


def release(paths: Paths, date: str, summary: str | None) -> Made:
    """Makes a release of the corpus as it is built; made once more, of the same day, it changes nothing.

    `date` is its day as YYYY-MM-DD, `summary` what the changelog tells people of it, in a line.
    Raises CorpusError when date or version does not fit the ledger, the version is too small a step for what changed,
    the corpus has errors, or its build is not up to date. Then everything is as it was.
    """
    ledger, version = read_ledger(paths.ledger), paths.version()
    known = next((entry for entry in ledger if entry.version == version), None)
    if known and known is not ledger[-1]:
        raise CorpusError(
            f"{paths.corpus / 'VERSION'}: {version} was released before {ledger[-1].version}, and stays as it is; "
            "put a later version there"
        )
    before = ledger[:-1] if known else ledger
    _refuse_date(date, version, known, before)
    built = _read_build(paths)
    same = known is not None and known.content_sha256 == built.hashes
    entry = known if known and same else _entry(version, date, _bump(ledger, version, built, paths), built)
    _refuse_unfit(paths, built)
    texts = {
        paths.ledger / f"{version}.json": entry.text(),
        paths.changelog: _changelog(paths, entry, before, built, summary),
        paths.citation: citation(Released(version, entry.date, **entry.content_sha256), "cff"),
    }
    written = tuple(path for path, text in texts.items() if _text_of(path) != text)
    if written:
        with restored_on_failure(written):
            for path in written:
                write_text(path, texts[path])
            # Card and manifest say the date of the release.
            build(paths)
    return Made(entry, written)


def _refuse_date(date: str, version: str, known: LedgerEntry | None, before: Sequence[LedgerEntry]) -> None:
    if not is_date(date):
        raise CorpusError(f"--date {date}: is no day; write it as YYYY-MM-DD, such as 2026-12-01")
    if known and known.date != date:
        raise CorpusError(
            f"--date {date}: {version} was released on {known.date}, and keeps that date; for another release raise "
            "corpus/VERSION"
        )
    if before and date < before[-1].date:
        raise CorpusError(
            f"--date {date}: is before that of {before[-1].version}, {before[-1].date}; give that day or a later one"
        )


def _read_build(paths: Paths) -> _Build:
    full, public = open_folder(paths.release("full")), open_folder(paths.release("public"))
    return _Build(full, compare(full, full).new, public.manifest)


def _bump(ledger: Sequence[LedgerEntry], version: str, built: _Build, paths: Paths) -> Literal["first"] | Bump:
    """What bump the version makes. Raises CorpusError when the data take a larger one."""
    if not ledger:
        return "first"
    try:
        return bump_made(ledger[-1], version, since(ledger[-1], built.full, built.public, paths)[1])
    except CorpusError as error:
        raise CorpusError(f"{paths.corpus / 'VERSION'}: {error}") from None


def _refuse_unfit(paths: Paths, built: _Build) -> None:
    """Raises CorpusError when the corpus has errors, or its build is not what a build makes now."""
    errors = [f"{each.check} {each.place}: {each.message}" for each in check_all(paths) if each.severity == "error"]
    if len(errors) > _TOLD:
        errors[_TOLD:] = [f"and {len(errors) - _TOLD} more; to see all: govwork check"]
    if not errors and fresh_hashes(paths) != built.hashes:
        errors = [f"{paths.release()}: is not what a build makes now; run: make build"]
    if errors:
        raise CorpusError(*errors)


def _entry(version: str, date: str, bump: Literal["first"] | Bump, built: _Build) -> LedgerEntry:
    manifest = built.full.manifest
    return LedgerEntry(
        version=version,
        date=date,
        bump=bump,
        content_sha256=built.hashes,
        configs=built.side.configs,
        splits=built.side.splits,
        sources=manifest["sources"],
        withdrawn=manifest["withdrawn"],
        tools=manifest["tools"],
        rows=built.side.rows,
    )


def _changelog(
    paths: Paths, entry: LedgerEntry, before: Sequence[LedgerEntry], built: _Build, summary: str | None
) -> str:
    """The changelog with a section on the release, where it has none."""
    text = _text_of(paths.changelog)
    said = " ".join((summary or "").split())
    # A heading would begin a section.
    said = f"\\{said}" if said.startswith("#") else said
    there = section_of(text or "", entry.version)
    if text is not None and there is not None:
        if said not in there:
            raise CorpusError(
                f"{paths.changelog}: has a section on {entry.version}, which is not touched; leave out --summary"
            )
        return text
    if before:
        found = since(before[-1], built.full, built.public, paths)[0].difference
    else:
        found = difference(NOTHING, built.side)
    return with_section(text, section(entry, found, said))


def _text_of(path: Path) -> str | None:
    """What a file holds, its line breaks as they are; None where there is none."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: is not in UTF-8 ({error}); save it so") from None
