"""The plan of a run: which part of which file each task reads."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govwork_build.errors import CorpusError
from govwork_build.scale import plan as planning
from govwork_build.scale.plan import kind_of, plan
from govwork_build.scale.reading import Columns, Meter, Page, read_unit


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.JSONL", ("jsonl", None)),
        ("a.ndjson.zst", ("jsonl", "zstd")),
        ("crawl.warc.gz", ("warc", "gzip")),
        ("crawl.wet", ("warc", None)),
        ("part-0.parquet", ("parquet", None)),
        ("part-0.parquet.gz", ("unknown", "gzip")),
        ("page.HTM", ("page", None)),
        ("page.html.gz", ("page", "gzip")),
        ("table.csv", ("unknown", None)),
        ("README", ("unknown", None)),
        (".gz", ("unknown", None)),
    ],
)
def test_a_name_says_what_a_file_holds(name: str, expected: tuple[str, str | None]) -> None:
    assert kind_of(name) == expected


def test_a_folder_is_read_whole_in_the_order_of_names_but_for_hidden_files(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/10.txt", "a.txt", ".git/x.txt", "b/.hidden.txt", "z.bin"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    read = [os.path.relpath(unit.path, tmp_path) for task in plan([tmp_path]).tasks for unit in task]
    assert read == ["a.txt", "z.bin", "b/10.txt", "b/2.txt"]


def test_a_link_to_a_folder_is_named_not_followed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("x")
    (tmp_path / "in" / "circle").symlink_to(tmp_path / "in")
    read = [os.path.relpath(unit.path, tmp_path / "in") for task in plan([tmp_path / "in"]).tasks for unit in task]
    assert read == ["a.txt", "circle"]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("x")
    (tmp_path / "x").mkdir()
    assert len(plan([file, tmp_path, tmp_path / "x" / ".." / "a.txt"]).files) == 1


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as error:
        plan([tmp_path / "one", tmp_path / "two"])
    assert len(error.value.problems) == 2
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match="holds no file"):
        plan([tmp_path / "empty"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    lines=st.lists(st.integers(0, 60), min_size=1, max_size=40),
    size=st.integers(1, 300),
    ends=st.booleans(),
)
def test_the_parts_of_a_file_of_lines_hold_each_line_once(
    tmp_path: Path, lines: list[int], size: int, ends: bool
) -> None:
    file = tmp_path / "a.jsonl"
    rows = [f'{{"text": "经{"x" * length}", "id": {i}}}' for i, length in enumerate(lines)]
    file.write_text("\n".join(rows) + ("\n" if ends else ""), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "TASK_BYTES", size)
        units = [unit for task in plan([file]).tasks for unit in task]
    found = [item for unit in units for item in read_unit(unit, Columns(), Meter())]
    assert [item.id for item in found if isinstance(item, Page)] == [str(i) for i in range(len(lines))]
    assert len(found) == len(lines)


def test_the_parts_of_a_parquet_file_hold_each_row_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": [f"第{i}页" for i in range(95)]}), file, row_group_size=10)
    monkeypatch.setattr(planning, "TASK_BYTES", 300)
    units = [unit for task in plan([file]).tasks for unit in task]
    assert len(units) > 2
    found = [item for unit in units for item in read_unit(unit, Columns(), Meter())]
    assert [item.place for item in found] == [f"row {i}" for i in range(95)]


def test_tasks_hold_about_as_much_work_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(30):
        (tmp_path / f"{i:02d}.txt").write_bytes(b"x" * 20_000)
    monkeypatch.setattr(planning, "TASK_BYTES", 100_000)
    assert [len(task) for task in plan([tmp_path]).tasks] == [5] * 6


def test_a_changed_file_is_another_plan(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("x")
    before = plan([file]).digest()
    assert plan([file]).digest() == before
    file.write_text("xy")
    assert plan([file]).digest() != before
