"""Findings of checks: each has an id that stays, a severity, a place and a remedy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from rich.console import Console
from rich.markup import escape

Severity = Literal["error", "warning"]


class Finding(NamedTuple):
    """One thing a check found wrong."""

    check: str
    severity: Severity
    place: str
    message: str


def report(findings: Iterable[Finding], console: Console) -> int:
    """Prints all findings and a count; the status is 1 when there is an error."""
    found = sorted(findings, key=lambda finding: (finding.severity, finding.check, finding.place))
    for finding in found:
        colour = "red" if finding.severity == "error" else "yellow"
        console.print(
            f"[{colour}]{finding.severity}[/{colour}] [bold]{finding.check}[/bold] "
            f"{escape(finding.place)}: {escape(finding.message)}",
            highlight=False,
            soft_wrap=True,
        )
    errors = sum(finding.severity == "error" for finding in found)
    console.print(f"{errors} errors, {len(found) - errors} warnings", highlight=False)
    return 1 if errors else 0
