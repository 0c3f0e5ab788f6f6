"""The blank workbook of one or all business types: readable as it is, with drop-downs, notes and text-formatted columns."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from openpyxl import Workbook, load_workbook

from rpa.errors import SettingsError
from rpa.flow import flow, flows
from rpa.intake import SheetSet, read, template

TYPES = list(flows())
CHOICES = [*([name] for name in TYPES), ["early_card", "new_card"], TYPES]
EVERY = pytest.mark.parametrize("types", CHOICES, ids="+".join)
TODAY = date(2026, 11, 23)


@cache
def blank(*types: str) -> Path:
    path = Path(mkdtemp()) / "空白.xlsx"
    template([flow(name) for name in types], path)
    return path


@cache
def opened(*types: str) -> Workbook:
    return load_workbook(blank(*types))


def tables(*types: str) -> list[tuple[str, list[str]]]:
    """Sheets and their headings."""
    return [
        (table.sheet, [column.heading for column in table.columns])
        for name in types
        for table in SheetSet.of(flow(name)).tables
    ]


@EVERY
def test_it_has_every_heading_of_the_models_and_nothing_to_file(types: list[str]) -> None:
    book = opened(*types)
    assert book.sheetnames == [*(sheet for sheet, _ in tables(*types)), "填写说明", "选项"]
    assert [(sheet, [cell.value for cell in book[sheet][1]]) for sheet, _ in tables(*types)] == tables(*types)
    intake = read([blank(*types)], dict(flows()), today=TODAY)
    first = SheetSet.of(flow(TYPES[min(map(TYPES.index, types))])).groups.sheet
    assert [(one.sheet, one.cell, one.message) for one in intake.problems] == [
        (first, "A2", "没有填写任何团组")
    ]
    assert (intake.applications, intake.warnings) == ([], [])


@EVERY
def test_excel_takes_its_sheets_lists_and_comments(types: list[str]) -> None:
    book = opened(*types)
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)
    for sheet in book.worksheets:
        assert len(sheet.title) <= 31
        assert not set(sheet.title) & set("[]:*?/\\'")
        for rule in sheet.data_validations.dataValidation:
            assert len(rule.formula1) <= 255
            assert len(rule.error) <= 225
            assert len(rule.errorTitle) <= 32
        for cell in sheet[1]:
            assert cell.comment is None or len(cell.comment.text) < 1000


@EVERY
def test_every_list_of_the_models_is_a_drop_down(types: list[str]) -> None:
    book = opened(*types)
    lists = book["选项"]
    for table in (table for name in types for table in SheetSet.of(flow(name)).tables):
        sheet = book[table.sheet]
        rules = {str(one.sqref).split(":")[0]: one.formula1 for one in sheet.data_validations.dataValidation}
        for cell, column in zip(sheet[1], table.columns, strict=True):
            rule = rules.get(f"{cell.column_letter}2")
            assert bool(rule) == bool(column.options), column.heading
            if rule:
                area = rule.rpartition("!")[2].replace("$", "")
                assert tuple(row[0].value for row in lists[area]) == column.options
    assert lists.sheet_state == "hidden"


@EVERY
def test_numbers_that_are_texts_are_formatted_as_text(types: list[str]) -> None:
    book = opened(*types)
    for table in (table for name in types for table in SheetSet.of(flow(name)).tables):
        sheet = book[table.sheet]
        for cell, column in zip(sheet[1], table.columns, strict=True):
            wanted = "yyyy-mm-dd" if column.kind == "date" else "@"
            for row in (2, 201):
                assert sheet.cell(row, cell.column).number_format == wanted, column.heading
            assert sheet.column_dimensions[cell.column_letter].number_format == wanted
        assert sheet.freeze_panes == "A2"


@EVERY
def test_required_headings_differ_by_colour_and_every_heading_has_a_note(types: list[str]) -> None:
    book = opened(*types)
    for table in (table for name in types for table in SheetSet.of(flow(name)).tables):
        cells = dict(zip((column.heading for column in table.columns), book[table.sheet][1], strict=True))
        colours = {cells[column.heading].fill.fgColor.rgb for column in table.columns if column.required}
        assert len(colours) == 1
        for column in table.columns:
            cell = cells[column.heading]
            assert cell.comment
            demands = "必填" if column.required else ("选填", "视情况")
            assert cell.comment.text.startswith(demands)
            assert (cell.fill.fgColor.rgb in colours) == column.required


@EVERY
def test_the_example_stands_where_it_is_never_read(types: list[str]) -> None:
    book = opened(*types)
    lines = [[cell.value for cell in line] for line in book["填写说明"].iter_rows()]
    told = [(line[0], line[1]) for line in lines if len(line) > 1 and line[1] and line[0] != "工作表"]
    assert told == [(sheet, heading) for sheet, headings in tables(*types) for heading in headings]
    assert any("虚构" in str(word) for line in lines for word in line)
    examples = {(line[0], line[1]): line[4] for line in lines if line[1]}
    for sheet, headings in tables(*types):
        assert book[sheet]["A2"].value is None
        for heading in {"身份证号", "新护照号码", "卡号", "原团组号"} & set(headings):
            assert examples[sheet, heading], heading


def test_several_business_types_are_told_apart() -> None:
    book = opened(*TYPES)
    colours = {sheet: book[sheet].sheet_properties.tabColor.rgb for sheet, _ in tables(*TYPES)}
    assert len(set(colours.values())) == len(TYPES)
    assert colours["团组"] == colours["附件"] != colours["注销_附件"]
    advice = "".join(str(line[0].value) for line in book["填写说明"].iter_rows(max_row=8))
    for name in TYPES:
        assert flow(name).title in advice
    assert "留空即可" in advice
    assert "留空即可" not in "".join(
        str(line[0].value) for line in opened("new_card")["填写说明"].iter_rows()
    )


def test_papers_of_groups_say_so_in_the_heading_of_the_member() -> None:
    for name in TYPES:
        sheet = opened(*TYPES)[SheetSet.of(flow(name)).files.sheet]
        assert ("属于团组" in sheet["B1"].comment.text) == (name != "new_card")


def test_a_file_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    template([flow("early_card")], tmp_path / "新文件夹" / "空白.xlsx")
    with pytest.raises(SettingsError, match="关闭"):
        template([flow("early_card")], tmp_path / "新文件夹")
