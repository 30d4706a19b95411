"""The TOML files that people edit."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from .errors import CorpusError


def read_toml(path: Path) -> dict[str, Any]:
    """What the file holds. Raises CorpusError when it cannot be read or is no TOML."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise CorpusError(
            f"{path}: cannot be read ({error.strerror}); put it back, or name the project's folder with --root"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise CorpusError(f"{path}: is no valid TOML: {error}; mend it there") from None
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: is no valid TOML: {error}; save it as UTF-8") from None
