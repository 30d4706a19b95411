"""Byte-shift damage as other sites left it: other notes, other punctuation, other marks swallowed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from cases import load, parameters

from govwork_build.byteshift_decision import UNKNOWN
from govwork_build.byteshift_repair import undo_byteshift
from govwork_build.byteshift_verify import explains
from govwork_build.notes import SYLLABLE

VARIANTS = load("byteshift/variants.json")
_NOTE = re.compile(rf"\({SYLLABLE}\)")


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant["why"])
def test_what_is_to_be_restored_explains_the_whole_text_that_is_seen(variant: dict[str, Any]) -> None:
    # A mark left open and the `<` of a tag, which goes with its run, are given apart.
    reading = variant.get("reading", variant["restored"])
    assert UNKNOWN not in reading
    assert explains(reading, variant["damaged"])


@pytest.mark.parametrize("variant", parameters(VARIANTS, "why"))
def test_a_variant_is_restored(variant: dict[str, Any]) -> None:
    restored = undo_byteshift(variant["damaged"]).apply(variant["damaged"])
    assert _NOTE.sub("", restored) == variant["restored"]
