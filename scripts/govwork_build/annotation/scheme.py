"""The scheme of annotation, read from scheme.toml: labels with their attributes, relations, kinds, topics, flags."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

TABLE = "scheme.toml"
# What an attribute without a list of values holds.
AttributeType = Literal["text", "decimal", "integer", "time", "region"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """A property of a span: one of `values`, each with its Chinese name, or a text of a type."""

    name: str
    zh: str
    type: AttributeType | None
    values: Mapping[str, str]
    hint: str


@dataclass(frozen=True, slots=True)
class Label:
    """A label of spans, with its key, colour and attributes by name."""

    name: str
    zh: str
    key: str
    colour: str
    hint: str
    attributes: Mapping[str, Attribute]


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation, and the labels between which it leads."""

    name: str
    zh: str
    colour: str
    head: tuple[str, ...]
    tail: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of block, with its key; only some have `topics`."""

    name: str
    zh: str
    key: str
    hint: str
    topics: bool


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that is so of a block or not, with its key."""

    name: str
    zh: str
    key: str
    hint: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """All of it, by name, in the order shown to annotators.

    `holds` says which labels a span of a label may hold. A block that has topics has one to `most_topics`. `gates`
    says what agreement is to reach, by measure and what it is of.
    """

    version: str
    labels: Mapping[str, Label]
    relations: Mapping[str, Relation]
    kinds: Mapping[str, Kind]
    topics: tuple[str, ...]
    most_topics: int
    flags: Mapping[str, Flag]
    holds: Mapping[str, frozenset[str]]
    gates: Mapping[tuple[str, str], float]

    @property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """The choices of a block, by the name of their control, and what each offers."""
        flags = {name: (name,) for name in self.flags}
        return {"block_kind": tuple(self.kinds), "topic": self.topics} | flags

    @property
    def controls(self) -> dict[str, tuple[str, str]]:
        """The control of each attribute, by its name in Label Studio, with its label and attribute."""
        return {
            control_of(label.name, attribute): (label.name, attribute)
            for label in self.labels.values()
            for attribute in label.attributes
        }


def control_of(label: str, attribute: str) -> str:
    """The name in Label Studio of an attribute's control.

    >>> control_of("QTY", "lo")
    'qty_lo'
    """
    return f"{label.lower()}_{attribute}"


@cache
def scheme() -> Scheme:
    """The scheme that this version of the tools works by."""
    table = tomllib.loads((files("govwork_build.annotation") / TABLE).read_text("utf-8"))
    labels = [_label(row, str(number)) for number, row in enumerate(table["label"], start=1)]
    return Scheme(
        version=table["version"],
        labels={label.name: label for label in labels},
        relations={
            row["name"]: Relation(row["name"], row["zh"], row["colour"], tuple(row["head"]), tuple(row["tail"]))
            for row in table["relation"]
        },
        kinds={
            row["name"]: Kind(row["name"], row["zh"], row["hotkey"], row["hint"], row.get("topics", False))
            for row in table["kind"]
        },
        topics=tuple(table["topics"]["names"]),
        most_topics=table["topics"]["most"],
        flags={row["name"]: Flag(row["name"], row["zh"], row["hotkey"], row["hint"]) for row in table["flag"]},
        holds={outer: frozenset(inner) for outer, inner in table["holds"].items()},
        gates={(measure, of): least for measure, row in table["gates"].items() for of, least in row.items()},
    )


def _label(row: Mapping[str, Any], key: str) -> Label:
    attributes = [
        Attribute(
            name=each["name"],
            zh=each["zh"],
            type=each.get("type"),
            values=dict(zip(each.get("values", ()), each.get("values_zh", ()), strict=True)),
            hint=each.get("hint", ""),
        )
        for each in row.get("attribute", ())
    ]
    return Label(row["name"], row["zh"], key, row["colour"], row["hint"], {each.name: each for each in attributes})
