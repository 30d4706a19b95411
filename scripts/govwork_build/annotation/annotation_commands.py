"""The commands `govwork annotations …`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..build_paths import Paths
from ..errors import CorpusError
from ..findings import counted, report
from ..terminal import Root, as_json, out, print_lines, say, warn
from .records import Annotation

if TYPE_CHECKING:
    from .checks import CorpusTexts

annotation_commands = typer.Typer(no_args_is_help=True, help="Annotations exported from Label Studio.")
# What agreement is measured of apart: the first is what counts, as nothing suggested the same to both.
_ASSISTED = {"without pre-annotations": False, "with pre-annotations": True}

Export = Annotated[Path, typer.Argument(help="A JSON export of Label Studio.", exists=True, dir_okay=False)]
Exports = Annotated[
    list[Path], typer.Argument(help="JSON exports of Label Studio, one an annotator.", exists=True, dir_okay=False)
]


@annotation_commands.command("check")
def check(
    export: Export,
    as_lines: Annotated[bool, typer.Option("--json", help="Write the findings as JSON lines.")] = False,
    root: Root = Path(),
) -> None:
    """Validate an export: its shape, and its annotations against scheme and corpus."""
    from .checks import check_export

    findings = list(check_export(export, _texts(Paths(root))))
    if not as_lines:
        raise typer.Exit(report(findings, out))
    print_lines(finding._asdict() for finding in findings)
    raise typer.Exit(any(finding.severity == "error" for finding in findings))


@annotation_commands.command("agree")
def agree(
    exports: Exports,
    report_differences: Annotated[
        bool, typer.Option("--differences", help="Show each block that annotators differ on, item by item.")
    ] = False,
    as_lines: Annotated[bool, typer.Option("--json", help="Write JSON lines instead.")] = False,
    root: Root = Path(),
) -> None:
    """Measure how far annotators agree; blocks with pre-annotations on the screen are measured apart."""
    from .agreement import agreements
    from .agreement_view import agreement_heading, agreement_tables
    from .disagreement_view import block_view
    from .disagreements import disputed_blocks

    made = _read(exports, root)
    if report_differences:
        for block in disputed_blocks(made):
            if as_lines:
                print_lines(block.rows())
                continue
            for line in (*block_view(block, out.width), ""):
                out.print(line, soft_wrap=True, highlight=False)
        return
    parts = {name: [each for each in made if each.assisted is assisted] for name, assisted in _ASSISTED.items()}
    for name, part in parts.items():
        if not part:
            continue
        for agreement in agreements(part):
            if as_lines:
                print_lines({"blocks_are": name} | row for row in agreement.rows())
                continue
            out.print(f"[bold]Blocks {name}[/bold]")
            out.print(agreement_heading(agreement))
            for table in agreement_tables(agreement):
                out.print(table)


@annotation_commands.command("stats")
def stats(
    exports: Exports,
    tasks: Annotated[
        Path | None,
        typer.Option(help="The tasks that were pushed, for what became of their pre-annotations.", exists=True),
    ] = None,
    as_lines: Annotated[bool, typer.Option("--json", help="Write JSON lines instead.")] = False,
    root: Root = Path(),
) -> None:
    """Count what was annotated, how long it took, and what became of pre-annotations."""
    from .reading import predictions_of, read_key
    from .statistics import statistics
    from .statistics_view import statistics_tables

    found = statistics(
        _read(exports, root),
        predictions_of(tasks) if tasks else {},
        read_key(key) if tasks and (key := tasks.with_suffix(".key.json")).exists() else frozenset(),
    )
    if as_lines:
        print_lines(found.rows())
        return
    for table in statistics_tables(found):
        out.print(table)


@annotation_commands.command("adjudicate")
def adjudicate(
    exports: Exports,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The tasks to write; with --decided, the gold lines (.jsonl).")
    ],
    decisions: Annotated[
        list[Path] | None,
        typer.Option(
            "--decided",
            help="The adjudicator's export of these tasks; may be repeated: the later decides a block anew.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    root: Root = Path(),
) -> None:
    """Make the tasks of a third project, pre-filled with what both have; or of its export, with --decided, gold.

    In the tasks a span that only one annotator has bears the name; what they differ in stands above the text.
    """
    from ..atomic import write_text
    from .adjudication import adjudication_task, pairs_by_block
    from .gold import decided, gold_lines
    from .reading import read_annotations, tasks_by_block

    if len(exports) < 2:
        raise CorpusError("adjudication needs the exports of two annotators; give both files")
    corpus = _texts(Paths(root))
    collections = [list(read_annotations(path, corpus, warn)) for path in exports]
    pairs = pairs_by_block(collections)
    blocks = {each.block.block_id for collection in collections for each in collection}
    if single := sorted(blocks - pairs.keys()):
        warn(f"{counted(len(single), 'block')} that not all annotated, left out: {', '.join(single[:5])} …")
    if not decisions:
        by_block = tasks_by_block(exports[0])
        made = [adjudication_task(by_block[block_id], both) for block_id, both in pairs.items()]
        write_text(output, as_json(made))
        differing = sum(bool(task["data"]["differences"]) for task in made)
        say(f"{output}: {counted(len(made), 'task')}, in {differing} of which the annotators differ")
        return
    outcomes = {
        outcome.block.block_id: outcome for path in decisions for outcome in read_annotations(path, corpus, warn)
    }
    gold = decided(outcomes.values(), pairs)
    write_text(output, gold_lines(gold))
    say(f"{output}: {counted(len(gold), 'block')}, {sum(len(each.decisions) for each in gold)} decisions")


@annotation_commands.command("migrate")
def migrate(
    file: Annotated[
        Path, typer.Argument(help="A JSON export of Label Studio, or lines of gold.", exists=True, dir_okay=False)
    ],
    release: Annotated[
        Path,
        typer.Option("--from", help="The release that the annotations were made on.", exists=True, file_okay=False),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The annotations on the corpus as it is now.")],
    as_lines: Annotated[bool, typer.Option("--json", help="Write what is not kept or moved as JSON lines.")] = False,
    root: Root = Path(),
) -> None:
    """Move annotations of a release to the corpus as it is built now, through the traces of both.

    What became of each is told: kept, moved, text changed (to be read again), lost. OUTPUT has the form of FILE.
    Lines of gold of which something is lost are kept beside it, in OUTPUT.lost.jsonl.
    """
    from .migration_files import migrate_file
    from .migration_report import print_report, rows

    migrated = migrate_file(file, release, output, Paths(root), warn)
    if as_lines:
        print_lines(rows(migrated))
        return
    print_report(migrated, out)
    say(f"{output}: {counted(len(migrated.annotations), 'annotation')}")


def _read(exports: Sequence[Path], root: Path) -> list[Annotation]:
    from .reading import read_annotations

    corpus = _texts(Paths(root))
    return [each for path in exports for each in read_annotations(path, corpus, warn)]


def _texts(paths: Paths) -> CorpusTexts:
    """The texts of the corpus as it is built now."""
    from ..catalogue import load_catalogue
    from ..corpus import block_rows, documents_of
    from .checks import CorpusTexts, text_hashes

    hashes = text_hashes(row for document in documents_of(paths) for row in block_rows(document))
    return CorpusTexts(paths.version(), hashes, frozenset(dict(load_catalogue(paths.catalogue).withdrawn)))
