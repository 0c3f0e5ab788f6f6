"""Results in the clerk's own workbook: what the program writes is there, and nothing else is other than it was."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from copy import copy
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image as Picture
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from PIL import Image

from rpa.errors import InputError, SettingsError
from rpa.intake import GroupRow, group_rows, write_results
from rpa.profile import PORTAL_TIME

NOW = datetime(2026, 11, 23, 12, tzinfo=PORTAL_TIME)
HEADINGS = ("团组号", "办理状态", "说明")
TEXTS = ("GX20260001", "经济体审批中", "=不是公式 <&> ")
SHAPE = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/'
    b'drawingml/2006/spreadsheetDrawing"><!-- a shape that openpyxl would lose --></xdr:wsDr>'
)
EXTENSION = (
    b'<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" xmlns:x14="http://schemas.microsoft.com/office/'
    b'spreadsheetml/2009/9/main"><x14:conditionalFormattings/></ext></extLst></worksheet>'
)


def decorate(book: Any) -> None:
    """What people do to a workbook in Excel."""
    sheet = book["团组"]
    sheet["A2"].font, sheet["A2"].fill = (
        Font(bold=True, color="FF0000"),
        PatternFill("solid", fgColor="FFFF00"),
    )
    sheet["B2"].border = Border(bottom=Side(style="double"))
    sheet["B2"].alignment, sheet["B2"].protection = Alignment(wrap_text=True), Protection(locked=False)
    sheet["A3"].comment = Comment("记得打电话", "办公室")
    sheet.conditional_formatting.add(
        "A2:A9", CellIsRule("equal", ['"A"'], fill=PatternFill("solid", bgColor="00FF00"))
    )
    choice = DataValidation("list", formula1='"邮寄,自取"')
    sheet.add_data_validation(choice)
    choice.add("Z2:Z9")
    sheet.row_dimensions[2].height = 40
    sheet.freeze_panes = "B2"
    own = book.create_sheet("我的统计")
    own.merge_cells("A1:C1")
    own["A1"], own["A2"], own["B2"] = "合计", "=COUNTA(团组!A2:A99)", 0.25
    own["B2"].number_format = "0%"
    own.sheet_state = "visible"
    picture = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(picture, "PNG")
    own.add_image(Picture(picture), "E5")
    book.defined_names["第一组"] = DefinedName("第一组", attr_text="团组!$A$2")
    book.properties.creator = "办公室"


def spliced(path: Path, change: Callable[[str, bytes], bytes], **more: bytes) -> None:
    """Change parts of the file as other programs write them."""
    with zipfile.ZipFile(path) as old:
        parts = {info.filename: change(info.filename, old.read(info)) for info in old.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in {**parts, **more}.items():
            new.writestr(name, data)


def sheet_part(path: Path) -> str:
    """The part of the sheet 团组: the template has it first."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    return sorted(names)[load_workbook(path).sheetnames.index("团组")]


@pytest.fixture
def book(sample: Any) -> Path:
    """The clerk's workbook, decorated, with parts in it that openpyxl does not know."""
    sample.edit(decorate)
    part = sheet_part(sample.workbook)

    def with_extension(name: str, data: bytes) -> bytes:
        return data.replace(b"</worksheet>", EXTENSION) if name == part else data

    spliced(
        sample.workbook,
        with_extension,
        **{"xl/drawings/drawing9.xml": SHAPE, "xl/printerSettings/printerSettings1.bin": b"\x00\x01bin"},
    )
    return Path(sample.workbook)


@pytest.fixture
def write(book: Path, types: Any) -> Callable[..., Any]:
    """Writes the same texts beside every group."""

    def of(*texts: str, path: Path = book) -> Any:
        found = {(row.sheet, row.row): texts or TEXTS for row in group_rows(path, types)}
        return write_results(path, HEADINGS, found, now=NOW)

    return of


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def shown(path: Path) -> list[dict[str, Any]]:
    """The result columns of 团组, row by row."""
    headings, *lines = load_workbook(path)["团组"].iter_rows(values_only=True, max_row=3)
    return [
        {
            str(word)[3:]: value
            for word, value in zip(headings, line, strict=True)
            if str(word).startswith("结果：")
        }
        for line in lines
    ]


