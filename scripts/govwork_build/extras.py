"""What a command needs beyond the base installation."""

from __future__ import annotations

# By module the extra that brings it.
EXTRA_OF = {
    "huggingface_hub": "build",
    "datasketch": "build",
    "jinja2": "build",
    "lxml_html_clean": "build",
    "opencc": "build",
    "pypinyin": "build",
    "tomlkit": "build",
    "trafilatura": "build",
    "httpx": "annotate",
    "jsonschema": "annotate",
    "label_studio_sdk": "annotate",
    "nervaluate": "baseline",
    "pycrfsuite": "baseline",
    "sklearn": "baseline",
    "threadpoolctl": "baseline",
    "datatrove": "scale",
    "loguru": "scale",
    "matplotlib": "scale",
    "multiprocess": "scale",
    "orjson": "scale",
    "warcio": "scale",
}


def remedy(error: ModuleNotFoundError) -> str | None:
    """What to install where a module of an extra is missing; None where it is another module."""
    module = (error.name or "").partition(".")[0]
    if module not in EXTRA_OF:
        return None
    install = f"pip install 'govwork-zh[{EXTRA_OF[module]}]'"
    return f"this command needs {module}, which is not installed; get it with: {install}"
