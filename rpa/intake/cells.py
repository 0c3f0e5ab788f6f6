"""A workbook's cells, read straight from its parts: several times as fast as openpyxl, and in one pass with the formulas.

What a cell may hold is in ECMA-376 part 1: 18.3.1 (sheets), 18.4 (shared texts), 18.8 (formats). A cell's value is what
openpyxl makes of it: a text, a number, a truth, a day or time; a formula is its stored result.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel, from_ISO8601
from openpyxl.utils.escape import unescape

from rpa.intake.parts import sheet_parts
from rpa.intake.rows import UnfitError

__all__ = ["DAMAGED", "NO_RESULT", "Book"]

DAMAGED = "不是 Excel 工作簿（.xlsx），或文件已损坏"
NO_RESULT = object()
"""Stands for a formula whose result was not stored."""

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ROW, _CELL, _VALUE, _FORMULA, _INLINE = (f"{_MAIN}{name}" for name in ("row", "c", "v", "f", "is"))
_TEXT, _RUN, _STRING = (f"{_MAIN}{name}" for name in ("t", "r", "si"))
_NOT_A_DATE = "#VALUE!"

Line = tuple[int, list[tuple[int, Any]]]
"""A row's number, and its cells that are not blank: each its column and its value."""


class Book:
    """One workbook, open for reading. Raises UnfitError where the file turns out to be damaged."""

    def __init__(self, path: Path) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
            self._parts = sheet_parts(path)
            links = self._links()
            self._texts = [_content(one) for one in self._elements(links.get("sharedStrings", ""), _STRING)]
            self._days, self._spans = self._formats(links.get("styles", ""))
            book = self._tree("xl/workbook.xml")
        except OSError:
            raise
        except Exception:  # the parsers raise anything on a damaged file
            raise UnfitError(DAMAGED) from None
        described = book.find(f"{_MAIN}workbookPr")
        old = described is not None and described.get("date1904", "0") in ("1", "true")
        self.epoch: datetime = MAC_EPOCH if old else WINDOWS_EPOCH
        """The day from which its days are counted."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._archive.close()

    @property
    def titles(self) -> list[str]:
        """The names of its sheets, in their order."""
        return list(self._parts)

    def lines(self, title: str) -> Iterator[Line]:
        """The rows of a sheet that have a cell which is not blank."""
        try:
            number = 0
            for row in self._elements(self._parts[title], _ROW):
                number = int(float(row.get("r") or number + 1))
                if cells := list(self._cells(row)):
                    yield number, cells
        except Exception:  # the parsers raise anything on a damaged file
            raise UnfitError(DAMAGED) from None

    def _cells(self, row: Any) -> Iterator[tuple[int, Any]]:
        column = 0
        for cell in row:
            place = cell.get("r")
            column = column_index_from_string(place.rstrip("0123456789")) if place else column + 1
            if len(cell) and (value := self._value(cell)) is not None:
                yield column, value

    def _value(self, cell: Any) -> Any:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(_INLINE)
            return None if inline is None else _content(inline)
        stored = cell.findtext(_VALUE)
        if not stored:
            return None if cell.find(_FORMULA) is None else NO_RESULT
        if kind == "s":
            return self._texts[int(stored)]
        return self._number(stored, int(cell.get("s", 0))) if kind == "n" else _other(kind, stored)

    def _number(self, stored: str, style: int) -> Any:
        value = float(stored) if any(sign in stored for sign in ".eE") else int(stored)
        if style not in self._days:
            return value
        try:
            return from_excel(value, self.epoch, timedelta=style in self._spans)
        except (OverflowError, ValueError):
            return _NOT_A_DATE

    def _links(self) -> dict[str, str]:
        """The parts that belong to the workbook as a whole, by what they are."""
        links = self._tree("xl/_rels/workbook.xml.rels")
        return {
            one.get("Type", "").rpartition("/")[2]: posixpath.normpath(
                posixpath.join("/xl", one.get("Target", ""))
            ).lstrip("/")
            for one in links
        }

    def _formats(self, part: str) -> tuple[frozenset[int], frozenset[int]]:
        """The formats that show a day or a time, and those of them that show how long something took."""
        if part not in self._archive.namelist():
            return frozenset(), frozenset()
        styles = self._tree(part)
        own = {int(one.get("numFmtId")): one.get("formatCode", "") for one in styles.iter(f"{_MAIN}numFmt")}
        used = [int(one.get("numFmtId", 0)) for one in styles.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf")]
        codes = [own.get(number) or BUILTIN_FORMATS.get(number, "General") for number in used]
        return (
            frozenset(place for place, code in enumerate(codes) if is_date_format(code)),
            frozenset(place for place, code in enumerate(codes) if is_timedelta_format(code)),
        )

    def _tree(self, part: str) -> Any:
        return etree.fromstring(
            self._archive.read(part), etree.XMLParser(resolve_entities=False, no_network=True)
        )

    def _elements(self, part: str, tag: str) -> Iterator[Any]:
        """The elements of a part, one at a time; nothing is kept of those before it."""
        if part not in self._archive.namelist():
            return
        with self._archive.open(part) as stream:
            found = etree.iterparse(
                stream, tag=tag, resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True
            )
            for _, element in found:
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]


def _other(kind: str, stored: str) -> Any:
    if kind == "b":
        return bool(int(stored))
    return from_ISO8601(stored) if kind == "d" else unescape(stored)  # type: ignore[no-untyped-call]


def _content(element: Any) -> str:
    """A text with all its runs, without what tells how it is pronounced. Excel writes a control sign as _x000D_."""
    texts = [
        part.text if part.tag == _TEXT else part.findtext(_TEXT)
        for part in element
        if part.tag in (_TEXT, _RUN)
    ]
    text = "".join(filter(None, texts))
    return unescape(text) if "_x" in text else text
