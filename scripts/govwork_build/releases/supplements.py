"""What a release tells beside its rows, as far as the project has it: figures, agreement, quality, datasheet."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from govwork.citation import AUTHOR, TITLE, citation, read_releases

from ..build_paths import Paths
from ..errors import CorpusError
from ..json_file import read_json

FIGURES = "figures"
DATASHEET = "DATASHEET.md"
# What the card tells of a batch: the measure of all labels together, in words.
_TOLD = {
    "strict_f1": "spans, strict F1",
    "strict_relation_f1": "relations of spans that match, F1",
    "kind_alpha": "block kind, Krippendorff's alpha",
    "topic_alpha": "topics, alpha with MASI distance",
}


class Share(NamedTuple):
    """A figure with the bounds of its interval of 95 %, None where there is none."""

    value: float
    low: float | None
    high: float | None

    def __str__(self) -> str:
        """
        >>> str(Share(0.9771, 0.9693, 0.9829))
        '0.98 [0.97–0.98]'
        """
        return self._told(1, 2)

    @property
    def percent(self) -> str:
        """
        >>> Share(0.95, 0.8939, 1.0).percent
        '95.0 [89.4–100.0]'
        """
        return self._told(100, 1)

    def _told(self, factor: int, digits: int) -> str:
        value, *bounds = (None if each is None else f"{factor * each:.{digits}f}" for each in self)
        return f"{value} [{'–'.join(map(str, bounds))}]" if None not in bounds else str(value)


class Agreed(NamedTuple):
    """How far annotators agree: on what, how far, and over which blocks."""

    what: str
    share: Share
    of: str


class Quality(NamedTuple):
    """How right an aspect of the corpus is by a sample: of what it has, of what it should have, of whole items."""

    aspect: str
    unit: str
    items: int
    documents: int
    precision: Share
    recall: Share
    whole: Share


# What a reader of a release's DATASHEET.md is told first.
_OF_THE_REPOSITORY = """\
> This is the datasheet of the repository that made this release: the files it names are there, and it counts the full
> profile, which holds every text. README.md counts what is in this folder.
"""


@dataclass(frozen=True, slots=True)
class Supplements:
    """How to cite the version, figures by name, tables of agreement and quality; the files behind them where any."""

    citation: str
    figures: Mapping[str, Path]
    agreement: tuple[Agreed, ...]
    quality: tuple[Quality, ...]
    estimates: Path | None
    datasheet: Path | None

    def write(self, folder: Path) -> None:
        """Puts figures, estimates and datasheet into a release folder, its links to the figures as they are there."""
        for name, path in self.figures.items():
            (folder / FIGURES).mkdir(exist_ok=True)
            shutil.copyfile(path, folder / FIGURES / name)
        if self.estimates:
            shutil.copyfile(self.estimates, folder / self.estimates.name)
        if self.datasheet:
            text = self.datasheet.read_text("utf-8").replace(f"](docs/{FIGURES}/", f"]({FIGURES}/")
            (folder / DATASHEET).write_text(f"{_OF_THE_REPOSITORY}\n{text}", "utf-8", newline="\n")


def supplements(paths: Paths) -> Supplements:
    """Those of a project. Raises CorpusError when the ledger, agreement or quality on record cannot be read."""
    datasheet = paths.root / DATASHEET
    return Supplements(
        _citation(paths),
        {path.name: path for path in sorted(paths.figures.glob("*.svg"))},
        tuple(each for path in sorted(paths.agreement.glob("*.jsonl")) for each in _agreement(path)),
        tuple(_quality(paths.quality)),
        paths.quality if paths.quality.is_file() else None,
        datasheet if datasheet.is_file() else None,
    )


def _citation(paths: Paths) -> str:
    """In BibTeX, with date and hashes from the ledger; in words for a version that was not released."""
    version = paths.version()
    try:
        released = {release.version: release for release in read_releases(paths.ledger)}
    except ValueError as error:
        raise CorpusError(str(error)) from None
    if version in released:
        return citation(released[version], "bibtex").rstrip()
    return f"{AUTHOR}: {TITLE}, version {version}, not released yet"


def _agreement(path: Path) -> Iterator[Agreed]:
    """What counts of a batch: the blocks on which nothing suggested the same to both."""
    try:
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            what = _TOLD.get(row["measure"])
            if what and row["of"] == "all" and row["value"] is not None and row["blocks_are"].startswith("without"):
                of = f"{row['blocks']} blocks of {row['documents']} documents"
                yield Agreed(what, Share(row["value"], row["low"], row["high"]), of)
    except (ValueError, KeyError, TypeError) as error:
        raise CorpusError(f"{path}: is not of govwork annotations agree --json ({error}); make it anew") from None


def _quality(path: Path) -> Iterator[Quality]:
    """What `govwork quality estimate` found of this version, where it was asked."""
    if not path.is_file():
        return
    try:
        for row in read_json(path):
            shares = (Share(**row[name]) for name in ("precision", "recall", "whole"))
            yield Quality(row["aspect"], row["unit"], row["items"], row["documents"], *shares)
    except (KeyError, TypeError) as error:
        raise CorpusError(f"{path}: is not of govwork quality estimate ({error}); make it anew") from None
