"""The command `govwork`."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.table import Table
from rich.text import Text

from .annotation.annotation_commands import annotation_commands
from .annotation.task_commands import PROJECT, task_commands
from .baseline.baseline_command import baseline
from .errors import CorpusError
from .extras import remedy
from .findings import counted, report
from .quality.quality_commands import quality_commands
from .releases.leakage_command import leakage
from .releases.publish_commands import publish
from .releases.release_commands import cite, diff, release
from .releases.verify_command import verify
from .scale.normalize_command import normalize
from .scale.report_command import collection_report
from .terminal import Root, err, out, progress_by_name, say, say_error, warn

if TYPE_CHECKING:
    from .annotation.gold import LeftOut

# Of gold that does not fit.
_REASONS_TOLD = 3

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Builds, checks and shows the GovWork-ZH corpus.")
app.add_typer(task_commands, name="tasks")
app.add_typer(annotation_commands, name="annotations")
app.add_typer(quality_commands, name="quality")
app.command()(diff)
app.command()(release)
app.command()(cite)
app.command()(verify)
app.command()(publish)
app.command()(leakage)
app.command()(baseline)
app.command()(normalize)
app.command("report")(collection_report)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"govwork {version('govwork-zh')}")
        raise typer.Exit


@app.callback()
def _options(
    wanted: Annotated[bool, typer.Option("--version", help="Print the version.", callback=_print_version)] = False,
) -> None:
    pass


@app.command()
def build(root: Root = Path()) -> None:
    """Read corpus/sources, write corpus/documents and under dist/ a release, whole and as it may be published."""
    from .build import build as run
    from .build_paths import Paths
    from .catalogue import load_catalogue

    paths = Paths(root)
    total = sum(len(source.documents) for source in load_catalogue(paths.catalogue).sources)
    with progress_by_name("documents", total) as on_progress:
        built = run(paths, on_progress)
    table = Table("config", "split", "rows", title=f"govwork-zh {built.manifest['version']}", title_justify="left")
    for config, splits in built.manifest["configs"].items():
        for split, facts in splits.items():
            table.add_row(config, split, f"{facts['rows']:,}")
    out.print(table)
    say(f"{counted(total, 'document')} in {paths.documents}, metadata in {paths.metadata}\n")
    if built.left_out:
        warn(_left_out(built.left_out))
    say(f"without the texts that may not be published: {built.public}\n")
    out.print("Load it with:", style="bold")
    print("from datasets import load_dataset")
    configs = ", ".join(config for config in built.manifest["configs"] if config != "documents")
    print(f'load_dataset("{built.release.as_posix()}", "documents")  # also: {configs}')


@app.command()
def add(
    file: Annotated[
        Path, typer.Argument(help="A file of text or a page saved as HTML.", exists=True, dir_okay=False)
    ],
    origin: Annotated[str, typer.Option(help="Where it came from: site, address, day.")],
    licence: Annotated[str, typer.Option(help="What is known of its licence, and on what ground it is included.")],
    rights: Annotated[str, typer.Option(help="official, unclear or third_party.")] = "unclear",
    encoding: Annotated[str | None, typer.Option(help="Its encoding, if detection fails.")] = None,
    root: Root = Path(),
) -> None:
    """Copy a file into corpus/sources and catalogue its documents, with proposed ids."""
    from .add import add_source
    from .build_paths import Paths

    added = add_source(Paths(root), file, origin, licence, rights, encoding)
    source = added.source
    out.print(f"catalogued {source.source_id}: {counted(len(source.documents), 'document')}", markup=False)
    for entry in source.documents:
        out.print(f"  {entry.doc_id}  {entry.begins}", markup=False)
    for doubt in added.doubts:
        warn(doubt)
    out.print(
        "Check the proposed ids in corpus/sources.toml, put each in a split of corpus/splits.toml and a fold of "
        "corpus/folds.toml, then: make build"
    )


@app.command()
def show(
    doc_id: Annotated[str, typer.Argument(help="The id of a document.")],
    html: Annotated[Path | None, typer.Option(help="Write a page that sets source and text side by side.")] = None,
    root: Root = Path(),
) -> None:
    """Print a document's metadata, evidence, blocks and edits, or write them as a page."""
    from .atomic import write_text
    from .build_paths import Paths
    from .show import find_document, page, print_document

    document = find_document(Paths(root), doc_id)
    if html:
        write_text(html, page(document))
        out.print(f"{html}: {doc_id}")
    else:
        print_document(document, out)


@app.command()
def repair(
    file: Annotated[Path, typer.Argument(help="A text, or a page saved as HTML; - is standard input.")] = Path("-"),
    explain: Annotated[bool, typer.Option("--explain", help="Write the edits instead, as JSON lines.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show the changed lines instead.")] = False,
) -> None:
    """Undo the damage of a text: shifted bytes, pinyin notes, forced traditional script."""
    from .overview import visible
    from .repair_view import changed_lines, explained, summary
    from .text_repair import decoded, repaired

    if explain and diff:
        raise CorpusError("--explain and --diff are two outputs: give one of them")
    piped = str(file) == "-"
    name = "standard input" if piped else visible(str(file))
    source = decoded(sys.stdin.buffer.read() if piped else file.read_bytes(), name)
    made = repaired(source.text)
    extracted = f"text extracted by {source.extractor}; " if source.extractor else ""
    # First, since a text may end without a line break.
    err.print(Text(f"{name}: {extracted}{summary(made)}", style="dim"), highlight=False, soft_wrap=True)
    if diff:
        for line in changed_lines(made.traced):
            out.print(line, highlight=False, soft_wrap=True)
        return
    written = "".join(f"{line}\n" for line in explained(made.traced)) if explain else made.traced.text
    # In UTF-8 wherever it goes, and its line breaks as they are.
    sys.stdout.buffer.write(written.encode("utf-8"))
    sys.stdout.buffer.flush()


@app.command("label-studio")
def label_studio(
    folder: Annotated[Path, typer.Option(help="Where its data lie.", file_okay=False)] = Path("label-studio"),
    project: Annotated[str, typer.Option(help="The project's title.")] = PROJECT,
    root: Root = Path(),
) -> None:
    """Start a Label Studio of your own, set up on first use, with the project to annotate in; Ctrl-C stops it."""
    from .annotation.studio import label_studio as run

    run(folder, root / "annotations" / "labels.xml", project, lambda said: out.print(said, soft_wrap=True))


@app.command()
def check(root: Root = Path()) -> None:
    """Validate sources, documents, blocks, tasks and release."""
    from .build_paths import Paths
    from .checks import check_all

    raise typer.Exit(report(check_all(Paths(root)), out))


def main() -> None:
    """Runs the command; bad input ends with its problems and status 1, never with a traceback."""
    try:
        app()
    except CorpusError as error:
        _fail(*error.problems)
    except ModuleNotFoundError as error:
        said = remedy(error)
        if said is None:
            raise
        _fail(said)
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))


def _fail(*problems: str) -> NoReturn:
    for problem in problems:
        say_error(problem)
    sys.exit(1)


def _left_out(gold: LeftOut) -> str:
    """What a build left out of the gold layer, with the first reasons."""
    reasons = [f"  {reason}" for reason in gold.reasons[:_REASONS_TOLD]]
    more = gold.count - len(reasons)
    told = [f"{gold.count} of {gold.total} lines of gold are not published:", *reasons]
    return "\n".join([*told, f"  and {more} more; to see all: govwork check"] if more else told)
