"""From bytes to text: which encoding, what came before the text, and what an HTML page holds.

Sites declare `gb2312` and send GB 18030, or declare nothing. Strict UTF-8 decides first; between GB 18030 and
Big5, which both read most byte strings, the one that yields more common characters wins.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

from .errors import CorpusError

# Names sites use, and the codec that reads what they send.
_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
}
# What no reading of a site's encodings begins with. UTF-32 first: in little-endian order it begins as UTF-16 does.
_WIDE_MARKS = {
    "UTF-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
    "UTF-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
}
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_HTML = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*)?(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a source and how it was read.

    `text` is the source text every offset counts in; for a page saved as HTML it is the extraction, and
    `extractor` names the tool and its version (else None).
    """

    text: str
    encoding: str
    byte_order_mark: bool
    extractor: str | None


def decode(data: bytes, name: str, declared: str | None = None) -> Decoded:
    """Reads the bytes of the source called `name`.

    Raises CorpusError when they are empty, UTF-16 or UTF-32, when `declared` is unknown, or when no reading fits.
    """
    read = read_text(data, name, declared)
    if not is_html(read.text):
        return read
    text = extract(read.text)
    if not text:
        raise CorpusError(f"{name}: the page holds no text that could be extracted; save its text instead")
    return Decoded(text, read.encoding, read.byte_order_mark, f"trafilatura {version('trafilatura')}")


def read_text(data: bytes, name: str, declared: str | None = None) -> Decoded:
    """As `decode`, but a page saved as HTML stays what it is."""
    for wide, marks in _WIDE_MARKS.items():
        if data.startswith(marks):
            raise CorpusError(f"{name}: is {wide}: save as UTF-8 and try again")
    if not data.strip():
        raise CorpusError(f"{name}: the file holds nothing; get it again, or leave it out")
    mark = data.startswith(codecs.BOM_UTF8)
    body = data[len(codecs.BOM_UTF8) :] if mark else data
    encoding = "utf-8" if mark else _encoding_of(body, name, declared)
    try:
        return Decoded(body.decode(encoding), encoding, mark, None)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise CorpusError(
            f"{name}: byte {error.start} (line {line}) is no {encoding}: {body[error.start : error.end].hex(' ')}; "
            "save it as UTF-8, or declare its encoding: --encoding of `govwork add`, `encoding` in sources.toml"
        ) from None


def is_html(text: str) -> bool:
    """Whether a text is the source of a page."""
    return bool(_HTML.match(text))


def extract(page: str) -> str | None:
    """The text that a page saved as HTML holds; None where none is found."""
    # Imported here: the extractor takes a second to load, and few sources are pages.
    import trafilatura

    text: str | None = trafilatura.extract(page, include_comments=False, include_tables=True, favor_recall=True)
    return text


def _encoding_of(data: bytes, name: str, declared: str | None) -> str:
    if declared is not None:
        if declared.lower() not in _CODECS:
            raise CorpusError(f"{name}: unknown encoding {declared!r}; use one of {', '.join(_CODECS)}")
        return _CODECS[declared.lower()]
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    meta = _META.search(data, 0, 4096)
    stated = _CODECS.get(meta[1].decode("ascii").lower()) if meta else None
    readable = [codec for codec in ("gb18030", "big5hkscs") if _reads(data, codec)]
    if stated in readable:
        return str(stated)
    # What no codec reads is reported at the first byte UTF-8 stumbles on, the likeliest intention.
    return max(readable, key=lambda codec: _commonness(data.decode(codec)), default=stated or "utf-8")


def _reads(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


@cache
def _common_characters() -> frozenset[str]:
    """The first level of GB 2312 and the first plane of Big5: what ordinary pages are written in."""
    simplified = bytes(b for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFF) for b in (row, cell))
    traditional = bytes(
        b for row in range(0xA4, 0xC6) for cell in (*range(0x40, 0x7F), *range(0xA1, 0xFF)) for b in (row, cell)
    )
    return frozenset(simplified.decode("gb2312") + traditional.decode("big5", "ignore"))


def _commonness(text: str) -> float:
    wide = [character for character in text if character >= "\u0080"]
    common = _common_characters()
    return sum(character in common or character in "，。、；：“”（）" for character in wide) / max(len(wide), 1)
