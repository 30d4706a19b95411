"""Pages out of files: of every kind, and of files that are broken or made to break a reader."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from files import DAMAGED, REPAIRED, html, lines, many, write_parquet, write_warc, zstd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govwork_build.scale import parquet_rows, reading, warc_records
from govwork_build.scale.plan import plan
from govwork_build.scale.reading import Columns, Item, Meter, Page, Refusal, read_unit


def read(path: Path, columns: Columns | None = None) -> list[Item]:
    units = [unit for task in plan([path]).tasks for unit in task]
    return [item for unit in units for item in read_unit(unit, columns or Columns(), Meter())]


def told(items: list[Item]) -> list[tuple[str, str]]:
    """Of a page its name, of a refusal the reason."""
    return [("page", item.id) if isinstance(item, Page) else (item.reason, item.place) for item in items]


ROW = {"id": "a", "text": DAMAGED, "url": "http://a/", "year": 2020}


@pytest.mark.parametrize(("name", "pack"), [("a.jsonl", bytes), ("a.jsonl.gz", gzip.compress), ("a.jsonl.zst", zstd)])
def test_a_line_is_a_page_with_what_it_says_besides(
    tmp_path: Path, name: str, pack: Callable[[bytes], bytes]
) -> None:
    (tmp_path / name).write_bytes(pack(lines([ROW, {"text": "x"}])))
    first, second = read(tmp_path / name)
    assert first == Page("a", "byte 0", DAMAGED, "http://a/", {"year": 2020})
    assert isinstance(second, Page)
    assert second.id == f"{tmp_path / name}:{len(lines([ROW]))}"


def test_parts_of_a_compressed_file_that_were_joined_are_read_on(tmp_path: Path) -> None:
    for name, pack in (("a.jsonl.gz", gzip.compress), ("a.jsonl.zst", zstd)):
        (tmp_path / name).write_bytes(pack(lines([{"text": "一", "id": 1}])) + pack(lines([{"text": "二", "id": 2}])))
        assert told(read(tmp_path / name)) == [("page", "1"), ("page", "2")]


def test_other_columns_may_hold_text_name_and_address(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines([{"content": DAMAGED, "key": 7, "link": "http://b/", "text": "other"}]))
    (page,) = read(tmp_path / "a.jsonl", Columns("content", "key", "link"))
    assert page == Page("7", "byte 0", DAMAGED, "http://b/", {"text": "other"})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"cut {", "broken_line"),
        (b'{"text": "a', "broken_line"),
        (b"[1, 2]", "broken_line"),
        (b"\xff\xfe", "broken_line"),
        (b'{"text": "\\ud800"}', "broken_line"),
        (b'{"text": ' + b"[" * 5000 + b"]" * 5000 + b"}", "broken_line"),
        (b'{"text": null}', "no_text"),
        (b'{"text": 5}', "no_text"),
        (b'{"text": " \\n"}', "no_text"),
        (b'{"other": "a"}', "no_text"),
    ],
)
def test_a_bad_line_is_kept_whole_and_the_next_one_read(tmp_path: Path, line: bytes, reason: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines([ROW]) + line + b"\n" + lines([ROW]))
    before, bad, after = read(tmp_path / "a.jsonl")
    assert isinstance(before, Page)
    assert isinstance(after, Page)
    assert isinstance(bad, Refusal)
    assert (bad.reason, bad.kept, bad.place) == (reason, line + b"\n", f"byte {len(lines([ROW]))}")


def test_blank_lines_are_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"\n  \n" + lines([ROW]) + b"\n")
    assert told(read(tmp_path / "a.jsonl")) == [("page", "a")]


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"\xef\xbb\xbf" + lines([ROW]).replace(b"\n", b"\r\n"))
    assert told(read(tmp_path / "a.jsonl")) == [("page", "a")]


def test_a_value_of_no_calendar_costs_no_row(tmp_path: Path) -> None:
    times = pa.array([0, 2**62, 0], pa.timestamp("us"))
    write_parquet(tmp_path / "a.parquet", {"text": ["一", "二", "三"], "time": times})
    pages = [item for item in read(tmp_path / "a.parquet") if isinstance(item, Page)]
    assert [page.given["time"] is None for page in pages] == [False, True, False]


def test_text_in_a_column_of_bytes_is_text(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", {"text": ["好".encode(), b"\xff"]})
    first, second = read(tmp_path / "a.parquet")
    assert isinstance(first, Page)
    assert first.text == "好"
    assert isinstance(second, Refusal)
    assert (second.reason, second.kept) == ("encoding", b"\xff")


def test_content_packed_in_an_unknown_way_is_kept_as_it_is(tmp_path: Path) -> None:
    write_warc(tmp_path / "a.warc.gz", [(b"\x8b\x02", {"Content-Encoding": "br"}), (html("一"), {})])
    packed, page = read(tmp_path / "a.warc.gz")
    assert isinstance(packed, Refusal)
    assert (packed.reason, packed.kept) == ("broken_record", b"\x8b\x02")
    assert isinstance(page, Page)


def test_a_null_character_goes_through(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines([{"text": "a\0b", "id": 1}]))
    (page,) = read(tmp_path / "a.jsonl")
    assert isinstance(page, Page)
    assert page.text == "a\0b"


def test_a_page_of_too_many_bytes_is_refused_and_the_next_one_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (reading, parquet_rows, warc_records):
        monkeypatch.setattr(module, "LARGEST", 3000)
    large = "长" * 2000
    (tmp_path / "a.jsonl").write_bytes(lines([{"text": large}, ROW]))
    write_parquet(tmp_path / "b.parquet", {"text": [large, DAMAGED]})
    write_warc(tmp_path / "c.warc.gz", [(html(large), {}), (html("短"), {})])
    bomb = gzip.compress(b"<html>" + b"x" * 5_000_000)
    write_warc(tmp_path / "d.warc", [(bomb, {"Content-Encoding": "gzip"}), (html("短"), {})], compressed=False)
    (tmp_path / "e.txt").write_text(large, "utf-8")
    (tmp_path / "f.txt.gz").write_bytes(gzip.compress(b"x" * 5_000_000))
    for name, pages in (
        ("a.jsonl", 1),
        ("b.parquet", 1),
        ("c.warc.gz", 1),
        ("d.warc", 1),
        ("e.txt", 0),
        ("f.txt.gz", 0),
    ):
        first, *rest = read(tmp_path / name)
        assert isinstance(first, Refusal), name
        assert (first.reason, first.kept) == ("too_large", None), name
        assert [isinstance(item, Page) for item in rest] == [True] * pages, name


def test_what_goes_on_without_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST", 1000)
    monkeypatch.setattr(reading, "_ENDLESS", 5_000_000)
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines([ROW]) + b"a" * 50_000_000 + b"\n" + lines([ROW])))
    assert [kind for kind, _ in told(read(tmp_path / "a.jsonl.gz"))] == ["page", "too_large", "unreadable"]


@pytest.mark.parametrize(("name", "pack"), [("a.jsonl.gz", gzip.compress), ("a.jsonl.zst", zstd)])
def test_of_a_file_that_is_cut_off_what_stands_before_is_read(
    tmp_path: Path, name: str, pack: Callable[[bytes], bytes]
) -> None:
    data = many(8000)
    (tmp_path / name).write_bytes(pack(data)[: -len(pack(data)) // 3])
    items = read(tmp_path / name)
    pages = [item for item in items if isinstance(item, Page)]
    assert len(pages) > 4000
    assert [page.id for page in pages] == [f"n{i}" for i in range(len(pages))]
    refusals = items[len(pages) :]
    assert refusals
    assert {item.reason for item in refusals if isinstance(item, Refusal)} == {"truncated"}
    place = int(refusals[-1].place.removeprefix("byte "))
    assert data[:place].count(b"\n") == len(pages)


@pytest.mark.parametrize(
    "name", ["a.jsonl.gz", "a.jsonl.zst", "a.warc.gz", "a.parquet", "a.warc", "a.txt.gz", "a.html"]
)
def test_what_is_not_what_its_name_says_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(os.urandom(3000))
    items = read(tmp_path / name)
    assert items
    assert all(isinstance(item, Refusal) for item in items)


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.warc.gz", "a.parquet", "a.txt"])
def test_an_empty_file_gives_no_page(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert not any(isinstance(item, Page) for item in read(tmp_path / name))


def test_rows_of_parquet_are_pages(tmp_path: Path) -> None:
    dictionary = pa.array([DAMAGED, None, " "]).dictionary_encode()
    write_parquet(tmp_path / "a.parquet", {"text": dictionary, "id": [1, 2, None], "day": [pa.scalar(0).as_py()] * 3})
    first, second, third = read(tmp_path / "a.parquet")
    assert first == Page("1", "row 0", DAMAGED, None, {"day": 0})
    assert told([second, third]) == [("no_text", "row 1"), ("no_text", "row 2")]


def test_a_parquet_file_without_text_is_refused_by_what_it_has(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", {"body": ["x"]})
    write_parquet(tmp_path / "b.parquet", {"text": [5]})
    (first,), (second,) = read(tmp_path / "a.parquet"), read(tmp_path / "b.parquet")
    assert isinstance(first, Refusal)
    assert isinstance(second, Refusal)
    assert "has no column 'text', but body" in first.said
    assert "is no text but int64" in second.said


def test_a_row_that_is_no_utf8_is_kept_and_the_next_one_read(tmp_path: Path) -> None:
    made = pa.array([b"\xff\xfe", "好".encode()])
    text = pa.StringArray.from_buffers(2, made.buffers()[1], made.buffers()[2])
    write_parquet(tmp_path / "a.parquet", {"text": text, "other": text})
    bad, good = read(tmp_path / "a.parquet")
    assert isinstance(bad, Refusal)
    assert (bad.reason, bad.kept) == ("encoding", b"\xff\xfe")
    assert isinstance(good, Page)
    assert (good.text, good.given) == ("好", {"other": "好"})


def test_a_row_group_that_is_broken_costs_its_own_rows_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    write_parquet(
        file,
        {"text": [f"第{i}页{os.urandom(40).hex()}" for i in range(300)]},
        row_group_size=100,
        use_dictionary=False,
    )
    data = bytearray(file.read_bytes())
    data[len(data) // 2 - 200 : len(data) // 2] = bytes(200)
    file.write_bytes(bytes(data))
    items = read(file)
    pages = [item.place for item in items if isinstance(item, Page)]
    assert {f"row {i}" for i in (*range(100), *range(200, 300))} <= set(pages)
    (refusal,) = [item for item in items if isinstance(item, Refusal)]
    assert refusal.reason == "truncated"
    assert "of row group 1 cannot be read" in refusal.said


def test_a_parquet_file_that_is_cut_off_is_refused_whole(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", {"text": ["好"] * 100})
    whole = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(whole[:-30])
    assert [kind for kind, _ in told(read(tmp_path / "a.parquet"))] == ["truncated"]


@pytest.mark.parametrize("compressed", [True, False])
def test_responses_of_a_crawl_are_pages_and_all_else_is_passed_over(tmp_path: Path, compressed: bool) -> None:
    bodies = [
        (html("一"), {}),
        (gzip.compress(html("二")), {"Content-Encoding": "gzip"}),
        (html("三"), {"Content-Type": "application/xhtml+xml; charset=utf-8"}),
        (b"\x89PNG", {"Content-Type": "image/png"}),
        (html("四"), {"status": "404 Not Found"}),
        ("五".encode("gb18030") * 20, {"Content-Type": "text/plain"}),
    ]
    write_warc(tmp_path / "a.warc", bodies, compressed)
    pages = read(tmp_path / "a.warc")
    assert [page.url for page in pages] == [f"http://x.gov.cn/{i}" for i in (0, 1, 2, 5)]
    assert all(isinstance(page, Page) and page.id.startswith("<urn:uuid:") for page in pages)
    assert isinstance(pages[3], Page)
    assert pages[3].text == "五" * 20


@pytest.mark.parametrize("compressed", [True, False])
def test_of_an_archive_that_is_cut_off_the_whole_records_are_read(tmp_path: Path, compressed: bool) -> None:
    file = tmp_path / ("a.warc.gz" if compressed else "a.warc")
    write_warc(file, [(html("一") + os.urandom(3000).hex().encode(), {})] * 3, compressed)
    file.write_bytes(file.read_bytes()[:-1500])
    items = read(file)
    assert [isinstance(item, Page) for item in items[:2]] == [True, True]
    assert {item.reason for item in items[2:] if isinstance(item, Refusal)} == {"truncated"}
    assert len(items) > 2


def test_a_page_is_read_whatever_its_encoding(tmp_path: Path) -> None:
    for name, data in (
        ("a.txt", "经济发展".encode("gb18030")),
        ("b.txt", ("\ufeff" + DAMAGED).encode()),
        ("c.html", html("一")),
    ):
        (tmp_path / name).write_bytes(data)
        (page,) = read(tmp_path / name)
        assert isinstance(page, Page), name
    for name, data in (("d.txt", REPAIRED.encode("utf-16")), ("e.txt", b"\x81\xff\xff\x30")):
        (tmp_path / name).write_bytes(data)
        (refusal,) = read(tmp_path / name)
        assert isinstance(refusal, Refusal), name
        assert (refusal.reason, refusal.kept) == ("encoding", data), name


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    os.symlink("nowhere", tmp_path / "link.jsonl")
    (tmp_path / "list.csv").write_text("a,b")
    assert [kind for kind, _ in told(read(tmp_path))] == ["unreadable", "unknown_kind", "unreadable"]


def test_a_fault_of_a_reader_ends_the_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("fault")

    monkeypatch.setattr(reading, "page_of_row", fail)
    (tmp_path / "a.jsonl").write_bytes(lines([ROW]))
    (refusal,) = read(tmp_path / "a.jsonl")
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.said) == ("failed", "cannot be read on: RuntimeError: fault")


PACKED: dict[str, Callable[[bytes], bytes]] = {"jsonl": bytes, "gz": gzip.compress, "zst": zstd}
HURTS = st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 30), st.binary(max_size=30))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    name=st.sampled_from(["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.parquet", "a.warc.gz", "a.warc"]),
    hurts=st.lists(HURTS, min_size=1, max_size=4),
)
def test_no_damage_to_a_file_stops_a_reader(tmp_path: Path, name: str, hurts: list[tuple[float, int, bytes]]) -> None:
    file = tmp_path / name
    if name.endswith("parquet"):
        write_parquet(file, {"text": ["经济"] * 30, "id": list(range(30))}, row_group_size=10)
    elif "warc" in name:
        write_warc(file, [(html("经济"), {})] * 2, name.endswith("gz"))
    else:
        file.write_bytes(PACKED[name.rpartition(".")[2]](many(30)))
    data = file.read_bytes()
    for share, length, put in hurts:
        at = int(share * len(data))
        data = data[:at] + put + data[at + length :]
    file.write_bytes(data)
    read(file)


def test_how_far_a_file_is_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(many(5000)))
    ((unit,),) = plan([tmp_path / "a.jsonl.gz"]).tasks
    meter = Meter()
    shares = [meter.share for _ in read_unit(unit, Columns(), meter)]
    assert shares == sorted(shares)
    assert 0.9 < shares[-1] <= 1
