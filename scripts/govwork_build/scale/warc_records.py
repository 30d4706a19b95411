"""Pages out of web archives: responses of a crawl (WARC), and the text that was extracted from them (WET)."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any

from .plan import Unit
from .reading import LARGEST, Columns, Item, Meter, Refusal, Stream, page_of, too_large

_CODINGS = ("gzip", "x-gzip", "deflate", "identity")
_PAGES = ("text/html", "application/xhtml+xml", "text/plain")


def read_warc(unit: Unit, stream: Stream, columns: Columns, meter: Meter) -> Iterator[Item]:
    """The pages among the records; what is no page (requests, pictures, redirections) is passed over."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    number = 0
    try:
        for number, record in enumerate(ArchiveIterator(io.BufferedReader(stream, 1 << 16), no_record_parse=False)):
            if record.rec_type in ("response", "conversion", "resource"):
                yield from _page(record, f"{unit.path}:{number}", f"record {number}")
            meter.share = stream.share()
    except (ArchiveLoadFailed, ValueError, EOFError, zlib.error, AttributeError, KeyError) as error:
        if not stream.broken:
            said = f"cannot be read on after record {number}: {type(error).__name__}: {error}"
            yield Refusal(unit.path, f"record {number}", "truncated", said[:500])


def _page(record: Any, name: str, place: str) -> Iterator[Item]:
    headers = record.rec_headers
    id_ = headers.get_header("WARC-Record-ID") or name
    url = headers.get_header("WARC-Target-URI")
    if _content_type(record) not in _PAGES or _status(record) not in ("", "200", "203"):
        return
    coding = record.http_headers.get_header("Content-Encoding") if record.http_headers else None
    if coding and coding.lower() not in _CODINGS:
        said = f"its content is packed with {coding!r}; gzip and deflate are read"
        yield Refusal(id_, place, "broken_record", said, record.raw_stream.read(LARGEST), url)
        return
    try:
        data = record.content_stream().read(LARGEST + 1)
    except Exception as error:
        yield Refusal(id_, place, "broken_record", f"its content cannot be unpacked: {error}", None, url)
        return
    if len(data) > LARGEST:
        yield too_large(id_, place, len(data), url)
        return
    if getattr(record.raw_stream, "limit", 0) > 0:
        yield Refusal(id_, place, "truncated", f"{record.raw_stream.limit:,} bytes of it are not there", data, url)
        return
    date = headers.get_header("WARC-Date")
    yield page_of(id_, place, data, url, {"date": date} if date else {})


def _content_type(record: Any) -> str:
    http = record.http_headers
    said = (http.get_header("Content-Type") if http else record.rec_headers.get_header("Content-Type")) or ""
    return str(said).partition(";")[0].strip().lower()


def _status(record: Any) -> str:
    return (record.http_headers.get_statuscode() or "") if record.http_headers else ""
