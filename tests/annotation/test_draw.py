"""Which blocks are drawn, and what a task holds."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from govwork_build.annotation.draw import Candidate, candidates, draw, shares
from govwork_build.annotation.records import Span
from govwork_build.annotation.task_files import ONE_IN, make_tasks, with_traps
from govwork_build.build_paths import Paths
from govwork_build.corpus import documents_of

ROOT = Path(__file__).parents[2]


@cache
def pool() -> tuple[Candidate, ...]:
    return tuple(candidates(documents_of(Paths(ROOT))))


def test_every_kind_and_document_is_drawn() -> None:
    drawn = draw(pool(), shares(pool(), 300), "a seed")
    assert len(drawn) == len({candidate.block_id for candidate in drawn}) == 300
    assert {candidate.row["kind"] for candidate in drawn} == {candidate.row["kind"] for candidate in pool()}
    assert {candidate.row["doc_id"] for candidate in drawn} == {candidate.row["doc_id"] for candidate in pool()}


def test_a_draw_takes_documents_in_turn() -> None:
    drawn = draw(pool(), {"review": 40}, "a seed")
    had = Counter(candidate.row["doc_id"] for candidate in pool() if candidate.row["kind"] == "review")
    taken = Counter(candidate.row["doc_id"] for candidate in drawn)
    most = max(taken.values())
    assert sum(taken.values()) == 40
    assert all(taken[doc_id] >= min(most - 1, number) for doc_id, number in had.items())


def test_a_draw_is_its_seeds() -> None:
    first, again, other = ([c.block_id for c in draw(pool(), {"task": 20}, seed)] for seed in ("a", "a", "b"))
    assert first == again
    assert len(set(first) & set(other)) < 10


@given(st.integers(1, 2000))
def test_shares_are_of_what_there_is(number: int) -> None:
    had = Counter(candidate.row["kind"] for candidate in pool())
    taken = shares(pool(), number)
    assert sum(taken.values()) == min(number, sum(had.values()))
    assert all(taken[kind] <= had[kind] for kind in had)


def by_rule(candidate: Candidate) -> list[Span]:
    """Every third character but the last is a span: enough for traps, none of which touch."""
    return [
        Span(f"p{i}", i, i + 2, "IND", {}) for i in range(0, len(candidate.text) - 3, 3) if candidate.text[i:].strip()
    ]


def test_half_is_assisted_whatever_the_order() -> None:
    drawn = draw(pool(), {"plan": 30, "task": 20}, "s")
    made, other = (make_tasks(drawn, "0.1.0", by_rule, "s", order) for order in (None, "second pass"))
    assert [task["data"]["block_id"] for task in made.tasks] == [candidate.block_id for candidate in drawn]
    assert sum(task["data"]["assisted"] for task in made.tasks) == 25
    assert all(task["data"]["assisted"] == ("predictions" in task) for task in made.tasks)
    by_id = {task["data"]["task_id"]: task for task in made.tasks}
    assert {task["data"]["task_id"]: task for task in other.tasks} == by_id
    assert [task["data"]["task_id"] for task in other.tasks] != list(by_id)
    plain = make_tasks(drawn, "0.1.0", None, "s", None)
    assert not any(task["data"]["assisted"] or "predictions" in task for task in plain.tasks)
    assert plain.traps == []


def test_one_pre_annotation_in_twenty_is_wrong_and_the_key_names_it() -> None:
    drawn = draw(pool(), {"plan": 60}, "s")
    made = make_tasks(drawn, "0.1.0", by_rule, "s", None)
    right = {candidate.block_id: {span.id: span for span in by_rule(candidate)} for candidate in drawn}
    wrong = set()
    number = 0
    for task in made.tasks:
        for prediction in task.get("predictions", ()):
            for result in prediction["result"]:
                number += 1
                value, meant = result["value"], right[task["data"]["block_id"]][result["id"]]
                if (value["start"], value["end"], value["labels"]) != (meant.start, meant.end, [meant.label]):
                    wrong.add((task["data"]["task_id"], result["id"]))
                assert value["text"] == task["data"]["text"][value["start"] : value["end"]]
                assert value["text"].strip() == value["text"] != ""
    assert wrong == {(trap.task_id, trap.span_id) for trap in made.traps}
    assert 0.7 / ONE_IN < len(wrong) / number < 1.4 / ONE_IN


def test_a_span_that_touches_another_is_never_made_wrong() -> None:
    spans = [Span(f"s{i}", i, i + 1, "ORG") for i in range(200)]
    assert with_traps(spans, "我" * 200, "task", "seed") == (spans, [])
