"""JSON files that programs wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .errors import CorpusError


def read_json(path: Path) -> Any:
    """What the file holds. Raises CorpusError when it cannot be read or is no JSON."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CorpusError(f"{path}: cannot be read as JSON ({error}); make it anew") from None
