"""Accounts of annotators on a Label Studio server, beside the first user's."""

from __future__ import annotations

import secrets

import httpx

from ..errors import CorpusError
from .connection import Server, refusals_named
from .studio_process import Login


def add_annotator(server: Server, email: str) -> Login:
    """A new account, with a password and a personal token of its own, through the server's invitation.

    Raises CorpusError when the address is no address or has an account, and when the server refuses.
    """
    password = secrets.token_urlsafe(12)
    with refusals_named(server.url, f"the account {email}"):
        invitation = server.client.organizations.invites.get_invite_link()
        with httpx.Client(base_url=server.url, timeout=60) as browser:
            page = f"/user/signup/?token={invitation.token}"
            browser.get(page).raise_for_status()
            form = {"email": email, "password": password, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
            if not browser.post(page, data=form).is_redirect:
                raise CorpusError(f"{email}: {server.url} makes no account of it; name an address that has none yet")
            made = browser.post("/api/token/", headers={"X-CSRFToken": browser.cookies["csrftoken"]})
            made.raise_for_status()
    return Login(email, password, made.json()["token"])
