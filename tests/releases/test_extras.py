"""A reader of the corpus needs the base installation only; a command that needs more says what."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from govwork_command import command

from govwork_build.build_paths import Paths
from govwork_build.cli import app
from govwork_build.extras import EXTRA_OF

ROOT = Path(__file__).parents[2]
# The commands of a reader, with what they are given.
READERS = {"verify": ["{release}"]}
KNOWN = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}


@pytest.mark.parametrize("name", sorted(READERS.keys() & KNOWN))
def test_a_command_of_readers_imports_nothing_of_an_extra(name: str, release: Path) -> None:
    arguments = [argument.format(release=release) for argument in READERS[name]]
    result = command(name, *arguments, without=tuple(EXTRA_OF))
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout


def test_verify_is_a_command_and_needs_no_datasets(release: Path) -> None:
    result = command("verify", release, without=(*EXTRA_OF, "datasets", "pandas"))
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("module", "arguments", "extra"),
    [
        ("tomlkit", ("build",), "build"),
        ("jinja2", ("build",), "build"),
        ("opencc", ("repair",), "build"),
        ("pypinyin", ("check",), "build"),
        ("label_studio_sdk", ("tasks", "pull", "x.json"), "annotate"),
    ],
)
def test_a_command_that_needs_an_extra_names_it(
    project: Paths, module: str, arguments: tuple[str, ...], extra: str
) -> None:
    root = ("--root", str(project.root)) if arguments in (("build",), ("check",)) else ()
    result = command(*arguments, *root, without=(module,))
    assert result.returncode == 1
    install = f"pip install 'govwork-zh[{extra}]'"
    assert result.stderr == f"error this command needs {module}, which is not installed; get it with: {install}\n"


def test_a_missing_module_of_no_extra_is_a_fault_of_ours() -> None:
    assert "Traceback" in command("build", without=("pyarrow",)).stderr


def test_every_module_of_an_extra_is_known() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    modules_of: dict[str, set[str]] = {}
    for module, distributions in packages_distributions().items():
        for distribution in distributions:
            modules_of.setdefault(re.sub(r"[-_.]+", "-", distribution).lower(), set()).add(module)
    for extra in ("build", "annotate"):
        for requirement in extras[extra]:
            name = re.split(r"[^\w.-]", requirement)[0].lower()
            modules = {module for module in modules_of[name] if module.isidentifier()}
            assert extra in {EXTRA_OF.get(module) for module in modules}
