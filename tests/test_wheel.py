"""The wheel holds all that the packages need outside a checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = """
from govwork_build.pipeline import normalise
print(normalise("陝西省乾縣經(jīng)濟發(fā)展,業(yè)績顯著").traced.text)
import govwork, govwork_build
print(govwork.__file__)
"""


def test_the_wheel_works_without_the_checkout(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    result = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(site)!r})\n{CODE}"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    text, origin = result.stdout.splitlines()
    # The county's name is kept by the table of places, which only the wheel can have given.
    assert text == "陕西省乾县经济发展，业绩显著"
    assert origin.startswith(str(site))
