"""Annotations exported from Label Studio: their shape by schema, then what a schema cannot say.

An export stays as it came. An annotation that is wrong is reported and left out, never mended; the others of its
task and file go on. `value.text` is not trusted: the text of a span is recomputed from its offsets.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema

from govwork.features import ENTITY_LABELS, RELATION_LABELS
from govwork.kinds import BLOCK_KINDS

from .build_paths import Paths
from .catalogue import load_catalogue
from .corpus import Row, block_rows, documents, sha256
from .errors import CorpusError
from .findings import Finding, Severity
from .regions import load_regions

ANNOTATION_CHECKS: dict[str, tuple[Severity, str]] = {
    "A101": (
        "error",
        "an export is JSON of Label Studio's JSON format, by annotations/schema/export.schema.json",
    ),
    "A102": ("error", "a task's block is in the corpus"),
    "A103": ("error", "a task's text is the block's, by its hash"),
    "A104": ("error", "a span lies in the text and is not empty"),
    "A105": ("error", "a span has no white space at its edges"),
    "A106": ("error", "labels and choices are the scheme's"),
    "A107": ("error", "spans overlap only where PROJ or ORG holds a REG, and none stands twice"),
    "A108": ("error", "a relation joins two spans of its annotation, not one with itself"),
    "A109": ("error", "a block has one annotation an annotator, with one kind"),
    "A110": ("warning", "an annotation was not cancelled"),
}
SCHEMA = Path("schema/export.schema.json")
# The subject classes of the State Council, as annotations/labels.xml offers them.
TOPICS = (
    "国务院组织机构",
    "综合政务",
    "国民经济管理、国有资产监管",
    "财政、金融、审计",
    "国土资源、能源",
    "农业、林业、水利",
    "工业、交通",
    "商贸、海关、旅游",
    "市场监管、安全生产监管",
    "城乡建设、环境保护",
    "科技、教育",
    "文化、广电、新闻出版",
    "卫生、体育",
    "人口与计划生育、妇女儿童工作",
    "劳动、人事、监察",
    "公安、安全、司法",
    "民政、扶贫、救灾",
    "民族、宗教",
    "对外事务",
    "港澳台侨工作",
    "国防",
    "其他",
)
CHOICES = {"block_kind": BLOCK_KINDS, "topic": TOPICS, "unsure": ("unsure",)}
KINDS_WITH_TOPIC = ("task", "review", "plan")
MOST_TOPICS = 2
# A relation leads from a QTY to a span of one of these labels.
RELATION_TAILS = {
    "of": ("IND", "PROJ"),
    "chg": ("CHG",),
    "at": ("TIME", "REG"),
    **dict.fromkeys(("baseline_of", "stretch_of", "subset_of"), ("QTY",)),
}
HOLDS_REG = ("PROJ", "ORG")
Found = tuple[str, str]
# How often each annotator annotated each block of an export.
Made = Counter[tuple[str, str]]


class Span(NamedTuple):
    """A labelled span of one annotation."""

    id: str
    start: int
    end: int
    label: str

    def __str__(self) -> str:
        return f"{self.label} {self.start}:{self.end}"


def check_export(path: Path, paths: Paths) -> Iterator[Finding]:
    """All findings on one export, against the corpus as it is built now."""
    tasks, problem = _read(path, paths.batches)
    if problem:
        yield _finding("A101", str(path), problem)
        return
    blocks = _corpus_blocks(paths, {task["data"]["doc_id"] for task in tasks})
    made = annotations_made(tasks)
    for task in tasks:
        block = blocks.get(task["data"]["block_id"])
        for check, message in check_task(task, block, made):
            yield _finding(check, f"{path} task {task['id']} ({task['data']['block_id']})", message)


def entity_rows(batches: Path, doc_id: str, blocks: list[Row]) -> Iterator[Row]:
    """The rows of the `entities` config for one document: the annotations of its blocks that pass every check.

    Raises CorpusError when a batch is no export at all.
    """
    by_id = {block["block_id"]: block for block in blocks if block["doc_id"] == doc_id}
    for path in sorted(batches.glob("*.json")):
        tasks, problem = _read(path, batches)
        if problem:
            raise CorpusError(f"{path}: {problem}")
        made = annotations_made(tasks)
        for task in tasks:
            block = by_id.get(task["data"]["block_id"])
            if block is not None:
                for annotation in sound_annotations(task, block, made):
                    yield _row(annotation, task["data"], block)


def annotation_count(batches: Path) -> int:
    """How many annotations all batches hold, cancelled ones left aside."""
    exports = (_read(path, batches)[0] for path in sorted(batches.glob("*.json")))
    return sum(
        not annotation["was_cancelled"] for tasks in exports for task in tasks for annotation in task["annotations"]
    )


def annotations_made(tasks: list[Any]) -> Made:
    """How often each annotator annotated each block; what was cancelled does not count."""
    return Counter(
        (task["data"]["block_id"], _annotator(annotation))
        for task in tasks
        for annotation in task["annotations"]
        if not annotation["was_cancelled"]
    )


def check_task(task: Any, block: Row | None, made: Made | None = None) -> Iterator[Found]:
    """What is wrong with one task of an export, as (check, message).

    `block` is None when the corpus lacks it; `made` counts over the whole export, else over this task.
    """
    found = list(_check_data(task["data"], block))
    yield from found
    if not found:
        for annotation in task["annotations"]:
            for check, message in _check_annotation(annotation, task, made or annotations_made([task])):
                yield check, f"annotation {annotation['id']}: {message}"


def sound_annotations(task: Any, block: Row, made: Made | None = None) -> Iterator[Any]:
    """The annotations of a task that pass every check."""
    if not any(_check_data(task["data"], block)):
        for annotation in task["annotations"]:
            if not any(_check_annotation(annotation, task, made or annotations_made([task]))):
                yield annotation


def _check_data(data: Any, block: Row | None) -> Iterator[Found]:
    if block is None:
        yield "A102", f"{data['block_id']} is no block of this version of the corpus; annotate its text anew"
    elif data["text_sha256"] != sha256(block["text"]) or data["text"] != block["text"]:
        yield "A103", "the annotated text is not the block's present text; annotate the block anew"


def _check_annotation(annotation: Any, task: Any, made: Made) -> Iterator[Found]:
    if annotation["was_cancelled"]:
        yield "A110", "was cancelled and is left out"
        return
    annotator = _annotator(annotation)
    times = made[task["data"]["block_id"], annotator]
    if times > 1:
        yield "A109", f"{annotator} annotated the block {times} times; none of them counts"
    text, spans = task["data"]["text"], list(_spans(annotation))
    for span in spans:
        yield from _check_span(span, text)
    yield from _check_overlaps([span for span in spans if 0 <= span.start < span.end <= len(text)])
    yield from _check_ids(spans)
    yield from _check_relations(annotation, spans)
    yield from _check_choices(annotation)


def _check_span(span: Span, text: str) -> Iterator[Found]:
    surface = text[span.start : span.end]
    if not 0 <= span.start < span.end <= len(text):
        yield "A104", f"{span} is empty or leaves the text of {len(text)} characters"
    elif surface != surface.strip():
        yield "A105", f"{span} {surface!r} begins or ends with white space"
    if span.label not in ENTITY_LABELS:
        yield "A106", f"{span}: unknown label; use one of {', '.join(ENTITY_LABELS)}"


def _check_overlaps(spans: list[Span]) -> Iterator[Found]:
    """Of spans that begin together the longest comes first, so that what holds another comes before it."""
    spans = sorted(spans, key=lambda span: (span.start, -span.end))
    for i, outer in enumerate(spans):
        for inner in spans[i + 1 :]:
            if inner.start >= outer.end:
                break
            same = (inner.start, inner.end) == (outer.start, outer.end)
            if same or inner.end > outer.end or outer.label not in HOLDS_REG or inner.label != "REG":
                yield "A107", f"{outer} and {inner} overlap"


def _check_ids(spans: list[Span]) -> Iterator[Found]:
    for name, count in Counter(span.id for span in spans).items():
        if count > 1:
            yield "A107", f"{count} spans share the id {name}"


def _check_relations(annotation: Any, spans: list[Span]) -> Iterator[Found]:
    label_of = {span.id: span.label for span in spans}
    stood = Counter[str]()
    for result in _of_type(annotation, "relation"):
        head, tail = _ends(result)
        name = f"relation {' '.join(result.get('labels', []))} {head} → {tail}"
        stood[name] += 1
        if not {head, tail} <= label_of.keys() or head == tail:
            yield "A108", f"{name} has an end that is no span, or one span for both"
        elif stood[name] > 1:
            yield "A108", f"{name} stands twice"
        elif problem := _relation_problem(result, label_of[head], label_of[tail]):
            yield "A106", f"{name}: {problem}"


def _relation_problem(relation: Any, head: str, tail: str) -> str | None:
    """What of a relation between spans of these labels is not in the scheme."""
    labels = relation.get("labels", [])
    if not labels or labels[0] not in RELATION_TAILS:
        return f"{'unknown' if labels else 'no'} label; use one of {', '.join(RELATION_LABELS)}"
    tails = RELATION_TAILS[labels[0]]
    if head != "QTY" or tail not in tails:
        return f"leads from {head} to {tail}; {labels[0]} leads from QTY to {' or '.join(tails)}"
    return "leads both ways; turn its arrow one way" if relation.get("direction") == "bi" else None


def _check_choices(annotation: Any) -> Iterator[Found]:
    for name, allowed in CHOICES.items():
        unknown = [choice for choice in _choices(annotation, name) if choice not in allowed]
        if unknown:
            yield "A106", f"unknown {name} {', '.join(unknown)}"
    kinds, topics = list(_choices(annotation, "block_kind")), list(_choices(annotation, "topic"))
    if len(kinds) != 1:
        yield "A109", f"has {len(kinds)} block kinds, not one: {', '.join(kinds) or 'none'}"
    elif kinds[0] in KINDS_WITH_TOPIC and not 1 <= len(topics) <= MOST_TOPICS:
        yield "A106", f"a {kinds[0]} has one or two topics, this has {len(topics)}"
    elif kinds[0] not in KINDS_WITH_TOPIC and topics:
        yield "A106", f"a {kinds[0]} has no topic, this has {', '.join(topics)}"


def _row(annotation: Any, data: Any, block: Row) -> Row:
    """A row of `entities`: the block as it stands in the corpus, the rest from the annotation."""
    spans = sorted(_spans(annotation), key=lambda span: (span.start, -span.end, span.label))
    return {
        **{name: block[name] for name in ("block_id", "doc_id", "start", "text")},
        "block_kind": next(_choices(annotation, "block_kind")),
        "topics": list(_choices(annotation, "topic")),
        "spans": [span._asdict() | {"surface": block["text"][span.start : span.end]} for span in spans],
        "relations": [
            {"head": head, "tail": tail, "label": result["labels"][0]}
            for result in _of_type(annotation, "relation")
            for head, tail in [_ends(result)]
        ],
        "annotator": _annotator(annotation),
        "guideline_version": data.get("guideline_version"),
    }


def _of_type(annotation: Any, kind: str) -> Iterator[Any]:
    return (result for result in annotation["result"] if result["type"] == kind)


def _spans(annotation: Any) -> Iterator[Span]:
    for result in _of_type(annotation, "labels"):
        value = result["value"]
        yield Span(result["id"], value["start"], value["end"], value["labels"][0])


def _ends(relation: Any) -> tuple[str, str]:
    """Where a relation leads from and to; an annotator can turn its arrow round."""
    ends = (relation["from_id"], relation["to_id"])
    return ends[::-1] if relation.get("direction") == "left" else ends


def _choices(annotation: Any, name: str) -> Iterator[str]:
    for result in _of_type(annotation, "choices"):
        if result["from_name"] == name:
            yield from result["value"]["choices"]


def _annotator(annotation: Any) -> str:
    who = annotation["completed_by"]
    return f"annotator-{who['id'] if isinstance(who, dict) else who}"


def _read(path: Path, batches: Path) -> tuple[list[Any], str]:
    """The tasks of an export, or what keeps it from being one."""
    try:
        content = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return [], f"cannot be read as UTF-8 text ({error}); export again as JSON"
    try:
        tasks = json.loads(content)
    except ValueError as error:
        if looks := _table_format(content):
            return [], f"looks like Label Studio's {looks} format; export again as JSON"
        return [], f"is no JSON ({error}); export again as JSON"
    if _is_json_min(tasks):
        return [], "looks like Label Studio's JSON_MIN format, which lacks the relations; export again as JSON"
    schema = json.loads((batches.parent / SCHEMA).read_text("utf-8"))
    problems = sorted(
        jsonschema.Draft202012Validator(schema).iter_errors(tasks),
        key=lambda error: list(map(str, error.path)),
    )
    if not problems:
        return tasks, ""
    first = problems[0]
    where = "/".join(map(str, first.path)) or "the top"
    return [], f"{len(problems)} places do not fit the schema, the first at {where}: {first.message[:200]}"


def _table_format(content: str) -> str | None:
    """Which of Label Studio's other text formats this is: CSV and TSV name `annotator` among their columns."""
    head = content.partition("\n")[0]
    if head.startswith("-DOCSTART-"):
        return "CONLL2003"
    for name, separator in (("TSV", "\t"), ("CSV", ",")):
        if "annotator" in (column.strip('" \r') for column in head.split(separator)):
            return name
    return None


def _is_json_min(tasks: Any) -> bool:
    """JSON_MIN is a list of flat objects: the annotator beside what JSON keeps in `data`."""
    return isinstance(tasks, list) and any(
        isinstance(task, dict) and "annotator" in task and "annotations" not in task for task in tasks
    )


def _corpus_blocks(paths: Paths, doc_ids: set[str]) -> dict[str, Row]:
    catalogue, regions = load_catalogue(paths.catalogue), load_regions(paths.regions)
    return {
        row["block_id"]: row
        for document in documents(catalogue, regions)
        if document.doc_id in doc_ids
        for row in block_rows(document)
    }


def _finding(check: str, place: str, message: str) -> Finding:
    return Finding(check, ANNOTATION_CHECKS[check][0], place, message)
