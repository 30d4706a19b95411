"""Pages out of files, and what is no page with the reason; a broken file never ends the run.

Memory stays bounded whatever a file holds: nothing is read whole but one page of at most `LARGEST` bytes, or a
batch of Parquet rows.
"""

from __future__ import annotations

import codecs
import io
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple, TypeAlias

import pyarrow as pa

from ..decode import read_text
from ..errors import CorpusError
from .plan import Compression, Unit
from .reasons import Reason

# A page of more bytes is refused.
LARGEST = 8_000_000
# Of what goes on for so long without an end of line, no more is read: such is a compressed bomb, or no file of lines.
_ENDLESS = 1 << 30
# So many bytes at once: what stands before a break in a compressed stream is lost by no more than that.
_STEP = 4096
_LONGEST_SAID = 500


class Page(NamedTuple):
    """A page as it stands in a file: at `place` (a line, a row, a record), with what its row says of it."""

    id: str
    place: str
    text: str
    url: str | None
    given: dict[str, Any]


class Refusal(NamedTuple):
    """What is no page: `reason` to count by, `said` for a person; `kept` are its bytes, None where too many."""

    id: str
    place: str
    reason: Reason
    said: str
    kept: bytes | None = None
    url: str | None = None


Item: TypeAlias = Page | Refusal


@dataclass(slots=True)
class Meter:
    """How much of a unit was read, as a share of its weight."""

    share: float = 0.0


@dataclass(slots=True)
class Columns:
    """Under which names a row of JSON or Parquet holds its text, its name and its address."""

    text: str = "text"
    id: str = "id"
    url: str = "url"


@dataclass(eq=False)
class Stream(io.RawIOBase):
    """The bytes of a file, decompressed; `broken` says why there are no more, where it should go on."""

    path: str
    compression: Compression | None
    broken: str = ""
    given: int = 0
    _raw: Any = field(init=False)
    _bytes: Any = field(init=False)

    def __post_init__(self) -> None:
        self._raw = pa.OSFile(os.fsencode(self.path))
        self._bytes = pa.CompressedInputStream(self._raw, self.compression) if self.compression else self._raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._bytes.read(min(len(buffer), _STEP if self.compression else len(buffer)))
        except OSError as error:
            self.broken = str(error)
            return 0
        buffer[: len(data)] = data
        self.given += len(data)
        return len(data)

    def go_to(self, place: int) -> None:
        """Only where nothing is compressed."""
        self._raw.seek(place)

    def share(self) -> float:
        """How much of the file was read."""
        return float(self._raw.tell() / max(1, self._raw.size()))

    def close(self) -> None:
        if not self.closed:
            self._bytes.close()
            self._raw.close()
        super().close()


def read_unit(unit: Unit, columns: Columns, meter: Meter) -> Iterator[Item]:
    """What a part of the input holds, in its order."""
    from .parquet_rows import read_parquet
    from .warc_records import read_warc

    if unit.kind == "unknown":
        known = "JSONL, Parquet, WARC, text and HTML are"
        yield Refusal(unit.path, "", "unknown_kind", f"its name does not say what it holds; {known} read")
    elif not os.path.isfile(unit.path):
        yield Refusal(unit.path, "", "unreadable", "is gone, or no regular file")
    else:
        try:
            if unit.kind == "parquet":
                yield from read_parquet(unit, columns, meter)
                return
            with closing(Stream(unit.path, unit.compression)) as stream:
                read = {"jsonl": _read_lines, "warc": read_warc, "page": _read_page}[unit.kind]
                yield from read(unit, stream, columns, meter)
                if stream.broken:
                    said = f"cannot be read on after {stream.given:,} bytes of what it holds: {stream.broken}"
                    yield Refusal(unit.path, f"byte {stream.given}", "truncated", said)
        except OSError as error:
            yield Refusal(unit.path, "", "unreadable", error.strerror or str(error))
        except Exception as error:
            # A fault of a parser ends the file, not the run.
            said = f"cannot be read on: {type(error).__name__}: {error}"
            yield Refusal(unit.path, "", "failed", said[:_LONGEST_SAID])


def page_of(id_: str, place: str, data: bytes, url: str | None, given: dict[str, Any]) -> Item:
    """The page that the bytes are, whatever their encoding."""
    if len(data) > LARGEST:
        return too_large(id_, place, len(data), url)
    try:
        return Page(id_, place, read_text(data, "it").text, url, given)
    except CorpusError as error:
        reason: Reason = "encoding" if data.strip() else "no_text"
        return Refusal(id_, place, reason, error.problems[0].removeprefix("it: ").partition(";")[0], data, url)


def too_large(id_: str, place: str, size: int, url: str | None = None) -> Refusal:
    """Its bytes are not kept: they stand where they were found."""
    said = f"{size:,} bytes or more, and no page may have more than {LARGEST:,}"
    return Refusal(id_, place, "too_large", said, None, url)


def page_of_row(row: dict[str, Any], name: str, place: str, columns: Columns, kept: bytes | None) -> Item:
    """The page that a row is; `name` is its name where the row gives none."""
    text = row.pop(columns.text, None)
    id_, url = row.pop(columns.id, None), row.pop(columns.url, None)
    id_ = name if id_ is None else str(id_)
    url = None if url is None else str(url)
    if not isinstance(text, str) or not text.strip():
        what = "is empty" if isinstance(text, str) else "is not there" if text is None else "is no text"
        return Refusal(id_, place, "no_text", f"its {columns.text!r} {what}", kept, url)
    return Page(id_, place, text, url, row)


def _read_page(unit: Unit, stream: Stream, columns: Columns, meter: Meter) -> Iterator[Item]:
    data = io.BufferedReader(stream).read(LARGEST + 1)
    if stream.broken:
        yield Refusal(unit.path, f"byte {stream.given}", "truncated", f"is cut off: {stream.broken}", data)
        stream.broken = ""
    else:
        yield page_of(unit.path, "", data, None, {})


def _read_lines(unit: Unit, stream: Stream, columns: Columns, meter: Meter) -> Iterator[Item]:
    import orjson

    lines = io.BufferedReader(stream, 1 << 16)
    position = unit.start
    if unit.start:
        # A line belongs to the part in which it begins.
        stream.go_to(unit.start - 1)
        position += _skip_line(lines) - 1
    while unit.end is None or position < unit.end:
        line = lines.readline(LARGEST + 1)
        place = f"byte {position}"
        name = f"{unit.path}:{position}"
        position += len(line)
        if not line:
            return
        if place == "byte 0":
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) > LARGEST and not line.endswith(b"\n"):
            size = len(line) + _skip_line(lines)
            position += size - len(line)
            yield too_large(name, place, size)
            if size > _ENDLESS:
                raise OSError(None, f"the line at byte {position - size} does not end; nothing behind it was read")
        elif stream.broken and not line.endswith(b"\n"):
            yield Refusal(name, place, "truncated", "the line is cut off", line)
        elif line.strip():
            try:
                row = orjson.loads(line)
                said = "" if isinstance(row, dict) else "is no object with fields"
            except orjson.JSONDecodeError as error:
                said = f"is no JSON: {error}"
            if said:
                yield Refusal(name, place, "broken_line", said, line)
            else:
                yield page_of_row(row, name, place, columns, line)
        meter.share = stream.share()


def _skip_line(lines: BinaryIO) -> int:
    """How many bytes the rest of the line has, or of what does not end so many as are enough to give up."""
    size = 0
    while size <= _ENDLESS:
        piece = lines.readline(1 << 20)
        size += len(piece)
        if not piece or piece.endswith(b"\n"):
            break
    return size
