"""Any text is repaired: what comes out, what is told of it, and what no text can do to it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from cases import source_text
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_pipeline import TEXTS

import govwork_build.byteshift_runs
from govwork.trace import TracedText
from govwork_build import repair
from govwork_build.byteshift_page import Page
from govwork_build.byteshift_repair import undo_byteshift
from govwork_build.byteshift_search import find_readings
from govwork_build.repair_view import changed_lines, explained, stretches, summary
from govwork_build.text_repair import repaired

DAMAGED = "隨著產業(yè)轉型,我們?cè)谌珖?guó)各地\n推進(jìn)發(fā)展"
REPAIRED = "随着产业转型,我们在全国各地\n推进发展"
# It stands in each of the encodings.
PLAIN = "隨著經濟發展,產業(ye)轉型升級,完成全年各項任務"
PLAIN_REPAIRED = "随着经济发展,产业转型升级,完成全年各项任务"
SHIFTED = [
    *("?", "?;", "?!", "??", "(yè)", "(cè)", "cè)", "?cè)", "谌珖", "?guó)", "鐓^", "E", "^", "€", "Γ", "σ", "~"),
    *("業", "們", "模", "驗", "職", "保", "展", "一", "业", "，", "”", "“", "。", ",", "1", " ", "\n", "/p>", "<"),
    *("(", ")", "（", "\ud800", "\udfff", "𠮷", "\x1e", "\x1b", "\u3000", "\ue000", "\uffff", "ゞ", "╱"),
]
ANY_TEXT = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(SHIFTED), max_size=40).map("".join),
    TEXTS,
)


def govwork(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", "from govwork_build.cli import main; main()", "repair", *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=False)


def test_shifted_bytes_notes_and_script_are_undone_and_punctuation_stays() -> None:
    traced = repair(DAMAGED)
    assert traced.text == REPAIRED
    assert traced.revert() == DAMAGED


@given(ANY_TEXT)
@settings(deadline=None, max_examples=150)
@example("業?;" * 12)
@example("\x1e?;" + "業?cè)" * 9)
def test_any_text_is_repaired_and_comes_back(text: str) -> None:
    made = repaired(text)
    assert made.traced.revert() == text
    assert summary(made)
    rows = [json.loads(line) for line in explained(made.traced)]
    assert TracedText.from_rows(made.traced.text, rows).source == text
    assert "".join(stretch.inserted for stretch in stretches(made.traced)) == made.traced.text


@given(ANY_TEXT.map(lambda text: "".join(text.split())))
@settings(deadline=None, max_examples=50)
def test_a_view_of_the_changes_shows_all_of_the_source(text: str) -> None:
    assert "".join(stretch.removed for stretch in stretches(repair(text))) == text


@given(ANY_TEXT)
@settings(deadline=None, max_examples=50)
def test_what_is_told_of_a_text_holds_no_control_characters(text: str) -> None:
    made = repaired(text)
    told = [summary(made), *explained(made.traced), *(line.plain for line in changed_lines(made.traced))]
    assert all(line.isprintable() for line in told)


def searched(text: str) -> int:
    """How many characters of a text are given to the search, each as often as it is."""
    widths: list[int] = []

    def search(page: Page, start: int) -> None:
        widths.append(min(len(page.document) - start, 80))

    with patch.object(govwork_build.byteshift_runs, "find_readings", search):
        undo_byteshift(text)
    return sum(widths)


@pytest.mark.parametrize("unit", ["業?;", "業?cè)", "?!", "業(yè)?,一", "業?;\n", "業?;\x1e"])
def test_the_search_is_asked_in_proportion_to_the_text(unit: str) -> None:
    once = searched(unit * 1000)
    assert once > 0
    assert searched(unit * 2000) <= 2.1 * once


@pytest.mark.parametrize("unit", ["業?;藴驶", "業?cè)", "(yè)", "?)", "(", "、", "龍湹", "<p", "9"])
def test_a_search_does_not_look_beyond_its_reach(unit: str) -> None:
    beginning = Page("規(guī)?;藴驶蜕鷳B(tài)化" + unit * 100)
    page = Page(beginning.document + unit * 100_000)
    # The words of the page are the same, so that only what is seen could tell the two apart.
    page.chances = beginning.chances
    near, far = (find_readings(each, 5) for each in (beginning, page))
    assert near is not None
    assert far is not None
    assert far.end <= 5 + 80
    assert far.found.scores.tolist() == near.found.scores.tolist()
    assert far.found.pieces.tolist() == near.found.pieces.tolist()


def test_line_breaks_of_an_old_page_take_linear_work() -> None:
    traced = repair("一\r\r\r\r\n" + "\r" * 50_000)
    assert traced.text == "一\n" + "\n" * 50_000
    # Were each looked at alone, the run that is not ended by a line feed would be looked through at each.
    assert len(traced.layers[0]) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "big5"])
def test_a_file_is_repaired_whatever_its_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "page.txt"
    file.write_bytes(PLAIN.encode(encoding))
    result = govwork(str(file))
    assert result.stdout.decode("utf-8") == PLAIN_REPAIRED
    assert result.stderr.decode("utf-8").startswith(f"{file}: 1 note dropped; script hant, ")


def test_standard_input_is_repaired_and_a_summary_told_apart() -> None:
    for arguments in ((), ("-",)):
        result = govwork(*arguments, given=DAMAGED.encode("gb18030"))
        assert result.stdout.decode("utf-8") == REPAIRED
        assert result.stderr.decode("utf-8") == (
            "standard input: 1 run of shifted bytes undone; 3 notes dropped; script hant, 9 characters converted\n"
        )


@pytest.mark.parametrize("given", [b"", b"\n", "没有损坏\r\n".encode()])
def test_what_holds_no_damage_comes_out_as_it_was(given: bytes) -> None:
    result = govwork(given=given)
    assert (result.returncode, result.stdout) == (0, given.replace(b"\r\n", b"\n"))


def test_the_edits_explained_lead_back_to_the_source() -> None:
    result = govwork("--explain", given=DAMAGED.encode())
    rows = [json.loads(line) for line in result.stdout.decode("utf-8").splitlines()]
    assert TracedText.from_rows(REPAIRED, rows).source == DAMAGED
    (shifted,) = (row for row in rows if row["stage"] == "byteshift")
    assert (shifted["removed"], shifted["inserted"]) == ("?cè)谌珖?guó)", "在全國")
    assert shifted["evidence"].startswith("8283 [D4] DAC8 AB87 [F8]; ")
    assert DAMAGED[shifted["source_start"] : shifted["source_end"]] == shifted["removed"]


def test_the_changed_lines_are_shown_with_their_numbers() -> None:
    result = govwork("--diff", given="一般\r\n發(fā)展，方向\r\n\r\n[red]\x1b[31m[/red]\r\n事 績\r\n".encode())
    assert result.stdout.decode("utf-8").splitlines() == [
        "2: [-發(fā)-]{+发+}展，方向",
        "4: [red][-⟨001B⟩-][31m[/red]",
        "5: 事␣[-績-]{+绩+}",
    ]


def test_on_a_terminal_the_changes_are_coloured() -> None:
    (line,) = changed_lines(repair("發展"))
    assert [(line.plain[span.start : span.end], span.style) for span in line.spans] == [
        ("1: ", "dim"),
        ("[-發-]", "red"),
        ("{+发+}", "green"),
    ]


def test_a_page_says_what_its_text_was_taken_by() -> None:
    page = f"<html><body><article><p>{PLAIN * 9}</p></article></body></html>"
    result = govwork(given=page.encode())
    assert result.stdout.decode("utf-8").strip() == PLAIN_REPAIRED * 9
    assert b"standard input: text extracted by trafilatura " in result.stderr


NOT_READ: dict[str, tuple[Callable[[Path], tuple[str, ...]], str]] = {
    "no file": (lambda folder: (str(folder / "none.txt"),), "none.txt: No such file or directory"),
    "a folder": (lambda folder: (str(folder),), "Is a directory"),
    "UTF-16": (lambda folder: (_file(folder, "\ufeff业".encode("utf-16-le")),), "is UTF-16: save as UTF-8"),
    "no encoding": (
        lambda folder: (_file(folder, b"\xff\xfa"),),
        "byte 0 (line 1) is no utf-8: ff; save it as UTF-8",
    ),
    "two outputs": (lambda folder: ("--explain", "--diff"), "--explain and --diff are two outputs"),
}


def _file(folder: Path, data: bytes) -> str:
    file = folder / "page.txt"
    file.write_bytes(data)
    return str(file)


@pytest.mark.parametrize("case", NOT_READ)
def test_what_cannot_be_read_is_an_error_by_name(tmp_path: Path, case: str) -> None:
    arguments, problem = NOT_READ[case]
    result = govwork(*arguments(tmp_path))
    assert (result.returncode, result.stdout) == (1, b"")
    assert result.stderr.startswith(b"error ")
    assert problem in result.stderr.decode("utf-8")


@pytest.mark.parametrize("option", [(), ("--explain",), ("--diff",)])
def test_a_reader_that_stops_early_gets_no_traceback(tmp_path: Path, option: tuple[str, ...]) -> None:
    file = _file(tmp_path, source_text("003").encode())
    command = [sys.executable, "-c", "from govwork_build.cli import main; main()", "repair", file, *option]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(10)
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
