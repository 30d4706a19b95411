"""A citation names one version and its content, in forms that others read, without network or build."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from model_releases import ModelRelease, document
from pybtex.database import Entry, parse_string

from govwork.citation import STYLES, Released, citation, latex, ledger_folder, read_releases
from govwork_build.extras import EXTRA_OF

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "tests" / "data" / "releases" / "cff-1.2.0.schema.json").read_text("utf-8"))
RELEASED = Released("0.10.0", "2027-03-01", "f" * 64, "0" * 64)
MODEL = ModelRelease({"a": document("a", "train", 1, 1)})


def parsed(text: str) -> tuple[str, Entry]:
    ((key, entry),) = parse_string(text, "bibtex").entries.items()
    return key, entry


def test_bibtex_is_read_back_as_a_dataset_of_one_author_with_version_year_and_content() -> None:
    key, entry = parsed(citation(RELEASED, "bibtex"))
    assert (key, entry.type) == ("govwork-zh-0.10.0", "dataset")
    (author,) = entry.persons["author"]
    assert author.last_names == ["{GovWork-ZH contributors}"]
    assert (entry.fields["version"], entry.fields["year"]) == ("0.10.0", "2027")
    assert entry.fields["title"].startswith("{GovWork-ZH")
    assert RELEASED.full in entry.fields["note"]
    assert RELEASED.public in entry.fields["note"]


@given(st.text(st.sampled_from("ab é中&%$#_{}~^\\"), min_size=1))
def test_whatever_stands_in_a_value_bibtex_and_latex_read_back(value: str) -> None:
    _, entry = parsed(f"@dataset{{x,\n  title = {{{latex(value)}}},\n}}")
    spaced = " ".join(value.split())
    assert " ".join(_plain(entry.fields["title"]).split()) == spaced


_COMMANDS = {
    "textbackslash": "\\",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textbraceleft": "{",
    "textbraceright": "}",
}


def _plain(text: str) -> str:
    """What LaTeX prints of a text with these commands."""
    return re.sub(r"\\(?:([a-z]+)\{\}|(.))", lambda found: _COMMANDS[found[1]] if found[1] else found[2], text)


def test_a_cff_is_valid_by_the_official_schema_and_of_exactly_that_version() -> None:
    made = yaml.safe_load(citation(RELEASED, "cff"))
    jsonschema.validate(made, SCHEMA)
    assert (made["type"], made["version"], made["date-released"]) == ("dataset", "0.10.0", "2027-03-01")
    assert [each["value"] for each in made["identifiers"]] == [RELEASED.public, RELEASED.full]


def test_the_text_names_version_day_and_content() -> None:
    told = citation(RELEASED, "text")
    assert told.startswith("GovWork-ZH contributors (2027). GovWork-ZH: ")
    for part in ("version 0.10.0", "2027-03-01", RELEASED.full, RELEASED.public):
        assert part in told


def test_another_style_is_an_error_that_names_those_there_are() -> None:
    with pytest.raises(ValueError, match="no style 'ris'; use one of bibtex, text, cff"):
        citation(RELEASED, "ris")  # type: ignore[arg-type]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The packages as a wheel lays them down, with two releases in slim form."""
    site = tmp_path / "site"
    for package in (ROOT / "loader" / "govwork", ROOT / "scripts" / "govwork_build"):
        shutil.copytree(package, site / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    (site / "govwork" / "releases").mkdir()
    for version in ("0.9.0", "0.10.0"):
        entry = json.loads(MODEL.entry(version).text())
        del entry["rows"]
        (site / "govwork" / "releases" / f"{version}.json").write_text(json.dumps(entry), "utf-8")
    return site


def run(site: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=site.parent,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )


def govwork(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(site, "from govwork_build.cli import main; main()", *arguments)


def test_an_installed_package_cites_from_its_own_ledger_without_datasets_or_build(installed: Path) -> None:
    code = (
        "import sys, govwork; print(govwork.releases()); print(govwork.cite('0.9.0', 'text'))\n"
        "assert not {'datasets', 'govwork_build'} & sys.modules.keys()"
    )
    done = run(installed, code)
    assert done.returncode == 0, done.stderr
    versions, told, *_ = done.stdout.splitlines()
    assert versions == "['0.9.0', '0.10.0']"
    assert "version 0.9.0" in told


@pytest.mark.parametrize("style", STYLES)
def test_the_command_cites_the_newest_release_or_the_one_that_is_named(installed: Path, style: str) -> None:
    newest, named = (
        govwork(installed, "cite", "--style", style),
        govwork(installed, "cite", "0.9.0", "--style", style),
    )
    assert (newest.returncode, named.returncode) == (0, 0), newest.stderr + named.stderr
    assert "0.10.0" in newest.stdout
    assert "0.9.0" in named.stdout
    assert newest.stdout.replace("0.10.0", "0.9.0") == named.stdout


def test_the_command_needs_no_extra(installed: Path) -> None:
    code = (
        "import sys\n"
        f"for name in {list(EXTRA_OF)}: sys.modules[name] = None\n"
        "from govwork_build.cli import main; main()"
    )
    done = run(installed, code, "cite")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("@dataset{")


def test_a_version_that_was_not_released_is_an_error_that_lists_those_that_were(installed: Path) -> None:
    done = govwork(installed, "cite", "0.2.0")
    assert done.returncode == 1
    assert done.stderr == "error there is no release 0.2.0; the releases are 0.9.0, 0.10.0\n"


def test_before_the_first_release_there_is_none_to_cite(installed: Path) -> None:
    shutil.rmtree(installed / "govwork" / "releases")
    done = govwork(installed, "cite")
    assert (done.returncode, done.stdout) == (1, "")
    assert "no release has been made yet" in done.stderr
    assert run(installed, "import govwork; print(govwork.releases())").stdout == "[]\n"


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"[]",
        b'{"version": "0.9.0"}',
        b'{"version": "0.9.0", "date": "soon", "content_sha256": {"full": "0", "public": "1"}}',
    ],
)
def test_a_damaged_entry_is_an_error_by_name(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "0.9.0.json").write_bytes(damage)
    with pytest.raises(ValueError, match=r"0\.9\.0\.json: is damaged; install the package anew"):
        read_releases(tmp_path)


def test_the_entry_of_another_version_is_damage(tmp_path: Path) -> None:
    (tmp_path / "0.9.0.json").write_text(MODEL.entry("0.1.0").text(), "utf-8")
    with pytest.raises(ValueError, match="is damaged"):
        read_releases(tmp_path)


def test_a_checkout_reads_the_ledger_of_the_corpus() -> None:
    assert ledger_folder() == ROOT / "corpus" / "releases"
