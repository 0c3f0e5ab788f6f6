"""The report's workbook: a sheet for each list, real dates, texts that stay texts, and the newest of the history."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook.workbook import Workbook
from sqlalchemy import update

from rpa.cases import Case, Ledger
from rpa.cases.tables import cases
from rpa.flow import flows
from rpa.intake import read
from rpa.personal import personal_values
from rpa.profile import PORTAL_TIME
from rpa.resources import folder
from rpa.status.report import workbook
from rpa.status.tables import groups, history, sweeps

from .seeded import NOW, Past, past_of, seed


@pytest.fixture
def backend() -> str:
    """What is written comes alike from both databases; see the figures."""
    return "sqlite"


def rows(book: Workbook, sheet: str, top: int = 1) -> list[dict[str, Any]]:
    """The rows of a sheet by their headings, which stand in row `top`."""
    headings, *lines = book[sheet].iter_rows(min_row=top, values_only=True)
    return [dict(zip(headings, line, strict=True)) for line in lines]


def test_every_group_stands_in_all_and_in_its_own_list(write: Any, made: list[Case]) -> None:
    book = load_workbook(write().workbook)
    past = past_of(made)
    everything = rows(book, "全部")
    assert {row["团组号"] for row in everything} == {one.group_no for one in past}
    assert len(everything) == len(past)
    for slug, flow in flows().items():
        mine = [one.group_no for one in past if one.business_type == slug]
        assert sorted(row["团组号"] for row in rows(book, flow.title)) == sorted(mine)
    filed = {row["团组号"]: row for row in everything}
    for case in made:
        if case.group_no:
            assert (filed[case.group_no]["办件编号"], filed[case.group_no]["团组编号"]) == (case.id, case.key)


def test_moments_are_dates_and_numbers_are_texts(write: Any, made: list[Case]) -> None:
    book = load_workbook(write().workbook)
    sheet = book["全部"]
    headings = [cell.value for cell in sheet[1]]
    number, since, submitted = (
        sheet.cell(2, headings.index(word) + 1) for word in ("团组号", "状态自", "上报时间")
    )
    assert (number.data_type, number.number_format) == ("s", "@")
    for cell in (since, submitted):
        assert cell.is_date
        assert isinstance(cell.value, datetime)
    one = next(one for one in past_of(made) if one.group_no == number.value)
    moved = (NOW - timedelta(days=one.states[-1][1])).astimezone(PORTAL_TIME)
    assert abs(since.value - moved.replace(tzinfo=None)) < timedelta(seconds=2)


def test_every_list_has_its_filter_and_its_frozen_heading(write: Any, made: list[Case]) -> None:
    book = load_workbook(write().workbook)
    for name in ("全部", *(flow.title for flow in flows().values()), "办件"):
        sheet = book[name]
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.auto_filter.ref.endswith(str(max(sheet.max_row, 2)))
        assert sheet.freeze_panes == "B2"
        assert sheet.column_dimensions["A"].width > 10


def test_history_is_cut_at_its_newest_rows_and_says_so(
    write: Any, made: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rows(load_workbook(write().workbook), "历史", top=2)
    monkeypatch.setattr(workbook, "NEWEST", 7)
    book = load_workbook(write().workbook)
    assert f"共 {len(whole)} 行；此处只列最新的 7 行" in str(book["历史"]["A1"].value)
    cut = rows(book, "历史", top=2)
    assert cut == whole[:7]
    assert [row["首次看到"] for row in whole] == sorted((row["首次看到"] for row in whole), reverse=True)


def test_a_beginning_narrows_the_history(write: Any, made: list[Case]) -> None:
    since = NOW - timedelta(days=10)
    found = rows(load_workbook(write(since=since).workbook), "历史", top=2)
    assert found
    assert min(row["首次看到"] for row in found) >= since.astimezone(PORTAL_TIME).replace(tzinfo=None)


def test_an_account_narrows_every_sheet(write: Any, made: list[Case]) -> None:
    book = load_workbook(write(account="demo-private").workbook)
    for name, top in (("全部", 1), ("办件", 1), ("历史", 2)):
        assert {row["账号"] for row in rows(book, name, top=top)} == {"demo-private"}


def test_an_account_that_is_a_telephone_number_is_covered_wherever_it_stands(
    write: Any, made: list[Case], ledger: Any, run: Any
) -> None:
    async def rename() -> None:
        async with ledger.writing() as connection:
            for table in (cases, groups, history, sweeps):
                await connection.execute(update(table).values(account="13900000011"))

    run(rename())
    written = write(account="13900000011")
    page = written.page.read_text(encoding="utf-8")
    assert "13＊＊＊＊＊＊＊11" in page and "13900000011" not in page
    book = load_workbook(written.workbook)
    shown = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert "13＊＊＊＊＊＊＊11" in shown
    assert not [cell for cell in shown if "13900000011" in cell]


def test_members_stand_by_their_number(write: Any, made: list[Case]) -> None:
    found = rows(load_workbook(write().workbook), "成员与经济体", top=2)
    assert found
    assert {row["成员"] for row in found} == {1}
    assert found[0]["各经济体"] == "已批准 5：AUS、JPN、SGP、THA、VNM"


def test_a_portals_word_cannot_become_a_formula(
    run: Any, ledger: Ledger, write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(seed.__globals__["_KINDS"], "=1+1\x07", "unknown")
    run(seed(ledger, [Past("=GX", "new_card", "demo-soe", [("=1+1\x07", 3)])]))
    sheet = load_workbook(write().workbook)["全部"]
    assert [(cell.data_type, cell.value) for cell in (sheet["A2"], sheet["C2"])] == [
        ("s", "=GX"),
        ("s", "=1+1"),
    ]


def test_no_personal_value_of_the_input_is_in_the_workbook(write: Any, made: list[Case]) -> None:
    book = load_workbook(write().workbook)
    text = "\n".join(
        str(value) for sheet in book for line in sheet.iter_rows(values_only=True) for value in line if value
    )
    values = {
        value
        for name, flow in flows().items()
        for located in read(
            [folder("fixtures") / f"{name}.xlsx"], {name: flow}, today=NOW.date()
        ).applications
        for value in personal_values(located.application)
        if len(value) > 1
    }
    assert len(values) > 30
    assert [value for value in values if value in text] == []
