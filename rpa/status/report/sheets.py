"""Sheets written row by row, so that a hundred thousand rows cost no memory: headings, formats, widths, filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from rpa.profile import PORTAL_TIME

__all__ = ["Heading", "Sheet"]

_FORMATS = {"text": "General", "code": "@", "moment": "yyyy-mm-dd hh:mm", "number": "General"}
_HEAD = PatternFill("solid", fgColor="FF1E3A5F")
_WHITE = Font(bold=True, color="FFFFFFFF")
_NOTE = Font(italic=True, color="FF64748B")
_LONGEST = 2000
"""Characters in a cell; Excel takes 32,767, a reader much fewer."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its word, its width in characters, and what its cells hold; a code is a number that must stay text."""

    word: str
    width: float = 14
    kind: Literal["text", "code", "moment", "number"] = "text"


class Sheet:
    """One sheet of a write-only workbook; `note` stands above the headings."""

    def __init__(self, book: Workbook, title: str, headings: Sequence[Heading], *, note: str = "") -> None:
        self._sheet: Any = book.create_sheet(title)
        self._headings = headings
        self._top = 2 if note else 1
        self.rows = 0
        for place, heading in enumerate(headings, 1):
            self._sheet.column_dimensions[get_column_letter(place)].width = heading.width
        self._sheet.freeze_panes = f"B{self._top + 1}"
        if note:
            self._sheet.append([self._made(note, font=_NOTE)])
        self._sheet.append([self._made(heading.word, font=_WHITE, fill=_HEAD) for heading in headings])
        # the same cells serve every row: a row is written the moment it is appended. What needs no format goes without
        # one, at half the cost.
        self._cells = [self._made("", number_format=_FORMATS[heading.kind]) for heading in headings]

    def add(self, *values: Any) -> None:
        """A row: a moment becomes a date of Beijing's clock, a text stays one even if it begins like a formula."""
        line: list[Any] = []
        for heading, cell, value in zip(self._headings, self._cells, values, strict=True):
            if value is None or value == "":
                line.append(None)  # a blank cell needs no place in the file
                continue
            if isinstance(value, str):
                plain = heading.kind == "text" and value[0] not in "=#"
                line.append(_clean(value) if plain else _write_text(cell, value))
            elif isinstance(value, datetime):
                cell.value = value.astimezone(PORTAL_TIME).replace(tzinfo=None, microsecond=0)
                line.append(cell)
            else:
                line.append(value)
        self._sheet.append(line)
        self.rows += 1

    def close(self) -> None:
        """Give it its filter, now that its last row is known."""
        last = f"{get_column_letter(len(self._headings))}{self._top + max(self.rows, 1)}"
        self._sheet.auto_filter.ref = f"A{self._top}:{last}"

    def _made(self, text: str, **looks: Any) -> Any:
        cell: Any = WriteOnlyCell(self._sheet)
        _write_text(cell, text)
        for name, look in looks.items():
            setattr(cell, name, look)
        if "fill" in looks:
            cell.alignment = Alignment(vertical="center")
        return cell


def _write_text(cell: Any, text: str) -> Any:
    """Make a text the content of a cell, though it may look like a formula or an error."""
    cell.value = _clean(text)
    cell.data_type = "s"
    return cell


def _clean(text: str) -> str:
    if not text.isprintable():
        text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return text[:_LONGEST]
