"""Draw the blocks of the first annotation batch, and carry annotations of them through a Label Studio server.

`python scripts/make_first_batch.py tasks TASKS.json` writes what Label Studio imports. With a server that runs, its
URL and token in LABEL_STUDIO_URL and LABEL_STUDIO_TOKEN, `python scripts/make_first_batch.py run TASKS.json
ANNOTATIONS.json OUTPUT.json` imports them, posts the annotations and writes the server's JSON export as it came.

ANNOTATIONS.json maps a block's id to what a reader decided; no offset in it is typed:
    {"block_kind": "task", "topics": ["农业、林业、水利"], "unsure": false, "comment": "",
     "spans": {"q1": ["QTY", "10亿元", 1]}, "relations": [["q1", "of", "i1"]]}
A span is its label, its surface, and which occurrence of that surface in the block it is.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from urllib.error import URLError
from urllib.request import Request, urlopen

import typer

from govwork_build.atomic import write_text
from govwork_build.build_paths import Paths
from govwork_build.catalogue import load_catalogue
from govwork_build.corpus import Row, block_rows, documents, sha256
from govwork_build.regions import load_regions
from govwork_build.release import load_splits

# How many blocks of each kind; of prose, those whose length a reader takes in at once.
QUOTA = {
    "task": 5,
    "review": 4,
    "plan": 4,
    "target_overview": 2,
    "lead_line": 2,
    "preamble": 1,
    "title": 1,
    "section_head": 1,
}
PROSE = frozenset({"task", "review", "plan", "target_overview", "preamble"})
SHORTEST, LONGEST = 40, 400
SEED = "govwork-zh first batch"
GUIDELINE_VERSION = "0.1"
CONFIG = Path("annotations/labels.xml")

app = typer.Typer(no_args_is_help=True, add_completion=False, help=(__doc__ or "").split("\n\n")[0])


class BatchError(Exception):
    """Annotations that do not fit the tasks, or a server that refuses; the message says which."""


class Candidate(NamedTuple):
    """A block that may be drawn, with what its annotator sees of its document."""

    row: Row
    title: str | None
    before: str
    after: str


def candidates(paths: Paths) -> Iterator[Candidate]:
    """The blocks of `train` that are of a kind drawn and of a length for it.

    A batch holds the texts it annotates and is never changed: only official documents, whose texts may be published.
    """
    split_of = load_splits(paths.splits)
    for document in documents(load_catalogue(paths.catalogue), load_regions(paths.regions)):
        if split_of[document.doc_id] != "train" or document.entry.rights != "official":
            continue
        rows = list(block_rows(document))
        texts = ["", *(row["text"] for row in rows), ""]
        for i, row in enumerate(rows):
            if row["kind"] in QUOTA and (row["kind"] not in PROSE or SHORTEST <= len(row["text"]) <= LONGEST):
                yield Candidate(row, document.description.title, texts[i], texts[i + 2])


def draw(pool: Iterable[Candidate], seed: str = SEED) -> list[Candidate]:
    """The blocks of each kind, taken from its documents in turn; in the order of the corpus.

    Chance is a hash of the seed and an id, so a draw does not hang on what else is in the corpus.
    """
    pool = list(pool)

    def chance(name: str) -> str:
        return hashlib.sha256(f"{seed}\n{name}".encode()).hexdigest()

    chosen: set[str] = set()
    for kind, wanted in QUOTA.items():
        by_document: dict[str, list[str]] = {}
        for candidate in pool:
            if candidate.row["kind"] == kind:
                by_document.setdefault(candidate.row["doc_id"], []).append(candidate.row["block_id"])
        ranked = [
            (turn, chance(f"{kind} {doc_id}"), block_id)
            for doc_id, block_ids in by_document.items()
            for turn, block_id in enumerate(sorted(block_ids, key=chance))
        ]
        chosen.update(block_id for _, _, block_id in sorted(ranked)[:wanted])
    return [candidate for candidate in pool if candidate.row["block_id"] in chosen]


def task_of(candidate: Candidate, corpus_version: str) -> dict[str, Any]:
    """A task as Label Studio imports it: the block and what says which it is; no pre-annotation."""
    row = candidate.row
    return {
        "data": {
            "block_id": row["block_id"],
            "doc_id": row["doc_id"],
            "start": row["start"],
            "corpus_version": corpus_version,
            "text_sha256": sha256(row["text"]),
            "guideline_version": GUIDELINE_VERSION,
            "text": row["text"],
            "title": candidate.title,
            "before": candidate.before,
            "after": candidate.after,
        }
    }


def offset_of(text: str, surface: str, occurrence: int) -> int:
    """Where the given occurrence (1 is the first) of a surface begins; raises BatchError."""
    start = -1
    for _ in range(occurrence):
        start = text.find(surface, start + 1)
        if start < 0:
            raise BatchError(f"{surface!r} does not occur {occurrence} times in: {text}")
    return start


def results_of(annotation: dict[str, Any], text: str) -> list[dict[str, Any]]:
    """A reader's decisions in Label Studio's form; raises BatchError."""
    place = {"to_name": "text"}
    results: list[dict[str, Any]] = []
    for name, (label, surface, occurrence) in annotation["spans"].items():
        start = offset_of(text, surface, occurrence)
        value = {"start": start, "end": start + len(surface), "text": surface, "labels": [label]}
        results.append(place | {"id": name, "from_name": "entity", "type": "labels", "value": value})
    for head, label, tail in annotation["relations"]:
        if not {head, tail} <= annotation["spans"].keys():
            raise BatchError(f"relation {head} {label} {tail} names a span that is not there, in: {text}")
        ends = {"from_id": head, "to_id": tail, "direction": "right"}
        results.append({"type": "relation", "labels": [label]} | ends)
    choices = {"block_kind": [annotation["block_kind"]], "topic": annotation["topics"]}
    choices["unsure"] = ["unsure"] if annotation.get("unsure") else []
    for name, chosen in choices.items():
        if chosen:
            value = {"choices": chosen}
            results.append(place | {"id": name, "from_name": name, "type": "choices", "value": value})
    if comment := annotation.get("comment"):
        value = {"text": [comment]}
        results.append(place | {"id": "comment", "from_name": "comment", "type": "textarea", "value": value})
    return results


class Api:
    """The few calls needed of a running Label Studio server."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url.rstrip("/"), token

    def call(self, method: str, path: str, body: object = None) -> bytes:
        """The body of the answer; raises BatchError."""
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body).encode()
        try:
            with urlopen(Request(self.url + path, content, headers, method=method), timeout=60) as answer:
                return bytes(answer.read())
        except URLError as error:
            said = error.read().decode(errors="replace")[:2000] if hasattr(error, "read") else ""
            raise BatchError(f"{method} {self.url}{path}: {error} {said}") from None

    def post(self, path: str, body: object) -> Any:
        """The decoded answer; raises BatchError."""
        return json.loads(self.call("POST", path, body))


