"""GovWork-ZH: an annotated, versioned corpus of Chinese local-government work documents.

`load` opens a config of a release; `trace` gives a published document its history back, so that spans can be
projected between its text and its source.
"""

from __future__ import annotations

from .layer import Edit, Layer
from .loading import load, trace
from .trace import Run, TracedText

__all__ = ["Edit", "Layer", "Run", "TracedText", "load", "trace"]
