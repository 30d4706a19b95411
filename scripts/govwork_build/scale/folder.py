"""Where a run keeps what. `.run` is there while it is not finished; what a reader sees is whole."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Folder(NamedTuple):
    """The folder of a run."""

    out: Path

    @property
    def run(self) -> Path:
        return self.out / ".run"

    @property
    def plan(self) -> Path:
        """For each task a file with its units."""
        return self.run / "plan"

    @property
    def progress(self) -> Path:
        """For each task a file with how many of its bytes are read."""
        return self.run / "progress"

    @property
    def locks(self) -> Path:
        """For each task a file that is locked while a process is at it."""
        return self.run / "locks"

    @property
    def tables(self) -> tuple[Path, Path]:
        """Of pages and of what is refused, as far as they are written."""
        return self.run / "data", self.run / "refused"

    @property
    def token(self) -> Path:
        """Names the run that is at it now: a task of another one ends."""
        return self.run / "token"

    @property
    def lock(self) -> Path:
        return self.out / ".lock"

    @property
    def logs(self) -> Path:
        return self.out / "logs"

    @property
    def completions(self) -> Path:
        return self.logs / "completions"

    @property
    def identity(self) -> Path:
        """Of what input and options the run is."""
        return self.logs / "run.json"

    @property
    def summary(self) -> Path:
        return self.out / "summary.json"

    def begin(self, rank: int) -> None:
        """Takes away what an earlier attempt at a task left: it is done anew, and whole or not at all."""
        (self.completions / f"{rank:05d}").unlink(missing_ok=True)
        for tables in self.tables:
            for table in (*tables.glob(f"{rank:05d}.parquet"), *tables.glob(f"{rank:05d}-*.parquet")):
                table.unlink()
