"""Versions of the real corpus with a stage switched off or a source mended, and annotations on their blocks."""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from unittest.mock import patch

from cases import ROOT, source_text

from govwork_build.annotation.exports import annotation_of
from govwork_build.annotation.records import Annotation, Block, Relation, Span
from govwork_build.annotation.versions import CorpusVersion, DocumentTrace, corpus_of
from govwork_build.build_paths import Paths
from govwork_build.corpus import documents_of, sha256
from govwork_build.pipeline import AFTER_BYTESHIFT, UP_TO_BYTESHIFT, normalise_all

PATHS = Paths(ROOT)
LABELS = ("IND", "QTY", "CHG", "MOD", "TIME", "ORG", "REG", "DOC", "PROJ")
# Which stages are switched off, by the names of their functions.
SWITCHED_OFF = {
    "punctuation": ["restore_punctuation"],
    "notes and script": ["drop_notes", "convert_script"],
    "layout": ["lay_out"],
    "byteshift": ["undo_byteshift"],
    "everything but chrome": [stage.__name__ for stage in (*UP_TO_BYTESHIFT[1:], *AFTER_BYTESHIFT)],
}
# What is mended in sources: by the first digits of their names, their new texts.
MENDED: dict[str, Callable[[], dict[str, str]]] = {
    "line breaks": lambda: {number: source_text(number).replace("\n", "\r\n") for number in ("000", "001", "003")},
    "words": lambda: {number: mended_at_places(source_text(number), 40) for number in ("000", "001", "003", "004")},
    "a paragraph": lambda: {"001": source_text("001").replace("附件:1.2018", "说明如下。\n\n附件:1.2018", 1)},
}
_WORD = re.compile(r"\d+(?:\.\d+)?|[A-Za-z]+|[\u3400-\u9fff]{1,4}|[“《（][^“”《》（）\n]{1,8}[”》）]")


def mended_at_places(text: str, count: int) -> str:
    """A text with words put in, taken out and replaced at drawn places within its lines."""
    chance = random.Random(count)
    prose = [found.start() for found in re.finditer(r"(?<=[\u4e00-\u9fff]{12})[\u4e00-\u9fff]", text)]
    places = sorted(chance.sample(prose, count))
    for place in reversed(places):
        gone, put = chance.choice([(0, "进一步"), (2, ""), (1, "某"), (2, "其他的"), (3, "工作组")])
        text = text[:place] + put + text[place + gone :]
    return text


@cache
def as_it_is() -> CorpusVersion:
    """The corpus as it is built."""
    return corpus_as_built(PATHS)


def corpus_as_built(paths: Paths) -> CorpusVersion:
    return corpus_of(documents_of(paths), paths.version())


@cache
def without(stages: str) -> CorpusVersion:
    """The corpus with some stages switched off."""
    off = SWITCHED_OFF[stages]
    before, after = (
        tuple(stage for stage in stages if stage.__name__ not in off) for stages in (UP_TO_BYTESHIFT, AFTER_BYTESHIFT)
    )
    with patch("govwork_build.corpus.normalise_all", partial(normalise_all, before=before, after=after)):
        return corpus_as_built(PATHS)


@cache
def mended(how: str) -> CorpusVersion:
    """The corpus of a project whose sources were mended in a way."""
    with tempfile.TemporaryDirectory() as folder:
        return corpus_as_built(project_with(Path(folder) / "project", MENDED[how]()))


def project_with(folder: Path, sources: Mapping[str, str]) -> Paths:
    """A copy of the project in which the texts of some sources are others, by the first digits of their names."""
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    catalogue = folder / "corpus" / "sources.toml"
    for number, text in sources.items():
        (path,) = (folder / "corpus" / "sources").glob(f"{number}_*")
        was = hashlib.sha256(path.read_bytes()).hexdigest()
        assert path.read_text("utf-8") != text
        path.write_text(text, "utf-8", newline="")
        toml = catalogue.read_text("utf-8")
        assert was in toml
        catalogue.write_text(toml.replace(was, hashlib.sha256(path.read_bytes()).hexdigest()), "utf-8")
    return Paths(folder)


def annotations_on(version: CorpusVersion, seed: int, share: float = 1.0) -> list[Annotation]:
    """Annotations with spans on words drawn by the seed, on a share of the blocks of every document."""
    chance = random.Random(seed)
    return [
        annotation_on(version, document, number, chance)
        for document in version.documents.values()
        for number in range(len(document.blocks))
        if chance.random() < share
    ]


def annotation_on(version: CorpusVersion, document: DocumentTrace, number: int, chance: random.Random) -> Annotation:
    """An annotation of a block, with spans on about half of its words, and relations between neighbours."""
    block = document.blocks[number]
    words = [word.span() for word in _WORD.finditer(block.text) if chance.random() < 0.5]
    spans = tuple(
        Span(f"s{i}", start, end, label, {"unit": "元"} if label == "QTY" else {})
        for i, (start, end) in enumerate(words)
        for label in [chance.choice(LABELS)]
    )
    relations = [Relation(one.id, "of", other.id) for one, other in zip(spans[::3], spans[1::3], strict=False)]
    return annotation(version, document, number, spans, relations)


def annotation(
    version: CorpusVersion,
    document: DocumentTrace,
    number: int,
    spans: Iterable[Span] = (),
    relations: Iterable[Relation] = (),
) -> Annotation:
    """An annotation of a block of a document by annotator 1."""
    block = document.blocks[number]
    return Annotation(
        block=Block(block.block_id, document.doc_id, block.start, version.version, sha256(block.text), block.text),
        annotator="annotator-1",
        guideline_version="0.1",
        kind="task",
        topics=("其他",),
        flags=("unsure",),
        comment="",
        spans=tuple(spans),
        relations=tuple(relations),
        made="2026-11-22T01:06:29Z",
        seconds=12.5,
    )


def exported(path: Path) -> Iterator[Annotation]:
    """The annotations of an export."""
    for task in json.loads(path.read_text("utf-8")):
        for each in task["annotations"]:
            yield annotation_of(each, task)
