"""The public release holds every row and nothing of a text that must not be published."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from govwork.features import CONFIGS
from govwork.manifest import Profile, read_manifest
from govwork.verification import rows_of_file
from govwork_build.annotation.scheme import scheme
from govwork_build.build import build
from govwork_build.build_paths import Paths
from govwork_build.decode import decode
from govwork_build.releases.profile import rows_of_profile

ROOT = Path(__file__).parents[2]
# A piece of a text of so many characters is taken from it, unless an official document or metadata have it too.
PIECE = 6
# Rows of these configs are nothing without their text.
ONLY_TEXT = {"ner", "repairs"}

Row = dict[str, Any]


def pieces(text: str) -> set[str]:
    return {text[i : i + PIECE] for i in range(len(text) - PIECE + 1)}


def strings(value: Any) -> Iterator[str]:
    """Every string in a cell, and in the keys of what it holds."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for pair in value.items() for item in pair for text in strings(item))
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            # Characters in a list are a text, too.
            yield "".join(value)
        yield from (text for item in value for text in strings(item))


def rows_of(folder: Path, config: str, split: str | None = None) -> list[Row]:
    splits = read_manifest(folder)["configs"][config]
    return [
        row for name, facts in splits.items() if split in (None, name) for row in rows_of_file(folder / facts["file"])
    ]


class Texts:
    """What the documents say, as the corpus has it and as their sources have it, in pieces."""

    def __init__(self, release: Path) -> None:
        sources = {
            path.stem: decode(path.read_bytes(), path.name).text for path in (ROOT / "corpus/sources").iterdir()
        }
        self.documents = {row["doc_id"]: row for row in rows_of(release, "documents")}
        self.synthetic = [row for row in rows_of(release, "repairs") if row["origin"] == "synthetic"]
        self.of = {
            doc_id: pieces(row["text"]) | pieces(sources[row["source_id"]][row["source_start"] : row["source_end"]])
            for doc_id, row in self.documents.items()
        }

    def official(self, doc_id: str) -> bool:
        return bool(self.documents[doc_id]["rights"] == "official")

    def metadata(self, doc_id: str) -> set[str]:
        """Of a document in pieces: what is said of it, and the words of the scheme."""
        row = self.documents[doc_id]
        said = [str(value) for name, value in row.items() if name != "text" and not isinstance(value, list)]
        return set().union(*map(pieces, [*said, *(seen["value"] for seen in row["evidence"]), *scheme().topics]))

    def closed(self) -> set[str]:
        """The pieces that only documents have that are not official."""
        open_, closed = set[str](), set[str]()
        for doc_id, of in self.of.items():
            if self.official(doc_id):
                # What is said of it may stand on its page outside of it.
                open_ |= of.union(*(pieces(seen["quote"]) for seen in self.documents[doc_id]["evidence"]))
            else:
                closed |= of - self.metadata(doc_id)
        # Official text in the script that damaged pages have.
        converted = (row[name] for row in self.synthetic for name in ("damaged", "restored"))
        return closed - open_.union(*map(pieces, converted))


@pytest.fixture(scope="module")
def texts(release: Path) -> Texts:
    return Texts(release)


def columns_with(rows: list[Row], wanted: set[str]) -> set[str]:
    """The columns in which one of these pieces stands."""
    return {
        name for row in rows for name, value in row.items() if any(pieces(text) & wanted for text in strings(value))
    }


@pytest.mark.parametrize("config", CONFIGS)
def test_no_column_holds_a_piece_of_a_text_that_is_not_official(
    release: Path, public: Path, texts: Texts, config: str
) -> None:
    closed = texts.closed()
    assert columns_with(rows_of(public, config), closed) == set()
    # That the search finds what is there: every config but one has such documents.
    assert bool(columns_with(rows_of(release, config), closed)) == (config != "tasks")


@pytest.mark.parametrize("config", CONFIGS)
def test_of_any_document_that_were_not_official_no_column_would_hold_a_piece(
    release: Path, texts: Texts, config: str
) -> None:
    """The official documents show columns that the others leave empty, such as the units of tasks."""
    for doc_id in texts.documents:
        own = [row for row in rows_of(release, config) if row["doc_id"] == doc_id]
        made = rows_of_profile("public", config, own, "unclear")
        assert len(made) == (0 if config in ONLY_TEXT else len(own))
        # A number without its unit is a value of an attribute.
        closed = {piece for piece in texts.of[doc_id] - texts.metadata(doc_id) if any(map(str.isalpha, piece))}
        assert columns_with(made, closed) == set()


def test_no_other_place_of_the_folder_holds_a_piece(public: Path, texts: Texts) -> None:
    closed = texts.closed()
    for path in public.rglob("*"):
        assert not pieces(path.name) & closed
        if path.suffix == ".parquet":
            file = pq.ParquetFile(path)
            groups = [file.metadata.row_group(i) for i in range(file.num_row_groups)]
            said = [str(file.schema_arrow.metadata), *(str(group.to_dict()) for group in groups)]
            said += [
                str(value)
                for group in groups
                for i in range(group.num_columns)
                if (statistics := group.column(i).statistics) and statistics.has_min_max
                for value in (statistics.min, statistics.max)
            ]
            assert not any(pieces(text) & closed for text in said)
        elif path.is_file():
            assert not pieces(path.read_text("utf-8")) & closed


