"""A whole run: the same bytes with any number of workers, after a kill, on a full disk; and what the command says."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from datasets import load_dataset
from files import DAMAGED, REPAIRED, lines, many, write_all

from govwork.trace_json import from_json
from govwork_build.errors import CorpusError
from govwork_build.scale import plan as planning
from govwork_build.scale import run as running
from govwork_build.scale.folder import Folder
from govwork_build.scale.plan import plan
from govwork_build.scale.run import Options, run
from skipping import skip_or_fail

COMMAND = [sys.executable, "-c", "from govwork_build.cli import main; main()", "normalize"]
# What a child does that is to be killed: the run over small tasks, telling when one is done.
CHILD = """
import sys
from pathlib import Path
from govwork_build.scale import plan as planning
from govwork_build.scale.run import Options, run
planning.TASK_BYTES = int(sys.argv[4])
said = lambda done, total: print(done, flush=True)
run(planning.plan([Path(sys.argv[1])]), Path(sys.argv[2]), Options(), int(sys.argv[3]), said)
"""


def quiet(done: int, total: int) -> None:
    pass


def files_of(folder: Path) -> dict[str, bytes]:
    """What a reader of a finished run sees; the logs tell of time."""
    shown = [path for name in ("data", "refused") for path in (folder / name).glob("*")]
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in [*shown, folder / "summary.json", folder / "README.md"]
    }


def govwork(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, cwd=cwd, timeout=300)


@pytest.fixture
def small_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "TASK_BYTES", 20_000)


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    write_all(tmp_path / "in")
    return tmp_path / "in"


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Work for a good many tasks."""
    folder = tmp_path / "in"
    folder.mkdir()
    for i in range(4):
        (folder / f"{i}.jsonl").write_bytes(many(800) + lines([{"text": DAMAGED, "id": f"d{i}"}]))
    return folder


@pytest.mark.usefixtures("small_tasks")
def test_any_number_of_workers_writes_the_same_bytes(collection: Path, tmp_path: Path) -> None:
    made = [run(plan([collection]), tmp_path / f"{n}", Options("full"), n, quiet).parent for n in (1, 2, 3)]
    first, *others = map(files_of, made)
    assert all(other == first for other in others)
    assert len([name for name in first if name.startswith("data/")]) > 3


def test_what_came_in_comes_out_repaired_or_refused(collection: Path, tmp_path: Path) -> None:
    done = govwork(collection, "--out", tmp_path / "out", "--workers", 2, "--trace", "--stats")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "refused, kept in" in done.stderr
    assert "runs of shifted bytes undone" in done.stdout
    pages = load_dataset(str(tmp_path / "out"), split="train", cache_dir=str(tmp_path / "cache"))
    assert len(pages) == 3 * 60 + 50 + 4
    for row in pages:
        source = from_json(row["text"], row["trace"]).source
        assert source.replace(DAMAGED, REPAIRED) == row["text"]
    assert pages[0]["given"] is None
    assert {row["given"] for row in pages if row["file"].endswith("d.parquet")} == {'{"year":2020}'}
    refused = load_dataset(str(tmp_path / "out"), "refused", split="train", cache_dir=str(tmp_path / "cache"))
    assert sorted((row["reason"], Path(row["file"]).name) for row in refused) == [
        ("broken_line", "i.jsonl"),
        ("unknown_kind", "h.bin"),
        ("unreadable", "j.txt"),
    ]
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert (summary["pages"], summary["damaged"]) == (234, sum(any(row["damage"].values()) for row in pages))
    assert summary["refused"] == {"broken_line": 1, "unknown_kind": 1, "unreadable": 1}
    streamed = load_dataset(str(tmp_path / "out"), split="train", streaming=True)
    assert next(iter(streamed))["id"] == "p0"


def test_load_dataset_takes_two_collections_of_one_name_for_two(tmp_path: Path) -> None:
    for name, text in (("a", "一"), ("b", "二")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "in.jsonl").write_bytes(lines([{"id": "x", "text": text}]))
        run(plan([tmp_path / name / "in.jsonl"]), tmp_path / name / "out", Options(), 1, quiet)
    loaded = [
        load_dataset(str(tmp_path / name / "out"), split="train", cache_dir=str(tmp_path / "cache"))["text"][0]
        for name in ("a", "b")
    ]
    assert loaded == ["一", "二"]


