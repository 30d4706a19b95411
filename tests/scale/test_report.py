"""The page about a normalised collection: its figures are those of the data, and nothing in it acts."""

from __future__ import annotations

import doctest
import html
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import permutations
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from govwork_build.cli import app
from govwork_build.damage import Damage
from govwork_build.errors import CorpusError
from govwork_build.overview import visible
from govwork_build.scale import report_charts, report_data, report_page, report_stated
from govwork_build.scale.plan import plan
from govwork_build.scale.report_data import host_of, read_collection
from govwork_build.scale.report_page import page
from govwork_build.scale.report_samples import Sample, Samples
from govwork_build.scale.report_stated import stated
from govwork_build.scale.run import Options, run

SHIFTED = "我們?cè)谌珖?guó)各地開展工作。"
NOTED = "加快經(jīng)濟發(fā)展，推動社會進步。"
TRADITIONAL = "我們要加快經濟發展，推動社會進步，開創發展新局面。"
CLEAN = "我们要加快经济发展，推动社会进步。"
EVIL = "<b onload=1>\u202e\x07$x$<script>alert(1)</script><img src=x onerror=alert(2)>&amp;"
HOSTS = [
    "http://a.gov.cn/",
    "https://A.gov.cn:8443/",
    "http://b.gov.cn/",
    'http://"><svg onload=alert(3)>$a$$.evil.example/',
    "http://\u202efdp.exe.example/",
    f"http://{'long.' * 60}example/",
    "http://[broken/",
    None,
]
TITLED = [
    ("金华市2020年政府工作报告", {}),
    ("2019年杭州市政府工作要点", {}),
    ("2016—2020年江苏省规划", {"year": "2018", "region": "江苏省"}),
    ("鼓楼区2020年工作总结", {"region": EVIL, "year": EVIL}),
]


def rows() -> Iterator[dict[str, Any]]:
    """Pages of all sorts of damage, each on several hosts."""
    number = 0
    for text in (SHIFTED, NOTED, CLEAN, CLEAN.replace("我们", "我\xa0们"), f"經(jīng){EVIL}{NOTED}", TRADITIONAL):
        for url in HOSTS:
            title, given = TITLED[number % len(TITLED)]
            whole = f"{title}\n{text}第{number}次。\n"
            yield {"id": f"p{number}", "text": whole, "url": url and f"{url}{number}", **given}
            number += 1


