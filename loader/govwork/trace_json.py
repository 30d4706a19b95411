"""A trace as one string, small enough to travel with every page of a crawl.

The rows of the config `edits` are made to be read and searched; this is made to be stored. Where neighbouring edits
are alike, as those of one stage mostly are, a column is written as one number.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from .codes import Offsets
from .layer import Layer
from .trace import TracedText

# No text has more characters, and no sum of so many of these is too large.
_MOST = 1 << 32


def to_json(traced: TracedText) -> str:
    """The layers of a trace; with the text they give the source back.

    A layer is an object: `stage`; `rules`; `rule`, the number of its rule for each edit; `skip`, how many
    characters of the text the stage was given lie between the edit before and this one; `removed` and `inserted`,
    the replaced and replacing strings of all edits, joined; `out` and `in`, how many characters of these are the
    edit's; `evidence` by the edit's number. A column in which all numbers are alike is that number. Layers without
    edits are left out.

    >>> from .layer import Edit
    >>> text = "經(jīng)濟"
    >>> print(to_json(TracedText.of(text).then(Layer.of("notes", text, [Edit("notes.pinyin", 1, 7, "")]))))
    [{"stage":"notes","rules":["notes.pinyin"],"n":1,"rule":0,"skip":1,"out":6,"in":0,"removed":"(jīng)","inserted":""}]
    """
    rows = [_written(layer) for layer in traced.layers if len(layer)]
    return json.dumps(rows, separators=(",", ":"), ensure_ascii=False)


def from_json(text: str, trace: str) -> TracedText:
    """The trace of a text, from what `to_json` wrote.

    Raises ValueError when `trace` is not of that form, or does not belong to the text.

    >>> from_json("經濟", '[{"stage":"notes","rules":["notes.pinyin"],"n":1,"rule":0,"skip":1,"out":6,"in":0,'
    ...     '"removed":"(jīng)","inserted":""}]').source
    '經(jīng)濟'
    """
    try:
        layers = [_read(row) for row in json.loads(trace)]
        made = text
        for layer in reversed(layers):
            made = layer.inverse.apply(made)
    except (KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError) as error:
        raise ValueError(f"this is no trace: {type(error).__name__}: {error}") from None
    return TracedText(made, tuple(layers), text)


def _written(layer: Layer) -> dict[str, Any]:
    # A layer that was worked out in a batch knows the rules of all the batch.
    used, firsts, numbers = np.unique(layer.rule_codes, return_index=True, return_inverse=True)
    order = np.argsort(firsts)
    row = {
        "stage": layer.stage,
        "rules": [layer.rules[code] for code in used[order].tolist()],
        "n": len(layer),
        "rule": _column(np.argsort(order)[numbers]),
        "skip": _column(layer.starts - np.append(0, layer.ends[:-1])),
        "out": _column(layer.ends - layer.starts),
        "in": _column(layer.inserted_lengths),
        "removed": layer.removed,
        "inserted": layer.inserted,
    }
    return row | {"evidence": dict(layer.evidence)} if layer.evidence else row


def _column(numbers: Offsets) -> int | list[int]:
    return int(numbers[0]) if (numbers == numbers[0]).all() else numbers.tolist()


def _read(row: dict[str, Any]) -> Layer:
    if not isinstance(row["removed"], str) or not isinstance(row["inserted"], str):
        raise ValueError(f"this is no trace: what {row['stage']!r} replaced is no text")
    # Each edit takes a character away or puts one in, so a column is no longer than these.
    most = len(row["removed"]) + len(row["inserted"])
    if not isinstance(row["n"], int) or not 0 < row["n"] <= most:
        raise ValueError(f"this is no trace: {row['stage']!r} has {row['n']} edits on {most} characters")
    rule, skip, removed, inserted = (_numbers(row[name], row["n"]) for name in ("rule", "skip", "out", "in"))
    ends = np.cumsum(skip + removed)
    rules = tuple(map(str, row["rules"]))
    sizes = int(removed.sum()), int(inserted.sum())
    if sizes != (len(row["removed"]), len(row["inserted"])):
        raise ValueError(f"this is no trace: the columns of {row['stage']!r} do not fit each other")
    if rule.max(initial=0) >= len(rules):
        raise ValueError(f"this is no trace: an edit of {row['stage']!r} has no rule")
    return Layer(
        stage=str(row["stage"]),
        rules=rules,
        rule_codes=rule,
        starts=ends - removed,
        ends=ends,
        removed=row["removed"],
        inserted=row["inserted"],
        inserted_lengths=inserted,
        evidence={int(i): str(said) for i, said in row.get("evidence", {}).items()},
    )


def _numbers(column: int | list[int], length: int) -> Offsets:
    numbers = [column] * length if isinstance(column, int) else column
    if len(numbers) != length or not all(type(number) is int and 0 <= number < _MOST for number in numbers):
        raise ValueError(f"this is no trace: a column does not hold {length} numbers of characters")
    return np.array(numbers, dtype=np.int64)
