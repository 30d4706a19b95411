"""Where a text is from, inferred from the places it names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from govwork_build.places import infer_region
from govwork_build.regions import load_regions

ROOT = Path(__file__).resolve().parents[2]
REGIONS = load_regions(ROOT / "corpus" / "regions.csv")
SOURCE = (ROOT / "corpus" / "sources" / "004_691ca3d4065d2225.txt").read_text(encoding="utf-8")


def cases(file: str) -> list[dict[str, Any]]:
    path = ROOT / "tests" / "data" / "places" / file
    loaded: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


CASES = cases("infer.json")
REPORTS = cases("reports.json")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_inference(case: dict[str, Any]) -> None:
    """The expected region from the expected places, or None."""
    found = infer_region(case["text"], REGIONS, case.get("hints", ()))
    if case["code"] is None:
        assert found is None
    else:
        assert found is not None
        assert found.code == case["code"]
        assert [[place.name, place.code] for place in found.evidence] == case["evidence"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_evidence_can_be_pointed_at(case: dict[str, Any]) -> None:
    """Each place stands in the text where it says and lies in the region, in reading order."""
    if found := infer_region(case["text"], REGIONS, case.get("hints", ())):
        assert all(case["text"][start:end] == name for name, start, end, _ in found.evidence)
        assert all(REGIONS.within(place.code, found.code) for place in found.evidence)
        starts = [place.start for place in found.evidence]
        assert starts == sorted(starts)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_no_region_without_its_places(case: dict[str, Any]) -> None:
    """With the evidence blanked out, the region is not inferred again."""
    text = case["text"]
    if found := infer_region(text, REGIONS, case.get("hints", ())):
        for place in found.evidence:
            text = text[: place.start] + "×" * (place.end - place.start) + text[place.end :]
        left = infer_region(text, REGIONS, case.get("hints", ()))
        assert left is None or not REGIONS.within(left.code, found.code)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report["title"])
def test_whole_reports(report: dict[str, Any]) -> None:
    """On reports whose place is known, the answer is that place, one around it, or None."""
    text = SOURCE.split(f"】{report['title']}\n")[1].split("• 【")[0]
    found = infer_region(text, REGIONS)
    assert (found and found.code) == report["inferred"]
    assert found is None or REGIONS.within(report["code"], found.code)
