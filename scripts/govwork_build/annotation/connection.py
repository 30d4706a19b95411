"""The connection to a Label Studio server: who asks, what it answers when it refuses, and its projects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import httpx
from label_studio_sdk import LabelStudio
from label_studio_sdk.core.api_error import ApiError
from label_studio_sdk.core.parse_error import ParsingError

from ..errors import CorpusError

URL, TOKEN = "LABEL_STUDIO_URL", "LABEL_STUDIO_TOKEN"
# The version of the server that all this was tried with.
TRIED = "1.23.2"
# The export of a large project takes its time.
_SECONDS = 600.0
_LONGEST_MESSAGE = 500


@dataclass(frozen=True, slots=True)
class Server:
    """A server that has answered; `warning` says what is unusual of it."""

    url: str
    client: LabelStudio
    warning: str | None


def connect(environment: Mapping[str, str]) -> Server:
    """The server that the environment names. Raises CorpusError when there is none, or it refuses the token."""
    missing = [name for name in (URL, TOKEN) if not environment.get(name)]
    if missing:
        raise CorpusError(
            *(
                f"{name}: is not set; `govwork label-studio` starts a server and prints what to set"
                for name in missing
            )
        )
    url, token = environment[URL].strip().rstrip("/"), environment[TOKEN].strip()
    if not token.isascii():
        raise CorpusError(f"{TOKEN}: holds characters that no token has; copy it again")
    with refusals_named(url, "the greeting"):
        # A request that is sent again may be done twice: none is.
        client = LabelStudio(base_url=url, api_key=token, timeout=_SECONDS, max_retries=0)  # type: ignore[no-untyped-call]
        client.users.whoami()
        release = getattr(client.versions.get(), "release", None)
    if release is None:
        raise CorpusError(f"{url}: is no Label Studio server; mend {URL}")
    warning = f"{url}: is Label Studio {release}; this was tried with {TRIED}" if release != TRIED else None
    return Server(url, client, warning)


@contextmanager
def refusals_named(url: str, asked: str) -> Iterator[None]:
    """Turns what goes wrong in a call of the server into a CorpusError that says what was `asked` of it."""
    try:
        yield
    except (httpx.TimeoutException, httpx.RemoteProtocolError, httpx.ReadError) as error:
        raise CorpusError(
            f"{url}: {asked} was broken off ({error}); the server may have done it: run the command again"
        ) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise CorpusError(f"{url}: no server answers ({error}); start it, or mend {URL}") from None
    except (ApiError, ParsingError) as error:
        if error.status_code in (401, 403):
            raise CorpusError(
                f"{url}: refuses the token; take one from Account & Settings in Label Studio and set {TOKEN}"
            ) from None
        said = _said(error.body)[:_LONGEST_MESSAGE]
        raise CorpusError(
            f"{url}: {asked} is refused ({error.status_code}: {said}); mend that, or {URL} if that is no Label Studio"
        ) from None


def _said(body: Any) -> str:
    """What a server gave as its reason."""
    if not isinstance(body, dict):
        return " ".join(str(body).split())
    return " ".join(str(body.get("validation_errors") or body.get("detail") or body).split())


def find_project(server: Server, title: str) -> int | None:
    """The number of the project of this title: of several the one that has tasks, the oldest if none has any.

    Where two pushes at once make a project each, an empty one can stay (see `_make_project`). Raises CorpusError
    when several have tasks.
    """
    found = _projects(server, title)
    in_use = [project.id for project in found if project.task_number]
    if len(in_use) > 1:
        raise CorpusError(f"{server.url}: {len(in_use)} projects are titled {title!r}; rename all but one")
    return next(iter(in_use or [project.id for project in found]), None)


def open_project(server: Server, title: str, config: str) -> int:
    """The number of the project of this title, made if there is none.

    Raises CorpusError when several have tasks, and when it has another labelling config.
    """
    wanted = canonical(config)
    number = find_project(server, title)
    if number is None:
        return _make_project(server, title, config)
    with refusals_named(server.url, f"the project {title!r}"):
        has = server.client.projects.get(number).label_config or ""
    if canonical(has) != wanted:
        raise CorpusError(
            f"{server.url}: the project {title!r} has another labelling config; push to a project of another title"
        )
    return number


def canonical(config: str) -> str:
    """A labelling config without what makes no difference: white space, comments. Raises CorpusError."""
    try:
        return ElementTree.canonicalize(config, strip_text=True)
    except ElementTree.ParseError as error:
        raise CorpusError(f"the labelling config is no XML ({error}); make it anew from the scheme") from None


def _make_project(server: Server, title: str, config: str) -> int:
    with refusals_named(server.url, f"a new project {title!r}"):
        made = server.client.projects.create(title=title, label_config=config).id
    oldest: int = _projects(server, title)[0].id
    if made is not None and made != oldest:
        # Another push was quicker; its project may have tasks, this one has none. If it cannot be removed now
        # (the server's database is locked while the other push writes), it stays empty, and nobody takes it.
        with suppress(CorpusError), refusals_named(server.url, f"the removal of the project {made}"):
            server.client.projects.delete(made)
    return oldest


def _projects(server: Server, title: str) -> list[Any]:
    """All projects of this title, the oldest first: the server finds any that hold it."""
    with refusals_named(server.url, "the list of its projects"):
        found: Iterable[Any] = server.client.projects.list(title=title)
        return sorted((project for project in found if project.title == title), key=lambda project: project.id)
