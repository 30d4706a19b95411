"""The Hugging Face Hub: who asks, and what is told when it refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx2
from huggingface_hub import HfApi
from huggingface_hub.errors import (
    HfHubHTTPError,
    HFValidationError,
    OfflineModeIsEnabled,
    RemoteEntryNotFoundError,
    RevisionNotFoundError,
)

from ..errors import CorpusError

TOKEN = "HF_TOKEN"
_LONGEST_MESSAGE = 500
# Meanwhile another was quicker: the Hub says so of a commit (412) and of a tag (409).
_CONFLICT = (409, 412)


def connect(environment: Mapping[str, str]) -> HfApi | None:
    """The Hub that HF_ENDPOINT names, asked with the token of the environment; None where there is no token.

    A token that is stored on this machine is never read. Raises CorpusError when it cannot be a token.
    """
    token = environment.get(TOKEN, "").strip()
    if not token:
        return None
    if not re.fullmatch("[!-~]+", token):
        raise CorpusError(f"{TOKEN}: holds characters that no token has; copy it again")
    return HfApi(token=token)


@contextmanager
def refusals_named(api: HfApi, repository: str, asked: str) -> Iterator[None]:
    """Turns what goes wrong in a call of the Hub into a CorpusError that says what was `asked`, never the token."""
    try:
        yield
    except OfflineModeIsEnabled:
        raise CorpusError("HF_HUB_OFFLINE: is set, and publishing needs the Hub; unset it") from None
    except HfHubHTTPError as error:
        raise CorpusError(_of_status(api, repository, asked, error)) from None
    except (httpx2.ConnectError, httpx2.UnsupportedProtocol, httpx2.InvalidURL) as error:
        told = _without_token(api, error)
        raise CorpusError(f"{api.endpoint}: no server answers ({told}); try later, or mend HF_ENDPOINT") from None
    except (httpx2.HTTPError, RuntimeError, OSError) as error:
        # An upload's RuntimeError says no more than that it failed; why, its cause says.
        cause = error.__cause__ or error
        if isinstance(cause, HfHubHTTPError):
            raise CorpusError(_of_status(api, repository, asked, cause)) from None
        raise CorpusError(
            f"{api.endpoint}: {asked} was broken off ({_without_token(api, cause)}); {repository} holds what it "
            "held, or all of it: run the command again"
        ) from None
    except HFValidationError as error:
        raise CorpusError(f"{repository}: {' '.join(str(error).split())}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise CorpusError(
            f"{api.endpoint}: {asked} failed ({_without_token(api, error)}); run the command again, or mend "
            "HF_ENDPOINT if that is no Hugging Face Hub"
        ) from None


def _of_status(api: HfApi, repository: str, asked: str, error: HfHubHTTPError) -> str:
    status = error.response.status_code
    if status == 401:
        return (
            f"{TOKEN}: {api.endpoint} refuses the token; make one at {api.endpoint}/settings/tokens and set {TOKEN}"
        )
    if status == 403:
        return (
            f"{TOKEN}: {api.endpoint} refuses {asked} of {repository} to this token; set one that may write to "
            f"{repository}"
        )
    if status in _CONFLICT or isinstance(error, (RevisionNotFoundError, RemoteEntryNotFoundError)):
        return f"{repository}: another changed it during {asked}; run the command again"
    if status == 404:
        return (
            f"{repository}: there is no such dataset at {api.endpoint}, or the token may not see it; mend the name, "
            f"or make it: hf repos create {repository} --type dataset"
        )
    said = _without_token(api, error.server_message or error)
    return f"{api.endpoint}: {asked} is refused ({status}: {said}); run the command again, later if that says so"


def _without_token(api: HfApi, said: object) -> str:
    text = " ".join(str(said).split())
    return (text.replace(api.token, "…") if isinstance(api.token, str) else text)[:_LONGEST_MESSAGE]
