"""What a collection of annotations holds, counted: of the scheme, by document and annotator, and of assistance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from itertools import chain
from statistics import fmean, median
from typing import Any

from ..errors import CorpusError
from .disagreements import counterparts
from .records import Annotation, Span
from .scheme import scheme

_DIGITS = 6
# By block, the spans that were on the screen before anybody annotated it.
Predictions = Mapping[str, tuple[Span, ...]]


@dataclass(frozen=True, slots=True)
class LabelStatistics:
    """The spans of a label: their mean length in characters (None without a span), and how many texts they have."""

    label: str
    spans: int
    mean_length: float | None
    distinct_surfaces: int


@dataclass(frozen=True, slots=True)
class Part:
    """What one document or annotator has: blocks, annotations, spans, relations, and the median seconds of a block.

    `timed` is how many annotations say how long they took; without one the median is None.
    """

    of: str
    name: str
    blocks: int
    annotations: int
    spans: int
    relations: int
    timed: int
    median_seconds: float | None


@dataclass(frozen=True, slots=True)
class Assistance:
    """What became of pre-annotated spans in assisted annotations.

    Kept: there with its label, its edges and what attributes it had. Changed: another stands for it. Removed: none.
    `wrong` of them were wrong on purpose; `wrong_kept` were kept all the same.
    """

    annotations: int
    kept: int
    changed: int
    removed: int
    wrong: int
    wrong_kept: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """All of it; `parts` are the whole collection, its documents and its annotators.

    `choices` counts by kind, topic and flag, each with its control's name; `attributes` those filled, by label and
    attribute, with the spans that could have it.
    """

    parts: tuple[Part, ...]
    labels: tuple[LabelStatistics, ...]
    attributes: Mapping[tuple[str, str], tuple[int, int]]
    relations: Mapping[str, int]
    choices: Mapping[tuple[str, str], int]
    assistance: Assistance

    def rows(self) -> list[dict[str, Any]]:
        """Every count for JSON, a row each, told apart by `statistic`."""
        return [
            *(_row("part", asdict(part)) for part in self.parts),
            *(_row("label", asdict(label)) for label in self.labels),
            *(
                _row("attribute", {"label": label, "attribute": attribute, "filled": filled, "spans": spans})
                for (label, attribute), (filled, spans) in self.attributes.items()
            ),
            *(_row("relation", {"relation": name, "count": count}) for name, count in self.relations.items()),
            *(
                _row("choice", {"control": control, "choice": choice, "count": count})
                for (control, choice), count in self.choices.items()
            ),
            _row("assistance", asdict(self.assistance)),
        ]


def _row(statistic: str, values: Mapping[str, Any]) -> dict[str, Any]:
    rounded = {name: round(value, _DIGITS) if isinstance(value, float) else value for name, value in values.items()}
    return {"statistic": statistic} | rounded


def statistics(
    annotations: Sequence[Annotation],
    predictions: Predictions | None = None,
    wrong: AbstractSet[tuple[str, str]] = frozenset(),
) -> Statistics:
    """Counts a collection. `wrong` are pre-annotations by block and id that are wrong on purpose.

    Raises CorpusError when one of them is no pre-annotation.
    """
    made = scheme()
    labels = Counter(span.label for each in annotations for span in each.spans)
    filled = Counter((span.label, name) for each in annotations for span in each.spans for name in span.attributes)
    relations = Counter(relation.label for each in annotations for relation in each.relations)
    return Statistics(
        _parts(annotations),
        tuple(_label(label, annotations) for label in made.labels),
        {
            (label.name, attribute): (filled[label.name, attribute], labels[label.name])
            for label in made.labels.values()
            for attribute in label.attributes
        },
        {name: relations[name] for name in made.relations},
        _choices(annotations),
        _assistance(annotations, predictions or {}, wrong),
    )


def _label(label: str, annotations: Iterable[Annotation]) -> LabelStatistics:
    surfaces = [each.surface(span) for each in annotations for span in each.spans if span.label == label]
    mean = fmean(map(len, surfaces)) if surfaces else None
    return LabelStatistics(label, len(surfaces), mean, len(set(surfaces)))


def _parts(annotations: Sequence[Annotation]) -> tuple[Part, ...]:
    documents: dict[str, list[Annotation]] = {}
    annotators: dict[str, list[Annotation]] = {}
    for each in annotations:
        documents.setdefault(each.block.doc_id, []).append(each)
        annotators.setdefault(each.annotator, []).append(each)
    return (
        _part("collection", "", annotations),
        *(_part("document", name, documents[name]) for name in sorted(documents)),
        *(_part("annotator", name, annotators[name]) for name in sorted(annotators)),
    )


def _part(of: str, name: str, annotations: Sequence[Annotation]) -> Part:
    seconds = [each.seconds for each in annotations if each.seconds is not None]
    return Part(
        of,
        name,
        len({each.block.block_id for each in annotations}),
        len(annotations),
        sum(len(each.spans) for each in annotations),
        sum(len(each.relations) for each in annotations),
        len(seconds),
        median(seconds) if seconds else None,
    )


def _choices(annotations: Collection[Annotation]) -> dict[tuple[str, str], int]:
    """Every choice of the scheme, with how many annotations made it."""
    made = Counter(
        choice
        for each in annotations
        for choice in chain(
            [("block_kind", each.kind)],
            (("topic", name) for name in each.topics),
            ((flag, flag) for flag in each.flags),
        )
    )
    choices = [(control, choice) for control, offered in scheme().choices.items() for choice in offered]
    return {choice: made[choice] for choice in choices}


def _assistance(
    annotations: Iterable[Annotation], predictions: Predictions, wrong: AbstractSet[tuple[str, str]]
) -> Assistance:
    predicted = {(block_id, span.id) for block_id, spans in predictions.items() for span in spans}
    if unknown := sorted(wrong - predicted):
        raise CorpusError(
            *(f"{block}: no pre-annotation has the id {name}; name one of the block's" for block, name in unknown)
        )
    became, became_of_wrong = Counter[str](), Counter[str]()
    assisted = [each for each in annotations if each.assisted and each.block.block_id in predictions]
    for each in assisted:
        for name, fate in _fates(predictions[each.block.block_id], each.spans).items():
            became[fate] += 1
            became_of_wrong[fate] += (each.block.block_id, name) in wrong
    return Assistance(
        len(assisted),
        became["kept"],
        became["changed"],
        became["removed"],
        became_of_wrong.total(),
        became_of_wrong["kept"],
    )


def _fates(predicted: Sequence[Span], spans: Sequence[Span]) -> dict[str, str]:
    """What became of each pre-annotated span, by its id. Ids of spans do not outlive the step from prediction to
    annotation for certain, so a span is known again by its place and label."""
    pairs, by_id = counterparts(predicted, spans), {span.id: span for span in spans}
    return {span.id: _fate(span, by_id[pairs[span.id]]) if span.id in pairs else "removed" for span in predicted}


def _fate(predicted: Span, span: Span) -> str:
    """An attribute that a prediction left open and the annotator filled is no change of it."""
    is_same = (predicted.label, predicted.start, predicted.end) == (span.label, span.start, span.end)
    return "kept" if is_same and predicted.attributes.items() <= span.attributes.items() else "changed"
