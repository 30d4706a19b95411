"""Writes what documents repeat from data: README.md, docs/checks.md, DATASHEET.md, docs/baseline.md.

Run from the repository root after a build: python scripts/make_tables.py
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from datasheet.sheet import datasheet
from govwork_build.annotation.found import ANNOTATION_CHECKS
from govwork_build.atomic import write_text
from govwork_build.baseline.view import Figures, by_label, summary
from govwork_build.build_paths import Paths
from govwork_build.checks import FILE_CHECKS
from govwork_build.row_checks import ROW_CHECKS

COLUMNS = ("doc_type", "region_name", "level", "year", "n_chars", "script", "rights")
GROUPS = {"Files": FILE_CHECKS, "Rows of a document": ROW_CHECKS, "Annotation exports": ANNOTATION_CHECKS}
INTRODUCTION = """# Checks

`govwork check` makes them all, `govwork annotations check FILE` the last group on one export. Ids stay. An error ends
with status 1; a warning does not. Findings are printed causes first: sources and splits, documents, blocks, tasks,
annotations, the releases. Each check has a fixture under tests/ that breaks exactly it.
"""


def document_rows(metadata: str) -> str:
    """The README's rows, one a document, in the corpus's order."""
    lines = []
    for row in map(json.loads, metadata.splitlines()):
        cells = [
            "—" if row[name] is None else f"{row[name]:,}" if name == "n_chars" else row[name] for name in COLUMNS
        ]
        lines.append(f"| `{row['doc_id']}` | {' | '.join(map(str, cells))} |\n")
    return "".join(lines)


def checks() -> str:
    tables = [
        f"\n## {title}\n\n| id | severity | what is guaranteed |\n|---|---|---|\n"
        + "".join(f"| {check} | {severity} | {text} |\n" for check, (severity, text) in group.items())
        for title, group in GROUPS.items()
    ]
    return INTRODUCTION + "".join(tables)


def baseline_tables(results: str) -> dict[str, list[Figures]]:
    """By document, the tables that it repeats of the results of `govwork baseline --json`."""
    found = json.loads(results)
    return {
        "README.md": [summary(found, "test")],
        "docs/baseline.md": [summary(found, "validation"), summary(found, "test"), by_label(found, "test")],
    }


def with_table(text: str, table: Figures) -> str:
    """The document with this table in the place of the one with the same first column."""
    first = re.escape(f"| {table.head[0]} |")
    made, count = re.subn(rf"^{first}.*\n(?:\|.*\n)+", lambda _: table.markdown(), text, flags=re.MULTILINE)
    if count != 1:
        raise SystemExit(f"there are {count} tables that begin with {table.head[0]!r}, not one")
    return made


def main() -> None:
    readme = Path("README.md")
    rows = document_rows(Path("corpus/documents.jsonl").read_text("utf-8"))
    write_text(
        readme,
        re.sub(r"(?:^\| `[\w-]+-[\w-]+` \|.*\n)+", rows, readme.read_text("utf-8"), count=1, flags=re.MULTILINE),
    )
    write_text(Path("docs/checks.md"), checks())
    for name, tables in baseline_tables(Path("tests/data/baseline/results.json").read_text("utf-8")).items():
        text = Path(name).read_text("utf-8")
        for table in tables:
            text = with_table(text, table)
        write_text(Path(name), text)
    paths = Paths(Path())
    write_text(Path("DATASHEET.md"), datasheet(paths, paths.release()))


if __name__ == "__main__":
    main()
