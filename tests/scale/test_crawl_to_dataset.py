"""The example of docs/pipeline.md, from a crawl to a dataset, on a crawl of a dozen pages."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from skipping import needs

needs("datatrove", "warcio", "magic")

import pyarrow.parquet as pq  # noqa: E402
from datasets import load_dataset  # noqa: E402
from warcio.statusandheaders import StatusAndHeaders  # noqa: E402
from warcio.warcwriter import WARCWriter  # noqa: E402

SCRIPT = Path(__file__).parents[2] / "scripts" / "examples" / "crawl_to_dataset.py"

DAMAGED = [
    "一年来，我們?cè)谌珖?guó)各地的發(fā)展中，堅持穩(wěn)中求進，努力實現(xiàn)經(jīng)濟平穩(wěn)增長。",
    "加快經(jīng)濟發(fā)展，完成投資十億元。規(guī)?;藴驶蜕鷳B(tài)化水平不斷提高。",
]
CLEAN = [
    "全市上下认真贯彻落实省委、省政府的决策部署，经济运行总体平稳，民生福祉持续改善，社会大局保持稳定。",
    "财政收入增长百分之六，城镇新增就业一万二千人，居民收入与经济增长基本同步，生态环境质量稳中向好。",
    "新建改建农村公路一百二十公里，完成老旧小区改造四十六个，新增养老床位八百张，社区食堂覆盖所有街道。",
]
OTHER = [
    "县人民政府办公室关于做好今年防汛抗旱工作的通知。",
    "各乡镇要落实责任，备足物资，二十四小时值守，及时转移群众。",
]
ENGLISH = ["The mayor delivered the annual report to the congress and answered the questions of the delegates."] * 2
DATE = "2024-03-01T00:00:00Z"
JAPANESE = ["東京都は、令和六年度の予算案を公表しました。", "総額は八兆円を超え、過去最大となる見込みです。"]


class Crawled(NamedTuple):
    """A page of the crawl."""

    name: str
    paragraphs: list[str]
    encoding: str = "utf-8"


FIRST = [Crawled("damaged", DAMAGED), Crawled("clean", CLEAN), Crawled("japanese", JAPANESE)]
SECOND = [
    Crawled("again", [*CLEAN[:2], CLEAN[2].replace("四十六", "四十七")]),
    Crawled("gbk", OTHER, "gb18030"),
    Crawled("english", ENGLISH),
    Crawled("lost", [*OTHER[:1], "工作?" * 3 + "重點(diǎn)?工?作?的??" * 12]),
]


def html(page: Crawled) -> bytes:
    body = "".join(f"<p>{text}</p>" for text in page.paragraphs)
    head = f'<meta charset="{page.encoding}"><title>{page.name}</title>'
    return f"<!DOCTYPE html><html><head>{head}</head><body><article>{body}</article></body></html>".encode(
        page.encoding
    )


def crawl(folder: Path, name: str, pages: list[Crawled]) -> None:
    folder.mkdir(exist_ok=True)
    with (folder / name).open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for page in pages:
            writer.write_record(
                writer.create_warc_record(
                    f"http://example.test/{page.name}",
                    "response",
                    BytesIO(html(page)),
                    http_headers=StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1"),
                    warc_headers_dict={"WARC-Date": DATE, "WARC-Record-ID": f"<urn:{page.name}>"},
                )
            )


def execute(warcs: Path, out: Path) -> str:
    # A task more than there are files: it has nothing to do.
    command = [sys.executable, str(SCRIPT), str(warcs), str(out), "--tasks", "3", "--workers", "2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset, made by the script as a user runs it."""
    folder = tmp_path_factory.mktemp("crawl")
    crawl(folder / "warcs", "0.warc.gz", FIRST)
    crawl(folder / "warcs", "1.warc.gz", SECOND)
    execute(folder / "warcs", folder / "out")
    return folder / "out"


def left_out(out: Path, why: str) -> dict[str, dict[str, Any]]:
    """The metadata of what was left out for a reason, by the name of the page."""
    files = sorted((out / "removed" / why).glob("*"))
    lines = "".join(gzip.decompress(file.read_bytes()).decode("utf-8") for file in files).splitlines()
    return {name_of(page["id"]): page["metadata"] for page in map(json.loads, lines)}


def name_of(record: str) -> str:
    return record.removeprefix("<urn:").removesuffix(">")


def stats(out: Path, stage: str) -> dict[str, dict[str, Any]]:
    """What datatrove counted in a stage, by the name of the step."""
    steps = json.loads((out / "logs" / stage / "stats.json").read_text("utf-8"))
    return {step["name"].partition(": ")[2]: step["stats"] for step in steps}


def test_the_dataset_streams_repaired_and_without_near_duplicates(made: Path, tmp_path: Path) -> None:
    pages = load_dataset(str(made), "pages", split="train", streaming=True, cache_dir=str(tmp_path))
    rows = {name_of(row["id"]): row for row in pages}
    assert len(rows.keys() & {"clean", "again"}) == 1
    assert rows.keys() - {"clean", "again"} == {"damaged", "gbk"}
    assert rows["damaged"]["text"].split("\n")[0] == (
        "一年来，我们在全国各地的发展中，坚持稳中求进，努力实现经济平稳增长。"
    )
    assert rows["damaged"]["script"] == "hant"
    assert rows["damaged"]["damage"]["runs_undone"] > 1
    assert rows["gbk"]["text"].split("\n") == OTHER
    assert rows["gbk"]["url"] == "http://example.test/gbk"
    assert not any(rows["gbk"]["damage"].values())
    (schema,) = {pq.read_schema(path) for path in (made / "data").iterdir()}
    assert schema.names == ["id", "url", "date", "text", "script", "damage"]


def test_what_is_left_out_is_kept_with_the_reason(made: Path) -> None:
    reasons = {name: page["filter_reason"] for name, page in left_out(made, "language").items()}
    assert reasons == {"japanese": "language_ja", "english": "language_other"}
    assert left_out(made, "damaged")["lost"]["damage"]["runs_left"] > 20
    assert len(left_out(made, "duplicate").keys() & {"clean", "again"}) == 1
    assert left_out(made, "refused") == {}


def test_what_was_done_is_counted(made: Path) -> None:
    counted = stats(made, "repair")
    assert counted["🕷 Warc"]["documents"]["total"] == 7
    assert counted["🀄 Chinese only"]["dropped_language_ja"] == 1
    normalized = counted["🀄 Normalize Chinese"]
    assert (normalized["total"], normalized["forwarded"], normalized["damaged"]) == (5, 5, 2)
    assert counted["👤 Lambda"]["dropped"] == 1
    assert stats(made, "write")["🎯 MinHash stage 4"]["dropped"] == 1


def test_begun_again_it_does_what_is_not_done(made: Path) -> None:
    before = {path: path.read_bytes() for path in (made / "data").iterdir()}
    (made / "logs" / "write" / "completions" / "00001").unlink()
    (made / "data" / "00001.parquet").write_bytes(b"PAR1 cut off")
    said = execute(made.parent / "warcs", made)
    assert {path: path.read_bytes() for path in (made / "data").iterdir()} == before
    assert said.count("Not doing anything as all") == 4
    assert "Skipping 2 already completed tasks" in said
