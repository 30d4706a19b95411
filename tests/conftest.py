"""No test talks to anything but this machine."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

from govwork_build.build_paths import Paths

DATA = Path(__file__).parent / "data"


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
