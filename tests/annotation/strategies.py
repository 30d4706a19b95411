"""Random annotations that pass every check, for property tests."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from govwork_build.annotation.quantities import READ_ATTRIBUTES, parse_quantity
from govwork_build.annotation.records import Annotation, Block, Relation, Span
from govwork_build.annotation.scheme import scheme
from govwork_build.corpus import sha256

# Beyond the BMP one code point is two UTF-16 units: a wrong unit would show.
TEXTS = st.text("我市新增城镇就业人，。、%12𠮷😀", min_size=1, max_size=40)
_VALUES = {"decimal": "60000", "integer": "2", "time": "2011-06/2012", "region": "330702", "text": "万 人"}


@st.composite
def annotated(draw: st.DrawFn, annotator: str = "annotator-1", text: str | None = None) -> Annotation:
    text = draw(TEXTS) if text is None else text
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans: list[Span] = []
    for number, (start, end) in enumerate(pairwise(cuts)):
        if text[start:end] == text[start:end].strip() and draw(st.booleans()):
            label = draw(st.sampled_from(list(scheme().labels)))
            attributes = {
                name: draw(st.sampled_from(sorted(attribute.values) or [_VALUES[attribute.type or "text"]]))
                for name, attribute in scheme().labels[label].attributes.items()
                # What a surface says, random values would contradict.
                if not (name in READ_ATTRIBUTES and parse_quantity(text[start:end])) and draw(st.booleans())
            }
            spans.append(Span(f"s{number}", start, end, label, attributes))
    pairs = [
        Relation(head.id, name, tail.id)
        for name, relation in scheme().relations.items()
        for head in spans
        for tail in spans
        if head is not tail and head.label in relation.head and tail.label in relation.tail
    ]
    kind = draw(st.sampled_from(list(scheme().kinds)))
    topics = st.lists(st.sampled_from(scheme().topics), min_size=1, max_size=2, unique=True)
    return Annotation(
        block=Block("doc:0", "doc", 0, "0.1.0", sha256(text), text),
        annotator=annotator,
        guideline_version=scheme().version,
        kind=kind,
        topics=tuple(draw(topics)) if scheme().kinds[kind].topics else (),
        flags=tuple(flag for flag in scheme().flags if draw(st.booleans())),
        comment=draw(st.sampled_from(["", "两行\n备注"])),
        spans=tuple(spans),
        relations=tuple(draw(st.lists(st.sampled_from(pairs), unique=True, max_size=4)) if pairs else ()),
    )