def annotate(api: Api, config: str, tasks: list[Any], annotations: dict[str, Any]) -> bytes:
    """The JSON export of a new project that holds the tasks with their annotations; raises BatchError."""
    ids = [task["data"]["block_id"] for task in tasks]
    if set(ids) != annotations.keys():
        raise BatchError(f"tasks and annotations differ in: {sorted(set(ids) ^ annotations.keys())}")
    results = {
        block_id: results_of(annotations[block_id], task["data"]["text"])
        for block_id, task in zip(ids, tasks, strict=True)
    }
    project = api.post("/api/projects/", {"title": "GovWork-ZH, first batch", "label_config": config})["id"]
    imported = api.post(f"/api/projects/{project}/import?return_task_ids=true", tasks)
    for task, block_id in zip(imported["task_ids"], ids, strict=True):
        api.post(f"/api/tasks/{task}/annotations/", {"result": results[block_id]})
    return api.call("GET", f"/api/projects/{project}/export?exportType=JSON")


@app.command("tasks")
def tasks_command(
    output: Annotated[Path, typer.Argument(help="The tasks to write, for an import into Label Studio.")],
    seed: Annotated[str, typer.Option(help="Any text; another one draws other blocks.")] = SEED,
    root: Annotated[Path, typer.Option(help="The project's folder.", file_okay=False)] = Path(),
) -> None:
    """Draw blocks of the official training documents and write them as tasks."""
    paths = Paths(root)
    tasks = [task_of(candidate, paths.version()) for candidate in draw(candidates(paths), seed)]
    write_text(output, json.dumps(tasks, ensure_ascii=False, indent=1) + "\n")
    typer.echo(f"{output}: {len(tasks)} tasks")


@app.command("run")
def run_command(
    tasks: Annotated[Path, typer.Argument(help="Tasks that `tasks` wrote.", exists=True)],
    annotations: Annotated[Path, typer.Argument(help="What a reader decided.", exists=True)],
    output: Annotated[Path, typer.Argument(help="The export to write; it must not exist.")],
    root: Annotated[Path, typer.Option(help="The project's folder.", file_okay=False)] = Path(),
) -> None:
    """Import tasks and annotations into a running server and write its export as it came."""
    try:
        if output.exists():
            raise BatchError(f"{output} is there already, and a batch is never changed")
        api = Api(*(os.environ.get(f"LABEL_STUDIO_{name}", "") for name in ("URL", "TOKEN")))
        if not (api.url and api.token):
            raise BatchError("set LABEL_STUDIO_URL and LABEL_STUDIO_TOKEN to those of a running server")
        read_tasks, read_annotations = (json.loads(path.read_text("utf-8")) for path in (tasks, annotations))
        config = (root / CONFIG).read_text("utf-8")
        output.write_bytes(annotate(api, config, read_tasks, read_annotations))
    except BatchError as problem:
        typer.echo(f"make_first_batch: {problem}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{output}: {len(read_tasks)} tasks")


if __name__ == "__main__":
    app()
