"""A real Label Studio starts, takes the labelling config, and exports spans in code points."""

from pathlib import Path
from string import ascii_lowercase
from xml.etree import ElementTree

import pytest

from label_studio_server import Server, running_server
from skipping import skip_or_fail

CONFIG = Path(__file__).parents[1].joinpath("annotations/labels.xml").read_text("utf-8")
PROJECT = {"title": "blocks", "label_config": CONFIG}
# Beyond the BMP, 𠮷 and 😀 are one code point each and two UTF-16 units: a wrong unit shows.
TEXT = "𠮷林镇😀全年新增城镇就业6万人，城镇登记失业率控制在4%以内。"


def region(name: str, label: str, surface: str) -> dict[str, object]:
    start = TEXT.index(surface)
    value = {"start": start, "end": start + len(surface), "text": surface, "labels": [label]}
    return {"id": name, "from_name": "entity", "to_name": "text", "type": "labels", "value": value}


def test_an_exported_span_is_the_text_that_was_meant(server: Server) -> None:
    project = server.call("POST", "/api/projects/", PROJECT)["id"]
    data = {"text": TEXT, "title": "工作要点", "before": "一、主要目标", "after": ""}
    imported = f"/api/projects/{project}/import?return_task_ids=true"
    [task] = server.call("POST", imported, [{"data": data}])["task_ids"]
    of = {"type": "relation", "from_id": "q", "to_id": "i", "direction": "right", "labels": ["of"]}
    result = [region("i", "IND", "城镇就业"), region("q", "QTY", "6万人"), of]
    server.call("POST", f"/api/tasks/{task}/annotations/", {"result": result})

    [exported] = server.call("GET", f"/api/projects/{project}/export?exportType=JSON")

    assert exported["data"] == data
    [annotation] = exported["annotations"]
    *regions, relation = annotation["result"]
    spans = {found["id"]: (found["value"]["start"], found["value"]["end"]) for found in regions}
    surfaces = {name: exported["data"]["text"][start:end] for name, (start, end) in spans.items()}
    assert surfaces == {"i": "城镇就业", "q": "6万人"}
    assert (relation["from_id"], relation["labels"], relation["to_id"]) == ("q", ["of"], "i")


def test_a_config_that_labels_nothing_is_refused(server: Server) -> None:
    nowhere = CONFIG.replace('toName="text"', 'toName="elsewhere"')
    with pytest.raises(RuntimeError, match=r"400 .*elsewhere"):
        server.call("POST", "/api/projects/", PROJECT | {"label_config": nowhere})


@pytest.mark.usefixtures("server")
def test_servers_run_side_by_side_and_leave_nothing() -> None:
    with running_server() as other:
        assert other.call("GET", "/api/projects/")["count"] == 0
    assert other.process.returncode is not None
    assert not other.data.exists()


def test_every_button_has_a_hotkey_of_its_own() -> None:
    config = ElementTree.fromstring(CONFIG)
    of_blocks = [tag for choices in config.iter("Choices") if not choices.get("perRegion") for tag in choices]
    hotkeys = [tag.get("hotkey") for tag in (*config.iter("Label"), *of_blocks)]
    assert len(hotkeys) == 9 + 13 + 22 + 2
    assert None not in hotkeys
    assert len(set(hotkeys)) == len(hotkeys)


def test_the_letter_shown_before_a_topic_is_its_hotkey() -> None:
    topics = ElementTree.fromstring(CONFIG).findall(".//Choices[@name='topic']/Choice")
    assert [topic.get("hotkey") for topic in topics] == [f"shift+{c}" for c in ascii_lowercase[:22]]


def test_where_nothing_may_be_skipped_a_skip_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOVWORK_NO_SKIP", raising=False)
    with pytest.raises(pytest.skip.Exception, match="why"):
        skip_or_fail("why")
    monkeypatch.setenv("GOVWORK_NO_SKIP", "1")
    with pytest.raises(pytest.fail.Exception, match="why"):
        skip_or_fail("why")
