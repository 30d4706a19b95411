"""Files and folders that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .errors import CorpusError


def write_text(path: Path, text: str) -> None:
    """Writes UTF-8 with LF; a reader sees the old file or the new one, never a part.

    Raises CorpusError when there is no folder to write it in, or a folder in its place.
    """
    if not path.parent.is_dir():
        raise CorpusError(f"{path}: there is no folder {path.parent}; make it first")
    if path.is_dir():
        raise CorpusError(f"{path}: is a folder; name a file")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def restored_on_failure(paths: Sequence[Path]) -> Iterator[None]:
    """Makes the folders of text files; when the block fails, folders and files are as they were before it."""
    before = {path: path.read_bytes().decode("utf-8") if path.exists() else None for path in paths}
    folders = [folder for folder in dict.fromkeys(path.parent for path in paths) if not folder.exists()]
    for folder in folders:
        folder.mkdir()
    try:
        yield
    except BaseException:
        for path, text in before.items():
            if text is None:
                path.unlink(missing_ok=True)
            else:
                write_text(path, text)
        for folder in folders:
            folder.rmdir()
        raise


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to fill; it takes the place of `path` when the block ends well, else nothing changes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    fresh.chmod(0o755)
    try:
        yield fresh
        aside = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}.old."))
        if path.exists():
            os.replace(path, aside / "was")
        os.replace(fresh, path)
        shutil.rmtree(aside)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
