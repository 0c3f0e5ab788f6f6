"""Reading a workbook: its sheets become rows, its rows are tied into groups by their 编号.

Only the first row of a sheet is a heading. A problem with the sheets themselves (one is missing, a heading is
unknown) blocks every group of that set, because nobody can tell which of them it belongs to.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils import get_column_letter

from rpa.intake.cells import DAMAGED, NO_RESULT, Book
from rpa.intake.columns import (
    GROUP_LINK,
    MEMBER_LINK,
    RESULT_PREFIX,
    Column,
    FieldPath,
    SheetSet,
    Table,
    normal,
)
from rpa.intake.opening import refuse_other_files
from rpa.intake.rows import Group, Member, Reading, Row, RowPlace, UnfitError, cell_value
from rpa.intake.values import tidy_text

__all__ = ["NOTES_SHEET", "OPTIONS_SHEET", "RESULT_SHEET", "read_workbook"]

NOTES_SHEET = "填写说明"
OPTIONS_SHEET = "选项"
RESULT_SHEET = "检查结果"
"""Sheets that we write ourselves and never read."""
_KEY: FieldPath = ("key",)
_ERRORS = {*ERROR_CODES, "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!"}
"""What a formula may come to instead of a result; openpyxl knows those of Excel 2007."""


def read_workbook(path: Path, name: str, sets: Sequence[SheetSet]) -> Reading:
    """The groups of a workbook, in the order of its rows, with every complaint about its shape and cells."""
    reading = Reading(name)
    try:
        refuse_other_files(path)
        with Book(path) as book:
            _Reader(book, reading).read(sets)
    except UnfitError as unfit:  # what was read so far is not the whole of any group
        reading = Reading(name)
        reading.complain(str(unfit))
    except OSError:
        reading = Reading(name)
        reading.complain("文件无法读取；如果正在 Excel 或 WPS 中打开，请先保存并关闭")
    except zipfile.BadZipFile:
        reading = Reading(name)
        reading.complain(DAMAGED)
    return reading


@dataclass
class _Sheet:
    """A sheet being read; not `sound` when it is missing, or a heading is missing, unknown or there twice."""

    columns: dict[int, Column] = field(default_factory=dict)
    strange: set[int] = field(default_factory=set)
    """Columns without a heading we know; each has been complained about."""
    results: set[int] = field(default_factory=set)
    """Columns that we wrote ourselves: what became of the groups."""
    rows: list[Row] = field(default_factory=list)
    sound: bool = True


class _Reader:
    """Reads one open workbook."""

    def __init__(self, book: Book, reading: Reading) -> None:
        self.book, self.reading = book, reading
        self.titles: dict[str, str] = {}
        self.twins: dict[str, str] = {}
        """A second sheet of the same name, but for spaces or width: nobody can tell which is meant."""
        for title in book.titles:
            where = self.twins if normal(title) in self.titles else self.titles
            where.setdefault(normal(title), title)

    def read(self, sets: Sequence[SheetSet]) -> None:
        present = [one for one in sets if any(normal(table.sheet) in self.titles for table in one.tables)]
        if not present:
            wanted = "；或 ".join("、".join(table.sheet for table in one.tables) for one in sets)
            self.reading.complain(f"没有找到需要的工作表：{wanted}")
            return
        known = {normal(name) for name in (NOTES_SHEET, OPTIONS_SHEET, RESULT_SHEET)}
        blank: list[SheetSet] = []
        for one in present:
            known |= {normal(table.sheet) for table in one.tables}
            groups, members, files = (self.sheet(table) for table in one.tables)
            _tie(one, groups.rows, members.rows, files.rows, self.reading)
            if not (groups.sound and members.sound and files.sound):
                for group in self.reading.groups:
                    group.blocked |= group.sheets is one
            elif not groups.rows:
                blank.append(one)
        if blank == present:
            self.reading.complain("没有填写任何团组", sheet=present[0].groups.sheet, cell="A2")
        for title in self.book.titles:
            if normal(title) not in known:
                self.reading.warn("这个工作表不属于输入，没有读取", sheet=title)

    def sheet(self, table: Table) -> _Sheet:
        title = self.titles.get(normal(table.sheet))
        if title is None:
            self.reading.complain("缺少这个工作表", sheet=table.sheet)
            return _Sheet(sound=False)
        lines = self.book.lines(title)
        sheet = _Sheet()
        top, first = next(lines, (1, []))
        self.headings(table, title, sheet, first if top == 1 else [])
        if twin := self.twins.get(normal(table.sheet)):
            self.reading.complain("有两个同名的工作表（只差空格），请删去或改名，只留一个", sheet=twin)
            sheet.sound = False
        letters = {column.path: get_column_letter(index) for index, column in sheet.columns.items()}
        for number, line in lines if top == 1 else chain([(top, first)], lines):
            row = Row(table, self.reading.file, RowPlace(title, number, letters))
            if self.fill(row, number, sheet, line):
                sheet.rows.append(row)
        return sheet

    def headings(self, table: Table, title: str, sheet: _Sheet, line: Iterable[tuple[int, Any]]) -> None:
        """Finds the column of every heading. An unknown heading is not quoted: it may be a row of data."""
        found: set[FieldPath] = set()
        for index, value in line:
            if not str(value).strip():
                continue
            if normal(str(value)).startswith(normal(RESULT_PREFIX)):
                sheet.results.add(index)
                continue
            column = table.by_heading.get(normal(str(value)))
            cell = f"{get_column_letter(index)}1"
            if column is None:
                self.reading.complain(
                    "未知的列标题；请使用模板中的标题，或删去这一列", sheet=title, cell=cell
                )
                sheet.strange.add(index)
            elif column.path in found:
                self.reading.complain("列标题重复", sheet=title, cell=cell, name=column.heading)
                sheet.strange.add(index)
            else:
                sheet.columns[index] = column
                found.add(column.path)
        missing = [column for column in table.columns if column.required and column.path not in found]
        for column in missing:
            self.reading.complain("缺少这一列", sheet=title, cell="A1", name=column.heading)
        sheet.sound = not (sheet.strange or missing)

    def fill(self, row: Row, number: int, sheet: _Sheet, line: Iterable[tuple[int, Any]]) -> bool:
        """Puts the line's cells into the row. False for a blank line."""
        used = False
        for index, value in line:
            if index in sheet.results:
                continue
            column = sheet.columns.get(index)
            if value is NO_RESULT and column:
                message = "公式没有保存的结果；请在 Excel 中打开并保存，或直接填写内容"
            elif value is NO_RESULT or (isinstance(value, str) and not tidy_text(value)):
                continue
            elif column is None:
                self.unheaded(row.place.sheet, number, index, sheet)
                continue
            elif isinstance(value, str) and value in _ERRORS:
                message = "单元格的结果是错误值"
            else:
                used = True
                try:
                    content = cell_value(column, value, epoch=self.book.epoch)
                except UnfitError as unfit:
                    message = str(unfit)
                else:
                    if content is not None:
                        row.values[column.path] = content
                    continue
            used = True
            self.reading.problems.append(row.spoil(column.path, message))
        return used

    def unheaded(self, title: str, number: int, index: int, sheet: _Sheet) -> None:
        """A cell below no heading: said once per column, because nothing may be dropped without a word."""
        if index in sheet.strange:
            return
        cell = f"{get_column_letter(index)}{number}"
        self.reading.complain("这一列没有标题，请补上标题或删去内容", sheet=title, cell=cell)
        sheet.strange.add(index)
        sheet.sound = False


