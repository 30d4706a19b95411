"""Posts annotations that were decided elsewhere to a Label Studio server, as the user whose token is set.

LABEL_STUDIO_URL and LABEL_STUDIO_TOKEN say where and who. DECISIONS.json maps the ids of the project's tasks to what
was decided of each (govwork_build.annotation.decisions). A task that this user has annotated already is left as it
is, so a broken run is completed by another.

Run from the repository root: python scripts/post_annotations.py DECISIONS.json --project TITLE
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from govwork_build.annotation.connection import connect, find_project, refusals_named
from govwork_build.annotation.decisions import read_decisions
from govwork_build.annotation.quantities import attributes_of, parse_quantity
from govwork_build.annotation.results import results
from govwork_build.annotation.task_commands import PROJECT
from govwork_build.errors import CorpusError
from govwork_build.terminal import progress, say, say_error


def read_quantity(surface: str) -> Mapping[str, str]:
    """What the grammar reads of a quantity."""
    quantity = parse_quantity(surface)
    return attributes_of(quantity) if quantity else {}


def main(
    decisions: Annotated[Path, typer.Argument(help="What was decided.", exists=True, dir_okay=False)],
    project: Annotated[str, typer.Option(help="The project's title in Label Studio.")] = PROJECT,
) -> None:
    """Post decided annotations to a project."""
    try:
        server = connect(os.environ)
        number = find_project(server, project)
        if number is None:
            raise CorpusError(f"{server.url}: there is no project {project!r}; push its tasks first")
        with refusals_named(server.url, f"the tasks of {project!r}"):
            me = server.client.users.whoami().id
            there: list[Any] = list(server.client.tasks.list(project=number, fields="all", page_size=1000))
        tasks = {task.data["task_id"]: {"data": task.data} for task in there}
        done = {
            task.data["task_id"]
            for task in there
            for annotation in task.annotations or ()
            if annotation.get("completed_by") == me
        }
        made = read_decisions(decisions, tasks, "annotator", read_quantity)
        number_of = {task.data["task_id"]: task.id for task in there}
        waiting = [task_id for task_id in made if task_id not in done]
        with progress("annotations") as on_progress:
            for count, task_id in enumerate(waiting, start=1):
                with refusals_named(server.url, f"the annotation of {task_id}"):
                    annotation = made[task_id]
                    server.client.annotations.create(
                        id=number_of[task_id], result=results(annotation), lead_time=annotation.seconds
                    )
                on_progress(count, len(waiting))
    except CorpusError as error:
        for problem in error.problems:
            say_error(problem)
        raise typer.Exit(1) from None
    say(f"{project}: {len(waiting)} annotations posted, {len(made) - len(waiting)} there already")


if __name__ == "__main__":
    typer.run(main)
