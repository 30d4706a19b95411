"""Compiles the kernel when a machine first needs it, and keeps it among the user's cached files.

The package itself holds no machine's code: one wheel does for all. What is compiled is named after all that it is
made of, so that another version never meets it.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from ..errors import CorpusError

_SOURCES = Path(__file__).parent
# Sums are not fused, so that all machines have the same ones.
_FLAGS = ("-std=c11", "-O2", "-ffp-contract=off", "-fPIC", "-shared")
_REMEDY = "install one (Debian: apt-get install gcc libc6-dev), or: pip install ziglang"


class KernelError(CorpusError):
    """The kernel cannot be compiled on this machine; the message says what to do."""


def compiled() -> Path:
    """The kernel's shared library, compiled if it is not there."""
    sources = sorted(_SOURCES.glob("*.[ch]"))
    machine = repr((_FLAGS, platform.system(), platform.machine(), platform.libc_ver()))
    made_of = hashlib.sha256(b"\0".join([machine.encode(), *(source.read_bytes() for source in sources)]))
    name = f"kernel-{made_of.hexdigest()[:16]}.so"
    folders = list(_folders())
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    if not folders:
        raise KernelError("there is no folder to keep the compiled search in; name one as XDG_CACHE_HOME")
    with tempfile.TemporaryDirectory(dir=folders[0]) as scratch:
        made = Path(scratch) / name
        _compile([str(source) for source in sources if source.suffix == ".c"], made)
        # Others may be at the same work: whichever comes last puts the same thing in place.
        os.replace(made, folders[0] / name)
    return folders[0] / name


def _folders() -> Iterator[Path]:
    """Where the library may be: the user's cache, or a folder of theirs beside other temporary files."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "govwork-zh")
    temporary = Path(tempfile.gettempdir(), f"govwork-zh-{os.getuid()}")
    # A user without a home has no such folder in it.
    for folder in (cache, temporary) if cache.is_absolute() else (temporary,):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = folder.stat()
        except OSError:
            continue
        # What others can write to, they could put a library of their own in.
        if found.st_uid == os.getuid() and not found.st_mode & 0o022 and os.access(folder, os.W_OK):
            yield folder


def _compile(sources: list[str], made: Path) -> None:
    command = [*_compiler(), *_FLAGS, "-o", str(made), *sources, "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise KernelError(f"the C compiler {command[0]} failed; {_REMEDY}. It said:\n{done.stderr.strip()}")


def _compiler() -> list[str]:
    for name in (os.environ.get("CC", ""), "cc", "gcc", "clang"):
        if name and shutil.which(name.split()[0]):
            return name.split()
    if find_spec("ziglang"):
        return [sys.executable, "-m", "ziglang", "cc"]
    raise KernelError(f"to undo shifted bytes, a part of this is compiled, which needs a C compiler: {_REMEDY}")
