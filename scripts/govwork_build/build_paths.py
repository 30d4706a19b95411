"""Where things lie under the root of the project."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

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
    def byteshift(self) -> Path:
        return self.corpus / "byteshift.json"

    @property
    def batches(self) -> Path:
        return self.root / "annotations" / "batches"

    @property
    def gold(self) -> Path:
        return self.root / "annotations" / "gold"

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

    def release(self) -> Path:
        return self.root / "dist" / f"govwork-zh-{self.version()}"
