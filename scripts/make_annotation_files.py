"""Writes what is made of the annotation scheme: annotations/labels.xml and annotations/schema/export.schema.json.

Run from the repository root: python scripts/make_annotation_files.py
"""

from __future__ import annotations

from pathlib import Path

from govwork_build.annotation.export_schema import SCHEMA, export_schema
from govwork_build.annotation.label_config import label_config
from govwork_build.annotation.scheme import scheme

ANNOTATIONS = Path("annotations")


def main() -> None:
    (ANNOTATIONS / "labels.xml").write_text(label_config(scheme()), "utf-8")
    (ANNOTATIONS / SCHEMA).write_text(export_schema(scheme()), "utf-8")


if __name__ == "__main__":
    main()
