"""Many documents as one string, so that array work pays also on short ones.

`SEPARATOR` stands between the documents of a batch. A stage gives each part the edits it would give it alone.
"""

from __future__ import annotations

import numpy as np

from govwork.codes import Codes, Offsets

SEPARATOR = "\x1e"
SEPARATOR_CODE = ord(SEPARATOR)


def document_numbers(codes: Codes, at: Offsets) -> Offsets:
    """For each offset the number of its document within the batch, from 0."""
    return np.searchsorted(np.flatnonzero(codes == SEPARATOR_CODE), at).astype(np.int64)
