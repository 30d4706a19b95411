"""The compiled search: what it says is what the definitions say, and it is compiled or says what is missing."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cases import ROOT, load, source_text
from hypothesis import given, settings
from hypothesis import strategies as st

from govwork.codes import to_codes
from govwork_build import byteshift_decide, byteshift_decision, gbk, language_model, notes, repair
from govwork_build.byteshift_page import Page
from govwork_build.byteshift_search import find_readings
from govwork_build.byteshift_tables import kernel
from govwork_build.byteshift_verify import explains
from govwork_build.kernel import Around, Beside, Kernel
from govwork_build.kernel import compile as compiling
from govwork_build.kernel.compile import KernelError, load_kernel
from govwork_build.language_model import Chances, general, text_classes
from govwork_build.notes import SYLLABLE
from skipping import skip_or_fail

TRUTH = json.loads((ROOT / "corpus" / "byteshift.json").read_text("utf-8"))
DAMAGED = [entry["damaged"] for entry in load("byteshift/variants.json")]
_NOTHING = Beside("", "", "", "", 0, 0, 0, 0, is_open=False, stays_open=False, seen_before=True, seen_behind=True)


# ---- the two verifiers ----


def kernel_explains(before: str, damaged: str, reading: str) -> bool:
    """What the kernel says of a reading of all that is damaged."""
    page = Page(before + damaged)
    rows = [(len(before), len(page.document), 1, 0, ord(character), 0) for character in reading]
    return Around(page.chances, page.codes, _NOTHING).explains(np.array(rows, dtype=np.int32).reshape(-1, 6))


def verifier_explains(before: str, damaged: str, reading: str) -> bool:
    """The same of the verifier, which is asked with the character before the run, full-width as it was."""
    beginning, notes = re.fullmatch(rf"(.*?)((?:\({SYLLABLE}\))*)", before, re.DOTALL).groups()  # type: ignore[union-attr]
    last = beginning[-1:]
    full = chr(ord(last) + 0xFEE0) if "!" <= last <= "~" else last
    return explains(full + reading, last + notes + damaged)


@given(st.data())
@settings(deadline=None)
def test_both_verifiers_say_the_same(data: st.DataObject) -> None:
    entry = data.draw(st.sampled_from(TRUTH))
    reading: str = entry["reading"]
    for _ in range(data.draw(st.integers(0, 2))):
        at = data.draw(st.integers(0, len(reading)))
        put_in = data.draw(st.sampled_from(["", "的", "國", "、", "?", "1", "<", "龍", "嚴"]))
        reading = reading[:at] + put_in + reading[at + data.draw(st.integers(0, 1)) :]
    if reading:
        case = entry["before"], entry["damaged"], reading
        assert kernel_explains(*case) == verifier_explains(*case)


@pytest.mark.parametrize("entry", TRUTH, ids=lambda entry: f"{entry['source'][:3]} {entry['start']}")
def test_both_verifiers_take_the_truth(entry: dict[str, Any]) -> None:
    case = entry["before"], entry["damaged"], entry["reading"]
    assert kernel_explains(*case)
    assert verifier_explains(*case)


# ---- the chances ----


def _key(*numbers: int) -> np.uint64:
    return np.uint64(sum(number << 16 * i for i, number in enumerate(reversed(numbers))))


def _row(keys: np.ndarray[Any, np.dtype[np.uint64]], key: np.uint64) -> int | None:
    at = int(np.searchsorted(keys, key))
    return at if at < len(keys) and keys[at] == key else None


def chance_of_all(chances: Chances, before: int, last: int, class_: int) -> float:
    """The chance by the counts of all texts, as `Chances` says."""
    state, pair = _row(chances.pairs, _key(before, last)), _row(chances.pairs, _key(last, class_))
    behind = chances.one_left[last] * chances.first[class_] + (chances.two[pair] if pair is not None else 0.0)
    left = chances.two_left[state] if state is not None else chances.weights
    triple = _row(chances.triples, _key(state, class_)) if state is not None else None
    return float(left @ behind) + (float(chances.three[triple]) if triple is not None else 0.0)


def chance_on_page(text: list[int], before: int, last: int, class_: int) -> float:
    """The chance by what stands on one page (Kneser and Ney 1995), with 0.75 of every count left to shorter runs."""
    pairs, triples = (Counter(zip(*(text[i:] for i in range(n)), strict=False)) for n in (2, 3))
    behind = Counter(triple[1:] for triple in triples)
    first = Counter(pair[1] for pair in pairs)
    total: Counter[int] = Counter()
    for pair, number in behind.items():
        total[pair[0]] += number

    def left(parts: list[int], whole: int) -> float:
        return max(1 - sum(max(n - 0.75, 0) for n in parts) / max(whole, 1), 0) if whole else 1.0

    def known(number: int, whole: int) -> float:
        return max(number - 0.75, 0) / max(whole, 1)

    if not first[class_]:
        return 0.0
    one_left = left([n for pair, n in behind.items() if pair[0] == last], total[last])
    chance = one_left * first[class_] / max(len(pairs), 1) + known(behind[last, class_], total[last])
    chance *= left([n for triple, n in triples.items() if triple[:2] == (before, last)], pairs[before, last])
    return chance + known(triples[before, last, class_], pairs[before, last])


@given(
    st.text("我們在全國各地，。要抓好的1a\n", min_size=0, max_size=300),
    st.text("我們在全國的工作龍1，", min_size=3, max_size=8),
)
@settings(deadline=None)
def test_chances_are_those_of_the_formula(text: str, asked: str) -> None:
    classes, codes = text_classes(to_codes(text)), to_codes(text)
    enough = len(text) >= 200
    scores = kernel().page(classes, enough, codes).scores(text_classes(to_codes(asked)))
    of_page = 0.4 if enough else 0.0
    page, (before, last, *rest) = classes.tolist(), text_classes(to_codes(asked)).tolist()
    for score, class_ in zip(scores.tolist(), rest, strict=True):
        chance = (1 - of_page) * chance_of_all(general(), before, last, class_)
        chance += of_page * chance_on_page(page, before, last, class_) + 1e-9
        assert math.isclose(score, math.log(chance), rel_tol=1e-9)
        before, last = last, class_


def _score(seen: str, beside: Beside) -> float:
    page = Page(seen)
    return Around(page.chances, page.codes, beside).score_as_seen(0, len(seen))


@pytest.mark.parametrize(
    ("seen", "opened", "closed", "wrong"),
    [
        ("条例", 0, 0, 0),
        ("条例", 1, 1, 0),
        ("《条例", 0, 1, 0),
        ("条例》", 1, 0, 0),
        ("《条例》", 0, 0, 0),
        ("条例", 0, 1, 1),
        ("条例", 1, 0, 0),
        ("条例》", 0, 0, 1),
        ("《条例", 0, 0, 0),
        ("》条例《", 0, 0, 1),
    ],
)
def test_a_title_that_closes_in_a_line_was_opened_in_it(seen: str, opened: int, closed: int, wrong: int) -> None:
    # What would have to be open before the text, and closed behind it.
    paired = int("》" in seen.partition("《")[0]), int("《" in seen.rpartition("》")[2])
    right = _score(seen, _NOTHING._replace(titles_opened=paired[0], titles_closed=paired[1]))
    beside = _NOTHING._replace(titles_opened=opened, titles_closed=closed)
    assert math.isclose(right - _score(seen, beside), 9 * wrong, abs_tol=1e-9)
    # A mark may stand in what is damaged.
    hidden = beside._replace(seen_before=False, seen_behind=False)
    assert math.isclose(right - _score(seen, hidden), 3 * wrong, abs_tol=1e-9)


@pytest.mark.parametrize(("opens", "closes"), ["()", "（）", "「」", "『』"])
def test_a_bracket_within_a_line_is_paired(opens: str, closes: str) -> None:
    opened, closed = _NOTHING._replace(opened=1), _NOTHING._replace(closed=1)
    for seen, beside in ((f"条例{closes}", opened), (f"{opens}条例", closed)):
        assert math.isclose(_score(seen, beside) - _score(seen, _NOTHING), 9, abs_tol=1e-9)
    both = _NOTHING._replace(opened=1, closed=1)
    assert _score(f"{opens}条例{closes}", _NOTHING) == _score(f"{opens}条例{closes}", both)


def test_three_pairs_that_vanished_in_a_row_are_found() -> None:
    page = "這項工作由洛陽?guǎi)姓鹑跈C構和企業共同承擔。"
    readings = find_readings(Page(page), page.index("?"))
    assert readings is not None
    found = ["".join(piece.text for piece in readings.pieces(i)) for i in range(len(readings.found.scores))]
    assert any(reading.startswith("市政府，金融") for reading in found), found


# ---- in several threads, and with memory watched ----


def test_threads_do_not_disturb_each_other() -> None:
    alone = [repair(text).text for text in DAMAGED]
    with ThreadPoolExecutor(4) as threads:
        for _ in range(3):
            assert list(threads.map(lambda text: repair(text).text, DAMAGED)) == alone


# The first to ask make the tables, of which there must be one set.
_AT_ONCE = """
from concurrent.futures import ThreadPoolExecutor
from govwork_build import byteshift_decide, byteshift_tables, gbk, language_model, notes, repair
text = "我們?cè)谌珖?guó)各地\\n" * 40
with ThreadPoolExecutor(4) as threads:
    made = {traced.text for traced in threads.map(repair, [text] * 8)}
