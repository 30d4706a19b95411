"""What the names of bodies look like: their endings, the places they govern, catch-alls and second names."""

from __future__ import annotations

import re
from typing import Literal

PlaceKind = Literal["district", "zone", "members"]
# No name of a body is longer; its ending is looked for so far back and no farther.
LONGEST_NAME = 40
_LONGEST_ENDING = 8

# How bodies end, and words that end alike and name none. The end of a name is looked at alone: a line may be long.
_ENDING = re.compile(
    r"(?:[局委办部厅院校处科所站队会社司行台馆署府室组协联庭]|中心|集团|海关|大学|中学|小学|人大|政协|单位|部门|机构|企业"
    r"|高校|团体|党派|各地|运营商|专班|军分区|电信|移动|联通|铁塔|税务|气象|公安|消防|邮政|烟草|供电|电力|广电|海事)$"
)
_NO_ENDING = re.compile(
    r"(?:社会|机会|大会|都会|盛会|格局|布局|大局|全局|开局|结局|干部|[全内外东西南北中]部|举办|承办|督办|交办|[前先运实推进出通践同]行"
    r"|举行|执行|部署|平台|舞台|后台|擂台|场所|厕所|家庭|[好用]处|查处|学科|百科|教科|团队|车队)$"
)
# Words that name no body by themselves: in 各县（市、区）党委和政府 the 政府 is not a second one.
_BARE = re.compile(r"(?:人民)?政府|党委|党组|党?工委|管委会|管理委员会|办事处|单位|部门|机构|企业|办公室|委员会")
_ZONE = re.compile(
    r"(?:[新园景港片]区|开发区|高新区|经开区|度假区|示范区|集聚区|集中区|商务区|经济区|试验区|实验区|先行区|保税区|名胜区|风景区"
    r"|管理区|合作区|功能区|产业园|工业园|科技园|物流园|产业带|新城|科技城|自贸区|组团|林场|农场)$"
)
_DISTRICT = re.compile(r"(?:[省县旗镇乡村盟]|(?<![超城])市|(?<![小军校库市])区|街道|自治州)$")
_MEMBERS = re.compile(r"(?:部门|单位|机关|企业|高校|院校)$")
# What may stand in brackets behind 县 or 部门 without being a second name: 县（市、区）, 部门（单位）, 党委（党组）.
_CLASS_WORDS = re.compile(
    r"(?:[省市县区旗镇乡州盟场]|街道|乡镇|单位|部门|机构|企业|园区|开发区|党组|党委|党工委|工委|政府|人民政府"
    r"|管委会|办事处|街道办事处|本级|直属|[、，,和及/])+"
)
# What bodies of one kind share and the last of them bears: 婺城区、金东区政府; 各部门、各单位党委（党组）.
_SUFFIX = re.compile(
    r"(?:党委[（(]党组[）)]|党委和政府|党委政府|党委|党工委|人民政府|政府|管理委员会|管委会|办事处)$"
)
_KIND_WORD = re.compile(r"(?:新区|开发区|园区|度假区|示范区|集聚区|街道|[省市县区旗镇乡])$")
_BRACKET = re.compile(r"[（(]([^（()）]*)[）)]")
_NEVER_IN_NAMES = re.compile(r"[：:！!？?]|[0-9]{4}")
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
_OF_LEVEL = re.compile(
    r"(?!市场|市政(?!府|协)|区域|县域|乡村)[省市县区州盟旗镇乡](?=.)|.{2,4}?[省市县区州盟旗镇乡](?=.)"
)


def is_bare(name: str) -> bool:
    """Whether a name is only a kind of body: 政府, 管委会, 单位（部门）."""
    return _BARE.fullmatch(_BRACKET.sub("", name)) is not None


def is_body(name: str) -> bool:
    """Whether a name is that of a body, by its ending; a second name in brackets is looked through."""
    core = without_bracket(name)
    return len(core) > 1 and _ends(_ENDING, core) and not _ends(_NO_ENDING, core) and not _BARE.fullmatch(core)


def place_kinds(name: str) -> frozenset[PlaceKind]:
    """What a name that needs a suffix stands for: a district, a zone (开发区), members (各部门)."""
    core = without_bracket(name)
    kinds: set[PlaceKind] = set()
    if _ends(_ZONE, core):
        kinds.add("zone")
    if _ends(_MEMBERS, core):
        kinds.add("members")
    if core.endswith("新区") or (not kinds and _ends(_DISTRICT, core)):
        kinds.add("district")
    return frozenset(kinds)


def _ends(ending: re.Pattern[str], name: str) -> bool:
    return ending.search(name, max(0, len(name) - _LONGEST_ENDING)) is not None


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


def is_unit_name(name: str) -> bool:
    """Whether a string reads as the name of a body: by its ending, or as a place."""
    if not 2 <= len(name) <= LONGEST_NAME or _NEVER_IN_NAMES.search(name):
        return False
    return is_body(name) or bool(place_kinds(name))


def shared_suffix(name: str) -> str:
    """The suffix of a name that others of its kind may share, or nothing: 政府, 管委会, 党委（党组）."""
    found = _SUFFIX.search(name, max(0, len(name) - LONGEST_NAME))
    return found[0] if found else ""


def kind_word(place: str) -> str:
    """The word at the end of a place's name that says what it is: 区, 县, 开发区."""
    found = _KIND_WORD.search(place, max(0, len(place) - LONGEST_NAME))
    return found[0] if found else ""
