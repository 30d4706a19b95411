"""What the checks of annotations guarantee, by their ids, and what one of them found."""

from __future__ import annotations

from typing import NamedTuple

from ..findings import Severity
from .exports import Target

# docs/checks.md holds this table.
ANNOTATION_CHECKS: dict[str, tuple[Severity, str]] = {
    "A101": (
        "error",
        "an export is JSON of Label Studio's JSON format, by annotations/schema/export.schema.json",
    ),
    "A102": (
        "error",
        "a task's block is in the corpus, if the task is of its present version; its document was not withdrawn",
    ),
    "A103": ("error", "a task's text is that of its hash and, if the task is of the present version, the block's"),
    "A104": ("error", "a span lies in the text and is not empty"),
    "A105": ("error", "a span has no white space at its edges"),
    "A106": ("error", "labels and choices are the scheme's"),
    "A107": ("error", "spans overlap only where PROJ or ORG holds a REG, and none stands twice"),
    "A108": ("error", "a relation joins two spans of its annotation, not one with itself"),
    "A109": ("error", "a block has one annotation an annotator, with one kind"),
    "A110": ("warning", "an annotation was not cancelled"),
    "A111": ("error", "an attribute is of a span of its label, once, with a value of its kind"),
    "A112": (
        "error",
        "a quantity's bounds, unit, scale and comparison are what its words say",
    ),
    "A113": ("error", "the guidelines of an annotation are named, and not later than these"),
    "A114": ("warning", "an annotation was submitted, not left as a draft"),
    "A115": ("warning", "the text that an export quotes of a span is the one its offsets say"),
    "A116": ("error", "a task's id is that of its block and text, and no other task has it"),
}


class Found(NamedTuple):
    """What a check found in a task: `parts` of the annotation are wrong, or all of it where none is named."""

    check: str
    message: str
    parts: tuple[Target, ...] = ()

    @property
    def is_error(self) -> bool:
        return ANNOTATION_CHECKS[self.check][0] == "error"
