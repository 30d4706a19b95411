"""What the models see and say."""

from __future__ import annotations

from govwork_build.annotation.records import Span
from govwork_build.baseline.classifier import Settings, commonest_label, train_and_classify
from govwork_build.baseline.rows import Block, Tagged
from govwork_build.baseline.rules import outermost
from govwork_build.baseline.tagger import character_class, commonest_tags, features, train_and_tag
from skipping import needs

needs("pycrfsuite", "sklearn")


def tagged(text: str, tags: str) -> Tagged:
    """A text whose characters have these tags: O, or Q and q for the beginning and going on of a quantity."""
    names = {"O": "O", "Q": "B-QTY", "q": "I-QTY"}
    block = Block("a:0", "a", text, "plan", True, frozenset())
    return Tagged(block, tuple(names[tag] for tag in tags))


TRAIN = [tagged("投资20亿元。", "OOQqqqO"), tagged("新增3个，", "OOQqO"), tagged("全面推进改革。", "OOOOOOO")]


def test_every_character_has_features_and_every_figure_the_same() -> None:
    assert len(features("增长8.5%", 3)) == 6
    assert features("增长8.5%", 3) == features("增长9.1%", 3)
    assert features("增长", 2) != features("下降", 2)
    assert features("", 2) == []


def test_a_character_is_known_by_its_class() -> None:
    assert "".join(map(character_class, "新增2个3A级，三 ")) == "hh0h0Ahpns".replace("A", "a")


def test_a_tagger_learns_what_it_is_shown_and_says_it_again() -> None:
    texts = ["投资30亿元。", "改革。", ""]
    found = train_and_tag(TRAIN, texts)
    assert [list(tags) for tags in found[:2]] == [["O", "O", "B-QTY", "I-QTY", "I-QTY", "I-QTY", "O"], ["O"] * 3]
    assert [len(tags) for tags in found] == [len(text) for text in texts]
    assert train_and_tag(TRAIN, texts) == found


def test_the_commonest_tag_of_a_character_is_that_of_train() -> None:
    assert commonest_tags(TRAIN, ["20元某"]) == [["B-QTY", "I-QTY", "I-QTY", "O"]]


def test_a_classifier_gives_one_label_at_least_and_most_at_most() -> None:
    texts, labels = ["修路架桥", "修桥", "办学校", "学校招生"], [["路"], ["路", "工"], ["学"], ["学", "工"]]
    wanted = [frozenset(each) for each in labels]
    for threshold, most in ((0.0, 2), (1.0, 2), (0.0, 1)):
        found = train_and_classify(texts, wanted, ["修路", "学校", ""], Settings(2, 100, threshold), most)
        assert [len(each) for each in found] == [2 if (threshold, most) == (0.0, 2) else 1] * 3
        assert "路" in found[0]
        assert "学" in found[1]
        assert train_and_classify(texts, wanted, ["修路", "学校", ""], Settings(2, 100, threshold), most) == found


def test_the_commonest_label_is_given_to_all() -> None:
    assert commonest_label([frozenset("ab"), frozenset("b")], ["x", "y"]) == [frozenset("b")] * 2


def test_of_spans_that_nest_the_outermost_are_tags() -> None:
    spans = [Span("a", 1, 4, "ORG"), Span("b", 1, 2, "REG"), Span("c", 4, 5, "QTY")]
    assert outermost(spans, 6) == ["O", "B-ORG", "I-ORG", "I-ORG", "B-QTY", "O"]
