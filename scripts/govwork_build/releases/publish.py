"""A release to a dataset repository of the Hugging Face Hub: one commit, then one tag.

The files of a repository are known by their hashes, so each run finds out what is left to do, and what was broken off
is completed by another. The tag comes last: where it is, the release is whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, RepoFile
from huggingface_hub.errors import HfHubHTTPError

from govwork.manifest import MANIFEST, NAME

from ..errors import CorpusError
from .hub import refusals_named
from .release_folder import Content, ReleaseFolder

_KIND = "dataset"
# Of the Hub itself: made with a repository, and of no release.
_OF_THE_HUB = frozenset({".gitattributes"})
# What somebody may have put there when making the repository.
_OF_A_NEW_REPOSITORY = _OF_THE_HUB | {"README.md"}
_TAG = re.compile(r"v(\d+)\.(\d+)\.(\d+)")
# Of files that a message names.
_TOLD = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done to a repository; `head` is the commit it goes on top of, `tagged` whether nothing is."""

    head: str
    send: tuple[str, ...]
    remove: tuple[str, ...]
    tagged: bool


def look(api: HfApi, repository: str, release: ReleaseFolder) -> Plan:
    """What a publication would do; reads only.

    Raises CorpusError when the repository is not one for this release, and when the Hub refuses.
    """
    check_name(repository)
    head = _head(api, repository)
    with refusals_named(api, repository, "the list of tags"):
        tags = [ref.name for ref in api.list_repo_refs(repository, repo_type=_KIND).tags]
    if release.tag in tags:
        _check_tag(api, repository, release)
        return Plan(head, (), (), tagged=True)
    if newer := [tag for tag in tags if _number(tag) > _number(release.tag)]:
        raise CorpusError(
            f"{repository}: holds {max(newer, key=_number)}, and {release.tag} would take its place; publish a newer "
            "version"
        )
    there = _files_at(api, repository, head)
    _check_files(api, repository, head, there)
    send = tuple(path for path, content in release.files.items() if not _holds(there, path, content))
    return Plan(head, send, tuple(sorted(there.keys() - release.files.keys())), tagged=False)


def publish(api: HfApi, repository: str, release: ReleaseFolder, plan: Plan) -> None:
    """Does what `look` found to do.

    Raises CorpusError when the Hub refuses, or another changes the repository meanwhile; what is left is for
    another run.
    """
    if plan.tagged:
        return
    commit = plan.head
    if plan.send or plan.remove:
        commit = _commit(api, repository, release, plan)
    with refusals_named(api, repository, f"the tag {release.tag}"):
        api.create_tag(repository, tag=release.tag, revision=commit, repo_type=_KIND, exist_ok=True)
    _check_tag(api, repository, release)


def _commit(api: HfApi, repository: str, release: ReleaseFolder, plan: Plan) -> str:
    """Sends the files and gives the id of the commit."""
    with refusals_named(api, repository, "the commit"):
        commit = api.create_commit(
            repository,
            [
                *(CommitOperationAdd(path, release.path / path) for path in plan.send),
                *(CommitOperationDelete(path) for path in plan.remove),
            ],
            commit_message=f"GovWork-ZH {release.version}",
            repo_type=_KIND,
            parent_commit=plan.head,
        ).oid
    if other := _differences(_files_at(api, repository, commit), release):
        raise CorpusError(
            f"{repository}: after the commit {commit} it does not hold the release ({_told(other)}); run the command "
            "again"
        )
    return commit


def check_name(repository: str) -> None:
    """Raises CorpusError for an address, and for a name without its owner."""
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository, re.ASCII):
        raise CorpusError(f"{repository}: is no name of a repository; give <owner>/<name>, no address")


def _head(api: HfApi, repository: str) -> str:
    """The last commit of the repository's main branch."""
    with refusals_named(api, repository, "the state of the repository"):
        try:
            head = api.dataset_info(repository).sha
        except HfHubHTTPError as error:
            if error.response.status_code == 404:
                _refuse_other_kinds(api, repository)
            raise
        if head is None:
            raise ValueError("a repository without a commit")
        return head


def _refuse_other_kinds(api: HfApi, repository: str) -> None:
    for kind in ("model", "space"):
        if api.repo_exists(repository, repo_type=kind):
            raise CorpusError(
                f"{repository}: is a {kind} at {api.endpoint}, no dataset; name a dataset, or make one of another "
                "name: hf repos create <owner>/<name> --type dataset"
            )


def _files_at(api: HfApi, repository: str, revision: str) -> dict[str, RepoFile]:
    """The files of a revision by path, less those of the Hub itself."""
    with refusals_named(api, repository, "the list of files"):
        entries = api.list_repo_tree(repository, recursive=True, revision=revision, repo_type=_KIND)
        files = {entry.path: entry for entry in entries if isinstance(entry, RepoFile)}
    return {path: file for path, file in files.items() if path not in _OF_THE_HUB}


def _check_files(api: HfApi, repository: str, head: str, there: Mapping[str, RepoFile]) -> None:
    """Refuses a repository of something else, all of whose files would go, and one that would leave files out."""
    if ".gitignore" in there:
        raise CorpusError(f"{repository}: holds .gitignore, which can keep files out of a release; remove it there")
    if there.keys() - _OF_A_NEW_REPOSITORY and not (MANIFEST in there and _is_of_this_corpus(api, repository, head)):
        raise CorpusError(
            f"{repository}: holds something else ({_told(sorted(there))}); name an empty repository, or one of "
            "earlier releases"
        )


def _is_of_this_corpus(api: HfApi, repository: str, head: str) -> bool:
    """Whether the manifest that is there is one of this corpus."""
    with TemporaryDirectory() as folder, refusals_named(api, repository, "the manifest that is there"):
        path = api.hf_hub_download(repository, MANIFEST, repo_type=_KIND, revision=head, local_dir=folder)
        data = Path(path).read_bytes()
    try:
        manifest = json.loads(data)
    except ValueError:
        return False
    return isinstance(manifest, dict) and manifest.get("name") == NAME


def _check_tag(api: HfApi, repository: str, release: ReleaseFolder) -> None:
    if other := _differences(_files_at(api, repository, release.tag), release):
        raise CorpusError(
            f"{repository}: its {release.tag} is another release ({_told(other)}), and a version never changes; "
            "raise the version, or, where the tag is a mistake and nobody can have used it: "
            f"hf repos tag delete {repository} {release.tag} --type dataset"
        )


def _differences(there: Mapping[str, RepoFile], release: ReleaseFolder) -> list[str]:
    """Paths whose file is not that of the release."""
    paths = sorted(there.keys() | release.files.keys())
    return [path for path in paths if path not in release.files or not _holds(there, path, release.files[path])]


def _holds(there: Mapping[str, RepoFile], path: str, content: Content) -> bool:
    """Whether a file is there as it should be: the Hub knows large ones by sha256, others by the id of git."""
    file = there.get(path)
    if file is None:
        return False
    return file.lfs.sha256 == content.sha256 if file.lfs else file.blob_id == content.blob_id


def _number(tag: str) -> tuple[int, ...]:
    """The numbers of a version's tag; none of another tag, which is older than any version."""
    found = _TAG.fullmatch(tag)
    return tuple(int(number) for number in found.groups()) if found else ()


def _told(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _TOLD} more" if len(paths) > _TOLD else ""
    return ", ".join(paths[:_TOLD]) + more
