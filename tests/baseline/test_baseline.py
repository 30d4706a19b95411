"""A release trains: the figures are what is told of them, the same in every run, and do not fall."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from govwork.features import SPLITS
from govwork_build.baseline.evaluation import MAJORITY, SCORED, TRAINED, Results, evaluate
from govwork_build.baseline.rows import Data, read
from govwork_build.build import build
from govwork_build.build_paths import Paths
from govwork_build.errors import CorpusError
from skipping import needs

needs("nervaluate", "pycrfsuite", "sklearn")
ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "tests" / "data" / "baseline" / "results.json"
FLOORS = json.loads(RESULTS.with_name("floors.json").read_text("utf-8"))
# Another processor may add in another order, and so decide a span or two otherwise.
SLACK = 0.005


@pytest.fixture(scope="session")
def data(release: Path) -> Data:
    return read(release)


@pytest.fixture(scope="session")
def results(data: Data) -> Results:
    return evaluate(data)


def figures(found: Any, *path: str) -> Iterator[tuple[str, float]]:
    """Every number of some results, with the way to it."""
    for key, value in found.items():
        if isinstance(value, dict):
            yield from figures(value, *path, key)
        elif not isinstance(value, str):
            yield " ".join((*path, key)), value


def test_the_figures_are_those_on_record(results: Results) -> None:
    record = json.loads(RESULTS.read_text("utf-8"))
    wanted = dict(figures({key: value for key, value in record.items() if key != "tools"}))
    found = dict(figures(results))
    assert found.keys() == wanted.keys()
    assert {name: value for name, value in found.items() if abs(value - wanted[name]) > SLACK} == {}, (
        "docs/baseline.md tells how to put new figures on record"
    )


@pytest.mark.parametrize("name", FLOORS)
def test_no_figure_falls_below_its_floor(results: Results, name: str) -> None:
    assert dict(figures(results))[name] >= FLOORS[name]


def test_what_is_trained_knows_more_than_what_is_common(results: Results) -> None:
    found = dict(figures(results))
    trained = [name for name in found if f" {TRAINED} " in name and name.endswith("f1")]
    assert len(trained) > 40
    lower = [name for name in trained if found[name] < found[name.replace(f" {TRAINED} ", f" {MAJORITY} ")]]
    # A label with few spans may be found by its commonest characters.
    assert [name for name in lower if "entities" not in name or " all " in name] == []


def test_a_second_run_gives_the_same_figures(release: Path, results: Results) -> None:
    told = govwork("baseline", str(release), "--json")
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    assert found.pop("tools").keys() == {"nervaluate", "python-crfsuite", "scikit-learn"}
    assert found == results


def test_the_public_release_holds_what_is_trained_on_and_scored(release: Path, data: Data) -> None:
    assert read(Path(f"{release}-public")) == data


def test_a_document_is_in_one_split_and_official(release: Path, data: Data) -> None:
    doc_ids = {split: {block.doc_id for block in data.blocks[split]} for split in SPLITS}
    assert sum(map(len, doc_ids.values())) == len(set().union(*doc_ids.values())) == len(data.documents)
    for split in SPLITS:
        assert {row.block.doc_id for row in data.tagged[split]} <= doc_ids[split]
    rows = [json.loads(line) for line in (ROOT / "corpus" / "documents.jsonl").read_text("utf-8").splitlines()]
    assert data.documents.keys() == {row["doc_id"] for row in rows if row["rights"] == "official"}


def test_what_validation_and_test_say_is_not_learnt(data: Data) -> None:
    """With wrong answers in them, always the same ones, what is trained does not give these."""
    wrong = Data(
        {
            split: [
                block._replace(kind="leader_head", topics=frozenset({"国防"} if block.topics else ()))
                if split in SCORED
                else block
                for block in blocks
            ]
            for split, blocks in data.blocks.items()
        },
        {
            split: [row._replace(tags=("B-DOC",) * len(row.tags)) if split in SCORED else row for row in rows[:20]]
            for split, rows in data.tagged.items()
        },
        data.documents,
    )
    found = dict(figures(evaluate(wrong)))
    for split in SCORED:
        assert found[f"entities {split} trained strict all recall"] < 0.01
        assert found[f"kinds {split} all trained micro_f1"] < 0.1
        assert found[f"topics {split} trained micro_f1"] == 0


def test_documents_repeat_the_figures_on_record() -> None:
    tables = runpy.run_path(str(ROOT / "scripts" / "make_tables.py"))["baseline_tables"](RESULTS.read_text("utf-8"))
    assert {name: len(of) for name, of in tables.items()} == {"README.md": 1, "docs/baseline.md": 3}
    for name, of in tables.items():
        text = (ROOT / name).read_text("utf-8")
        assert all(table.markdown() in text for table in of), f"{name}: run python scripts/make_tables.py"
    learnt_from = json.loads(RESULTS.read_text("utf-8"))["trained_on"]
    counts = "{entities} blocks of train for entities, {kinds} for kinds and {topics} for topics"
    assert counts.format_map(learnt_from) in " ".join((ROOT / "docs" / "baseline.md").read_text("utf-8").split())


def test_what_lies_without_gold_is_refused_by_name(project: Paths) -> None:
    folder = build(project).release
    with pytest.raises(CorpusError, match="ner cannot be loaded"):
        read(folder)


def govwork(*arguments: str, without: str = "") -> subprocess.CompletedProcess[str]:
    """The command, as if the module `without` were not installed."""
    hidden = f"import sys; sys.modules[{without!r}] = None; " if without else ""
    code = f"{hidden}from govwork_build.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("module", ["nervaluate", "pycrfsuite", "sklearn"])
def test_without_its_extra_the_command_says_what_to_install(release: Path, module: str) -> None:
    told = govwork("baseline", str(release), without=module)
    assert told.returncode == 1
    install = "pip install 'govwork-zh[baseline]'"
    assert told.stderr == f"error this command needs {module}, which is not installed; get it with: {install}\n"


def test_a_folder_that_is_no_release_is_refused(tmp_path: Path) -> None:
    told = govwork("baseline", str(tmp_path))
    assert told.returncode == 1
    assert told.stderr.startswith("error ")
    assert "Traceback" not in told.stderr
