"""A hook of the wheel's build: it ships the data of the public release, and what the ledger says of each release."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Of an entry of the ledger, what only the making of the next release needs.
_NOT_SHIPPED = "rows"


class DataHook(BuildHookInterface[BuilderConfig]):
    """Takes along what `make build` has made; an editable install reads dist and the ledger where they lie."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the data to the wheel; ends the build with a remedy where they have not been made."""
        if version == "editable":
            return
        root = Path(self.root)
        data_version = (root / "corpus" / "VERSION").read_text("utf-8").strip()
        folder = root / "dist" / f"govwork-zh-{data_version}-public"
        if _described(folder) != (data_version, "public"):
            self.app.abort(
                f"{folder} holds no public release of {data_version}, which the wheel ships; run: make build"
            )
        build_data["force_include"][str(folder)] = "govwork/data"
        self._slim = Path(tempfile.mkdtemp(prefix="govwork-ledger-"))
        for path in sorted((root / "corpus" / "releases").glob("*.json")):
            entry = json.loads(path.read_text("utf-8"))
            slim = {key: value for key, value in entry.items() if key != _NOT_SHIPPED}
            (self._slim / path.name).write_text(json.dumps(slim, ensure_ascii=False, indent=1) + "\n", "utf-8")
            build_data["force_include"][str(self._slim / path.name)] = f"govwork/releases/{path.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Clears up."""
        if version != "editable":
            shutil.rmtree(self._slim)


def _described(folder: Path) -> tuple[Any, Any]:
    """Version and profile, as the manifest of a release says; of what is none, nothing."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        return manifest["version"], manifest["profile"]
    except (OSError, ValueError, KeyError, TypeError):
        return None, None
