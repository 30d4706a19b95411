"""A trace as a string: with the text it gives the source back, and nothing else does."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govwork.trace_json import from_json, to_json
from govwork_build.pipeline import normalise, normalise_all

DAMAGED = "金華市?；?、集群化,我們?cè)谌珖?guó)各地,經(jīng)濟\u3000發(fā)展\ufeff"
PIECES = st.sampled_from(
    ["經(jīng)濟", "?;", "國(guó)", "我們?cè)谌珖?", "\ufeff", "在", "a,b", "\n", "\u00a0", "𠮷", "1.", "  "]
)


@settings(deadline=None)
@given(text=st.lists(PIECES, max_size=30).map("".join) | st.text(st.characters(exclude_categories=["Cs"])))
def test_text_and_string_give_the_trace_back(text: str) -> None:
    made = normalise(text).traced
    read = from_json(made.text, to_json(made))
    assert read.source == text
    assert [layer for layer in read.layers if len(layer)] == [layer for layer in made.layers if len(layer)]
    assert list(read.runs()) == [run._replace(layer=i) for i, run in _renumbered(list(made.runs()))]


def _renumbered(runs: list) -> list:  # type: ignore[type-arg]
    numbers = {layer: i for i, layer in enumerate(dict.fromkeys(run.layer for run in runs))}
    return [(numbers[run.layer], run) for run in runs]


def test_the_string_does_not_depend_on_what_was_worked_out_together() -> None:
    texts = [DAMAGED, "", "干净的文本", "經(jīng)濟" * 40, DAMAGED[::-1]]
    together = [to_json(made.traced) for made in normalise_all(texts)]
    assert together == [to_json(normalise(text).traced) for text in texts]


def test_a_text_without_edits_has_an_empty_trace() -> None:
    assert to_json(normalise("干净的文本").traced) == "[]"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda rows: rows[0].pop("skip"),
        lambda rows: rows[0].update(n=rows[0]["n"] + 1),
        lambda rows: rows[0].update(skip=-5),
        lambda rows: rows[0].update(rule=7),
        lambda rows: rows[0].update(inserted=rows[0]["inserted"] + "x"),
        lambda rows: rows.append("row"),
        lambda rows: rows[-1].update(skip=10_000),
        lambda rows: rows[0].update(n=10**12),
        lambda rows: rows[0].update(skip=10**30),
        lambda rows: rows[0].update(skip=[2**62] * rows[0]["n"]),
        lambda rows: rows[0].update(removed=["a"]),
        lambda rows: rows[0].update(n=0),
    ],
)
def test_what_is_no_trace_of_the_text_is_refused(spoil: object) -> None:
    made = normalise(DAMAGED).traced
    rows = json.loads(to_json(made))
    spoil(rows)  # type: ignore[operator]
    with pytest.raises(ValueError, match=r"trace|layer|edits|characters"):
        from_json(made.text, json.dumps(rows))


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="trace"):
        from_json("文", "[" * 100_000)


def test_another_text_is_refused() -> None:
    made = normalise(DAMAGED).traced
    with pytest.raises(ValueError, match=r"edits|characters"):
        from_json("另一段文本", to_json(made))
