"""What a page about a normalised collection tells, read piece by piece from what its run wrote."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..errors import CorpusError
from .report_samples import Refused, Sample, Samples
from .report_stated import HEAD, Source, stated
from .summary import Summary

# A host has no longer name; what is longer is kept no longer.
_LONGEST_HOST = 253
_COLUMNS = ["text", "url", "file", "place", "script", "damage", "example", "given"]

OnProgress = Callable[[int, int], None]


class Step(NamedTuple):
    """A step of the pipeline, and its seconds in all tasks together; None where none were counted."""

    name: str
    seconds: float | None


class Work(NamedTuple):
    """The statistics of the tasks, added up."""

    tasks: int
    steps: tuple[Step, ...]

    @property
    def seconds(self) -> float:
        return sum(step.seconds or 0 for step in self.steps)


@dataclass(slots=True)
class Pages:
    """What the tables hold: counts, and pages to show. A host is None where the address is missing or names none."""

    pages: int = 0
    text_bytes: int = 0
    hosts: Counter[str | None] = field(default_factory=Counter)
    damaged_hosts: Counter[str | None] = field(default_factory=Counter)
    scripts: Counter[str | None] = field(default_factory=Counter)
    years: Counter[str] = field(default_factory=Counter)
    provinces: Counter[str] = field(default_factory=Counter)
    years_from: Counter[Source] = field(default_factory=Counter)
    provinces_from: Counter[Source] = field(default_factory=Counter)
    samples: Samples[Sample] = field(default_factory=lambda: Samples[Sample]())
    refused: Samples[Refused] = field(default_factory=lambda: Samples[Refused]())


class Collection(NamedTuple):
    """All that the page tells. `work` is None where the folder came without its logs."""

    summary: Summary
    options: dict[str, Any]
    versions: dict[str, str]
    pages: Pages
    work: Work | None


def read_collection(folder: Path, on_progress: OnProgress) -> Collection:
    """Reads a finished run; `on_progress` is told how many of how many bytes are read.

    Raises CorpusError where there is no finished run, and where its tables are not whole.
    """
    made = _summary(folder)
    summary = Summary.of(made)
    tables = {name: sorted((folder / name).glob("*.parquet")) for name in ("data", "refused")}
    total = sum(path.stat().st_size for paths in tables.values() for path in paths)
    pages, done, refused = Pages(), 0, 0
    for path in tables["data"]:
        for batch in _groups(path, _COLUMNS):
            _count(pages, batch)
        on_progress(done := done + path.stat().st_size, total)
    for path in tables["refused"]:
        for batch in _groups(path, list(Refused._fields)):
            refused += batch.num_rows
            for row in batch.to_pylist():
                pages.refused.add(row["reason"], f"{row['said']}", f"{row['file']}", Refused(**row))
        on_progress(done := done + path.stat().st_size, total)
    told = {"data": (pages.pages, summary.pages), "refused": (refused, summary.all_refused)}
    for name, (found, expected) in told.items():
        if found != expected:
            said = f"holds {found:,} rows, and summary.json tells of {expected:,}"
            raise CorpusError(f"{folder / name}: {said}; get the whole folder again")
    return Collection(summary, made["options"], made["versions"], pages, _work(folder / "logs" / "stats"))


def host_of(url: str | None) -> str | None:
    """The host an address names, in small letters.

    >>> host_of("https://WWW.example.gov.cn:8080/a"), host_of("http://[broken"), host_of(None)
    ('www.example.gov.cn', None, None)
    """
    try:
        host = urlsplit(url).hostname if url else None
    except ValueError:
        return None
    return host[:_LONGEST_HOST] if host else None


def _summary(folder: Path) -> dict[str, Any]:
    file = folder / "summary.json"
    if not file.is_file():
        if (folder / "logs" / "run.json").is_file():
            raise CorpusError(f"{folder}: its run is not finished; run the same `govwork normalize` again")
        raise CorpusError(
            f"{folder}: holds no normalised collection; make one with: govwork normalize IN... --out DIR"
        )
    try:
        made: dict[str, Any] = json.loads(file.read_text("utf-8"))
        missing = {*Summary._fields, "options", "versions"} - made.keys()
    except (ValueError, AttributeError):
        raise CorpusError(f"{file}: is no JSON of `govwork normalize`; get the whole folder again") from None
    if missing:
        raise CorpusError(f"{file}: tells no {', '.join(sorted(missing))}; normalise into a new folder")
    return made


def _groups(path: Path, columns: list[str]) -> Iterator[Any]:
    """The row groups of a table; the run made each small enough for memory."""
    try:
        # Without it pyarrow reads ahead.
        with pq.ParquetFile(path, pre_buffer=False) as file:
            if missing := set(columns) - set(file.schema_arrow.names):
                raise CorpusError(f"{path}: has no column {min(missing)!r}; normalise into a new folder")
            for group in range(file.num_row_groups):
                yield file.read_row_group(group, columns)
    except (pa.ArrowException, OSError) as error:
        said = str(error).partition("\n")[0]
        raise CorpusError(f"{path}: cannot be read: {said}; get the whole folder again") from None


def _count(pages: Pages, rows: Any) -> None:
    pages.pages += rows.num_rows
    texts = rows["text"]
    pages.text_bytes += pc.sum(pc.binary_length(texts)).as_py() or 0
    hosts = [host_of(url) for url in rows["url"].to_pylist()]
    pages.hosts.update(hosts)
    pages.damaged_hosts.update(host for host, is_damaged in zip(hosts, _damaged(rows), strict=True) if is_damaged)
    pages.scripts.update(rows["script"].to_pylist())
    heads = pc.utf8_slice_codeunits(texts, 0, HEAD).to_pylist()
    for given, head in zip(rows["given"].to_pylist(), heads, strict=True):
        year, province = stated(given, head)
        if year:
            pages.years[year.value] += 1
            pages.years_from[year.source] += 1
        if province:
            pages.provinces[province.value] += 1
            pages.provinces_from[province.source] += 1
    places = zip(rows["example"].to_pylist(), hosts, rows["file"].to_pylist(), rows["place"].to_pylist(), strict=True)
    for example, host, file, place in places:
        if example:
            sample = Sample(**example, host=host, file=file, place=place)
            pages.samples.add(sample.stage, f"{sample.before}\0{sample.after}", f"{host}", sample)


def _damaged(rows: Any) -> list[bool]:
    """Whether each page has damage of any kind."""
    damage = rows["damage"].combine_chunks()
    kinds = [damage.field(i) for i in range(damage.type.num_fields)]
    total = kinds[0]
    for kind in kinds[1:]:
        total = pc.add(total, kind)
    return pc.greater(total, 0).to_pylist()  # type: ignore[no-any-return]


def _work(stats: Path) -> Work | None:
    files = sorted(stats.glob("*.json"))
    if not files:
        return None
    seconds: dict[str, float] = {}
    for file in files:
        try:
            for step in json.loads(file.read_text("utf-8")):
                # datatrove writes a 0 where it counted no time.
                spent = step["time_stats"]["total"] if step["time_stats"] else 0.0
                seconds[step["name"]] = seconds.get(step["name"], 0.0) + spent
        except (ValueError, KeyError, TypeError):
            raise CorpusError(f"{file}: is no statistics of datatrove; get the whole folder again") from None
    return Work(len(files), tuple(Step(name, spent or None) for name, spent in seconds.items()))
