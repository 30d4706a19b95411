"""Findings of checks: each has an id that stays, a severity, a place and a remedy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from rich.console import Console
from rich.markup import escape

Severity = Literal["error", "warning"]
# The first letters of the ids, each group after what it is made from: a wrong source makes wrong documents.
_GROUPS = "SCDBTPAGLR"


class Finding(NamedTuple):
    """One thing a check found wrong."""

    check: str
    severity: Severity
    place: str
    message: str


def report(findings: Iterable[Finding], console: Console) -> int:
    """Prints all findings, causes first, and a count; the status is 1 when there is an error."""
    found = sorted(findings, key=_order)
    for finding in found:
        colour = "red" if finding.severity == "error" else "yellow"
        console.print(
            f"[{colour}]{finding.severity}[/{colour}] [bold]{finding.check}[/bold] "
            f"{escape(finding.place)}: {escape(finding.message)}",
            highlight=False,
            soft_wrap=True,
        )
    errors = sum(finding.severity == "error" for finding in found)
    console.print(f"{counted(errors, 'error')}, {counted(len(found) - errors, 'warning')}", highlight=False)
    return 1 if errors else 0


def _order(finding: Finding) -> tuple[int, str]:
    """By group, then by check; within a check, findings stay as they were found, which is the corpus's order."""
    return _GROUPS.index(finding.check[0]), finding.check


def counted(number: int, thing: str) -> str:
    """A number of things, in the singular where it is one."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