def test_a_finished_run_is_not_done_again(collection: Path, tmp_path: Path) -> None:
    first = govwork(collection, "--out", tmp_path / "out")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.name != ".lock"}
    second = govwork(collection, "--out", tmp_path / "out")
    assert (second.returncode, second.stdout) == (0, first.stdout)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.name != ".lock"} == before


@pytest.mark.parametrize(("workers", "kills"), [(1, 1), (2, 1), (2, 3)])
def test_a_killed_run_is_resumed_with_nothing_lost_or_doubled(
    large: Path, tmp_path: Path, workers: int, kills: int
) -> None:
    """However often it is killed, and begun again at once, while what the last one began may still be there."""
    arguments = [sys.executable, "-c", CHILD, str(large), str(tmp_path / "out"), str(workers), "5000"]
    for _ in range(kills):
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, start_new_session=True) as child:
            assert child.stdout
            for said in child.stdout:
                if int(said) > 0:
                    break
            child.kill()
    completions = tmp_path / "out" / "logs" / "completions"
    done = set(os.listdir(completions)) if completions.exists() else set()
    assert kills > 1 or not (tmp_path / "out" / "data").exists()
    subprocess.run(arguments, check=True, capture_output=True, timeout=300)
    run_again = {path.name for path in completions.iterdir()}
    assert done <= run_again
    subprocess.run(
        [*arguments[:4], str(tmp_path / "whole"), "1", "5000"], check=True, capture_output=True, timeout=300
    )
    assert files_of(tmp_path / "out") == files_of(tmp_path / "whole")


def workers_of_runs() -> list[int]:
    """The worker processes of the runs that this process began, oldest first."""
    engines = {child.pid for child in multiprocessing.active_children()}
    group = [int(name) for name in os.listdir("/proc") if name.isdigit() and _session(int(name)) in engines]
    parents = {pid: int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]) for pid in group}
    servers = [pid for pid, parent in parents.items() if parent in engines]
    return sorted(pid for pid, parent in parents.items() if parent in servers)


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None


@pytest.mark.usefixtures("small_tasks")
@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGSEGV])
def test_a_worker_that_is_killed_is_noticed_and_its_task_run_again(
    large: Path, tmp_path: Path, signal_: signal.Signals
) -> None:
    killed: list[int] = []

    def kill_one(done: int, total: int) -> None:
        workers = workers_of_runs()
        if workers and not killed and done:
            killed.append(workers[-1])
            os.kill(workers[-1], signal_)

    run(plan([large]), tmp_path / "out", Options(), 2, kill_one)
    assert killed
    run(plan([large]), tmp_path / "whole", Options(), 1, quiet)
    assert files_of(tmp_path / "out") == files_of(tmp_path / "whole")


def test_an_idle_worker_that_is_killed_does_not_hang_the_run(large: Path, tmp_path: Path) -> None:
    """The pool's other worker has nothing to do, and holds the pool's lock."""
    killed: list[int] = []

    def kill_idle(done: int, total: int) -> None:
        # The one that has the task was started first, or second: the other one has used next to no time.
        workers = sorted(workers_of_runs(), key=lambda pid: Path(f"/proc/{pid}/stat").read_text().split()[13])
        if len(workers) == 2 and not killed and done:
            killed.append(workers[0])
            os.kill(workers[0], signal.SIGKILL)

    rows = [{"id": f"d{i}", "text": DAMAGED * 40} for i in range(600)]
    (large / "9.jsonl").write_bytes(lines(rows))
    run(plan([large]), tmp_path / "out", Options(), 2, kill_idle)
    assert len(load_dataset(str(tmp_path / "out"), split="train", cache_dir=str(tmp_path / "cache"))) == 3804


@pytest.mark.usefixtures("small_tasks")
def test_workers_that_are_killed_again_and_again_end_the_run_by_name(large: Path, tmp_path: Path) -> None:
    def kill_all(done: int, total: int) -> None:
        for pid in workers_of_runs():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    with pytest.raises(CorpusError, match=r"workers were killed 3 times.*reads .*0\.jsonl"):
        run(plan([large]), tmp_path / "out", Options(), 2, kill_all)


