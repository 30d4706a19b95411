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
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from subprocess import DEVNULL, Popen, SubprocessError, TimeoutExpired, run
from typing import Any

DEFAULT_EXECUTABLE = "/opt/govwork-label-studio/bin/label-studio"
START_SECONDS, STOP_SECONDS, POLL_SECONDS = 180.0, 10.0, 0.1
TOKEN = "govwork-test-token"
# All a server sees of the environment: in ours it would obey USERNAME, HOST, PORT, DEBUG and CI.
ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PATH": os.defpath,
    "PYTHONUNBUFFERED": "1",  # its log is read while it runs
    "LABEL_STUDIO_USERNAME": "annotator@govwork.test",
    "LABEL_STUDIO_PASSWORD": "govwork-test-password",
    "LABEL_STUDIO_USER_TOKEN": TOKEN,
    "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",  # heeded only while it fills the data folder
    "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
    **dict.fromkeys(("COLLECT_ANALYTICS", "LATEST_VERSION_CHECK"), "false"),
    **dict.fromkeys(("SENTRY_DSN", "FRONTEND_SENTRY_DSN"), ""),
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"),  # leads nowhere
    "NO_PROXY": "127.0.0.1,localhost",
}


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
        _installed()
    except (OSError, SubprocessError) as error:
        return f"no Label Studio server: {error}"
    return None


@contextmanager
def running_server(template: Path | None = None) -> Iterator[Server]:
    """A server on a free loopback port, over a temporary data folder; both go with the block.

    The folder starts as a copy of `template`, the data folder of a server that has stopped; without
    one, it holds one user and no project. Raises RuntimeError, with its log, if it does not start.
    """
    executable, version = _installed()
    with tempfile.TemporaryDirectory(prefix="label-studio-") as scratch:
        filled = template or _cached_template(executable, version)
        with _serving(executable, shutil.copytree(filled, Path(scratch, "data"))) as server:
            yield server


def _installed() -> tuple[Path, str]:
    """The executable and its version, asked of the Python beside it: its own answer is slow."""
    name = os.environ.get("GOVWORK_LABEL_STUDIO") or DEFAULT_EXECUTABLE
    if (found := shutil.which(name)) is None:
        raise FileNotFoundError(f"{name} cannot be run; GOVWORK_LABEL_STUDIO may name another")
    executable = Path(found).resolve()
    code = "from importlib.metadata import version; print(version('label-studio'))"
    command = [str(executable.with_name("python")), "-c", code]
    return executable, run(command, check=True, capture_output=True, text=True).stdout.strip()


def _cached_template(executable: Path, version: str) -> Path:
    folder = Path.home() / ".cache/govwork-zh" / f"label-studio-{version}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of several test processes, one fills it
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
                with _serving(executable, Path(scratch, "data")) as server:
                    pass
                server.data.rename(folder)
    return folder


@contextmanager
def _serving(executable: Path, data: Path) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = f"start --no-browser --internal-host 127.0.0.1 --port {port}".split()
    setpriv = shutil.which("setpriv")  # with it, a killed test run leaves no server behind
    argv = [*([setpriv, "--pdeathsig=TERM"] if setpriv else []), str(executable), *options]
    home, log = str(data.parent), data.with_name("server.log")
    env = ENVIRONMENT | {"HOME": home, "TMPDIR": home, "LABEL_STUDIO_BASE_DATA_DIR": str(data)}
    with log.open("wb") as out:
        process = Popen(argv, cwd=home, env=env, stdin=DEVNULL, stdout=out, stderr=out, start_new_session=True)
    try:
        server = Server(f"http://127.0.0.1:{port}", TOKEN, data, process)
        _wait_until_up(server, log)
        yield server
    finally:
        for force in (signal.SIGTERM, signal.SIGKILL):  # the second takes what is left of the group
            with suppress(ProcessLookupError, TimeoutExpired):
                os.killpg(process.pid, force)
                process.wait(STOP_SECONDS)


def _wait_until_up(server: Server, log: Path) -> None:
    # Health alone could be another server's: on a busy port Label Studio moves to the next one.
    started, deadline = f"server at {server.url}/", time.monotonic() + START_SECONDS
    while True:
        said = log.read_text(errors="replace")
        with suppress(OSError, RuntimeError):
            if started in said and server.call("GET", "/health")["status"] == "UP":
                return
        if server.process.poll() is not None or "is in use" in said or time.monotonic() > deadline:
            raise RuntimeError(f"Label Studio is not up at {server.url}:\n{said[-2000:]}")
        time.sleep(POLL_SECONDS)
