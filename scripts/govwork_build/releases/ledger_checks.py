"""The checks of `govwork check` on the ledger, and on the corpus by what the ledger says was released."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from govwork.manifest import ManifestError, read_manifest

from ..build_paths import Paths
from ..catalogue import load_catalogue
from ..errors import CorpusError
from ..release import load_splits
from .comparison import FolderOfRelease
from .due import bump_made, since
from .ledger import LedgerEntry, read_ledger
from .release_checks import ReleaseFinding

LEDGER_CHECKS = {
    "S105": "every file of corpus/releases is a release, whole, under its version, and dated in order",
    "S106": "a document of a past release is in its split still, or withdrawn; what was withdrawn stays so",
    "R105": "the build of a released version has the content and the date of the release, another version is raised "
    "as far as the data take it",
}


def check_ledger(paths: Paths) -> Iterator[ReleaseFinding]:
    """The ledger itself, then the corpus and its build by it; what cannot be read, other checks name."""
    try:
        ledger = read_ledger(paths.ledger)
    except CorpusError as error:
        for problem in error.problems:
            place, _, message = problem.partition(": ")
            yield ReleaseFinding("S105", place, message)
        return
    try:
        split_of, withdrawn = load_splits(paths.splits), dict(load_catalogue(paths.catalogue).withdrawn)
    except CorpusError:
        return
    for problem in lasting_problems(ledger, split_of, withdrawn):
        yield ReleaseFinding("S106", str(paths.splits), problem)
    if ledger and (found := _build_problem(ledger, paths)):
        yield ReleaseFinding("R105", *found)


def lasting_problems(
    ledger: Sequence[LedgerEntry], split_of: Mapping[str, str], withdrawn: Mapping[str, str]
) -> list[str]:
    """Where the splits and tombstones of past releases do not hold any more; `withdrawn` has those of now."""
    problems: dict[str, None] = {}
    for entry in ledger:
        for doc_id, split in entry.splits.items():
            if doc_id not in withdrawn and split_of.get(doc_id) != split:
                now = f"now in {split_of[doc_id]}" if doc_id in split_of else "in no split now"
                remedy = "put it back, or withdraw it (docs/withdrawing.md)"
                problems[f"{doc_id} was released in {split} and is {now}; {remedy}"] = None
        for doc_id in sorted(entry.withdrawn.keys() - withdrawn.keys()):
            problems[f"{doc_id} was withdrawn and is so no more; put its [[withdrawn]] back in the catalogue"] = None
    return list(problems)


def _build_problem(ledger: Sequence[LedgerEntry], paths: Paths) -> tuple[str, str] | None:
    """Where the build is not as the ledger has it, and what is wrong there."""
    try:
        full, public = read_manifest(paths.release("full")), read_manifest(paths.release("public"))
        own = [entry for entry in ledger if entry.version == paths.version()]
        if own and own[0].content_sha256 == {"full": full["content_sha256"], "public": public["content_sha256"]}:
            undated = {full["date"], public["date"]} != {own[0].date}
            return (str(paths.release()), "has not the date of its release; run: make build") if undated else None
        _, reasons = since(ledger[-1], FolderOfRelease(paths.release(), full), public, paths)
    except (ManifestError, CorpusError):
        return None
    try:
        bump_made(ledger[-1], paths.version(), reasons)
    except CorpusError as error:
        return str(paths.corpus / "VERSION"), str(error)
    return None
