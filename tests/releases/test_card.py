"""The card says what is in the folder, and only that."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from datasets import load_dataset
from datasets.info import DatasetInfosDict
from huggingface_hub import DatasetCard

from govwork.citation import AUTHOR, TITLE
from govwork.features import CONFIGS
from govwork_build.build import build
from govwork_build.build_paths import Paths
from govwork_build.errors import CorpusError
from govwork_build.quality.estimate import Estimate, quality_rows
from govwork_build.releases.metadata import metadata
from govwork_build.releases.supplements import supplements
from govwork_build.terminal import as_json

ROOT = Path(__file__).parents[2]
FOUND = Estimate("units", "unit", 50, 3, 90, 92, (0.9312, 0.9, 0.954), (0.9, 0.88, 0.92), (1.0, 1.0, 1.0), "items")


@pytest.mark.parametrize("config", CONFIGS)
def test_columns_and_sizes_are_those_that_loading_finds(release: Path, tmp_path: Path, config: str) -> None:
    told = DatasetInfosDict.from_dataset_card_data(DatasetCard.load(release / "README.md").data)[config]
    facts = json.loads((release / "manifest.json").read_text("utf-8"))["configs"][config]
    files = {split: str(release / held["file"]) for split, held in facts.items()}
    found = load_dataset("parquet", data_files=files, cache_dir=str(tmp_path))
    assert {split: rows.features for split, rows in found.items()} == dict.fromkeys(files, told.features)
    assert {split: (rows.info.splits[split].num_bytes, len(rows)) for split, rows in found.items()} == {
        split: (info.num_bytes, info.num_examples) for split, info in told.splits.items()
    }
    assert told.download_size == sum(Path(file).stat().st_size for file in files.values())


def test_links_of_card_and_datasheet_lead_to_files_of_the_folder(release: Path) -> None:
    for name in ("README.md", "DATASHEET.md"):
        links = re.findall(r"\]\(([^)]+)\)", (release / name).read_text("utf-8"))
        assert links
        assert [link for link in links if "://" not in link and not (release / link).is_file()] == []


def test_the_figures_are_the_committed_ones(release: Path) -> None:
    committed = {path.name: path.read_bytes() for path in (ROOT / "docs" / "figures").iterdir()}
    assert {path.name: path.read_bytes() for path in (release / "figures").iterdir()} == committed
    card = (release / "README.md").read_text("utf-8")
    assert {name for name in committed if f"(figures/{name})" in card} == set(committed) - {"lengths.svg"}


def test_card_and_croissant_say_what_metadata_says(release: Path) -> None:
    card = DatasetCard.load(release / "README.md")
    croissant = json.loads((release / "croissant.json").read_text("utf-8"))
    described = metadata()
    assert croissant["description"] == described.description
    assert all(text in card.text for text in described.description.values())
    assert card.data.pretty_name == croissant["name"] == described.title
    assert card.data.task_categories == list(described.tasks)
    assert card.data.tags == [keyword.lower() for keyword in croissant["keywords"]]
    assert croissant["citeAs"] in card.text
    assert AUTHOR == croissant["creator"]["name"] == described.creator
    assert f"{described.title}: {described.subtitle}" == TITLE
    for licence in croissant["license"]:
        part = rf"\| {re.escape(licence['name'])}(?: \(\d+\))? \| {re.escape(licence['description'])}"
        assert re.search(part, card.text)


def test_the_card_tells_the_agreement_on_record(release: Path) -> None:
    card = (release / "README.md").read_text("utf-8")
    estimates = supplements(Paths(ROOT)).agreement
    assert {estimate.what for estimate in estimates} >= {"spans, strict F1", "block kind, Krippendorff's alpha"}
    assert all(f"| {each.what} | {each.share} | {each.of} |" in card for each in estimates)


def test_a_project_without_figures_and_agreement_has_a_card_without_them(project: Paths) -> None:
    folder = build(project).release
    card = (folder / "README.md").read_text("utf-8")
    assert not {path.name for path in folder.iterdir()} & {"figures", "DATASHEET.md"}
    assert "![" not in card
    assert "## Agreement" not in card
    assert "## Quality" not in card
    assert "DATASHEET" not in card


def test_estimates_of_quality_are_told_where_they_were_made(project: Paths) -> None:
    project.quality.parent.mkdir(parents=True)
    project.quality.write_text(as_json(quality_rows(iter([FOUND]))), "utf-8")
    built = build(project)
    assert [(folder / "quality.json").read_bytes() for folder in (built.release, built.public)] == [
        project.quality.read_bytes()
    ] * 2
    card = (built.release / "README.md").read_text("utf-8")
    assert "## Quality" in card
    assert "| units | 93.1 [90.0–95.4] | 90.0 [88.0–92.0] | 100.0 [100.0–100.0] | 50, 3 | units |" in card


@pytest.mark.parametrize("broken", ["[{}]", "[1]", '{"a": 1}', '[{"precision": {}}]'])
def test_estimates_that_cannot_be_read_are_an_error_by_name(project: Paths, broken: str) -> None:
    project.quality.parent.mkdir(parents=True)
    project.quality.write_text(broken, "utf-8")
    with pytest.raises(CorpusError, match=r"quality\.json: is not of govwork quality estimate .*; make it anew"):
        build(project)


def test_agreement_that_cannot_be_read_is_an_error_by_name(project: Paths) -> None:
    project.agreement.mkdir(parents=True)
    (project.agreement / "one.jsonl").write_text('{"measure": "strict_f1"}\n', "utf-8")
    with pytest.raises(CorpusError, match=r"one\.jsonl: is not of govwork annotations agree --json"):
        build(project)
