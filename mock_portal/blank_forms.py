"""Blank forms as 下载模板 hands them out: filled with what the portal knows, signature and seal left empty.

A form is data (:class:`Sheet`, :class:`Letter`); two functions draw them, as DOCX and as PDF. The same
content gives the same bytes. The manual names the forms (2.1.1 D, 2.1.2); what stands in them is modelled on
the papers of other offices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from mock_portal import schema

__all__ = [
    "APPLICATION_LETTER",
    "PERSONAL_FORM",
    "REPORTS",
    "Letter",
    "Sheet",
    "application_letter",
    "draw_letter",
    "draw_sheet",
    "personal_form",
    "report",
]

Fields = Mapping[str, str]
_DATE = "年\u00a0\u00a0\u00a0\u00a0月\u00a0\u00a0\u00a0\u00a0日"
"""A date to be written by hand; plain spaces would be folded into one."""
Form = tuple[str, bytes]
"""A form's file name and its bytes."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form that is one table: label and value, two pairs a row, then a declaration and who signs."""

    title: str
    labels: tuple[str, ...]
    declaration: str
    signatures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter under the unit's seal; `{unit}`, `{group}`, `{count}` and `{reason}` are filled in."""

    title: str
    addressee: str
    paragraphs: tuple[str, ...]
    columns: tuple[str, ...]


PERSONAL_FORM = Sheet(
    title="APEC商务旅行卡个人事项表",
    labels=tuple(field.label for field in schema.MEMBER_FIELDS),
    declaration=(
        "本人承诺以上内容及所附材料真实、准确、完整，遵守APEC商务旅行卡管理规定，按规定使用和保管旅行卡；"
        "离开本单位时主动交回旅行卡。如有不实，愿承担相应责任。"
    ),
    signatures=("本人签字", "单位意见（盖章）"),
)

APPLICATION_LETTER = Letter(
    title="APEC商务旅行卡申请函",
    addressee="广西壮族自治区外事办公室：",
    paragraphs=(
        "因业务需要，我单位{unit}拟为{count}名人员申办APEC商务旅行卡，团组号{group}。",
        "申请事由：{reason}",
        "我单位承诺所报材料真实有效，并对持卡人员履行管理责任。申办人员名单如下，请予审批。",
    ),
    columns=("姓名", "性别", "出生日期", "职务", "护照种类", "护照号码"),
)


REPORTS = {
    letter.title: letter
    for letter in (
        Letter(
            title="护照更换申请",
            addressee="广西壮族自治区外事办公室：",
            paragraphs=(
                "我单位{unit}团组{group}申办的APEC商务旅行卡尚在制卡前，现申请为{count}名人员更换护照信息。",
                "办理原因：{reason}",
                "人员及新旧护照信息如下，请予办理。",
            ),
            columns=("姓名", "性别", "护照号码", "新护照号码", "新护照签发日期", "新护照有效期至"),
        ),
        Letter(
            title="申请报告",
            addressee="广西壮族自治区外事办公室：",
            paragraphs=(
                "我单位{unit}团组{group}申办的APEC商务旅行卡正由有关经济体审批，现申请为{count}名人员提前制卡。",
                "我单位知悉提前所制旅行卡只列明已批准的经济体，其后获批准的须另行申请换卡。",
                "人员名单如下，请予办理。",
            ),
            columns=("姓名", "护照号码", "已批准经济体", "待审批经济体"),
        ),
        Letter(
            title="换卡报告",
            addressee="广西壮族自治区外事办公室：",
            paragraphs=(
                "我单位{unit}现申请为{count}名持卡人员换补APEC商务旅行卡。",
                "换卡原因：{reason}",
                "人员名单如下，请予办理。",
            ),
            columns=("姓名", "护照号码", "卡号", "发卡日期", "有效期至", "新护照号码"),
        ),
        Letter(
            title="注销报告",
            addressee="广西壮族自治区外事办公室：",
            paragraphs=(
                "我单位{unit}现申请注销{count}名人员所持APEC商务旅行卡。",
                "办理原因：{reason}",
                "人员名单如下，请予办理。",
            ),
            columns=("姓名", "护照号码", "卡号", "发卡日期", "有效期至"),
        ),
    )
}
"""The papers of the four other business types, by the name the manual gives them (2.2.1 C, 2.3.1 B, 2.4.1 F, 2.5.1 C)."""


def report(title: str, group: str, people: Sequence[Fields], reason: str, unit: str) -> Form:
    """One of `REPORTS`, to be signed and sealed by the unit; `people` (by label) hold the columns it shows."""
    return draw_letter(REPORTS[title], group=group, members=people, reason=reason, unit=unit)


def personal_form(member_fields: Fields, unit: str) -> Form:
    """《APEC商务旅行卡个人事项表》 of one member (fields by label), to be signed and sealed."""
    return draw_sheet(PERSONAL_FORM, {**member_fields, "工作单位": unit})


