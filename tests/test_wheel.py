"""The wheel holds all that the packages need outside a checkout, the data of the public release with it."""

from __future__ import annotations

import email
import json
import os
import shutil
import subprocess
import sys
import zipfile
from email.message import Message
from pathlib import Path

import pytest

from govwork.manifest import read_manifest
from offline import NO_NETWORK
from skipping import skip_or_fail

ROOT = Path(__file__).parents[1]
CODE = """
from govwork_build.pipeline import normalise
print(normalise("陝西省乾縣經(jīng)濟發(fā)展,業(yè)績顯著").traced.text)
import govwork, govwork_build
print(govwork.__file__)
"""
# What a reader of the paper types.
THREE_LINES = """
import govwork
tasks = govwork.load("tasks", split="train")
print(len(tasks), len(govwork.load("tasks", split="train[:10]")), govwork.__version__, tasks[10]["body"])
"""
VERSION = (ROOT / "corpus" / "VERSION").read_text("utf-8").strip()
ENTRY = {
    "version": "0.0.9",
    "date": "2026-12-01",
    "bump": "first",
    "content_sha256": {"full": "f" * 64, "public": "0" * 64},
    "rows": {"documents": {"a": "0123456789ab"}},
}


@pytest.fixture(scope="module")
def source(public: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as far as a wheel is made of it, with a build of the corpus and an entry in the ledger."""
    root = tmp_path_factory.mktemp("source")
    for name in ("loader", "scripts"):
        shutil.copytree(
            ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "data", "releases.json")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-DATA.md", "corpus/VERSION", "corpus/regions.csv"):
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    (root / "corpus" / "releases").mkdir()
    (root / "corpus" / "releases" / "0.0.9.json").write_text(json.dumps(ENTRY), "utf-8")
    shutil.copytree(public, root / "dist" / public.name)
    return root


def build_wheel(source: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    return subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    made = build_wheel(source, folder)
    assert made.returncode == 0, made.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an installer would put down."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def metadata(site: Path) -> Message:
    (path,) = site.glob("*.dist-info/METADATA")
    return email.message_from_bytes(path.read_bytes())


def test_the_wheel_works_without_the_checkout(site: Path, tmp_path: Path) -> None:
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


def test_the_wheel_holds_the_public_release_and_a_slim_ledger(site: Path, public: Path) -> None:
    assert read_manifest(site / "govwork" / "data") == read_manifest(public)
    (entry,) = (site / "govwork" / "releases").iterdir()
    assert entry.name == "0.0.9.json"
    assert json.loads(entry.read_text("utf-8")) == {key: value for key, value in ENTRY.items() if key != "rows"}


def test_the_wheel_names_the_licences_of_code_and_data(site: Path) -> None:
    told = metadata(site)
    assert told["License-Expression"] == "Apache-2.0 AND CC-BY-4.0"
    names = told.get_all("License-File")
    assert names == ["LICENSE", "LICENSE-DATA.md"]
    (licences,) = site.glob("*.dist-info/licenses")
    assert sorted(path.name for path in licences.iterdir()) == names
    for name in names:
        assert (licences / name).read_bytes() == (ROOT / name).read_bytes()


def test_a_second_wheel_has_the_same_bytes(source: Path, wheel: Path, tmp_path: Path) -> None:
    assert build_wheel(source, tmp_path).returncode == 0
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


@pytest.mark.parametrize("fault", ["no folder", "another version", "another profile", "no manifest"])
def test_a_wheel_without_the_public_release_says_how_to_get_it(source: Path, tmp_path: Path, fault: str) -> None:
    root = shutil.copytree(source, tmp_path / "source")
    (folder,) = (root / "dist").iterdir()
    if fault == "no folder":
        shutil.rmtree(folder)
    elif fault == "no manifest":
        (folder / "manifest.json").write_text("{", "utf-8")
    else:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        changed = {"version": "0.0.1"} if fault == "another version" else {"profile": "full"}
        (folder / "manifest.json").write_text(json.dumps(manifest | changed), "utf-8")
    made = build_wheel(root, tmp_path / "wheel")
    assert made.returncode == 1
    said = f"{folder} holds no public release of {VERSION}, which the wheel ships; run: make build"
    assert made.stderr.strip() == said
    assert not list(tmp_path.glob("wheel/*"))


def pip(python: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def install_from_index(python: Path, *wanted: str) -> None:
    got = pip(python, "install", "--quiet", *wanted)
    if got.returncode:
        skip_or_fail(f"the package index cannot be reached: {(got.stderr.splitlines() or ['?'])[-1]}")


def install(python: Path, *what: str) -> None:
    """Without an index, and without anything but this."""
    got = pip(python, "install", "--quiet", "--no-index", "--no-deps", "--force-reinstall", *what)
    assert got.returncode == 0, got.stderr


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory, site: Path) -> Path:
    """The interpreter of an environment that holds nothing but what the wheel asks for, from the package index."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
    python = folder / "bin" / "python"
    install_from_index(
        python, *(name for name in metadata(site).get_all("Requires-Dist", []) if "extra ==" not in name)
    )
    return python


def run_in(python: Path, folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Code in an environment of its own: no repository in sight, no setting of ours, no network."""
    return subprocess.run(
        [str(python), "-c", NO_NETWORK + code],
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_three_lines_in_an_empty_environment(empty: Path, wheel: Path, site: Path, tmp_path: Path) -> None:
    install(empty, str(wheel))
    assert pip(empty, "check").returncode == 0
    told = run_in(empty, tmp_path, THREE_LINES)
    assert told.returncode == 0, told.stderr
    number, ten, version, body = told.stdout.split(maxsplit=3)
    assert (number, ten, version) == ("107", "10", metadata(site)["Version"])
    assert body.startswith("11.")
    cited = run_in(empty, tmp_path, "import govwork; print(govwork.releases(), govwork.cite())")
    assert cited.stdout.startswith("['0.0.9'] @dataset{govwork-zh-0.0.9,"), cited.stderr


def test_the_command_in_an_empty_environment(empty: Path, wheel: Path) -> None:
    """What was installed is verified; what needs more says so."""
    install(empty, str(wheel))
    command = str(empty.with_name("govwork"))
    (data,) = empty.parents[1].glob("lib/python*/site-packages/govwork/data")
    verified = subprocess.run([command, "verify", data], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stderr) == (0, "")
    assert verified.stdout.startswith(f"govwork-zh {VERSION}, public: ")
    repaired = subprocess.run([command, "repair"], input="a", capture_output=True, text=True, check=False)
    assert repaired.returncode == 1
    assert "get it with: pip install 'govwork-zh[build]'" in repaired.stderr


def test_an_editable_install_needs_no_release(empty: Path, source: Path, tmp_path: Path) -> None:
    root = shutil.copytree(source, tmp_path / "source", ignore=shutil.ignore_patterns("dist"))
    install_from_index(empty, "hatchling", "editables")
    install(empty, "--no-build-isolation", "--editable", str(root))
    told = run_in(empty, tmp_path, "import govwork; print(govwork.__file__); govwork.load('tasks')")
    assert told.stdout.strip() == str(root / "loader" / "govwork" / "__init__.py")
    assert "in a checkout run: make build" in told.stderr
    shutil.copytree(source / "dist", root / "dist")
    assert run_in(empty, tmp_path, THREE_LINES).stdout.startswith("107 10 ")
