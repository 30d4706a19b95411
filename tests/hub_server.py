"""A stand-in for the Hugging Face Hub, on the loopback: its repositories keep what they are sent.

It speaks what huggingface_hub speaks: repositories and their files, commits and tags over JSON; large files (Parquet)
by Git LFS, or by Xet, whose client can keep them in a folder of this machine instead of a server. What it refuses is
what the Hub refuses. `Fault` makes requests fail, and `before` sees each before it is answered.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from hub_repository import Answer, RefusalError, Repository, Store
from hub_routes import answer


@dataclass(frozen=True)
class Fault:
    """What goes wrong with the request of this number, from 1, or with it and all later ones (`lasting`).

    A status is answered and nothing done; a connection is cut before the request is done, or after it is.
    """

    number: int
    what: int | Literal["cut before", "cut after"]
    lasting: bool = False

    def hits(self, number: int) -> bool:
        return number == self.number or (self.lasting and number > self.number)


@dataclass
class Hub(Store):
    """What the server holds, what it was asked, and what is to go wrong."""

    requests: list[str] = field(default_factory=list)
    fault: Fault | None = None
    before: Callable[[int, str], None] = lambda number, request: None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def dataset(self, name: str) -> Repository:
        return self.repositories["dataset", name]

    def forget_requests(self) -> None:
        """What comes next is number 1, and goes well."""
        self.requests, self.fault, self.before = [], None, lambda number, request: None

    @property
    def writes(self) -> list[str]:
        return [request for request in self.requests if not request.startswith(("GET", "HEAD"))]

    def answer(self, method: str, target: str, authorization: str | None, body: bytes) -> Answer | None:
        """The answer to a request, None for a connection that is cut."""
        url = urlsplit(target)
        with self._lock:
            self.requests.append(f"{method} {url.path}")
            number = len(self.requests)
        self.before(number, f"{method} {url.path}")
        fault = self.fault.what if self.fault and self.fault.hits(number) else None
        if fault == "cut before":
            return None
        if isinstance(fault, int):
            return RefusalError(fault, f"told to fail with {fault}").answer
        with self._lock:
            try:
                made = answer(self, method, url.path, parse_qs(url.query), authorization, body)
            except RefusalError as refusal:
                made = refusal.answer
        return None if fault == "cut after" else made


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer goes out in one piece: in two, each request would wait for the system.
    wbufsize = -1
    hub: Hub

    def _do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = self.hub.answer(self.command, self.path, self.headers.get("Authorization"), body)
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(content)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _do  # noqa: N815

    def log_message(self, format: str, *args: object) -> None: ...


@contextmanager
def running_hub(xet: Path) -> Iterator[Hub]:
    """A hub on a free port of the loopback; the Xet client keeps large files in the folder `xet`."""
    hub = Hub(xet)
    handler = type("Handler", (_Handler,), {"hub": hub})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        hub.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield hub
        server.shutdown()
        thread.join()
