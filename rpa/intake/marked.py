"""A copy of the workbook in which every bad cell is red and says in a comment what is wrong with it."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from rpa.errors import InputError, Problem, SettingsError
from rpa.intake.opening import refuse_other_files
from rpa.intake.reading import Intake
from rpa.intake.rows import UnfitError
from rpa.intake.saving import save_workbook
from rpa.intake.workbook import RESULT_SHEET

__all__ = ["annotate", "refuse_other_names"]

_KINDS = (".xlsx", ".xlsm")
_BAD = PatternFill("solid", fgColor="FF7C80")
_NO_FILL = PatternFill()
_AUTHOR = "ywtb 检查"
_ABOVE_THE_NOTE = "\n————\n"


def annotate(intake: Intake, source: Path, out: Path) -> int:
    """Writes `source` to `out` with the intake's complaints about it, and returns the number of bad cells.

    Marks of an earlier check are taken away first. Complaints that have no cell stand on a sheet of their own.
    Raises SettingsError when `source` is no workbook by its name, or `out` no name for its copy; InputError when
    `source` is missing or damaged.
    """
    refuse_other_names(source, out)
    try:
        book = _open(source)
    except UnfitError as unfit:
        raise InputError(intake.problems, f"没有标注：{unfit}") from None
    except OSError:
        raise InputError(intake.problems, "没有标注：找不到这个工作簿，或无法读取") from None
    problems = [one for one in intake.problems if Path(one.file).resolve() == source.resolve()]
    _take_marks_away(book)
    cells: dict[tuple[str, str], list[str]] = defaultdict(list)
    elsewhere: list[Problem] = []
    for one in problems:
        if one.cell and one.sheet in book.sheetnames:
            shown = _shown(book[one.sheet], one.cell)
            moved = one.cell if shown != one.cell else ""
            told = " ".join(filter(None, (moved, one.field)))
            cells[one.sheet, shown].append(f"{told}：{one.message}" if told else one.message)
        else:
            elsewhere.append(one)
    for (sheet, address), messages in cells.items():
        cell = book[sheet][address]
        cell.fill = _BAD
        note = cell.comment.text if cell.comment else ""
        text = "\n".join(messages) + (_ABOVE_THE_NOTE + note if note else "")
        comment = Comment(text, _AUTHOR)
        comment.width, comment.height = 280, 60 + 24 * text.count("\n")
        cell.comment = comment
    if elsewhere:
        _list(book, elsewhere)
    save_workbook(book, out)
    return len(cells)


def refuse_other_names(source: Path, out: Path) -> None:
    """Raises SettingsError unless `source` is named like a workbook and `out` like another of the same kind, in a folder that exists."""
    kind = source.suffix.lower()
    if kind not in _KINDS:
        raise SettingsError("只能标注 .xlsx 工作簿", where=str(source), advice="去掉 --annotate 再检查")
    if out.suffix.lower() != kind:  # Excel opens no workbook whose name tells another kind
        raise SettingsError(f"标注结果的文件名应以 {kind} 结尾", where=str(out))
    if not out.absolute().parent.is_dir():  # a slip of the pen must not become a new folder somewhere
        raise SettingsError(
            "标注结果要放的文件夹不存在", where=str(out), advice="请先建好文件夹，或换一个位置"
        )
    with suppress(OSError):  # one of them is not there
        if out.samefile(source):
            raise SettingsError("标注结果不能覆盖原工作簿，请换一个文件名", where=str(out))


def _open(source: Path) -> Workbook:
    refuse_other_files(source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return load_workbook(source, keep_vba=source.suffix.lower() == ".xlsm", rich_text=True)
        except OSError:
            raise
        except Exception:  # its parsers raise anything on a damaged file
            raise UnfitError("文件已损坏") from None


def _shown(sheet: Worksheet, address: str) -> str:
    """Where a cell is seen: of merged cells only the first shows anything, and only it can carry a comment."""
    merged = (area for area in sheet.merged_cells.ranges if address in area)
    first = next(merged, None)
    return first.start_cell.coordinate if first else address


def _take_marks_away(book: Workbook) -> None:
    if RESULT_SHEET in book.sheetnames:
        book.remove(book[RESULT_SHEET])
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment and cell.comment.author == _AUTHOR:
                    _, _, note = cell.comment.text.partition(_ABOVE_THE_NOTE)
                    cell.comment = Comment(note, "ywtb") if note else None
                    cell.fill = _NO_FILL


def _list(book: Workbook, problems: Iterable[Problem]) -> None:
    sheet = book.create_sheet(RESULT_SHEET, 0)
    sheet.append(["工作表", "列", "问题"])
    for one in problems:
        sheet.append([one.sheet, one.field, one.message])
    for letter, width in zip("ABC", (16, 20, 80), strict=True):
        sheet.column_dimensions[letter].width = width
