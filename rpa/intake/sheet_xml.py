"""A sheet's own XML, edited in place: texts are put into cells, and everything else stays as it was.

openpyxl reads a whole workbook into its own words and writes what it knows: shapes, pictures of shapes, slicers, form
controls and newer extensions are gone then. Here the one part of the file that must change is changed, cell by cell
(ECMA-376 part 1, 18.3.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.cell import coordinate_from_string, range_boundaries

from rpa.intake.rows import UnfitError

__all__ = ["SheetXml"]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_MOST_COLUMNS = 16384


def _tag(name: str) -> str:
    return f"{{{_MAIN}}}{name}"


class SheetXml:
    """One worksheet part. :meth:`put` texts, then take :meth:`as_bytes`."""

    def __init__(self, data: bytes) -> None:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        self._root = etree.fromstring(data, parser)
        found = self._root.find(_tag("sheetData"))
        if found is None:
            raise UnfitError("工作表里没有内容")
        self._data: Any = found
        self._rows = dict(_numbered(self._data, _tag("row"), _row_number))
        self._cells: dict[int, dict[int, Any]] = {}

    @property
    def used_columns(self) -> int:
        """How far to the right anything stands: values, formulas, merged areas, tables' neighbours."""
        most = 0
        for number in self._rows:
            for column, cell in self._in_row(number).items():
                if len(cell):
                    most = max(most, column)
        for area in self._root.iter(_tag("mergeCell")):
            most = max(most, range_boundaries(area.get("ref"))[2] or 0)
        return most

    def style_of(self, row: int, column: int) -> str | None:
        """The number of a cell's format."""
        cell = self._in_row(row).get(column)
        return None if cell is None else cell.get("s")

    def put(self, row: int, column: int, text: str, *, style: str | None = None) -> bool:
        """Make `text` the content of a cell; `style` is for a cell that is new. Whether anything changed.

        Raises UnfitError where a formula stands.
        """
        if column > _MOST_COLUMNS:
            raise UnfitError("工作表右侧没有空列了")
        cell = self._in_row(row).get(column)
        if cell is None:
            if not text:
                return False
            cell = self._new_cell(row, column, style)
        elif cell.find(_tag("f")) is not None:
            raise UnfitError(f"{get_column_letter(column)}{row} 是公式，不能写入结果；请删去这个公式")
        for child in list(cell):
            cell.remove(child)
        for name in ("t", "cm", "vm"):
            cell.attrib.pop(name, None)
        if text:
            cell.set("t", "inlineStr")
            line = etree.SubElement(etree.SubElement(cell, _tag("is")), _tag("t"))
            line.text = text
            line.set(_SPACE, "preserve")
        return True

    def widen(self, column: int, width: float) -> None:
        """Give a column a width, unless the sheet says one for it already."""
        columns = self._root.find(_tag("cols"))
        if columns is None:
            columns = etree.Element(_tag("cols"))
            self._data.addprevious(columns)
        place = 0
        for one in columns:
            if int(one.get("min")) <= column <= int(one.get("max")):
                return
            if int(one.get("max")) < column:
                place += 1
        wide = etree.Element(_tag("col"), min=str(column), max=str(column), width=str(width), customWidth="1")
        columns.insert(place, wide)

    def as_bytes(self) -> bytes:
        """The part as it now is."""
        self._tell_size()
        data: bytes = etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)
        return data

    def _in_row(self, number: int) -> dict[int, Any]:
        """The cells of a row by their column."""
        if number not in self._cells:
            row = self._rows.get(number)
            found = {} if row is None else dict(_numbered(row, _tag("c"), _column_number))
            self._cells[number] = found
        return self._cells[number]

    def _new_cell(self, number: int, column: int, style: str | None) -> Any:
        row = self._rows[number]
        cells = self._in_row(number)
        cell = etree.Element(_tag("c"), r=f"{get_column_letter(column)}{number}")
        if style:
            cell.set("s", style)
        after = next((one for place, one in sorted(cells.items()) if place > column), None)
        if after is None:
            row.append(cell)
        else:
            after.addprevious(cell)
        cells[column] = cell
        spans = row.get("spans", "")
        if spans and " " not in spans:
            first, _, last = spans.partition(":")
            row.set("spans", f"{min(int(first), column)}:{max(int(last), column)}")
        return cell

    def _tell_size(self) -> None:
        dimension = self._root.find(_tag("dimension"))
        if dimension is None:
            return
        first_column, first_row, last_column, last_row = range_boundaries(dimension.get("ref"))
        most = max((max(cells, default=0) for cells in self._cells.values()), default=0)
        if None in (first_column, first_row, last_column, last_row) or most <= int(last_column or 0):
            return
        corner = f"{get_column_letter(int(first_column or 1))}{first_row}"
        dimension.set("ref", f"{corner}:{get_column_letter(most)}{last_row}")


def _numbered(parent: Any, tag: str, number_of: Any) -> Iterator[tuple[int, Any]]:
    """Rows or cells with their numbers; one that says none follows the one before it."""
    number = 0
    for one in parent.iterchildren(tag):
        number = number_of(one) or number + 1
        yield number, one


def _row_number(row: Any) -> int:
    return int(row.get("r", 0))


def _column_number(cell: Any) -> int:
    place = cell.get("r")
    return column_index_from_string(coordinate_from_string(place)[0]) if place else 0
