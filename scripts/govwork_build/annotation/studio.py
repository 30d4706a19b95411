"""The annotator's one command: a Label Studio of one's own, set up once, started, with the project to work in.

Everything stands in one folder: `data`, the server's own, with `login.json`, the user's password and token, for their
owner's eyes; `server.log`. Nothing leaves this machine but the first set-up, which installs Label Studio from the
package index.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ..errors import CorpusError
from .connection import TOKEN, TRIED, URL, connect, open_project
from .studio_process import Login, free_port, serving, version_of

EXECUTABLE = "GOVWORK_LABEL_STUDIO"
USER = "annotator@localhost.localdomain"
# The port that Label Studio's own manual names; another one if that is taken.
_PORT = 8080
_DONE, _LOGIN, _FRESH = "complete", "login.json", ".new."

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Studio:
    """A Label Studio that is up: where, for whom, with which project."""

    url: str
    login: Login
    project: int
    title: str
    warning: str | None
    process: subprocess.Popen[bytes]

    def __str__(self) -> str:
        return (
            f"URL       {self.url}/projects/{self.project}/data\n"
            f"user      {self.login.email}\n"
            f"password  {self.login.password}\n"
            f"project   {self.title}\n"
            "for push and pull, in another terminal:\n"
            f"export {URL}={self.url} {TOKEN}={self.login.token}"
        )


def label_studio(folder: Path, config: Path, title: str, say: Say) -> None:
    """Runs the annotator's Label Studio until Ctrl-C, SIGTERM or the end of the terminal; then it stops cleanly.

    Raises CorpusError when it cannot be set up or started, is running already, or ends by itself.
    """
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)
    with suppress(KeyboardInterrupt), studio(folder, config, title, say) as running:
        if running.warning:
            say(running.warning)
        say(f"{running}\nCtrl-C stops it; the same command goes on where it was left.")
        status = running.process.wait()
        raise CorpusError(f"{folder / 'server.log'}: Label Studio ended by itself ({status}); its log says why")


@contextmanager
def studio(folder: Path, config: Path, title: str, say: Say) -> Iterator[Studio]:
    """A Label Studio over `folder`, made if need be, with a project of this title; it stops with the block."""
    try:
        labels = config.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{config}: cannot be read ({error}); run the command in the project's folder") from None
    executable = find_or_install(os.environ, say)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _owned(folder):
        login = _set_up(executable, folder, say)
        say("starts Label Studio")
        with serving(executable, folder / "data", login, free_port(_PORT)) as process:
            server = connect({URL: process.url, TOKEN: login.token})
            project = open_project(server, title, labels)
            yield Studio(process.url, login, project, title, server.warning, process.process)


def find_or_install(environment: Mapping[str, str], say: Say) -> Path:
    """The executable that GOVWORK_LABEL_STUDIO names, else that of a virtual environment made once in the cache.

    Raises CorpusError when there is none by that name, or the installation fails.
    """
    if name := environment.get(EXECUTABLE):
        if (found := shutil.which(name)) is None:
            raise CorpusError(f"{EXECUTABLE}: {name} cannot be run; name the executable label-studio, or unset it")
        executable = Path(found).resolve()
        version_of(executable)
        return executable
    cache = Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "govwork-zh" / f"label-studio-{TRIED}"
    folder.mkdir(parents=True, exist_ok=True)
    with Path(f"{folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of several, one installs and the others wait
        if not (folder / _DONE).exists():
            _install(folder, say)
    return folder / "bin" / "label-studio"


def _install(folder: Path, say: Say) -> None:
    """A virtual environment cannot be moved, so it is made in its place, and marked when it is whole."""
    say(f"installs Label Studio {TRIED} from the package index into {folder}, about 1 GB; this happens once")
    venv.create(folder, clear=True, with_pip=True)
    command = [str(folder / "bin" / "pip"), "install", "--quiet", f"label-studio=={TRIED}"]
    made = subprocess.run(command, stdout=sys.stderr, check=False)
    if made.returncode:
        raise CorpusError(f"{folder}: Label Studio could not be installed; pip says why above")
    (folder / _DONE).touch()


@contextmanager
def _owned(folder: Path) -> Iterator[None]:
    """One server at a time works in a folder; the lock goes with its process, however that ends."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CorpusError(f"{folder}: Label Studio runs here already; stop it, or name another folder") from None
        yield


def _set_up(executable: Path, folder: Path, say: Say) -> Login:
    """The login of a folder; its data, the login among them, are made aside and appear whole."""
    data = folder / "data"
    if not data.exists():
        say(f"sets up {folder}; this happens once and takes half a minute")
        for left in folder.glob(f"{_FRESH}*"):
            shutil.rmtree(left)
        login = Login(USER, secrets.token_urlsafe(12), secrets.token_hex(20))
        with tempfile.TemporaryDirectory(dir=folder, prefix=_FRESH) as fresh:
            with serving(executable, Path(fresh, "data"), login):
                pass
            path = Path(fresh, "data", _LOGIN)
            path.touch(mode=0o600)
            path.write_text(json.dumps(asdict(login), indent=1) + "\n", "utf-8")
            Path(fresh, "data").replace(data)
        return login
    try:
        return Login(**json.loads((data / _LOGIN).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise CorpusError(f"{data / _LOGIN}: cannot be read ({error}); put it back, or name another folder") from None
