"""Pages out of Parquet: row group by row group, in batches small enough for memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .plan import Unit
from .reading import LARGEST, Columns, Item, Meter, Refusal, page_of_row, too_large

# A batch of rows holds about so many bytes.
_BATCH_BYTES = 4 << 20


def read_parquet(unit: Unit, columns: Columns, meter: Meter) -> Iterator[Item]:
    """The rows of some row groups; a group that is broken is refused, and the next one read."""
    try:
        # Without it pyarrow holds the column of a whole row group.
        file = pq.ParquetFile(unit.path, pre_buffer=False, buffer_size=1 << 20)
    except (pa.ArrowException, OSError) as error:
        yield Refusal(unit.path, "", "truncated", f"is no whole Parquet file: {_first_line(error)}")
        return
    with file:
        if columns.text not in file.schema_arrow.names:
            names = ", ".join(file.schema_arrow.names[:8])
            yield Refusal(unit.path, "", "no_text", f"has no column {columns.text!r}, but {names}")
            return
        if file.schema_arrow.names.count(columns.text) > 1:
            yield Refusal(unit.path, "", "no_text", f"has several columns {columns.text!r}")
            return
        end = file.num_row_groups if unit.end is None else unit.end
        row = sum(file.metadata.row_group(group).num_rows for group in range(unit.start))
        for group in range(unit.start, end):
            yield from _row_group(file, group, row, unit, columns)
            row += file.metadata.row_group(group).num_rows
            meter.share = (group + 1 - unit.start) / (end - unit.start)


def _row_group(file: Any, group: int, first: int, unit: Unit, columns: Columns) -> Iterator[Item]:
    metadata = file.metadata.row_group(group)
    average = metadata.total_byte_size // max(1, metadata.num_rows)
    row = first
    try:
        for batch in file.iter_batches(max(1, _BATCH_BYTES // max(1, average)), [group], use_threads=False):
            for item in _rows(batch, row, unit.path, columns):
                yield item
                row += 1
    except (pa.ArrowException, OSError) as error:
        left = first + metadata.num_rows - row
        said = f"{left:,} rows of row group {group} cannot be read: {_first_line(error)}"
        yield Refusal(f"{unit.path}:{row}", f"row {row}", "truncated", said)


def _rows(batch: Any, first: int, path: str, columns: Columns) -> Iterator[Item]:
    texts = batch.column(columns.text)
    rest = batch.drop_columns([columns.text])
    if not _is_text(texts.type):
        for i in range(batch.num_rows):
            said = f"its {columns.text!r} is no text but {texts.type}"
            yield Refusal(f"{path}:{first + i}", f"row {first + i}", "no_text", said)
        return
    texts = pc.cast(texts, pa.large_binary())
    sizes = pc.fill_null(pc.binary_length(texts), 0).to_pylist()
    for i, (size, given) in enumerate(zip(sizes, _given(rest), strict=True)):
        name, place = f"{path}:{first + i}", f"row {first + i}"
        if size > LARGEST:
            yield too_large(name, place, size)
            continue
        data = texts[i].as_py()
        try:
            text = None if data is None else data.decode("utf-8")
        except UnicodeDecodeError as error:
            yield Refusal(name, place, "encoding", f"byte {error.start} is no utf-8", data)
        else:
            yield page_of_row({columns.text: text, **given}, name, place, columns, data)


def _given(rest: Any) -> list[dict[str, Any]]:
    """The other columns of each row; a value that Python has no form for is null."""
    if not rest.num_columns:
        return [{} for _ in range(rest.num_rows)]
    try:
        return rest.to_pylist()  # type: ignore[no-any-return]
    except Exception:
        # No UTF-8, a date of no calendar, an unknown time zone: it is not the text.
        return [{name: _value(column[i]) for name, column in _columns(rest)} for i in range(rest.num_rows)]


def _columns(batch: Any) -> list[tuple[str, Any]]:
    return list(zip(batch.schema.names, batch.columns, strict=True))


def _value(scalar: Any) -> Any:
    try:
        return scalar.as_py()
    except Exception:
        return None


def _is_text(type_: Any) -> bool:
    value = type_.value_type if pa.types.is_dictionary(type_) else type_
    types = pa.types
    tests = (types.is_string, types.is_large_string, types.is_string_view, types.is_binary, types.is_large_binary)
    return any(test(value) for test in tests)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
