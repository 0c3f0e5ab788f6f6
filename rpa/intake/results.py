"""Result columns in the clerk's own workbook: what became of each group, beside its row; nothing else is touched."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
from lxml import etree
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from rpa.errors import InputError, Problem, SettingsError
from rpa.intake.columns import RESULT_PREFIX, BusinessType, normal, sheet_sets
from rpa.intake.opening import refuse_other_files
from rpa.intake.parts import refuse_guarded, replace_parts, sheet_parts
from rpa.intake.rows import Group, UnfitError
from rpa.intake.sheet_xml import SheetXml
from rpa.intake.workbook import read_workbook

__all__ = ["GroupRow", "WrittenResults", "group_rows", "write_results"]

_WIDTH, _LAST_WIDTH = 18.0, 48.0
_LONGEST = 1000
"""Characters in a cell; Excel takes 32,767, a reader much fewer."""


@dataclass(frozen=True)
class GroupRow:
    """A row of a 团组 sheet. `people` are the normal forms of all that stands in its members' rows. Personal."""

    sheet: str
    row: int
    business_type: str
    key: str
    members: int
    people: frozenset[str]

    def is_of(self, identity: Sequence[str]) -> bool:
        """Whether the group's members are exactly these people."""
        return len(identity) == self.members and all(normal(one) in self.people for one in identity)


@dataclass(frozen=True)
class WrittenResults:
    """What was written: into how many rows, and where the workbook as it was lies; None when nothing had changed."""

    rows: int
    backup: Path | None


def group_rows(path: Path, business_types: Mapping[str, BusinessType]) -> list[GroupRow]:
    """The groups that a workbook holds, whatever else is wrong with it. Raises InputError when it cannot be read."""
    if not path.is_file():
        raise SettingsError("找不到这个工作簿", where=str(path))
    reading = read_workbook(path, str(path), sheet_sets(business_types.values()))
    found = [_row(group) for group in reading.groups if isinstance(group.row.values.get(("key",)), str)]
    if not found:
        raise InputError(reading.problems, "没有写入结果：工作簿里找不到团组")
    return found


def write_results(
    path: Path, headings: Sequence[str], results: Mapping[tuple[str, int], Sequence[str]], *, now: datetime
) -> WrittenResults:
    """Put `results`, by sheet and row, under these headings; the workbook as it was is kept beside it.

    Columns of an earlier run are written again, not added again. Only the XML of the sheets concerned changes. Raises
    SettingsError when the file is open elsewhere or cannot be written, InputError when a change would spoil it.
    """
    path = path.resolve()
    _refuse_open(path)
    try:
        refuse_other_files(path)
        refuse_guarded(path)
        changed = _edited(path, [RESULT_PREFIX + heading for heading in headings], results)
    except (UnfitError, zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as unfit:
        reason = str(unfit) if isinstance(unfit, UnfitError) else "文件已损坏"
        raise InputError([Problem(str(path), "", "", "", reason)], f"没有写入结果：{reason}") from None
    except OSError:
        raise _unwritable(path) from None
    if not changed:
        return WrittenResults(len(results), None)
    return WrittenResults(len(results), _put_in_place(path, changed, now))


def _row(group: Group) -> GroupRow:
    people = {
        normal(str(value))
        for member in group.members
        for value in member.row.values.values()
        if isinstance(value, str)
    }
    place = group.row.place
    return GroupRow(
        place.sheet,
        int("".join(filter(str.isdigit, place.cell(("key",))))),
        group.sheets.business_type,
        group.row.values["key",],
        len(group.members),
        frozenset(people),
    )


def _edited(
    path: Path, headings: Sequence[str], results: Mapping[tuple[str, int], Sequence[str]]
) -> dict[str, bytes]:
    """The parts that change, as they are to be."""
    parts, changed = sheet_parts(path), {}
    with zipfile.ZipFile(path) as archive:
        for sheet, shown in _shown(path, results).items():
            xml = SheetXml(archive.read(parts[sheet]))
            wanted = {row: texts for (name, row), texts in results.items() if name == sheet}
            if _fill(xml, shown, headings, wanted):
                changed[parts[sheet]] = xml.as_bytes()
    return changed


def _fill(
    xml: SheetXml,
    shown: Mapping[int, Sequence[str]],
    headings: Sequence[str],
    results: Mapping[int, Sequence[str]],
) -> bool:
    """Put the results into one sheet, adding the columns that are missing; whether anything changed."""
    titles = {normal(title): column for column, title in enumerate(shown.get(1, ()), 1) if title}
    last, free = max(titles.values(), default=1), xml.used_columns + 1
    changed = False
    for place, heading in enumerate(headings):
        column = titles.get(normal(heading))
        if column is None:
            column, free = free, free + 1
            changed = xml.put(1, column, heading, style=xml.style_of(1, last)) or changed
            xml.widen(column, _LAST_WIDTH if heading == headings[-1] else _WIDTH)
        for row, texts in results.items():
            line = shown.get(row, ())
            before = line[column - 1] if column <= len(line) else ""
            text = ILLEGAL_CHARACTERS_RE.sub("", texts[place])[:_LONGEST]
            if text != before:
                changed = xml.put(row, column, text) or changed
    return changed


def _shown(path: Path, results: Iterable[tuple[str, int]]) -> dict[str, dict[int, list[str]]]:
    """What the sheets concerned show now: their first row, and the rows that get a result."""
    wanted: dict[str, set[int]] = {}
    for sheet, row in results:
        wanted.setdefault(sheet, {1}).add(row)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # openpyxl warns of parts it does not know; nothing is written with it
        book = openpyxl.load_workbook(path, read_only=True, keep_links=False)
    try:
        found: dict[str, dict[int, list[str]]] = {}
        for name, rows in wanted.items():
            opened: Any = book[name]
            opened.reset_dimensions()  # other writers note a wrong size
            found[name] = {
                number: ["" if value is None else str(value) for value in line]
                for number, line in enumerate(opened.iter_rows(values_only=True), 1)
                if number in rows
            }
        return found
    finally:
        book.close()


def _put_in_place(path: Path, parts: Mapping[str, bytes], now: datetime) -> Path:
    """Keep the workbook as it is beside it, then put the new one in its place, whole or not at all."""
    backup = path.with_name(f"{path.stem}.备份-{now:%Y%m%d-%H%M%S}{path.suffix}")
    draft: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=".ywtb-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
        draft = Path(name)
        replace_parts(path, draft, parts)
        shutil.copymode(path, draft)
        shutil.copy2(path, backup)
        try:
            draft.replace(path)
        except OSError:
            backup.unlink(missing_ok=True)
            raise
    except UnfitError as unfit:
        raise SettingsError(str(unfit), where=str(path)) from None
    except OSError:
        raise _unwritable(path) from None
    finally:
        if draft is not None:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
    return backup


def _refuse_open(path: Path) -> None:
    """Excel, WPS and LibreOffice leave a mark beside a workbook that they have open; it may be so on another computer."""
    marks = (f"~${path.name}", f"~${path.name[2:]}", f".~lock.{path.name}#", f".~{path.name}")
    for mark in marks:
        if path.with_name(mark).exists():
            raise SettingsError(
                "工作簿正在 Excel 或 WPS 中打开，没有写入结果",
                where=str(path),
                advice=f"请保存并关闭后再运行；如果确实没有打开，请删去旁边的 {mark}",
            )


def _unwritable(path: Path) -> SettingsError:
    return SettingsError(
        "无法写入工作簿",
        where=str(path),
        advice="如果该文件正在 Excel 或 WPS 中打开，请先保存并关闭；也请核对文件和所在文件夹的权限",
    )
