"""Files of every kind that a crawl may bring, whole and broken, made as small as shows the point."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

DAMAGED = "金华市2020年政府工作报告。我們?cè)谌珖?guó)各地,經(jīng)濟發(fā)展。"
REPAIRED = "金华市2020年政府工作报告。我们在全国各地,经济发展。"


def html(text: str) -> bytes:
    """A page of which an extractor takes the text for the article."""
    return (
        f"<html><head><title>t</title></head><body><article>{f'<p>{text * 20}</p>'}</article></body></html>".encode()
    )


def lines(rows: Sequence[Any]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n" for row in rows)


def many(number: int) -> bytes:
    """Lines that compression does not make small."""
    chance = random.Random(number)
    return lines([{"id": f"n{i}", "text": REPAIRED, "noise": chance.randbytes(30).hex()} for i in range(number)])


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def write_parquet(path: Path, columns: dict[str, Any], **how: Any) -> None:
    pq.write_table(pa.table(columns), path, **how)


def write_warc(path: Path, bodies: Sequence[tuple[bytes, dict[str, str]]], compressed: bool = True) -> None:
    """A response of a crawl for each body, with the HTTP headers that differ from those of HTML."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=compressed)
        for i, (body, headers) in enumerate(bodies):
            status = headers.get("status", "200 OK")
            sent = {"Content-Type": "text/html", **{k: v for k, v in headers.items() if k != "status"}}
            http = StatusAndHeaders(status, list(sent.items()), protocol="HTTP/1.1")
            record = writer.create_warc_record(
                f"http://x.gov.cn/{i}", "response", payload=io.BytesIO(body), http_headers=http
            )
            writer.write_record(record)


def write_all(folder: Path) -> None:
    """A folder with a little of everything."""
    folder.mkdir()
    rows = [
        {"id": f"p{i}", "text": DAMAGED if i % 3 else "经济发展。", "url": f"http://h{i % 4}.gov.cn/{i}"}
        for i in range(60)
    ]
    (folder / "a.jsonl").write_bytes(lines(rows))
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(lines(rows), mtime=0))
    (folder / "c.jsonl.zst").write_bytes(zstd(lines(rows)))
    write_parquet(folder / "d.parquet", {"text": [DAMAGED] * 50, "year": [2020] * 50}, row_group_size=20)
    write_warc(
        folder / "e.warc.gz", [(html(DAMAGED), {}), (gzip.compress(html(DAMAGED)), {"Content-Encoding": "gzip"})]
    )
    (folder / "f.html").write_bytes(html(DAMAGED))
    (folder / "g.txt").write_bytes("经济发展".encode("gb18030"))
    (folder / "h.bin").write_bytes(b"\0\1")
    (folder / "i.jsonl").write_bytes(b'{"text": "cut')
    os.symlink("nowhere", folder / "j.txt")
