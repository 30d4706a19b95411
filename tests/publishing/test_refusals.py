"""What is not published, and why: each refusal names the place and the remedy, and leaves the hub as it was."""

from __future__ import annotations

import shutil
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub import constants

from govwork.content import content_sha256
from govwork.manifest import read_manifest
from govwork_build.build import build
from govwork_build.build_paths import Paths
from govwork_build.errors import CorpusError
from govwork_build.releases.hub import connect, refusals_named
from govwork_build.releases.ledger import LedgerEntry
from govwork_build.releases.publish import check_name, look
from govwork_build.releases.release_folder import ReleaseFolder, read_release_folder
from govwork_build.releases.row_hashes import KINDS
from hub_routes import READER, WRITER
from hub_server import Fault, Hub
from publish_cases import NAME, NO_LEDGER, add, api_of, contents, contents_of, run

# Of huggingface_hub, which sends large files by the old name of an argument.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=<...>':DeprecationWarning")


@pytest.fixture
def folder(first: ReleaseFolder, tmp_path: Path) -> Path:
    """A copy of the first release, to be changed."""
    return Path(shutil.copytree(first.path, tmp_path / first.path.name))


def refused(folder: Path, ledger: Path = NO_LEDGER) -> str:
    with pytest.raises(CorpusError) as error:
        read_release_folder(folder, ledger)
    return str(error.value)


def test_the_full_profile_is_refused_by_name(first: ReleaseFolder) -> None:
    full = first.path.with_name(first.path.name.removesuffix("-public"))
    assert read_manifest(full)["profile"] == "full"
    assert refused(full).startswith(f"{full}: is of the profile full, whose texts must not all be published")


def test_a_folder_that_is_not_as_its_manifest_tells_is_refused(folder: Path) -> None:
    card = folder / "README.md"
    card.write_bytes(card.read_bytes().replace(b"G", b"g", 1))
    assert refused(folder).startswith(f"{card}: has the sha256")
    card.unlink()
    (folder / "notes.txt").write_text("x", "utf-8")
    assert refused(folder).splitlines() == [
        f"{folder / 'notes.txt'}: is not in the manifest; remove it",
        f"{card}: is missing; get the release anew",
    ]
    assert "cannot be read" in refused(folder / "nothing")


def test_where_releases_were_made_only_such_a_one_is_published(first: ReleaseFolder, tmp_path: Path) -> None:
    paths = Paths(Path(shutil.copytree(first.path.parents[1], tmp_path / "root")))
    folder = paths.release("public")
    entry = entry_of(folder)
    paths.ledger.mkdir()
    (paths.ledger / "0.8.0.json").write_text(replace(entry, version="0.8.0").text(), "utf-8")
    assert refused(folder, paths.ledger) == f"{folder}: 0.9.0 is not in {paths.ledger}; make the release first"
    path = paths.ledger / "0.9.0.json"
    path.write_text(entry.text(), "utf-8")
    # It was built before it was made a release, so it has no date.
    assert refused(folder, paths.ledger) == f"{folder}: is not what {path} says of 0.9.0; build it anew"
    build(paths)
    assert read_release_folder(folder, paths.ledger).version == "0.9.0"
    hashes = {**entry.content_sha256, "public": "0" * 64}
    path.write_text(replace(entry, content_sha256=hashes).text(), "utf-8")
    assert refused(folder, paths.ledger) == f"{folder}: is not what {path} says of 0.9.0; build it anew"
    path.write_text("{}", "utf-8")
    assert refused(folder, paths.ledger).startswith(f"{path}: ")


def entry_of(folder: Path) -> LedgerEntry:
    """An entry on the release in a folder, of which the ledger has nothing but its hash."""
    manifest = read_manifest(folder)
    return LedgerEntry(
        version=manifest["version"],
        date="2026-12-01",
        bump="first",
        content_sha256={"full": content_sha256({}), "public": manifest["content_sha256"]},
        configs={},
        splits={},
        sources={},
        withdrawn={},
        tools={},
        rows={kind: {} for kind in KINDS},
    )


@pytest.mark.parametrize(
    "name", ["corpus", "owner/", "https://huggingface.co/datasets/owner/corpus", "datasets/owner/corpus", "o w/n", ""]
)
def test_what_is_no_name_of_a_repository_is_refused(name: str) -> None:
    with pytest.raises(CorpusError, match="give <owner>/<name>"):
        check_name(name)


def test_a_name_that_the_hub_cannot_have_is_refused(hub: Hub, first: ReleaseFolder) -> None:
    assert (run(hub, first, "owner/a--b") or "").startswith("owner/a--b: Cannot have -- or .. in repo_id")
    assert hub.requests == []


def test_a_tag_of_another_release_is_refused_with_what_can_be_done(
    hub: Hub, first: ReleaseFolder, second: ReleaseFolder
) -> None:
    assert run(hub, first) is None
    api_of(hub).create_tag(NAME, tag=second.tag, repo_type="dataset")
    hub.forget_requests()
    said = run(hub, second)
    assert said is not None
    assert said.startswith(f"{NAME}: its v0.10.0 is another release (README.md, ")
    assert said.endswith(f"hf repos tag delete {NAME} v0.10.0 --type dataset")
    assert hub.writes == []
    api_of(hub).delete_tag(NAME, tag=second.tag, repo_type="dataset")
    assert run(hub, second) is None
    assert contents(hub.dataset(NAME), "v0.10.0") == contents_of(second)


