"""A release gets to the Hub whole or not at all, whatever goes wrong on the way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Literal

import pytest
from datasets import load_dataset
from huggingface_hub import hf_hub_download, snapshot_download

from govwork.manifest import read_manifest
from govwork.verification import verify
from govwork_build.releases.release_folder import ReleaseFolder, read_release_folder
from hub_routes import WRITER
from hub_server import Fault, Hub
from publish_cases import NAME, NO_LEDGER, Snapshot, add, api_of, contents, contents_of, once, run

# Of huggingface_hub, which sends large files by the old name of an argument.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=<...>':DeprecationWarning")


def test_what_is_published_comes_back_as_it_was(hub: Hub, release: Path, tmp_path: Path) -> None:
    folder = Path(f"{release}-public")
    published = read_release_folder(folder, NO_LEDGER)
    assert run(hub, published) is None
    got = Path(
        snapshot_download(
            NAME,
            repo_type="dataset",
            revision=published.tag,
            cache_dir=tmp_path / "hub",
            ignore_patterns=".gitattributes",
            endpoint=hub.url,
            token=WRITER,
        )
    )
    assert verify(got) == []
    assert {path: (got / path).read_bytes() for path in published.files} == {
        path: (folder / path).read_bytes() for path in published.files
    }
    for config, splits in read_manifest(got)["configs"].items():
        there = load_dataset(str(got), config, cache_dir=str(tmp_path / "there"))
        here = load_dataset(str(folder), config, cache_dir=str(tmp_path / "here"))
        assert there.keys() == here.keys() == splits.keys()
        assert {name: split.to_list() for name, split in there.items()} == {
            name: split.to_list() for name, split in here.items()
        }


def test_one_file_can_be_had_of_a_version(
    hub: Hub, first: ReleaseFolder, second: ReleaseFolder, tmp_path: Path
) -> None:
    assert [run(hub, release) for release in (first, second)] == [None, None]
    for release in (first, second):
        path = next(path for path in release.files if path.startswith("documents/"))
        got = hf_hub_download(
            NAME, path, repo_type="dataset", revision=release.tag, cache_dir=tmp_path, endpoint=hub.url, token=WRITER
        )
        assert Path(got).read_bytes() == (release.path / path).read_bytes()


def test_a_version_takes_the_place_of_the_one_before_in_one_commit(
    hub: Hub, first: ReleaseFolder, second: ReleaseFolder
) -> None:
    assert [run(hub, release) for release in (first, second)] == [None, None]
    repository = hub.dataset(NAME)
    assert contents(repository, "main") == contents(repository, "v0.10.0") == contents_of(second)
    assert contents(repository, "v0.9.0") == contents_of(first)
    _, commit = repository.at("v0.10.0")
    assert (commit.title, commit.parent) == ("GovWork-ZH 0.10.0", repository.tags["v0.9.0"])
    # The text differs, so files of both kinds were sent and others went.
    gone = contents_of(first).keys() - contents_of(second).keys()
    assert {path.partition("/")[0] for path in gone} >= {"documents", "blocks"}


def test_a_second_run_does_nothing(hub: Hub, first: ReleaseFolder, second: ReleaseFolder) -> None:
    for release in (first, second):
        assert run(hub, release) is None
    # Nor does it for a version that is no longer the newest.
    for release in (first, second):
        hub.forget_requests()
        assert run(hub, release) is None
        assert hub.writes == []


def assert_whole(hub: Hub, release: ReleaseFolder) -> None:
    """The release is there and tagged, and a run finds nothing to do."""
    repository = hub.dataset(NAME)
    assert contents(repository, "main") == contents(repository, release.tag) == contents_of(release)
    hub.forget_requests()
    assert run(hub, release) is None
    assert hub.writes == []


@pytest.fixture
def before_second(hub: Hub, first: ReleaseFolder, tmp_path: Path) -> Snapshot:
    """The hub as it is when the first version is there."""
    assert run(hub, first) is None
    hub.forget_requests()
    return Snapshot(hub, tmp_path / "snapshot")


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from-there-on"])
@pytest.mark.parametrize("what", [401, 403, 404, 409, 412, 500, "cut before", "cut after"])
def test_a_run_that_fails_anywhere_leaves_the_old_or_the_new_and_another_completes_it(
    hub: Hub,
    first: ReleaseFolder,
    second: ReleaseFolder,
    before_second: Snapshot,
    what: int | Literal["cut before", "cut after"],
    lasting: bool,
) -> None:
    assert run(hub, second) is None
    requests = len(hub.requests)
    failed = 0
    for number in range(1, requests + 1):
        before_second.restore()
        hub.fault = Fault(number, what, lasting)
        failed += run(hub, second) is not None
        repository = hub.dataset(NAME)
        assert contents(repository, "main") in (contents_of(first), contents_of(second))
        assert contents(repository, repository.tags.get(second.tag, "v0.9.0")) in (
            contents_of(second) if second.tag in repository.tags else contents_of(first),
        )
        hub.forget_requests()
        assert run(hub, second) is None
        assert_whole(hub, second)
    # What fails once is asked for again where that does no harm, so not all runs fail.
    assert failed == requests if lasting else failed > 0


def test_another_run_in_the_middle_of_one_does_no_harm(
    hub: Hub, second: ReleaseFolder, before_second: Snapshot
) -> None:
    assert run(hub, second) is None
    for number in range(1, len(hub.requests) + 1):
        before_second.restore()
        others: list[str | None] = []

        def other(others: list[str | None] = others) -> None:
            others.append(run(hub, second))

        hub.before = once(number, other)
        said = run(hub, second)
        assert others == [None]
        assert said is None or "another changed it during the commit; run the command again" in said
        assert_whole(hub, second)


def test_of_two_runs_at_once_one_commits(hub: Hub, second: ReleaseFolder, before_second: Snapshot) -> None:
    both = Barrier(2)

    def together(number: int, request: str) -> None:
        if "/commit/" in request:
            both.wait(60)

    hub.before = together
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda _: run(hub, second), range(2)))
    assert None in said
    (other,) = [each for each in said if each is not None]
    assert other == f"{NAME}: another changed it during the commit; run the command again"
    assert_whole(hub, second)


def commits_before(hub: Hub, path: str) -> None:
    """Another commits a file just before the request to this path is answered."""

    def commit(number: int, request: str) -> None:
        if request.startswith("POST") and path in request:
            hub.before = lambda number, request: None
            add(hub, "README.md")

    hub.before = commit


def test_what_another_commits_during_a_run_is_not_covered_up(hub: Hub, first: ReleaseFolder) -> None:
    commits_before(hub, "/commit/")
    assert run(hub, first) == f"{NAME}: another changed it during the commit; run the command again"
    assert contents(hub.dataset(NAME), "main").keys() == {"README.md"}
    assert run(hub, first) is None
    assert_whole(hub, first)


def test_what_another_commits_before_the_tag_is_not_tagged(hub: Hub, first: ReleaseFolder) -> None:
    commits_before(hub, "/tag/")
    assert run(hub, first) is None
    repository = hub.dataset(NAME)
    assert contents(repository, first.tag) == contents_of(first) != contents(repository, "main")


def test_what_is_there_besides_goes_where_nothing_is_to_be_sent(hub: Hub, first: ReleaseFolder) -> None:
    assert run(hub, first) is None
    api_of(hub).delete_tag(NAME, tag=first.tag, repo_type="dataset")
    add(hub, "stray.txt")
    assert run(hub, first) is None
    assert_whole(hub, first)


def test_a_large_file_of_the_same_name_and_size_is_told_apart(hub: Hub, first: ReleaseFolder) -> None:
    assert run(hub, first) is None
    path = next(path for path in first.files if path.startswith("documents/"))
    add(hub, path, bytes(first.files[path].size))
    api_of(hub).delete_tag(NAME, tag=first.tag, repo_type="dataset")
    assert run(hub, first) is None
    assert_whole(hub, first)


def test_what_a_commit_leaves_out_is_not_tagged(hub: Hub, first: ReleaseFolder) -> None:
    def lose_a_file(number: int, request: str) -> None:
        if "/tree/" in request and hub.writes:
            repository = hub.dataset(NAME)
            commit = repository.commits[repository.main]
            files = {path: file for path, file in commit.files.items() if path != "LICENSE.md"}
            repository.commits[repository.main] = commit._replace(files=files)

    hub.before = lose_a_file
    said = run(hub, first)
    assert said is not None
    assert "it does not hold the release (LICENSE.md); run the command again" in said
    assert hub.dataset(NAME).tags == {}
    hub.forget_requests()
    assert run(hub, first) is None
    assert_whole(hub, first)
