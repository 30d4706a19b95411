"""Agreement as a terminal shows it: tables with each figure, its interval, and what it is of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from ..findings import counted
from ..overview import visible
from .agreement import Agreement, Figure
from .agreement_counts import ALL
from .bootstrap import DRAWS
from .scheme import scheme

UNDEFINED = "–"
_REACHED = {True: "[green]yes[/green]", False: "[red]no[/red]", None: UNDEFINED}


def agreement_heading(agreement: Agreement) -> Text:
    """Who agrees, over what, and what the intervals are."""
    blocks, documents = counted(agreement.blocks, "block"), counted(agreement.documents, "document")
    return Text(
        f"{visible(' · '.join(agreement.annotators))}: {blocks} of {documents}; "
        f"in brackets 95 % intervals, {agreement.drawn} drawn again {DRAWS:,} times"
    )


def agreement_tables(agreement: Agreement) -> Iterator[Table]:
    """Tables of spans, attributes, relations and choices, as far as there are any, and what is to be reached.

    They fit 80 columns.
    """
    figures = agreement.figures
    measures = ("strict_f1", "overlapping_f1", "character_alpha")
    spans = [
        (label, *(_told(figures.get((measure, label))) for measure in measures), _count(figures["strict_f1", label]))
        for label in (ALL, *scheme().labels)
        if figures["strict_f1", label].count
    ]
    if spans:
        yield _table(("span", "strict F1", "overlapping F1", "character alpha", "spans"), spans)
    of_attributes = [figure for figure in figures.values() if figure.measure == "attribute_share" and figure.count]
    if of_attributes:
        rows = [(figure.of, _told(figure), _count(figure)) for figure in of_attributes]
        yield _table(("attribute, spans that match strictly", "equal", "compared"), rows)
    if figures["strict_relation_coverage", ALL].value is not None:
        yield _relations(agreement)
    rows = [
        ("block kind", "", _told(figures["kind_alpha", ALL])),
        (
            "topics (equal: mean Jaccard; alpha: MASI)",
            _told(figures["topic_jaccard", ALL]),
            _told(figures["topic_alpha", ALL]),
        ),
        *((flag, _told(figures["flag_share", flag]), _told(figures["flag_alpha", flag])) for flag in scheme().flags),
    ]
    yield _table(("choice", "equal", "alpha"), rows)
    yield _table(
        ("to be reached", "at least", "is", "reached"),
        [
            (
                f"{gate.figure.measure} {gate.figure.of}",
                f"{gate.wanted:.2f}",
                _told(gate.figure),
                _REACHED[gate.reached],
            )
            for gate in agreement.gates()
            if gate.figure.value is not None
        ],
    )


def _relations(agreement: Agreement) -> Table:
    """F1 of relations whose ends match, strictly and overlapping, and the share of all relations that these are."""
    figures = agreement.figures
    rows = [
        (
            of,
            *(
                cell
                for how in ("strict", "overlapping")
                for cell in _figure_and_count(figures[f"{how}_relation_f1", of])
            ),
        )
        for of in (ALL, *scheme().relations)
    ]
    coverage = [_told(figures[f"{how}_relation_coverage", ALL]) for how in ("strict", "overlapping")]
    rows.append(("share compared", coverage[0], "", coverage[1], ""))
    return _table(("relation", "F1, ends match strictly", "of", "F1, ends overlap", "of"), rows)


def _figure_and_count(figure: Figure) -> tuple[str, str]:
    return _told(figure), _count(figure)


def _told(figure: Figure | None) -> str:
    """`0.91 [0.85, 0.95]`, as far as there is any of it.

    >>> _told(Figure("strict_f1", "IND", None, None, 0))
    '–'
    """
    if figure is None or figure.value is None:
        return UNDEFINED
    # A bracket before a letter would be markup to rich; before a digit it is none.
    bounds = f" [{figure.interval.low:.2f}, {figure.interval.high:.2f}]" if figure.interval else ""
    return f"{figure.value:.2f}{bounds}"


def _count(figure: Figure) -> str:
    return f"{figure.count:,}"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number and column in ("spans", "compared", "of") else "left")
    for row in rows:
        table.add_row(*row)
    return table