def application_letter(group: str, members: Sequence[Fields], reason: str, unit: str) -> Form:
    """《APEC商务旅行卡申请函》 of a group, to be signed and sealed by the unit."""
    return draw_letter(APPLICATION_LETTER, group=group, members=members, reason=reason, unit=unit)


_WIDTHS = (3.2, 5.3, 3.2, 5.3)


def draw_sheet(sheet: Sheet, values: Fields) -> Form:
    """A sheet as DOCX."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin = section.bottom_margin = Cm(1.8)
    section.left_margin = section.right_margin = Cm(2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "宋体", Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = heading.add_run(sheet.title)
    run.bold, run.font.size = True, Pt(18)
    table = document.add_table(rows=0, cols=4, style="Table Grid")
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = Cm(width)  # rows added later take their widths from here
    for left, right in _pairs(sheet.labels):
        cells = table.add_row().cells
        for cell, text in zip(cells, (left, values.get(left, ""), right, values.get(right, "")), strict=True):
            cell.text = text
    _wide(table, "承诺", sheet.declaration, lines=0)
    for signature in sheet.signatures:
        _wide(table, signature, "", lines=3)
    return f"{sheet.title}.docx", _settled(document)


def _pairs(labels: Sequence[str]) -> list[tuple[str, str]]:
    padded = [*labels, ""] if len(labels) % 2 else list(labels)
    return list(zip(padded[::2], padded[1::2], strict=True))


def _wide(table: Any, label: str, text: str, *, lines: int) -> None:
    """A row whose value spans the rest; with `lines`, so much empty room and a date to write in."""
    cells = table.add_row().cells
    cells[0].text = label
    value = cells[1].merge(cells[3])
    value.text = text + "\n" * lines
    if lines:
        date = value.add_paragraph(_DATE)
        date.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _settled(document: Any) -> bytes:
    """The document's bytes without the moment of their making."""
    properties = document.core_properties
    properties.author = properties.last_modified_by = ""
    properties.created = properties.modified = datetime(2021, 1, 1)  # noqa: DTZ001 - the format knows no zone
    raw, out = BytesIO(), BytesIO()
    document.save(raw)
    with ZipFile(raw) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = ZipInfo(name, date_time=(2021, 1, 1, 0, 0, 0))
            target.writestr(entry, source.read(name), ZIP_DEFLATED)
    return out.getvalue()


_FONT = "STSong-Light"
"""One of the fonts every PDF reader brings for Chinese; no font file is needed."""


def draw_letter(letter: Letter, *, group: str, members: Sequence[Fields], reason: str, unit: str) -> Form:
    """A letter as PDF."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    body = ParagraphStyle("body", fontName=_FONT, fontSize=12, leading=22, wordWrap="CJK")
    indented = ParagraphStyle("indented", body, firstLineIndent=24)
    title = ParagraphStyle("title", body, fontSize=20, leading=32, alignment=TA_CENTER)
    right = ParagraphStyle("right", body, alignment=TA_RIGHT)
    room = ParagraphStyle("room", right, rightIndent=4 * cm)  # for a name written by hand
    known = {"unit": unit, "group": group, "count": str(len(members)), "reason": reason}
    story: list[Any] = [
        Paragraph(letter.title, title),
        Spacer(1, 0.6 * cm),
        Paragraph(letter.addressee, body),
    ]
    story += [Paragraph(_marked(text.format(**known)), indented) for text in letter.paragraphs]
    story += [Spacer(1, 0.3 * cm), _people(letter.columns, members), Spacer(1, 1.2 * cm)]
    story += [Paragraph("法定代表人（签字）：", room), Spacer(1, 0.8 * cm)]
    story += [Paragraph(_marked(f"{unit}（盖章）"), right), Paragraph(_DATE, right)]
    out = BytesIO()
    margin = 2.5 * cm
    SimpleDocTemplate(
        out,
        pagesize=A4,
        title=letter.title,
        author="",
        invariant=1,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=margin,
        bottomMargin=margin,
    ).build(story)
    return f"{letter.title}.pdf", out.getvalue()


def _marked(text: str) -> str:
    """Text of users in a paragraph's markup."""
    return escape(text).replace("\n", "<br/>")


def _people(columns: Sequence[str], members: Sequence[Fields]) -> Table:
    cell = ParagraphStyle("cell", fontName=_FONT, fontSize=10, leading=14, wordWrap="CJK")
    rows = [["序号", *columns]]
    rows += [[str(at), *(member.get(name, "") for name in columns)] for at, member in enumerate(members, 1)]
    table = Table([[Paragraph(_marked(text), cell) for text in row] for row in rows], repeatRows=1)
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)]))
    return table
