"""Repositories of a stand-in for the Hugging Face Hub: commits of files, a main branch, tags."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from xet_storage import xet_hashes


class Answer(NamedTuple):
    """What is answered: a status, JSON or bytes, and headers."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = {}


class RefusalError(Exception):
    """A request that is refused."""

    def __init__(self, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        headers = {"X-Error-Message": message} | ({"X-Error-Code": code} if code else {})
        self.answer = Answer(status, {"error": message}, headers)


@dataclass(frozen=True)
class File:
    """A file of a commit; of a large one `sha256` is known and the bytes lie in the storage of large files."""

    size: int
    blob_id: str
    content: bytes | None = None
    sha256: str | None = None

    @classmethod
    def small(cls, content: bytes) -> File:
        return cls(len(content), git_id(b"blob", content), content)

    @classmethod
    def large(cls, sha256: str, size: int) -> File:
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n"
        return cls(size, git_id(b"blob", pointer.encode()), sha256=sha256)


class Commit(NamedTuple):
    """The files at a commit, by path."""

    parent: str | None
    title: str
    files: Mapping[str, File]

    @property
    def oid(self) -> str:
        files = "".join(f"{path} {file.blob_id}\n" for path, file in sorted(self.files.items()))
        return git_id(b"commit", f"{self.parent} {self.title}\n{files}".encode())


@dataclass
class Repository:
    """The commits of a repository, the head of its main branch and its tags."""

    commits: dict[str, Commit]
    main: str
    tags: dict[str, str] = field(default_factory=dict)

    @classmethod
    def new(cls) -> Repository:
        first = Commit(None, "initial commit", {".gitattributes": File.small(b"*.parquet filter=lfs\n")})
        return cls({first.oid: first}, first.oid)

    def at(self, revision: str) -> tuple[str, Commit]:
        oid = {"main": self.main, **self.tags}.get(revision, revision)
        if oid not in self.commits:
            raise RefusalError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return oid, self.commits[oid]

    @property
    def files(self) -> Mapping[str, File]:
        return self.commits[self.main].files


@dataclass
class Store:
    """What a hub holds: repositories by kind and name, large files by sha256, and others in a folder of Xet."""

    xet: Path
    url: str = ""
    repositories: dict[tuple[str, str], Repository] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)

    def repository(self, parts: Mapping[str, str]) -> Repository:
        """The one of this `kind`, in the plural, and `name`."""
        key = parts["kind"].removesuffix("s"), parts["name"]
        if key not in self.repositories:
            raise RefusalError(404, "Repository not found", "RepoNotFound")
        return self.repositories[key]

    def holds(self, sha256: str) -> bool:
        return sha256 in self.objects or sha256 in xet_hashes(self.xet)


def git_id(kind: bytes, content: bytes) -> str:
    return hashlib.sha1(kind + b" %d\0" % len(content) + content).hexdigest()
