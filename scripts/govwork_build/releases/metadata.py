"""What the dataset says of itself, read from metadata.toml: one source for card, croissant.json and citation."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from govwork.manifest import Profile

TABLE = "metadata.toml"


@dataclass(frozen=True, slots=True)
class Licence:
    """The terms of one part of the dataset; `rights` is the value of that column for a part that is texts.

    What is closed must not be published.
    """

    part: str
    terms: str
    rights: str | None = None
    spdx: str | None = None
    url: str | None = None
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Metadata:
    """The description of the dataset.

    `description` is by language (en, zh); `language` is a BCP 47 tag; `tasks` are the Hub's categories; `closed` is
    what is said of closed texts in each profile; `responsible_ai` maps properties of Croissant's RAI vocabulary to a
    text or several.
    """

    name: str
    title: str
    subtitle: str
    creator: str
    language: str
    keywords: tuple[str, ...]
    tasks: tuple[str, ...]
    description: Mapping[str, str]
    closed: Mapping[Profile, str]
    licences: tuple[Licence, ...]
    responsible_ai: Mapping[str, str | tuple[str, ...]]

    def licences_of(self, profile: Profile, rights: Collection[str]) -> tuple[Licence, ...]:
        """The licences of a release whose documents have these rights: those of other texts are left out."""
        return tuple(
            replace(licence, terms=f"{licence.terms}; {self.closed[profile]}") if licence.is_closed else licence
            for licence in self.licences
            if licence.rights is None or licence.rights in rights
        )


@cache
def metadata() -> Metadata:
    """The description of the dataset as metadata.toml has it."""
    table = tomllib.loads((files(__package__) / TABLE).read_text("utf-8"))
    told = table | {
        "keywords": tuple(table["keywords"]),
        "tasks": tuple(table["tasks"]),
        "licences": tuple(Licence(**licence) for licence in table["licences"]),
        "responsible_ai": {
            name: value if isinstance(value, str) else tuple(value) for name, value in table["responsible_ai"].items()
        },
    }
    return Metadata(**told)
