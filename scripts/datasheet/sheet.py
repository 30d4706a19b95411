"""The datasheet: template.md with the figures in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

from govwork_build.build_paths import Paths
from govwork_build.releases.metadata import metadata
from govwork_build.releases.supplements import supplements

from .accuracy_facts import accuracy_facts
from .annotation_facts import annotation_facts
from .corpus_facts import corpus_facts
from .leakage_facts import leakage_facts
from .release_facts import release_facts

TEMPLATE = Path(__file__).with_name("template.md")
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
# What the page of each source is, by its number; the rest of the row is counted.
_PAGES = {
    "000": "page of the site of the government of Jinhua (金华市), by its breadcrumb and index number",
    "001": "page of the same site, by its breadcrumb",
    "002": "copy of a notice of Jiaxing (嘉兴市) on an unknown site",
    "003": "page of model texts on a site that calls itself 公务员之家",
    "004": "listing page on a site that calls itself 产业园区网",
}


def datasheet(paths: Paths, release: Path) -> str:
    """DATASHEET.md of a repository, whose release of the full profile lies in the folder `release`."""
    corpus, rows = corpus_facts(paths), release_facts(release)
    return rendered(
        {
            "corpus": corpus,
            "release": rows,
            "folds_with_tasks": len({corpus["fold_of"][doc_id] for doc_id in rows["tasks_of"]}),
            "annotation": annotation_facts(paths),
            "leakage": leakage_facts(release),
            "accuracy": accuracy_facts(paths),
            "quality": supplements(paths).quality,
            "pages": _PAGES,
            "language": metadata().language,
        }
    )


def rendered(facts: Mapping[str, Any]) -> str:
    """The template with facts. Raises jinja2.UndefinedError when it names one that there is not."""
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=lambda value: f"{value:,}" if isinstance(value, int) else value,
    )
    environment.filters |= {"word": in_words, "percent": lambda share: f"{100 * share:.1f}"}
    return environment.from_string(TEMPLATE.read_text("utf-8")).render(facts)


def in_words(number: int) -> str:
    """A small number as a word, a larger one in digits.

    >>> in_words(5), in_words(1234)
    ('five', '1,234')
    """
    return _WORDS[number] if number < len(_WORDS) else f"{number:,}"
