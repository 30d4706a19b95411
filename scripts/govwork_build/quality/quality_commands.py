"""The commands `govwork quality …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..atomic import write_text
from ..build_paths import Paths
from ..errors import CorpusError
from ..terminal import Root, as_json, out, say

quality_commands = typer.Typer(no_args_is_help=True, help="How right a version of the corpus is, by samples.")


@quality_commands.command("draw")
def draw(
    questions: Annotated[Path, typer.Argument(help="The questions to write.")],
    seed: Annotated[str, typer.Option(help="Any text; it decides which items are drawn.")],
    root: Root = Path(),
) -> None:
    """Draw samples of the corpus as questions to a judge, who sees the sources and nothing that was made of them."""
    from .estimate import questions as run
    from .estimate import read_corpus

    asked = run(read_corpus(Paths(root)), seed)
    write_text(questions, as_json(asked))
    for name, aspect in asked["aspects"].items():
        say(f"{name}: {len(aspect['items'])} items")


@quality_commands.command("estimate")
def estimate(
    answers: Annotated[
        Path, typer.Argument(help="The answers, by aspect and item: a JSON object.", exists=True, dir_okay=False)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The estimates to write.")],
    questions: Annotated[
        Path | None, typer.Option(help="The questions that were drawn: each must be answered.", exists=True)
    ] = None,
    root: Root = Path(),
) -> None:
    """Hold the answers of a judge against the corpus as it is built now."""
    from .estimate import estimates, quality_rows, read_corpus, read_object, unanswered
    from .estimate_view import estimate_table

    said = read_object(answers)
    if questions and (problems := unanswered(read_object(questions), said, str(answers))):
        raise CorpusError(*problems)
    rows = quality_rows(estimates(read_corpus(Paths(root)), said, str(answers)))
    write_text(output, as_json(rows))
    out.print(estimate_table(rows))
