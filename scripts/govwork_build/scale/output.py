"""What a run writes: a table of pages and one of what was refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, Any

import orjson
import pyarrow as pa
from datatrove.data import Document
from datatrove.pipeline.writers.parquet import ParquetWriter

from ..damage import Damage
from .record_batch import record_batch

# So many bytes of text are held back for one row group.
_GROUP_BYTES = 4 << 20

_EXAMPLE = pa.struct([(name, pa.string()) for name in ("stage", "before", "after")])
PAGES = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.string()),
        ("url", pa.string()),
        ("file", pa.string()),
        ("place", pa.string()),
        ("script", pa.string()),
        ("damage", pa.struct([(name, pa.int64()) for name in Damage._fields])),
        ("example", _EXAMPLE),
        ("given", pa.string()),
    ]
)
PAGES_WITH_TRACE = PAGES.append(pa.field("trace", pa.string()))
REFUSED = pa.schema(
    [
        ("id", pa.string()),
        ("reason", pa.string()),
        ("said", pa.string()),
        ("url", pa.string()),
        ("file", pa.string()),
        ("place", pa.string()),
        ("text", pa.string()),
        ("bytes", pa.binary()),
    ]
)


class RowWriter(ParquetWriter):  # type: ignore[misc]  # datatrove is not typed
    """datatrove's Parquet writer, which also writes when it holds many bytes: it counts rows, and rows may be large.

    One file a task, the same bytes whatever machine it runs on.
    """

    def __init__(self, folder: Path, filename: str, schema: pa.Schema, row: Any) -> None:
        super().__init__(
            str(folder),
            filename,
            compression="zstd",
            adapter=lambda _, document: row(document),
            schema=schema,
            max_file_size=-1,
        )
        self._held = 0

    def _write(self, document: dict[str, Any], file_handler: IO[bytes], filename: str) -> None:
        super()._write(document, file_handler, filename)
        self._held += sum(len(value) for value in document.values() if isinstance(value, str | bytes))
        if self._held >= _GROUP_BYTES:
            self._write_batch(filename)

    def _write_batch(self, filename: str) -> None:
        self._held = 0
        if rows := self._batches.pop(filename, None):
            self._writers[filename].write_batch(record_batch(rows, self.schema))


def pages_writer(folder: Path, with_trace: bool) -> RowWriter:
    """The writer of pages, with the trace where it was made."""
    return RowWriter(folder, "${rank}.parquet", PAGES_WITH_TRACE if with_trace else PAGES, page_row)


def refused_writer(folder: Path, step: str) -> RowWriter:
    """The writer of what one step refuses."""
    return RowWriter(folder, f"${{rank}}-{step}.parquet", REFUSED, refused_row)


def page_row(document: Document) -> dict[str, Any]:
    """A row of `PAGES`. What the step says there is none of is null here, where the schema tells the type."""
    row = {name: document.metadata.get(name) for name in PAGES_WITH_TRACE.names}
    example = row["example"]
    return row | {
        "script": None if row["script"] == "none" else row["script"],
        "example": example if example and example["stage"] else None,
        "id": _clean(document.id),
        "text": document.text,
        "url": _clean(row["url"]),
        "given": _json(row["given"]),
    }


def refused_row(document: Document) -> dict[str, Any]:
    """A row of `REFUSED`: `text`, or where it is no Unicode or never was text, `bytes`."""
    metadata = document.metadata
    row = {name: metadata.get(name) for name in REFUSED.names}
    row |= {"id": _clean(document.id), "reason": metadata["refused_for"], "said": _clean(metadata["refusal"])}
    row["url"] = _clean(row["url"])
    row["text"] = document.text or None
    data = metadata.get("bytes")
    if data is not None:
        row["text"], row["bytes"] = _as_text(data)
    elif "text_json" in metadata:
        row["text"], row["bytes"] = None, json.loads(metadata["text_json"]).encode("utf-8", "surrogatepass")
    return row


def _as_text(data: bytes) -> tuple[str | None, bytes | None]:
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError:
        return None, data


def _json(given: dict[str, Any] | None) -> str | None:
    """What a row gave besides, as JSON; a value that JSON has no form for as its Python form."""
    if not given:
        return None
    try:
        return orjson.dumps(given, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except (orjson.JSONEncodeError, RecursionError):
        return orjson.dumps({str(key): _clean(_form(value)) for key, value in given.items()}).decode()


def _form(value: Any) -> str:
    try:
        return repr(value)
    except RecursionError:
        return "nested too deep to be told"


def _clean(text: str | None) -> str | None:
    """The text without lone surrogates, which UTF-8 cannot hold."""
    return None if text is None else text.encode("utf-8", "replace").decode("utf-8")
