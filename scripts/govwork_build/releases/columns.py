"""The columns of a config, down to the parts of its structures, and rows less the columns that only one side has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

# Columns by name, each with those of the structures in it; a column of plain values has none.
Columns = dict[str, "Columns"]


def columns_of(kind: pa.Schema | pa.DataType) -> Columns:
    """The columns of a table, or the parts of a type; those of a list are the parts of what it lists.

    >>> columns_of(pa.schema({"id": pa.string(), "gaps": pa.list_(pa.struct({"start": pa.int32()}))}))
    {'id': {}, 'gaps': {'start': {}}}
    """
    if isinstance(kind, pa.DataType) and hasattr(kind, "value_type"):
        return columns_of(kind.value_type)
    if isinstance(kind, pa.Schema) or pa.types.is_struct(kind):
        return {field.name: columns_of(field.type) for field in kind}
    return {}


def in_both(one: Columns, other: Columns) -> Columns:
    """The columns that both have.

    >>> in_both({"id": {}, "unit": {"name": {}, "alias": {}}}, {"unit": {"name": {}}, "note": {}})
    {'unit': {'name': {}}}
    """
    return {name: in_both(parts, other[name]) for name, parts in one.items() if name in other}


def only_in(one: Columns, other: Columns) -> Iterator[str]:
    """The columns that the other has not; one that is there as a whole is not told part by part.

    >>> list(only_in({"id": {}, "unit": {"name": {}, "alias": {}}, "note": {"by": {}}}, {"unit": {"name": {}}}))
    ['id', 'unit.alias', 'note']
    """
    for name, parts in one.items():
        if name not in other:
            yield name
        else:
            yield from (f"{name}.{part}" for part in only_in(parts, other[name]))


def less(value: Any, columns: Columns) -> Any:
    """A row, or a value of it, with these columns alone.

    >>> less({"id": 1, "gaps": [{"start": 2, "end": 3}], "new": 4}, {"id": {}, "gaps": {"start": {}}})
    {'id': 1, 'gaps': [{'start': 2}]}
    """
    if not columns or value is None:
        return value
    if isinstance(value, list):
        return [less(each, columns) for each in value]
    return {name: less(value[name], parts) for name, parts in columns.items()}
