"""What the script stage knows: OpenCC's t2s dictionaries, and where this project decides otherwise.

t2s was made for whole books of every age. Run on administrative prose, some of its phrases match across
two words (屬於｜單位, 雙重｜覆蓋, 交流｜徵求), and some of its defaults are not what mainland writers print.
Every departure stands here with its reason; nothing else in this package alters a conversion.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import NamedTuple

from .opencc_tables import read_table


class Words(NamedTuple):
    """In each of `words`, `old` becomes `new`; all other characters convert as they do alone.

    The words are written simplified except for `old`, and match in any spelling of the other characters.
    """

    old: str
    new: str
    why: str
    words: str


# The sense that is always meant, where t2s leaves the rarer one standing.
CHARACTERS = {
    "著": "着",  # t2s never touches it; 著力, 隨著 are the rule, 著名 and its like the listed exception
    "藉": "借",  # t2s converts 藉 in 41 words and leaves 藉其, 藉活動; only 慰藉, 狼藉 and their like keep it
    "瞭": "了",  # only 瞭望 and 瞭哨 keep it (General Standard list, note on 瞭)
    "衹": "只",  # 衹有, 衹要: t2s knows two words of it
    "薹": "薹",  # 菜薹, 抽薹: t2s makes 苔 (moss) of it outside 蒜薹 and 蕓薹
    # Forms that t2s does not know, though s2hk, s2tw and s2t make them: 衞生, 總枱, 化粧, 哄擡, 兼收幷蓄.
    **dict(zip("衞枱濬粧砲幷伕牠擡暱揹敍糭痺簷", "卫台浚妆炮并夫它抬昵背叙粽痹檐", strict=True)),
}

# Phrases of TSPhrases that are not followed, by reason.
DROPPED = {
    "matches across two words: 屬於單位, 對於倫理, 處於其一, 聞名於世成為, 樂於崇文重教": (
        "於單 於倫 於則 於其一 於坦 於戲 於惟一 於乎 於敖 於琳 於邑 於穆 於竹屋 於世成 於崇文 於清言"
    ),
    "matches across two words: 展示覆蓋, 開發覆蓋, 文明覆蓋, 供電覆蓋": (
        "示覆 發覆 明覆 電覆 見覆 拜覆 露覆 頗覆 蕩覆"
    ),
    "means to cover or overturn, which stays 覆: 覆上薄膜, 買臣覆水": (
        "覆上 覆住 覆成 覆杯 覆冒 覆育 覆露 覆盂 覆宗 覆逆 覆鼎 覆醢 覆墓 覆瓿 覆醬瓿 覆電 覆蕉尋鹿 覆鹿尋蕉 "
        "覆鹿遺蕉 覆幬 買臣覆水 文錦覆阱 貂覆額 以功覆過 侔德覆載 名覆金甌 射覆"
    ),
    "matches across two words (特徵聲紋, 象徵音樂, 交流徵求, 轉變徵收) or is 征调": ("徵調 徵聲 徵音 流徵 變徵 角徵"),
    "dry, or a trunk road: 乾紅葡萄酒, 主乾道; matches across 健康｜乾淨": ("乾紅 乾道 乾斷 乾圖 乾造 乾宅 康乾"),
    "钟馗 and 万钟 are so printed; 锺 is for names": (
        "鍾馗 萬鍾 千鍾粟 書中自有千鍾粟 酒逢知己千鍾少 酒逢知己千鍾少話不投機半句多"
    ),
    "甚巨, 巨子 and 巨万 are so printed; 钜 is for names": "甚鉅 鉅子 鉅萬",
}

# 所著, 名著 … are words, but in 派出所著手 the word begins at 著.
_BEFORE_ZHE = "所原土合名论"
_AFTER_ZHE = "力手眼火陆落装色"

ADDED = (
    Words(
        "著",
        "著",
        "to write, to be known",
        "显著 卓著 昭著 名著 原著 论著 专著 编著 译著 遗著 合著 巨著 拙著 所著 土著 撰著 见微知著 彰明较著 "
        "称著于世 著名 著作 著称 著述 著者 著书 著录 著有《 著有“ 著有多 著有专 著有论 著有诗",
    ),
    Words(
        "著",
        "着",
        "a verb with 着, after which 作, 名, 有 … begin a word of their own: 隨著作風轉變, 混合著",
        "随著 沿著 朝著 接著 意味著 标志著 存在著 面对著 面临著 执著 附著 胶著 沉著 黏著 粘著 衣著 穿著 吸著 "
        "固著 结合著 配合著 混合著 融合著 组合著 综合著 整合著 迎合著 符合著 联合著 讨论著 议论著 谈论著 "
        "评论著 争论著 辩论著 彰显著 凸显著 突显著 尽显著 拿著书 抱著书 捧著书 跟著书 照著书 靠著书 背著书",
    ),
    Words(
        "著",
        "着",
        "the word begins after 著: 發揮著作用, 跟著書記, 隨著名額",
        "著作用 著作风 著作业 著作战 著作秀 著作出 著作了 著作报告 著书记 著书面 著书香 著书法 著书画 著书本 "
        "著书包 著书籍 著称号 著称职 著称赞 著称呼 著述职 著录音 著录像 著录取 著录用 著录入 著录制 著名单 "
        "著名义 著名额 著名册 明显著力 明显著手 所著重 土著重 所著想 所著急 "
        + " ".join(f"{before}著{after}" for before in _BEFORE_ZHE for after in _AFTER_ZHE),
    ),
    Words("著", "著", "著作 and 著名 all the same", "存在著作权 著作出版 著名单位 著作业务"),
    Words(
        "藉",
        "藉",
        "to comfort, to lie about: not 借",
        "慰藉 狼藉 枕藉 蕴藉 酝藉 躏藉 凌藉 陵藉 相藉 藉田 藉甚",
    ),
    Words("瞭", "瞭", "to look out (liào)", "瞭望 瞭哨 瞭台"),
    Words(
        "祇",
        "只",
        "only; t2s always leaves it",
        "祇有 祇要 祇是 祇能 祇得 祇可 祇须 祇需 祇好 祇会 祇限 祇剩 祇不过",
    ),
    Words("祇", "祇", "the god of the earth, lest 地祇有 be read as 只有", "神祇 地祇"),
    Words(
        "覆",
        "复",
        "批复, and to do again",
        "批覆 覆核 覆检 覆审 覆议 覆查 覆诊 覆函 覆验 覆试 覆述 覆测 覆勘",
    ),
    Words(
        "覆",
        "覆",
        "to cover, after a character that would make 复 of it: 一批覆蓋, 雙重覆膜",
        " ".join(f"{before}覆{after}" for before in "批重反回答函申" for after in "盖土膜灭没冰被"),
    ),
    Words("覆", "覆", "to overturn, lest 顛覆命運 hold 覆命", "颠覆 倾覆 翻覆 全覆"),
    Words("乾", "干", "若干, 骨干, 实干, lest 若乾縣 hold 乾县", "若乾 骨乾 实乾"),
    Words(
        "乾",
        "乾",
        "reigns, and places near those of the corpus",
        "乾道年间 康乾时 康乾年 康乾之 康乾南 乾西 乾潭",
    ),
    Words(
        "於",
        "于",
        "lest 於潛 (the town) and 於菟 (the tiger) be found in 對於潛在, 屬於菟絲子",
        " ".join(f"於潜{after}" for after in "在力能心移水伏藏规江山艇逃") + " 於菟丝",
    ),
    Words("畫", "划", "to plan; t2s knows 計畫 and 籌畫", "规畫 企畫 策畫 建设计畫"),
    Words(
        "畫",
        "画",
        "a picture after 設計, 統計, 政策, lest it be 计划, 策划",
        "设计畫册 设计畫稿 设计畫面 设计畫作 统计畫像 政策畫",
    ),
    Words(
        "沈",
        "沉",
        "to sink; no words that might begin a name of the Shen family",
        "沈没 沈淀 沈痛 沈浸 沈迷 沈稳 沈溺 沈降 沈陷 沈沦 沈寂 沈闷 沈甸甸 沈重的 沈重负 沈重打 沈重代 沈著",
    ),
    Words(
        "鍊",
        "链",
        "a chain that t2s does not know",
        "供应鍊 产业鍊 价值鍊 资金鍊 生态鍊 创新鍊 食物鍊 区块鍊 冷鍊",
    ),
    Words("鍊", "炼", "to train, lest 鍛鍊子弟 hold 链子", "锻鍊"),
    Words(
        "噁",
        "噁",
        "official documents and pesticide labels print 噁; t2s gives 𫫇, which few fonts hold, or 恶",
        "二噁英 二噁烷 噁唑 噁嗪 噁霉 噁草",
    ),
    Words("昇", "昇", "a name: Huawei's 昇腾 and 昇思, and 毕昇", "昇腾 昇思 毕昇"),
)


@cache
def characters() -> dict[str, str]:
    """What each character becomes outside any phrase."""
    return read_table("TSCharacters") | CHARACTERS


@cache
def phrases() -> dict[str, str]:
    """What each phrase becomes; a phrase and what it becomes have one length."""
    dropped = {phrase for listed in DROPPED.values() for phrase in listed.split()}
    kept = {key: value for key, value in read_table("TSPhrases").items() if key not in dropped}
    return kept | {key: value for group in ADDED for key, value in _spelled_out(group)}


def _spelled_out(group: Words) -> Iterator[tuple[str, str]]:
    for word in group.words.split():
        for spelling in spellings(word, fixed=group.old):
            pairs = zip(word, spelling, strict=True)
            yield spelling, "".join(group.new if a == group.old else _alone(b) for a, b in pairs)


def _alone(character: str) -> str:
    return characters().get(character, character)


def spellings(word: str, fixed: str = "") -> Iterator[str]:
    """All ways to write a simplified word with traditional characters for none, some or all of its own.

    The characters in `fixed` are written as they are.

    >>> list(spellings("于潜")), list(spellings("著书", fixed="著"))
    (['于潜', '于潛', '於潜', '於潛'], ['著书', '著書'])
    """
    forms = ((c,) if c in fixed else (c, *_traditional_forms().get(c, ())) for c in word)
    return map("".join, product(*forms))


@cache
def _traditional_forms() -> dict[str, tuple[str, ...]]:
    forms: dict[str, tuple[str, ...]] = {}
    for traditional, simplified in read_table("TSCharacters").items():
        if traditional != simplified:
            forms[simplified] = (*forms.get(simplified, ()), traditional)
    return forms
