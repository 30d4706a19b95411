"""What Zenodo is told of a release: .zenodo.json, which is the `metadata` of a deposit, too."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from html import escape

from govwork.citation import AUTHOR, TITLE, Released

from ..catalogue import SourceEntry
from .metadata import metadata

# The language of the dataset by ISO 639-3, as Zenodo asks for it.
_LANGUAGE = "zho"


def zenodo_json(release: Released, sources: Sequence[SourceEntry]) -> str:
    """The description of a release's public profile; its rights and each source with its terms are told in HTML.

    Zenodo takes one licence, and CC0 for a dataset that names none; so it is that of annotations and metadata, and
    the description says what else holds.
    """
    told = metadata()
    licences = told.licences_of("public", {entry.rights for source in sources for entry in source.documents})
    rights = [f"{licence.part}: {licence.terms}" for licence in licences]
    attributions = [f"{source.source_id}: {source.origin} {source.licence}" for source in sources]
    entry = {
        "upload_type": "dataset",
        "title": TITLE,
        "creators": [{"name": AUTHOR}],
        "version": release.version,
        "publication_date": release.date,
        "description": "".join(
            (
                *(f"<p>{escape(text)}</p>" for text in told.description.values()),
                f"<p>sha256 of its content (content_sha256 of manifest.json): {release.public}</p>",
                f"<p>Rights:</p>{_list(rights)}<p>Sources:</p>{_list(attributions)}",
            )
        ),
        "access_right": "open",
        "license": next(licence.spdx.lower() for licence in licences if licence.spdx),
        "language": _LANGUAGE,
        "keywords": list(told.keywords),
    }
    return json.dumps(entry, ensure_ascii=False, indent=1) + "\n"


def _list(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"
