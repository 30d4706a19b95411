"""DATASHEET.md: every figure is counted from the data, and every question of a datasheet is answered."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from datasheet.sheet import TEMPLATE, datasheet
from govwork_build.build_paths import Paths
from govwork_build.byteshift_evaluation import draw_runs, held_out_samples, make_pool, real_runs
from govwork_build.byteshift_quality import OUTCOMES, figures
from govwork_build.byteshift_truth import read_truth

ROOT = Path(__file__).parents[2]
PATHS = Paths(ROOT)
SHEET = (ROOT / "DATASHEET.md").read_text("utf-8")
# A figure: digits that are no part of a name, or a number as a word.
FIGURE = re.compile(
    r"(?<![\w.-])\d[\d,.]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|dozen)\b",
    re.IGNORECASE,
)
# What has a figure in its name, or says no number of anything in the data.
NAMES = (
    *(r"Gebru et al\. 2021", r"Bender and Friedman 2018", r"[Ss]ection \d", r"^## \d\.", r"^\d\. "),
    *(r"[Ss]ources? 00\d(?:,\s+00\d)*(?:\s+and 00\d)?", r"GB/T\s+15834", r"CC BY 4\.0", r"Article 5, item 1"),
    *(r"below 1\.0 too", r"95 %", r"BCP 47", r"\bF1\b"),
    *(r"one\s+byte off", r"one or more characters", r"one place in consecutive", r"one model with itself"),
    *(r"to one row", r"down\s+to one household", r"One party to a case", r"one listing page", r"one prefecture"),
    *(r"from one province", r"one city alone", r"one notice says", r"which one is not recorded"),
    *(r"one of\s+them learnt", r"one pass by"),
)
# The questions of Gebru et al. 2021 by section, under the names that this datasheet gives them.
ANSWERS = {
    "1. Motivation": ["Purpose", "Makers", "Funding"],
    "2. Composition": [
        *("What it holds", "Sample of what", "What a row holds", "Labels by rules", "Annotations", "What is missing"),
        *("How rows hang together", "Splits", "Errors and repetition", "Needs from outside"),
        *("Confidential or distressing matter", "Groups of people", "Persons who can be known", "Sensitive facts"),
    ],
    "3. Collection process": [
        *("How it was got", "Who wrote the texts", "Choice", "Who collected it, for what pay", "Over what time"),
        *("Ethical review, study of consequences", "The people concerned: asked directly, told, consenting"),
        "Taking consent back",
    ],
    "4. Preprocessing, cleaning, labelling": [
        *("What was done", "How right it is", "Not measured", "Raw data", "Software"),
    ],
    "5. Uses": ["So far, and where it is told", "Good for", "What bears on later use", "Not for"],
    "6. Distribution": [
        *("To whom, and how", "When", "Terms", "Others' rights", "Export and other rules"),
    ],
    "7. Maintenance": [
        *("Who keeps it, and how to reach them", "Errata", "Removal", "Updates and versions"),
        *("Keeping of personal data", "Older versions", "Adding to it"),
    ],
    "8. Data statement": [
        *("Curation rationale", "Language variety", "Speakers", "Annotators", "Speech situation"),
        *("Text characteristics", "Recording quality", "Provenance"),
    ],
}


def literal_figures(template: str) -> list[str]:
    """The figures that stand in the words of a template, and so are not counted from anything."""
    words = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|`[^`\n]*`|<!--.*?-->", " ", template, flags=re.DOTALL)
    for name in NAMES:
        words = re.sub(name, " ", words, flags=re.MULTILINE)
    return FIGURE.findall(words)


def test_the_datasheet_says_what_the_data_say(release: Path) -> None:
    assert datasheet(PATHS, release) == SHEET, "run: python scripts/make_tables.py"


def test_no_figure_stands_in_the_words_of_the_template() -> None:
    assert literal_figures(TEMPLATE.read_text("utf-8")) == []


@pytest.mark.parametrize("words", ["18 documents", "in three documents", "1.5 % of", "{{ n }} of 65", "Half of the"])
def test_a_figure_in_the_words_is_seen(words: str) -> None:
    assert literal_figures(words)


def test_every_question_of_a_datasheet_has_its_answer() -> None:
    sections = re.split(r"^## (.*)$", SHEET, flags=re.MULTILINE)[1:]
    assert sections[::2] == list(ANSWERS)
    for title, text in zip(sections[::2], sections[1::2], strict=True):
        answered = re.findall(r"^\*\*(.+?)\.\*\*\s+\S", text, re.MULTILINE)
        assert [name for name in ANSWERS[title] if name not in answered] == []


def test_the_evaluation_on_record_is_of_the_repair_as_it_is() -> None:
    """All of it takes minutes: the runs of the sources are judged anew, and fewer synthetic ones."""
    record = json.loads(PATHS.byteshift_evaluation.read_text("utf-8"))
    truth = read_truth(PATHS.byteshift)
    outcomes = Counter[str](judged.outcome for _, runs in real_runs(PATHS, truth) for _, judged in runs)
    found_real = {"runs": len(truth)} | {str(outcome): outcomes[outcome] for outcome in OUTCOMES}
    assert record["real"] == found_real, "run: make evaluate"
    pool = make_pool(held_out_samples(PATHS, 8))
    found = figures([made.judged for made in draw_runs(pool, truth, 4000)])
    for name in ("exact", "gap", "wrong"):
        low, high = record["intervals"][name]
        assert low <= getattr(found, name) <= high, "run: make evaluate"
