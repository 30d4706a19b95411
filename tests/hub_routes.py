"""What a stand-in for the Hugging Face Hub answers to each request that huggingface_hub makes."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import yaml

from hub_repository import Answer, Commit, File, RefusalError, Repository, Store
from xet_storage import xet_hashes

WRITER, READER = "hf_token_that_may_write", "hf_token_that_may_read"
# Entries of a page when files are listed; the Hub has 1000.
_PAGE = 10
_FAR_AWAY = 2**40


class Asked(NamedTuple):
    """The parts of a request's path, by name, its query and body."""

    parts: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def answer(
    hub: Store, method: str, path: str, query: Mapping[str, list[str]], authorization: str | None, body: bytes
) -> Answer:
    """The answer to a request. Raises RefusalError."""
    for allowed, pattern, route in _ROUTES:
        if method in allowed and (found := re.fullmatch(pattern, path)):
            asked = Asked({name: unquote(part) for name, part in found.groupdict("").items()}, query, body)
            if not path.startswith("/storage/"):
                _authorize(authorization, asked.parts.get("name", ""), method)
            return route(hub, asked)
    raise RefusalError(404, f"no such page: {method} {path}")


def _authorize(authorization: str | None, name: str, method: str) -> None:
    """Only tokens are let in, and only to write where they may."""
    token = (authorization or "").removeprefix("Bearer ")
    if token not in (WRITER, READER):
        # As some servers do, it repeats what it was sent.
        raise RefusalError(401, f"Invalid credentials in Authorization header: {token}")
    if method in ("POST", "DELETE") and name and (token == READER or not name.startswith("owner/")):
        raise RefusalError(403, "You don't have the rights to do this")


_Route = tuple[tuple[str, ...], str, Callable[[Store, Asked], Answer]]
_ROUTES: list[_Route] = []


def _route(
    methods: str, pattern: str
) -> Callable[[Callable[[Store, Asked], Answer]], Callable[[Store, Asked], Answer]]:
    """Of a function that answers requests of these methods to paths of this pattern."""
    repository = r"(?P<kind>models|datasets|spaces)/(?P<name>[^/]+/[^/]+?)"

    def register(function: Callable[[Store, Asked], Answer]) -> Callable[[Store, Asked], Answer]:
        _ROUTES.append((tuple(methods.split()), pattern.replace("<repository>", repository), function))
        return function

    return register


@_route("POST", "/api/repos/create")
def _create(hub: Store, asked: Asked) -> Answer:
    kind, name = asked.json.get("type", "model"), f"{asked.json['organization']}/{asked.json['name']}"
    if (kind, name) in hub.repositories:
        raise RefusalError(409, "You already created this repo")
    hub.repositories[kind, name] = Repository.new()
    return Answer(200, {"url": f"{hub.url}/{kind}s/{name}"})


@_route("GET", "/api/<repository>(/revision/(?P<revision>[^/]+))?")
def _info(hub: Store, asked: Asked) -> Answer:
    oid, _ = hub.repository(asked.parts).at(asked.parts["revision"] or "main")
    return Answer(200, {"id": asked.parts["name"], "sha": oid})


@_route("GET", "/api/<repository>/refs")
def _refs(hub: Store, asked: Asked) -> Answer:
    repository = hub.repository(asked.parts)
    tags = [{"name": tag, "ref": f"refs/tags/{tag}", "targetCommit": oid} for tag, oid in repository.tags.items()]
    main = {"name": "main", "ref": "refs/heads/main", "targetCommit": repository.main}
    return Answer(200, {"branches": [main], "converts": [], "tags": tags})


@_route("GET", "/api/<repository>/tree/(?P<revision>[^/]+)")
def _tree(hub: Store, asked: Asked) -> Answer:
    """A page of the list of files and folders."""
    _, commit = hub.repository(asked.parts).at(asked.parts["revision"])
    hashes = xet_hashes(hub.xet)
    folders = {str(parent) for path in commit.files for parent in Path(path).parents} - {"."}
    entries: list[dict[str, Any]] = [
        {"type": "directory", "path": folder, "oid": "0" * 40, "size": 0} for folder in sorted(folders)
    ]
    for path, file in sorted(commit.files.items()):
        entry: dict[str, Any] = {"type": "file", "path": path, "oid": file.blob_id, "size": file.size}
        if file.sha256:
            entry["lfs"] = {"oid": file.sha256, "size": file.size, "pointerSize": 130}
            entry |= {"xetHash": hashes[file.sha256]} if file.sha256 in hashes else {}
        entries.append(entry)
    first = int(asked.query.get("cursor", ["0"])[0])
    name, revision = asked.parts["name"], asked.parts["revision"]
    more = f'<{hub.url}/api/{asked.parts["kind"]}/{name}/tree/{revision}?cursor={first + _PAGE}>; rel="next"'
    return Answer(200, entries[first : first + _PAGE], {"Link": more} if first + _PAGE < len(entries) else {})


@_route("POST", "/api/validate-yaml")
def _validate(hub: Store, asked: Asked) -> Answer:
    """Whether the head of a card, if it has one, can be read."""
    _, _, card = asked.json["content"].partition("---\n")
    try:
        yaml.safe_load(card.partition("\n---\n")[0])
    except yaml.YAMLError as error:
        return Answer(400, {"errors": [{"message": str(error)}], "warnings": []})
    return Answer(200, {"errors": [], "warnings": []})


