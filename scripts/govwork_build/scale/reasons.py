"""Why something of a collection is refused, by names that stay; docs/collections.md tells what each means."""

from __future__ import annotations

from typing import Literal, TypeAlias

# In the order in which a page meets them: reading, extraction, normalising.
Reason: TypeAlias = Literal[
    "unknown_kind",
    "unreadable",
    "truncated",
    "broken_line",
    "broken_record",
    "encoding",
    "no_text",
    "too_large",
    "extraction_timeout",
    "extraction_died",
    "extraction_failed",
    "too_long",
    "surrogates",
    "failed",
]
