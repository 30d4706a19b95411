"""The command `govwork publish`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..build_paths import Paths
from ..errors import CorpusError
from ..findings import counted
from ..terminal import Root, err, say

if TYPE_CHECKING:
    from .publish import Plan
    from .release_folder import ReleaseFolder


def publish(
    repository: Annotated[str, typer.Argument(help="A dataset repository of the Hugging Face Hub, <owner>/<name>.")],
    folder: Annotated[
        Path | None, typer.Option(help="A release; else the public one of the last build.", file_okay=False)
    ] = None,
    execute: Annotated[
        bool, typer.Option("--execute", help="Publish; else it is only told what would be done.")
    ] = False,
    root: Root = Path(),
) -> None:
    """Put the public release into a dataset repository of the Hugging Face Hub, as one commit, and tag it.

    HF_TOKEN says who asks, HF_ENDPOINT which Hub, if not the public one. Without --execute nothing is written there,
    and without a token nobody is asked. A run that was broken off is completed by another.
    """
    from huggingface_hub.utils.tqdm import disable_progress_bars

    from .hub import TOKEN, connect
    from .publish import check_name, look
    from .publish import publish as run
    from .release_folder import read_release_folder

    if not err.is_terminal:
        disable_progress_bars()
    paths = Paths(root)
    check_name(repository)
    release = read_release_folder(folder or paths.release("public"), paths.ledger)
    say(f"{release.path}: version {release.version}, {counted(len(release.files), 'file')}, {release.size:,} bytes")
    api = connect(os.environ)
    if api is None:
        if execute:
            raise CorpusError(f"{TOKEN}: is not set; make a token that may write to {repository} and set it")
        say(f"{repository} was not looked at, since {TOKEN} is not set; all files may have to be sent")
    else:
        plan = look(api, repository, release)
        _tell(repository, release, plan)
        if plan.tagged:
            return
        if execute:
            run(api, repository, release, plan)
            say(f"{repository} holds {release.tag}: {api.endpoint}/datasets/{repository}/tree/{release.tag}")
            return
    say(f"the tag would be {release.tag}; nothing was done, with --execute it is")


def _tell(repository: str, release: ReleaseFolder, plan: Plan) -> None:
    if plan.tagged:
        say(f"{repository} holds {release.tag} already, every file as it is here; there is nothing to do")
        return
    size = sum(release.files[path].size for path in plan.send)
    say(f"{repository}: {counted(len(plan.send), 'file')} to send, {size:,} bytes")
    for path in plan.send:
        say(f"  + {path}")
    for path in plan.remove:
        say(f"  - {path}")
