"""What a block can be, apart from the features: naming a kind does not import `datasets`."""

from __future__ import annotations

from typing import Literal, get_args

BlockKind = Literal[
    "title",
    "doc_meta",
    "recipient",
    "preamble",
    "section_head",
    "leader_head",
    "target_overview",
    "task",
    "lead_line",
    "support_line",
    "review",
    "plan",
    "other",
]
BLOCK_KINDS: tuple[str, ...] = get_args(BlockKind)