def _tie(sheets: SheetSet, groups: list[Row], members: list[Row], files: list[Row], reading: Reading) -> None:
    """Ties rows by their 编号; a row that names no group is kept as a stray: its cells are judged too.

    While a 编号 is missing or there twice, a row that names none we know may mean that one: the fault is said once, at
    the 编号, and not again at every row that hangs on it.
    """
    by_key: dict[Any, Group] = {}
    for row in groups:
        group = Group(sheets, row)
        reading.groups.append(group)
        key = row.values.get(_KEY)
        group.adrift = key is None or key in by_key
        if not group.adrift:
            by_key[key] = group
    all_known = len(by_key) == len(groups)
    people: dict[tuple[Any, Any], Member] = {}
    unsure: set[Any] = set()  # the groups with a member whose 编号 is missing or there twice
    for row in members:
        member = Member(row)
        place = link, key = row.values.get(GROUP_LINK), row.values.get(_KEY)
        if key is None or place in people:
            unsure.add(link)
        people.setdefault(place, member)
        owner = _linked(row, by_key, sheets, reading, all_known=all_known)
        (owner.members if owner else reading.strays).append(member)
    for row in files:
        owner = _linked(row, by_key, sheets, reading, all_known=all_known)
        link, key = row.values.get(GROUP_LINK), row.values.get(MEMBER_LINK)
        if key is None:
            (owner.files if owner else reading.stray_files).append(row)
        elif person := people.get((link, key)):
            person.files.append(row)
        else:
            if MEMBER_LINK not in row.bad and owner and link not in unsure:
                message = f"{sheets.members.sheet}表的这个团组中没有这个编号"
                reading.problems.append(row.spoil(MEMBER_LINK, message))
            if owner:
                owner.blocked = True
            reading.stray_files.append(row)


def _linked(
    row: Row, by_key: dict[Any, Group], sheets: SheetSet, reading: Reading, *, all_known: bool
) -> Group | None:
    """The group a row names. One that it does not have is complained of when the keys of `all` groups are known."""
    if GROUP_LINK in row.bad or not row.place.has(GROUP_LINK):
        return None
    value = row.values.get(GROUP_LINK)
    if value in by_key:
        return by_key[value]
    if value is None:
        reading.problems.append(row.spoil(GROUP_LINK, "必须填写"))
    elif all_known:
        reading.problems.append(row.spoil(GROUP_LINK, f"{sheets.groups.sheet}表中没有这个编号"))
    return None
