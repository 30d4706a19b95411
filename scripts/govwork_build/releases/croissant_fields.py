"""The columns of a config as Croissant's fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from datasets import ClassLabel, List

_TYPES = {"string": "sc:Text", "int32": "cr:Int32", "bool": "sc:Boolean"}
# A list without a fixed length.
_LIST = {"isArray": True, "arrayShape": "-1"}
Node = dict[str, Any]


def fields_of(config: str, features: Mapping[str, Any], file_set: str) -> list[Node]:
    """The fields of a config that reads the files of `file_set`, one a column."""
    return [_field(config, name, kind, file_set) for name, kind in features.items()]


def enumerations(config: str, features: Mapping[str, Any]) -> dict[str, list[str]]:
    """The columns of class labels: the name of their enumeration → what each number stands for."""
    return {
        _enumeration(config, name): _element(kind).names
        for name, kind in features.items()
        if isinstance(_element(kind), ClassLabel)
    }


def _field(config: str, name: str, kind: Any, file_set: str) -> Node:
    field = {"@type": "cr:Field", "@id": f"{config}/{name}", "name": name}
    element = _element(kind)
    shape = _LIST if isinstance(kind, List) else {}
    source = {"fileSet": {"@id": file_set}, "extract": {"column": name}}
    if isinstance(element, dict):
        return field | shape | {"subField": list(_sub_fields(field["@id"], element, source))}
    if isinstance(element, ClassLabel):
        said = f"Numbers; the record set {_enumeration(config, name)} has their names."
        return field | {"description": said, "dataType": "cr:Int64"} | shape | {"source": source}
    return field | {"dataType": _TYPES[element.dtype]} | shape | {"source": source}


def _sub_fields(parent: str, struct: Mapping[str, Any], source: Node, path: str = "") -> Iterator[Node]:
    """The fields of a struct. A struct within it is told flat, as `attributes.lo`: mlcroissant loads one level."""
    for name, kind in struct.items():
        at = f"{path}{name}"
        if isinstance(kind, dict):
            yield from _sub_fields(parent, kind, source, f"{at}.")
        else:
            yield {
                "@type": "cr:Field",
                "@id": f"{parent}/{at}",
                "name": at,
                "dataType": _TYPES[kind.dtype],
                "source": source | {"transform": {"jsonPath": at}},
            }


def _element(kind: Any) -> Any:
    return kind.feature if isinstance(kind, List) else kind


def _enumeration(config: str, name: str) -> str:
    return f"{config}_{name}_names"
