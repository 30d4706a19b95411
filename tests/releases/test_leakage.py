"""What repeats an earlier split is found, and said where it counts."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govwork_build.releases.leakage import (
    LONG,
    MOST_LEAKED,
    NEAR,
    SplitBlock,
    containment,
    folded,
    grams,
    leakage_of,
    leakage_rows,
    near_duplicates,
)
from govwork_build.releases.leakage_command import blocks_of_release

ROOT = Path(__file__).parents[2]
VARIANTS = json.loads((ROOT / "tests" / "data" / "leakage" / "variants.json").read_text("utf-8"))
LINES = [
    line
    for path in sorted((ROOT / "corpus" / "documents").glob("*.txt"))
    for line in path.read_text("utf-8").splitlines()
]
LONG_LINES = [line for line in LINES if len(folded(line)) >= 2 * LONG]


@pytest.fixture(scope="session")
def blocks(release: Path) -> list[SplitBlock]:
    """The blocks of the real corpus, every one with its text."""
    found = [block for block in blocks_of_release(release) if block is not None]
    assert len(found) > 1000
    return found


def by_brute_force(blocks: list[SplitBlock], shortest: int, least: float) -> set[frozenset[str]]:
    """The pairs of ids, from comparing every block with every other."""
    long = [(block, grams(text)) for block in blocks if len(text := folded(block.text)) >= shortest]
    return {
        frozenset((first.block_id, second.block_id))
        for (first, one), (second, other) in itertools.combinations(long, 2)
        if first.split != second.split and containment(one, other) >= least
    }


@pytest.mark.parametrize(("shortest", "least"), [(LONG, NEAR), (20, NEAR), (20, 0.3)])
def test_every_pair_of_the_corpus_that_brute_force_finds_is_found(
    blocks: list[SplitBlock], shortest: int, least: float
) -> None:
    wanted = by_brute_force(blocks, shortest, least)
    found = {frozenset((row["block_id"], row["other_block_id"])) for row in near_duplicates(blocks, shortest, least)}
    assert found == wanted
    # So that there is something to find where the corpus has nothing that counts.
    assert shortest == LONG or wanted


@st.composite
def planted(draw: st.DrawFn) -> tuple[str, str]:
    """A long line of the corpus, and the same with up to one character in twenty changed, left out or doubled."""
    line = draw(st.sampled_from(LONG_LINES))
    made = list(line)
    for at in draw(st.lists(st.integers(0, len(line) - 1), max_size=len(folded(line)) // 20, unique=True)):
        made[at] = draw(st.sampled_from(["", made[at] * 2, "某", "7", "。"]))
    return line, "".join(made)


@given(planted(), st.permutations(["train", "validation", "test"]))
def test_a_planted_near_duplicate_is_found(pair: tuple[str, str], splits: list[str]) -> None:
    line, copy = pair
    others = [SplitBlock(f"other:{number}", splits[0], text) for number, text in enumerate(LINES[:20])]
    blocks = [*others, SplitBlock("a:0", splits[0], line), SplitBlock("b:0", splits[1], copy)]
    pairs = [{row["block_id"], row["other_block_id"]} for row in leakage_rows(blocks)]
    assert {"a:0", "b:0"} in pairs


@pytest.mark.parametrize("variant", [*VARIANTS["near"], *VARIANTS["apart"]])
def test_what_is_near_is_told_from_what_is_apart(variant: str) -> None:
    text = (VARIANTS["near"] | VARIANTS["apart"])[variant]
    rows = leakage_rows([SplitBlock("a:0", "test", VARIANTS["of"]), SplitBlock("b:0", "train", text)])
    assert len(rows) == (variant in VARIANTS["near"])


def test_a_row_names_the_later_split_first_whatever_the_order() -> None:
    text, ending = VARIANTS["of"], VARIANTS["near"]["another ending"]
    blocks = [SplitBlock("a:0", "train", text), SplitBlock("b:0", "test", ending), SplitBlock("c:0", "test", text)]
    first, second = leakage_rows(blocks)
    assert second == {
        "block_id": "c:0",
        "split": "test",
        "length": len(folded(text)),
        "other_block_id": "a:0",
        "other_split": "train",
        "other_length": len(folded(text)),
        "containment": 1.0,
        "exact": True,
    }
    assert (first["block_id"], first["other_block_id"], first["exact"]) == ("b:0", "a:0", False)
    assert NEAR <= first["containment"] < 1
    backwards = leakage_rows(blocks[::-1])
    assert sorted(map(str, backwards)) == sorted(map(str, (first, second)))


def test_pairs_within_a_split_do_not_count_and_each_other_pair_counts_once() -> None:
    text = VARIANTS["of"]
    blocks = [SplitBlock(f"{split}:{n}", split, text) for split in ("train", "validation", "test") for n in range(2)]
    pairs = [(row["block_id"], row["other_block_id"]) for row in leakage_rows(blocks)]
    assert len(pairs) == len(set(pairs)) == 3 * 2 * 2
    assert leakage_rows(blocks[:2]) == []


def test_of_a_split_the_characters_of_a_block_count_once_and_short_blocks_apart() -> None:
    text, other = VARIANTS["of"], VARIANTS["apart"]["the same subject"]
    blocks = [
        *(
            SplitBlock("a:0", "train", text),
            SplitBlock("a:1", "train", text),
            SplitBlock("a:2", "train", "各位代表："),
        ),
        *(SplitBlock("b:0", "validation", other), SplitBlock("b:1", "validation", "各位代表，")),
        *(SplitBlock("c:0", "test", text), SplitBlock("c:1", "test", "谢谢大家！")),
    ]
    found = leakage_of(blocks)
    assert found.splits["validation"] == (len(folded(other)) + 4, 0, 1, 1)
    assert found.splits["test"] == (len(folded(text)) + 4, len(folded(text)), 1, 0)
    assert [found.splits[split].too_much for split in ("validation", "test")] == [False, True]


def test_the_corpus_may_be_released(blocks: list[SplitBlock]) -> None:
    found = leakage_of(blocks)
    assert found.splits.keys() == {"validation", "test"}
    assert all(split.characters > 10_000 and split.share <= MOST_LEAKED for split in found.splits.values())


def test_the_text_of_a_leaked_block_is_in_no_row() -> None:
    text = VARIANTS["of"]
    (row,) = leakage_rows([SplitBlock("a:0", "train", text), SplitBlock("b:0", "test", text)])
    assert text[:5] not in json.dumps(row, ensure_ascii=False)


def govwork(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from govwork_build.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_says_what_a_release_repeats(release: Path) -> None:
    told = govwork("leakage", str(release))
    assert told.returncode == 0, told.stderr
    assert "validation" in told.stdout
    found: dict[str, Any] = json.loads(govwork("leakage", str(release), "--json").stdout)
    assert found["thresholds"] == {"long": LONG, "near": NEAR, "most_leaked": MOST_LEAKED}
    assert (found["splits"]["test"]["share"], found["rows"]) == (0, [])


def test_the_command_says_what_it_could_not_compare(release: Path) -> None:
    told = govwork("leakage", f"{release}-public")
    assert told.returncode == 0, told.stderr
    assert "blocks without text cannot be compared" in told.stderr


def test_the_command_refuses_a_folder_that_is_no_release(release: Path, tmp_path: Path) -> None:
    told = govwork("leakage", str(tmp_path))
    assert told.returncode == 1
    assert told.stderr.startswith("error ")
    (tmp_path / "manifest.json").write_bytes((release / "manifest.json").read_bytes())
    told = govwork("leakage", str(tmp_path))
    assert told.returncode == 1
    assert "govwork verify" in told.stderr
    assert "Traceback" not in told.stderr
