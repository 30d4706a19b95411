"""Migration of a file: an export, or lines of gold, to a file of the same form on the corpus as it is built now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ..atomic import write_text
from ..build_paths import Paths
from ..corpus import documents_of
from ..errors import CorpusError
from ..findings import counted
from ..terminal import as_json
from .draw import candidates
from .fates import Migrated
from .gold import LOST, GoldLayer, gold_lines, holds_gold, json_line
from .gold_migration import migrate_gold
from .migration import migrate
from .quantities import fits
from .reading import read_annotations
from .task_files import annotated_tasks
from .versions import corpus_of, corpus_of_release

Told = Callable[[str], None]


def migrate_file(path: Path, release: Path, output: Path, paths: Paths, told: Told) -> Migrated:
    """Writes to `output` what `path` holds, as it stands on the corpus now; gives what became of it.

    Of gold, the lines of which something is lost go to a file beside it. What a person has to see to is told. Raises
    CorpusError; then nothing is written.
    """
    if holds_gold(path):
        return _migrate_gold(path, release, output, paths, told)
    annotations = list(read_annotations(path, None, told))
    version, documents = paths.version(), list(documents_of(paths))
    migrated = migrate(annotations, corpus_of_release(release), corpus_of(documents, version), _fit)
    write_text(output, as_json(annotated_tasks(migrated.annotations, candidates(documents), version)))
    return migrated


def _migrate_gold(path: Path, release: Path, output: Path, paths: Paths, told: Told) -> Migrated:
    layer = GoldLayer.of_files([path])
    made = migrate_gold(layer, corpus_of_release(release), corpus_of(documents_of(paths), paths.version()), _fit)
    beside = output.with_suffix(LOST)
    lost = "".join(map(json_line, made.lost))
    if beside.exists() and beside.read_text("utf-8") != lost:
        raise CorpusError(
            f"{beside}: holds what another migration lost; decide on its lines and remove it, or name another output"
        )
    # First what would else be nowhere.
    if lost:
        write_text(beside, lost)
        told(f"{beside}: {counted(len(made.lost), 'line')} of which something is lost, as they were; decide on each")
    write_text(output, gold_lines(made.gold))
    return made.migrated


def _fit(surface: str, attributes: Mapping[str, str]) -> bool:
    return fits(surface, attributes) is None
