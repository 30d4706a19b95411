"""The search for what shifted bytes were, compiled: tables and pages go in, readings come out.

The C sources beside this file say what is done; this says what they are given. Nothing is compiled or loaded until a
text has a damaged run.
"""

from __future__ import annotations

import ctypes
import threading
from functools import cache
from typing import NamedTuple, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from govwork.codes import Codes, to_codes

from .compile import load_kernel

__all__ = ["Around", "Beside", "Chosen", "Found", "Given", "Kernel", "PageChances"]

_Bytes = NDArray[np.uint8]
_Shorts = NDArray[np.uint16]
_Ints = NDArray[np.int32]
_Keys = NDArray[np.uint64]
_Doubles = NDArray[np.float64]
# A piece of a reading is so many numbers.
_PIECE = 6
_ADDRESS = ctypes.c_void_p


class Given(NamedTuple):
    """The tables of a kernel; all arrays are contiguous.

    A pair is lead byte × 256 + trail byte, a class what the language model counts as one; `starts` name for each
    number the place where its own begin among others, and the end of all.
    """

    # By code point: its class, for all of Unicode; its pair, that of the full-width form if it is ASCII; its number
    # as a letter of pinyin, in six bits; whether a run may begin before it; and what it is to a page's script.
    class_of_code: Codes
    pair_of_code: _Shorts
    letters: _Bytes
    marks: _Bytes
    scripts: _Bytes
    # By pair: its character and that one's class; how often it is met, 0 where a text is not written with it; whether
    # nothing is seen of it; whether sites note it since they converted it.
    code: _Shorts
    class_of_pair: _Shorts
    frequency: _Doubles
    vanishes: _Bytes
    converted: _Bytes
    # The pairs that texts are written with, the most frequent first: all, by their trail byte, and by lead byte.
    written: _Shorts
    by_trail: _Shorts
    by_trail_starts: _Ints
    by_lead: _Shorts
    by_lead_starts: _Ints
    # Syllables, six bits a letter, the first one lowest; and the pairs of each, sorted.
    syllables: _Keys
    read: _Shorts
    read_starts: _Ints
    # The counts (`language_model.Chances`), and the words, sixteen bits a character.
    weights: _Doubles
    first: _Doubles
    one_left: _Doubles
    pairs: _Keys
    two: _Doubles
    two_left: _Doubles
    triples: _Keys
    three: _Doubles
    words: _Keys
    word_chances: _Doubles
    # Forms of a character that are written in different countries, and a number for all of one.
    forms: _Shorts
    form_groups: _Shorts


# The kernel is told how many there are of these.
_COUNTED = ("written", "pairs", "triples", "words", "syllables", "forms")


class _Given(ctypes.Structure):
    # Numbers stand behind all arrays.
    _fields_ = (
        *((name, _ADDRESS) for name in Given._fields),
        *((f"{name}_count", ctypes.c_int64) for name in _COUNTED),
    )


class _Around(ctypes.Structure):
    _fields_ = (
        ("seen", _ADDRESS),
        *((name, ctypes.c_char_p) for name in ("before", "after", "line_before", "line_after")),
        *((name, ctypes.c_int32) for name in ("length", "before_count", "after_count")),
        *((name, ctypes.c_int32) for name in ("line_before_count", "line_after_count")),
        *((name, ctypes.c_int32) for name in ("opened", "closed", "titles_opened", "titles_closed")),
        *((name, ctypes.c_bool) for name in ("is_open", "stays_open", "seen_before", "seen_behind")),
    )


