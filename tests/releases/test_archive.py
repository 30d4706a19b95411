"""docs/publishing.md packs a release, as it says, into the same bytes each time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

from project_releases import build_and_release

from govwork.verification import verify
from govwork_build.build_paths import Paths

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(
    r"```sh\n(.*?)```", (ROOT / "docs" / "publishing.md").read_text("utf-8").replace("\n   ", "\n"), re.S
)


def followed(project: Paths) -> None:
    """Runs the document's commands in the project, as in a checkout with its environment."""
    command = project.root / ".venv" / "bin" / "govwork"
    command.parent.mkdir(parents=True, exist_ok=True)
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from govwork_build.cli import main; main()" "$@"\n')
    command.chmod(0o755)
    subprocess.run(["bash", "-euo", "pipefail", "-c", "".join(BLOCKS)], cwd=project.root, check=True)


def test_the_archive_is_the_release_and_packed_again_the_same(project: Paths, tmp_path: Path) -> None:
    assert len(BLOCKS) == 2
    build_and_release(project, "0.1.0", summary="A beginning.")
    followed(project)
    dist = project.root / "dist"
    archive = dist / "govwork-zh-0.1.0-public.tar.gz"
    first = archive.read_bytes()
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path / "unpacked", filter="data")
    assert verify(tmp_path / "unpacked" / "govwork-zh-0.1.0-public") == []
    subprocess.run(["sha256sum", "--check", f"{archive.name}.sha256"], cwd=dist, check=True)

    for path in project.release("public").rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(path.stat().st_mode & 0o700)
    followed(project)
    assert archive.read_bytes() == first


def test_the_notes_are_the_section_of_the_version_and_the_hash_of_the_archive(project: Paths) -> None:
    build_and_release(project, "0.1.0", summary="A beginning.")
    with project.changelog.open("a", encoding="utf-8") as changelog:
        changelog.write("\n## 0.1.0-older (2026-01-01): another\n\nNothing of it.\n")
    followed(project)
    notes = (project.root / "dist" / "notes.md").read_text("utf-8")
    digest = (project.root / "dist" / "govwork-zh-0.1.0-public.tar.gz.sha256").read_text("utf-8")
    assert notes.startswith("## 0.1.0 (2026-12-01): the first release\n\nA beginning.\n")
    assert notes.endswith(f"\nsha256 of the archive:\n\n    {digest}")
    assert "Nothing of it." not in notes
