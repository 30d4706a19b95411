"""A real Label Studio server for tests: `running_server()` starts one and stops it again.

Label Studio pins its own SDK, so it lives in a virtual environment of its own: the executable is
the one `GOVWORK_LABEL_STUDIO` names, or `/opt/govwork-label-studio/bin/label-studio`. It takes half
a minute on an empty data folder and seconds on a filled one, so a filled one is made on first use,
one a version, under `~/.cache/govwork-zh/`; delete it to have it made anew.
"""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from subprocess import Popen
from typing import Any

from govwork_build.annotation.studio_process import Login, serving, version_of
from govwork_build.errors import CorpusError

DEFAULT_EXECUTABLE = "/opt/govwork-label-studio/bin/label-studio"
LOGIN = Login("annotator@govwork.test", "govwork-test-password", "govwork-test-token")


@dataclass(frozen=True)
class Server:
    """A running server, its only user's token (`Authorization: Token …`) and its data folder."""

    url: str
    token: str
    data: Path
    process: Popen[bytes]

    def call(self, method: str, path: str, body: object = None) -> Any:
        """The decoded JSON answer. Raises RuntimeError, with the server's words, on a refusal."""
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        with closing(HTTPConnection(self.url.removeprefix("http://"), timeout=60)) as connection:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read().decode()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:2000]}")
        return json.loads(content or "null")


def why_unavailable() -> str | None:
    """What keeps `running_server` from working here, as a reason to skip; None where it works."""
    try:
        version_of(executable())
    except (OSError, CorpusError) as error:
        return f"no Label Studio server: {error}"
    return None


@contextmanager
def running_server(template: Path | None = None) -> Iterator[Server]:
    """A server on a free loopback port, over a temporary data folder; both go with the block.

    The folder starts as a copy of `template`, the data folder of a server that has stopped; without
    one, it holds one user and no project. Raises CorpusError, with its log, if it does not start.
    """
    studio = executable()
    with tempfile.TemporaryDirectory(prefix="label-studio-") as scratch:
        data = shutil.copytree(template or _cached_template(studio), Path(scratch, "data"))
        with serving(studio, data, LOGIN) as up:
            yield Server(up.url, LOGIN.token, data, up.process)


def executable() -> Path:
    """Label Studio as it is installed for tests. Raises FileNotFoundError."""
    name = os.environ.get("GOVWORK_LABEL_STUDIO") or DEFAULT_EXECUTABLE
    if (found := shutil.which(name)) is None:
        raise FileNotFoundError(f"{name} cannot be run; GOVWORK_LABEL_STUDIO may name another")
    return Path(found).resolve()


def _cached_template(studio: Path) -> Path:
    folder = Path.home() / ".cache/govwork-zh" / f"label-studio-data-{version_of(studio)}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of several test processes, one fills it
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
                data = Path(scratch, "data")
                with serving(studio, data, LOGIN):
                    pass
                data.rename(folder)
    return folder
