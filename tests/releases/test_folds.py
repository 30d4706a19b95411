"""Folds on document boundaries: each document in one, a lineage in one, fixed for ever."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import govwork
from govwork.features import CONFIGS, FOLDS
from govwork_build.build import build
from govwork_build.build_paths import Paths
from govwork_build.errors import CorpusError
from govwork_build.folds import lineages, load_folds
from govwork_build.release import load_splits

ROOT = Path(__file__).parents[2]
PATHS = Paths(ROOT)
DOCUMENTS = [json.loads(line) for line in PATHS.metadata.read_text("utf-8").splitlines()]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")


def test_every_document_is_in_one_fold_and_the_folds_are_about_equal() -> None:
    fold_of = load_folds(PATHS.folds)
    assert fold_of.keys() == {row["doc_id"] for row in DOCUMENTS}
    characters = Counter[int]()
    for row in DOCUMENTS:
        characters[fold_of[row["doc_id"]]] += row["n_chars"]
    assert characters.keys() == set(FOLDS)
    # One lineage alone is 43,475 characters of 184,485.
    assert max(characters.values()) < 1.3 * min(characters.values())


def test_a_lineage_is_in_one_fold_and_one_split() -> None:
    fold_of, split_of = load_folds(PATHS.folds), load_splits(PATHS.splits)
    found = list(lineages(DOCUMENTS))
    for doc_ids in found:
        assert len({fold_of[doc_id] for doc_id in doc_ids}) == 1
        assert len({split_of[doc_id] for doc_id in doc_ids}) == 1
    assert sorted(doc_ids for doc_ids in found if len(doc_ids) > 1) == [
        ["datian-2019-work_report", "datian-2020-work_report"],
        ["jiangshan-education-work_summary", "jiangshan-2005-work_summary"],
        ["jinhua-2018-task_breakdown", "jinhua-2019-work_report", "jinhua-2020-work_report"],
        ["lyutan-2019-work_report", "lyutan-2020-work_report"],
    ]


LINEAGES: dict[str, tuple[list[tuple[str, str | None, int | None]], list[list[str]]]] = {
    "years in a row": ([("a", "1", 2019), ("b", "1", 2020), ("c", "1", 2021)], [["a", "b", "c"]]),
    "a year between": ([("a", "1", 2019), ("b", "1", 2021)], [["a"], ["b"]]),
    "one year": ([("a", "1", 2019), ("b", "1", 2019)], [["a", "b"]]),
    "another place": ([("a", "1", 2019), ("b", "2", 2019)], [["a"], ["b"]]),
    "a year not known": ([("a", "1", 2011), ("b", "1", None), ("c", "1", 2019)], [["b", "a", "c"]]),
    "no place": ([("a", None, 2019), ("b", None, 2019)], []),
    "out of order": ([("b", "1", 2020), ("c", "2", 2020), ("a", "1", 2019)], [["a", "b"], ["c"]]),
}


@pytest.mark.parametrize("case", LINEAGES)
def test_a_lineage_is_a_place_in_consecutive_years(case: str) -> None:
    rows, wanted = LINEAGES[case]
    made = lineages([dict(zip(("doc_id", "region_code", "year"), row, strict=True)) for row in rows])
    assert list(made) == wanted


def test_no_document_leaves_the_fold_it_was_published_in() -> None:
    fold_of = load_folds(PATHS.folds)
    for path in (ROOT / "tests" / "data" / "folds").glob("*.json"):
        published: dict[str, int] = json.loads(path.read_text("utf-8"))
        assert published.items() <= fold_of.items()


FAULTS = {
    "an unknown fold": ('5 = ["a"]', "unknown fold '5'; use 0, 1, 2, 3, 4"),
    "twice": ('0 = ["a"]\n1 = ["a"]', "a is named twice, in 0 and 1; take one out"),
    "a fold that is one id": ('0 = "a"', "0 is no list of ids"),
    "no document": ('0 = ["a"]', "pujiang-2020-task_breakdown is in no fold"),
    "no TOML": ("0 = [", "is no valid TOML"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_folds_is_an_error_with_its_remedy(project: Paths, fault: str) -> None:
    content, message = FAULTS[fault]
    project.folds.write_text(content, "utf-8")
    with pytest.raises(CorpusError, match=message) as caught:
        build(project)
    assert all(problem.startswith(f"{project.folds}: ") for problem in caught.value.problems)


@pytest.mark.parametrize("config", CONFIGS)
def test_every_config_is_loaded_by_fold(public: Path, config: str) -> None:
    fold_of = load_folds(PATHS.folds)
    by_split = govwork.load(config, folder=public)
    every = [row for rows in by_split.values() for row in rows]
    seen: list[Any] = []
    for fold in FOLDS:
        data = govwork.load(config, folder=public, fold=fold)
        assert {name: rows.features for name, rows in data.items()} == dict.fromkeys(
            ("train", "test"), CONFIGS[config]
        )
        assert {fold_of[doc_id] for doc_id in data["test"]["doc_id"]} <= {fold}
        assert fold not in {fold_of[doc_id] for doc_id in data["train"]["doc_id"]}
        assert len(data["train"]) + len(data["test"]) == len(every)
        seen += data["test"].to_list()
    assert sorted(map(str, seen)) == sorted(map(str, every))


def test_the_fold_of_a_document_is_a_column(release: Path) -> None:
    rows = [row for rows in govwork.load("documents", folder=release).values() for row in rows]
    assert {row["doc_id"]: row["fold"] for row in rows} == load_folds(PATHS.folds)


def test_a_fold_that_is_none_and_a_split_beside_a_fold_are_errors(release: Path) -> None:
    for fold in (5, -1):
        with pytest.raises(ValueError, match=rf"there is no fold {fold}; use one of 0, 1, 2, 3, 4"):
            govwork.load("blocks", folder=release, fold=fold)
    with pytest.raises(ValueError, match="split 'test' and fold 0 are two ways"):
        govwork.load("blocks", "test", folder=release, fold=0)