assert made == {"我们在全国各地\\n" * 40}, made
"""


def test_threads_may_all_be_the_first() -> None:
    done = subprocess.run([sys.executable, "-c", _AT_ONCE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


_WATCHED = """
import ctypes, json, sys
from unittest.mock import patch
with patch("govwork_build.kernel.load_kernel", lambda: ctypes.PyDLL(sys.argv[1])):
    from govwork_build import byteshift_decide, byteshift_tables, gbk, language_model, notes, repair
    print(json.dumps([repair(text).text for text in json.load(sys.stdin)]))
"""


def test_no_memory_is_touched_that_is_not_its_own(tmp_path: Path) -> None:
    """Compiled so that accesses and bounds are watched, the search does the same on damaged and on broken texts."""
    if not shutil.which("gcc"):
        skip_or_fail("gcc: not installed")
    watcher = subprocess.run(["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True)
    if not Path(watcher.stdout.strip()).is_absolute():
        skip_or_fail("gcc's address sanitizer: not installed")
    library = tmp_path / "watched.so"
    sources = sorted(map(str, Path(compiling.__file__).parent.glob("*.c")))
    warned = ("-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror")
    watched = (*warned, "-UNDEBUG", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g")
    subprocess.run(["gcc", *compiling._FLAGS, *watched, "-o", str(library), *sources, "-lm"], check=True)
    units = [
        "?;",
        "?",
        "業(yè)?cè)",
        "?)",
        "?(",
        "(yè)",
        "?;藴驶蜕鷳B",
        "?。ㄈ",
        "?/p>",
        "?\x00",
        "?😀",
        "\ud800?;",
        "€?!",
        "?<",
    ]
    texts = [*DAMAGED, source_text("003")[:12_000], *("業" + unit * n for unit in units for n in (1, 7, 90))]
    texts += [text[:cut] for text in DAMAGED[:12] for cut in range(len(text))]
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED, str(library)],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
        # The interpreter itself leaves memory for the system to clear.
        env={**os.environ, "LD_PRELOAD": watcher.stdout.strip(), "ASAN_OPTIONS": "detect_leaks=0"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == [repair(text).text for text in texts]


# ---- compiling ----


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing has been compiled yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    return tmp_path


def libraries(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.so"))


def test_the_search_is_compiled_once(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_kernel()
    (library,) = libraries(elsewhere)
    assert library.startswith("cache/govwork-zh/kernel-")
    monkeypatch.setattr(compiling, "_compile", lambda sources, made: pytest.fail("compiled again"))
    load_kernel()
    # A folder that cannot be written to is as good to read from.
    (elsewhere / "cache" / "govwork-zh").chmod(0o500)
    load_kernel()


def test_a_library_that_is_cut_short_is_made_anew(elsewhere: Path) -> None:
    folder = elsewhere / "cache" / "govwork-zh"
    folder.mkdir(parents=True, mode=0o700)
    load_kernel()
    (library,) = folder.iterdir()
    # It is in use: what is put in its place is another file.
    library.unlink()
    library.write_bytes(b"")
    load_kernel()
    assert library.stat().st_size
    assert libraries(elsewhere) == [f"cache/govwork-zh/{library.name}"]


def _link(folder: Path) -> None:
    (folder.parent / "another").mkdir(mode=0o700)
    folder.symlink_to(folder.parent / "another")


def _open_to_all(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o777)


@pytest.mark.parametrize("spoil", [lambda folder: folder.write_text(""), _open_to_all, _link])
def test_a_folder_that_is_no_safe_place_is_not_used(elsewhere: Path, spoil: Callable[[Path], None]) -> None:
    (elsewhere / "cache").mkdir()
    spoil(elsewhere / "cache" / "govwork-zh")
    load_kernel()
    (library,) = libraries(elsewhere)
    assert library.startswith("temporary/govwork-zh-")


def test_without_a_folder_the_message_says_what_to_set(elsewhere: Path) -> None:
    (elsewhere / "cache").write_text("")
    (elsewhere / "temporary").rmdir()
    (elsewhere / "temporary").write_text("")
    with pytest.raises(KernelError, match="XDG_CACHE_HOME"):
        load_kernel()


def test_without_a_compiler_the_message_says_what_to_install(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(elsewhere))
    monkeypatch.setenv("CC", " ")
    monkeypatch.setattr(compiling, "find_spec", lambda name: None)
    with pytest.raises(KernelError, match=r"apt-get install gcc.*pip install ziglang"):
        load_kernel()


def _compiler(file: Path, says: str) -> None:
    file.write_text(f"#!/bin/sh\n{says}\n")
    file.chmod(0o755)


def test_what_compilers_say_is_told(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _compiler(elsewhere / "my cc", "echo 'stdio.h: no such file' >&2; exit 1")
    _compiler(elsewhere / "gcc", "printf 'no lib\\377' >&2; exit 1")
    monkeypatch.setenv("CC", f"'{elsewhere}/my cc' -m64")
    monkeypatch.setenv("PATH", str(elsewhere))
    monkeypatch.setattr(compiling, "find_spec", lambda name: None)
    with pytest.raises(KernelError, match=r"(?s)my cc' -m64 failed.*stdio.h: no such file.*gcc failed.*no lib\ufffd"):
        load_kernel()
    assert not list((elsewhere / "cache" / "govwork-zh").iterdir())


def test_a_broken_compiler_is_not_the_last_one_tried(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = elsewhere / "broken"
    broken.mkdir()
    _compiler(broken / "cc", "exit 1")
    monkeypatch.setenv("PATH", f"{broken}:{os.environ['PATH']}")
    monkeypatch.delenv("CC", raising=False)
    load_kernel()
    assert libraries(elsewhere)


@pytest.mark.parametrize(
    ("named", "told"),
    [("/nowhere/cc", "CC names is not there: /nowhere/cc"), ("'cc", "CC names cannot be told: No closing")],
)
def test_a_compiler_that_is_named_and_not_there_is_told(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, named: str, told: str
) -> None:
    monkeypatch.setenv("CC", named)
    with pytest.raises(KernelError, match=told):
        load_kernel()


def test_the_command_says_so_without_a_traceback(elsewhere: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from govwork_build.cli import main; main()", "repair"],
        input="我們?cè)谌珖?guó)各地",
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": str(elsewhere), "CC": ""},
    )
    assert done.returncode == 1
    assert "pip install ziglang" in done.stderr
    assert "Traceback" not in done.stderr


# ---- what both sides hold ----


@pytest.mark.parametrize(
    ("file", "name", "value"),
    [
        ("notes.h", "LEAD", gbk.LEAD),
        ("notes.h", "TRAIL", gbk.TRAIL),
        ("notes.c", "LONGEST_SYLLABLE", notes.LONGEST),
        ("notes.c", "LETTER_BITS", notes.LETTER_BITS),
        ("tables.c", "LONGEST_WORD", language_model.LONGEST_WORD),
        ("tables.h", "CLASSES", language_model.CLASSES),
        ("tables.h", "KINDS", len(general().weights)),
        ("page.c", "DISCOUNT", language_model.DISCOUNT),
        ("page.h", "UNSEEN", language_model.UNSEEN),
        ("around.c", "FEW_WORDS", byteshift_decide.FEW_WORDS),
    ],
)
def test_a_constant_is_the_same_on_both_sides(file: str, name: str, value: float) -> None:
    source = (Path(compiling.__file__).parent / file).read_text("utf-8")
    (found,) = re.findall(rf"(?:#define )?\b{name}(?: = | )([0-9][0-9a-fx.e-]*)", source, re.IGNORECASE)
    assert (float.fromhex(found) if found.startswith("0x") else float(found)) == value


def test_what_a_lost_byte_may_have_taken_is_the_same_on_both_sides() -> None:
    source = (Path(compiling.__file__).parent / "page.h").read_text("utf-8")
    (signs,) = re.findall(r'SIGNS\[\] = ("[^;]*");', source)
    assert frozenset(json.loads(signs)) | {"?"} == byteshift_decision._TAKEN


def test_arrays_of_another_kind_are_not_given() -> None:
    given = kernel()._tables._given
    with pytest.raises(TypeError, match="frequency is to be a contiguous array of float64"):
        Kernel(given._replace(frequency=given.frequency.astype(np.float32)))
    with pytest.raises(TypeError, match="two is to be a contiguous"):
        Kernel(given._replace(two=np.asfortranarray(given.two)))
