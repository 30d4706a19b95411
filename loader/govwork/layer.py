"""All edits that one stage made, in columns.

A `Layer` holds positions in the text the stage was given, what stood there, what stands there now, and which rule did
it. Offsets are Unicode code points, half-open. Columns keep ten thousand restored commas at the price of a few
arrays, and let projection and reversal run as array look-ups.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, chain, pairwise, zip_longest
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .codes import CodedText, Codes, Offsets, from_codes, to_codes


class Edit(NamedTuple):
    """One replacement: `[start, end)` of the text given to the stage becomes `replacement`."""

    rule: str
    start: int
    end: int
    replacement: str
    evidence: str = ""


# With so many characters to an edit, whole pieces are copied sooner than characters looked at.
_FEW = 50
# A piece of so many characters is copied sooner than put together from code points.
_FAR = 1000

_NO_OFFSETS: Offsets = np.zeros(0, dtype=np.int64)
_NO_OFFSETS.flags.writeable = False


def _no_offsets() -> Offsets:
    return _NO_OFFSETS


@dataclass(frozen=True, eq=False)
class Layer:
    """All edits of one stage, in order and without overlap, in columns of equal length.

    `rule_codes[i]` indexes `rules`; edit `i` replaces `[starts[i], ends[i])`. `removed` and `inserted` are the
    replaced and the replacing strings of all edits, joined; `inserted_lengths` says where the latter part.
    """

    stage: str
    rules: tuple[str, ...] = ()
    rule_codes: Offsets = field(default_factory=_no_offsets)
    starts: Offsets = field(default_factory=_no_offsets)
    ends: Offsets = field(default_factory=_no_offsets)
    removed: str = ""
    inserted: str = ""
    inserted_lengths: Offsets = field(default_factory=_no_offsets)
    evidence: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, stage: str, text: str, edits: Iterable[Edit]) -> Layer:
        """The layer of `edits` on `text`.

        Raises ValueError when the edits are unsorted, overlap, or reach outside the text.
        """
        edits = list(edits)
        if not edits:
            return cls(stage)
        position = 0
        for edit in edits:
            if not position <= edit.start <= edit.end <= len(text):
                raise ValueError(
                    f"{stage}: edit {edit.rule} at {edit.start}:{edit.end} is out of order or outside "
                    f"the text of {len(text)} characters (previous edit ends at {position})"
                )
            position = edit.end
        rules = tuple(dict.fromkeys(edit.rule for edit in edits))
        code_of = {rule: code for code, rule in enumerate(rules)}
        return cls(
            stage=stage,
            rules=rules,
            rule_codes=np.array([code_of[edit.rule] for edit in edits], dtype=np.int64),
            starts=np.array([edit.start for edit in edits], dtype=np.int64),
            ends=np.array([edit.end for edit in edits], dtype=np.int64),
            removed="".join(text[edit.start : edit.end] for edit in edits),
            inserted="".join(edit.replacement for edit in edits),
            inserted_lengths=np.array([len(edit.replacement) for edit in edits], dtype=np.int64),
            evidence={i: edit.evidence for i, edit in enumerate(edits) if edit.evidence},
        )

    @classmethod
    def of_deletions(cls, stage: str, rule: str, codes: Codes, starts: Offsets, ends: Offsets) -> Layer:
        """The layer that deletes the non-empty, sorted, disjoint spans `[starts, ends)`."""
        if not len(starts):
            return cls(stage)
        return cls(
            stage=stage,
            rules=(rule,),
            rule_codes=np.zeros(len(starts), dtype=np.int64),
            starts=starts,
            ends=ends,
            removed=from_codes(_within(codes, starts, ends)),
            inserted_lengths=np.zeros(len(starts), dtype=np.int64),
        )

    @classmethod
    def of_substitutions(
        cls, stage: str, rules: tuple[str, ...], rule_codes: Offsets, old: Codes, at: Offsets, new: Codes
    ) -> Layer:
        """The layer that puts one character `new[i]` for `old[i]`, which is at `at[i]`; `at` is sorted and unique."""
        if not len(at):
            return cls(stage)
        return cls(
            stage=stage,
            rules=rules,
            rule_codes=rule_codes,
            starts=at,
            ends=at + 1,
            removed=from_codes(old),
            inserted=from_codes(new),
            inserted_lengths=np.ones(len(at), dtype=np.int64),
        )

    @classmethod
    def of_spans(
        cls,
        stage: str,
        rules: tuple[str, ...],
        rule_codes: Offsets,
        codes: Codes,
        starts: Offsets,
        ends: Offsets,
        inserted: str,
        inserted_lengths: Offsets,
    ) -> Layer:
        """The layer of edits given as columns; of `rules` those that are used are kept.

        Raises ValueError when the edits are unsorted, overlap, or reach outside the text.
        """
        if not len(starts):
            return cls(stage)
        if starts[0] < 0 or (starts > ends).any() or (ends > np.append(starts[1:], len(codes))).any():
            raise ValueError(f"{stage}: an edit is out of order or outside the text of {len(codes)} characters")
        used, firsts = np.unique(rule_codes, return_index=True)
        order = np.argsort(firsts)
        number_of = np.zeros(len(rules), dtype=np.int64)
        number_of[used[order]] = np.arange(len(used))
        return cls(
            stage=stage,
            rules=tuple(rules[code] for code in used[order].tolist()),
            rule_codes=number_of[rule_codes],
            starts=starts,
            ends=ends,
            removed=from_codes(_within(codes, starts, ends)),
            inserted=inserted,
            inserted_lengths=inserted_lengths,
        )

    def __len__(self) -> int:
        return len(self.starts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Layer) and self.stage == other.stage and list(self) == list(other)

    def __iter__(self) -> Iterator[Edit]:
        position = 0
        for i, length in enumerate(self.inserted_lengths.tolist()):
            yield Edit(
                self.rules[self.rule_codes[i]],
                int(self.starts[i]),
                int(self.ends[i]),
                self.inserted[position : position + length],
                self.evidence.get(i, ""),
            )
            position += length

    def run_bounds(self) -> Offsets:
        """Which edit each maximal run of touching edits of one rule begins with, and the number of edits as the end.

        The layer must not be empty.
        """
        parted = (self.starts[1:] != self.ends[:-1]) | (self.rule_codes[1:] != self.rule_codes[:-1])
        return np.concatenate(([0], np.flatnonzero(parted) + 1, [len(self)]))

    @cached_property
    def inverse(self) -> Layer:
        """The layer that undoes this one; its coordinates are those of the text this one makes."""
        return Layer(
            stage=self.stage,
            rules=self.rules,
            rule_codes=self.rule_codes,
            starts=self._new_starts,
            ends=self._new_starts + self.inserted_lengths,
            removed=self.inserted,
            inserted=self.removed,
            inserted_lengths=self.ends - self.starts,
            evidence=self.evidence,
        )

    def apply(self, text: str) -> str:
        """The text after the edits.

        Raises ValueError when `text` is not the one the layer was made on, as far as its own edits show.
        """
        if not len(self):
            return text
        coded = CodedText(text)
        if int(self.ends[-1]) > len(text):
            raise ValueError(f"{self.stage}: the text has {len(text)} characters, too few for the layer")
        if self.removed != from_codes(_within(coded.codes, self.starts, self.ends)):
            raise ValueError(f"{self.stage}: the text is not the one these edits were made on")
        return str(self.rewrite(coded))

    def rewrite(self, text: CodedText) -> CodedText:
        """The text after the edits, which must be the one the layer was made on: nothing is checked."""
        if not len(self):
            return text
        if self._is_one_for_one:
            return self._substituted(text)
        if not self.inserted:
            if len(self) * _FEW < len(text):
                kept = list(_between(self.starts, self.ends, len(text)))
                codes = np.concatenate([text.codes[first:last] for first, last in kept])
                return CodedText("".join([text[first:last] for first, last in kept]), codes)
            codes = text.codes.compress(~_covered(len(text), self.starts, self.ends))
            return CodedText(from_codes(codes), codes)
        pieces: list[str] = []
        position = 0
        inserted = pairwise(self._text_bounds[1].tolist())
        for start, end, (first, last) in zip(self.starts.tolist(), self.ends.tolist(), inserted, strict=True):
            pieces += (text[position:start], self.inserted[first:last])
            position = end
        pieces.append(text[position:])
        return CodedText("".join(pieces))

    def _substituted(self, text: CodedText) -> CodedText:
        codes = text.codes.copy()
        codes[self.starts] = to_codes(self.inserted)
        # In a batch few documents may be edited: what lies far from all edits is copied as it is.
        far = np.flatnonzero(self.starts[1:] - self.ends[:-1] > _FAR)
        starts, ends = self.starts[np.append(0, far + 1)], self.ends[np.append(far, -1)]
        made = [from_codes(codes[start:end]) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        kept = [text[start:end] for start, end in _between(starts, ends, len(text))]
        return CodedText("".join(chain.from_iterable(zip_longest(kept, made, fillvalue=""))), codes)

    def moved(self, at: Offsets) -> Offsets:
        """Where texts that begin at `at` of a joined one begin in what the edits make of it."""
        if not len(self) or self._is_one_for_one:
            return at
        return at + self._shifts[np.searchsorted(self.starts, at)]

    def project(self, starts: Offsets, ends: Offsets) -> tuple[Offsets, Offsets]:
        """Spans of the text given to the stage, in the text it makes.

        A span becomes the hull of what its characters became: text inserted at its edges stays outside, a
        character inside an edit of unequal length becomes the whole replacement, in one of equal length the
        character at its place. A span whose characters were all deleted becomes empty.
        """
        if not len(self) or not len(starts) or self._is_one_for_one:
            return starts, ends
        image = self._character_image(np.concatenate((starts, np.maximum(ends - 1, 0))))
        new_starts = image[0][: len(starts)]
        new_ends = np.where(ends > starts, image[1][len(starts) :], new_starts)
        return new_starts, np.maximum(new_starts, new_ends)

    def without(self, starts: Offsets, ends: Offsets) -> Layer:
        """The layer less the edits that touch or enter one of the non-empty, sorted, disjoint spans."""
        if not len(self) or not len(starts):
            return self
        # Those that end after a span begins and begin before it ends; an insertion at its very edge changes
        # nothing inside it, and stays.
        lasts = np.searchsorted(self.starts, ends)
        firsts = np.searchsorted(self.ends, starts, side="right")
        # An edit that touches two spans goes with the first.
        firsts = np.maximum(firsts, np.concatenate(([0], lasts[:-1])))
        hit = lasts > firsts
        return self._less(firsts[hit], lasts[hit]) if hit.any() else self

    def split(self, at: Offsets) -> list[Layer]:
        """The layer of each text of a joined one; the texts begin at `at`, and no edit reaches across."""
        layers = [Layer(self.stage)] * len(at)
        bounds = np.append(np.searchsorted(self.starts, at), len(self))
        counts = np.diff(bounds)
        edited = np.flatnonzero(counts)
        if not len(edited):
            return layers
        begins = np.repeat(at, counts)
        starts, ends = self.starts - begins, self.ends - begins
        firsts = bounds[edited]
        removed = accumulate(np.add.reduceat(ends - starts, firsts).tolist(), initial=0)
        inserted = accumulate(np.add.reduceat(self.inserted_lengths, firsts).tolist(), initial=0)
        edits = pairwise([*firsts.tolist(), len(self)])
        for number, (first, last), (a, b), (c, d) in zip(
            edited.tolist(), edits, pairwise(removed), pairwise(inserted), strict=True
        ):
            # As `Layer(…)` would, which takes twice as long over its frozen fields.
            layers[number] = layer = object.__new__(Layer)
            layer.__dict__.update(
                stage=self.stage,
                rules=self.rules,
                rule_codes=self.rule_codes[first:last],
                starts=starts[first:last],
                ends=ends[first:last],
                removed=self.removed[a:b],
                inserted=self.inserted[c:d],
                inserted_lengths=self.inserted_lengths[first:last],
                evidence={i - first: self.evidence[i] for i in range(first, last) if i in self.evidence}
                if self.evidence
                else {},
            )
        return layers

    def _less(self, firsts: Offsets, lasts: Offsets) -> Layer:
        """The layer without the edits numbered `firsts` to `lasts`, of which there are few."""
        removed, inserted = self._text_bounds
        runs = list(_between(firsts, lasts, len(self)))
        kept = list(chain.from_iterable(range(*run) for run in runs)) if self.evidence else []

        def less(column: Offsets) -> Offsets:
            return np.concatenate([column[first:last] for first, last in runs])

        return Layer(
            stage=self.stage,
            rules=self.rules,
            rule_codes=less(self.rule_codes),
            starts=less(self.starts),
            ends=less(self.ends),
            removed=_without(self.removed, removed[firsts], removed[lasts]),
            inserted=_without(self.inserted, inserted[firsts], inserted[lasts]),
            inserted_lengths=less(self.inserted_lengths),
            evidence={number: self.evidence[i] for number, i in enumerate(kept) if i in self.evidence},
        )

    @cached_property
    def _text_bounds(self) -> tuple[Offsets, Offsets]:
        if self._is_one_for_one:
            bounds = np.arange(len(self) + 1)
            return bounds, bounds
        return _bounds(self.ends - self.starts), _bounds(self.inserted_lengths)

    @cached_property
    def _is_one_for_one(self) -> bool:
        """Whether each edit puts one character for one."""
        return (
            len(self.removed) == len(self.inserted) == len(self)
            and bool((self.inserted_lengths == 1).all())
            and bool((self.ends - self.starts == 1).all())
        )

    @cached_property
    def _shifts(self) -> Offsets:
        """`_shifts[i]`: how far the first `i` edits move what follows them."""
        return _bounds(self.inserted_lengths - (self.ends - self.starts))

    @cached_property
    def _new_starts(self) -> Offsets:
        return self.starts + self._shifts[:-1]

    def _character_image(self, at: Offsets) -> tuple[Offsets, Offsets]:
        """Where the characters at `at` went, as spans; an offset past the last character is a character too."""
        # Of edits that begin at one place only the last may be non-empty, so `last` finds the one that holds `at`.
        last = np.searchsorted(self.starts, at, side="right") - 1
        edit = np.maximum(last, 0)
        inside = (last >= 0) & (at < self.ends[edit])
        equal = self.inserted_lengths[edit] == self.ends[edit] - self.starts[edit]
        kept = at + self._shifts[np.where(inside, edit, last + 1)]
        new_start = self._new_starts[edit]
        whole = inside & ~equal
        return (
            np.where(whole, new_start, kept),
            np.where(whole, new_start + self.inserted_lengths[edit], kept + 1),
        )


def _without(text: str, starts: Offsets, ends: Offsets) -> str:
    """A text without the sorted, disjoint spans `[starts, ends)`."""
    return "".join([text[start:end] for start, end in _between(starts, ends, len(text))])


def _between(starts: Offsets, ends: Offsets, length: int) -> Iterator[tuple[int, int]]:
    """What the sorted, disjoint spans `[starts, ends)` leave of `length` places, as spans, some perhaps empty."""
    return zip([0, *ends.tolist()], [*starts.tolist(), length], strict=True)


def _bounds(lengths: Offsets) -> Offsets:
    """Where pieces of these lengths begin when joined, and where the last one ends: one more than pieces."""
    bounds = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=bounds[1:])
    return bounds


def _within(codes: Codes, starts: Offsets, ends: Offsets) -> Codes:
    """The characters that lie in one of the sorted, disjoint spans, one span after the other."""
    bounds = _bounds(ends - starts)
    return codes.take(np.arange(bounds[-1]) + np.repeat(starts - bounds[:-1], ends - starts))


def _covered(length: int, starts: Offsets, ends: Offsets) -> NDArray[np.bool_]:
    """Which of `length` characters lie in one of the sorted, disjoint spans."""
    lengths = ends - starts
    if (lengths == 1).all():
        inside = np.zeros(length, dtype=bool)
        inside[starts] = True
        return inside
    if not lengths.all():
        starts, ends = starts[lengths > 0], ends[lengths > 0]
    steps = np.zeros(length + 1, dtype=np.int8)
    # Touching spans meet in one place: the second write must add to the first, and each index is unique within one.
    steps[starts] = 1
    steps[ends] -= 1
    return np.cumsum(steps[:-1], dtype=np.int8).view(np.bool_)
