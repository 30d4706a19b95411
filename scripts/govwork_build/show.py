"""The command `show`: a document found by its id and printed, or set as a page (`html_view.py`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from .build_paths import Paths
from .catalogue import load_catalogue
from .corpus import Document, documents, quality_flags
from .errors import CorpusError
from .html_view import page
from .model import Block
from .overview import (
    EXAMPLES_ARE,
    Example,
    Fact,
    clip,
    facts,
    gap_in_place,
    general_units,
    heading,
    rule_uses,
    stated_units,
    unknown_fields,
    visible,
)
from .regions import load_regions

__all__ = ["find_document", "page", "print_document"]

_GAPS_TOLD = 8


def find_document(paths: Paths, doc_id: str) -> Document:
    """The document with this id; only the source that holds it is built.

    Raises CorpusError when the catalogue names no such document.
    """
    catalogue = load_catalogue(paths.catalogue)
    for source in catalogue.sources:
        if any(entry.doc_id == doc_id for entry in source.documents):
            alone = documents(replace(catalogue, sources=(source,)), load_regions(paths.regions))
            return next(document for document in alone if document.doc_id == doc_id)
    known = [entry.doc_id for source in catalogue.sources for entry in source.documents]
    near = get_close_matches(doc_id, known, cutoff=0.4)
    hint = f"did you mean {' or '.join(near)}?" if near else f"the ids are: {', '.join(known)}"
    raise CorpusError(f"{paths.catalogue}: no document has the id {doc_id!r}; {hint}")


def print_document(document: Document, console: Console) -> None:
    """Prints all that is known of the document, its blocks as an outline, and its edits with examples."""
    console.print(Text(heading(document), style="bold"), *_origin(document), sep="\n")
    _section(console, "Metadata", _metadata(document))
    _section(console, "Quality", *_quality(document))
    _section(console, f"Blocks ({len(document.blocks):,})", _blocks(document.blocks))
    if document.tasks:
        _section(console, f"Tasks ({len(document.tasks):,})", *_tasks(document))
    if edits := sum(len(layer) for layer in document.normalised.traced.layers):
        signs = f"{EXAMPLES_ARE} [-removed-] {{+inserted+}}; ⏎ is a line break, ␣ a space."
        _section(console, f"Edits ({edits:,})", Text(signs, style="dim"), _edits(document))


def _section(console: Console, name: str, *parts: RenderableType) -> None:
    console.print()
    console.print(Text(name, style="bold underline"))
    console.print(Group(*parts))


def _origin(document: Document) -> Iterator[Text]:
    decoded, piece = document.decoded, document.piece
    yield Text(f"{document.doc_id} is {document.source.file} from {piece.start} to {piece.end}")
    length = f"{len(document.normalised.traced.source):,} → {len(document.text):,} characters"
    mark = ["with byte-order mark"] if decoded.byte_order_mark else []
    extractor = [f"by {decoded.extractor}"] if decoded.extractor else []
    said = [decoded.encoding, *mark, *extractor, document.script, f"rights {document.entry.rights}", length]
    yield Text(", ".join(said), style="dim")


def _columns(*columns: str) -> Table:
    """A table without lines, one header a column; text of any length folds."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _metadata(document: Document) -> Table:
    table = _columns("field", "value", "basis", "evidence and its place in the source")
    field = ""
    for fact in facts(document):
        name = Text(fact.field if fact.field != field else "", style="cyan")
        table.add_row(name, *_value(fact))
        field = fact.field
    return table


def _value(fact: Fact) -> tuple[Text, Text, Text]:
    if fact.evidence is None:
        return Text("unknown", style="dim"), Text(), Text()
    evidence = fact.evidence
    quote = Text(f"「{clip(evidence.quote, 60)}」")
    quote.append(f" {evidence.source_start}:{evidence.source_end}", style="dim")
    if evidence.note:
        quote.append(f" {evidence.note}", style="dim")
    return Text(fact.value or ""), Text(evidence.basis), quote


def _quality(document: Document) -> Iterator[RenderableType]:
    """The flags, the metadata that is not known, and the gaps."""
    yield Text("  ".join(quality_flags(document)) or "no flags")
    if unknown := unknown_fields(document):
        yield Text(f"unknown: {', '.join(unknown)}", style="dim")
    if document.gaps:
        yield _gaps(document)


def _gaps(document: Document) -> Table:
    """The first gaps of each cause, in what stands around them."""
    table = _columns("gap", "at", "in the text, [] where it is")
    for cause, count in Counter(gap.cause for gap in document.gaps).most_common():
        told = [gap for gap in document.gaps if gap.cause == cause][:_GAPS_TOLD]
        for i, gap in enumerate(told):
            before, inside, after = gap_in_place(document, gap)
            place = Text(f"…{before}").append(f"[{inside}]", style="red").append(f"{after}…")
            table.add_row(Text("" if i else cause, style="red"), Text(str(gap.start), style="dim"), place)
        if count > len(told):
            table.add_row("", "", Text(f"and {count - len(told):,} more", style="dim"))
    return table


def _blocks(blocks: tuple[Block, ...]) -> Table:
    """A line a block: its kind, its number, and its beginning, as deep as the headings above it."""
    table = _columns("kind", "number", "text")
    table.expand = True
    for column in table.columns:
        column.no_wrap, column.overflow = True, "ellipsis"
    table.columns[2].ratio = 1
    depths: list[int] = []
    for block in blocks:
        depths.append(0 if block.parent is None else depths[block.parent] + 1)
        style = "bold" if block.level == 1 or block.kind == "title" else ""
        text = Text("  " * depths[-1] + visible(block.text), style=style)
        table.add_row(Text(block.kind, style="cyan"), Text(block.number or ""), text)
    return table


def _tasks(document: Document) -> Iterator[RenderableType]:
    """Each task with who answers for it by its own lines, and once what a general rule adds to all."""
    general = general_units(document.tasks)
    if general:
        yield Text(f"A general rule adds, to support each: {general}", style="dim")
    above = ""
    for task in document.tasks:
        headings = " / ".join(filter(None, (task.leader, task.section)))
        if headings != above:
            yield Text(visible(headings), style="bold")
            above = headings
        yield Text(f"  {visible(task.body)}", no_wrap=True, overflow="ellipsis")
        units = _columns("", "", "")
        units.show_header = False
        for role, names in (("lead", stated_units(task.lead_units)), ("support", stated_units(task.support_units))):
            if names:
                units.add_row("  ", Text(role, style="cyan"), names)
        if task.deferred_target:
            units.add_row("  ", Text("target", style="cyan"), Text("deferred"))
        yield units


def _edits(document: Document) -> Table:
    """Stages and their rules with counts, and examples: `[-removed-]`, `{+inserted+}`."""
    table = _columns("stage and rule", "edits", "examples")
    table.columns[1].justify = "right"
    for stage, group in groupby(rule_uses(document.normalised.traced), key=lambda use: use.stage):
        uses = list(group)
        table.add_row(Text(stage, style="bold"), Text(f"{sum(use.count for use in uses):,}", style="bold"))
        for use in uses:
            examples = Text("\n").join(_example(example) for example in use.examples)
            table.add_row(Text(f"  {use.rule}", style="cyan"), Text(f"{use.count:,}"), examples)
    return table


def _example(example: Example) -> Text:
    text = Text(example.before)
    if example.removed:
        text.append(f"[-{example.removed}-]", style="red")
    if example.inserted:
        text.append(f"{{+{example.inserted}+}}", style="green")
    return text.append(example.after)
