"""The blank workbook: readable as it is, with drop-downs, notes and text-formatted columns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from rpa.errors import SettingsError
from rpa.intake import BusinessType, SheetSet, template


@pytest.fixture
def blank(tmp_path: Path, types: Mapping[str, BusinessType]) -> Path:
    path = tmp_path / "空白.xlsx"
    template([types["new_card"]], path)
    return path


@pytest.fixture
def book(blank: Path) -> Workbook:
    return load_workbook(blank)


def test_it_has_every_heading_of_the_model_and_nothing_to_file(
    blank: Path, book: Workbook, sample: Any
) -> None:
    assert book.sheetnames == ["团组", "成员", "附件", "填写说明", "选项"]
    assert [cell.value for cell in book["附件"][1]] == ["团组编号", "成员编号", "材料名称", "文件"]
    assert sample.problems(blank) == [("团组", "A2", "", "没有填写任何团组")]


def test_every_list_of_the_model_is_a_drop_down(book: Workbook, types: Mapping[str, BusinessType]) -> None:
    lists = book["选项"]
    for table in SheetSet.of(types["new_card"]).tables:
        sheet = book[table.sheet]
        rules = {str(one.sqref).split(":")[0]: one.formula1 for one in sheet.data_validations.dataValidation}
        for cell, column in zip(sheet[1], table.columns, strict=True):
            rule = rules.get(f"{cell.column_letter}2")
            assert bool(rule) == bool(column.options), column.heading
            if rule:
                area = rule.rpartition("!")[2].replace("$", "")
                assert tuple(row[0].value for row in lists[area]) == column.options
    assert lists.sheet_state == "hidden"


def test_numbers_that_are_texts_are_formatted_as_text(book: Workbook) -> None:
    sheet = book["成员"]
    formats = {cell.value: sheet.cell(2, cell.column).number_format for cell in sheet[1]}
    assert {formats[name] for name in ("身份证号", "护照号码", "手机号", "原卡号", "姓名", "成员编号")} == {
        "@"
    }
    assert formats["出生日期"] == "yyyy-mm-dd"
    assert sheet.freeze_panes == "A2"


def test_required_headings_differ_by_colour_and_every_heading_has_a_note(book: Workbook) -> None:
    headings = {cell.value: cell for cell in book["成员"][1]}
    assert headings["姓名"].fill.fgColor.rgb != headings["电子邮箱"].fill.fgColor.rgb
    assert headings["姓名"].comment.text.startswith("必填")
    assert headings["电子邮箱"].comment.text.startswith("选填")
    assert all(cell.comment for cell in headings.values())


def test_the_example_stands_where_it_is_never_read(book: Workbook) -> None:
    assert book["团组"]["A2"].value is None
    words = [cell.value for row in book["填写说明"].iter_rows() for cell in row if cell.value]
    assert "身份证号" in words
    assert any("虚构" in str(word) for word in words)


def test_a_file_that_cannot_be_written_says_what_to_do(
    tmp_path: Path, types: Mapping[str, BusinessType]
) -> None:
    template([types["new_card"]], tmp_path / "新文件夹" / "空白.xlsx")
    with pytest.raises(SettingsError, match="关闭"):
        template([types["new_card"]], tmp_path / "新文件夹")


def test_a_second_type_would_have_sheets_of_its_own(types: Mapping[str, BusinessType]) -> None:
    class Other:
        business_type, title = "card_replacement", "换补卡"

        class model(types["new_card"].model):  # type: ignore[name-defined,misc]  # noqa: N801
            sheet_prefix = "换补卡_"

    assert [table.sheet for table in SheetSet.of(Other).tables] == [
        "换补卡_团组",
        "换补卡_成员",
        "换补卡_附件",
    ]
