"""Stage: traditional Chinese that was forced on simplified text is turned back.

A document is decided as a whole before any of it is converted, since conversion ruins what is simplified
already (乾县 → 干县, 昇腾 → 升腾). Where a document holds both scripts, each of its lines is decided alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from govwork.codes import Codes, Offsets, from_codes, to_codes
from govwork.layer import Layer

from .batch import SEPARATOR, SEPARATOR_CODE, Part, document_numbers, part_with
from .opencc_tables import read_table
from .script_phrases import Converter, compile_converter
from .script_tables import characters, phrases, spellings

Script = Literal["hans", "hant", "mixed"]

STAGE = "script"
RULES = ("script.character", "script.phrase", "script.zhe")
# Beside the package in a wheel, in corpus/ in a checkout.
_PACKAGED = Path(__file__).with_name("regions.csv")
REGIONS = _PACKAGED if _PACKAGED.exists() else Path(__file__).parents[2] / "corpus" / "regions.csv"

# A line with so many characters of one script is no stray name, link or quotation: `無障礙 | 繁體版` has 3.
ENOUGH = 5
# A traditional document with so small a share of simplified characters is damaged, not mixed.
STRAY_SHARE = 4
# A line with one kana or Hangul letter to so many Chinese characters is Japanese or Korean. A few more
# Chinese ones, and the letter is damage: text read in the wrong charset is full of kana.
FOREIGN_SHARE = 20

# Printed in text of the other script too, so no evidence: traditional ones in names of persons, places and
# substances, simplified ones as the standard of Hong Kong or an old form.
_AT_HOME_IN_BOTH = set("昇陞濛鍾鉅甦氾剋噁峯鎔塚酇鮀瀂篢礐洩鮜鴜鷺磑") | set("恒户强厨厦烟卧晋葱")
KANA = (
    (0x3041, 0x3097),  # Hiragana
    (0x30A1, 0x30FB),  # Katakana without the middle dot and the long mark, which Chinese text borrows
    (0x31F0, 0x3200),
    (0xFF66, 0xFF9E),
)
HANGUL = ((0x1100, 0x1200), (0x3131, 0x318F), (0xAC00, 0xD7A4))

# The highest bit, so that what bears it is not less.
_TRADITIONAL, _SIMPLIFIED, _BREAK, _IS_FOREIGN, _CHINESE = 128, 1, 2, 4, 8


class _Decision(NamedTuple):
    """Which documents of a part of a batch hold traditional, and which simplified text; which lines to convert."""

    part: Part
    codes: Codes
    hant: NDArray[np.bool_]
    hans: NDArray[np.bool_]
    line_ends: Offsets
    converted: NDArray[np.bool_]


def convert_script(text: str, regions: Path = REGIONS) -> Layer:
    """The layer of stage `script`: one substitution for each changed character, none in simplified text.

    `text` may be a batch of documents; each gets the edits it would get alone. `regions` is the table of
    official place names, which keep their characters; it is read when there is first something to convert,
    and OSError is raised if it is missing: without it the same text would convert differently.

    >>> convert_script("隨著經濟發展,成效顯著").apply("隨著經濟發展,成效顯著")
    '随着经济发展,成效显著'
    >>> len(convert_script("乾县、於潜镇名气大,著力报道昇腾和濛溪河"))
    0
    """
    return convert_and_tell(text, regions)[0]


def convert_and_tell(batch: str, regions: Path = REGIONS) -> tuple[Layer, list[Script]]:
    """The layer of `convert_script`, and the scripts of `detect_scripts`, from one look at the batch."""
    codes = to_codes(batch)
    decision = _decide(codes)
    scripts = _scripts(codes, decision)
    if decision is None or not decision.converted.any():
        return Layer(STAGE), scripts
    codes = decision.codes
    wanted = None
    if not decision.converted.all():
        wanted = np.repeat(decision.converted, np.diff(decision.line_ends, prepend=0))
    at, new, by_phrase = _converter(regions).substitutions(codes, wanted)
    old = codes[at]
    rule_codes = np.where(old == ord("著"), 2, by_phrase)
    return Layer.of_substitutions(STAGE, RULES, rule_codes, old, decision.part.back(at), new), scripts


def detect_script(text: str) -> Script:
    """Whether a text is simplified (also one without evidence), traditional, or both.

    >>> detect_script("经济发展"), detect_script("經濟發展"), detect_script("经济发展\\n經濟與社會發展")
    ('hans', 'hant', 'mixed')
    """
    scripts = set(detect_scripts(text))
    return scripts.pop() if len(scripts) == 1 else "mixed"


def detect_scripts(batch: str) -> list[Script]:
    """The same of each document of a batch."""
    codes = to_codes(batch)
    return _scripts(codes, _decide(codes))


def _scripts(codes: Codes, decision: _Decision | None) -> list[Script]:
    scripts: list[Script] = ["hans"] * (np.count_nonzero(codes == SEPARATOR_CODE) + 1)
    if decision is not None:
        each = zip(decision.part.numbers.tolist(), decision.hant.tolist(), decision.hans.tolist(), strict=True)
        for number, hant, hans in each:
            scripts[number] = "hans" if not hant else "mixed" if hans else "hant"
    return scripts


def guarded_names(names: Iterable[str]) -> dict[str, str]:
    """Each way to write an official name that conversion would get wrong, with the name.

    >>> guarded_names(["乾安县", "于都县"])
    {'乾安县': '乾安县', '乾安縣': '乾安县'}
    """
    converter = compile_converter(characters(), phrases())
    each = list(dict.fromkeys(names))
    codes = to_codes(SEPARATOR.join(each))
    # Most names hold nothing that is converted.
    changing = document_numbers(codes, np.flatnonzero(converter.kinds.take(codes)))
    ours = [each[number] for number in np.unique(changing).tolist()]
    spelled = {spelling: name for name in ours for spelling in spellings(name)}
    # A plain name may be another one's spelling; official it is all the same.
    spelled |= {name: name for name in ours}
    codes = to_codes("\n".join(spelled))
    at, new, _ = converter.substitutions(codes)
    made = codes.copy()
    made[at] = new
    pairs = zip(spelled.items(), from_codes(made).split("\n"), strict=True) if spelled else ()
    return {spelling: name for (spelling, name), converted in pairs if converted != name}


@cache
def _converter(regions: Path) -> Converter:
    rows = regions.read_text(encoding="utf-8").splitlines()[1:]
    names = guarded_names(row.split(",")[1] for row in rows)
    return compile_converter(characters(), phrases() | names)


def _decide(codes: Codes) -> _Decision | None:
    """The decision on the documents of a batch, and on their lines, in which a character is traditional."""
    evidence = _evidence().take(codes)
    part = part_with(codes, evidence >= _TRADITIONAL)
    if part is None:
        return None
    # The other documents are most of a collection.
    codes, evidence = part.joined(codes), part.joined(evidence)
    breaks = np.flatnonzero(evidence == _BREAK)
    line_ends = np.append(breaks + 1, len(codes))
    traditional = _count(evidence >= _TRADITIONAL, line_ends)
    simplified = _count((evidence & _SIMPLIFIED) != 0, line_ends)
    foreign = _foreign_lines(evidence, line_ends)
    traditional[foreign] = simplified[foreign] = 0

    firsts = np.append(0, np.flatnonzero(codes[breaks] == SEPARATOR_CODE) + 1)
    hant_total, hans_total = (np.add.reduceat(counts, firsts) for counts in (traditional, simplified))
    hant_line = np.maximum.reduceat(np.where(traditional > simplified, traditional, 0), firsts)
    hans_line = np.maximum.reduceat(np.where(simplified > traditional, simplified, 0), firsts)
    # It is worse to convert what is simplified than to leave what is traditional, so the two are not alike.
    hant = (hant_total > 0) & ((hant_line >= ENOUGH) | (hant_total >= hans_total))
    hans = (hans_total > 0) & ((hans_line >= ENOUGH) | (hans_total * STRAY_SHARE >= hant_total))
    document = np.repeat(np.arange(len(firsts)), np.diff(firsts, append=len(line_ends)))
    converted = hant[document] & (~hans[document] | (traditional > simplified)) & ~foreign
    return _Decision(part, codes, hant, hans, line_ends, converted)


def _foreign_lines(evidence: NDArray[np.uint8], line_ends: Offsets) -> NDArray[np.bool_]:
    """Which lines are Japanese or Korean."""
    letters = evidence == _IS_FOREIGN
    if not letters.any():
        return np.zeros(len(line_ends), dtype=bool)
    foreign = _count(letters, line_ends)
    return (foreign > 0) & (foreign * FOREIGN_SHARE >= _count((evidence & _CHINESE) != 0, line_ends))


def _count(flags: NDArray[np.bool_], line_ends: Offsets) -> Offsets:
    """How many characters of each line are flagged."""
    return np.diff(np.searchsorted(np.flatnonzero(flags), line_ends), prepend=0)


@cache
def _evidence() -> NDArray[np.uint8]:
    """For each code point what it says about the script of a text.

    Traditional: what t2s changes and GB 2312 lacks. Simplified: what s2t changes, GB 2312 has and Big5 lacks;
    so 群, 床 and 秘, which OpenCC takes for simplified, say nothing.
    """
    table = np.zeros(0x110000, dtype=np.uint8)
    table[0x3400:0xA000] |= _CHINESE
    table[[ord("\n"), SEPARATOR_CODE]] = _BREAK
    for first, end in (*KANA, *HANGUL):
        table[first:end] |= _IS_FOREIGN
    to_simplified = {c: value for c, value in read_table("TSCharacters").items() if c != value}
    to_traditional = {c: value for c, value in read_table("STCharacters").items() if c != value}
    mainland, taiwan = _charset("gb2312"), _charset("big5")
    for c in to_simplified.keys() - mainland - _AT_HOME_IN_BOTH:
        table[ord(c)] |= _TRADITIONAL
    for c in (to_traditional.keys() & mainland) - taiwan - to_simplified.keys() - _AT_HOME_IN_BOTH:
        table[ord(c)] |= _SIMPLIFIED
    return table


def _charset(encoding: str) -> set[str]:
    """The Chinese characters of a character set."""
    return {c for c in map(chr, range(0x4E00, 0xA000)) if c.encode(encoding, "ignore")}
