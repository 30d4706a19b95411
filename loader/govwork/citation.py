"""Citing a release: exactly that version, with the hash of its content, off line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

Style = Literal["bibtex", "text", "cff"]
STYLES: tuple[Style, ...] = get_args(Style)

AUTHOR = "GovWork-ZH contributors"
TITLE = "GovWork-ZH: an annotated, versioned corpus of Chinese local-government work documents"

_BIBTEX = """\
@dataset{{govwork-zh-{version},
  author = {{{{{author}}}}},
  title = {{{{{title}}}}},
  year = {{{year}}},
  version = {{{version}}},
  note = {{Released {date}; content hash (sha256) of the public profile {public}, of the full one {full}}},
}}
"""
_TEXT = """\
{author} ({year}). {title}, version {version} [Data set]. Released {date}; content hash (sha256) of the public \
profile {public}, of the full one {full}.
"""
_CFF = """\
cff-version: 1.2.0
message: "If you use this dataset, please cite it as below."
type: dataset
title: {title}
version: {version}
date-released: {date}
authors:
  - name: {author}
identifiers:
  - type: other
    value: {public}
    description: "sha256 of the content of the public profile: content_sha256 of its manifest.json"
  - type: other
    value: {full}
    description: "sha256 of the content of the full profile, a local build: content_sha256 of its manifest.json"
"""

_PACKAGE = Path(__file__).parent
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
# What LaTeX reads as more than itself; BibTeX counts braces, so that none stands alone.
_LATEX = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "&%$#_"},
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "\\": r"\textbackslash{}",
    }
)


@dataclass(frozen=True, slots=True)
class Released:
    """What a citation tells of a release; `full` and `public` are the content hashes of its profiles."""

    version: str
    date: str
    full: str
    public: str


def releases() -> list[str]:
    """The versions that were released, newest last; none before the first release.

    Raises ValueError when what the ledger says of one is damaged.
    """
    return [release.version for release in read_releases(ledger_folder())]


def cite(version: str | None = None, style: Style = "bibtex") -> str:
    """The citation of a release, of the newest one where none is named: as BibTeX, as text, or as a CITATION.cff.

    Raises ValueError when there is no such release or style, or what the ledger says of one is damaged.
    """
    known = read_releases(ledger_folder())
    if not known:
        raise ValueError("no release has been made yet, so there is none to cite")
    found = known if version is None else [release for release in known if release.version == version]
    if not found:
        versions = ", ".join(release.version for release in known)
        raise ValueError(f"there is no release {version}; the releases are {versions}")
    return citation(found[-1], style)


def citation(release: Released, style: Style) -> str:
    """The citation of a release. Raises ValueError for a style that there is not."""
    if style not in STYLES:
        raise ValueError(f"there is no style {style!r}; use one of {', '.join(STYLES)}")
    template, quoted = _STYLES[style]
    told = {
        "author": AUTHOR,
        "title": TITLE,
        "year": release.date[:4],
        **{name: getattr(release, name) for name in ("version", "date", "full", "public")},
    }
    return template.format_map({name: quoted(value) for name, value in told.items()})


def latex(text: str) -> str:
    r"""The text as LaTeX and BibTeX read it back.

    >>> latex("50 % of a_b")
    '50 \\% of a\\_b'
    """
    return text.translate(_LATEX)


def ledger_folder(package: Path = _PACKAGE) -> Path:
    """Where the ledger lies: in the package that was installed, or in the checkout; `package` is its folder."""
    inside = package / "releases"
    return inside if inside.is_dir() else package.parents[1] / "corpus" / "releases"


def read_releases(folder: Path) -> list[Released]:
    """The releases of a ledger, newest last; none where there is no folder.

    Raises ValueError when a file is damaged.
    """
    found = [_read(path) for path in folder.glob("*.json")]
    return sorted(found, key=lambda release: [int(number) for number in release.version.split(".")])


def _read(path: Path) -> Released:
    try:
        entry = json.loads(path.read_text("utf-8"))
        hashes = entry["content_sha256"]
        release = Released(entry["version"], entry["date"], hashes["full"], hashes["public"])
        whole = (
            _VERSION.fullmatch(release.version)
            and path.stem == release.version
            and _DATE.fullmatch(release.date)
            and _SHA256.fullmatch(release.full)
            and _SHA256.fullmatch(release.public)
        )
    except (OSError, ValueError, KeyError, TypeError):
        whole = None
    if not whole:
        raise ValueError(f"{path}: is damaged; install the package anew, or restore the file from version control")
    return release


_STYLES: dict[Style, tuple[str, Callable[[str], str]]] = {
    "bibtex": (_BIBTEX, latex),
    "text": (_TEXT, str),
    "cff": (_CFF, json.dumps),
}
