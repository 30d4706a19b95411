"""The labelling config of Label Studio, annotations/labels.xml, made from the scheme."""

from __future__ import annotations

from importlib.resources import files
from string import ascii_lowercase

import jinja2

from .records import Layer
from .scheme import Scheme, control_of


def label_config(scheme: Scheme, layer: Layer = "spans", *, adjudication: bool = False) -> str:
    """The config as XML, with what `layer` asks; that of adjudication shows what the annotators differ in."""
    template = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    ).from_string((files("govwork_build") / "templates" / "labels.xml").read_text("utf-8"))
    return template.render(
        scheme=scheme, control_of=control_of, letters=ascii_lowercase, layer=layer, adjudication=adjudication
    )
