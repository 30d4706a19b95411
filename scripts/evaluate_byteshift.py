"""How well byte-shift damage is undone: on the runs of the sources that were read by hand, and on synthetic ones.

The synthetic runs come from clean documents that the language model has not seen, damaged in many ways; of them so
many are drawn, their kinds and lengths as often as source 003 shows them. A run counts as exact when all of it is
right, but for pinyin notes and folded punctuation; what is said not to be known is a gap, and a miss. Intervals are
of 95 %, by drawing documents anew.

Run from the repository root, after a build: make evaluate
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from govwork_build.build_paths import Paths
from govwork_build.byteshift_evaluation import (
    MODEL_SOURCE,
    Made,
    Pool,
    draw_runs,
    held_out_samples,
    make_pool,
    real_runs,
)
from govwork_build.byteshift_quality import OUTCOMES, Figures, Judged, figures, intervals, outcome_counts
from govwork_build.byteshift_truth import TrueRun, read_truth
from govwork_build.synthetic_runs import strata_of

PATHS = Paths(Path(__file__).parents[1])


def figures_by(runs: Iterable[Made], name_of: Callable[[Made], str]) -> dict[str, Figures]:
    """Of each group of runs, the most numerous first."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for made in runs:
        groups[name_of(made)].append(made.judged)
    return {name: figures(judged) for name, judged in sorted(groups.items(), key=lambda group: -len(group[1]))}


def real_table(real: Sequence[tuple[TrueRun, Judged]]) -> Table:
    table = Table("runs of the sources", "runs", *OUTCOMES, title="Runs read by hand")
    for source in dict.fromkeys(run.source for run, _ in real):
        counts = Counter(judged.outcome for run, judged in real if run.source == source)
        table.add_row(source, *map(str, (counts.total(), *(counts[outcome] for outcome in OUTCOMES))))
    return table


def misses_table(real: Iterable[tuple[TrueRun, Judged]]) -> Table:
    table = Table("source", "at", "seen", "was", "outcome", title="Runs of the sources that are not exact")
    for run, judged in real:
        if judged.outcome != "exact":
            seen = f"{escape(run.before)}[red]{escape(run.damaged)}[/red]{escape(run.after)}"
            table.add_row(run.source[:3], str(run.start), seen, run.reading, judged.outcome)
    return table


def figures_table(title: str, groups: Mapping[str, Figures]) -> Table:
    table = Table(title, *Figures._fields)
    for name, found in groups.items():
        table.add_row(name, f"{found.runs:,}", *(f"{100 * share:.1f} %" for share in found[1:]))
    return table


def headline(drawn: Sequence[Made]) -> Table:
    """The figures over all synthetic runs, with their intervals."""
    bounds = intervals_of(drawn)
    table = Table("synthetic runs", *Figures._fields[1:], title=f"{len(drawn):,} synthetic runs")
    whole = figures([made.judged for made in drawn])
    table.add_row("share", *(f"{100 * share:.2f} %" for share in whole[1:]))
    table.add_row("interval", *(f"{100 * low:.1f}–{100 * high:.1f}" for low, high in bounds.values()))
    return table


def intervals_of(drawn: Iterable[Made]) -> dict[str, tuple[float, float]]:
    by_document: dict[str, list[Judged]] = defaultdict(list)
    for made in drawn:
        by_document[made.doc_id].append(made.judged)
    return intervals(by_document)


def places(pool: Pool) -> int:
    """At how many places of the clean documents the runs of a pool begin."""
    return len({(made.doc_id, made.place) for made in pool.runs})


def numbers(
    real: Sequence[tuple[TrueRun, Judged]], pool: Pool, drawn: Sequence[Made], unseen: Sequence[str]
) -> dict[str, Any]:
    """All that is shown, for a file."""
    return {
        "real": outcome_counts(judged for _, judged in real),
        "synthetic": figures([made.judged for made in drawn])._asdict(),
        "intervals": intervals_of(drawn),
        "by_stratum": {name: f._asdict() for name, f in figures_by(drawn, lambda made: str(made.stratum)).items()},
        "by_variant": {name: f._asdict() for name, f in figures_by(drawn, lambda made: made.variant).items()},
        "by_document": {name: f._asdict() for name, f in figures_by(drawn, lambda made: made.doc_id).items()},
        "strata_without_runs": unseen,
        "pool": {
            "runs": len(pool.runs),
            "places": places(pool),
            "characters": pool.characters,
            "spurious_edits": pool.spurious,
        },
    }


def main(
    ways: Annotated[int, typer.Option(help="Each document is damaged in so many ways.")] = 160,
    runs: Annotated[int, typer.Option(help="So many synthetic runs are drawn.")] = 20_000,
    result: Annotated[Path | None, typer.Option("--json", help="A file for the numbers.")] = None,
) -> None:
    """Measures the repair of byte-shift damage."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    truth = read_truth(PATHS.byteshift)
    real = [each for _, of_document in real_runs(PATHS, truth) for each in of_document]
    console.print(real_table(real), misses_table(real))
    texts = held_out_samples(PATHS, ways)
    pool = make_pool(track(texts, "repairing", console=console, transient=True))
    drawn = draw_runs(pool, truth, runs)
    strata = {made.stratum for made in drawn}
    unseen = [str(s) for s in strata_of(run for run in truth if run.source == MODEL_SOURCE) if s not in strata]
    console.print(headline(drawn))
    console.print(figures_table("kind: opening, end, characters seen", figures_by(drawn, lambda m: str(m.stratum))))
    console.print(figures_table("damaged", figures_by(drawn, lambda made: made.variant)))
    console.print(figures_table("document", figures_by(drawn, lambda made: made.doc_id)))
    console.print(
        f"drawn from {len(pool.runs):,} runs at {places(pool):,} places; "
        f"{pool.spurious} edits touch no run of {pool.characters:,} characters; "
        f"kinds of source 003 with too few places for which others stand: {'; '.join(unseen) or 'none'}",
        highlight=False,
    )
    if result:
        result.write_text(
            json.dumps(numbers(real, pool, drawn, unseen), indent=1, ensure_ascii=False) + "\n", "utf-8"
        )


if __name__ == "__main__":
    typer.run(main)
