"""Leakage between splits: long blocks of one split that stand in another too, word for word or nearly so.

Blocks are compared by what is left of them without white space, marks and symbols, every run of figures as one 0: a
sentence with the figures of another year is the same sentence. Of two blocks the containment is the share of the
5-grams of the one with fewer that the other has too. MinHash says which pairs to look at; what is reported is the
containment itself, counted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import NamedTuple

from datasketch import MinHash, MinHashLSH

from govwork.features import SPLITS

from ..corpus import Row

# A block with fewer characters is a heading, a form of address, a list of units or the sentence that opens a report:
# such are alike by nature, and are counted apart.
LONG = 50
# Near duplicates share half of their 5-grams, as they still do where one character in ten was changed.
NEAR = 0.5
# No release with more of a split in long blocks that an earlier split has too: what was learnt by heart could then be
# worth more than a point in a hundred of a score.
MOST_LEAKED = 0.01

GRAM = 5
# One row a band. Even half of a block of 50 characters that stands in one of 1,100 is missed only once in 200 times.
_HASHES = 256
_APART = re.compile(r"[\W_]+")
_FIGURES = re.compile(r"\d+")


class SplitBlock(NamedTuple):
    """A block of a split, by its id, with its text."""

    block_id: str
    split: str
    text: str


class SplitLeakage(NamedTuple):
    """Of a split: its characters as they are compared, those in long near duplicates of blocks of an earlier split,
    and its short blocks, with those that an earlier split has in the same words."""

    characters: int
    leaked: int
    short: int
    repeated: int

    @property
    def share(self) -> float:
        return self.leaked / self.characters if self.characters else 0.0

    @property
    def too_much(self) -> bool:
        return self.share > MOST_LEAKED


@dataclass(frozen=True, slots=True)
class Leakage:
    """The pairs of long near duplicates, one a row (see `leakage_rows`), and what each later split has of them."""

    rows: list[Row]
    splits: Mapping[str, SplitLeakage]


def leakage_rows(blocks: Iterable[SplitBlock]) -> list[Row]:
    """The pairs of long near duplicates in two splits, in the order of the blocks.

    A row: `block_id`, `split`, `length`; the same of the block of the earlier split, as `other_…`; `containment`, to
    four decimals; `exact`, whether the texts are the same to the last mark. Lengths are in characters as compared.
    """
    return near_duplicates(blocks, LONG, NEAR)


def leakage_of(blocks: Iterable[SplitBlock]) -> Leakage:
    """The leakage into every split but the first, which is `train`."""
    blocks = list(blocks)
    rows = leakage_rows(blocks)
    leaked = {(row["split"], row["block_id"]): row["length"] for row in rows}
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for block in blocks:
        texts[block.split].append(folded(block.text))
    found: dict[str, SplitLeakage] = {}
    before = set(texts[SPLITS[0]])
    for split in SPLITS[1:]:
        short = [text for text in texts[split] if len(text) < LONG]
        found[split] = SplitLeakage(
            characters=sum(map(len, texts[split])),
            leaked=sum(length for (of, _), length in leaked.items() if of == split),
            short=len(short),
            repeated=sum(text in before for text in short),
        )
        before |= set(texts[split])
    return Leakage(rows, found)


def near_duplicates(blocks: Iterable[SplitBlock], shortest: int, least: float) -> list[Row]:
    """The pairs in two splits of at least so many characters and so much containment; rows as of `leakage_rows`."""
    by_text: defaultdict[str, list[tuple[int, SplitBlock]]] = defaultdict(list)
    for number, block in enumerate(blocks):
        text = folded(block.text)
        if len(text) >= shortest:
            by_text[text].append((number, block))
    groups = list(by_text.values())
    sets = [(grams(text), {block.split for _, block in group}) for text, group in by_text.items()]
    found: dict[tuple[int, int], Row] = {}
    for i, j, shared in _alike(sets):
        if shared < least:
            continue
        for pair in combinations(groups[i], 2) if i == j else product(groups[i], groups[j]):
            (later, block), (earlier, other) = sorted(pair, key=lambda each: -SPLITS.index(each[1].split))
            if block.split != other.split:
                found[later, earlier] = _row(block, other, shared)
    return [found[pair] for pair in sorted(found)]


def _row(block: SplitBlock, other: SplitBlock, containment: float) -> Row:
    return {
        "block_id": block.block_id,
        "split": block.split,
        "length": len(folded(block.text)),
        "other_block_id": other.block_id,
        "other_split": other.split,
        "other_length": len(folded(other.text)),
        "containment": round(containment, 4),
        "exact": block.text == other.text,
    }


def _alike(texts: Sequence[tuple[frozenset[str], set[str]]]) -> Iterator[tuple[int, int, float]]:
    """Pairs of texts, by number, that are in two splits and that MinHash took for alike, with their containment.

    A text is given by its 5-grams and its splits; one that is in two splits is alike to itself.
    """
    index = MinHashLSH(num_perm=_HASHES, params=(_HASHES, 1))
    # The order of a set hangs on the seed of the process; the signature does not hang on the order.
    hashes = MinHash.generator(([gram.encode() for gram in grams] for grams, _ in texts), num_perm=_HASHES)
    for number, signature in enumerate(hashes):
        for other in sorted(index.query(signature)):
            if len(texts[number][1] | texts[other][1]) > 1:
                yield other, number, containment(texts[other][0], texts[number][0])
        if len(texts[number][1]) > 1:
            yield number, number, 1.0
        index.insert(number, signature)


def containment(first: frozenset[str], second: frozenset[str]) -> float:
    """The share of the 5-grams of the one with fewer that the other has too.

    >>> containment(grams(folded("完成投资20亿元")), grams(folded("1.完成投资120亿元。")))
    1.0
    """
    return len(first & second) / min(len(first), len(second))


def grams(text: str) -> frozenset[str]:
    """The 5-grams of a folded text; of a shorter one, itself.

    >>> sorted(grams("完成投资0亿"))
    ['完成投资0', '成投资0亿']
    """
    return frozenset(text[i : i + GRAM] for i in range(max(1, len(text) - GRAM + 1)))


def folded(text: str) -> str:
    """The text as it is compared.

    >>> folded("增长8.5%左右， 其中…")
    '增长0左右其中'
    """
    return _FIGURES.sub("0", _APART.sub("", text))
