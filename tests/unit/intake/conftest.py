"""An input to spoil: the sample of 新卡申办 in a folder of its own, with hands to change its cells and files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from flows.new_card import NewCard
from rpa.application import Application
from rpa.intake import BusinessType, Intake, read

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
TODAY = date(2026, 11, 23)


class NewCardType:
    """The business type, as intake wants it."""

    business_type = "new_card"
    title = "新卡申办"
    model: type[Application] = NewCard


class Sample:
    """The sample input, copied; `set`, `edit` and `write` change the workbook or the documents."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workbook = folder / "new_card.xlsx"

    def edit(self, change: Callable[[Workbook], Any]) -> None:
        book = load_workbook(self.workbook)
        change(book)
        book.save(self.workbook)

    def cell(self, sheet: str, heading: str, row: int) -> str:
        """The address of a cell by its heading."""
        return _find(load_workbook(self.workbook)[sheet], heading, row)

    def set(self, sheet: str, heading: str, row: int, value: Any, *, number_format: str | None = None) -> str:
        """Puts a value into a cell and returns the cell's address."""
        book = load_workbook(self.workbook)
        address = _find(book[sheet], heading, row)
        cell = book[sheet][address]
        cell.value = value
        if number_format:
            cell.number_format = number_format
        book.save(self.workbook)
        return address

    def document(self) -> dict[str, Any]:
        return json.loads((self.folder / "new_card.json").read_text(encoding="utf-8"))

    def write_json(self, tree: Any) -> Path:
        path = self.folder / "changed.json"
        path.write_text(json.dumps(tree, ensure_ascii=False, indent=2), encoding="utf-8")
        return path

    def problems(self, *paths: Path, **settings: Any) -> list[tuple[str, str, str, str]]:
        """Sheet, cell, field and message of every problem."""
        problems = self.read(*paths, **settings).problems
        return [(one.sheet, one.cell, one.field, one.message) for one in problems]

    def keys(self, *paths: Path, **settings: Any) -> list[str]:
        """The groups that may be filed."""
        return [located.application.key for located in self.read(*paths, **settings).applications]

    def read(self, *paths: Path, **settings: Any) -> Intake:
        """Reads the workbook, or the given files, as of a fixed day."""
        return read(paths or [self.workbook], TYPES, today=TODAY, **settings)


TYPES: Mapping[str, BusinessType] = {"new_card": NewCardType()}


def _find(sheet: Worksheet, heading: str, row: int) -> str:
    index = next(cell.column for cell in sheet[1] if cell.value == heading)
    return sheet.cell(row, index).coordinate


@pytest.fixture(scope="session")
def short_workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample workbook without its blank formatted rows, which only cost the tests time."""
    path = tmp_path_factory.mktemp("sample") / "new_card.xlsx"
    book = load_workbook(FIXTURES / "new_card.xlsx")
    for sheet in book.worksheets[:3]:
        sheet.delete_rows(11, sheet.max_row)
    book.save(path)
    return path


@pytest.fixture
def sample(tmp_path: Path, short_workbook: Path) -> Sample:
    folder = tmp_path / "输入 资料"
    folder.mkdir()
    for path in (short_workbook, FIXTURES / "new_card.json", FIXTURES / "new_card.yaml"):
        shutil.copy(path, folder)
    shutil.copytree(FIXTURES / "new_card", folder / "new_card")
    return Sample(folder)


@pytest.fixture
def types() -> Mapping[str, BusinessType]:
    return TYPES
