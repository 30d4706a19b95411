"""Sources are read in the encodings sites use, and refused by name when they cannot be."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from cases import source_text
from hypothesis import given
from hypothesis import strategies as st

from govwork_build.build_paths import Paths
from govwork_build.catalogue import load_catalogue
from govwork_build.corpus import read_source
from govwork_build.decode import decode
from govwork_build.errors import CorpusError

SIMPLIFIED = source_text("001")[:3000]
TRADITIONAL = (
    source_text("002")[:0]
    + "各縣市人民政府，市政府各部門：為確保全年各項目標任務圓滿完成，現將實施方案印發給你們，請認真貫徹執行。" * 5
)


@pytest.mark.parametrize(
    ("text", "codec", "encoding"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED + "㐂𠮷", "gb18030", "gb18030"),
        (TRADITIONAL, "utf-8", "utf-8"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (TRADITIONAL, "gb18030", "gb18030"),
    ],
)
def test_encoding_is_found(text: str, codec: str, encoding: str) -> None:
    decoded = decode(text.encode(codec), "page.txt")
    assert (decoded.text, decoded.encoding, decoded.byte_order_mark) == (text, encoding, False)


def test_a_byte_order_mark_is_recorded_and_is_no_text() -> None:
    decoded = decode(b"\xef\xbb\xbf" + "计划".encode(), "page.txt")
    assert (decoded.text, decoded.encoding, decoded.byte_order_mark) == ("计划", "utf-8", True)


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "gb18030"])
def test_a_gb_label_means_gb18030(declared: str) -> None:
    assert decode("镕基，𠮷".encode("gb18030"), "page.txt", declared).text == "镕基，𠮷"


@pytest.mark.parametrize(
    ("data", "declared", "message"),
    [
        (b"", None, "holds nothing"),
        (b" \n\n", None, "holds nothing"),
        ("计划".encode()[:-1], "utf-8", r"byte 3 \(line 1\) is no utf-8: e5 88"),
        ("第一行\n".encode() + b"\xff\xff", None, r"byte 10 \(line 2\)"),
        (b"abc", "latin-9", "unknown encoding 'latin-9'"),
    ],
)
def test_what_cannot_be_read_is_an_error_by_name(data: bytes, declared: str | None, message: str) -> None:
    with pytest.raises(CorpusError, match=message) as caught:
        decode(data, "page.txt", declared)
    assert caught.value.problems[0].startswith("page.txt: ")


@pytest.mark.parametrize("order", ["le", "be"])
@pytest.mark.parametrize("declared", [None, "gb18030"])
@pytest.mark.parametrize("width", ["16", "32"])
def test_utf_16_and_utf_32_are_refused_by_their_names(width: str, declared: str | None, order: str) -> None:
    data = ("\ufeff" + SIMPLIFIED).encode(f"utf-{width}-{order}")
    with pytest.raises(CorpusError, match=rf"^page\.txt: is UTF-{width}: save as UTF-8 and try again$"):
        decode(data, "page.txt", declared)


HTML = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>工作要点</title></head><body>
<nav><a href="/">首页</a> <a href="/a">政务公开</a></nav><article><h1>2020年工作要点</h1>
<p>为确保全年各项目标任务圆满完成，现将工作要点印发给你们，请认真贯彻执行。各部门要按照分工，各司其职。</p>
<p>一、加快产业转型。推动传统产业改造提升，培育新兴产业，增长10%以上，确保完成全年目标任务。</p></article>
<footer>版权所有 某网站</footer></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_a_page_saved_as_html_gives_its_text(charset: str) -> None:
    decoded = decode(HTML.format(charset=charset).encode("gb18030" if charset == "gb2312" else charset), "page.html")
    assert "一、加快产业转型。推动传统产业改造提升" in decoded.text
    assert "<p>" not in decoded.text
    assert "版权所有" not in decoded.text
    assert decoded.extractor is not None
    assert decoded.extractor.startswith("trafilatura ")


@given(st.binary(min_size=1, max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(CorpusError):
        assert decode(data, "page.bin").text is not None


CATALOGUE_FAULTS = {
    "a missing file": ('file = "mini.txt"', 'file = "gone.txt"', r"gone\.txt cannot be read"),
    "a file outside the folder": ('file = "mini.txt"', 'file = "../sources.toml"', "lies outside .*; put it there"),
    "a changed hash": ('sha256 = "3', 'sha256 = "4', r"mini\.txt: sha256 is 3"),
    "no hash": ('sha256 = "3', 'sha256 = "', "is not 64 lower-case"),
    "a source id with a blank": ('id = "mini"', 'id = "my page"', "id 'my page' must hold letters, digits"),
    "unknown rights": ('rights = "official"', 'rights = "mine"', "must be one of official"),
    "a bad id": ('"pujiang-2020-task_breakdown"', '"Pujiang 2020"', "lower-case words"),
    "another beginning": (
        'begins = "浦江縣2020年"',
        'begins = "义乌"',
        "should begin with '义乌'.* begins with '浦江.*put these words in `begins`",
    ),
    "an empty origin": (
        'origin = "Made up for the tests."',
        'origin = ""',
        'origin is missing or no text; write origin = "…", where it came from',
    ),
    "no licence": ('licence = "None needed."\n', "", "licence is missing.* on what ground it is included"),
    "an encoding that is no text": ('encoding = "utf-8"', "encoding = 8", "encoding is missing or no text"),
    "no TOML": ("[[source]]", "[[source", "no valid TOML.*; mend it there"),
    "no list of documents": ("[[source.document]]", "[source.document]", r"begin each with \[\[source\.document\]\]"),
    "one document too many": (
        "[[source.document]]",
        '[[source.document]]\nid = "one-more"\nbegins = "x"\nrights = "official"\n[[source.document]]',
        "holds 1 document, the catalogue names 2",
    ),
}


@pytest.mark.parametrize("fault", CATALOGUE_FAULTS)
def test_a_fault_of_the_catalogue_is_an_error_by_name(project: Paths, fault: str) -> None:
    old, new, message = CATALOGUE_FAULTS[fault]
    text = project.catalogue.read_text("utf-8")
    assert old in text
    project.catalogue.write_text(text.replace(old, new, 1), "utf-8")

    def read() -> None:
        catalogue = load_catalogue(project.catalogue)
        read_source(catalogue, catalogue.sources[0])

    with pytest.raises(CorpusError, match=message):
        read()


def test_all_problems_of_a_catalogue_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text('[[source]]\nid = "a"\n[[source]]\nid = "a"\n', "utf-8")
    with pytest.raises(CorpusError) as caught:
        load_catalogue(path)
    assert len(caught.value.problems) >= 8
    assert all(str(path) in problem for problem in caught.value.problems)
