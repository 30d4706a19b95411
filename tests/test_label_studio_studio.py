"""The annotator's one command: set up once, started on the loopback, stopped by Ctrl-C, then as it was left."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from govwork_build.annotation.connection import TRIED, connect
from govwork_build.annotation.studio import find_or_install, studio
from govwork_build.annotation.studio_process import Login, free_port, serving, version_of
from govwork_build.errors import CorpusError
from label_studio_server import executable, why_unavailable
from skipping import skip_or_fail

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "annotations" / "labels.xml"
TASKS: Any = [{"data": {"text": "新增", "title": "", "before": "", "after": ""}}]
RUNNING = """
import sys
from pathlib import Path
from govwork_build.annotation.studio import label_studio
folder, config, title = sys.argv[1:]
label_studio(Path(folder), Path(config), title, lambda said: print(said, flush=True))
"""


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> Path:
    if reason := why_unavailable():
        skip_or_fail(reason)
    monkeypatch.setenv("GOVWORK_LABEL_STUDIO", str(executable()))
    return executable()


def started(folder: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": ":".join(str(ROOT / name) for name in ("scripts", "loader"))}
    command = [sys.executable, "-c", RUNNING, str(folder), str(CONFIG), "GovWork-ZH"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def said_until_up(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    for line in process.stdout:
        yield line.rstrip("\n")
        if line.startswith("Ctrl-C"):
            return


def test_it_is_set_up_once_and_goes_on_where_it_was_left(tmp_path: Path) -> None:
    folder = tmp_path / "work" / "label-studio"
    killed = started(folder)
    assert killed.stdout is not None
    assert killed.stdout.readline().startswith("sets up")
    killed.kill()
    killed.communicate()
    assert not (folder / "data").exists()  # what is half set up does not count

    process = started(folder)
    said = list(said_until_up(process))
    try:
        assert said[:2] == [f"sets up {folder}; this happens once and takes half a minute", "starts Label Studio"]
        with pytest.raises(CorpusError, match="runs here already"), studio(folder, CONFIG, "another", print):
            pass
        told = dict(
            line.split(maxsplit=1) for line in said if line.split()[0] in ("URL", "user", "password", "export")
        )
        environment = dict(word.split("=", 1) for word in told["export"].split())
        assert environment["LABEL_STUDIO_URL"].startswith("http://127.0.0.1:")
        assert told["URL"].startswith(environment["LABEL_STUDIO_URL"])
        client = connect(environment).client
        projects: Iterable[Any] = client.projects.list()
        (project,) = projects
        assert project.title == "GovWork-ZH"
        client.projects.import_tasks(project.id, request=TASKS)
        with httpx.Client(base_url=environment["LABEL_STUDIO_URL"]) as browser:
            browser.get("/user/login/")
            login = {
                "email": told["user"],
                "password": told["password"],
                "csrfmiddlewaretoken": browser.cookies["csrftoken"],
            }
            assert browser.post("/user/login/", data=login).status_code == 302
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
    with pytest.raises(CorpusError, match="no server answers"):
        connect(environment)

    kept = folder / "data" / "login.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert json.loads(kept.read_text())["password"] == told["password"]
    assert not list(folder.glob(".new.*"))
    lines: list[str] = []
    with studio(folder, CONFIG, "GovWork-ZH", lines.append) as again:
        assert lines == ["starts Label Studio"]
        client = connect({"LABEL_STUDIO_URL": again.url, "LABEL_STUDIO_TOKEN": again.login.token}).client
        projects = client.projects.list()
        assert [(found.id, found.task_number) for found in projects] == [(again.project, 1)]

    kept.write_text("{}")
    with pytest.raises(CorpusError, match=r"login\.json: cannot be read"), studio(folder, CONFIG, "x", lines.append):
        pass


def test_a_server_that_does_not_come_up_is_named_with_its_log(tmp_path: Path) -> None:
    broken = tmp_path / "label-studio"
    broken.write_text("#!/bin/sh\necho no space left on device\nexit 3\n")
    broken.chmod(0o755)
    with (
        pytest.raises(CorpusError, match=r"(?s)server\.log: Label Studio does not come up.*no space left"),
        serving(broken, tmp_path / "data", Login("a@b.test", "p", "t")),
    ):
        pass


def test_a_labelling_config_that_is_not_there_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(CorpusError, match=r"labels\.xml: cannot be read"),
        studio(tmp_path / "x", tmp_path / "labels.xml", "x", print),
    ):
        pass
    assert not (tmp_path / "x").exists()


def test_the_executable_that_is_named_must_be_one(tmp_path: Path, installed: Path) -> None:
    assert find_or_install({"GOVWORK_LABEL_STUDIO": str(installed)}, print) == installed
    with pytest.raises(CorpusError, match="GOVWORK_LABEL_STUDIO: /nowhere cannot be run"):
        find_or_install({"GOVWORK_LABEL_STUDIO": "/nowhere"}, print)
    with pytest.raises(CorpusError, match="is no Label Studio that can be run"):
        find_or_install({"GOVWORK_LABEL_STUDIO": sys.executable}, print)
    assert version_of(installed)


def test_an_installation_is_made_once_and_a_broken_one_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a package index that is not there: nothing is installed, and nothing passes for installed."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    said: list[str] = []
    for _ in range(2):
        with pytest.raises(CorpusError, match="could not be installed"):
            find_or_install({"XDG_CACHE_HOME": str(tmp_path)}, said.append)
    folder = tmp_path / "govwork-zh" / f"label-studio-{TRIED}"
    assert (
        said
        == [f"installs Label Studio {TRIED} from the package index into {folder}, about 1 GB; this happens once"] * 2
    )
    (folder / "complete").touch()
    assert find_or_install({"XDG_CACHE_HOME": str(tmp_path)}, said.append) == folder / "bin" / "label-studio"
    assert len(said) == 2


def test_a_port_that_is_taken_is_not_chosen() -> None:
    port = free_port()
    assert free_port(port) == port
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert free_port(port) != port
