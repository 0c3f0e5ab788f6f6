"""A workbook to spoil: the sample of a business type, in the sheets of its template, with hands to change its cells."""

from __future__ import annotations

import shutil
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from ruamel.yaml import YAML

from rpa.flow import flow
from rpa.intake import Intake, SheetSet, read, template
from rpa.resources import folder

__all__ = ["TODAY", "Book"]

TODAY = date(2026, 11, 23)
_FIXTURES = folder("fixtures")


class Book:
    """Sheets are called 团组, 成员 and 附件, headings by their words, rows by their number from 2."""

    def __init__(self, place: Path, business_type: str) -> None:
        self.kind = flow(business_type)
        self.sheets = {table.title: table.sheet for table in SheetSet.of(self.kind).tables}
        self.path = place / f"{business_type}.xlsx"
        files = _FIXTURES / business_type
        shutil.copytree(files, place / business_type)
        shutil.copy(_blank(business_type), self.path)
        document = YAML(typ="safe").load(_FIXTURES / f"{business_type}.yaml")
        for group in document["团组"]:
            key = {"团组编号": group["团组编号"]}
            people, papers = group.pop("成员"), group.pop("附件", [])
            self.add("团组", group)
            for person in people:
                self.add("成员", {**key, **person})
            for paper in papers:
                self.add("附件", {**key, **paper})

    def add(self, sheet: str, row: dict[str, Any]) -> int:
        """Writes a row below the others and returns its number."""
        book = load_workbook(self.path)
        lines = book[self.sheets[sheet]]
        number = 2 + sum(any(cell.value is not None for cell in line) for line in lines.iter_rows(min_row=2))
        for heading, value in row.items():
            lines[_address(lines, heading, number)] = value
        book.save(self.path)
        return number

    def set(self, sheet: str, heading: str, row: int, value: Any) -> tuple[str, str, str]:
        """Puts a value into a cell; its sheet, address and heading, as a complaint about it begins."""
        book = load_workbook(self.path)
        lines = book[self.sheets[sheet]]
        address = _address(lines, heading, row)
        lines[address] = value
        if not isinstance(value, str):
            lines[address].number_format = "General"
        book.save(self.path)
        return self.sheets[sheet], address, heading

    def at(self, sheet: str, heading: str, row: int) -> tuple[str, str, str]:
        """The beginning of a complaint about a cell that is left as it is."""
        return (
            self.sheets[sheet],
            _address(load_workbook(self.path)[self.sheets[sheet]], heading, row),
            heading,
        )

    def drop(self, sheet: str, row: int) -> None:
        """Takes a row out."""
        book = load_workbook(self.path)
        book[self.sheets[sheet]].delete_rows(row)
        book.save(self.path)

    def read(self) -> Intake:
        """What the workbook gives, as of a fixed day."""
        return read([self.path], {self.kind.business_type: self.kind}, today=TODAY)

    def problems(self) -> dict[tuple[str, str, str], str]:
        """Every complaint by its sheet, cell and heading; one for each cell."""
        problems = self.read().problems
        found = {(one.sheet, one.cell, one.field): one.message for one in problems}
        assert len(found) == len(problems)
        return found


def _address(sheet: Worksheet, heading: str, row: int) -> str:
    index = next(cell.column for cell in sheet[1] if cell.value == heading)
    return sheet.cell(row, index).coordinate


@cache
def _blank(business_type: str) -> Path:
    """The template, without its blank formatted rows, which only cost time."""
    path = Path(mkdtemp()) / "blank.xlsx"
    template([flow(business_type)], path)
    book = load_workbook(path)
    for sheet in book.worksheets[:3]:
        sheet.delete_rows(2, sheet.max_row)
    book.save(path)
    return path
