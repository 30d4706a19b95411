"""What two releases differ in, and the bump that it takes, for releases and changes drawn at random."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_releases import (
    MAJOR,
    MINOR,
    Change,
    ModelDocument,
    ModelRelease,
    changed,
    document,
    documents,
    move,
    remove,
    sides,
    sides_of_entry,
    with_documents,
    withdraw,
)

from govwork_build.errors import CorpusError
from govwork_build.releases.bumps import BUMPS
from govwork_build.releases.diff import ContentDifference, Difference, Move, RecordDifference, difference
from govwork_build.releases.row_hashes import KINDS
from govwork_build.releases.sides import Side, known_of_entry, side_of_entry

Pair = Callable[[ModelRelease, ModelRelease], tuple[Side, Side]]
# The old release as its rows, or as the ledger has it.
PAIRS: tuple[Pair, ...] = (sides, sides_of_entry)
RELEASES = documents("a", 1).map(ModelRelease)
SAME = {kind: RecordDifference() for kind in KINDS}


def found(old: ModelRelease, new: ModelRelease, pair: Pair = sides) -> Difference:
    return difference(*pair(old, new))


def mirrored(one: Difference) -> Difference:
    records = {
        kind: RecordDifference(each.removed, each.added, each.changed, each.reordered)
        for kind, each in one.records.items()
    }
    return Difference(
        records,
        tuple(Move(move.doc_id, move.new, move.old) for move in one.moves),
        one.contents,
        one.configs_removed,
        one.configs_added,
        one.columns_removed,
        one.columns_added,
        one.withdrawn,
        one.by_hashes,
        one.only_additions,
    )


def in_any_order(one: Difference) -> tuple[object, ...]:
    """What it says, apart from the order that each side has its records in."""
    records = {
        kind: (set(each.added), set(each.removed), set(each.changed), each.reordered)
        for kind, each in one.records.items()
    }
    parts = (one.moves, one.contents, one.configs_added, one.configs_removed, one.columns_added, one.columns_removed)
    return records, *map(set, parts), one.withdrawn


@given(RELEASES)
@pytest.mark.parametrize("pair", PAIRS)
def test_a_release_differs_in_nothing_from_itself(pair: Pair, release: ModelRelease) -> None:
    same = found(release, release, pair)
    assert same.records == SAME
    assert not list(same.reasons())
    assert same.bump == "patch"


@given(RELEASES)
def test_an_entry_differs_in_nothing_from_itself(release: ModelRelease) -> None:
    entry = release.entry()
    side = side_of_entry(entry, known_of_entry(entry))
    assert not list(difference(side, side).reasons())


@given(RELEASES, RELEASES, st.booleans())
def test_turned_round_added_is_removed_and_changed_stays(one: ModelRelease, other: ModelRelease, extra: bool) -> None:
    other.extra = "note" if extra else None
    for doc_id in one.documents.keys() - other.documents.keys():
        other.withdrawn[doc_id] = "asked for"
    there, back = found(one, other), found(other, one)
    assert in_any_order(mirrored(there)) == in_any_order(back)


@given(RELEASES, documents("b", 1), st.integers(0, 9))
@pytest.mark.parametrize("pair", PAIRS)
def test_documents_that_are_added_anywhere_take_a_minor_bump(
    pair: Pair, release: ModelRelease, added: dict[str, ModelDocument], at: int
) -> None:
    made = found(release, with_documents(release, added, at), pair)
    assert set(made.records["documents"].added) == set(added)
    assert not any(each.removed or each.changed or each.reordered for each in made.records.values())
    assert made.bump == "minor"


@given(RELEASES, st.data())
@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("change", MINOR)
def test_records_that_are_added_to_a_document_take_a_minor_bump(
    change: Change, pair: Pair, release: ModelRelease, data: st.DataObject
) -> None:
    doc_id = data.draw(st.sampled_from(list(release.documents)))
    made = found(release, changed(release, {doc_id: change}), pair)
    assert made.records["blocks"].added == (f"{doc_id}:99",)
    assert made.bump == "minor"


@given(RELEASES, documents("b", 0), st.integers(0, 9), st.data())
@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("change", MAJOR)
def test_any_edit_removal_or_move_takes_a_major_bump_whatever_is_added(
    change: Change,
    pair: Pair,
    release: ModelRelease,
    added: dict[str, ModelDocument],
    at: int,
    data: st.DataObject,
) -> None:
    doc_id = data.draw(st.sampled_from(list(release.documents)))
    new = changed(with_documents(release, added, at), {doc_id: change})
    assert found(release, new, pair).bump == "major"


@given(RELEASES, st.data())
@pytest.mark.parametrize("pair", PAIRS)
def test_the_bump_of_many_changes_is_the_largest_of_each(
    pair: Pair, release: ModelRelease, data: st.DataObject
) -> None:
    drawn = data.draw(st.dictionaries(st.sampled_from(list(release.documents)), st.sampled_from([*MAJOR, *MINOR])))
    alone = [found(release, changed(release, {doc_id: change}), pair).bump for doc_id, change in drawn.items()]
    assert found(release, changed(release, drawn), pair).bump == max(alone, key=BUMPS.index, default="patch")


@pytest.mark.parametrize("pair", PAIRS)
def test_a_move_is_told_with_both_splits_and_changes_no_record(pair: Pair) -> None:
    old = ModelRelease({"a": document("a", "train", 2, 1), "b": document("b", "train", 2, 1)})
    new = ModelRelease({"a": document("a", "test", 2, 1), "b": document("b", "train", 2, 1)})
    made = found(old, new, pair)
    assert made.moves == (Move("a", "train", "test"),)
    assert made.records == SAME
    # The ledger has one hash of all edits of a split, so what became of the others' is not told.
    assert [each.certain for each in made.contents] == ([] if pair is sides else [False, False])


@pytest.mark.parametrize("pair", PAIRS)
def test_another_order_is_no_addition(pair: Pair) -> None:
    old = ModelRelease({"a": document("a", "train", 1, 1), "b": document("b", "train", 1, 1)})
    new = ModelRelease(dict(reversed(old.documents.items())))
    made = found(old, new, pair)
    assert made.records["documents"] == RecordDifference(reordered=True)
    assert made.bump == "major"


def test_what_changed_of_an_annotation_is_told_by_its_span() -> None:
    old = ModelRelease({"a": document("a", "train", 1, 1)})
    new = ModelRelease({"a": document("a", "train", 1, 1)})
    new.documents["a"].rows["entities"][0]["relations"] = []
    made = found(old, new)
    # A relation is a part of the span that it begins in.
    assert made.records["spans"].changed == ("a:0#s0",)
    assert made.records["entities"].changed == ("a:0",)
    assert made.records["blocks"] == RecordDifference()


@pytest.mark.parametrize("pair", PAIRS)
def test_a_document_that_was_withdrawn_is_removed_with_its_reason(pair: Pair) -> None:
    old = ModelRelease({"a": document("a", "train", 1, 1), "b": document("b", "train", 1, 1)})
    new = ModelRelease({"b": document("b", "train", 1, 1)}, {"a": "asked for", "c": "never released"})
    made = found(old, new, pair)
    assert made.records["documents"].removed == ("a",)
    assert made.withdrawn == {"a": "asked for"}
    assert made.bump == "major"


def test_a_column_that_was_added_is_minor_where_both_have_rows_and_major_by_hashes() -> None:
    old = ModelRelease({"a": document("a", "train", 2, 1)})
    new = ModelRelease({"a": document("a", "train", 2, 1)}, extra="note")
    made = found(old, new)
    assert (made.columns_added, made.records, made.bump) == (("blocks.note",), SAME, "minor")
    assert not made.by_hashes
    hashes = found(old, new, sides_of_entry)
    assert hashes.records["blocks"].changed == ("a:0", "a:1")
    assert (hashes.bump, hashes.by_hashes) == ("major", True)


def test_a_column_that_was_removed_is_major_and_named() -> None:
    old = ModelRelease({"a": document("a", "train", 2, 1)}, extra="note")
    made = found(old, ModelRelease({"a": document("a", "train", 2, 1)}))
    assert made.columns_removed == ("blocks.note",)
    assert [(reason.bump, reason.words) for reason in made.reasons()] == [("major", "blocks.note: column removed")]


def test_an_edit_behind_a_column_that_was_added_is_still_seen() -> None:
    old = ModelRelease({"a": document("a", "train", 2, 1)})
    new = ModelRelease({"a": document("a", "train", 2, 1)}, extra="note")
    new.documents["a"].rows["blocks"][1]["text"] = "another"
    assert found(old, new).records["blocks"].changed == ("a:1",)


def test_a_config_that_is_new_is_an_addition() -> None:
    old = ModelRelease({"a": document("a", "train", 2, 1)})
    new = ModelRelease({"a": document("a", "train", 2, 1)})
    old.documents["a"].rows["ner"] = []
    made = found(old, new)
    assert [(reason.bump, reason.words) for reason in made.reasons()] == [("minor", "ner: config added")]
    assert found(new, old).configs_removed == ("ner",)


def test_of_two_entries_hashes_do_not_tell_what_became_of_old_edits() -> None:
    old = ModelRelease({"a": document("a", "train", 1, 2)})
    new = ModelRelease({"a": document("a", "train", 1, 2), "b": document("b", "train", 1, 2)})
    one, other = old.entry(), new.entry("0.2.0")
    pair = side_of_entry(one, known_of_entry(other)), side_of_entry(other, known_of_entry(one))
    made = difference(*pair)
    assert made.contents == (ContentDifference("edits", "train", False), ContentDifference("ner", "train", False))
    assert made.bump == "major"
    # The ledger may, by the steps between them.
    assert difference(*pair, only_additions=True).bump == "minor"
    column = sides_of_entry(old, ModelRelease({"a": document("a", "train", 1, 2)}, extra="note"))
    assert difference(*column, only_additions=True).bump == "minor"


@given(RELEASES, st.data())
@pytest.mark.parametrize("change", [remove, withdraw, move])
def test_what_hashes_do_tell_counts_whatever_the_ledger_has(
    change: Change, release: ModelRelease, data: st.DataObject
) -> None:
    doc_id = data.draw(st.sampled_from(list(release.documents)))
    pair = sides_of_entry(release, changed(release, {doc_id: change}))
    assert difference(*pair, only_additions=True).bump == "major"
    assert difference(*sides(release, changed(release, {doc_id: MAJOR[0]})), only_additions=True).bump == "major"


def test_two_records_with_one_id_are_an_error() -> None:
    release = ModelRelease({"a": document("a", "train", 1, 1)})
    release.documents["a"].rows["blocks"] *= 2
    with pytest.raises(CorpusError, match="two records of blocks have the id a:0"):
        found(release, release)
