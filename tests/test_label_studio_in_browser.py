"""An annotator at work in a real browser, by mouse and keys, and what comes back of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chromium import launched
from govwork_build.annotation.connection import connect
from govwork_build.annotation.exports import choices_of, ends_of, read_export, results_of, spans_of
from govwork_build.annotation.server import pull, push
from label_studio_server import LOGIN, Server

# Of playwright.sync_api, which need not be installed.
Page = Any
ROOT = Path(__file__).parents[1]
CONFIG = (ROOT / "annotations" / "labels.xml").read_text("utf-8")
# Beyond the BMP, 𠮷 and 😀 are one code point each and two UTF-16 units: a wrong unit shows.
TEXT = "𠮷林镇😀确保实现工业总产值3470亿元，同比增长15%。"
# The middle of the first and of the last character of a surface, on the screen.
PLACE = """surface => {
  const walker = document.createTreeWalker(document.querySelector('.lsf-htx-richtext'), NodeFilter.SHOW_TEXT);
  const nodes = [];
  let text = '';
  while (walker.nextNode()) { nodes.push([walker.currentNode, text.length]); text += walker.currentNode.data; }
  const middle = at => {
    const [node, from] = nodes.findLast(([, from]) => from <= at);
    const range = document.createRange();
    range.setStart(node, at - from);
    range.setEnd(node, at - from + 1);
    const box = range.getBoundingClientRect();
    return [box.left, box.right, (box.top + box.bottom) / 2];
  };
  const [left, , top] = middle(text.indexOf(surface));
  const [, right, bottom] = middle(text.indexOf(surface) + surface.length - 1);
  return [left + 1, top, right - 1, bottom];
}"""


@pytest.fixture
def page(server: Server) -> Iterator[Page]:
    """A page of a browser that is logged in; it reaches nothing but the server, and asks for nothing else."""
    elsewhere: list[str] = []
    with launched() as browser:
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        page.on("request", lambda request: elsewhere.append(request.url))
        # Not through the form: its page goes on to another by itself, which would break off the next one asked for.
        login = {"email": LOGIN.email, "password": LOGIN.password}
        page.request.get(f"{server.url}/user/login/")
        (token,) = [cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken"]
        page.request.post(f"{server.url}/user/login/", form=login | {"csrfmiddlewaretoken": token})
        yield page
    assert [url for url in elsewhere if not url.startswith((server.url, "data:", "blob:"))] == []


# Each step waits for what shows that the page has taken it: what comes next would be lost otherwise.
def drag_over(page: Page, surface: str) -> None:
    left, top, right, bottom = page.evaluate(PLACE, surface)
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move((left + right) / 2, top)
    page.mouse.move(right, bottom)
    page.mouse.up()
    page.locator(".lsf-tree__node", has_text=surface).wait_for()


def click_span(page: Page, surface: str) -> None:
    left, top, right, bottom = page.evaluate(PLACE, surface)
    page.mouse.click((left + right) / 2, (top + bottom) / 2)


def select_span(page: Page, surface: str) -> None:
    click_span(page, surface)
    page.locator(".lsf-tree-treenode-selected", has_text=surface).wait_for()


def press_label(page: Page, key: str, label: str) -> None:
    page.keyboard.press(key)
    page.locator(".lsf-label_selected", has_text=label).wait_for()


def attribute(page: Page, name: str) -> Any:
    return page.locator(".gw-attribute:visible", has_text=name)


def region(name: str, control: str, value: dict[str, Any], kind: str = "labels") -> dict[str, Any]:
    return {"id": name, "from_name": control, "to_name": "text", "type": kind, "value": value}


def test_a_block_is_annotated_by_mouse_and_keys(server: Server, page: Page, tmp_path: Path) -> None:
    connection = connect({"LABEL_STUDIO_URL": server.url, "LABEL_STUDIO_TOKEN": server.token})
    data = {"block_id": "b", "doc_id": "d", "start": 0, "corpus_version": "0.1.0", "text_sha256": "0" * 64}
    data |= {"guideline_version": "0.2", "title": "要点", "before": "一、目标", "after": "", "text": TEXT}
    place = {"start": TEXT.index("15%"), "end": TEXT.index("15%") + 3}
    suggested = [
        region("pre", "entity", place | {"labels": ["QTY"], "text": "15%"}),
        region("pre", "qty_cmp", place | {"choices": ["eq"]}, "choices"),
        region("pre", "qty_lo", place | {"text": ["15"]}, "textarea"),
    ]
    task = {"data": {"task_id": "b:1"} | data, "predictions": [{"model_version": "rules-1", "result": suggested}]}
    project = push(connection, [task], "in a browser", CONFIG, lambda done, total: None).project
    tasks: Any = connection.client.tasks.list(project=project)
    (number,) = [found.id for found in tasks]

    page.goto(f"{server.url}/projects/{project}/data?task={number}")
    # Drawn in the text, the suggestion shows that the editor heeds keys; the list of regions is there before it does.
    page.locator(".lsf-htx-richtext .htx-highlight", has_text="15%").wait_for()
    press_label(page, "2", "QTY")
    drag_over(page, "3470亿元")
    press_label(page, "1", "IND")
    drag_over(page, "工业总产值")
    select_span(page, "3470亿元")
    lower = attribute(page, "下限").locator("input")
    lower.fill("347000000000")
    lower.press("Enter")
    attribute(page, "比较").locator("button").click()
    page.get_by_role("option", name="不少于").click()
    page.get_by_role("option").first.wait_for(state="hidden")
    page.screenshot(path=tmp_path / "quantity.png")
    select_span(page, "15%")
    attribute(page, "比较").locator("button", has_text="等于").wait_for()
    select_span(page, "3470亿元")
    page.keyboard.press("Alt+r")
    click_span(page, "工业总产值")
    page.keyboard.press("d")
    page.locator(".gw-kind input:checked").wait_for(state="attached")
    page.keyboard.press("Shift+g")
    page.locator(".gw-topic input:checked").wait_for(state="attached")
    page.screenshot(path=tmp_path / "done.png")
    with page.expect_response(lambda answer: "/annotations" in answer.url and answer.request.method == "POST"):
        page.keyboard.press("Control+Enter")

    path = tmp_path / "batch.json"
    pulled = pull(connection, "in a browser", path, lambda done, total: None)
    assert (pulled.annotations, pulled.predictions) == (1, 1)
    (exported,), problem = read_export(path)
    assert problem == ""
    (annotation,) = exported["annotations"]
    spans = {TEXT[span.start : span.end]: span for span in spans_of(annotation)}
    assert {surface: span.label for surface, span in spans.items()} == {
        "15%": "QTY",
        "3470亿元": "QTY",
        "工业总产值": "IND",
    }
    assert list(choices_of(annotation, "block_kind")) == ["task"]
    assert list(choices_of(annotation, "topic")) == ["工业、交通"]
    values = {
        (result["id"], result["from_name"]): next(iter(result["value"].get("choices", result["value"].get("text"))))
        for result in annotation["result"]
        if result.get("from_name", "").startswith("qty_")
    }
    made, taken = spans["3470亿元"].id, spans["15%"].id
    assert values == {
        (made, "qty_lo"): "347000000000",
        (made, "qty_cmp"): "ge",
        (taken, "qty_lo"): "15",
        (taken, "qty_cmp"): "eq",
    }
    (relation,) = results_of(annotation, "relation")
    assert ends_of(relation) == (made, spans["工业总产值"].id)
    assert json.loads(path.read_text("utf-8"))[0]["drafts"] == []
