"""What a release tells beside its rows, as far as the project has it: figures, agreement, quality, datasheet."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ..build_paths import Paths
from ..errors import CorpusError

FIGURES = "figures"
DATASHEET = "DATASHEET.md"
# What the card tells of a batch: the measure of all labels together, in words.
_TOLD = {
    "strict_f1": "spans, strict F1",
    "strict_relation_f1": "relations of spans that match, F1",
    "kind_alpha": "block kind, Krippendorff's alpha",
    "topic_alpha": "topics, alpha with MASI distance",
}


class Estimate(NamedTuple):
    """A figure in words, with the bounds of its interval of 95 % (None where there is none) and what it is of."""

    what: str
    value: float
    low: float | None
    high: float | None
    of: str

    def __str__(self) -> str:
        """
        >>> str(Estimate("spans, strict F1", 0.9771, 0.9693, 0.9829, "152 blocks"))
        '0.98 [0.97–0.98]'
        """
        bounds = f" [{self.low:.2f}–{self.high:.2f}]" if self.low is not None and self.high is not None else ""
        return f"{self.value:.2f}{bounds}"


@dataclass(frozen=True, slots=True)
class Supplements:
    """Figures by name, agreement and quality for tables of the card, and the datasheet, where there is one."""

    figures: Mapping[str, Path]
    agreement: tuple[Estimate, ...]
    quality: tuple[Estimate, ...]
    datasheet: Path | None

    def write(self, folder: Path) -> None:
        """Puts figures and datasheet into a release folder, the links from one to the other as they are there."""
        for name, path in self.figures.items():
            (folder / FIGURES).mkdir(exist_ok=True)
            shutil.copyfile(path, folder / FIGURES / name)
        if self.datasheet:
            text = self.datasheet.read_text("utf-8").replace(f"](docs/{FIGURES}/", f"]({FIGURES}/")
            (folder / DATASHEET).write_text(text, "utf-8", newline="\n")


def supplements(paths: Paths) -> Supplements:
    """Those of a project. Raises CorpusError when the agreement or quality on record cannot be read."""
    datasheet = paths.root / DATASHEET
    return Supplements(
        {path.name: path for path in sorted(paths.figures.glob("*.svg"))},
        tuple(estimate for path in sorted(paths.agreement.glob("*.jsonl")) for estimate in _agreement(path)),
        tuple(_quality(paths.quality)),
        datasheet if datasheet.is_file() else None,
    )


def _agreement(path: Path) -> Iterator[Estimate]:
    """What counts of a batch: the blocks on which nothing suggested the same to both."""
    try:
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            what = _TOLD.get(row["measure"])
            if what and row["of"] == "all" and row["value"] is not None and row["blocks_are"].startswith("without"):
                of = f"{row['blocks']} blocks of {row['documents']} documents"
                yield Estimate(what, row["value"], row["low"], row["high"], of)
    except (ValueError, KeyError, TypeError) as error:
        raise CorpusError(f"{path}: is not of govwork annotations agree --json ({error}); make it anew") from None


def _quality(path: Path) -> Iterator[Estimate]:
    """The estimates of corpus/quality/<version>/quality.json, where that was made: the objects in `estimates`."""
    if not path.is_file():
        return
    try:
        found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["estimates"]
        for row in found:
            yield Estimate(**{name: row[name] for name in Estimate._fields})
    except (ValueError, KeyError, TypeError) as error:
        raise CorpusError(f"{path}: holds no estimates for the card ({error}); make it anew") from None
