"""Each rule of the replica refuses with its own words, and with those only."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from stdnum.cn import ric

from mock_portal import rules, schema

TODAY = date(2026, 11, 23)


def _number(body: str) -> str:
    return body + ric.calc_check_digit(body + "0")


MEMBER = {
    "姓名": "韦样一",
    "身份证号": _number("99000019050312001"),
    "拼音姓": "WEI",
    "拼音名": "YANGYI",
    "性别": "男",
    "出生日期": "1905-03-12",
    "出生地点": "广西壮族自治区",
    "手机号": "13900000001",
    "电子邮箱": "wei@soe.example.invalid",
    "职务": "业务经理",
    "人员类别": "主要业务人员",
    "从事行业": "商贸",
    "任职时间": "2020-05-06",
    "是否曾持有APEC卡": "否",
    "有无被拒签记录": "无",
    "有无犯罪记录": "无",
    "护照种类": "公务普通护照",
    "护照号码": "PE0000001",
    "签发日期": "2025-06-10",
    "有效期至": "2030-06-09",
    "签发地点": "广西壮族自治区",
    "签发机关": "外交部",
}
HELD = {"是否曾持有APEC卡": "是", "原卡号": "CHN00000009", "原卡有效期至": "2025-01-31"}


def _member(changes: dict[str, str], ownership: str = "国有企业", *, complete: bool = True) -> list[str]:
    return rules.check_member({**MEMBER, **changes}, ownership, TODAY, complete=complete)


@pytest.mark.parametrize("ownership", schema.OWNERSHIPS)
def test_a_good_member_passes(ownership: str) -> None:
    private = {"护照种类": "普通护照", "护照号码": "EA0000001"} if ownership == "民营企业" else {}
    assert _member(private, ownership) == []
    assert _member({**private, **HELD}, ownership) == []


@pytest.mark.parametrize("field", [f for f in schema.MEMBER_FIELDS if f.required], ids=lambda f: f.label)
def test_a_required_field_is_asked_for(field: schema.Field) -> None:
    held = HELD if field.when else {}
    verb = "填写" if field.kind == "text" else "选择"
    assert _member({**held, field.label: ""}) == [f"请{verb}{field.label}"]


@pytest.mark.parametrize("field", [f for f in schema.MEMBER_FIELDS if f.options], ids=lambda f: f.label)
def test_an_option_the_page_does_not_offer_is_refused(field: schema.Field) -> None:
    assert _member({field.label: "别的"}) == [f"{field.label}的选项不正确"]


RULES: list[tuple[str, dict[str, str]]] = [
    ("姓名应为2至30个汉字", {"姓名": "Wei"}),
    ("身份证号应为18位", {"身份证号": "9900001905031200"}),
    ("身份证号中的出生日期不正确", {"身份证号": _number("99000019051312001")}),
    (
        "身份证号校验码不正确",
        {"身份证号": MEMBER["身份证号"][:-1] + ("1" if MEMBER["身份证号"][-1] != "1" else "2")},
    ),
    ("出生日期与身份证号不一致", {"出生日期": "1905-03-13"}),
    ("性别与身份证号不一致", {"性别": "女"}),
    ("拼音姓应为大写字母", {"拼音姓": "Wei"}),
    ("拼音名应为大写字母", {"拼音名": "YANG-YI"}),
    ("出生日期不是正确的日期", {"出生日期": "1905-02-30"}),
    ("手机号格式不正确", {"手机号": "12900000001"}),
    ("电子邮箱格式不正确", {"电子邮箱": "wei@"}),
    ("部门不能超过30个字", {"部门": "部" * 31}),
    ("职务不能超过20个字", {"职务": "经" * 21}),
    ("任职时间不能晚于今天", {"任职时间": "2026-11-24"}),
    ("任职时间不满6个月", {"任职时间": "2026-05-24"}),
    ("原卡号应为6至20位字母或数字", {**HELD, "原卡号": "CHN-1"}),
    ("有被拒签记录的人员不能申办", {"有无被拒签记录": "有"}),
    ("有犯罪记录的人员不能申办", {"有无犯罪记录": "有"}),
    ("护照号码格式不正确", {"护照号码": "PE000001"}),
    ("护照号码与护照种类不一致", {"护照号码": "SE0000001"}),
    ("港澳特别行政区护照不能申办", {"护照号码": "K00000001"}),
    ("签发日期不能晚于今天", {"签发日期": "2026-11-24"}),
    ("护照有效期不足12个月", {"有效期至": "2027-11-23"}),
    ("护照已过期", {"有效期至": "2026-11-23"}),
]


@pytest.mark.parametrize(("message", "changes"), RULES, ids=[message for message, _ in RULES])
def test_a_broken_rule_is_named(message: str, changes: dict[str, str]) -> None:
    assert _member(changes) == [message]


def test_a_birthday_in_the_future_is_refused() -> None:
    number = _number("99000020270101001")
    assert _member({"身份证号": number, "出生日期": "2027-01-01"}) == ["出生日期不能晚于今天"]


def test_a_minor_is_refused_until_the_eighteenth_birthday() -> None:
    for born, messages in (("2008-11-24", ["申请人未满18周岁"]), ("2008-11-23", [])):
        number = _number(f"990000{born.replace('-', '')}001")
        assert _member({"身份证号": number, "出生日期": born}) == messages


def test_a_passport_that_ends_before_it_begins_is_refused() -> None:
    assert _member({"签发日期": "2026-06-10", "有效期至": "2026-06-09"}) == [
        "有效期至应晚于签发日期",
        "护照已过期",
    ]


def test_the_least_validity_is_a_setting() -> None:
    assert rules.check_member(MEMBER, "国有企业", TODAY, complete=True, min_passport_months=66) == [
        "护照有效期不足66个月"
    ]


def test_staff_of_a_private_firm_use_ordinary_passports() -> None:
    assert _member({}, "民营企业") == ["民营企业人员应使用普通护照"]


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("普通护照", "E00000001"),
        ("普通护照", "EA0000001"),
        ("公务普通护照", "PE0000001"),
        ("公务护照", "SE0000001"),
        ("外交护照", "DE0000001"),
    ],
)
def test_each_kind_of_passport_has_its_pattern(kind: str, number: str) -> None:
    assert _member({"护照种类": kind, "护照号码": number}) == []
    assert _member({"护照种类": kind, "护照号码": number.lower()}) == []


@pytest.mark.parametrize("number", ["EI0000001", "EO0000001", "G00000001", "P.0000001"])
def test_letters_and_patterns_no_longer_given_out_are_refused(number: str) -> None:
    assert _member({"护照种类": "普通护照", "护照号码": number}) == ["护照号码格式不正确"]


def test_a_lower_case_check_letter_is_accepted() -> None:
    number = next(n for n in (_number(f"99000019050312{k:03}") for k in range(1, 99, 2)) if n.endswith("X"))
    assert _member({"身份证号": number.lower()}) == []


def test_old_card_data_of_a_person_without_one_are_not_looked_at() -> None:
    assert _member({"原卡号": "?", "原卡有效期至": "?"}) == []


def test_a_draft_needs_a_name_and_right_formats_only() -> None:
    assert rules.check_member({"姓名": "韦样一"}, "国有企业", TODAY, complete=False) == []
    assert rules.check_member({}, "国有企业", TODAY, complete=False) == ["请填写姓名"]
    assert _member({"性别": "女", "有效期至": "2026-01-01"}, complete=False) == []
    assert _member({"手机号": "1"}, complete=False) == ["手机号格式不正确"]


def test_the_same_person_or_passport_twice_is_refused() -> None:
    other = {**MEMBER, "身份证号": _number("99000019050312003")}
    assert rules.check_group([MEMBER, other]) == ["成员1与成员2的护照号码重复"]
    assert rules.check_group([MEMBER, {**MEMBER, "护照号码": "PE0000002"}]) == ["成员1与成员2的身份证号重复"]
    assert rules.check_group([{}, {}]) == []


def test_required_rows_are_asked_for_by_name() -> None:
    rows = schema.ATTACHMENTS["民营企业"]
    assert rules.check_rows(rows, set(), MEMBER, templates=False) == [
        "请上传身份证正反面",
        "请上传社保缴纳证明",
        "请上传无犯罪记录证明",
    ]
    assert rules.check_rows(rows, {"NP02", "NP03", "NP04"}, MEMBER, templates=True) == [
        "请上传APEC商务旅行卡个人事项表"
    ]
    assert rules.check_rows(rows, {"NP02", "NP03", "NP04"}, HELD, templates=False) == ["请上传原APEC卡正反面"]


ADDRESS = {
    "收件人": "覃样例",
    "手机号": "13900000011",
    "所在地区": "广西壮族自治区/南宁市/青秀区",
    "详细地址": "样例路1号国贸大厦10层",
    "邮编": "530022",
}


@pytest.mark.parametrize(
    ("message", "changes"),
    [
        ("请填写收件人", {"收件人": ""}),
        ("收件人应为2至20个字", {"收件人": "覃"}),
        ("手机号格式不正确", {"手机号": "139"}),
        ("请选择所在地区", {"所在地区": ""}),
        ("请选择完整的所在地区", {"所在地区": "广西壮族自治区/南宁市/"}),
        ("详细地址应为5至100个字", {"详细地址": "某路"}),
        ("邮编应为6位数字", {"邮编": "5300"}),
    ],
)
def test_an_address_is_checked(message: str, changes: dict[str, str]) -> None:
    assert rules.check_address(ADDRESS) == []
    assert rules.check_address({**ADDRESS, **changes}) == [message]


INVOICE = {
    "抬头类型": "企业",
    "发票抬头": "广西样例国有贸易集团有限公司",
    "税号": "91350100M000100Y43",
    "接收邮箱": "finance@soe.example.invalid",
}


@pytest.mark.parametrize(
    ("message", "changes"),
    [
        ("请选择抬头类型", {"抬头类型": ""}),
        ("请填写发票抬头", {"发票抬头": ""}),
        ("抬头类型为企业时请填写税号", {"税号": ""}),
        ("税号应为15至20位数字或大写字母", {"税号": "9145"}),
        ("请填写接收邮箱", {"接收邮箱": ""}),
        ("接收邮箱格式不正确", {"接收邮箱": "finance"}),
        ("接收手机格式不正确", {"接收手机": "0771"}),
        ("注册电话格式不正确", {"注册电话": "电话"}),
        ("银行账号格式不正确", {"银行账号": "账号"}),
    ],
)
def test_an_invoice_is_checked(message: str, changes: dict[str, str]) -> None:
    assert rules.check_invoice(INVOICE) == []
    assert rules.check_invoice({**INVOICE, **changes}) == [message]


def test_a_private_persons_invoice_needs_no_tax_number() -> None:
    assert rules.check_invoice({**INVOICE, "抬头类型": "个人", "税号": ""}) == []


def test_a_tax_number_that_fails_the_standard_is_taken() -> None:
    assert rules.check_invoice({**INVOICE, "税号": "91350100M000100Y4Z"}) == []


@pytest.mark.parametrize("position", ["党支部书记", "法人代表", "会计", "财务总监", "行政主管", "翻译"])
def test_a_post_that_is_usually_not_accepted_is_doubted_and_not_refused(position: str) -> None:
    member = {**MEMBER, "职务": position}
    assert len(rules.doubts(member)) == 1
    assert rules.check_member(member, "国有企业", TODAY, complete=True) == []
    assert rules.doubts(MEMBER) == []


SUBMISSION = {"领取方式": "邮寄", "支付方式": "窗口支付", "申请事由": "赴亚太经合组织成员经济体开展商贸活动"}


@pytest.mark.parametrize(
    ("message", "changes", "has"),
    [
        ("请选择领取方式", {"领取方式": ""}, {}),
        ("请选择邮寄地址", {}, {"has_address": False}),
        ("请选择支付方式", {"支付方式": ""}, {}),
        ("支付方式的选项不正确", {"支付方式": "赊账"}, {}),
        ("请选择发票信息", {}, {"has_invoice": False}),
        ("请填写申请事由", {"申请事由": " "}, {}),
        ("申请事由应为10至500个字", {"申请事由": "太短了"}, {}),
        ("申请事由应为10至500个字", {"申请事由": "长" * 501}, {}),
        ("请上传APEC商务旅行卡申请函", {}, {"has_letter": False}),
        ("团组中没有成员", {}, {"members": 0}),
    ],
)
def test_the_submission_is_checked(message: str, changes: dict[str, str], has: dict[str, int]) -> None:
    whole: dict[str, Any] = {"has_address": True, "has_invoice": True, "members": 1, "has_letter": True}
    assert rules.check_submission(SUBMISSION, **whole) == []
    assert rules.check_submission({**SUBMISSION, **changes}, **{**whole, **has}) == [message]


def test_picking_up_in_person_needs_no_address() -> None:
    fields = {**SUBMISSION, "领取方式": "自取"}
    assert (
        rules.check_submission(fields, has_address=False, has_invoice=True, members=1, has_letter=True) == []
    )


def _jpeg(width: int, height: int, size: int, kind: str = "JPEG") -> bytes:
    """An image of about that many bytes: JPEG readers do not mind what follows the end mark."""
    out = BytesIO()
    Image.new("RGB", (width, height), "white").save(out, kind)
    return out.getvalue() + b"\0" * max(0, size - len(out.getvalue()))


KB = 1024
IMAGES: list[tuple[str, str, bytes]] = [
    ("照片应为JPG格式", "photo", _jpeg(300, 400, 30 * KB, "PNG")),
    ("照片宽高比应为3:4", "photo", _jpeg(400, 400, 30 * KB)),
    ("照片像素过小，应不小于300×400", "photo", _jpeg(240, 320, 30 * KB)),
    ("照片像素过大，应不大于600×800", "photo", _jpeg(900, 1200, 30 * KB)),
    ("照片文件过小，应不小于20KB", "photo", _jpeg(300, 400, 0)),
    ("照片文件过大，应不大于200KB", "photo", _jpeg(300, 400, 201 * KB)),
    ("照片文件已损坏，无法读取", "photo", b"\xff\xd8\xff" + b"\0" * 30 * KB),
    ("签名应为JPG格式", "signature", b"GIF89a" + b"\0" * 6 * KB),
    ("签名宽高比应为2:1", "signature", _jpeg(300, 200, 6 * KB)),
    ("签名像素过小，应不小于50×50", "signature", _jpeg(80, 40, 6 * KB)),
    ("签名像素过大，应不大于600×300", "signature", _jpeg(800, 400, 6 * KB)),
    ("签名文件过小，应不小于5KB", "signature", _jpeg(300, 150, 0)),
    ("签名文件过大，应不大于100KB", "signature", _jpeg(300, 150, 101 * KB)),
    ("护照信息页应为JPG格式", "passport_page", b"%PDF-1.7" + b"\0" * 120 * KB),
    ("护照信息页文件过小，应不小于100KB", "passport_page", _jpeg(1200, 800, 0)),
    ("护照信息页文件过大，应不大于2MB", "passport_page", _jpeg(1200, 800, 2 * KB * KB + 1)),
    ("文件名不能超过100个字", "photo", _jpeg(300, 400, 30 * KB)),
]


@pytest.mark.parametrize(("message", "slot", "data"), IMAGES, ids=[message for message, _, _ in IMAGES])
def test_an_image_is_judged_by_its_bytes(message: str, slot: str, data: bytes) -> None:
    name = "长" * 101 if message.startswith("文件名") else "a.jpg"
    assert rules.check_image(slot, data, name) == message


@pytest.mark.parametrize(
    ("slot", "width", "height", "size"),
    [
        ("photo", 306, 400, 20),
        ("photo", 600, 800, 200),
        ("signature", 300, 150, 5),
        ("passport_page", 9, 9, 100),
    ],
)
def test_a_good_image_passes(slot: str, width: int, height: int, size: int) -> None:
    assert rules.check_image(slot, _jpeg(width, height, size * KB), "照片.jpg") is None


@pytest.mark.parametrize(
    ("message", "data"),
    [
        (None, b"%PDF-1.7\n"),
        (None, b"\xff\xd8\xff\xe0"),
        (None, b"\x89PNG\r\n\x1a\n"),
        ("只能上传PDF、JPG、PNG格式的文件", b"PK\x03\x04"),
        ("文件为空，请重新选择", b""),
        ("文件过大，应不大于10MB", b"%PDF-" + b"\0" * 10 * KB * KB),
    ],
)
def test_an_attachment_is_judged_by_its_bytes(message: str | None, data: bytes) -> None:
    assert rules.check_attachment(data, "a.docx") == message


def test_an_attachments_name_has_a_limit() -> None:
    assert rules.check_attachment(b"%PDF-", "长" * 101) == "文件名不能超过100个字"
