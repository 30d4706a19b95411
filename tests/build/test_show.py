"""A document shown: nothing lost, nothing unescaped, every edit where it belongs, on both sides."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from govwork.layer import Edit, Layer
from govwork.trace import TracedText
from govwork_build.blocks import parse_blocks
from govwork_build.build_paths import Paths
from govwork_build.catalogue import DocumentEntry, SourceEntry
from govwork_build.corpus import Document, fixes
from govwork_build.cut import Piece as PagePiece
from govwork_build.decode import Decoded
from govwork_build.describe import Description
from govwork_build.errors import CorpusError
from govwork_build.evidence import Evidence
from govwork_build.gaps import Gap, find_gaps
from govwork_build.marks import Mark, rows
from govwork_build.model import DocType, Task, Unit
from govwork_build.overview import EXAMPLES_ARE
from govwork_build.pipeline import Normalised, normalise
from govwork_build.regions import Region
from govwork_build.show import find_document, page, print_document

HOSTILE = "各位代表:<b>&\"'</b></script><script>alert(1)</script>&amp;&#13;<!-- ]]>，经济發(fā)展(chǎn)"
# One edit of every stage, and a gap.
DAMAGED = (
    "2020年工作要點(diǎn)\n索引号: 1 文号: 2\n一、產(chǎn)業(yè)發(fā)展,穩(wěn)中求進(jìn)\u00a0\n\n"
    "　　1.加快經(jīng)濟發(fā)展,完成(含續(xù)建)**億元。\n牽頭單位:縣發(fā)改局\n"
)


def document(source: str, doc_type: DocType | None = "work_points", before: str = "", after: str = "") -> Document:
    return of_normalised(normalise(source), doc_type, before, after)


def of_normalised(
    normalised: Normalised, doc_type: DocType | None = None, before: str = "", after: str = ""
) -> Document:
    """A document with this text on a page; its title is read from its first characters."""
    source, text = normalised.traced.source, normalised.traced.text
    end = len(before) + len(source[:4])
    seen = Evidence("title", text[:4], "stated", len(before), end, source[:4], "its <first> words")
    return Document(
        entry=DocumentEntry("place-2020-work_points", source[:4], "official"),
        source=SourceEntry("src", "src.txt", "0" * 64, None, "made up", "none", ()),
        decoded=Decoded(before + source + after, "utf-8", False, None),
        piece=PagePiece(len(before), len(before) + len(source), None),
        normalised=normalised,
        blocks=tuple(parse_blocks(text, doc_type)),
        tasks=(),
        description=Description(text[:4], doc_type, None, None, None, None, None, None, (seen,), ()),
        gaps=tuple(find_gaps(text, normalised.damage)),
        script="mixed",
    )


class Columns(HTMLParser):
    """The text of both columns, row by row, and the labels of the marks in them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: dict[str, list[str]] = {"source": [], "text": []}
        self.labels: dict[str, list[str]] = {"source": [], "text": []}
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.tags: set[str] = set()
        self._column = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.targets += [given["href"].removeprefix("#")] if "href" in given else []
        if tag == "div":
            self._column = given.get("class", "") if given.get("class") in self.texts else ""
            if self._column:
                self.texts[self._column].append("")
        elif self._column and "title" in given:
            self.labels[self._column].append(given["title"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "div":
            self._column = ""

    def handle_data(self, data: str) -> None:
        if self._column:
            self.texts[self._column][-1] += data


def assert_whole(shown: Document) -> Columns:
    columns = Columns(page(shown))
    assert "".join(columns.texts["source"]) == shown.normalised.traced.source
    assert "".join(columns.texts["text"]) == shown.text
    return columns


@pytest.mark.parametrize(
    "source",
    [HOSTILE, DAMAGED, "", "\n", "　空 \r\n行\r\n"],
    ids=["hostile", "damaged", "empty", "blank", "carriage returns"],
)
def test_columns_are_source_and_text(source: str) -> None:
    """Joined, the pieces of a column are exactly what it shows."""
    assert_whole(document(source))


@settings(max_examples=80, deadline=None)
@given(st.text(st.sampled_from("經济業(yè),。 　\n<&\"'一、1.?:业发"), max_size=80))
def test_columns_are_source_and_text_of_any_document(source: str) -> None:
    """The same for texts that the stages edit everywhere, whatever meets whatever."""
    assert_whole(document(source))


def test_rows_are_blocks() -> None:
    """A row of the text is a block with its line break; its part of the source is what the block came from."""
    shown = document(DAMAGED)
    columns = assert_whole(shown)
    assert [text.removesuffix("\n") for text in columns.texts["text"]] == [block.text for block in shown.blocks]
    assert columns.texts["source"][2] == "　　1.加快經(jīng)濟發(fā)展,完成(含續(xù)建)**億元。\n" or columns.texts[
        "source"
    ][2].startswith("1.加快經")


def test_hostile_text_stays_text() -> None:
    """Markup in a source is shown as it stands, in columns, labels, metadata, outline and page chrome."""
    shown = document(HOSTILE, before="首页 > <i onclick=x>\n", after="\n相关链接\n<img src=x>")
    shown = replace(shown, description=replace(shown.description, title=HOSTILE))
    html = page(shown)
    assert html.count("<script>") == html.count("</script>") == 1
    assert not {"img", "b"} & Columns(html).tags
    assert "<i onclick" not in html
    assert "&lt;b&gt;&amp;&#34;&#39;&lt;/b&gt;&lt;/script&gt;" in html
    assert "its &lt;first&gt; words" in html


def test_page_needs_no_network() -> None:
    """Nothing is loaded from anywhere."""
    html = page(document(DAMAGED))
    assert "default-src 'none'" in html
    assert not re.search(r"(?:src|href)=[\"']?(?!#)\w|@import|url\(", html)


def test_what_html_would_lose_is_kept() -> None:
    """A carriage return is written as a reference, a null character as its sign."""
    html = page(document("一\r\n二\0三"))
    assert "&#13;" in html
    assert "␀" in html
    assert "\r" not in html


def test_every_rule_is_told_on_both_sides() -> None:
    """Each rule of the document stands in the legend with its count, and in labels of both columns."""
    shown = document(DAMAGED)
    html = page(shown)
    columns = Columns(html)
    used = {str(row["rule"]): int(row["count"]) for row in fixes(shown)}
    assert {rule.split(".")[0] for rule in used} == {
        "chrome",
        "characters",
        "notes",
        "script",
        "punctuation",
        "layout",
    }
    for rule, count in used.items():
        assert f'<code>{rule}</code> <span class="numeral">{count:,}</span>' in html
        for side in ("source", "text"):
            assert any(
                label.startswith(f"{rule}: ") for labels in columns.labels[side] for label in labels.split("\n")
            )


def test_links_lead_somewhere() -> None:
    """Every link to a gap, a piece of evidence or a block has its target, once."""
    shown = document(DAMAGED, before="首页 > 文件\n")
    columns = Columns(page(shown))
    assert shown.gaps
    assert len(columns.ids) == len(set(columns.ids))
    assert set(columns.targets) <= set(columns.ids)
    assert {"e0", "g0"} <= set(columns.targets)


def marks_at(shown: Document, side: str, character: str) -> list[tuple[Mark, ...]]:
    """The marks of the pieces of one side that hold the character."""
    text = shown.normalised.traced.source if side == "source" else shown.text
    return [
        piece.marks
        for row in rows(shown)
        for piece in (row.source if side == "source" else row.text)
        if character in text[piece.start : piece.end]
    ]


def traced(source: str, *layers: list[Edit]) -> Document:
    """A document whose layer number n, of stage `s<n>`, makes these edits."""
    trace = TracedText.of(source)
    for number, edits in enumerate(layers):
        trace = trace.then(Layer.of(f"s{number}", trace.text, edits))
    return of_normalised(Normalised(trace, ()))


def test_a_character_of_two_layers_is_shown_once_with_both_rules() -> None:
    shown = traced("甲乙丙", [Edit("s0.a", 1, 2, "x")], [Edit("s1.b", 1, 2, "丁", "as noted")])
    for side, character in (("source", "乙"), ("text", "丁")):
        (marks,) = marks_at(shown, side, character)
        assert [mark.label for mark in marks if mark.kind != "evidence"] == [
            "s0.a: 乙 → x",
            "s1.b: x → 丁 [as noted]",
        ]
    assert 'class="a0 b1 evidence"' in page(shown)


def test_a_run_does_not_claim_what_lower_layers_took_out() -> None:
    """`業(yè)務` becomes `业务` in one run, which has nothing to do with the note in its midst."""
    shown = document("業(yè)務")
    (note,) = marks_at(shown, "source", "yè")
    assert [mark.group for mark in note if mark.kind != "evidence"] == ["notes"]
    (first,) = marks_at(shown, "source", "業")
    assert [mark.label for mark in first if mark.kind != "evidence"] == ["script.character: 業務 → 业务"]


def test_a_run_does_not_claim_what_higher_layers_put_in() -> None:
    shown = traced("ab", [Edit("s0.a", 0, 2, "甲乙")], [Edit("s1.b", 1, 1, "，")])
    (comma,) = marks_at(shown, "text", "，")
    assert [mark.group for mark in comma if mark.kind != "evidence"] == ["s1"]


def test_what_is_on_one_side_only_has_its_place_on_the_other() -> None:
    """Deletions in the text and insertions in the source are empty pieces, in the row of their other side."""
    shown = traced("甲x一乙", [Edit("s0.gone", 1, 2, "")], [Edit("s1.new", 1, 1, "\n")])
    first, second = rows(shown)
    points = [(piece.start, piece.marks[0].label) for piece in first.text if piece.start == piece.end]
    assert points == [(1, "s0.gone: removed x")]
    points = [(piece.start, piece.marks[0].label) for piece in first.source if piece.start == piece.end]
    assert points == [(2, "s1.new: inserted ⏎")]
    assert not [piece for piece in (*second.source, *second.text) if piece.start == piece.end]


def test_chrome_around_is_folded_and_other_documents_left_out() -> None:
    page_before = "• 【浦江县】2019年浦江县政府工作报告\n各位代表，正文。\n2025-07-08\n• 【浦江县】"
    html = page(document("2020年浦江县政府工作报告\n各位代表，正文二。", before=page_before))
    assert '<details class="chrome">' in html
    assert "another document, " in html
    assert "各位代表，正文。" not in html
    assert "listing_date" in html


def test_a_long_document_is_a_page_of_bearable_size() -> None:
    """80,000 characters with 7,700 notes."""
    line = "業(yè)務,經(jīng)濟社會發(fā)展穩(wěn)中求進(jìn)。我们坚持稳中求进工作总基调。"
    source = "\n".join([line * 8] * 193)
    assert len(source) > 80_000
    shown = document(source, "work_report")
    assert sum(row["count"] for row in fixes(shown) if row["rule"] == "notes.reading") > 7_700
    assert len(page(shown).encode()) < 6_000_000


def printed(shown: Document, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    print_document(shown, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_terminal_names_everything_in_80_columns() -> None:
    """Blocks with kind and number, gaps, evidence and rules; a task with who answers for it."""
    shown = document(DAMAGED)
    units = (
        Unit(0, 1, "县", "县发改局", None, False, "stated"),
        Unit(None, None, "", "各乡镇", None, True, "default"),
    )
    task = Task((2,), 1, "一、产业", "张三", 0, "x", "1.加快经济发展[/b]。", units[:1], units[1:], True)
    text = printed(replace(shown, tasks=(task,), gaps=(*shown.gaps, Gap(0, 0, "cut_number", ""))))
    assert max(map(cell_len, text.splitlines())) <= 80
    assert "\x1b" not in text
    lines = text.split("Blocks")[1].split("Tasks")[0].splitlines()[2:]
    for block, line in zip(shown.blocks, lines, strict=False):
        assert line.startswith(block.kind)
        assert block.text[:6] in line
        assert block.number is None or block.number in line
    for row in fixes(shown):
        assert re.search(rf"  {re.escape(str(row['rule']))} +{row['count']} ", text)
    assert "業[-(yè)-]發" in text
    assert "「2020」 0:4" in text
    assert "cut_number" in text
    for said in (
        "[/b]",
        "县发改局",
        "A general rule adds, to support each: 各乡镇",
        "张三 / 一、产业",
    ):
        assert said in text
    assert re.search("target +deferred", text)


def test_both_views_say_deferred() -> None:
    """One word for one thing: that of the column `deferred_target`."""
    task = Task((2,), 1, None, None, 0, "x", "1.完成省下达目标。", (), (), True)
    shown = replace(document(DAMAGED), tasks=(task,))
    assert "target deferred" in page(shown)
    assert re.search("target +deferred", printed(shown))
    for said in (page(shown), printed(shown)):
        assert "elsewhere" not in said
    assert "deferred" not in page(replace(shown, tasks=(replace(task, deferred_target=False),)))


def test_a_heading_says_what_a_document_is() -> None:
    """Its title, else type, place and year as far as they are known; the id stands beside it."""
    shown = document(DAMAGED)
    place = Region("140400", "长治市", "prefecture", 1980, 2020)
    known = replace(shown.description, title=None, region=place, year=2017)
    bare = replace(shown.description, title=None, doc_type=None)
    for description, said in (
        (shown.description, "2020"),
        (known, "Untitled work points · 长治市 · 2017"),
        (bare, "Untitled document"),
    ):
        told = replace(shown, description=description)
        assert f'<h1><span lang="zh">{said}</span> <code>place-2020-work_points</code></h1>' in page(told)
        assert f"<title>{said} · place-2020-work_points</title>" in page(told)
        assert printed(told).splitlines()[0] == said


def test_both_views_name_what_is_not_known() -> None:
    """Also of a document without a flag: `no flags` is no praise."""
    shown = document("一、产业。\n")
    unknown = "unknown: doc_type, region, year, issuer, doc_number, date_issued, date_published"
    for said in (page(shown), " ".join(printed(shown).split())):
        assert unknown in said
        assert "no flags" in said


def test_what_was_cut_out_is_seen() -> None:
    """An empty gap is a box of its own in both columns and in the list of gaps, in what stands around it."""
    shown = document("各位代表，学习贯彻党的十、十八大精神。")
    (gap,) = shown.gaps
    assert (gap.start, gap.cause) == (gap.end, "cut_words")
    html = page(shown)
    assert '<a href="#g0">，学习贯彻党的十<i class="gap"></i>、十八大精神。</a>' in html
    assert len(re.findall(r'<i class="(?:\w+ )*gap" data-r="g0"', html)) == 2
    assert re.search(r"cut_words +12 +…，学习贯彻党的十\[\]、十八大精神。…", printed(shown))


def test_nothing_is_counted_that_is_not_there() -> None:
    """A document without edits, gaps, tasks or evidence has no such signs in its legend, and no noughts."""
    shown = document("各位代表。")
    bare = replace(shown, description=replace(shown.description, evidence=()))
    html = page(bare)
    assert not re.search(r">0<", html)
    bar = html[html.index('<div class="bar">') : html.index("<h2>Source")]
    assert 'class="key"' not in bar
    assert "checkbox" not in bar
    assert "Edits" not in printed(bare)
    assert 'class="key"><u class="evidence">evidence</u> <small>1</small>' in page(shown)


def test_examples_of_edits_are_explained() -> None:
    for said in (page(document(DAMAGED)), " ".join(printed(document(DAMAGED)).split())):
        assert EXAMPLES_ARE in said


def test_find_document(project: Paths) -> None:
    shown = find_document(project, "pujiang-2020-task_breakdown")
    assert shown.doc_id == "pujiang-2020-task_breakdown"
    assert_whole(shown)
    assert "分享到" in page(shown)
    assert printed(shown)


def test_unknown_id(project: Paths) -> None:
    """The error names the id asked for and the nearest there are."""
    with pytest.raises(CorpusError) as raised:
        find_document(project, "pujiang-2020-work_points")
    (problem,) = raised.value.problems
    assert "'pujiang-2020-work_points'" in problem
    assert "did you mean pujiang-2020-task_breakdown?" in problem
