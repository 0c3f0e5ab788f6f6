"""The samples of all business types: without a complaint, the same in three formats, made of the template, small."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image
from pypdf import PdfReader

from rpa.flow import flow, flows
from rpa.intake import SheetSet, read
from rpa.resources import folder

TODAY = date(2026, 11, 23)
FIXTURES = folder("fixtures")
TYPES = list(flows())


def test_there_is_a_sample_of_every_business_type() -> None:
    assert TYPES == ["new_card", "passport_change", "early_card", "card_replacement", "card_cancellation"]


@pytest.mark.parametrize("business_type", TYPES)
def test_it_is_read_without_a_complaint_and_the_same_from_every_format(business_type: str) -> None:
    found = []
    for suffix in ("xlsx", "json", "yaml"):
        intake = read([FIXTURES / f"{business_type}.{suffix}"], dict(flows()), today=TODAY)
        assert intake.problems == []
        found.append([located.application for located in intake.applications])
    assert found[0]
    assert found[0] == found[1] == found[2]
    assert {one.business_type for one in found[0]} == {business_type}
    assert all(one.account for one in found[0])


def test_all_samples_may_be_handed_in_at_once() -> None:
    intake = read([FIXTURES / f"{name}.xlsx" for name in TYPES], dict(flows()), today=TODAY)
    assert intake.problems == []
    assert [located.application.business_type for located in intake.applications] == [
        name for name in TYPES for _ in json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))["团组"]
    ]


@pytest.mark.parametrize("business_type", TYPES)
def test_its_workbook_has_the_templates_sheets_and_headings(business_type: str) -> None:
    book = load_workbook(FIXTURES / f"{business_type}.xlsx", read_only=True)
    tables = SheetSet.of(flow(business_type)).tables
    assert book.sheetnames == [*(table.sheet for table in tables), "填写说明", "选项"]
    for table in tables:
        headings = next(book[table.sheet].iter_rows(max_row=1, values_only=True))
        assert list(headings) == [column.heading for column in table.columns]
    book.close()


@pytest.mark.parametrize("business_type", TYPES)
def test_every_file_is_named_by_the_input_or_plays_a_signed_form(business_type: str) -> None:
    text = (FIXTURES / f"{business_type}.json").read_text(encoding="utf-8")
    for path in _files(FIXTURES / business_type):
        name = path.relative_to(FIXTURES).as_posix()
        assert name in text or path.parent.name == "signed", name


@pytest.mark.parametrize("business_type", TYPES)
def test_every_file_can_be_opened(business_type: str) -> None:
    for path in _files(FIXTURES / business_type):
        if path.suffix == ".pdf":
            assert len(PdfReader(path).pages) == 1
        else:
            with Image.open(path) as picture:
                picture.load()


def test_the_samples_are_small() -> None:
    assert sum(path.stat().st_size for path in _files(FIXTURES)) < 2 * 2**20


def _files(where: Path) -> list[Path]:
    return [path for path in where.rglob("*") if path.is_file()]