@cache
def _library() -> ctypes.PyDLL:
    library = load_kernel()
    number, size = ctypes.c_int32, ctypes.c_int64
    for name, result, arguments in (
        ("sizes", None, [_ADDRESS]),
        ("tables_new", _ADDRESS, [_ADDRESS]),
        ("tables_free", None, [_ADDRESS]),
        ("page_new", _ADDRESS, [_ADDRESS, _ADDRESS, size, ctypes.c_bool, _ADDRESS, size]),
        ("page_free", None, [_ADDRESS]),
        ("page_scores", None, [_ADDRESS, _ADDRESS, size, _ADDRESS]),
        ("search_new", _ADDRESS, [_ADDRESS]),
        ("search_free", None, [_ADDRESS]),
        ("search_readings", number, [_ADDRESS, _ADDRESS, _ADDRESS, number, number, number]),
        ("search_tell", None, [_ADDRESS, _ADDRESS, _ADDRESS]),
        ("search_pieces", None, [_ADDRESS, _ADDRESS, _ADDRESS]),
        ("around_seen", ctypes.c_double, [_ADDRESS, _ADDRESS, number, number]),
        ("explains", ctypes.c_bool, [_ADDRESS, _ADDRESS, _ADDRESS, number]),
        ("choose_readings", number, [*4 * [_ADDRESS], number, ctypes.c_double, *3 * [_ADDRESS]]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    ours = [ctypes.sizeof(each) for each in (_Given, _Around, ctypes.c_int32 * _PIECE)]
    theirs = (ctypes.c_int32 * len(ours))()
    library.sizes(theirs)
    if ours != list(theirs):
        raise TypeError(f"what the kernel is given is laid out otherwise than it thinks: {ours}, {list(theirs)}")
    return library


def _checked(address: int | None) -> int:
    if not address:
        raise MemoryError("no memory for the search of shifted bytes")
    return address


class Found(NamedTuple):
    """The readings of a place, the likeliest first: their scores, and their pieces; `starts` tells where those begin.

    Behind the starts of the readings' pieces stands the end of all.

    A piece is a row of numbers: its start and end, whether it is changed, up to two characters, and what a lost byte
    took with it (-1: the `<` of a tag), each 0 if there is none.
    """

    scores: _Doubles
    starts: _Ints
    pieces: _Ints


class Kernel:
    """The compiled search, with its tables."""

    def __init__(self, given: Given) -> None:
        self._tables = _Tables(given)
        self._own = threading.local()

    def page(self, classes: Codes, enough: bool, codes: Codes) -> PageChances:
        """A page whose words are those of `classes`, if they are `enough`, and whose script is that of `codes`."""
        return PageChances(self._tables, classes, enough, codes)

    def search(self, page: PageChances, seen: Codes, start: int, reach: int) -> Found:
        """The readings of what is seen from `start` on, where a `?` stands, over `reach` characters at most."""
        # What interrupts a search may begin one of its own.
        search: _Search = self._own.__dict__.pop("search", None) or _Search(self._tables)
        try:
            return search.readings(page, seen, start, reach)
        finally:
            self._own.search = search


class _Tables:
    def __init__(self, given: Given) -> None:
        for name, hint in get_type_hints(Given).items():
            array, (kind,) = getattr(given, name), get_args(get_args(hint)[1])
            if array.dtype != kind or not array.flags.c_contiguous:
                raise TypeError(f"{name} is to be a contiguous array of {kind.__name__}")
        # The kernel reads these arrays as long as there are pages and searches.
        self._given = given
        counts = (len(getattr(given, name)) for name in _COUNTED)
        addresses = _Given(*(array.ctypes.data for array in given), *counts)
        self.address = _checked(_library().tables_new(ctypes.byref(addresses)))

    def __del__(self) -> None:
        if hasattr(self, "address"):
            _library().tables_free(self.address)


class PageChances:
    """How likely characters are on one page."""

    def __init__(self, tables: _Tables, classes: Codes, enough: bool, codes: Codes) -> None:
        # A page asks for the tables as long as it lives.
        self._tables = tables
        self.address = _checked(
            _library().page_new(
                tables.address, classes.ctypes.data, len(classes), enough, codes.ctypes.data, len(codes)
            )
        )

    def __del__(self) -> None:
        if hasattr(self, "address"):
            _library().page_free(self.address)

    def scores(self, classes: Codes) -> _Doubles:
        """The log-chance of each class but the first two, which stand before the others."""
        scores = np.empty(len(classes) - 2)
        _library().page_scores(self.address, classes.ctypes.data, len(scores), scores.ctypes.data)
        return scores


class Beside(NamedTuple):
    """What stands beside a place: a few characters before it and behind, notes left aside, and within the line.

    So many brackets, and titles, are open in the line before the place, and so many are closed in it behind; a
    quotation is open there, or stays open behind it; and all of the line is seen before it, and behind, for nothing
    is damaged.
    """

    before: str
    after: str
    line_before: str
    line_after: str
    opened: int
    closed: int
    titles_opened: int
    titles_closed: int
    is_open: bool
    stays_open: bool
    seen_before: bool
    seen_behind: bool


class Chosen(NamedTuple):
    """Of the readings of a place those that explain what is seen, by their numbers.

    The likeliest, the others that are hardly less likely, and the next likely that says another thing, if there is
    one; and how likely all readings are.
    """

    best: int
    rivals: list[int]
    following: int | None
    scores: list[float]


class Around:
    """What the text around a place says of the readings of it."""

    def __init__(self, page: PageChances, seen: Codes, beside: Beside) -> None:
        # What is told by its address must live as long.
        self._page, self._seen = page, seen
        texts = [to_codes(text).tobytes() for text in beside[:4]]
        self._around = _Around(seen.ctypes.data, *texts, len(seen), *map(len, beside[:4]), *beside[4:])

    def choose(self, found: Found, margin: float) -> Chosen | None:
        """Which readings explain what is seen; rivals of the best are less likely by less than a margin."""
        count = len(found.scores)
        scores, numbers, following = found.scores.copy(), np.empty(count, dtype=np.int32), ctypes.c_int32()
        chosen = _library().choose_readings(
            self._page.address,
            ctypes.byref(self._around),
            found.pieces.ctypes.data,
            found.starts.ctypes.data,
            count,
            margin,
            scores.ctypes.data,
            numbers.ctypes.data,
            ctypes.byref(following),
        )
        if not chosen:
            return None
        best, *rivals = numbers[:chosen].tolist()
        return Chosen(best, rivals, following.value if following.value >= 0 else None, scores.tolist())

    def score_as_seen(self, start: int, end: int) -> float:
        """How likely what is seen is, if nothing is damaged, as a logarithm."""
        score: float = _library().around_seen(self._page.address, ctypes.byref(self._around), start, end)
        return score

    def explains(self, pieces: _Ints) -> bool:
        """Whether the bytes of what is changed in a reading with these pieces give what is seen of it."""
        told: bool = _library().explains(
            self._page.address, ctypes.byref(self._around), pieces.ctypes.data, len(pieces)
        )
        return told


class _Search:
    """What one thread searches with."""

    def __init__(self, tables: _Tables) -> None:
        self._tables = tables
        self._address = _checked(_library().search_new(tables.address))

    def __del__(self) -> None:
        if hasattr(self, "_address"):
            _library().search_free(self._address)

    def readings(self, page: PageChances, seen: Codes, start: int, reach: int) -> Found:
        library = _library()
        found = library.search_readings(self._address, page.address, seen.ctypes.data, len(seen), start, reach)
        if found < 0:
            raise MemoryError("no memory for the search of shifted bytes")
        scores, starts = np.empty(found), np.empty(found + 1, dtype=np.int32)
        library.search_tell(self._address, scores.ctypes.data, starts.ctypes.data)
        pieces = np.empty((int(starts[found]), _PIECE), dtype=np.int32)
        library.search_pieces(self._address, starts.ctypes.data, pieces.ctypes.data)
        return Found(scores, starts, pieces)
