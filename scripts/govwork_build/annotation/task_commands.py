"""The commands `govwork tasks …`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..build_paths import Paths
from ..errors import CorpusError
from ..findings import counted
from ..terminal import Root, as_json, progress, say, warn
from .records import Layer

if TYPE_CHECKING:
    from .connection import Server

# The title of a project where none is given.
PROJECT = "GovWork-ZH"
Project = Annotated[str, typer.Option(help="The project's title in Label Studio.")]
task_commands = typer.Typer(no_args_is_help=True, help="Tasks for Label Studio.")


@task_commands.command("make")
def make(
    output: Annotated[Path, typer.Argument(help="The tasks to write, as Label Studio imports them.")],
    seed: Annotated[str, typer.Option(help="Any text; it decides which blocks are drawn and which assisted.")],
    number: Annotated[int, typer.Option(min=1, help="How many blocks.")] = 100,
    kind: Annotated[
        list[str] | None, typer.Option(help="Only blocks of this kind, by rule; may be repeated.")
    ] = None,
    shortest: Annotated[int, typer.Option(min=1, help="Only blocks of at least so many characters.")] = 1,
    without: Annotated[
        list[Path] | None,
        typer.Option(help="Tasks whose blocks are not drawn again; may be repeated.", exists=True, dir_okay=False),
    ] = None,
    layer: Annotated[
        Layer, typer.Option(help="What is asked: block, its kind and topics alone; spans, these and its spans.")
    ] = "spans",
    plain: Annotated[
        bool, typer.Option("--plain", help="No pre-annotations; else half of the tasks of spans have some.")
    ] = False,
    order: Annotated[
        str | None, typer.Option(help="Any text; the tasks come in an order of its own, for a second pass.")
    ] = None,
    root: Root = Path(),
) -> None:
    """Draw blocks, spread over kinds and documents, and write them as tasks; beside them a key to the wrong ones.

    Of the pre-annotations one in twenty is wrong on purpose; OUTPUT.key.json, not for annotators, names them.
    """
    from ..atomic import write_text
    from ..corpus import documents_of
    from ..regions import load_regions
    from .draw import candidates, draw, shares
    from .reading import blocks_of_tasks
    from .scheme import scheme
    from .task_files import make_tasks, rule_annotator

    if unknown := sorted(set(kind or ()) - scheme().kinds.keys()):
        raise CorpusError(f"--kind {', '.join(unknown)}: use one of {', '.join(scheme().kinds)}")
    paths = Paths(root)
    drawn_before = {block_id for file in without or () for block_id in blocks_of_tasks(file)}
    pool = [
        candidate
        for candidate in candidates(documents_of(paths))
        if len(candidate.text) >= shortest
        and (not kind or candidate.row["kind"] in kind)
        and candidate.block_id not in drawn_before
    ]
    plain = plain or layer == "block"
    annotate = None if plain else rule_annotator(load_regions(paths.regions))
    made = make_tasks(draw(pool, shares(pool, number), seed), paths.version(), annotate, seed, order, layer)
    write_text(output, as_json(made.tasks))
    characters = sum(len(task["data"]["text"]) for task in made.tasks)
    said = f"{output}: {counted(len(made.tasks), 'task')}, {characters:,} characters"
    if not plain:
        key = output.with_suffix(".key.json")
        write_text(key, as_json([trap._asdict() for trap in made.traps]))
        said += f"; {key}: {counted(len(made.traps), 'wrong pre-annotation')}"
    say(said)


@task_commands.command("push")
def push(
    file: Annotated[Path, typer.Argument(help="Tasks that were made here.", exists=True, dir_okay=False)],
    project: Project = PROJECT,
) -> None:
    """Send tasks to a project of a Label Studio server, made if there is none; what is there already is not sent.

    LABEL_STUDIO_URL and LABEL_STUDIO_TOKEN say which server. A push that was broken off is completed by another.
    """
    from ..json_file import read_json
    from .label_config import label_config
    from .scheme import scheme
    from .server import push as run

    tasks = read_json(file)
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise CorpusError(f"{file}: is no list of tasks; make it with `govwork tasks make`")
    data = [task.get("data") or {} for task in tasks]
    config = label_config(
        scheme(),
        "block" if data and all(each.get("layer") == "block" for each in data) else "spans",
        adjudication=any("differences" in each for each in data),
    )
    server = _server()
    with progress("tasks") as on_progress:
        pushed = run(server, tasks, project, config, on_progress)
    said = f"{project}: {counted(pushed.sent, 'task')} sent, {pushed.known} there already"
    say(said + (f", {counted(pushed.removed, 'copy')} removed" if pushed.removed else ""))


@task_commands.command("pull")
def pull(
    file: Annotated[Path, typer.Argument(help="The export to write, as it comes; a batch is never changed.")],
    project: Project = PROJECT,
) -> None:
    """Write a project's JSON export: all of its tasks, with annotations, drafts and predictions told apart."""
    from .server import pull as run

    server = _server()
    with progress("bytes") as on_progress:
        pulled = run(server, project, file, on_progress)
    say(
        f"{file}: {counted(pulled.tasks, 'task')}, {counted(pulled.annotations, 'annotation')} "
        f"({pulled.skipped} skipped), {counted(pulled.drafts, 'draft')}"
    )


def _server() -> Server:
    """The server that the environment names; what is unusual of it is told. Raises CorpusError."""
    from .connection import connect

    server = connect(os.environ)
    if server.warning:
        warn(server.warning)
    return server
