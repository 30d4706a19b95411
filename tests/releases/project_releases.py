"""Projects that grow and change between releases."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

from govwork_build.build import build
from govwork_build.build_paths import Paths
from govwork_build.releases.making import Made, release

FIRST = "pujiang-2020-task_breakdown"
SECOND = "unplaced-2021-work_points"
NOTICE = "2021年工作要点\n一、加快发展。\n1.推进{what}建设。\n"
DATE = "2026-12-01"


def files(root: Path) -> dict[str, str]:
    """Every file and folder of a project, each file with its hash."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in sorted(root.rglob("*"))
    }


def add_document(project: Paths, doc_id: str = SECOND, split: str = "train", what: str = "城市") -> None:
    """Catalogues a small document of its own source, without building."""
    data = NOTICE.format(what=what).encode("utf-8")
    (project.corpus / "sources" / f"{doc_id}.txt").write_bytes(data)
    project.catalogue.write_text(
        project.catalogue.read_text("utf-8").rstrip("\n")
        + f'\n\n[[source]]\nid = "{doc_id}"\nfile = "{doc_id}.txt"\nsha256 = "{hashlib.sha256(data).hexdigest()}"\n'
        'encoding = "utf-8"\norigin = "Made up for the tests."\nlicence = "None needed."\n\n'
        f'[[source.document]]\nid = "{doc_id}"\nbegins = "2021年工作要点"\nrights = "official"\n',
        "utf-8",
    )
    for path, name in ((project.splits, split), (project.folds, "1")):
        held = tomllib.loads(path.read_text("utf-8"))
        held.setdefault(name, []).append(doc_id)
        write_lists(path, held)


def write_lists(path: Path, held: dict[str, list[str]]) -> None:
    """Writes splits or folds."""
    path.write_text("".join(f"{name} = {ids!r}\n" for name, ids in held.items()), "utf-8")


def move(project: Paths, doc_id: str, split: str) -> None:
    """Puts a document into another split, without building."""
    held = {name: set(ids) - {doc_id} for name, ids in tomllib.loads(project.splits.read_text("utf-8")).items()}
    held.setdefault(split, set()).add(doc_id)
    write_lists(project.splits, {name: sorted(ids) for name, ids in held.items() if ids})


def close_rights(project: Paths) -> None:
    """Edits a record of every document: its rights; without building."""
    catalogue = project.catalogue.read_text("utf-8")
    project.catalogue.write_text(catalogue.replace('rights = "official"', 'rights = "unclear"'), "utf-8")


def withdraw(project: Paths, doc_id: str, reason: str) -> None:
    """Takes a document out that is alone in its source, leaving its tombstone; without building."""
    head, *sources = project.catalogue.read_text("utf-8").split("[[source]]\n")
    kept = [source for source in sources if f'id = "{doc_id}"' not in source]
    stone = f'\n[[withdrawn]]\nid = "{doc_id}"\nreason = "{reason}"\n'
    project.catalogue.write_text("[[source]]\n".join([head, *kept]) + stone, "utf-8")
    (project.corpus / "sources" / f"{doc_id}.txt").unlink()
    for path in (project.splits, project.folds):
        held = {name: set(ids) - {doc_id} for name, ids in tomllib.loads(path.read_text("utf-8")).items()}
        write_lists(path, {name: sorted(ids) for name, ids in held.items() if ids})


def raise_version(project: Paths, version: str) -> None:
    (project.corpus / "VERSION").write_text(version + "\n", "utf-8")


def build_and_release(project: Paths, version: str, date: str = DATE, summary: str | None = None) -> Made:
    """A release of the project as it is now."""
    raise_version(project, version)
    build(project)
    return release(project, date, summary)
