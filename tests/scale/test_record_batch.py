"""Batches made from bytes are those that pyarrow makes of the rows."""

from __future__ import annotations

import subprocess
import sys

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from govwork_build.scale.output import PAGES_WITH_TRACE, REFUSED
from govwork_build.scale.record_batch import record_batch

TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


def values(type_: pa.DataType) -> st.SearchStrategy[object]:
    if pa.types.is_struct(type_):
        fields = [type_.field(i) for i in range(type_.num_fields)]
        return st.none() | st.fixed_dictionaries({field.name: values(field.type) for field in fields})
    if pa.types.is_int64(type_):
        return st.none() | st.integers(-(2**63), 2**63 - 1)
    return (st.none() | st.binary(max_size=8)) if pa.types.is_binary(type_) else TEXT


@given(data=st.data(), schema=st.sampled_from([PAGES_WITH_TRACE, REFUSED]), length=st.integers(0, 20))
def test_a_batch_holds_the_rows(data: st.DataObject, schema: pa.Schema, length: int) -> None:
    rows = [{field.name: data.draw(values(field.type)) for field in schema} for _ in range(length)]
    made = record_batch(rows, schema)
    made.validate(full=True)
    assert made.equals(pa.RecordBatch.from_pylist(rows, schema=schema))


def test_what_a_row_has_not_is_null() -> None:
    assert record_batch([{"id": "a"}], REFUSED).to_pylist()[0]["bytes"] is None


def test_pandas_is_not_imported() -> None:
    code = (
        "import sys; from govwork_build.scale.output import REFUSED; "
        "from govwork_build.scale.record_batch import record_batch; "
        "record_batch([{'id': 'a'}], REFUSED); print('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