def write(folder: Path) -> Path:
    """The input: pages, and what is refused."""
    folder.mkdir()
    lines = [json.dumps(row, ensure_ascii=False) for row in rows()]
    lines += ["{broken <script>alert(4)</script>", '{"id": "none", "text": " "}']
    (folder / "pages.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "<img src=x onerror=alert(5)>.xlsx").write_bytes(b"PK")
    return folder


def normalised(source: Path, out: Path) -> Path:
    run(plan([source]), out, Options(), 1, lambda done, total: None)
    return out


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    return normalised(write(folder / "in"), folder / "out")


@pytest.fixture
def copy(collection: Path, tmp_path: Path) -> Path:
    """The collection, for a test to spoil."""
    return shutil.copytree(collection, tmp_path / "copy")


def page_of(folder: Path) -> str:
    return page(read_collection(folder, lambda done, total: None))


def report(*arguments: Path | str) -> Result:
    return CliRunner().invoke(app, ["report", *map(str, arguments)])


class Seen(HTMLParser):
    """What a browser would make of a page: its elements, and the rows of its tables by the section's id."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.rows: dict[str, list[list[str]]] = {}
        self.text: dict[str, str] = {}
        self._section = ""
        self._open = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "section":
            self._section = dict(attrs)["id"] or ""
        elif tag == "tr":
            self.rows.setdefault(self._section, []).append([])
        elif tag in ("td", "th"):
            self.rows[self._section][-1].append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._open = False

    def handle_data(self, data: str) -> None:
        self.text[self._section] = self.text.get(self._section, "") + data
        if self._open:
            self.rows[self._section][-1][-1] += data


def data_of(folder: Path) -> list[dict[str, Any]]:
    return pq.read_table(folder / "data").to_pylist()  # type: ignore[no-any-return]


def share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}"


def test_the_damage_by_kind_is_that_of_the_tables(collection: Path) -> None:
    data = data_of(collection)
    told = [row[1:] for row in Seen(page_of(collection)).rows["kinds"][1:]]
    for kind, row in zip(Damage._fields, told, strict=True):
        counts = [page["damage"][kind] for page in data]
        found = sum(map(bool, counts))
        assert row == [str(sum(counts)), str(found), share(found, len(data))]
    assert {row[1] for row in told} > {"0"}


def test_the_hosts_are_those_of_the_addresses(collection: Path) -> None:
    data = data_of(collection)
    pages = Counter(host_of(row["url"]) for row in data)
    damaged = Counter(host_of(row["url"]) for row in data if any(row["damage"].values()))
    told = Seen(page_of(collection)).rows["hosts"][1:]
    figures = sorted((str(pages[host]), str(damaged[host]), share(damaged[host], pages[host])) for host in damaged)
    assert sorted(tuple(row[1:]) for row in told) == figures
    named = {row[0]: row[1] for row in told}
    assert named["a.gov.cn"] == "12"
    # No address, and one that names no host.
    assert named["no address"] == "12"
    assert len(max(named, key=len)) < 80


def test_what_hosts_beyond_the_first_have_is_summed(tmp_path: Path) -> None:
    lines = [{"text": NOTED + f"第{i}次。", "url": f"http://h{i:02}.cn/"} for i in range(23)]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    told = Seen(page_of(normalised(tmp_path / "in.jsonl", tmp_path / "out"))).rows["hosts"]
    assert [row[0] for row in told[1:21]] == [f"h{i:02}.cn" for i in range(20)]
    assert told[21:] == [["3 others", "3", "3", "100.0%"]]


def test_the_figures_on_top_are_those_of_the_summary(collection: Path) -> None:
    summary = json.loads((collection / "summary.json").read_text("utf-8"))
    damaged = sum(any(row["damage"].values()) for row in data_of(collection))
    told = dict(re.findall("<dt>(.*)</dt><dd>(.*)</dd>", page_of(collection)))
    assert told["pages"] == str(summary["pages"]) == str(len(data_of(collection)))
    assert told["characters read"] == f"{summary['characters']:,}"
    assert (told["pages damaged"], told["share damaged"]) == (str(damaged), share(damaged, 48))
    assert told["pages refused"] == "3"


def test_scripts_years_and_provinces_are_told(collection: Path) -> None:
    seen = Seen(page_of(collection))
    scripts = Counter(row["script"] for row in data_of(collection))
    assert [int(row[1]) for row in seen.rows["scripts"][1:]] == [
        scripts[key] for key in ("hans", "hant", "mixed", None)
    ]
    # Of four titles in turn, two state 2020; one of these has a district that five provinces have.
    assert seen.rows["stated"] == [
        ["year", "pages"],
        ["2018", "12"],
        ["2019", "12"],
        ["2020", "24"],
        ["", "pages", "share"],
        ["浙江省", "24", "66.7%"],
        ["江苏省", "12", "33.3%"],
    ]
    assert "12 in what the input gave with them, 36 in their title line. 0 have none." in seen.text["stated"]
    assert "12 in what the input gave with them, 24 in their title line. 12 have none." in seen.text["stated"]


def test_changes_are_shown_by_stage_and_marked(collection: Path) -> None:
    seen = Seen(page_of(collection))
    for label in ("Shifted bytes", "Pinyin notes", "Forced traditional script", "Stray characters"):
        assert label in seen.text["examples"]
    assert [tag for tag, _ in seen.elements].count("article") == 12
    examples = [row["example"] for row in data_of(collection) if row["example"]]
    pairs = {(spaced(visible(example["before"])), spaced(visible(example["after"]))) for example in examples}
    sides = re.findall('<p lang="zh" dir="ltr">(.*)</p>', page_of(collection))
    assert all("<del>" in before for before in sides[::2])
    assert all("<ins>" in after for after in sides[1::2])
    bare = [spaced(html.unescape(re.sub("</?(?:del|ins)>", "", side))) for side in sides]
    assert set(zip(bare[::2], bare[1::2], strict=True)) <= pairs


def spaced(text: str) -> str:
    """The text without the signs for a space, which hang on what a piece begins and ends with."""
    return text.replace("␣", " ")


def test_the_refused_are_told_with_their_place_and_reason(collection: Path) -> None:
    seen = Seen(page_of(collection))
    for row in pq.read_table(collection / "refused").to_pylist():
        assert row["reason"] in seen.text["refused"]
        assert row["said"][:60] in seen.text["refused"]
    assert "onerror=alert(5)" in seen.text["refused"]


def test_the_throughput_is_that_of_the_statistics(collection: Path) -> None:
    seen = Seen(page_of(collection))
    stats = [json.loads(path.read_text("utf-8")) for path in (collection / "logs" / "stats").iterdir()]
    seconds = [sum(step["time_stats"]["total"] for step in task if step["time_stats"]) for task in stats]
    size = sum(len(row["text"].encode()) for row in data_of(collection)) / 1e6
    told = dict(re.findall("<dt>(.*)</dt><dd>(.*)</dd>", page_of(collection)))
    assert told["MB of text a second"] == f"{size / sum(seconds):.2g}"
    assert told["pages a second"] == f"{48 / sum(seconds):,.0f}"
    assert told["tasks"] == "1"
    steps = {row[0]: row[1:] for row in seen.rows["speed"][1:]}
    assert list(steps) == ["read the input", "extract the text of HTML", "normalise", "write Parquet"]
    assert steps["extract the text of HTML"] == ["—", "—"]
    assert steps["normalise"][1].endswith("%")


def test_the_same_collection_gives_the_same_bytes(collection: Path, copy: Path) -> None:
    assert page_of(collection) == page_of(copy)
    assert page_of(collection) == page_of(collection)


def test_nothing_hostile_becomes_part_of_the_page(collection: Path) -> None:
    made = page_of(collection)
    seen = Seen(made)
    allowed = (
        "html head meta title style body header h1 nav a dl div dt dd main section h2 h3 p figure svg path text "
        "table thead tbody tr th td details summary article del ins footer code br span"
    )
    assert {tag for tag, _ in seen.elements} <= set(allowed.split())
    attributes = {name for _, attributes in seen.elements for name in attributes}
    assert not {name for name in attributes if name.startswith("on")} | (attributes & {"src", "srcset", "action"})
    assert all((found["href"] or "").startswith("#") for _, found in seen.elements if "href" in found)
    assert all(character.isprintable() or character == "\n" for character in made)
    assert "⟨202E⟩" in made
    assert "alert(3)" in made
    assert "url(" not in made
    policy = next(found["content"] for tag, found in seen.elements if found.get("http-equiv"))
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_a_collection_without_pages_has_a_page(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text("\n", "utf-8")
    out = normalised(tmp_path / "in.jsonl", tmp_path / "out")
    assert report(out).exit_code == 0
    text = Seen((out / "report.html").read_text("utf-8")).text
    assert "No page is damaged." in text["hosts"]
    assert "Nothing was refused." in text["refused"]
    assert "No page was changed." in text["examples"]


def test_the_command_writes_the_page_where_it_is_told(copy: Path, tmp_path: Path) -> None:
    result = report(copy)
    assert result.exit_code == 0
    damaged = sum(any(row["damage"].values()) for row in data_of(copy))
    assert f"report.html: 48 pages, {damaged} of them damaged" in result.output.replace("\n", "")
    assert (copy / "report.html").read_text("utf-8") == page_of(copy)
    assert report(copy, "--html", tmp_path / "there.html").exit_code == 0
    assert (tmp_path / "there.html").read_bytes() == (copy / "report.html").read_bytes()


def fails(folder: Path) -> str:
    with pytest.raises(CorpusError) as caught:
        read_collection(folder, lambda done, total: None)
    return str(caught.value)


def test_a_folder_without_a_finished_run_is_named_with_the_remedy(copy: Path, tmp_path: Path) -> None:
    (copy / "summary.json").unlink()
    assert fails(copy) == f"{copy}: its run is not finished; run the same `govwork normalize` again"
    said = f"{tmp_path}: holds no normalised collection; make one with: govwork normalize IN... --out DIR"
    assert fails(tmp_path) == said
    assert fails(tmp_path / "none").startswith(f"{tmp_path / 'none'}: holds no normalised collection")


@pytest.mark.parametrize("content", ["{", "[]", "1", '{"pages": 1}'])
def test_a_summary_that_is_none_is_named(copy: Path, content: str) -> None:
    (copy / "summary.json").write_text(content, "utf-8")
    assert fails(copy).startswith(f"{copy / 'summary.json'}: ")


def test_tables_that_are_not_whole_are_named(copy: Path) -> None:
    table = copy / "data" / "00000.parquet"
    whole = table.read_bytes()
    table.write_bytes(whole[: len(whole) // 2])
    assert fails(copy).startswith(f"{table}: cannot be read: ")
    pq.write_table(pq.read_table(copy / "refused"), table)
    assert fails(copy) == f"{table}: has no column 'damage'; normalise into a new folder"
    table.unlink()
    assert fails(copy) == f"{copy / 'data'}: holds 0 rows, and summary.json tells of 48; get the whole folder again"


def test_without_logs_the_throughput_is_not_known(copy: Path) -> None:
    shutil.rmtree(copy / "logs")
    assert "Not known: the folder came without logs/stats." in Seen(page_of(copy)).text["speed"]


@pytest.mark.parametrize("content", ["", "[1]", '[{"name": "x"}]'])
def test_statistics_that_are_none_are_named(copy: Path, content: str) -> None:
    (copy / "logs" / "stats" / "00000.json").write_text(content, "utf-8")
    assert fails(copy).startswith(f"{copy / 'logs' / 'stats' / '00000.json'}: ")


@pytest.mark.parametrize(
    ("given", "head", "year", "province"),
    [
        ({}, "金华市2020年政府工作报告", "2020", "浙江省"),
        ({}, "首页 > 公开\n\n  浙江省金华市2020年工作要点（摘要）\n正文。", "2020", "浙江省"),
        # In the text, not in a title.
        ({}, "我市2020年政府工作报告提出，要加快发展。", None, None),
        ({}, "2020年3月5日\n金华市人民政府\n", None, None),
        # Five provinces have one.
        ({}, "鼓楼区2020年工作总结", "2020", None),
        # Two titles that differ, and a span.
        ({}, "金华市2019年工作总结\n南京市2020年工作要点", None, None),
        ({}, "金华市2016—2020年规划", None, None),
        ({"year": 2018, "region_code": 330702}, "南京市2020年工作要点", "2018", "浙江省"),
        ({"year": 2018.0, "region_name": "浙江省金华市"}, "", "2018", "浙江省"),
        ({"year": "about 2018", "region": "华东"}, "", None, None),
        ({"year": True, "region": ["浙江省"]}, "", None, None),
        ({"year": 99999, "region_code": "990000"}, "", None, None),
        ({"other": {"year": 2018}}, "", None, None),
        # Cut off where the head ends.
        ({}, "金" * 985 + "\n金华市2020年政府工作报告", None, None),
    ],
)
def test_a_year_and_a_province_are_read_where_they_are_stated(
    given: dict[str, Any], head: str, year: str | None, province: str | None
) -> None:
    found = stated(json.dumps(given) if given else None, head[: report_stated.HEAD])
    assert [value and value.value for value in found] == [year, province]


def test_examples_do_not_depend_on_the_order_and_differ() -> None:
    items = [Sample("notes", f"b{i // 2}", "a", f"h{i % 3}", "f", str(i)) for i in range(6)]
    chosen = []
    for order in permutations(items):
        samples = Samples[Sample]()
        for item in order:
            samples.add(item.stage, item.before, f"{item.host}", item)
        chosen.append(samples.of("notes", 3))
    assert all(each == chosen[0] for each in chosen)
    assert len({item.before for item in chosen[0]}) == 3


def test_the_doctests_hold() -> None:
    for module in (report_charts, report_data, report_page, report_stated):
        found = doctest.testmod(module)
        assert (found.failed, found.attempted > 0) == (0, True)
