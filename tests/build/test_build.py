"""The build: deterministic, atomic, loud, and of one size in memory."""

from __future__ import annotations

import hashlib
import multiprocessing
import shutil
import tracemalloc
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from cases import ROOT

from govwork_build.build import build
from govwork_build.build_paths import Paths
from govwork_build.errors import CorpusError


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """The real corpus, built anew in a folder of its own."""
    root = tmp_path_factory.mktemp("fresh")
    shutil.copytree(ROOT / "corpus", root / "corpus", ignore=shutil.ignore_patterns("documents", "documents.jsonl"))
    shutil.copytree(ROOT / "annotations", root / "annotations")
    build(Paths(root))
    return Paths(root)


def test_a_rebuild_changes_no_byte_of_what_is_committed(fresh: Paths) -> None:
    assert files(fresh.documents) == files(ROOT / "corpus" / "documents")
    assert fresh.metadata.read_bytes() == (ROOT / "corpus" / "documents.jsonl").read_bytes()


def test_a_second_build_changes_no_byte(fresh: Paths) -> None:
    before = files(fresh.root)
    build(fresh)
    assert files(fresh.root) == before


def test_a_build_that_fails_leaves_the_previous_one_untouched(project: Paths) -> None:
    build(project)
    before = files(project.root)
    source = project.corpus / "sources" / "mini.txt"
    source.write_bytes(source.read_bytes() + b"!")
    broken = files(project.root)
    with pytest.raises(CorpusError, match=r"mini\.txt: sha256 is"):
        build(project)
    assert files(project.root) == broken
    assert {name for name in before if before[name] != broken[name]} == {"corpus/sources/mini.txt"}


def test_a_document_in_no_split_is_an_error_by_name(project: Paths) -> None:
    project.splits.write_text('train = ["another"]\n', "utf-8")
    with pytest.raises(CorpusError) as caught:
        build(project)
    assert any("pujiang-2020-task_breakdown is in no split" in problem for problem in caught.value.problems)
    assert any("another is not in the catalogue" in problem for problem in caught.value.problems)


SPLITS_FAULTS = {
    "twice in one split": (b'train = ["a", "a"]', "a is named twice, in train and train; take one out"),
    "in two splits": (b'train = ["a"]\ntest = ["a"]', "a is named twice, in train and test; take one out"),
    "an unknown split": (b'dev = ["a"]', "unknown split 'dev'; use train, validation, test"),
    "a split that is one id": (b'train = "a"', r'train is no list of ids; write train = \["<id>", "<id>"\]'),
    "a split of lists": (b'train = [["a"]]', "train is no list of ids"),
    "no TOML": (b"train = [", "is no valid TOML: .*; mend it there"),
    "another encoding": ('train = ["浦"]'.encode("gb18030"), "is no valid TOML: .*; save it as UTF-8"),
    "no file": (None, "cannot be read .*; put it back, or name the project's folder with --root"),
}


@pytest.mark.parametrize("fault", SPLITS_FAULTS)
def test_a_fault_of_the_splits_is_an_error_with_its_remedy(project: Paths, fault: str) -> None:
    content, message = SPLITS_FAULTS[fault]
    project.splits.unlink()
    if content is not None:
        project.splits.write_bytes(content)
    with pytest.raises(CorpusError, match=message) as caught:
        build(project)
    assert all(problem.startswith(f"{project.splits}: ") for problem in caught.value.problems)


def _with_sources(project: Paths, count: int) -> None:
    """The project's source many times over, each under a name of its own."""
    data = (project.corpus / "sources" / "mini.txt").read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    catalogue, ids = [], []
    for i in range(count):
        (project.corpus / "sources" / f"s{i}.txt").write_bytes(data)
        ids.append(f"pujiang-{i}-task_breakdown")
        catalogue.append(
            f'[[source]]\nid = "s{i}"\nfile = "s{i}.txt"\nsha256 = "{digest}"\norigin = "test"\nlicence = "none"\n'
            f'[[source.document]]\nid = "{ids[-1]}"\nbegins = "浦江縣"\nrights = "official"\n'
        )
    project.catalogue.write_text("\n".join(catalogue), "utf-8")
    project.splits.write_text(f"train = {ids!r}\n", "utf-8")
    project.folds.write_text(f"0 = {ids!r}\n", "utf-8")


def _peaks(project: Paths) -> list[int]:
    peaks = []
    for count in (20, 20, 200):
        _with_sources(project, count)
        tracemalloc.start()
        build(project)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    return peaks


def test_memory_does_not_grow_with_the_number_of_documents(project: Paths) -> None:
    # In a process of its own: what other tests left in caches would make room for what this one puts there.
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        peaks = process.submit(_peaks, project).result()
    # The rows held before they are written are bounded; what grows is a line of metadata a document.
    assert peaks[2] - peaks[1] < 180 * 40_000


def test_a_withdrawn_document_leaves_a_tombstone_whose_id_is_not_used_again(project: Paths) -> None:
    catalogue = project.catalogue.read_text("utf-8")
    project.catalogue.write_text(
        catalogue + '\n[[withdrawn]]\nid = "yiwu-2019-work_report"\nreason = "asked for"\n', "utf-8"
    )
    assert build(project).manifest["withdrawn"] == {"yiwu-2019-work_report": "asked for"}
    again = catalogue + '\n[[withdrawn]]\nid = "pujiang-2020-task_breakdown"\nreason = "asked for"\n'
    project.catalogue.write_text(again, "utf-8")
    with pytest.raises(CorpusError, match="'pujiang-2020-task_breakdown' is used twice"):
        build(project)
