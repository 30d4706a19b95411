"""Skips that cannot go unseen: where `GOVWORK_NO_SKIP` is set (in CI), what would skip fails."""

import os
from importlib.util import find_spec
from typing import NoReturn

import pytest


def skip_or_fail(reason: str) -> NoReturn:
    """Skip the running test for `reason`; fail it where `GOVWORK_NO_SKIP` is set."""
    if os.environ.get("GOVWORK_NO_SKIP"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def needs(*modules: str) -> None:
    """Skip what is running, a test or a file of tests, where a module is not installed; as `skip_or_fail`."""
    if missing := [module for module in modules if find_spec(module) is None]:
        if os.environ.get("GOVWORK_NO_SKIP"):
            pytest.fail(f"{', '.join(missing)}: not installed", pytrace=False)
        pytest.skip(f"{', '.join(missing)}: not installed", allow_module_level=True)
