"""What the values of attributes look like."""

from __future__ import annotations

import re
from datetime import date

from .scheme import Attribute

_DECIMAL = re.compile(r"-?(0|[1-9]\d*)(\.\d*[1-9])?")
_INTEGER = re.compile(r"[1-9]\d?")
_REGION = re.compile(r"\d{6}(\d{3})?")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def problem_of(attribute: Attribute, value: str) -> str | None:
    """What keeps a value from being one of this attribute, with the remedy; None where nothing does.

    >>> from .scheme import scheme
    >>> quantity = scheme().labels["QTY"].attributes
    >>> problem_of(quantity["lo"], "60000"), problem_of(quantity["cmp"], "more")
    (None, "is 'more'; use one of eq, approx, ge, gt, le, lt, range, rank")
    """
    if attribute.values:
        return None if value in attribute.values else f"is {value!r}; use one of {', '.join(attribute.values)}"
    if value != value.strip() or "\n" in value:
        return f"is {value!r}; write one line without blanks around it"
    forms = {"decimal": _DECIMAL, "integer": _INTEGER, "region": _REGION}
    says = {
        "decimal": "a plain number, without separators, exponent or zeros at its end",
        "integer": "a number from 1 to 99",
        "region": "six digits, or nine for a township",
        "time": "a year, month or day (2011, 2011-06, 2011-06-30), or two of them with a slash between",
    }
    kind = attribute.type or "text"
    right = _is_time(value) if kind == "time" else kind == "text" or bool(forms[kind].fullmatch(value))
    return None if right else f"is {value!r}; write {says[kind]}"


def _is_time(value: str) -> bool:
    """A day, a month, a year, or a span of time from one to another, either of which may be left open."""
    ends = value.split("/")
    return 1 <= len(ends) <= 2 and any(ends) and all(not end or _is_date(end) for end in ends)


def _is_date(value: str) -> bool:
    found = _DATE.fullmatch(value)
    if not found:
        return False
    try:
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return False
    return True
