"""What a schema cannot say of annotations: their spans, labels, attributes and relations, against scheme and corpus.

An export stays as it came. A part that is wrong is put aside with the reason, never mended, and the rest goes on: a
span with its relations and attributes, an attribute, a relation; where the whole is in doubt, the annotation.

A task is of the version of the corpus that it names. It is held to the text that it carries itself and, where that
version is the present one, to the corpus: what the corpus says now is no evidence of an earlier version.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..corpus import Row, sha256
from ..findings import Finding
from .annotation_checks import check_annotation
from .exports import annotation_of, annotator_of, read_export, task_id_of
from .found import ANNOTATION_CHECKS, Found
from .records import Annotation


class Examined(NamedTuple):
    """An annotation of an export: what is right of it, if the whole is not in doubt, and what was found."""

    name: str
    sound: Annotation | None
    found: tuple[Found, ...]

    @property
    def put_aside(self) -> tuple[Found, ...]:
        """Why parts of it, or all of it, are left out."""
        return tuple(found for found in self.found if found.is_error)


class ExaminedTask(NamedTuple):
    """A task of an export: what was found of the task itself, and its annotations, none where that is an error."""

    found: tuple[Found, ...]
    annotations: tuple[Examined, ...]


# How often each annotator annotated each block of an export.
Made = Counter[tuple[str, str]]


class CorpusTexts(NamedTuple):
    """What checks need of the corpus: its version, the hash of the text of each block by the block's id, and the
    documents that were withdrawn.
    """

    version: str
    hashes: Mapping[str, str]
    withdrawn: frozenset[str]


def text_hashes(blocks: Iterable[Row]) -> dict[str, str]:
    return {block["block_id"]: sha256(block["text"]) for block in blocks}


def check_export(path: Path, corpus: CorpusTexts) -> Iterator[Finding]:
    """All findings on one export."""
    tasks, problem = read_export(path)
    if problem:
        yield _finding("A101", str(path), problem)
        return
    made = annotations_made(tasks)
    ids = Counter(task["data"].get("task_id") for task in tasks)
    for task in tasks:
        place = f"{path} {task_name(task)}"
        if (times := ids[task["data"].get("task_id")]) > 1 and task["data"].get("task_id"):
            yield _finding("A116", place, f"{times} tasks have this id; import each task once")
        for check, message in check_task(task, corpus, made):
            yield _finding(check, place, message)


def task_name(task: Any) -> str:
    """A task by its id in Label Studio and its block."""
    return f"task {task['id']} ({task['data']['block_id']})"


def annotations_made(tasks: list[Any]) -> Made:
    """How often each annotator annotated each block; what was cancelled does not count."""
    return Counter(
        (task["data"]["block_id"], annotator_of(annotation))
        for task in tasks
        for annotation in task["annotations"]
        if not annotation["was_cancelled"]
    )


def check_task(task: Any, corpus: CorpusTexts, made: Made) -> Iterator[tuple[str, str]]:
    """What is wrong with one task of an export, as (check, message)."""
    examined = examine(task, corpus, made)
    for found in examined.found:
        yield found.check, found.message
    for annotation in examined.annotations:
        for found in annotation.found:
            yield found.check, f"{annotation.name}: {found.message}"


def examine(task: Any, corpus: CorpusTexts | None, made: Made) -> ExaminedTask:
    """The annotations of a task, each with what is right of it; none where its block or text is in doubt.

    Without a corpus the text is held to its own hash alone; `made` counts over the whole export.
    """
    found = tuple(_check_data(task, corpus))
    if any(each.is_error for each in found):
        return ExaminedTask(found, ())
    return ExaminedTask(found, tuple(_examined(annotation, task, made) for annotation in task["annotations"]))


def _examined(annotation: Any, task: Any, made: Made) -> Examined:
    times = made[task["data"]["block_id"], annotator_of(annotation)]
    found = tuple(check_annotation(annotation, task, times))
    errors = [each for each in found if each.is_error]
    whole = annotation["was_cancelled"] or any(not each.parts for each in errors)
    aside = frozenset(part for each in errors for part in each.parts)
    sound = None if whole else annotation_of(annotation, task, aside)
    return Examined(f"annotation {annotation['id']}", sound, found)


def _check_data(task: Any, corpus: CorpusTexts | None) -> Iterator[Found]:
    if found := _problem_of_block(task["data"], corpus):
        yield found
    if drafts := len(task.get("drafts") or ()):
        yield Found("A114", f"{drafts} of its annotations {'is a draft' if drafts == 1 else 'are drafts'}; submit")


def _problem_of_block(data: Any, corpus: CorpusTexts | None) -> Found | None:
    """What puts the block or the text of a task in doubt."""
    if corpus and data["doc_id"] in corpus.withdrawn:
        return Found("A102", f"{data['doc_id']} was withdrawn; take its tasks out, by docs/withdrawing.md")
    if sha256(data["text"]) != data["text_sha256"]:
        return Found("A103", "its text is not the one that its hash is of; import the task as it was made")
    if corpus and corpus.version == data["corpus_version"]:
        known = corpus.hashes.get(data["block_id"])
        remedy = "if that has changed, raise corpus/VERSION, and move it: `govwork annotations migrate`"
        if known is None:
            return Found("A102", f"the corpus of its version, {corpus.version}, has no such block; {remedy}")
        if known != data["text_sha256"]:
            return Found("A103", f"the corpus of its version, {corpus.version}, has another text of it; {remedy}")
    if data.get("task_id", task_id_of(data)) != task_id_of(data):
        return Found("A116", f"its id {data['task_id']} should be {task_id_of(data)}; import the task as it was made")
    return None


def _finding(check: str, place: str, message: str) -> Finding:
    return Finding(check, ANNOTATION_CHECKS[check][0], place, message)