def bare(data: bytes) -> bytes:
    """A sheet without what results add: their cells, and the notes of how wide it is."""
    root = etree.fromstring(data)
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    new = {
        get_column_letter(int(re.sub(r"\D", "", str(column.get("min")))))
        for column in root.iter(f"{main}col")
        if column.get("width") in ("18.0", "48.0")
        and column.get("customWidth") == "1"
        and column.get("style") is None
    }
    for cell in list(root.iter(f"{main}c")):
        if re.sub(r"\d", "", cell.get("r", "")) in new and cell.get("t") == "inlineStr":
            cell.getparent().remove(cell)
    for column in list(root.iter(f"{main}col")):
        if get_column_letter(int(column.get("min"))) in new:
            column.getparent().remove(column)
    for row in root.iter(f"{main}row"):
        row.attrib.pop("spans", None)
    for dimension in root.iter(f"{main}dimension"):
        dimension.set("ref", "")
    out: bytes = etree.tostring(root, method="c14n")
    return out


def test_results_stand_beside_their_groups(book: Path, write: Any) -> None:
    written = write()
    assert written.rows == 2
    assert shown(book) == [dict(zip(HEADINGS, TEXTS, strict=True))] * 2


def test_every_other_part_of_the_file_is_the_same_byte_for_byte(book: Path, write: Any) -> None:
    before, changed = parts(book), sheet_part(book)
    write()
    after = parts(book)
    assert list(after) == list(before)
    assert {name for name in before if before[name] != after[name]} == {changed}
    assert b"x14:conditionalFormattings" in after[changed]


def test_the_sheet_itself_is_the_same_but_for_the_new_cells(book: Path, write: Any) -> None:
    part = sheet_part(book)
    before = parts(book)[part]
    write()
    after = parts(book)[part]
    assert before != after
    assert bare(after) == bare(before)


def test_every_cell_keeps_its_content_and_its_looks(book: Path, write: Any) -> None:
    def looks(path: Path) -> dict[Any, Any]:
        return {
            (sheet.title, cell.coordinate): (
                cell.value,
                copy(cell.font),
                copy(cell.fill),
                copy(cell.border),
                cell.number_format,
                copy(cell.alignment),
                copy(cell.protection),
                cell.comment.text if cell.comment else None,
            )
            for sheet in load_workbook(path)
            for line in sheet.iter_rows()
            for cell in line
        }

    before = looks(book)
    write()
    after = looks(book)
    assert {place: after[place] for place in before} == before
    added = {place[1] for place in set(after) - set(before)}
    assert {re.sub(r"\D", "", place) for place in added} >= {"1", "2", "3"}
    opened = load_workbook(book)
    assert opened["我的统计"]["A2"].value == "=COUNTA(团组!A2:A99)"
    assert len(opened["我的统计"]._images) == 1
    assert "第一组" in opened.defined_names
    assert opened["团组"].conditional_formatting


def test_the_workbook_as_it_was_is_kept_beside_it(book: Path, write: Any) -> None:
    before = book.read_bytes()
    written = write()
    assert written.backup == book.with_name("new_card.备份-20261123-120000.xlsx")
    assert written.backup.read_bytes() == before
    assert sorted(path.name for path in book.parent.glob("*.xlsx")) == sorted(
        [book.name, written.backup.name]
    )
    assert not list(book.parent.glob(".ywtb*"))


def test_a_second_run_updates_the_columns_it_has(book: Path, write: Any) -> None:
    write()
    width = load_workbook(book)["团组"].max_column
    write("GX20260001", "已办结", "")
    assert load_workbook(book)["团组"].max_column == width
    assert shown(book) == [{"团组号": "GX20260001", "办理状态": "已办结", "说明": None}] * 2


def test_nothing_is_written_when_nothing_has_changed(book: Path, write: Any) -> None:
    write()
    before = book.read_bytes()
    assert write().backup is None
    assert book.read_bytes() == before


def test_columns_are_known_again_after_excel_has_saved_the_file(book: Path, write: Any) -> None:
    write()
    opened = load_workbook(book)  # like Excel, it moves the texts to the shared ones
    opened.save(book)
    width = opened["团组"].max_column
    write("GX20260002", "待缴费", "")
    assert load_workbook(book)["团组"].max_column == width
    assert shown(book)[0]["团组号"] == "GX20260002"


