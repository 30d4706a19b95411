"""Where things lie under the root of the project."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .errors import CorpusError


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
    def batches(self) -> Path:
        return self.root / "annotations" / "batches"

    def version(self) -> str:
        """The data version."""
        try:
            return (self.corpus / "VERSION").read_text("utf-8").strip()
        except OSError as error:
            raise CorpusError(f"{self.corpus / 'VERSION'}: {error.strerror}; it must hold the data version") from None

    def release(self) -> Path:
        return self.root / "dist" / f"govwork-zh-{self.version()}"
