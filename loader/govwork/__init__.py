"""GovWork-ZH: an annotated, versioned corpus of Chinese local-government work documents.

`load` opens a config of a release; `verify` says whether a release is as it was made; `releases` names those that
were made, and `cite` cites one; `trace` gives a published document its history back, so that spans can be projected
between its text and its source.
"""

from __future__ import annotations

from importlib.metadata import version

from .citation import cite, releases
from .layer import Edit, Layer
from .loading import load, trace
from .trace import Run, TracedText
from .verification import verify

__all__ = ["Edit", "Layer", "Run", "TracedText", "__version__", "cite", "load", "releases", "trace", "verify"]

__version__ = version("govwork-zh")
