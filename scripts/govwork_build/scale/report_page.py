"""A page about a normalised collection: self-contained, without scripts, and inert whatever its texts hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from heapq import nsmallest
from importlib.resources import files
from typing import NamedTuple

import jinja2
from markupsafe import Markup

from ..damage import LABELS
from ..overview import clip, visible
from .report_charts import Bar, bars, columns
from .report_data import Collection, Pages, Work
from .report_samples import Sample

_HOSTS, _PROVINCES, _SAMPLES = 20, 12, 3
# An example is some eighty characters; a longer one was not made here.
_LONGEST = 400
# The stages that leave examples, and what they undo.
_STAGES = {
    "byteshift": "Shifted bytes",
    "notes": "Pinyin notes",
    "script": "Forced traditional script",
    "characters": "Stray characters",
}
_SCRIPTS = {
    "hans": "simplified (hans)",
    "hant": "traditional (hant)",
    "mixed": "both (mixed)",
    None: "no Chinese",
}
# By what datatrove's names of the steps hold.
_STEPS = {
    "READER": "read the input",
    "EXTRAC": "extract the text of HTML",
    "FORMAT": "normalise",
    "WRITER": "write Parquet",
}


class Table(NamedTuple):
    """A table: its head, and rows of a label and figures; with the chart that draws it, where there is one."""

    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    chart: Markup | None = None


class Piece(NamedTuple):
    """A piece of one side of an example."""

    text: str
    changed: bool


class Change(NamedTuple):
    """An example, both sides in pieces, and where it is from."""

    before: list[Piece]
    after: list[Piece]
    host: str
    place: str


def page(collection: Collection) -> str:
    """The page of the collection; the same collection gives the same page."""
    template = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    ).from_string((files("govwork_build") / "templates" / "collection.html").read_text("utf-8"))
    summary, pages, work = collection.summary, collection.pages, collection.work
    return template.render(
        summary=summary,
        damaged=_share(summary.damaged, summary.pages),
        refused=summary.all_refused,
        kinds=_kinds(collection),
        hosts=_hosts(pages),
        changes={label: list(map(_change, pages.samples.of(stage, _SAMPLES))) for stage, label in _STAGES.items()},
        scripts=_counts("Pages by script", [(_SCRIPTS[key], pages.scripts[key]) for key in _SCRIPTS], pages.pages),
        years=_years(pages),
        provinces=_provinces(pages),
        years_from=pages.years_from,
        provinces_from=pages.provinces_from,
        refusals=[
            (reason, count, pages.refused.of(reason, _SAMPLES))
            for reason, count in sorted(summary.refused.items(), key=lambda item: (-item[1], item[0]))
        ],
        work=work,
        steps=_steps(work) if work and work.seconds else None,
        megabytes=_rounded(pages.text_bytes / 1e6),
        speed=_rounded(pages.text_bytes / 1e6 / work.seconds) if work and work.seconds else None,
        made={"Options": collection.options, "Versions": collection.versions},
        clip=clip,
    )


def _kinds(collection: Collection) -> Table:
    summary = collection.summary
    rows = [(label, summary.damage[kind], summary.damaged_pages[kind]) for kind, label in LABELS.items()]
    drawn = [Bar(label, f"{found:,} · {_share(found, summary.pages)}", found) for label, _, found in rows]
    return Table(
        ("kind", "times", "pages", "share"),
        [(label, f"{times:,}", f"{found:,}", _share(found, summary.pages)) for label, times, found in rows],
        bars("Pages by kind of damage", drawn) if summary.damaged else None,
    )


def _hosts(pages: Pages) -> Table:
    """The hosts with the most damaged pages, and what the others have together."""
    hosts, damaged = pages.hosts, pages.damaged_hosts
    top = nsmallest(_HOSTS, damaged, key=lambda host: (-damaged[host], -hosts[host], host or ""))
    told = [(_host(host), hosts[host], damaged[host]) for host in top]
    drawn = [Bar(label, f"{found:,} · {_share(found, of)}", of, found) for label, of, found in told]
    if others := len(hosts) - len(top):
        of = hosts.total() - sum(hosts[host] for host in top)
        told.append(
            (
                f"{others:,} other{'' if others == 1 else 's'}",
                of,
                damaged.total() - sum(damaged[host] for host in top),
            )
        )
    return Table(
        ("host", "pages", "damaged", "share"),
        [(label, f"{of:,}", f"{found:,}", _share(found, of)) for label, of, found in told],
        bars("Damaged pages of all pages, by host", drawn) if drawn else None,
    )


def _years(pages: Pages) -> Table:
    counts = {int(year): count for year, count in sorted(pages.years.items())}
    chart = columns("Pages by the year they state", counts) if counts else None
    return Table(("year", "pages"), [(str(year), f"{count:,}") for year, count in counts.items()], chart)


def _provinces(pages: Pages) -> Table:
    ranked = sorted(pages.provinces.items(), key=lambda item: (-item[1], item[0]))
    shown = ranked[:_PROVINCES]
    if others := ranked[_PROVINCES:]:
        shown.append((f"{len(others)} others", sum(count for _, count in others)))
    table = _counts("Pages by the province they state", shown, pages.provinces.total())
    return table._replace(
        rows=[(name, f"{count:,}", _share(count, pages.provinces.total())) for name, count in ranked]
    )


def _counts(title: str, counts: Iterable[tuple[str, int]], total: int) -> Table:
    counted = list(counts)
    rows = [(label, f"{count:,}", _share(count, total)) for label, count in counted]
    drawn = [Bar(label, f"{count:,} · {_share(count, total)}", count) for label, count in counted]
    return Table(("", "pages", "share"), rows, bars(title, drawn) if total else None)


def _steps(work: Work) -> Table:
    told = [(_step(step.name), step.seconds) for step in work.steps]
    drawn = [
        Bar(name, f"{seconds:,.1f} s · {_share(seconds, work.seconds)}", seconds) for name, seconds in told if seconds
    ]
    rows = [
        (name, f"{seconds:,.1f}", _share(seconds, work.seconds)) if seconds else (name, "—", "—")
        for name, seconds in told
    ]
    return Table(("step", "seconds", "share"), rows, bars("Seconds by step", drawn))


def _step(name: str) -> str:
    return next((label for mark, label in _STEPS.items() if mark in name), visible(name))


def _change(sample: Sample) -> Change:
    before, after = sample.before[:_LONGEST], sample.after[:_LONGEST]
    left, right = [], []
    for kind, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        left.append(Piece(visible(before[start:end]), kind != "equal"))
        right.append(Piece(visible(after[new_start:new_end]), kind != "equal"))
    place = clip(" · ".join(part for part in (sample.file, sample.place) if part), 80)
    return Change(left, right, _host(sample.host), place)


def _host(host: str | None) -> str:
    return "no address" if host is None else clip(host, 60)


def _rounded(value: float) -> str:
    """With one digit behind the point, or where that says little, with two that count: 0.046."""
    return f"{value:,.1f}" if value >= 1 or not value else f"{value:.2g}"


def _share(part: float, whole: float) -> str:
    """Of a hundred, with one digit behind the point; what is there but rounds to nothing is told from nothing.

    >>> _share(1, 8), _share(1, 80_000), _share(0, 8), _share(0, 0)
    ('12.5%', '<0.1%', '0.0%', '—')
    """
    if not whole:
        return "—"
    return "<0.1%" if 0 < part / whole < 0.0005 else f"{part / whole:.1%}"
