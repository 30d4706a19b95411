"""A release opens with `load_dataset` alone, with the declared features, off line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from datasets import load_dataset
from huggingface_hub import DatasetCard

import govwork
from govwork.features import CONFIGS
from govwork_build.build import build
from govwork_build.build_paths import Paths
from govwork_build.catalogue import RIGHTS
from govwork_build.decode import decode
from govwork_build.releases.card_head import size_category

ROOT = Path(__file__).parents[2]


def opened(release: Path, config: str) -> Any:
    return load_dataset(str(release), config, cache_dir=str(release.parent / "cache"))


def configs(release: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((release / "manifest.json").read_text("utf-8"))["configs"]
    return found


@pytest.mark.parametrize("config", ["documents", "blocks", "tasks", "edits", "repairs"])
def test_a_config_has_its_features_splits_and_rows(release: Path, config: str) -> None:
    data = opened(release, config)
    assert {split: len(rows) for split, rows in data.items()} == {
        split: facts["rows"] for split, facts in configs(release)[config].items()
    }
    assert all(rows.features == CONFIGS[config] for rows in data.values())


def test_every_document_is_in_the_split_that_is_fixed_for_it(release: Path) -> None:
    import tomllib

    fixed = tomllib.loads((ROOT / "corpus" / "splits.toml").read_text("utf-8"))
    for config in configs(release):
        for split, rows in opened(release, config).items():
            assert set(rows["doc_id"]) <= set(fixed[split])


def test_tasks_have_train_and_test_of_different_years(release: Path) -> None:
    tasks = opened(release, "tasks")
    assert "jinhua-2018-task_breakdown" in set(tasks["train"]["doc_id"])
    assert "jinhua-2011-task_breakdown" in set(tasks["test"]["doc_id"])
    row = next(row for row in tasks["train"] if row["lead_units"])
    unit = row["lead_units"][0]
    assert row["text"][unit["start"] : unit["end"]] == unit["surface"]


def test_a_published_document_gives_its_source_back(release: Path) -> None:
    documents, edits = opened(release, "documents")["validation"], opened(release, "edits")["validation"]
    sources = {
        path.stem: decode(path.read_bytes(), path.name).text for path in (ROOT / "corpus" / "sources").iterdir()
    }
    for document in documents:
        own = [row for row in edits if row["doc_id"] == document["doc_id"]]
        offset = document["source_start"]
        traced = govwork.trace(document, own)
        assert traced.source == sources[document["source_id"]][offset : document["source_end"]]
        starts, ends = traced.to_source([0], [len(document["text"])])
        assert (starts[0], ends[0]) == (0, len(traced.source))
        row = own[len(own) // 2]
        assert sources[document["source_id"]][row["source_start"] : row["source_end"]] is not None


def test_edits_of_another_split_are_no_history_of_a_document(release: Path) -> None:
    documents, edits = opened(release, "documents")["validation"], opened(release, "edits")["train"]
    with pytest.raises(ValueError, match="give all rows of the edits of its split"):
        govwork.trace(documents[0], edits)


def test_repairs_are_pairs_of_runs_in_the_split_of_their_document(release: Path) -> None:
    rows = [row for rows in opened(release, "repairs").values() for row in rows]
    real = [row for row in rows if row["origin"] == "real"]
    known = json.loads((ROOT / "corpus" / "byteshift.json").read_text("utf-8"))
    spans = [(row["damaged_start"], row["damaged_end"]) for row in real]
    seen = [row["damaged"][start:end] for row, (start, end) in zip(real, spans, strict=True)]
    assert sorted(seen) == sorted(run["damaged"] for run in known)
    assert {row["origin"] for row in rows} == {"real", "synthetic"}
    assert len(rows) > 1000
    assert len({row["repair_id"] for row in rows}) == len(rows)


def test_synthetic_pairs_are_of_official_text_alone_and_no_source_is_named(release: Path) -> None:
    rows = [row for rows in opened(release, "repairs").values() for row in rows if row["origin"] == "synthetic"]
    assert {row["rights"] for row in rows} == {"official"}
    assert {row["source_id"] for row in rows} == {row["decidable"] for row in rows} == {None}


def test_load_checks_the_version(release: Path) -> None:
    version = Paths(ROOT).version()
    assert len(govwork.load("blocks", split="test", folder=release, version=version)) > 0
    with pytest.raises(ValueError, match=r"holds version .*, not 9\.9\.9"):
        govwork.load("blocks", folder=release, version="9.9.9")
    with pytest.raises(ValueError, match="holds no release"):
        govwork.load("blocks", folder=release.parent)


def test_the_trace_imports_without_the_dataset_library() -> None:
    code = "import sys, govwork; assert 'datasets' not in sys.modules and 'govwork_build' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_streaming_and_slices(release: Path) -> None:
    first = next(iter(load_dataset(str(release), "blocks", split="train", streaming=True)))
    assert first["block_id"]
    assert (
        len(load_dataset(str(release), "blocks", split="train[:10]", cache_dir=str(release.parent / "cache"))) == 10
    )


def test_a_rebuilt_release_is_not_loaded_as_it_was_before(project: Paths, tmp_path: Path) -> None:
    """`datasets` caches by path; a release built anew in its place must not be shadowed by the old rows."""
    cache = str(tmp_path / "cache")
    before = load_dataset(str(build(project).release), "documents", split="train", cache_dir=cache)
    entry = project.catalogue.read_text("utf-8").replace('rights = "official"', 'rights = "unclear"')
    project.catalogue.write_text(entry, "utf-8")
    after = load_dataset(str(build(project).release), "documents", split="train", cache_dir=cache)
    assert (before[0]["rights"], after[0]["rights"]) == ("official", "unclear")


def _loaded_by(statement: str) -> set[str]:
    """The packages that a fresh interpreter has imported after `statement`."""
    code = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_loader_stands_without_the_build_and_names_kinds_without_datasets() -> None:
    assert "govwork_build" not in _loaded_by("import govwork.features")
    assert not {"govwork_build", "datasets"} & _loaded_by("import govwork.kinds")


def test_the_card_says_which_rights_are_whose(release: Path) -> None:
    """No licence of one part is given out as that of all; each value of `rights` is told with its documents."""
    card = DatasetCard.load(release / "README.md")
    assert card.data.license == "other"
    assert card.data.license_link == "LICENSE.md"
    counts = Counter(row["rights"] for rows in opened(release, "documents").values() for row in rows)
    assert counts.keys() == set(RIGHTS)
    for told in (card.text, (release / "LICENSE.md").read_text("utf-8")):
        for rights, count in counts.items():
            assert f"| texts of `{rights}` documents ({count}) |" in told
        assert "CC BY 4.0" in told
        assert "must not be published as it is" in told


def test_a_release_of_official_texts_alone_may_be_published(project: Paths) -> None:
    told = (build(project).release / "LICENSE.md").read_text("utf-8")
    assert "`official` documents (1)" in told
    assert "must not" not in told


def test_the_card_counts_the_rows_of_all_configs(release: Path) -> None:
    rows = sum(facts["rows"] for splits in configs(release).values() for facts in splits.values())
    assert 10_000 <= rows < 100_000
    assert DatasetCard.load(release / "README.md").data.size_categories == ["10K<n<100K"]


@pytest.mark.parametrize(
    ("rows", "category"),
    [
        (0, "n<1K"),
        (999, "n<1K"),
        (1_000, "1K<n<10K"),
        (9_999_999, "1M<n<10M"),
        (10**12 - 1, "100B<n<1T"),
        (10**12, "n>1T"),
    ],
)
def test_size_categories_are_the_hubs(rows: int, category: str) -> None:
    assert size_category(rows) == category
