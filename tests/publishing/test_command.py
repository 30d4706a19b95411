"""The command `govwork publish`, as a person gives it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from huggingface_hub import constants

from govwork_build.releases.release_folder import ReleaseFolder
from hub_routes import READER, WRITER
from hub_server import Hub
from publish_cases import NAME, contents, contents_of

HOW = (Path(__file__).parents[2] / "docs" / "publishing.md").read_text("utf-8")
CODE = "from govwork_build.cli import main; main()"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where huggingface_hub keeps what it remembers, with a token that somebody has left there."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "token").write_text(WRITER, "utf-8")
    return folder


def publish(
    hub: Hub, release: ReleaseFolder, home: Path, *arguments: str, token: str | None = None
) -> subprocess.CompletedProcess[str]:
    """The command in the release's own project. Nothing it says has a token in it."""
    result = python(CODE, hub, release, home, "publish", NAME, *arguments, token=token)
    assert WRITER not in result.stdout + result.stderr
    assert READER not in result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    return result


def python(
    code: str, hub: Hub, release: ReleaseFolder, home: Path, *arguments: str, token: str | None
) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"HF_ENDPOINT": hub.url, "HF_HOME": str(home), "HF_HUB_DISABLE_TELEMETRY": "1"}
    environment["HF_HUB_DISABLE_XET"] = "1" if constants.HF_HUB_DISABLE_XET else "0"
    for name in ("HF_HUB_OFFLINE", "HF_TOKEN", "HF_TOKEN_PATH"):
        environment.pop(name, None)
    if token:
        environment["HF_TOKEN"] = token
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(
        command, cwd=release.path.parents[1], env=environment, capture_output=True, text=True, check=False
    )


def test_without_execute_it_only_tells(hub: Hub, first: ReleaseFolder, home: Path) -> None:
    size = sum(content.size for content in first.files.values())
    folder = f"dist/{first.path.name}"
    told = publish(hub, first, home)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines() == [
        f"{folder}: version 0.9.0, {len(first.files)} files, {size:,} bytes",
        f"{NAME} was not looked at, since HF_TOKEN is not set; all files may have to be sent",
        "the tag would be v0.9.0; nothing was done, with --execute it is",
    ]
    assert hub.requests == []

    told = publish(hub, first, home, token=READER)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines()[1:] == [
        f"{NAME}: {len(first.files)} files to send, {size:,} bytes",
        *(f"  + {path}" for path in first.files),
        "the tag would be v0.9.0; nothing was done, with --execute it is",
    ]
    assert hub.requests
    assert hub.writes == []


def test_with_execute_it_publishes_once(hub: Hub, first: ReleaseFolder, second: ReleaseFolder, home: Path) -> None:
    done = publish(hub, first, home, "--execute", token=WRITER)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == f"{NAME} holds v0.9.0: {hub.url}/datasets/{NAME}/tree/v0.9.0"
    done = publish(hub, second, home, "--execute", "--folder", str(second.path), token=WRITER)
    gone = first.files.keys() - second.files.keys()
    assert {f"  - {path}" for path in gone} <= set(done.stdout.splitlines())
    assert contents(hub.dataset(NAME), "main") == contents_of(second)

    hub.forget_requests()
    again = publish(hub, second, home, "--execute", token=WRITER)
    said = f"{NAME} holds v0.10.0 already, every file as it is here; there is nothing to do"
    assert again.stdout.splitlines()[1:] == [said]
    assert hub.writes == []


def test_a_token_that_is_stored_is_not_used(hub: Hub, first: ReleaseFolder, home: Path) -> None:
    refused = publish(hub, first, home, "--execute")
    assert refused.returncode == 1
    assert refused.stderr == f"error HF_TOKEN: is not set; make a token that may write to {NAME} and set it\n"
    assert hub.requests == []


def test_what_the_hub_refuses_is_told(hub: Hub, first: ReleaseFolder, home: Path) -> None:
    refused = publish(hub, first, home, "--execute", token="hf_of_nobody")
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"error HF_TOKEN: {hub.url} refuses the token;")
    assert "hf_of_nobody" not in refused.stdout + refused.stderr


def test_the_full_profile_is_not_published(hub: Hub, first: ReleaseFolder, home: Path) -> None:
    folder = f"dist/{first.path.name.removesuffix('-public')}"
    refused = publish(hub, first, home, "--execute", "--folder", folder, token=WRITER)
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"error {folder}: is of the profile full")
    assert hub.requests == []


def test_the_document_gets_back_what_was_published(hub: Hub, first: ReleaseFolder, home: Path) -> None:
    assert publish(hub, first, home, "--execute", token=WRITER).returncode == 0
    (code,) = re.findall(r"```python\n(.*?)```", HOW, re.DOTALL)
    code = re.sub("^   ", "", code, flags=re.MULTILINE).replace("<owner>/<name>", NAME).replace("0.1.0", "0.9.0")
    got = python(code + "print(govwork.verify(folder))\n", hub, first, home, token=READER)
    assert got.stdout == "[]\n", got.stderr