def test_a_tag_that_another_makes_meanwhile_elsewhere_is_told(
    hub: Hub, first: ReleaseFolder, second: ReleaseFolder
) -> None:
    assert run(hub, first) is None

    def tag_the_old(number: int, request: str) -> None:
        if request.startswith("POST") and "/tag/" in request:
            hub.dataset(NAME).tags[second.tag] = hub.dataset(NAME).tags[first.tag]

    hub.before = tag_the_old
    assert (run(hub, second) or "").startswith(f"{NAME}: its v0.10.0 is another release")


def test_an_older_version_does_not_take_the_place_of_a_newer(
    hub: Hub, first: ReleaseFolder, second: ReleaseFolder
) -> None:
    assert run(hub, second) is None
    hub.forget_requests()
    expected = f"{NAME}: holds v0.10.0, and v0.9.0 would take its place; publish a newer version"
    assert run(hub, first) == expected
    assert hub.writes == []


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("model.bin", "holds something else (model.bin)"),
        ("manifest.json", "holds something else (manifest.json)"),
        (".gitignore", "holds .gitignore, which can keep files out"),
    ],
)
def test_a_repository_of_something_else_is_left_alone(hub: Hub, first: ReleaseFolder, path: str, said: str) -> None:
    add(hub, path)
    hub.forget_requests()
    assert said in (run(hub, first) or "")
    assert hub.writes == []


@pytest.mark.parametrize("manifest", [b'{"name": "other"}', b"[]"])
def test_a_manifest_of_something_else_does_not_make_a_repository_one_of_this_corpus(
    hub: Hub, first: ReleaseFolder, manifest: bytes
) -> None:
    add(hub, "manifest.json", manifest)
    hub.forget_requests()
    assert "holds something else (manifest.json)" in (run(hub, first) or "")
    assert hub.writes == []


def test_a_card_that_was_made_with_the_repository_gives_way(hub: Hub, first: ReleaseFolder) -> None:
    add(hub, "README.md")
    assert run(hub, first) is None
    assert contents(hub.dataset(NAME), "main") == contents_of(first)


def test_a_token_that_the_hub_does_not_know_is_refused(hub: Hub, first: ReleaseFolder) -> None:
    said = run(hub, first, token="hf_of_nobody")
    assert said == f"HF_TOKEN: {hub.url} refuses the token; make one at {hub.url}/settings/tokens and set HF_TOKEN"


def test_a_token_that_may_only_read_can_look_and_not_publish(hub: Hub, first: ReleaseFolder) -> None:
    assert look(api_of(hub, READER), NAME, first).send == tuple(first.files)
    said = run(hub, first, token=READER)
    assert said == (
        f"HF_TOKEN: {hub.url} refuses the commit of {NAME} to this token; set one that may write to {NAME}"
    )
    assert hub.dataset(NAME).tags == {}


def test_a_token_in_what_the_hub_says_is_not_told(hub: Hub, first: ReleaseFolder) -> None:
    with pytest.raises(CorpusError) as error, refusals_named(api_of(hub), NAME, "the greeting"):
        raise ValueError(f"Illegal header value: Bearer {WRITER}")
    assert "Illegal header value: Bearer …" in str(error.value)


def test_a_dataset_that_is_not_there_is_told_with_how_to_make_it(hub: Hub, first: ReleaseFolder) -> None:
    said = run(hub, first, "owner/other")
    assert said is not None
    assert said.startswith(f"owner/other: there is no such dataset at {hub.url}")
    assert said.endswith("hf repos create owner/other --type dataset")


@pytest.mark.parametrize("kind", ["model", "space"])
def test_a_repository_of_another_kind_is_told(hub: Hub, first: ReleaseFolder, kind: str) -> None:
    api_of(hub).create_repo("owner/other", repo_type=kind, space_sdk="static" if kind == "space" else None)
    assert (run(hub, first, "owner/other") or "").startswith(f"owner/other: is a {kind} at {hub.url}, no dataset;")


def test_a_hub_that_is_not_there_is_told(hub: Hub, first: ReleaseFolder) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = replace(hub, url=f"http://127.0.0.1:{free.getsockname()[1]}")
        said = run(nobody, first)
    assert (said or "").startswith(f"{nobody.url}: no server answers (")
    assert (run(replace(hub, url="hub.example"), first) or "").startswith("hub.example: no server answers (")


def test_offline_mode_is_told(hub: Hub, first: ReleaseFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert run(hub, first) == "HF_HUB_OFFLINE: is set, and publishing needs the Hub; unset it"
    assert hub.requests == []


def test_what_is_no_hub_is_told(hub: Hub, first: ReleaseFolder) -> None:
    """A server that answers everything, and not as a hub does."""
    hub.dataset(NAME).main = "0" * 40
    assert "run the command again" in (run(hub, first) or "")


def test_why_an_upload_failed_is_told(hub: Hub, first: ReleaseFolder) -> None:
    def fail(number: int, request: str) -> None:
        if request.startswith("PUT") or "xet-write-token" in request:
            hub.fault = Fault(number, 500, lasting=True)

    hub.before = fail
    by_lfs = constants.HF_HUB_DISABLE_XET
    why = "is refused (500: told to fail with 500); run" if by_lfs else "was broken off ("
    assert f"{hub.url}: the commit {why}" in (run(hub, first) or "")


@pytest.mark.parametrize("token", ["hf_a b", "hf_文", "hf_a\nhf_b"])
def test_what_cannot_be_a_token_is_refused_and_not_told(token: str) -> None:
    with pytest.raises(CorpusError) as error:
        connect({"HF_TOKEN": token})
    assert str(error.value) == "HF_TOKEN: holds characters that no token has; copy it again"


def test_a_token_is_taken_as_it_stands_and_without_one_nobody_is_asked() -> None:
    assert connect({}) is connect({"HF_TOKEN": " "}) is None
    api = connect({"HF_TOKEN": " hf_a\n"})
    assert api is not None
    assert api.token == "hf_a"
