"""Which pages pass as Chinese."""

from __future__ import annotations

from pathlib import Path

import pytest

from skipping import needs

needs("datatrove")

from datatrove.data import Document  # noqa: E402
from datatrove.pipeline.writers.jsonl import JsonlWriter  # noqa: E402

from govwork_build.scale.character_tokenizer import CharacterTokenizer  # noqa: E402
from govwork_build.scale.language_filter import ChineseOnly, language_of  # noqa: E402

SOURCES = sorted((Path(__file__).parents[2] / "corpus" / "sources").glob("*.txt"))

JAPANESE = "東京都は、令和六年度の予算案を公表しました。総額は八兆円を超え、過去最大となります。"
KOREAN = "서울특별시는 올해 업무 계획을 발표하였다. 시민의 안전을 最優先으로 한다."
ENGLISH = "The report was delivered by Mayor Wang Hao (王浩) at the third session of the municipal people's congress."
CODE = 'def total(rows: list[int]) -> int:\n    """合计"""\n    for row in rows:\n        result += row\n'


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("2024年政府工作报告：坚持稳中求进工作总基调，全市生产总值增长5.2%。", "zh"),
        ("香港特別行政區政府今日公布財政預算案。", "zh"),
        ("我們?cè)谌珖?guó)各地的發(fā)展", "zh"),
        ("國(guó)際(jì)經(jīng)濟(jì)環(huán)境發(fā)生變(biàn)化", "zh"),
        ("使用 Python 3.11 和 PyTorch 训练模型，参见 README 与 CONTRIBUTING 文件。", "zh"),
        ("五粮液の包装，全市のび率达到百分之十二，工业增加值继续保持较快的增长速度，财政收入稳步提高。", "zh"),
        (JAPANESE, "ja"),
        ("ｶﾀｶﾅ ﾃﾞ ｶﾞﾒﾝ ﾋｮｳｼﾞ", "ja"),
        (KOREAN, "ko"),
        (ENGLISH, "other"),
        (CODE, "other"),
        ("Правительство утвердило план на год.", "other"),
        ("2024-01-01 12:00 | 3.14 | ——", "other"),
        ("", "other"),
    ],
)
def test_a_page_is_told_by_its_characters(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem[:3])
def test_every_piece_of_a_damaged_source_passes_as_chinese(source: Path) -> None:
    text = source.read_text("utf-8")
    pieces = [text[start : start + 300] for start in range(0, len(text), 300)]
    assert [piece for piece in pieces if piece.strip() and language_of(piece) != "zh"] == []


def test_what_is_dropped_is_counted_and_kept_by_reason(tmp_path: Path) -> None:
    writer = JsonlWriter(str(tmp_path), "${filter_reason}/${rank}.jsonl", compression=None)
    step = ChineseOnly(writer)
    texts = {"a": "我們?cè)谌珖?guó)各地", "b": JAPANESE, "c": KOREAN, "d": ENGLISH}
    kept = list(step.run(Document(text=text, id=name) for name, text in texts.items()))
    assert [(page.id, page.metadata["language"]) for page in kept] == [("a", "zh")]
    counts = {name: int(metric.total) for name, metric in step.stats.stats.items() if "language" in name}
    assert counts == {"dropped_language_ja": 1, "dropped_language_ko": 1, "dropped_language_other": 1}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["language_ja", "language_ko", "language_other"]


def test_characters_are_tokens_and_so_are_words_of_other_scripts() -> None:
    tokenizer = CharacterTokenizer()
    assert tokenizer.word_tokenize("GDP增长5.2%，在𠮷x县") == ["GDP", "增", "长", "5", "2", "在", "𠮷", "x", "县"]
    assert tokenizer.sent_tokenize("完成了。好!\n下一行") == ["完成了。", "好!\n", "下一行"]
