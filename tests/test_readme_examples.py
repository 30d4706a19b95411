"""The README's Python runs as it stands, and its comments say what comes out."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path
from typing import Any

import pytest
from datasets import load_dataset

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


SAMPLES = re.findall(
    r"^\| (.+?) \| (.+?) \|$", README.partition("| source | corpus |\n|---|---|\n")[2], re.MULTILINE
)[:5]
SOURCES = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "corpus" / "sources").iterdir()))
TEXTS = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "corpus" / "documents").iterdir()))


@pytest.mark.parametrize(("source", "corpus"), SAMPLES[:3])
def test_a_sample_stands_in_a_source_and_what_became_of_it_in_a_document(source: str, corpus: str) -> None:
    assert source in SOURCES
    assert corpus.replace("⏎", "\n") in TEXTS


@pytest.mark.parametrize(("source", "corpus"), SAMPLES[3:])
def test_units_of_a_sample_are_those_of_a_task(source: str, corpus: str, release: Path, tmp_path: Path) -> None:
    assert source in SOURCES
    tasks = load_dataset(str(release), "tasks", split="train", cache_dir=str(tmp_path))
    told = [
        " · ".join(
            f"{unit['name']}（={unit['alias']}）" if unit["alias"] else unit["name"] for unit in task["support_units"]
        )
        for task in tasks
    ]
    assert any(corpus in units for units in told)


def promised(comment: str) -> Any:
    """The value a comment promises; one that ends in … promises a beginning."""
    text = comment.strip()
    return ast.literal_eval(text)


def test_examples(release: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "dist").symlink_to(release.parent)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("govwork.loading.default_folder", lambda: release)
    assert os.path.isdir(f"dist/{release.name}")
    assert len(EXAMPLES) == 3
    names: dict[str, Any] = {}
    checked = 0
    for example in EXAMPLES:
        # A comment on a line of its own belongs to the expression before it.
        for line in re.sub(r"\n\s+#", "  #", example).splitlines():
            code, _, comment = line.partition("  #")
            if not comment:
                exec(code, names)
                continue
            value, wanted = eval(code, names), promised(comment)
            checked += 1
            if isinstance(wanted, str) and wanted.endswith("…"):
                assert value.startswith(wanted[:-1])
            else:
                assert value == wanted
    assert checked == 6
