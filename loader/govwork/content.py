"""What the content hashes of a release are taken over, apart from the files that hold it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def canonical(value: Mapping[str, Any]) -> str:
    """A row as a canonical JSON line: keys sorted, no blanks, characters as they are.

    >>> canonical({"year": 2019, "title": "工作报告"})
    '{"title":"工作报告","year":2019}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_sha256(configs: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    """One hash of all content: over the content hashes of a manifest's `configs`."""
    hashes = {
        config: {split: facts["sha256"] for split, facts in splits.items()} for config, splits in configs.items()
    }
    return sha256(canonical(hashes))


def sha256(text: str) -> str:
    """Of UTF-8 with LF."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
