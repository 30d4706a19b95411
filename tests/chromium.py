"""The browser of the tests: Chromium without a window, driven by playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeAlias

from skipping import skip_or_fail

# playwright may not be installed, and is not imported for its types.
Browser: TypeAlias = Any


def chromium() -> str:
    """Where it lies; where it does not, the running test is skipped, or fails."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        skip_or_fail("no browser: neither chromium nor google-chrome can be run")
    return path


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser that is closed behind the block."""
    path = chromium()
    try:
        playwright_api = import_module("playwright.sync_api")
    except ImportError:
        skip_or_fail("no browser is driven: the package playwright is not installed")
    with playwright_api.sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()
