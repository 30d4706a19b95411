"""What the names of bodies look like: their endings, the places they govern, catch-alls and second names."""

from __future__ import annotations

import re
from typing import Literal

PlaceKind = Literal["district", "zone", "members"]

# How bodies end. Read from the end of a name only, so that a long line stays cheap.
_ENDINGS = (
    *"局委办部厅院校处科所站队会社司行台馆署府室组协联庭",
    *("中心", "集团", "海关", "大学", "中学", "小学", "人大", "政协", "电信", "移动", "联通", "铁塔", "税务"),
    *("气象", "公安", "消防", "邮政", "烟草", "供电", "电力", "广电", "海事", "军分区", "运营商", "专班"),
    *("单位", "部门", "机构", "企业", "高校", "团体", "党派", "各地"),
)
# Words that end alike and name no body.
_NOT_ENDINGS = tuple(
    "社会 机会 大会 都会 盛会 协会组织 格局 布局 大局 全局 开局 结局 全部 内部 外部 东部 西部 南部 北部 中部 干部 举办 承办"
    " 督办 交办 前行 先行 运行 实行 推行 进行 举行 出行 通行 践行 同行 执行 部署 平台 舞台 后台 擂台 场所 厕所 家庭 好处 用处"
    " 查处 学科 百科 教科 团队 车队 试点站".split()
)
# Words that name no body by themselves: in 各县（市、区）党委和政府 the 政府 is not a second one.
_BARE = frozenset(
    "政府 人民政府 党委 党组 党工委 工委 管委会 管理委员会 办事处 单位 部门 机构 企业 办公室 委员会".split()
)
_ZONES = (
    *("新区", "开发区", "园区", "高新区", "经开区", "度假区", "示范区", "集聚区", "集中区", "商务区", "经济区"),
    *("试验区", "实验区", "先行区", "保税区", "名胜区", "风景区", "景区", "管理区", "合作区", "功能区", "港区", "片区"),
    *("产业园", "工业园", "科技园", "物流园", "产业带", "新城", "科技城", "自贸区", "组团", "林场", "农场"),
)
_DISTRICTS = (*"省市县区旗镇乡村盟", "街道", "自治州", "地区", "社区")
_NOT_DISTRICTS = ("超市", "城市", "小区", "军区", "校区", "库区", "市区")
_MEMBERS = ("部门", "单位", "机关", "企业", "高校", "院校")
# What may stand in brackets behind 县 or 部门 without being a second name: 县（市、区）, 部门（单位）, 党委（党组）.
_CLASS_WORDS = re.compile(
    r"(?:[省市县区旗镇乡州盟场]|街道|乡镇|单位|部门|机构|企业|园区|开发区|党组|党委|党工委|工委|政府|人民政府"
    r"|管委会|办事处|街道办事处|本级|直属|[、，,和及/])+"
)
_BRACKET = re.compile(r"[（(]([^（()）]*)[）)]")
_QUOTED = re.compile(r"[“‘「《][^“‘「《”’」》]*[”’」》]")
_CLASS = r"(?:[省市县区旗镇乡]|街道?|村|社区)"
_GOVERNED = r"(?:人民政府|政府|党委|党工委|管委会|办事处)"
_CATCH_ALL = re.compile(
    # Words that range over many, or over whoever is concerned.
    r"各|有关|相关|所涉|涉及|所有|全体|其他|其它|属地|所在地|当地|成员单位|^等"
    # Kinds of bodies: 市级部门, 市属国有企业, 在金高校.
    r"|(?:部门|单位|企业|机构|高校|院校|运营商)$"
    # Kinds of places, two or more or the lowest: 县市区政府, 乡镇（街道）, 街道办事处; not 市政府.
    rf"|^(?:全?[省市县区]的?)?{_CLASS}{{2,4}}{_GOVERNED}*$|^街道(?:办事处)?$"
)
# A body whose second name stands before its last word: 市财政（地税）局.
_INFIX = re.compile(r"([^（(]+)[（(]([^（()）、，,]+)[）)](局|委|办|厅|部|委员会|办公室)")
_OF_LEVEL = re.compile(r"(?!市场|市政(?!府|协)|区域|县域|乡村)[省市县区州盟旗镇乡](?=.)|.{2,4}?[省市县区州盟旗镇乡](?=.)")


def is_bare(name: str) -> bool:
    """Whether a name is only a kind of body: 政府, 管委会, 单位（部门）."""
    return _BRACKET.sub("", name) in _BARE


def is_body(name: str) -> bool:
    """Whether a name is that of a body, by its ending; a second name in brackets is looked through."""
    core = without_bracket(name)
    return 2 <= len(core) and core.endswith(_ENDINGS) and not core.endswith(_NOT_ENDINGS) and core not in _BARE


def place_kinds(name: str) -> frozenset[PlaceKind]:
    """What a name that needs a suffix stands for: a district, a zone (开发区), members (各部门)."""
    core = without_bracket(name)
    kinds: set[PlaceKind] = set()
    if core.endswith(_ZONES):
        kinds.add("zone")
    if core.endswith(_MEMBERS):
        kinds.add("members")
    if core.endswith("新区") or (not kinds and core.endswith(_DISTRICTS) and not core.endswith(_NOT_DISTRICTS)):
        kinds.add("district")
    return frozenset(kinds)


def is_catch_all(name: str) -> bool:
    """Whether a name means more bodies than one and names none of them: 各县（市、区）政府, 市级部门."""
    plain = _QUOTED.sub("", name)
    classes = _BRACKET.search(plain)
    if classes and is_class_words(classes[1]) and re.match(rf"{_CLASS}{{1,3}}[（(]", plain):
        return True
    return _CATCH_ALL.search(_BRACKET.sub("", plain)) is not None


def is_class_words(content: str) -> bool:
    """Whether what stands in brackets lists kinds (市、区; 单位; 党组), and so is no second name."""
    return _CLASS_WORDS.fullmatch(content.replace(" ", "")) is not None


def without_bracket(name: str) -> str:
    """A name without the bracket at its end, if it has one."""
    if not name.endswith(("）", ")")):
        return name
    at = max(name.rfind("（"), name.rfind("("))
    return name[:at] if at > 0 else name


def split_alias(name: str) -> tuple[str, str | None]:
    """A name and its second name.

    市委宣传部（文产办） → 市委宣传部, 文产办; 市财政（地税）局 → 市财政局, 市地税局.
    """
    core = without_bracket(name)
    if core != name:
        content = name[len(core) + 1 : -1].strip()
        return (core, content) if is_body(content) and not is_class_words(content) else (name, None)
    infix = _INFIX.fullmatch(name)
    if infix is None or is_class_words(infix[2]):
        return name, None
    first, second, ending = infix.groups()
    level = _OF_LEVEL.match(first)
    prefix = level[0] if level and not second.startswith(level[0]) else ""
    return first + ending, prefix + second + ending
