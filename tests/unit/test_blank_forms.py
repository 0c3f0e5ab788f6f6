"""The blank forms are real files that say what the portal knows and leave room for signature and seal."""

from __future__ import annotations

from io import BytesIO

from docx import Document
from pypdf import PdfReader

from mock_portal.blank_forms import Letter, application_letter, draw_letter, personal_form

UNIT = "广西样例国有贸易集团有限公司"
MEMBER = {
    "姓名": "韦样一",
    "性别": "男",
    "出生日期": "1905-03-12",
    "职务": "业务经理",
    "护照种类": "公务普通护照",
    "护照号码": "PE0000001",
    "从事行业": "商贸",
}


def _cells(data: bytes) -> list[list[str]]:
    table = Document(BytesIO(data)).tables[0]
    return [[cell.text.strip() for cell in row.cells] for row in table.rows]


def _text(data: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages).replace("\n", "")


def test_the_personal_form_holds_the_member_and_empty_places_to_sign() -> None:
    name, data = personal_form(MEMBER, UNIT)
    assert name == "APEC商务旅行卡个人事项表.docx"
    assert Document(BytesIO(data)).paragraphs[0].text == "APEC商务旅行卡个人事项表"
    rows = _cells(data)
    pairs = {row[at]: row[at + 1] for row in rows for at in (0, 2)}
    for label, value in {**MEMBER, "工作单位": UNIT, "手机号": ""}.items():
        assert pairs[label] == value
    signed = {row[0]: "".join(row[1].split()) for row in rows[-2:]}
    assert signed == {"本人签字": "年月日", "单位意见（盖章）": "年月日"}


def test_the_application_letter_holds_the_group_and_its_reason() -> None:
    second = {**MEMBER, "姓名": "黄样二", "护照号码": "PE0000002"}
    name, data = application_letter(
        "APEC202611230001", [MEMBER, second], "赴新加坡洽谈<合作>，\n为期三天", UNIT
    )
    assert name == "APEC商务旅行卡申请函.pdf"
    text = _text(data)
    for part in (
        "APEC商务旅行卡申请函",
        "APEC202611230001",
        "2名",
        "赴新加坡洽谈<合作>，",
        "为期三天",
        UNIT,
        "盖章",
        "韦样一",
        "PE0000001",
        "黄样二",
        "PE0000002",
    ):
        assert part in text


def test_a_letter_of_sixty_people_runs_over_pages() -> None:
    members = [{**MEMBER, "姓名": f"韦样{at}"} for at in range(60)]
    _, data = application_letter("APEC202611230001", members, "赴新加坡洽谈合作", UNIT)
    assert len(PdfReader(BytesIO(data)).pages) > 1
    assert "韦样59" in _text(data)


def test_the_same_content_gives_the_same_bytes() -> None:
    assert personal_form(MEMBER, UNIT) == personal_form(MEMBER, UNIT)
    assert application_letter("1", [MEMBER], "事由", UNIT) == application_letter("1", [MEMBER], "事由", UNIT)


def test_another_report_is_only_data() -> None:
    report = Letter("注销报告", "广西壮族自治区外事办公室：", ("{unit}因{reason}，申请注销。",), ("姓名",))
    name, data = draw_letter(report, group="", members=[MEMBER], reason="离职", unit=UNIT)
    assert name == "注销报告.pdf"
    assert f"{UNIT}因离职，申请注销。" in _text(data)
