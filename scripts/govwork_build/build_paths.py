"""Where things lie under the root of the project."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from govwork.manifest import NAME, Profile

from .errors import CorpusError

_VERSION = re.compile(r"\d+\.\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Paths:
    """Where things lie under the root of the project."""

    root: Path

    @property
    def corpus(self) -> Path:
        return self.root / "corpus"

    @property
    def catalogue(self) -> Path:
        return self.corpus / "sources.toml"

    @property
    def documents(self) -> Path:
        return self.corpus / "documents"

    @property
    def metadata(self) -> Path:
        return self.corpus / "documents.jsonl"

    @property
    def regions(self) -> Path:
        return self.corpus / "regions.csv"

    @property
    def splits(self) -> Path:
        return self.corpus / "splits.toml"

    @property
    def folds(self) -> Path:
        return self.corpus / "folds.toml"

    @property
    def byteshift(self) -> Path:
        return self.corpus / "byteshift.json"

    @property
    def byteshift_evaluation(self) -> Path:
        """What `make evaluate` found last."""
        return self.corpus / "byteshift_evaluation.json"

    @property
    def batches(self) -> Path:
        return self.root / "annotations" / "batches"

    @property
    def gold(self) -> Path:
        return self.root / "annotations" / "gold"

    @property
    def agreement(self) -> Path:
        """What `govwork annotations agree --json` said of each batch, as JSON lines."""
        return self.root / "annotations" / "agreement"

    @property
    def quality(self) -> Path:
        """The estimates of this version's quality, where they were made."""
        return self.corpus / "quality" / self.version() / "quality.json"

    @property
    def figures(self) -> Path:
        return self.root / "docs" / "figures"

    def version(self) -> str:
        """The data version. Raises CorpusError when there is none."""
        path = self.corpus / "VERSION"
        try:
            version = path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise CorpusError(f"{path}: cannot be read ({error}); it must hold the data version") from None
        if not _VERSION.fullmatch(version):
            raise CorpusError(f"{path}: {version!r} is no version; it must be three numbers, such as 0.1.0")
        return version

    @property
    def ledger(self) -> Path:
        return self.corpus / "releases"

    @property
    def changelog(self) -> Path:
        return self.root / "CHANGELOG.md"

    @property
    def citation(self) -> Path:
        return self.root / "CITATION.cff"

    def release(self, profile: Profile = "full") -> Path:
        return self.root / "dist" / release_name(self.version(), profile)


def release_name(version: str, profile: Profile) -> str:
    """The name of a release's folder.

    >>> release_name("0.1.0", "full"), release_name("0.1.0", "public")
    ('govwork-zh-0.1.0', 'govwork-zh-0.1.0-public')
    """
    return f"{NAME}-{version}{'' if profile == 'full' else f'-{profile}'}"
