"""No test talks to anything but this machine."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from govwork_build.build import build
from govwork_build.build_paths import Paths
from label_studio_server import Server, running_server, why_unavailable
from skipping import skip_or_fail

DATA = Path(__file__).parent / "data"
ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuses every connection that leaves the loopback, and keeps Hugging Face libraries off line."""
    connect = socket.socket.connect

    def loopback_only(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test connects to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", loopback_only)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture
def project(tmp_path: Path) -> Paths:
    """A small project of its own: one source with one damaged task breakdown."""
    root = tmp_path / "project"
    shutil.copytree(DATA / "project", root)
    return Paths(root)


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of the real corpus, built in a folder of its own so that the checkout stays as it is."""
    root = tmp_path_factory.mktemp("release")
    (root / "corpus").mkdir()
    for path in (ROOT / "corpus").iterdir():
        if path.name not in ("documents", "documents.jsonl"):
            (root / "corpus" / path.name).symlink_to(path)
    for name in ("annotations", "docs", "DATASHEET.md"):
        (root / name).symlink_to(ROOT / name)
    return build(Paths(root)).release


@pytest.fixture(scope="session")
def public(release: Path) -> Path:
    """The same release as it may be published."""
    return release.with_name(f"{release.name}-public")


@pytest.fixture(scope="session")
def small_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the small project, which no test leaves otherwise than it was."""
    root = tmp_path_factory.mktemp("small") / "project"
    shutil.copytree(DATA / "project", root)
    return build(Paths(root)).release


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A Label Studio that all tests share; each makes projects of its own."""
    if reason := why_unavailable():
        skip_or_fail(reason)
    with running_server() as server:
        yield server
