"""The look-up of many numbers at once finds what a dictionary finds."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from govwork_build.key_index import KeyIndex

# Few numbers, so that they are found; neighbours and large ones, so that their slots collide and wrap around.
NUMBERS = st.integers(0, 40) | st.integers(0, 2**57)


@given(st.lists(NUMBERS, unique=True), st.lists(NUMBERS))
def test_every_number_is_found_at_its_place_and_no_other(keys: list[int], others: list[int]) -> None:
    places = {key: place for place, key in enumerate(keys)}
    sought = [*keys, *others]
    found = KeyIndex(np.array(keys, dtype=np.int64)).find(np.array(sought, dtype=np.int64))
    assert found.tolist() == [places.get(number, -1) for number in sought]
