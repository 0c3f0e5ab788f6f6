"""The portal's checks of what is typed in: each rule its own message, nothing is trusted from the page.

Fields come by label (see :mod:`mock_portal.schema`); the answer is a list of messages in the order of the
page, empty when all is well. Checks that need the store (a valid card, an open group) stand with the store.
Sources: GB 11643-1999 (ID), GB 32100-2015 (tax number), the published patterns of PRC passports; the lengths
are guesses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations

from stdnum.cn import ric

from mock_portal import schema
from mock_portal.file_rules import check_attachment, check_image
from mock_portal.schema import AttachmentRow, Field

__all__ = [
    "check_address",
    "check_attachment",
    "check_controls",
    "check_group",
    "check_image",
    "check_invoice",
    "check_member",
    "check_passport",
    "check_receipt",
    "check_rows",
    "check_submission",
    "doubts",
    "months_on",
    "passport_kind",
]

Fields = Mapping[str, str]

_DOUBTFUL_POSITIONS = ("书记", "法人", "会计", "财务", "行政", "翻译")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_PINYIN = re.compile(r"[A-Z]+( [A-Z]+)*")
_PASSPORTS = {
    "普通护照": re.compile(r"E\d{8}|E[A-HJ-NP-Z]\d{7}"),
    "公务普通护照": re.compile(r"PE\d{7}"),
    "公务护照": re.compile(r"SE\d{7}"),
    "外交护照": re.compile(r"DE\d{7}"),
}
_HONG_KONG_OR_MACAO = re.compile(r"K\d{8}|MA\d{7}")

_FORMATS: dict[str, tuple[re.Pattern[str], str]] = {
    "姓名": (re.compile(r"[\u3400-\u9fff\U00020000-\U000323af·]{2,30}"), "姓名应为2至30个汉字"),
    "身份证号": (re.compile(r"\d{17}[\dX]"), "身份证号应为18位"),
    "拼音姓": (_PINYIN, "拼音姓应为大写字母"),
    "拼音名": (_PINYIN, "拼音名应为大写字母"),
    "手机号": (_MOBILE, "手机号格式不正确"),
    "电子邮箱": (_EMAIL, "电子邮箱格式不正确"),
    "原卡号": (re.compile(r"[A-Za-z0-9]{6,20}"), "原卡号应为6至20位字母或数字"),
    "收件人": (re.compile(r".{2,20}"), "收件人应为2至20个字"),
    "详细地址": (re.compile(r".{5,100}"), "详细地址应为5至100个字"),
    "邮编": (re.compile(r"\d{6}"), "邮编应为6位数字"),
    "税号": (re.compile(r"[0-9A-Z]{15,20}"), "税号应为15至20位数字或大写字母"),
    "注册电话": (re.compile(r"[\d()（） -]{7,20}"), "注册电话格式不正确"),
    "银行账号": (re.compile(r"[\d ]{6,30}"), "银行账号格式不正确"),
    "接收邮箱": (_EMAIL, "接收邮箱格式不正确"),
    "接收手机": (_MOBILE, "接收手机格式不正确"),
}


def check_member(
    fields: Fields, ownership: str, today: date, *, complete: bool, min_passport_months: int = 12
) -> list[str]:
    """What is wrong with a member's A 基本信息 and B 护照信息.

    A draft (not `complete`) needs 姓名 and is checked for the formats of what is filled in. A great age is
    no error; a position that is usually not accepted is none either, but one of the :func:`doubts`.
    """
    values = {label: value.strip() for label, value in fields.items()}
    messages = list(check_controls(schema.MEMBER_FIELDS, values, demand=complete))
    if not complete:
        return messages if values.get("姓名") else ["请填写姓名", *messages]
    messages += _identity(values, today)
    messages += check_passport(values, ownership, today, min_passport_months)
    if values.get("有无被拒签记录") == "有":
        messages.append("有被拒签记录的人员不能申办")
    if values.get("有无犯罪记录") == "有":
        messages.append("有犯罪记录的人员不能申办")
    return messages


def doubts(fields: Fields) -> list[str]:
    """What is no error, but usually not accepted: a post that is none towards the outside."""
    position = fields.get("职务", "")
    return [
        f"职务含“{word}”，审核时可能不被认可，请确认是否为对外职务"
        for word in _DOUBTFUL_POSITIONS
        if word in position
    ][:1]


def check_group(members: Sequence[Fields]) -> list[str]:
    """The same person or passport twice in a group."""
    messages = []
    for label in ("身份证号", "护照号码"):
        for (one, first), (two, second) in combinations(enumerate(members, 1), 2):
            value = first.get(label, "").strip().upper()
            if value and value == second.get(label, "").strip().upper():
                messages.append(f"成员{one}与成员{two}的{label}重复")
    return messages


def check_rows(
    rows: Sequence[AttachmentRow], uploaded: set[str], fields: Fields, *, templates: bool
) -> list[str]:
    """Rows (their codes not in `uploaded`) whose file is demanded; signed forms only when `templates`."""
    return [
        f"请上传{row.name}"
        for row in rows
        if row.demanded(dict(fields)) and row.code not in uploaded and (templates or not row.template)
    ]


def check_address(fields: Fields) -> list[str]:
    """What is wrong with a mailing address; 所在地区 is 省/市/区."""
    values = {label: value.strip() for label, value in fields.items()}
    messages = list(check_controls(schema.ADDRESS, values, demand=True))
    if values.get("所在地区") and [bool(part) for part in values["所在地区"].split("/")] != [True] * 3:
        messages.append("请选择完整的所在地区")
    return messages


def check_invoice(fields: Fields) -> list[str]:
    """What is wrong with invoice data. The check digit of GB 32100 is none of it: numbers in real use fail it."""
    values = {label: value.strip() for label, value in fields.items()}
    messages = list(check_controls(schema.INVOICE, values, demand=True))
    number = values.get("税号", "")
    if values.get("抬头类型") == "企业" and not number:
        messages.append("抬头类型为企业时请填写税号")
    return messages


def check_receipt(fields: Fields, *, has_address: bool, has_invoice: bool) -> list[str]:
    """What is wrong with 领取方式, 支付方式 and 发票信息, as 上报 and 换补卡 ask for them."""
    values = {label: value.strip() for label, value in fields.items()}
    messages = list(check_controls((schema.DELIVERY,), values, demand=True))
    if values.get("领取方式") == "邮寄" and not has_address:
        messages.append("请选择邮寄地址")
    messages += check_controls((schema.PAYMENT,), values, demand=True)
    if not has_invoice:
        messages.append("请选择发票信息")
    return messages


def check_submission(
    fields: Fields, *, has_address: bool, has_invoice: bool, members: int, has_letter: bool
) -> list[str]:
    """What is wrong with the 上报 page; `fields` hold 领取方式, 支付方式 and 申请事由."""
    values = {label: value.strip() for label, value in fields.items()}
    messages = [] if members else ["团组中没有成员"]
    messages += check_receipt(values, has_address=has_address, has_invoice=has_invoice)
    reason = values.get("申请事由", "").replace("\r\n", "\n")
    if not reason:
        messages.append("请填写申请事由")
    elif not 10 <= len(reason) <= 500:
        messages.append("申请事由应为10至500个字")
    if not has_letter:
        messages.append("请上传APEC商务旅行卡申请函")
    return messages


def check_controls(controls: Sequence[Field], values: dict[str, str], *, demand: bool) -> Iterator[str]:
    """Every control by itself: is it filled in, does it look right."""
    for field in controls:
        value = values.get(field.label, "")
        if field.kind in ("readonly", "checkbox") or not field.asked(values):
            continue
        if not value:
            if demand and field.required:
                yield f"请{'填写' if field.kind in ('text', 'textarea') else '选择'}{field.label}"
        elif message := _looks(field, value):
            yield message


def _looks(field: Field, value: str) -> str | None:
    if field.options and value not in field.options:
        return f"{field.label}的选项不正确"
    if field.kind == "date":
        return None if _date(value) else f"{field.label}不是正确的日期"
    if field.kind == "text" and len(value) > field.max_length:
        return f"{field.label}不能超过{field.max_length}个字"
    if field.label.endswith("护照号码"):
        return _passport_number(value.upper())
    pattern, message = _FORMATS.get(field.label, (None, ""))
    return message if pattern and not pattern.fullmatch(value.upper() if field.upper else value) else None


def passport_kind(number: str) -> str:
    """The kind of passport whose numbers look like that; nothing for none."""
    return next((kind for kind, pattern in _PASSPORTS.items() if pattern.fullmatch(number.upper())), "")


def _passport_number(value: str) -> str | None:
    if _HONG_KONG_OR_MACAO.fullmatch(value):
        return "港澳特别行政区护照不能申办"
    if not any(pattern.fullmatch(value) for pattern in _PASSPORTS.values()):
        return "护照号码格式不正确"
    return None


def _identity(values: dict[str, str], today: date) -> Iterator[str]:
    """ID number against itself (GB 11643-1999), birth date, sex and age."""
    born = _date(values.get("出生日期", ""))
    number = values.get("身份证号", "").upper()
    if _FORMATS["身份证号"][0].fullmatch(number):
        written = _date(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
        if written is None:
            yield "身份证号中的出生日期不正确"
        # ric.validate refuses address codes that were never given out, which samples use on purpose
        elif ric.calc_check_digit(number) != number[-1]:
            yield "身份证号校验码不正确"
        if born and written and born != written:
            yield "出生日期与身份证号不一致"
        sex = values.get("性别", "")
        if sex in ("男", "女") and sex != ("男" if int(number[16]) % 2 else "女"):
            yield "性别与身份证号不一致"
    if born and born > today:
        yield "出生日期不能晚于今天"
    elif born and months_on(born, 18 * 12) > today:
        yield "申请人未满18周岁"
    joined = _date(values.get("任职时间", ""))
    if joined and joined > today:
        yield "任职时间不能晚于今天"
    elif joined and months_on(joined, 6) > today:
        yield "任职时间不满6个月"


def check_passport(values: dict[str, str], ownership: str, today: date, months: int) -> Iterator[str]:
    """Kind, number, dates and the least validity, which differs by place and is therefore a setting."""
    kind, number = values.get("护照种类", ""), values.get("护照号码", "").upper()
    if ownership == "民营企业" and kind and kind != "普通护照":
        yield "民营企业人员应使用普通护照"
    if kind in _PASSPORTS and not _passport_number(number) and not _PASSPORTS[kind].fullmatch(number):
        yield "护照号码与护照种类不一致"
    issued, expires = _date(values.get("签发日期", "")), _date(values.get("有效期至", ""))
    if issued and issued > today:
        yield "签发日期不能晚于今天"
    if issued and expires and issued >= expires:
        yield "有效期至应晚于签发日期"
    if expires and expires <= today:
        yield "护照已过期"
    elif expires and expires <= months_on(today, months):
        yield f"护照有效期不足{months}个月"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def months_on(start: date, months: int) -> date:
    """`start` so many months later; the last of the month where the day does not exist."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for day in (start.day, 30, 29, 28):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    raise ValueError(start)
