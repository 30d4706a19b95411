"""A part of a batch is a batch of its own, and leads back to the whole."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from govwork.codes import from_codes, to_codes
from govwork_build.batch import SEPARATOR, part_with


@given(st.lists(st.text("ab", max_size=4), min_size=1, max_size=6))
def test_a_part_is_the_documents_that_hold_something_and_leads_back(documents: list[str]) -> None:
    codes = to_codes(SEPARATOR.join(documents))
    part = part_with(codes, codes == ord("a"))
    holding = [number for number, document in enumerate(documents) if "a" in document]
    if part is None:
        assert not holding
        return
    assert part.numbers.tolist() == holding
    assert from_codes(part.joined(codes)) == SEPARATOR.join(documents[number] for number in holding)
    places = part.joined(np.arange(len(codes)))
    assert part.back(np.arange(len(places))).tolist() == places.tolist()
