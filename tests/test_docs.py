"""What the documents say is what is there."""

from __future__ import annotations

import doctest
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from govwork.features import CONFIGS
from govwork.manifest import MANIFEST, Manifest
from govwork_build.scale.plan import KINDS
from govwork_build.scale.reasons import Reason

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
REPAIR = ROOT / "docs" / "repair.md"
DOCUMENTS = [json.loads(line) for line in (ROOT / "corpus" / "documents.jsonl").read_text("utf-8").splitlines()]


def test_the_readme_lists_every_document_as_it_is() -> None:
    form = "| `{doc_id}` | {doc_type} | {region_name} | {level} | {year} | {n_chars:,} | {script} | {rights} |"
    known = [{key: "—" if value is None else value for key, value in row.items()} for row in DOCUMENTS]
    listed = [line for line in README.splitlines() if re.match(r"\| `\w+-[\w-]+` \|", line)]
    assert listed == [form.format_map(row) for row in known]


def test_the_readme_names_the_present_version() -> None:
    version = (ROOT / "corpus" / "VERSION").read_text("utf-8").strip()
    assert set(re.findall(r"govwork-zh-(\d+\.\d+\.\d+)", README)) == {version}


def test_the_readme_names_make_targets_that_exist() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`?make (\w+)", README)) <= targets


def test_links_and_paths_of_the_documents_lead_to_files() -> None:
    for document in (ROOT / "README.md", ROOT / "DATASHEET.md", *(ROOT / "docs").glob("*.md")):
        text = document.read_text("utf-8")
        links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
        named = re.findall(r"(?<![\w/.~-])(?:annotations|corpus|docs|scripts|tests)/[\w/.-]*[\w](?![\w*…])", text)
        own = [path for path in named if "2026-12-second" not in path]
        assert [path for path in (*links, *own) if not (ROOT / path).exists()] == []


def test_the_continuous_integration_runs_the_readme_commands_without_skips() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "GOVWORK_NO_SKIP=1" in script
    assert re.search(r"^make .*build$", script, re.MULTILINE)
    assert re.search(r"^make test$", script, re.MULTILINE)


def test_the_datasheet_counts_what_is_there() -> None:
    sheet = " ".join((ROOT / "DATASHEET.md").read_text("utf-8").split())
    total = sum(row["n_chars"] for row in DOCUMENTS)
    assert f"{len(DOCUMENTS)} documents with {total:,} characters" in sheet
    for doc_type in {row["doc_type"] for row in DOCUMENTS}:
        own = [row["n_chars"] for row in DOCUMENTS if row["doc_type"] == doc_type]
        assert f"({doc_type}) | {len(own)} | {sum(own):,} |" in sheet
    causes = Counter(gap["cause"] for row in DOCUMENTS for gap in row["gaps"])
    assert f"{causes['byteshift']} runs" in sheet
    assert f"numbers at {causes['cut_number']} places" in sheet


def test_the_fields_of_every_config_and_of_the_manifest_are_explained() -> None:
    parts = re.split(r"^## ([\w.]+)$", (ROOT / "docs" / "fields.md").read_text("utf-8"), flags=re.MULTILINE)[1:]
    told = dict(zip(parts[::2], parts[1::2], strict=True))
    for config, fields in {**CONFIGS, MANIFEST: Manifest.__annotations__}.items():
        cells = re.findall(r"^\| (`.*?) \|", told[config], re.MULTILINE)
        assert set(re.findall(r"`(\w+)`", " ".join(cells))) == set(fields)


def test_the_function_repair_does_what_its_document_says() -> None:
    result = doctest.testfile(str(REPAIR), module_relative=False, encoding="utf-8")
    assert result.attempted
    assert not result.failed


@pytest.mark.parametrize(
    ("command", "output"), re.findall(r"```console\n\$ (.*)\n([^`]*)```", REPAIR.read_text("utf-8"))
)
def test_the_command_repair_does_what_its_document_says(command: str, output: str) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    result = subprocess.run(
        command,
        shell=True,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
    )
    assert result.stdout.decode("utf-8") == output


def test_the_documents_name_every_reason_to_refuse_a_page() -> None:
    text = (ROOT / "docs" / "collections.md").read_text("utf-8")
    told = re.findall(r"^\| `(\w+)` \|", text.partition("## What is refused")[2], re.MULTILINE)
    assert told == list(get_args(Reason))


def test_the_documents_name_every_kind_of_file_that_is_read() -> None:
    table = (ROOT / "docs" / "collections.md").read_text("utf-8").partition("## What it writes")[0]
    named = re.findall(r"`(\.\w+)`", table.partition("| holds |")[2].partition("\n\n")[0])
    assert sorted(named) == sorted(KINDS)
