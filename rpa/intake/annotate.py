"""A copy of the workbook in which every bad cell is red and says in a comment what is wrong with it."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.workbook.workbook import Workbook

from rpa.errors import InputError, Problem, SettingsError
from rpa.intake.opening import refuse_other_files
from rpa.intake.reading import Intake
from rpa.intake.rows import UnfitError
from rpa.intake.saving import save_workbook
from rpa.intake.workbook import RESULT_SHEET

__all__ = ["annotate"]

_BAD = PatternFill("solid", fgColor="FF7C80")
_NO_FILL = PatternFill()
_AUTHOR = "ywtb 检查"
_ABOVE_THE_NOTE = "\n————\n"


def annotate(intake: Intake, source: Path, out: Path) -> int:
    """Writes `source` to `out` with the intake's complaints about it, and returns the number of bad cells.

    Marks of an earlier check are taken away first. Complaints that have no cell stand on a sheet of their own.
    Raises SettingsError when `source` is no workbook, or is `out` itself.
    """
    if source.resolve() == out.resolve():
        raise SettingsError("标注结果不能覆盖原工作簿，请换一个文件名")
    problems = [one for one in intake.problems if Path(one.file).resolve() == source.resolve()]
    try:
        refuse_other_files(source)
    except UnfitError as unfit:
        raise InputError(problems, f"无法标注：{unfit}") from None
    except OSError:
        raise SettingsError("找不到要标注的工作簿") from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(source, keep_vba=source.suffix.lower() == ".xlsm")
    _take_marks_away(book)
    cells: dict[tuple[str, str], list[str]] = defaultdict(list)
    elsewhere: list[Problem] = []
    for one in problems:
        if one.cell and one.sheet in book.sheetnames:
            cells[one.sheet, one.cell].append(f"{one.field}：{one.message}" if one.field else one.message)
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
