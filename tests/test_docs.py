"""What the documents say is what is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = [json.loads(line) for line in (ROOT / "corpus" / "documents.jsonl").read_text("utf-8").splitlines()]


def test_the_readme_lists_every_document_as_it_is() -> None:
    expected = [
        "| `{doc_id}` | {doc_type} | {region_name} | {level} | {year} | {n_chars:,} | {script} | {rights} |".format_map(
            {key: "—" if value is None else value for key, value in row.items()}
        )
        for row in DOCUMENTS
    ]
    assert [line for line in README.splitlines() if re.match(r"\| `\w+-[\w-]+` \|", line)] == expected


def test_the_readme_names_the_present_version() -> None:
    version = (ROOT / "corpus" / "VERSION").read_text("utf-8").strip()
    assert set(re.findall(r"govwork-zh-(\d+\.\d+\.\d+)", README)) == {version}


def test_the_readme_names_make_targets_that_exist() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`?make (\w+)", README)) <= targets


def test_the_continuous_integration_runs_the_readme_commands_without_skips() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "GOVWORK_NO_SKIP=1" in script
    assert re.search(r"^make .*build$", script, re.MULTILINE)
    assert re.search(r"^make test$", script, re.MULTILINE)
