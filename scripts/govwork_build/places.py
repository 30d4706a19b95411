"""Where a text is from, told by the places it names, when its own name was blanked out.

A page that wrote `*市` for its own city still names that city's towns. One town says little (大田乡
has been six places), two towns of one county say a good deal, and a text that names places all
over the country says nothing. When in doubt the answer is None: a missing place can be filled in
by hand, a wrong one is believed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from govwork_build.regions import Region, Regions, stem

# The longest names: 双江拉祜族佤族布朗族傣族自治县 and two more.
LONGEST = 15

SUFFIX = re.compile(r"街道|分局|[县区市镇乡]")

# The suffix belongs to the next word: 坦洪乡村振兴, 南山区块, 资源市场. But 龙岗区分局 is a branch.
NEXT_WORD = re.compile(r"乡[村镇土贤风亲愁间情音]|镇[压静痛]|市[场民容]|区[域位块间别]|区分(?!局)")

# Common words that some region also has for a name (中心镇, 平安乡), or that one's name looks like
# when cut out of them (提[高城乡]低保, 森[林城镇]). A true 王集镇 is lost with them, which costs an
# answer at worst. 公安 and 资源 are counties too, but before 分局 they are offices.
COMMON = re.compile(
    r".*(城[镇乡区]|[乡集小]镇|[社园市小郊地特街辖]区)|开发区|高新区|示范区|工业区|新区|山区|矿区"
    r"|(中心|重点|特色|建设|发展|平安|文明|和谐|创新|先进|健康|幸福|全|本|各)(街道|[县区市镇乡])"
    r"|公安|资源"
)

# A municipality has counties below it and so stands where a prefecture does.
MUNICIPALITIES = {"110000", "120000", "310000", "500000"}


class Place(NamedTuple):
    """A place a text names: `text[start:end] == name`, and the code of the region meant."""

    name: str
    start: int
    end: int
    code: str


@dataclass(frozen=True, slots=True)
class Inference:
    """A county, prefecture or municipality, and the places in it that the text names, in order."""

    code: str
    evidence: tuple[Place, ...]


class _Mention(NamedTuple):
    """A name in the text, and the regions it may mean."""

    name: str
    start: int
    end: int
    bearers: tuple[Region, ...]


def infer_region(text: str, regions: Regions, hints: Collection[str] = ()) -> Inference | None:
    """The smallest region that explains the places `text` names, or None where that is unclear.

    A county is taken before its prefecture. A region is clear if it holds at least two of the
    places and more than half of all, and no rival explains half as many as it does. Its rivals are
    every region apart from it and, for a county, the rest of its prefecture. With `hints`, codes of
    regions one of which the text is known to be from, only what lies in those is considered.
    """
    mentions = tuple(_mentions(text, regions))
    explained: defaultdict[str, set[str]] = defaultdict(set)
    for mention in mentions:
        for code in chain.from_iterable(_around(each, regions) for each in mention.bearers):
            if not hints or any(regions.within(code, hint) for hint in hints):
                explained[code].add(stem(mention.name))
    named = set().union(*explained.values())
    clear = [
        code
        for code, places in explained.items()
        if 2 * len(places) > len(named) and _is_clear(code, explained, regions)
    ]
    if not clear:
        return None
    code = max(clear, key=lambda each: len(regions.parents(each)))
    return Inference(code, tuple(_evidence(mentions, code, regions)))


def _mentions(text: str, regions: Regions) -> Iterator[_Mention]:
    """Every name in the text that the table has, in order, but for common words."""
    for suffix in SUFFIX.finditer(text):
        if not NEXT_WORD.match(text, suffix.start()):
            found = _full_name(text, suffix.end(), regions) or _short_name(text, suffix, regions)
            if found and not COMMON.fullmatch(found.name):
                yield found


def _full_name(text: str, end: int, regions: Regions) -> _Mention | None:
    """The longest name of three or more characters that ends at `end`."""
    for start in range(max(0, end - LONGEST), end - 2):
        if bearers := regions.named(text[start:end]):
            return _Mention(text[start:end], start, end, bearers)
    return None


def _short_name(text: str, suffix: re.Match[str], regions: Regions) -> _Mention | None:
    """Two characters that stand for a county before 分局, or for a township that was raised.

    The table has townships only since 2015: the 贺村乡 of an older text is in it as 贺村镇. County
    names go back to 2002 and are taken as printed.
    """
    start = max(0, suffix.start() - 2)
    short = text[start : suffix.start()]
    if suffix[0] == "分局":
        level, end = "county", suffix.start()
    elif suffix[0] in ("镇", "乡", "街道"):
        level, end = "township", suffix.end()
    else:
        return None
    bearers = tuple(each for each in regions.short_named(short) if each.level == level)
    return _Mention(text[start:end], start, end, bearers) if bearers else None


def _around(region: Region, regions: Regions) -> Iterator[str]:
    """The codes of the counties and prefectures (or municipality) that `region` lies in or is."""
    for each in (*regions.parents(region.code), region):
        if each.level in ("prefecture", "county") or each.code in MUNICIPALITIES:
            yield each.code


def _is_clear(code: str, explained: Mapping[str, set[str]], regions: Regions) -> bool:
    """Whether `code` explains two places, and each of its rivals less than half as many."""
    own = explained[code]
    for other, places in explained.items():
        if regions.within(other, code):
            continue
        rival = places
        if regions.within(code, other):
            # That a county's text names its prefecture speaks for the county.
            rival = places - own - {stem(regions.get(other).name)}
        if 2 * len(rival) >= len(own):
            return False
    return len(own) >= 2


def _evidence(mentions: Iterable[_Mention], code: str, regions: Regions) -> Iterator[Place]:
    """The mentions that `code` explains; of several regions meant, the one seen last."""
    for name, start, end, bearers in mentions:
        inside = [each for each in bearers if regions.within(each.code, code)]
        if inside:
            latest = max(inside, key=lambda each: each.last_seen)
            yield Place(name, start, end, latest.code)
