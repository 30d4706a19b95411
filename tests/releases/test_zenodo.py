"""What Zenodo is told of a release is what its citation says."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import yaml
from project_releases import build_and_release, close_rights

from govwork.manifest import read_manifest
from govwork_build.build_paths import Paths
from govwork_build.catalogue import load_catalogue

ROOT = Path(__file__).parents[2]


def assert_agrees_with_the_citation(paths: Paths) -> None:
    told = json.loads(paths.zenodo.read_text("utf-8"))
    cited = yaml.safe_load(paths.citation.read_text("utf-8"))
    assert cited["type"] == told["upload_type"]
    assert cited["title"] == told["title"]
    assert [author["name"] for author in cited["authors"]] == [creator["name"] for creator in told["creators"]]
    assert (cited["version"], cited["date-released"]) == (told["version"], told["publication_date"])
    assert cited["identifiers"][0]["value"] in told["description"]


def test_a_release_tells_zenodo_what_its_citation_says(project: Paths) -> None:
    build_and_release(project, "0.1.0")
    assert_agrees_with_the_citation(project)
    told = json.loads(project.zenodo.read_text("utf-8"))
    assert (told["access_right"], told["license"], told["language"]) == ("open", "cc-by-4.0", "zho")
    assert read_manifest(project.release("public"))["content_sha256"] in told["description"]


def test_every_source_is_told_with_its_terms_and_what_is_closed_as_absent(project: Paths) -> None:
    catalogue = project.catalogue.read_text("utf-8")
    project.catalogue.write_text(catalogue.replace("Made up for the tests.", "A <page> & its copy."), "utf-8")
    close_rights(project)
    build_and_release(project, "0.1.0")
    description = json.loads(project.zenodo.read_text("utf-8"))["description"]
    for source in load_catalogue(project.catalogue).sources:
        assert f"<li>{source.source_id}: {source.origin} {source.licence}</li>" in unescape(description)
    assert "<page>" not in description
    assert "texts of `unclear` documents: not known; they are not in this folder" in description
    assert "texts of `official` documents" not in description


def test_of_this_repository_too_both_say_the_same() -> None:
    """Before the first release there is neither."""
    paths = Paths(ROOT)
    assert paths.zenodo.exists() == paths.citation.exists()
    if paths.zenodo.exists():
        assert_agrees_with_the_citation(paths)
