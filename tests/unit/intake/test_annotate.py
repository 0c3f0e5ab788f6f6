"""The workbook handed back: bad cells are red and commented, everything else is as it was."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from rpa.errors import InputError, SettingsError
from rpa.intake import annotate

RED = "00FF7C80"


def red_cells(path: Path) -> dict[str, str]:
    """The comments of the red cells."""
    return {
        f"{sheet.title}!{cell.coordinate}": cell.comment.text
        for sheet in load_workbook(path).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb == RED
    }


def test_exactly_the_bad_cells_are_marked(sample: Any) -> None:
    mobile = sample.set("成员", "手机号", 2, "1")
    reason = sample.set("团组", "申请事由", 3, "短")
    before = {
        (sheet.title, cell.coordinate): cell.value
        for sheet in load_workbook(sample.workbook).worksheets
        for row in sheet.iter_rows()
        for cell in row
    }
    out = sample.folder / "标注.xlsx"
    assert annotate(sample.read(), sample.workbook, out) == 2
    marked = red_cells(out)
    assert set(marked) == {f"成员!{mobile}", f"团组!{reason}"}
    assert "11 位手机号" in marked[f"成员!{mobile}"]
    after = load_workbook(out)
    assert {place: after[place[0]][place[1]].value for place in before} == before
    assert len(after["成员"].data_validations.dataValidation) > 5


def test_several_complaints_about_one_cell_share_its_comment_and_a_note_stays(sample: Any) -> None:
    sample.edit(lambda book: book["成员"].__setitem__("C1", "名"))
    out = sample.folder / "标注.xlsx"
    annotate(sample.read(), sample.workbook, out)
    marked = red_cells(out)
    assert "未知的列标题" in marked["成员!C1"]
    assert "与护照一致" in marked["成员!C1"]
    assert "缺少这一列" in marked["成员!A1"]


def test_a_corrected_copy_loses_its_marks(sample: Any) -> None:
    mobile = sample.set("成员", "手机号", 2, "1")
    first, second = sample.folder / "1.xlsx", sample.folder / "2.xlsx"
    annotate(sample.read(), sample.workbook, first)
    book = load_workbook(first)
    book["成员"][mobile].value = "13900000011"
    book.save(first)
    assert annotate(sample.read(first), first, second) == 0
    assert red_cells(second) == {}
    assert load_workbook(second)["成员"][mobile].comment is None


def test_complaints_without_a_cell_stand_on_a_sheet_that_is_not_read(sample: Any) -> None:
    sample.edit(lambda book: book.remove(book["附件"]))
    out = sample.folder / "标注.xlsx"
    annotate(sample.read(), sample.workbook, out)
    rows = [[cell.value for cell in row] for row in load_workbook(out)["检查结果"].iter_rows()]
    assert ["附件", None, "缺少这个工作表"] in rows
    assert all(warning.sheet != "检查结果" for warning in sample.read(out).warnings)


def test_the_source_itself_and_other_files_are_refused(sample: Any, tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        annotate(sample.read(), sample.workbook, sample.workbook)
    with pytest.raises(SettingsError):
        annotate(sample.read(), sample.folder / "new_card.json", tmp_path / "x.xlsx")
    with pytest.raises(InputError):
        annotate(sample.read(), sample.folder / "none.xlsx", tmp_path / "x.xlsx")


@pytest.mark.parametrize("name", ["A-1/照片.jpg", "结果.xlsm", "结果", "link.xlsx"])
def test_nothing_but_a_workbook_of_its_own_is_written(sample: Any, name: str) -> None:
    (sample.folder / "new_card" / "link.xlsx").hardlink_to(sample.workbook)
    before = sample.workbook.read_bytes(), (sample.folder / "new_card" / "A-1" / "照片.jpg").read_bytes()
    with pytest.raises(SettingsError):
        annotate(sample.read(), sample.workbook, sample.folder / "new_card" / name)
    assert before == (
        sample.workbook.read_bytes(),
        (sample.folder / "new_card" / "A-1" / "照片.jpg").read_bytes(),
    )


def test_a_bad_cell_below_a_merged_one_is_marked_where_it_is_seen(sample: Any) -> None:
    first, second = (sample.cell("成员", "职务", row) for row in (2, 3))
    sample.edit(lambda book: book["成员"].merge_cells(f"{first}:{second}"))
    out = sample.folder / "标注.xlsx"
    assert annotate(sample.read(), sample.workbook, out) == 1
    assert red_cells(out) == {f"成员!{first}": f"{second} 职务：必须填写"}


def test_a_word_in_bold_stays_bold(sample: Any) -> None:
    text = CellRichText("业务", TextBlock(InlineFont(b=True), "经理"))
    cell = sample.set("成员", "职务", 2, text)
    out = sample.folder / "标注.xlsx"
    assert annotate(sample.read(), sample.workbook, out) == 0
    assert load_workbook(out, rich_text=True)["成员"][cell].value == text


def test_a_damaged_workbook_is_not_marked(sample: Any) -> None:
    with zipfile.ZipFile(sample.workbook) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(sample.workbook, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content[:200] if name == "xl/worksheets/sheet2.xml" else content)
    with pytest.raises(InputError, match="损坏"):
        annotate(sample.read(), sample.workbook, sample.folder / "标注.xlsx")


def test_a_folder_that_does_not_exist_is_told_and_not_made(sample: Any) -> None:
    out = sample.folder / "没有" / "标注.xlsx"
    with pytest.raises(SettingsError, match="不存在"):
        annotate(sample.read(), sample.workbook, out)
    assert not out.parent.exists()
