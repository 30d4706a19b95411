"""The README's Python runs as it stands, and its comments say what comes out."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path
from typing import Any

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def promised(comment: str) -> Any:
    """The value a comment promises; one that ends in … promises a beginning."""
    text = comment.strip()
    return ast.literal_eval(text)


def test_examples(release: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "dist").symlink_to(release.parent)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    assert os.path.isdir("dist/govwork-zh-0.1.0")
    assert len(EXAMPLES) == 2
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
    assert checked == 4