@pytest.mark.parametrize("config", CONFIGS)
def test_official_documents_have_every_row_as_the_full_profile_has_it(
    release: Path, public: Path, texts: Texts, config: str
) -> None:
    for split in read_manifest(release)["configs"][config]:
        full, made = (
            [row for row in rows_of(folder, config, split) if texts.official(row["doc_id"])]
            for folder in (release, public)
        )
        assert full == made
        assert full


@pytest.mark.parametrize("config", sorted(CONFIGS.keys() - ONLY_TEXT))
def test_other_documents_keep_their_rows_with_all_but_strings(
    release: Path, public: Path, texts: Texts, config: str
) -> None:
    full, made = (
        [row for row in rows_of(folder, config) if not texts.official(row["doc_id"])] for folder in (release, public)
    )
    assert len(full) == len(made)
    for row, kept in zip(full, made, strict=True):
        assert kept.keys() == row.keys()
        assert_kept(row, kept)


def assert_kept(value: Any, kept: Any) -> None:
    """Whether what is kept is the value, with None for strings and lists of strings only."""
    if isinstance(value, Mapping):
        for name in value:
            assert_kept(value[name], kept[name])
    elif isinstance(value, list) and not all(isinstance(item, str) for item in value):
        for item, kept_item in zip(value, kept, strict=True):
            assert_kept(item, kept_item)
    elif kept is None:
        assert value is None or isinstance(value, str | list)
    else:
        assert kept == value


KEPT = {
    "documents": {
        "doc_id",
        "title",
        "rights",
        "n_chars",
        "text_sha256",
        "source_start",
        "source_end",
        "fold",
        "quality",
    },
    "blocks": {"block_id", "kind", "kind_source", "number", "level", "start"},
    "edits": {"layer", "stage", "rule", "start", "end", "new_start", "source_end"},
    "entities": {"block_id", "block_kind", "topics", "flags", "relations", "annotators", "guideline_version"},
    "targets": {"target_id", "span_start", "span_end", "lo", "hi", "unit", "cmp", "status", "subset_of"},
}


@pytest.mark.parametrize("config", KEPT)
def test_what_is_said_of_a_text_is_kept(release: Path, public: Path, texts: Texts, config: str) -> None:
    full, made = (
        [
            {name: row[name] for name in KEPT[config]}
            for row in rows_of(folder, config)
            if not texts.official(row["doc_id"])
        ]
        for folder in (release, public)
    )
    assert full == made
    assert full


def test_spans_keep_their_places_labels_and_attributes(release: Path, public: Path, texts: Texts) -> None:
    spans = [
        [
            {key: value for key, value in span.items() if key != "surface"}
            | {"attributes": {key: value for key, value in span["attributes"].items() if key != "alias_of"}}
            for row in rows_of(folder, "entities")
            if not texts.official(row["doc_id"])
            for span in row["spans"]
        ]
        for folder in (release, public)
    ]
    assert spans[0] == spans[1]
    assert len(spans[0]) > 100


def test_a_column_that_nobody_has_looked_at_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    text = CONFIGS["blocks"]["text"]
    monkeypatch.setitem(CONFIGS, "blocks", type(CONFIGS["blocks"])(CONFIGS["blocks"] | {"remark": text}))
    rows = [{"doc_id": "a", "remark": "a piece of the text", "level": 1}]
    made: dict[Profile, list[Row]] = {
        profile: rows_of_profile(profile, "blocks", rows, "unclear") for profile in ("full", "public")
    }
    assert made == {"full": rows, "public": [{"doc_id": "a", "remark": None, "level": 1}]}


def test_a_corpus_without_official_documents_makes_a_public_release_of_metadata(project: Paths) -> None:
    catalogue = project.catalogue.read_text("utf-8")
    project.catalogue.write_text(catalogue.replace('rights = "official"', 'rights = "third_party"'), "utf-8")
    built = build(project)
    (row,) = rows_of(built.public, "documents")
    assert (row["text"], row["n_chars"]) == (None, rows_of(built.release, "documents")[0]["n_chars"])
    units = [unit for task in rows_of(built.public, "tasks") for unit in task["lead_units"]]
    assert units
    assert {(unit["surface"], unit["name"], unit["alias"]) for unit in units} == {(None, None, None)}
    assert "`third_party` documents (1) | a third party's; they are not in this folder" in (
        built.public / "LICENSE.md"
    ).read_text("utf-8")


def test_the_words_of_the_card_fit_the_profile(release: Path, public: Path) -> None:
    for name in ("README.md", "LICENSE.md"):
        full, made = ((folder / name).read_text("utf-8") for folder in (release, public))
        assert "must not be published as it is" in full
        assert "this is the public profile" not in full.lower()
        assert "must not be published" not in made
        assert "This is the public profile" in made
    characters = sum(len(row["text"]) for row in rows_of(public, "documents") if row["text"] is not None)
    card = (public / "README.md").read_text("utf-8")
    assert f"18 documents,\n14 of them with their text ({characters:,} characters)" in card


def test_a_profile_is_named_in_its_manifest_and_both_hold_the_same_documents(release: Path, public: Path) -> None:
    full, made = read_manifest(release), read_manifest(public)
    assert (full["profile"], made["profile"]) == ("full", "public")
    for key in ("name", "version", "date", "sources", "withdrawn", "tools"):
        assert full[key] == made[key]
    assert full["content_sha256"] != made["content_sha256"]
    assert json.loads((public / "manifest.json").read_text("utf-8")) == made
