"""What every migration guarantees, of annotations and of gold, and random versions to hold it to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from hypothesis import strategies as st
from migration_cases import MENDED, SWITCHED_OFF, mended, without

from govwork.layer import Edit, Layer
from govwork.trace import TracedText
from govwork_build.annotation.fates import Migrated, SpanFate
from govwork_build.annotation.records import Annotation, Span
from govwork_build.annotation.versions import CorpusVersion, DocumentTrace, TextBlock, between

OTHER_VERSIONS: dict[str, Callable[[], CorpusVersion]] = {
    **{f"without {stages}": partial(without, stages) for stages in SWITCHED_OFF},
    **{f"mended in {how}": partial(mended, how) for how in MENDED},
}


def never(surface: str, attributes: Any) -> bool:
    """No attributes of a changed quantity hold."""
    return False


def document(traced: TracedText, sha256: str = "a") -> DocumentTrace:
    """A document of this text, its lines as blocks, their ids the places of their first characters in the source."""
    blocks: list[TextBlock] = []
    start = 0
    for line in traced.text.split("\n"):
        (source,), _ = traced.to_source([start], [min(start + 1, len(traced.text))])
        blocks.append(TextBlock(f"d:{source}", start, line))
        start += len(line) + 1
    # Two lines of a random text may begin at one place of its source.
    if len({block.block_id for block in blocks}) < len(blocks):
        blocks = [block._replace(block_id=f"d:{i}") for i, block in enumerate(blocks)]
    return DocumentTrace("d", sha256, 0, traced, tuple(blocks))


def version(made: DocumentTrace, name: str = "0.1.0") -> CorpusVersion:
    return CorpusVersion(name, {"d": made})


def key(fate: SpanFate) -> tuple[str, int, int, str]:
    return fate.annotation.block.block_id, fate.span.start, fate.span.end, fate.span.label


def edges_outlive(fate: SpanFate, old: CorpusVersion, new: CorpusVersion) -> bool:
    """Whether something stands in the new text for the first and for the last character of the span."""
    was, now = (corpus.documents[fate.annotation.block.doc_id] for corpus in (old, new))
    (block,) = (block for block in was.blocks if block.block_id == fate.annotation.block.block_id)
    start, end = block.start + fate.span.start, block.start + fate.span.end
    starts, ends = between(was, now).project(np.array([start, end - 1]), np.array([start + 1, end]))
    first, last = (now.traced.text[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True))
    return first[:1].strip() != "" and last[-1:].strip() != ""


def check_conservation(annotations: Sequence[Annotation], migrated: Migrated) -> None:
    """Everything that went in has one fate, and what is not lost stands in the annotations, as its fate says."""
    assert [fate.annotation for fate in migrated.fates] == list(annotations)
    assert [(fate.annotation, fate.span) for fate in migrated.spans] == [
        (each, span) for each in annotations for span in each.spans
    ]
    assert [(fate.annotation, fate.relation) for fate in migrated.relations] == [
        (each, relation) for each in annotations for relation in each.relations
    ]
    carried = Counter(
        (fate.annotation.annotator, fate.block, fate.now.id, fate.now.start, fate.now.end)
        for fate in migrated.spans
        if fate.block and fate.now
    )
    made = Counter(
        (each.annotator, TextBlock(each.block.block_id, each.block.start, each.block.text), span.id, *place(span))
        for each in migrated.annotations
        for span in each.spans
    )
    assert carried == made
    assert sum(fate.outcome == "kept" for fate in migrated.relations) == sum(
        len(each.relations) for each in migrated.annotations
    )
    for fate in migrated.spans:
        assert (fate.now is None) == (fate.outcome == "lost") == bool(fate.reason)
        if fate.outcome in ("kept", "moved"):
            assert fate.surface == fate.new_surface
        assert fate.new_surface == fate.new_surface.strip()
    for each in migrated.annotations:
        assert len({span.id for span in each.spans}) == len(each.spans)


def place(span: Span) -> tuple[int, int]:
    return span.start, span.end


TEXT = st.text(alphabet="ab，业乐35 \n", max_size=30)


@st.composite
def traces(draw: st.DrawFn, source: str, put_in: st.SearchStrategy[str] = TEXT) -> TracedText:
    made = TracedText.of(source)
    for stage in range(draw(st.integers(0, 3))):
        cuts = sorted(draw(st.lists(st.integers(0, len(made.text)), max_size=8)))
        edits = [Edit("r", a, b, draw(put_in)[:6]) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
        made = made.then(Layer.of(f"stage{stage}", made.text, edits))
    return made


@st.composite
def version_pairs(draw: st.DrawFn) -> tuple[DocumentTrace, DocumentTrace]:
    """Two versions of one document, of one source or of two."""
    source = draw(TEXT)
    other = draw(st.just(source) | TEXT | traces(source).map(lambda made: made.text))
    return document(draw(traces(source))), document(draw(traces(other)), "a" if source == other else "b")
