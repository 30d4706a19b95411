"""Many documents as one string, so that array work pays also on short ones.

`SEPARATOR` stands between the documents of a batch. A stage gives each part the edits it would give it alone.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from govwork.codes import Codes, Offsets

SEPARATOR = "\x1e"
SEPARATOR_CODE = ord(SEPARATOR)

_Each = TypeVar("_Each", bound=np.generic)


class Part(NamedTuple):
    """Some documents of a batch: their numbers, from 0, and where in the batch they begin and end."""

    numbers: Offsets
    starts: Offsets
    ends: Offsets

    def joined(self, column: NDArray[_Each]) -> NDArray[_Each]:
        """What a column of the batch, one number a character, has of the part: that is a batch of its own."""
        spans = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        joined: NDArray[_Each] = np.concatenate([column[start : end + 1] for start, end in spans])
        # Behind the last there is no separator.
        return joined[: self._begins()[-1] - 1]

    def back(self, at: Offsets) -> Offsets:
        """Where the places `at` of the part, which are sorted, stand in the batch."""
        begins = self._begins()
        return at + np.repeat(self.starts - begins[:-1], np.diff(np.searchsorted(at, begins)))

    def _begins(self) -> Offsets:
        return np.append(0, np.cumsum(self.ends - self.starts + 1))


def part_with(codes: Codes, flags: NDArray[np.bool_]) -> Part | None:
    """The documents of a batch in which a character is flagged, if there are any."""
    if not flags.any():
        return None
    separators = np.flatnonzero(codes == SEPARATOR_CODE)
    # Each document is looked at with the separator before it, so that none is empty.
    numbers = np.flatnonzero(np.logical_or.reduceat(flags, np.append(0, separators)))
    starts, ends = np.append(0, separators + 1), np.append(separators, len(codes))
    return Part(numbers, starts[numbers], ends[numbers])


def document_numbers(codes: Codes, at: Offsets) -> Offsets:
    """For each offset the number of its document within the batch, from 0."""
    return np.searchsorted(np.flatnonzero(codes == SEPARATOR_CODE), at).astype(np.int64)
