"""The JSON schema of an export, annotations/schema/export.schema.json, made from the scheme: the shape alone."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import jinja2

from .records import LAYERS
from .scheme import Scheme

SCHEMA = Path("schema/export.schema.json")
COMMENT = "comment"


def export_schema(scheme: Scheme) -> str:
    """What a schema can say of an export; annotation.checks says the rest."""
    attributes = {
        control: scheme.labels[label].attributes[name] for control, (label, name) in scheme.controls.items()
    }
    template = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True).from_string(
        (files("govwork_build") / "templates" / "export.schema.json").read_text("utf-8")
    )
    return template.render(
        layers=LAYERS,
        choices=[*scheme.choices, *(control for control, attribute in attributes.items() if attribute.values)],
        texts=[COMMENT, *(control for control, attribute in attributes.items() if not attribute.values)],
    )
