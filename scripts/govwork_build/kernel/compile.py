"""Compiles the kernel when a machine first needs it, and keeps it among the user's cached files.

The package itself holds no machine's code: one wheel does for all. What is compiled is named after all that it is
made of, so that another version never meets it.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shlex
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from ..errors import CorpusError

_SOURCES = Path(__file__).parent
# Sums are not fused, so that all machines have the same ones; and no name of another library gets in the way.
_FLAGS = ("-std=c11", "-O2", "-DNDEBUG", "-ffp-contract=off", "-fvisibility=hidden", "-fPIC", "-shared")
_REMEDY = "install one (Debian: apt-get install gcc libc6-dev), or: pip install ziglang"


class KernelError(CorpusError):
    """The kernel cannot be compiled or loaded on this machine; the message says what to do."""


def load_kernel() -> ctypes.PyDLL:
    """The kernel's library, compiled if it is not there."""
    if os.name != "posix":
        raise KernelError("to undo shifted bytes, a part of this is compiled, which is done on Linux and macOS only")
    sources = sorted(_SOURCES.glob("*.[ch]"))
    machine = (_FLAGS, platform.system(), platform.machine(), struct.calcsize("P"), platform.libc_ver())
    made_of = b"\0".join([repr(machine).encode(), *(source.read_bytes() for source in sources)])
    name = f"kernel-{hashlib.sha256(made_of).hexdigest()[:16]}.so"
    for folder in _folders():
        # What is there and cannot be loaded is cut short, or on a disk from which nothing may be run.
        if _is_safe(folder) and (folder / name).is_file() and (loaded := _load(folder / name)):
            return loaded
    compiled = [str(source) for source in sources if source.suffix == ".c"]
    for folder in _folders():
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_safe(folder):
                continue
            with tempfile.TemporaryDirectory(dir=folder) as scratch:
                made = Path(scratch) / name
                _compile(compiled, made)
                if loaded := _load(made):
                    # Others may be at the same work: whichever comes last puts the same thing in place.
                    os.replace(made, folder / name)
                    return loaded
        except OSError:
            continue
    raise KernelError(
        "there is no folder from which the compiled search can be run: "
        f"{', '.join(map(str, _folders()))}; name one as XDG_CACHE_HOME"
    )


def _folders() -> Iterator[Path]:
    """Where the library may be: the user's cache, or a folder of theirs beside other temporary files."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "govwork-zh")
    # A user without a home has no such folder in it.
    if cache.is_absolute():
        yield cache
    try:
        yield Path(tempfile.gettempdir(), f"govwork-zh-{os.getuid()}")
    except OSError:
        return


def _is_safe(folder: Path) -> bool:
    """Whether none but the user and root can put a library of theirs there."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid in (0, os.getuid()) and not found.st_mode & 0o022


def _load(library: Path) -> ctypes.PyDLL | None:
    try:
        # Calls are short, and not worth giving up the interpreter's lock for.
        return ctypes.PyDLL(str(library))
    except OSError:
        return None


def _compile(sources: list[str], made: Path) -> None:
    said: list[str] = []
    for compiler in _compilers():
        command = [*compiler, *_FLAGS, "-o", str(made), *sources, "-lm"]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        if not done.returncode:
            return
        said.append(f"{shlex.join(compiler)} failed and said:\n{done.stderr.strip()}")
    raise KernelError(
        f"to undo shifted bytes, a part of this is compiled, which needs a C compiler: {_REMEDY}", *said
    )


def _compilers() -> Iterator[list[str]]:
    try:
        own = shlex.split(os.environ.get("CC", ""))
    except ValueError as error:
        raise KernelError(f"the C compiler that CC names cannot be told: {error}") from None
    if own:
        if not shutil.which(own[0]):
            raise KernelError(f"the C compiler that CC names is not there: {own[0]}")
        yield own
    for name in ("cc", "gcc", "clang"):
        if shutil.which(name):
            yield [name]
    if find_spec("ziglang"):
        yield [sys.executable, "-m", "ziglang", "cc"]