@_route("POST", "/api/<repository>/preupload/main")
def _preupload(hub: Store, asked: Asked) -> Answer:
    """How each file is to be sent, and what is there in its place."""
    there = hub.repository(asked.parts).files
    told = []
    for path in (file["path"] for file in asked.json["files"]):
        old = there.get(path)
        mode = "lfs" if path.endswith(".parquet") else "regular"
        told.append(
            {"path": path, "uploadMode": mode, "shouldIgnore": False, "oid": old and (old.sha256 or old.blob_id)}
        )
    return Answer(200, {"files": told})


@_route("POST", "/(?P<kind>datasets)/(?P<name>[^/]+/[^/]+)[.]git/info/lfs/objects/batch")
def _batch(hub: Store, asked: Asked) -> Answer:
    """Where large files are to be sent, and where it is asked whether they came."""

    def told(sent: Mapping[str, Any]) -> dict[str, Any]:
        if sent["oid"] in hub.objects:
            return dict(sent)
        actions = {
            "upload": {"href": f"{hub.url}/storage/{sent['oid']}"},
            "verify": {"href": f"{hub.url}/api/datasets/{asked.parts['name']}/lfs-verify"},
        }
        return {**sent, "actions": actions}

    return Answer(200, {"transfer": "basic", "objects": [told(sent) for sent in asked.json["objects"]]})


@_route("PUT", "/storage/(?P<sha256>[0-9a-f]{64})")
def _store(hub: Store, asked: Asked) -> Answer:
    if hashlib.sha256(asked.body).hexdigest() != asked.parts["sha256"]:
        raise RefusalError(400, "other bytes than announced")
    hub.objects[asked.parts["sha256"]] = asked.body
    return Answer(200)


@_route("POST", "/api/<repository>/lfs-verify")
def _verify(hub: Store, asked: Asked) -> Answer:
    if asked.json["oid"] not in hub.objects:
        raise RefusalError(404, "the object did not come")
    return Answer(200, {})


@_route("GET", "/api/<repository>/xet-(?P<use>read|write)-token/(?P<revision>[^/]+)")
def _xet_token(hub: Store, asked: Asked) -> Answer:
    """Where the Xet client keeps large files: a folder, so that it needs no server."""
    hub.repository(asked.parts)
    folder = f"local://{hub.xet}"
    headers = {"X-Xet-Cas-Url": folder, "X-Xet-Access-Token": "xet", "X-Xet-Token-Expiration": str(_FAR_AWAY)}
    return Answer(200, {"casUrl": folder, "accessToken": "xet", "exp": _FAR_AWAY}, headers)


@_route("POST", "/api/<repository>/commit/main")
def _commit(hub: Store, asked: Asked) -> Answer:
    """All of a commit or nothing of it."""
    repository = hub.repository(asked.parts)
    header, *operations = [json.loads(line) for line in asked.body.splitlines()]
    if header["value"].get("parentCommit", repository.main) != repository.main:
        raise RefusalError(412, "A commit has happened since. Please refresh and try again.")
    files = dict(repository.files)
    for operation in operations:
        value = operation["value"]
        match operation["key"]:
            case "file":
                files[value["path"]] = File.small(base64.b64decode(value["content"]))
            case "lfsFile":
                if not hub.holds(value["oid"]):
                    raise RefusalError(400, f"{value['path']}: its content was not sent")
                files[value["path"]] = File.large(value["oid"], value["size"])
            case "deletedFile":
                if files.pop(value["path"], None) is None:
                    raise RefusalError(404, "A file with this name doesn't exist", "EntryNotFound")
            case other:
                raise RefusalError(400, f"unknown operation {other}")
    made = Commit(repository.main, header["value"]["summary"], files)
    repository.commits[made.oid] = made
    repository.main = made.oid
    return Answer(
        200, {"commitOid": made.oid, "commitUrl": f"{hub.url}/datasets/{asked.parts['name']}/commit/{made.oid}"}
    )


@_route("POST", "/api/<repository>/tag/(?P<revision>[^/]+)")
def _tag(hub: Store, asked: Asked) -> Answer:
    repository = hub.repository(asked.parts)
    oid, _ = repository.at(asked.parts["revision"])
    if asked.json["tag"] in repository.tags:
        raise RefusalError(409, f"Tag {asked.json['tag']} already exists")
    repository.tags[asked.json["tag"]] = oid
    return Answer(201, {})


@_route("DELETE", "/api/<repository>/tag/(?P<tag>[^/]+)")
def _untag(hub: Store, asked: Asked) -> Answer:
    if hub.repository(asked.parts).tags.pop(asked.parts["tag"], None) is None:
        raise RefusalError(404, "no such tag", "RevisionNotFound")
    return Answer(200, {})


@_route("HEAD GET", "/<repository>/resolve/(?P<revision>[^/]+)/(?P<path>.+)")
def _resolve(hub: Store, asked: Asked) -> Answer:
    """A file itself; of one in Xet storage only where it lies."""
    oid, commit = hub.repository(asked.parts).at(asked.parts["revision"])
    file = commit.files.get(asked.parts["path"])
    if file is None:
        raise RefusalError(404, "Entry not found", "EntryNotFound")
    headers = {"ETag": f'"{file.sha256 or file.blob_id}"', "X-Repo-Commit": oid}
    if file.sha256 is None or file.sha256 in hub.objects:
        return Answer(200, file.content if file.sha256 is None else hub.objects[file.sha256], headers)
    route = f"{hub.url}/api/{asked.parts['kind']}/{asked.parts['name']}/xet-read-token/{oid}"
    headers |= {"X-Xet-Hash": xet_hashes(hub.xet)[file.sha256], "X-Linked-Size": str(file.size)}
    return Answer(200, b"", headers | {"Link": f'<{route}>; rel="xet-auth"'})
