"""Rows as an Arrow batch, column by column from their bytes.

pyarrow makes one of Python objects too, but looks for pandas on the way, and imports it: 50 MB in every worker.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

Row = dict[str, Any]


def record_batch(rows: Sequence[Row], schema: pa.Schema) -> pa.RecordBatch:
    """The batch of rows of text, bytes, 64-bit integers, and structures of them; what a row has not is null."""
    columns = [_array([row.get(field.name) for row in rows], field.type) for field in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _array(values: list[Any], type_: pa.DataType) -> pa.Array:
    valid = np.array([value is not None for value in values])
    validity = None if valid.all() else pa.py_buffer(np.packbits(valid, bitorder="little"))
    if pa.types.is_struct(type_):
        fields = [type_.field(i) for i in range(type_.num_fields)]
        children = [_array([None if v is None else v[field.name] for v in values], field.type) for field in fields]
        return pa.Array.from_buffers(type_, len(values), [validity], children=children)
    if pa.types.is_int64(type_):
        numbers = np.array([value or 0 for value in values], dtype=np.int64)
        return pa.Array.from_buffers(type_, len(values), [validity, pa.py_buffer(numbers)])
    data = [b"" if v is None else v.encode() if isinstance(v, str) else v for v in values]
    offsets = np.cumsum([0, *map(len, data)], dtype=np.int32)
    return pa.Array.from_buffers(type_, len(values), [validity, pa.py_buffer(offsets), pa.py_buffer(b"".join(data))])
