"""What is asked of a judge, and how an answer is held against the corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..annotation.gold import Gold
from ..corpus import Document


@dataclass(frozen=True, slots=True)
class Item:
    """One question: what the judge is shown, which never holds `ours`, the answer of the corpus."""

    item_id: str
    doc_id: str
    shown: Mapping[str, Any]
    ours: Any


class Tally(NamedTuple):
    """Of one item: how much the corpus has, how much the judge has, and how much of it is the same."""

    ours: int
    judged: int
    same: int

    @property
    def right(self) -> bool:
        """Whether nothing is missing and nothing too much."""
        return self.ours == self.judged == self.same


class Corpus(NamedTuple):
    """What items are drawn from: the documents as they are built, and their gold by block id."""

    documents: Sequence[Document]
    gold: Mapping[str, Gold]


class Aspect(NamedTuple):
    """One thing that is estimated.

    `unit` is what is counted within an item; `question` tells the judge what to answer, in which form; `number` items
    are drawn. `tally` holds an answer against `ours`, and raises ValueError when it is of another form.
    """

    name: str
    unit: str
    question: str
    number: int
    items: Callable[[Corpus], Iterator[Item]]
    tally: Callable[[Any, Any], Tally]


def sets_tally(ours: Sequence[str], said: Sequence[str]) -> Tally:
    """Of two lists whose order tells nothing; what stands twice counts twice.

    >>> sets_tally(["市发改委", "市财政局"], ["市财政局"])
    Tally(ours=2, judged=1, same=1)
    """
    rest = list(said)
    same = 0
    for each in ours:
        if each in rest:
            rest.remove(each)
            same += 1
    return Tally(len(ours), len(said), same)


def texts(answer: Any) -> list[str]:
    """An answer that is a list of texts. Raises ValueError when it is none."""
    if not isinstance(answer, list) or not all(isinstance(each, str) for each in answer):
        raise ValueError(f"{answer!r} is no list of texts")
    return answer
