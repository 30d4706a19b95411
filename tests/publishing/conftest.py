"""A hub to publish to, and small releases to publish."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from huggingface_hub import constants

from govwork_build.releases.release_folder import ReleaseFolder
from hub_server import Hub, running_hub
from publish_cases import NAME, api_of, small_release

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(params=["xet", "lfs"])
def hub(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    """A hub with an empty dataset, which large files reach by Xet or, as without its client, by Git LFS."""
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", request.param == "lfs")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
    # Nobody waits before asking again, and what would leave the loopback meets a proxy that is not there.
    monkeypatch.setattr("huggingface_hub.utils._http.time", SimpleNamespace(sleep=lambda seconds: None))
    monkeypatch.setenv("HF_XET_CLIENT_RETRY_BASE_DELAY", "1ms")
    monkeypatch.setenv("HF_XET_CLIENT_RETRY_MAX_ATTEMPTS", "2")
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running_hub(tmp_path / "xet") as hub:
        hub.xet.mkdir()
        api_of(hub).create_repo(NAME, repo_type="dataset")
        hub.forget_requests()
        yield hub


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> ReleaseFolder:
    return small_release(DATA / "project", tmp_path_factory.mktemp("first") / "root", "0.9.0", "10")


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> ReleaseFolder:
    return small_release(DATA / "project", tmp_path_factory.mktemp("second") / "root", "0.10.0", "20")
