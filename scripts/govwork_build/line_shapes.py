"""What a line is by its shape alone: a date, a document number, an addressee, an annex mark, a title."""

from __future__ import annotations

import re

from .unit_labels import COLUMN_LABEL, LABEL
from .unit_names import is_body

_YEAR = r"(?:[0-9]{4}|[二一][〇○ΟＯOo零一二三四五六七八九]{3})\s*年"
_DAY = r"[0-9一二三四五六七八九十〇○]{1,3}"
_DATE = rf"{_YEAR}\s*{_DAY}\s*月\s*(?:{_DAY}\s*日)?"
_DATE_LINE = re.compile(rf"[（(]?\s*(?:{_DATE}|[0-9]{{4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}})\s*(?:印发)?[）)]?")
_DOC_NUMBER = re.compile(
    r"[（(]?[^，。；：、\s]{1,16}[〔\[（(【]\s*[0-9]{4}\s*[〕\]）)】]\s*第?\s*[0-9]{1,4}\s*号[）)]?"
)
_MEETING = re.compile(
    rf"[—－-]*[（(]?(?:{_DATE})?\s*在?[^，。；：]{{2,50}}(?:会议|大会|全会)上?(?:的[讲报][话告])?[）)]?"
    rf"(?:[（(]{_DATE}[）)])?"
)
_MEETING_SURE = re.compile(rf"[议大全]会?上|^[（(].*(?:会议|大会).*[）)]$|^[（(]?{_DATE}.*(?:会议|大会)")
_FIELD = re.compile(
    r"[【\[]?(?:索引号|信息索引号|发布日期|发文日期|成文日期|生成日期|公开日期|发布时间|发布机构|发文机关|发文机构|制发机关"
    r"|信息来源|来源|文号|发文字号|字号|标签|关键词|主题词|作者|编辑|责任编辑|浏览次数|点击量|主题分类|组配分类|公开方式"
    r"|公开范围|有效性|效力状态|统一编号|抄送|主送|分送|报送|印送|发送|存档|报|送)[】\]]?[：:].*"
)
_DELIVERY = re.compile(r".{2,30}(?:办公室|办公厅|秘书科)\s*[0-9]{4}年.{2,8}印发")
_REMARK = re.compile(r"[（(](?:此件|本件|此文|内部资料|以下简称).{0,30}[）)]")
_AUDIENCE = r"(?:各位)?(?:代表|委员|领导|同志|来宾|列席人员|乡贤|朋友|女士|先生|嘉宾)们?"
_SALUTATION = re.compile(rf"(?:尊敬的)?(?:各位[^，。：！]{{2,12}}|同志们)(?:[、，]{_AUDIENCE}){{0,4}}[：:！!，,]?")
_RECIPIENT = re.compile(
    r"(?:各|[省市县区镇乡州]|中国|驻)[^。！？：:]{0,150}(?:政府|部门|单位|机构|委员会|管委会|办事处|企业|局|办|院校|高校|直属)"
    r"[^。！？：:]{0,12}[：:]"
)
_OFFICE = r"(?:代|代理)?(?:市长|县长|区长|州长|盟长|旗长|省长|主席|乡长|镇长|主任|局长|书记|院长|检察长)"
_NAME = r"[\u4e00-\u9fff](?:[\u4e00-\u9fff·]|[ \u3000]+(?=[\u4e00-\u9fff])){1,6}"
_SPEAKER = re.compile(
    rf"[—－-]*(?:[\u4e00-\u9fff、 \u3000]{{0,24}}{_OFFICE}[ \u3000]*{_NAME}|{_NAME}[（(]?{_OFFICE}[）)]?)"
)
_NAME_ALONE = re.compile(r"[\u4e00-\u9fff](?:[ \u3000]*[\u4e00-\u9fff]){1,3}")

ANNEX_MARK = re.compile(
    r"[（(【]?附\s*[件表录]?\s*[一二三四五六七八九十0-9]{0,3}(?:[-—－][0-9]{1,2})?\s*[）)】]?\s*[：:]?"
)
ANNEX_LINE = re.compile(
    r"附\s*[件表录]?\s*[一二三四五六七八九十0-9]{0,3}\s*(?:[：:]|[．.、\s](?=\S))"
    r"\s*(?P<number>[0-9一二三四五六七八九十]{1,2}\s*[．.、])?\s*(?P<name>\S.*)"
)
ANNEX_NEXT = re.compile(r"\s*(?:附件)?\s*[0-9]{1,2}\s*[．.、：:]\s*(?P<name>\S[^。；！？]{0,60}[^。；！？：，])")

