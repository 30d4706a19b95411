"""The bump that the data take since the newest release, and whether corpus/VERSION makes it."""

from __future__ import annotations

from collections.abc import Sequence

from govwork.manifest import Manifest

from ..build_paths import Paths
from ..errors import CorpusError
from .bumps import BUMPS, Bump, bumped, step
from .comparison import Comparison, FolderOfRelease, at_hand, compare
from .diff import Reason, largest
from .ledger import LedgerEntry


def since(
    previous: LedgerEntry, full: FolderOfRelease, public: Manifest, paths: Paths
) -> tuple[Comparison, list[Reason]]:
    """What the build differs in from a release, and every reason for a bump.

    Raises CorpusError when the build is not what its manifest says.
    """
    compared = compare(at_hand(previous, paths), full)
    reasons = list(compared.difference.reasons())
    if not reasons and public["content_sha256"] != previous.content_sha256["public"]:
        reasons.append(Reason("major", "the public profile shows other rows of the same data"))
    return compared, reasons


def bump_made(previous: LedgerEntry, version: str, reasons: Sequence[Reason]) -> Bump:
    """The bump that a version makes, which is no smaller than the data take.

    Raises CorpusError with the reasons and the version to put in its place where it is smaller.
    """
    taken, made = largest(reasons), step(previous.version, version)
    if made is not None and BUMPS.index(made) >= BUMPS.index(taken):
        return made
    is_what = f"is a {made} bump of" if made else "is no later version than"
    why = "; ".join(reason.words for reason in reasons if reason.bump == taken) or "the same data"
    raise CorpusError(
        f"{version} {is_what} {previous.version}, which was released; the data take a {taken} bump ({why}); put "
        f"{bumped(previous.version, taken)} there, then: make build"
    )
