"""Small releases to publish, and a hub to publish them to."""

from __future__ import annotations

import copy
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huggingface_hub import CommitOperationAdd, HfApi

from govwork_build.build import build
from govwork_build.build_paths import Paths
from govwork_build.errors import CorpusError
from govwork_build.releases.publish import look, publish
from govwork_build.releases.release_folder import ReleaseFolder, read_release_folder
from hub_repository import Repository
from hub_routes import READER, WRITER
from hub_server import Hub

NAME = "owner/corpus"
NO_LEDGER = Path("/nonexistent")


def small_release(project: Path, root: Path, version: str, amount: str) -> ReleaseFolder:
    """The public release of the small project, in which so many 億元 are to be invested."""
    shutil.copytree(project, root)
    paths = Paths(root)
    (paths.corpus / "VERSION").write_text(version + "\n", "utf-8")
    source = paths.corpus / "sources" / "mini.txt"
    old = source.read_bytes()
    new = old.replace("10億元".encode(), f"{amount}億元".encode())
    source.write_bytes(new)
    old_hash, new_hash = (hashlib.sha256(data).hexdigest() for data in (old, new))
    paths.catalogue.write_text(paths.catalogue.read_text("utf-8").replace(old_hash, new_hash), "utf-8")
    return read_release_folder(build(paths).public, NO_LEDGER)


def api_of(hub: Hub, token: str = WRITER) -> HfApi:
    return HfApi(endpoint=hub.url, token=token)


def run(hub: Hub, release: ReleaseFolder, name: str = NAME, token: str = WRITER) -> str | None:
    """One run of the command: what it says of what went wrong, if anything. It never says a token."""
    api = api_of(hub, token)
    try:
        publish(api, name, release, look(api, name, release))
    except CorpusError as error:
        said = str(error)
    else:
        return None
    assert WRITER not in said
    assert READER not in said
    return said


def add(hub: Hub, path: str, content: bytes = b"something\n") -> None:
    """Another commits a file of theirs."""
    operation = CommitOperationAdd(path, content)
    api_of(hub).create_commit(NAME, [operation], commit_message="something", repo_type="dataset")


def contents(repository: Repository, revision: str) -> dict[str, str]:
    """What the files of a revision are known by, by path, less that of the Hub itself."""
    _, commit = repository.at(revision)
    files = {path: file.sha256 or file.blob_id for path, file in commit.files.items()}
    return {path: known for path, known in files.items() if path != ".gitattributes"}


def contents_of(release: ReleaseFolder) -> dict[str, str]:
    return {
        path: content.sha256 if path.endswith(".parquet") else content.blob_id
        for path, content in release.files.items()
    }


class Snapshot:
    """What a hub holds, to be put back as often as it is wanted."""

    def __init__(self, hub: Hub, folder: Path) -> None:
        self._hub, self._folder = hub, folder
        self._repositories, self._objects = copy.deepcopy(hub.repositories), dict(hub.objects)
        shutil.copytree(hub.xet, folder)

    def restore(self) -> None:
        self._hub.repositories, self._hub.objects = copy.deepcopy(self._repositories), dict(self._objects)
        shutil.rmtree(self._hub.xet)
        shutil.copytree(self._folder, self._hub.xet)
        self._hub.forget_requests()


def once(number: int, action: Callable[[], Any]) -> Callable[[int, str], None]:
    """For `Hub.before`: the action before the request of this number is answered, while all others go on."""

    def before(seen: int, request: str) -> None:
        if seen == number:
            action()

    return before