def test_a_workbook_with_results_is_still_an_input(sample: Any, book: Path, write: Any) -> None:
    before = sample.problems()
    write()
    assert sample.problems() == before
    assert sample.keys() == ["A", "B"]


def test_columns_stand_to_the_right_of_everything(sample: Any, book: Path, write: Any) -> None:
    sample.edit(lambda opened: opened["团组"].merge_cells("AA20:AF21"))
    write()
    cells = {cell.value: cell.column_letter for cell in load_workbook(book)["团组"][1] if cell.value}
    assert cells["结果：团组号"] == "AG"


def test_rows_and_cells_without_numbers_are_counted(book: Path, write: Any) -> None:
    part = sheet_part(book)

    def unnumbered(name: str, data: bytes) -> bytes:
        if name != part:
            return data
        root = etree.fromstring(data)
        main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
        for row in root.iter(f"{main}row"):
            for width, cell in enumerate(row.findall(f"{main}c"), 1):
                letter = re.sub(r"\d", "", cell.get("r", ""))
                if letter != get_column_letter(width):
                    return data
                del cell.attrib["r"]
            del row.attrib["r"]
        out: bytes = etree.tostring(root)
        return out

    before = parts(book)[part]
    spliced(book, unnumbered)
    assert parts(book)[part] != before
    write()
    assert shown(book) == [dict(zip(HEADINGS, TEXTS, strict=True))] * 2


@pytest.mark.parametrize("mark", ["~${}", ".~lock.{}#"])
def test_a_workbook_that_is_open_is_left_alone(book: Path, write: Any, mark: str) -> None:
    before = book.read_bytes()
    beside = book.with_name(mark.format(book.name))
    beside.write_bytes(b"")
    with pytest.raises(SettingsError, match="正在 Excel 或 WPS 中打开") as told:
        write()
    assert beside.name in told.value.advice
    assert book.read_bytes() == before
    assert not list(book.parent.glob("*备份*"))


def test_a_file_that_windows_does_not_give_away_is_told(
    book: Path, write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = book.read_bytes()
    real = Path.replace

    def locked(self: Path, target: Path) -> Path:
        # what Windows answers for a file that Excel has open; no other system does
        if Path(target) == book:
            raise PermissionError(13, "The process cannot access the file")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", locked)
    with pytest.raises(SettingsError, match="无法写入工作簿") as told:
        write()
    assert "先保存并关闭" in told.value.advice
    assert book.read_bytes() == before
    assert [path.name for path in book.parent.glob("*.xlsx")] == [book.name]


def test_a_signed_workbook_is_refused(book: Path, write: Any) -> None:
    spliced(book, lambda _name, data: data, **{"_xmlsignatures/sig1.xml": b"<Signature/>"})
    before = book.read_bytes()
    with pytest.raises(InputError, match="数字签名"):
        write()
    assert book.read_bytes() == before


def test_a_formula_in_a_result_column_is_not_overwritten(sample: Any, book: Path, write: Any) -> None:
    write()
    width = load_workbook(book)["团组"].max_column
    sample.edit(lambda opened: opened["团组"].cell(2, width, "=A2"))
    with pytest.raises(InputError, match="是公式"):
        write("GX20260001", "已办结", "补")


def test_what_is_no_workbook_is_told(tmp_path: Path, types: Any) -> None:
    with pytest.raises(SettingsError, match="找不到"):
        group_rows(tmp_path / "没有.xlsx", types)
    damaged = tmp_path / "坏.xlsx"
    damaged.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(InputError, match="找不到团组"):
        group_rows(damaged, types)


def test_a_row_is_of_exactly_its_people() -> None:
    row = GroupRow(
        "团组", 2, "new_card", "A", 2, frozenset({"990000190503120010", "99000019070821002x", "韦"})
    )
    assert row.is_of(("990000190503120010", "99000019070821002X"))
    assert not row.is_of(("990000190503120010",))
    assert not row.is_of(("990000190503120010", "990000190606060606"))
