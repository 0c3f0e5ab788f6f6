"""An input as it was read, before it is judged: rows with their values and places, tied into groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Protocol

from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

from rpa.errors import Problem
from rpa.intake.columns import Column, FieldPath, SheetSet, Table, normal
from rpa.intake.values import tidy_text

__all__ = ["UNREADABLE", "Group", "Member", "Place", "Reading", "Row", "RowPlace", "UnfitError", "cell_value"]


class Place(Protocol):
    """Where a row stands in its file."""

    @property
    def sheet(self) -> str:
        """The sheet, or the path inside a JSON or YAML input."""
        ...

    def cell(self, path: FieldPath) -> str:
        """Where a field stands: `C5`, or `第12行`."""
        ...

    def has(self, path: FieldPath) -> bool:
        """Whether there is a place for this field at all, that is, whether its column exists."""
        ...


@dataclass(frozen=True, slots=True)
class RowPlace:
    """A row of a sheet; `letters` is shared by all rows of the sheet."""

    sheet: str
    row: int
    letters: Mapping[FieldPath, str]

    def cell(self, path: FieldPath) -> str:
        """The cell's address; the row's first cell for a field without a column."""
        return f"{self.letters.get(path, 'A')}{self.row}"

    def has(self, path: FieldPath) -> bool:
        """Whether the sheet has this column."""
        return path in self.letters


@dataclass(slots=True)
class Row:
    """One row: a group, a member or an attachment. Fields in `bad` have been complained about already."""

    table: Table
    file: str
    place: Place
    values: dict[FieldPath, Any] = field(default_factory=dict)
    bad: set[FieldPath] = field(default_factory=set)

    def problem(self, path: FieldPath, message: str) -> Problem:
        """A complaint about one of the row's fields."""
        column = self.table.by_path.get(path)
        heading = column.heading if column else ""
        return Problem(self.file, self.place.sheet, self.place.cell(path), heading, message)

    def spoil(self, path: FieldPath, message: str) -> Problem:
        """A complaint that also keeps the value from being used."""
        self.bad.add(path)
        self.values[path] = UNREADABLE
        return self.problem(path, message)

    def nest(self) -> dict[str, Any]:
        """The values as the model wants them: nested models as nested mappings, links left out."""
        data: dict[str, Any] = {}
        for path in self.table.nested:
            _into(data, path)
        for path, value in self.values.items():
            if not path[0].startswith("@"):
                _into(data, path[:-1])[path[-1]] = value
        return data


@dataclass(slots=True)
class Member:
    """A member's row and the rows of the member's attachments."""

    row: Row
    files: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """A group's row with everything that belongs to it. A `blocked` one is judged, but never filed.

    One is `adrift` when its key is missing or another's: nobody can tell which rows belong to it.
    """

    sheets: SheetSet
    row: Row
    members: list[Member] = field(default_factory=list)
    files: list[Row] = field(default_factory=list)
    blocked: bool = False
    adrift: bool = False


@dataclass(slots=True)
class Reading:
    """All that one file gave: groups, rows that belong to none, and what was wrong on the way."""

    file: str
    groups: list[Group] = field(default_factory=list)
    strays: list[Member] = field(default_factory=list)
    stray_files: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def complain(self, message: str, *, sheet: str = "", cell: str = "", name: str = "") -> None:
        """Notes something wrong with the file's shape."""
        self.problems.append(Problem(self.file, sheet, cell, name, message))

    def warn(self, message: str, *, sheet: str = "", cell: str = "") -> None:
        """Notes something odd that stops nothing."""
        self.warnings.append(Problem(self.file, sheet, cell, "", message))


class _Unreadable:
    """Stands for a value that was complained about: the model refuses it and no default takes its place."""

    def __repr__(self) -> str:
        return "<unreadable>"


UNREADABLE = _Unreadable()


class UnfitError(ValueError):
    """A cell's value does not suit its column; the text is for the filing officer."""


_AS_TEXT = "单元格是数字，Excel 可能已改动末几位或开头的 0；请把单元格格式设为“文本”后重新输入"
_IN_QUOTES = "应为文本，请给这串数字加上引号"


def cell_value(column: Column, value: Any, *, epoch: datetime | None = None) -> Any:
    """A cell's value as its model wants it, None for a blank one. Raises UnfitError.

    `epoch` is a workbook's first day; without it the value is of JSON or YAML, where a day has no number.
    """
    if isinstance(value, str):
        if column.kind == "path":
            return value.strip().strip('"“”').strip() or None
        text = tidy_text(value)
        if column.options and text not in column.options:
            text = column.choices.get(normal(text), text)
        return text or None
    if value is None or isinstance(value, _Unreadable):
        return value
    if isinstance(value, bool):
        raise UnfitError("应为文本，不应是 TRUE/FALSE（真/假）值")
    if column.kind == "number":
        return value
    if isinstance(value, (int, float)):
        return _number(column, value, epoch)
    if isinstance(value, (date, time)):
        if column.kind == "date":
            return value
        if epoch is None:
            raise UnfitError("应为文本，但写成了日期或时间；请加上引号")
        raise UnfitError("应为文本，但单元格是日期或时间；请把单元格格式设为“文本”后重新输入")
    raise UnfitError("内容的类型不正确")


def _number(column: Column, value: int | float, epoch: datetime | None) -> Any:
    if column.kind == "code":
        raise UnfitError(_IN_QUOTES if epoch is None else _AS_TEXT)
    whole = abs(value) < 1e15 and int(value) == value
    if column.kind == "text" and not (whole and type(value) in (int, float)):
        # 0771001 and 1.10 have lost a zero, a longer number its last digits: what was typed is not known
        raise UnfitError(_IN_QUOTES if epoch is None else _AS_TEXT)
    text = str(int(value)) if whole else str(value)
    if column.kind != "date":
        return text
    if whole and len(text) == 8:
        return text
    # Five digits are Excel's count of days (1927 to 2173); fewer could as well be a year typed alone.
    if epoch is not None and whole and len(text) == 5:
        return from_excel(int(value), epoch or WINDOWS_EPOCH)
    raise UnfitError("应为日期，例如 2026-11-23")


def _into(data: dict[str, Any], path: FieldPath) -> dict[str, Any]:
    for name in path:
        data = data.setdefault(name, {})
    return data
