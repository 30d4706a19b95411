"""The gold layer: annotations/gold/*.jsonl, a line a block, with who annotated it, who decided, and what was decided.

A line is stand-off: it names its block, version and text's hash, and quotes no more than the surfaces of its spans.
*.lost.jsonl, what a migration could not carry over (gold_migration), is no part of the layer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..corpus import sha256
from ..errors import CorpusError
from .adjudication import Decision, differences_of
from .collection import different_texts
from .records import Annotation, Block, Relation, Span

# How the names of files end that hold what a migration could not carry over.
LOST = ".lost.jsonl"
_BLOCK = ("block_id", "doc_id", "start", "corpus_version", "text_sha256")


@dataclass(frozen=True, slots=True)
class Gold:
    """An adjudicated annotation, its `annotator` the adjudicator; `of` are those whose annotations it was made of."""

    annotation: Annotation
    of: tuple[str, ...]
    decisions: tuple[Decision, ...]


def decided(outcomes: Iterable[Annotation], pairs: Mapping[str, Sequence[Annotation]]) -> list[Gold]:
    """The gold that adjudicators made of pairs of annotations, by block; an outcome without a pair is none.

    Raises CorpusError where an adjudicator had another text than the annotators.
    """
    found = [(outcome, both) for outcome in outcomes if (both := pairs.get(outcome.block.block_id))]
    if problems := [problem for outcome, both in found for problem in different_texts([*both, outcome])]:
        raise CorpusError(*problems)
    return [
        Gold(outcome, tuple(each.annotator for each in both), tuple(differences_of(both, outcome)))
        for outcome, both in found
    ]


def gold_row(gold: Gold) -> dict[str, Any]:
    """A line as an object; `gold_of` reads it back."""
    annotation = gold.annotation
    return {
        **{name: getattr(annotation.block, name) for name in _BLOCK},
        "layer": annotation.layer,
        "guideline_version": annotation.guideline_version,
        "kind": annotation.kind,
        "topics": list(annotation.topics),
        "flags": list(annotation.flags),
        "spans": [
            {
                "id": span.id,
                "start": span.start,
                "end": span.end,
                "label": span.label,
                "surface": annotation.surface(span),
                "attributes": dict(span.attributes),
            }
            for span in annotation.spans
        ],
        "relations": [relation._asdict() for relation in annotation.relations],
        "annotators": list(gold.of),
        "adjudicator": annotation.annotator,
        "made": annotation.made,
        "comment": annotation.comment,
        "decisions": [
            {"about": decision.about, "said": list(decision.said), "taken": decision.taken}
            for decision in gold.decisions
        ],
    }


def gold_of(row: Mapping[str, Any], text: str) -> Gold:
    """A line read, on the block's text as it is now. Raises ValueError when a surface is not there."""
    spans = tuple(
        Span(each["id"], each["start"], each["end"], each["label"], dict(each["attributes"])) for each in row["spans"]
    )
    for span, each in zip(spans, row["spans"], strict=True):
        if text[span.start : span.end] != each["surface"]:
            raise ValueError(f"{span} is {text[span.start : span.end]!r} now, was {each['surface']!r}")
    annotation = Annotation(
        block=Block(**{name: row[name] for name in _BLOCK}, text=text),
        annotator=row["adjudicator"],
        guideline_version=row["guideline_version"],
        kind=row["kind"],
        topics=tuple(row["topics"]),
        flags=tuple(row["flags"]),
        comment=row["comment"],
        spans=spans,
        relations=tuple(Relation(**each) for each in row["relations"]),
        made=row["made"],
        layer=row["layer"],
    )
    decisions = (Decision(each["about"], tuple(each["said"]), each["taken"]) for each in row["decisions"])
    return Gold(annotation, tuple(row["annotators"]), tuple(decisions))


def gold_lines(gold: Iterable[Gold]) -> str:
    """The file's content: a line a block, by document and place."""
    rows = sorted((gold_row(each) for each in gold), key=lambda row: (row["doc_id"], row["start"]))
    return "".join(map(json_line, rows))


def json_line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Lines of gold that a build does not publish, of how many, and why, a line each."""

    count: int
    total: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoldLayer:
    """All lines by block, each with its place; of a block there is one."""

    rows: Mapping[str, tuple[str, Mapping[str, Any]]]

    @classmethod
    def read(cls, folder: Path) -> GoldLayer:
        """Raises CorpusError when a line is no record, or a block has two."""
        return cls.of_files(path for path in sorted(folder.glob("*.jsonl")) if not path.name.endswith(LOST))

    @classmethod
    def of_files(cls, paths: Iterable[Path]) -> GoldLayer:
        """Raises CorpusError when a line is no record, or a block has two."""
        rows: dict[str, tuple[str, Mapping[str, Any]]] = {}
        problems: list[str] = []
        for place, row in (line for path in paths for line in read_gold(path)):
            if row["block_id"] in rows:
                problems.append(
                    f"{place}: {row['block_id']} has a line at {rows[row['block_id']][0]} already; keep one"
                )
            rows[row["block_id"]] = place, row
        if problems:
            raise CorpusError(*problems)
        return cls(rows)

    def of(self, block: Mapping[str, Any]) -> Gold | str | None:
        """The record of a block as it is now, or why it does not fit, or None where there is none."""
        if block["block_id"] not in self.rows:
            return None
        place, row = self.rows[block["block_id"]]
        if sha256(block["text"]) != row["text_sha256"]:
            return f"{place}: the text of {block['block_id']} has changed; move it: `govwork annotations migrate`"
        return gold_at(place, row, block["text"])

    def left_out(self, met: Mapping[str, Gold | str]) -> LeftOut | None:
        """What is not published, given what each block that was met came to."""
        reasons = [found for found in met.values() if isinstance(found, str)]
        reasons += [
            f"{place}: the corpus has no block {name}; move it: `govwork annotations migrate`"
            for name, (place, _) in self.rows.items()
            if name not in met
        ]
        return LeftOut(len(reasons), len(self.rows), tuple(reasons)) if reasons else None


def gold_at(place: str, row: Mapping[str, Any], text: str) -> Gold | str:
    """The record of a line, on the text that its hash is of, or what is wrong with the line."""
    try:
        return gold_of(row, text)
    except ValueError as problem:
        return f"{place}: {problem}; take the line from version control"
    except (KeyError, TypeError) as problem:
        return f"{place}: is no whole record ({problem!r}); take the line from version control"


def read_gold(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every line of a file with its place. Raises CorpusError when one is no JSON object of a block."""
    for number, line in enumerate(_lines(path), start=1):
        place = f"{path}:{number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise CorpusError(f"{place}: is no JSON ({error}); take the line from version control") from None
        if not _is_record(row):
            raise CorpusError(f"{place}: is no record of a block; take the line from version control")
        yield place, row


def holds_gold(path: Path) -> bool:
    """Whether a file is one of gold, and no export: whether any line of it is by itself a record with an adjudicator.

    Raises CorpusError when it is no text.
    """
    for line in _lines(path):
        with suppress(ValueError):
            if line.startswith("{") and _is_record(row := json.loads(line)) and "adjudicator" in row:
                return True
    return False


def _is_record(row: Any) -> bool:
    return isinstance(row, dict) and set(_BLOCK) <= row.keys()


def _lines(path: Path) -> Iterator[str]:
    """The lines of a file; only a line feed ends one, as JSON may hold other characters that end lines."""
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            yield from file
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read as UTF-8 text ({error}); take it from version control") from None