_SENTENCE_MARKS = re.compile(r"[。！？；!?;]")
_NOT_BARE_ENDS = "。！？；：，、,;:!?…"
_HAN = re.compile(r"[\u3400-\u9fff]")
_NOT_TITLES = re.compile(r"[—－●※★▲◆■□○•·]|注|（注|备注")
_COLUMN = re.compile(
    r"序\s*号|(?:主要|重点|工作|目标|具体)?\s*(?:工作|目标)?\s*(?:任务|内容|事项|项目|指标)(?:名称|内容|与要求)?"
    r"|内容与要求|进展情况|备\s*注|完成时[限间]|类\s*别|任\s*务|主\s*要\s*工\s*作\s*任\s*务"
)


def is_date(line: str) -> bool:
    """Whether a line is a date and nothing else."""
    return len(line) <= 24 and _DATE_LINE.fullmatch(line.strip()) is not None


def is_doc_meta(line: str) -> bool:
    """Whether a line is a document number, a date, a meeting, a form field, a note on delivery or a remark."""
    if len(line) > 200:
        return False
    line = line.strip()
    of_form = (_DOC_NUMBER, _FIELD, _DELIVERY, _REMARK)
    return is_date(line) or is_meeting(line) or any(pattern.fullmatch(line) for pattern in of_form)


def is_remark(line: str) -> bool:
    """Whether a line is a remark in brackets that stands among a document's data: `（此件公开发布）`."""
    return len(line) <= 40 and _REMARK.fullmatch(line.strip()) is not None


def is_meeting(line: str) -> bool:
    """Whether a line says where and when a report was given: `（2019年2月27日在…会议上）`."""
    return len(line) <= 80 and _MEETING.fullmatch(line) is not None and _MEETING_SURE.search(line) is not None


def is_salutation(line: str) -> bool:
    """Whether a line addresses an audience and does nothing else: `各位代表：`."""
    return len(line) <= 45 and _SALUTATION.fullmatch(line.strip()) is not None


def is_recipient(line: str) -> bool:
    """Whether a line lists the bodies a notice goes to: `各县（市、区）人民政府，市直属各单位：`."""
    return len(line) <= 200 and LABEL.match(line) is None and _RECIPIENT.fullmatch(line.strip()) is not None


def is_speaker(line: str) -> bool:
    """Whether a line names the speaker with his office: `永康市人民政府市长朱志杰`."""
    return len(line) <= 40 and _SPEAKER.fullmatch(line.strip()) is not None


def is_name(line: str) -> bool:
    """Whether a line could be a person's name alone."""
    return len(line) <= 10 and _NAME_ALONE.fullmatch(line.strip()) is not None


def is_issuer(line: str) -> bool:
    """Whether a line could be the signature of a body."""
    line = line.strip()
    return 3 <= len(line) <= 30 and not re.search(r"[，。；：、！？]", line) and is_body(line.replace(" ", ""))


def is_bare(line: str, longest: int = 60) -> bool:
    """Whether a line holds no sentence and could be a title: short, with no mark of one inside or at its end."""
    line = line.strip()
    return (
        2 <= len(line) <= longest
        and line[-1] not in _NOT_BARE_ENDS
        and not _SENTENCE_MARKS.search(line)
        and _HAN.search(line) is not None
        and not _NOT_TITLES.match(line)
    )


def is_one_sentence(text: str, longest: int = 50) -> bool:
    """Whether what stands behind a number is a heading: no sentence mark but perhaps one at its end."""
    text = text.strip()
    whole = 0 < len(text) <= longest and not _SENTENCE_MARKS.search(text, 0, len(text) - 1)
    return whole and not text.endswith(("；", "，", "、", ";", ","))


def is_column_head(line: str) -> bool:
    """Whether a line is the head of a table's column that a copy has put on a line of its own."""
    line = line.strip()
    return len(line) <= 20 and (COLUMN_LABEL.fullmatch(line) is not None or _COLUMN.fullmatch(line) is not None)