@pytest.mark.usefixtures("small_tasks")
def test_what_an_earlier_attempt_left_is_taken_away(large: Path, tmp_path: Path) -> None:
    """A completion beside half a table, and a table of refusals that the next attempt does not make."""
    out = Folder(tmp_path / "out")
    steps_of_a_run = plan([large])
    with pytest.raises(KeyboardInterrupt):
        run(steps_of_a_run, out.out, Options(), 1, _interrupt)
    for table in out.tables:
        table.mkdir(exist_ok=True)
    (out.tables[1] / "00001-extract.parquet").write_bytes(b"PAR1")
    run(steps_of_a_run, out.out, Options(), 1, quiet)
    run(steps_of_a_run, tmp_path / "whole", Options(), 1, quiet)
    assert files_of(out.out) == files_of(tmp_path / "whole")


def _interrupt(done: int, total: int) -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("small_tasks")
def test_a_table_that_lacks_rows_is_not_published(
    large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "rows_in", lambda folder: 5)
    with pytest.raises(CorpusError, match="holds 5 pages"):
        run(plan([large]), tmp_path / "out", Options(), 1, quiet)


@pytest.mark.usefixtures("small_tasks")
def test_a_run_that_was_killed_at_its_very_end_is_finished(large: Path, tmp_path: Path) -> None:
    out = Folder(tmp_path / "out")
    run(plan([large]), out.out, Options(), 1, quiet)
    whole = files_of(out.out)
    out.progress.mkdir(parents=True)
    run(plan([large]), out.out, Options(), 1, quiet)
    assert not out.run.exists()
    assert files_of(out.out) == whole


def test_a_folder_of_logs_is_not_taken_for_a_run(collection: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / "logs").mkdir(parents=True)
    (tmp_path / "out" / "logs" / "mine.txt").write_text("x")
    with pytest.raises(CorpusError, match="holds 'logs' and no run"):
        run(plan([collection]), tmp_path / "out", Options(), 1, quiet)
    assert sorted(path.name for path in (tmp_path / "out").rglob("*")) == ["logs", "mine.txt"]


def test_a_folder_within_the_input_is_refused(collection: Path) -> None:
    done = govwork(collection, "--out", collection / "out")
    assert done.returncode == 1
    assert "would be read with it" in " ".join(done.stderr.split())


@pytest.mark.usefixtures("small_tasks")
def test_the_folder_of_another_run_is_left_alone(collection: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(plan([collection]), out, Options(), 1, quiet)
    before = files_of(out)
    with pytest.raises(CorpusError, match="other options"):
        run(plan([collection]), out, Options("full"), 1, quiet)
    (collection / "a.jsonl").write_bytes(lines([{"text": "新"}]))
    with pytest.raises(CorpusError, match="other input"):
        run(plan([collection]), out, Options(), 1, quiet)
    assert files_of(out) == before


def test_a_folder_with_something_else_in_it_is_left_alone(collection: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").write_text("x")
    done = govwork(collection, "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "holds 'thesis.tex' and no run" in " ".join(done.stderr.split())


def test_a_row_nested_too_deep_to_be_written_costs_no_page(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(b'{"text": "x", "deep": ' + b"[" * 1000 + b"]" * 1000 + b"}\n")
    run(plan([tmp_path / "in.jsonl"]), tmp_path / "out", Options(), 1, quiet)
    (row,) = load_dataset(str(tmp_path / "out"), split="train", cache_dir=str(tmp_path / "cache"))
    assert row["text"] == "x"


def test_two_runs_do_not_share_a_folder(collection: Path, tmp_path: Path) -> None:
    with running._alone(Folder(tmp_path / "out")):
        done = govwork(collection, "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "another run is writing here" in " ".join(done.stderr.split())


def test_a_run_that_refuses_all_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"\0")
    done = govwork(tmp_path / "a.bin", "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "no page could be read" in " ".join(done.stderr.split())
    assert (tmp_path / "out" / "refused").exists()


def test_input_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = govwork(tmp_path / "nothing", "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "there is no such file or folder" in " ".join(done.stderr.split())
    assert not (tmp_path / "out").exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], capture_output=True, text=True)
    if mounted.returncode:
        skip_or_fail(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_ends_the_run_by_name_and_room_lets_it_go_on(
    large: Path, small_disk: Path, tmp_path: Path
) -> None:
    out = small_disk / "out"
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * 1_950_000)
    full = govwork(large, "--out", out, "--workers", 2)
    assert full.returncode == 1
    assert "Traceback" not in full.stderr
    assert "No space left on device" in full.stderr
    assert not (out / "data").exists()
    filler.unlink()
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    assert govwork(large, "--out", out, "--workers", 2).returncode == 0
    run(plan([large]), tmp_path / "whole", Options(), 1, quiet)
    assert files_of(out) == files_of(tmp_path / "whole")
