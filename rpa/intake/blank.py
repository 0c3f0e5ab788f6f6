"""The blank workbook of some business types: headings, notes, drop-downs, text-formatted columns, a sheet of advice.

Colour alone marks a required column, so that a heading stays the word that the reading looks for. The
example stands on the sheet 填写说明, where it can never be filed by mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from rpa.intake.columns import BusinessType, Column, SheetSet, Table, sheet_sets
from rpa.intake.saving import save_workbook
from rpa.intake.workbook import NOTES_SHEET, OPTIONS_SHEET

__all__ = ["template"]

_ROWS = 2000
"""How far down the drop-downs and formats reach; rows below are read all the same."""
_FORMATTED_ROWS = 200
"""Rows whose cells carry the format themselves; some programs forget a column's format as soon as they write."""
_REQUIRED = PatternFill("solid", fgColor="FFE699")
_OPTIONAL = PatternFill("solid", fgColor="E7E6E6")
_EXAMPLE = Font(color="808080", italic=True)
_BOLD = Font(bold=True)
_TABS = ("5B9BD5", "70AD47", "ED7D31", "7030A0", "FFC000", "A5A5A5")
"""Colours that tell apart the tabs of several business types."""
_ADVICE = (
    "团组：一行一个团组（一次申报）；成员：一行一人；附件：一行一个文件。用“团组编号”“成员编号”对应。",
    "黄色标题为必填，灰色为选填；鼠标停在标题上可看说明，有下拉箭头的请从列表选择。",
    "身份证号、护照号码、手机号等列已设为文本格式；从别处粘贴时请只粘贴“值”，否则 Excel 会改动数字。",
    "日期可写 2026-11-23、2026/11/23、2026年11月23日等，也可用 Excel 日期。",
    "文件写相对于本工作簿所在文件夹的路径，例如 照片/张三.jpg；须与本工作簿放在同一文件夹或其子文件夹中。",
    "下表的示例仅供参考（人员、号码均为虚构），本页和“选项”页不会被读取。",
)
_ADVICE_ON_SEVERAL = "本工作簿可同时申报几种业务，每种业务有自己的三个工作表（标签颜色相同）：{}。不办的业务留空即可，也可删去它的三个工作表。"


def template(business_types: Sequence[BusinessType], path: Path) -> None:
    """Writes the blank workbook of one or several business types, each with sheets of its own.

    Raises SettingsError when the file cannot be written.
    """
    sets = sheet_sets(business_types)
    book = Workbook()
    book.remove(book.worksheets[0])
    options = _Options(book)
    for place, sheets in enumerate(sets):
        for table in sheets.tables:
            sheet = book.create_sheet(table.sheet)
            _blank_sheet(sheet, table, options)
            if len(sets) > 1:
                sheet.sheet_properties.tabColor = _TABS[place % len(_TABS)]
    _notes(book.create_sheet(NOTES_SHEET), sets)
    options.finish()
    save_workbook(book, path)


class _Options:
    """The hidden sheet that drop-downs point to: a list inside the rule may hold 255 characters only."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.lists: dict[tuple[str, ...], str] = {}

    def rule(self, options: tuple[str, ...]) -> DataValidation:
        """A drop-down of some options; equal lists share one column."""
        if options not in self.lists:
            letter = get_column_letter(len(self.lists) + 1)
            self.lists[options] = f"{quote_sheetname(OPTIONS_SHEET)}!${letter}$1:${letter}${len(options)}"
        rule = DataValidation(
            "list", formula1=f"={self.lists[options]}", allow_blank=True, showErrorMessage=True
        )
        rule.errorTitle, rule.error = "不在可选范围内", "请从下拉列表中选择"
        return rule

    def finish(self) -> None:
        """Writes the lists."""
        sheet = self.book.create_sheet(OPTIONS_SHEET)
        for column, options in enumerate(self.lists, start=1):
            for row, option in enumerate(options, start=1):
                sheet.cell(row, column, option)
        sheet.sheet_state = "hidden"


def _blank_sheet(sheet: Worksheet, table: Table, options: _Options) -> None:
    for index, column in enumerate(table.columns, start=1):
        letter = get_column_letter(index)
        heading = sheet.cell(1, index, column.heading)
        heading.font, heading.fill = _BOLD, _REQUIRED if column.required else _OPTIONAL
        heading.alignment = Alignment(horizontal="center", vertical="center")
        note = _note(column)
        comment = Comment(f"{_demand(column)}。{note}" if note else _demand(column), "ywtb")
        comment.width, comment.height = 260, 90
        heading.comment = comment
        width = max(2 * len(column.heading) + 4, len(column.example) + 2, 12)
        sheet.column_dimensions[letter].width = min(width, 40)
        number_format = "yyyy-mm-dd" if column.kind == "date" else "@"
        sheet.column_dimensions[letter].number_format = number_format
        for row in range(2, _FORMATTED_ROWS + 2):
            sheet.cell(row, index).number_format = number_format
        if column.options:
            rule = options.rule(column.options)
            rule.add(f"{letter}2:{letter}{_ROWS}")
            sheet.add_data_validation(rule)
    sheet.freeze_panes = "A2"


def _demand(column: Column) -> str:
    if column.required:
        return "必填"
    return "视情况" if "必填" in column.note else "选填"


def _note(column: Column) -> str:
    parts = [column.note]
    if column.kind == "code":
        parts.append("须为文本格式")
    if column.default:
        parts.append(f"不填为“{column.default}”")
    if 0 < len(column.options) <= 8:
        parts.append(f"可填：{'、'.join(column.options)}")
    return "。".join(part.rstrip("。") for part in parts if part)


def _notes(sheet: Worksheet, sets: Sequence[SheetSet]) -> None:
    sheet.append([f"{'、'.join(one.title for one in sets)} 填写说明"])
    sheet["A1"].font = Font(bold=True, size=14)
    for line in _ADVICE:
        sheet.append([line])
    if len(sets) > 1:
        told = (f"{one.title}填“{'”“'.join(table.sheet for table in one.tables)}”" for one in sets)
        sheet.append([_ADVICE_ON_SEVERAL.format("；".join(told))])
    sheet.append([])
    sheet.append(["工作表", "列", "要求", "说明", "示例（虚构）"])
    first = sheet.max_row
    for cell in sheet[first]:
        cell.font = _BOLD
    for table in (table for one in sets for table in one.tables):
        for column in table.columns:
            example = column.example or column.default or (column.options[0] if column.options else "")
            sheet.append([table.sheet, column.heading, _demand(column), _note(column), example])
            cell = sheet.cell(sheet.max_row, 5)
            cell.number_format, cell.font = "@", _EXAMPLE
            sheet.cell(sheet.max_row, 4).alignment = Alignment(wrap_text=True, vertical="top")
    for letter, width in zip("ABCDE", (12 if len(sets) == 1 else 24, 20, 8, 70, 40), strict=True):
        sheet.column_dimensions[letter].width = width
