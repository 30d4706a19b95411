"""A Label Studio server as a process of ours: on the loopback only, telling nobody, stopped with its block.

Label Studio pins its own SDK, so it lives in a virtual environment of its own. Needs a POSIX system.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from subprocess import DEVNULL, Popen, SubprocessError, TimeoutExpired, run

from ..errors import CorpusError

START_SECONDS, STOP_SECONDS, POLL_SECONDS = 180.0, 10.0, 0.1
HOST = "127.0.0.1"
# All a server sees of the environment: in ours it would obey USERNAME, HOST, PORT, DEBUG and CI.
_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PATH": os.defpath,
    "PYTHONUNBUFFERED": "1",  # its log is read while it runs
    "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",  # heeded only while it fills the data folder
    "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
    **dict.fromkeys(("COLLECT_ANALYTICS", "LATEST_VERSION_CHECK"), "false"),
    **dict.fromkeys(("SENTRY_DSN", "FRONTEND_SENTRY_DSN"), ""),
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), f"http://{HOST}:9"),  # leads nowhere
    "NO_PROXY": f"{HOST},localhost",
}


@dataclass(frozen=True, slots=True)
class Login:
    """The first user of a server: who it is in the browser, and its token for programs."""

    email: str
    password: str
    token: str


@dataclass(frozen=True, slots=True)
class Process:
    """A server that is up."""

    url: str
    process: Popen[bytes]


def version_of(executable: Path) -> str:
    """The version of a Label Studio, asked of the Python beside it: its own answer is slow.

    Raises CorpusError when there is none.
    """
    code = "from importlib.metadata import version; print(version('label-studio'))"
    command = [str(executable.with_name("python")), "-c", code]
    try:
        return run(command, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, SubprocessError) as error:
        raise CorpusError(f"{executable}: is no Label Studio that can be run ({error})") from None


@contextmanager
def serving(executable: Path, data: Path, login: Login, port: int | None = None) -> Iterator[Process]:
    """A server over the folder `data`, made if need be with the user of `login`; it stops with the block.

    Its log is the file `server.log` beside that folder. `port` is one that is free, or any free one. Raises
    CorpusError, with the end of its log, when it does not come up.
    """
    port = port or free_port()
    options = f"start --no-browser --internal-host {HOST} --port {port}".split()
    setpriv = shutil.which("setpriv")  # with it, a server does not outlive us even if we are killed
    argv = [*([setpriv, "--pdeathsig=TERM"] if setpriv else []), str(executable), *options]
    home, log = str(data.parent.resolve()), data.with_name("server.log")
    environment = _ENVIRONMENT | {
        "HOME": home,
        "TMPDIR": home,
        "LABEL_STUDIO_BASE_DATA_DIR": str(data.resolve()),
        "LABEL_STUDIO_USERNAME": login.email,
        "LABEL_STUDIO_PASSWORD": login.password,
        "LABEL_STUDIO_USER_TOKEN": login.token,
    }
    with log.open("wb") as out:
        process = Popen(
            argv, cwd=home, env=environment, stdin=DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
    try:
        _wait_until_up(process, port, log)
        yield Process(f"http://{HOST}:{port}", process)
    finally:
        for force in (signal.SIGTERM, signal.SIGKILL):  # the second takes what is left of the group
            with suppress(ProcessLookupError, TimeoutExpired):
                os.killpg(process.pid, force)
                process.wait(STOP_SECONDS)


def free_port(wanted: int = 0) -> int:
    """The port that is wanted if it is free, else any that is."""
    for port in (wanted, 0):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            return int(probe.getsockname()[1])
    raise CorpusError(f"{HOST}: no port is free; close what listens there")


def _wait_until_up(process: Popen[bytes], port: int, log: Path) -> None:
    # Health alone could be another server's: on a busy port Label Studio moves to the next one.
    started, deadline = f"server at http://{HOST}:{port}/", time.monotonic() + START_SECONDS
    while True:
        said = log.read_text(errors="replace")
        if started in said and _is_healthy(port):
            return
        if process.poll() is not None or "is in use" in said or time.monotonic() > deadline:
            raise CorpusError(f"{log}: Label Studio does not come up on port {port}:\n{said[-2000:]}")
        time.sleep(POLL_SECONDS)


def _is_healthy(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/health")
        answer = connection.getresponse()
        return answer.status == 200 and b"UP" in answer.read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
