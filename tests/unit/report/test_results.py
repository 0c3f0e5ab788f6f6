"""Which case a row of a workbook is, and what its result columns say."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from rpa.cases import Case, CaseState, Ledger
from rpa.flow import flows
from rpa.intake import group_rows
from rpa.resources import folder
from rpa.status.report import HEADINGS, Scope, results_for

from .seeded import NOW, aged, filed, past_of, seed

MODELS = {slug: one.model for slug, one in flows().items()}


@pytest.fixture
def results(run: Any, ledger: Ledger) -> Any:
    """The results for a workbook, by 团组编号."""

    def of(path: Path) -> dict[str, dict[str, str]]:
        rows = group_rows(path, dict(flows()))
        found = run(results_for(ledger, rows, Scope(NOW), MODELS))
        return {row.key: dict(zip(HEADINGS, found[row.sheet, row.row], strict=True)) for row in rows}

    return of


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """The sample workbook under another name and elsewhere than where it was filed from."""
    path = tmp_path / "十一月 改名.xlsx"
    shutil.copy(folder("fixtures") / "new_card.xlsx", path)
    return path


def of_type(made: list[Case], key: str) -> Case:
    return next(one for one in made if one.business_type == "new_card" and one.key == key)


def test_a_filed_group_shows_what_the_portal_says(results: Any, made: list[Case], workbook: Path) -> None:
    found, case = results(workbook)["A"], of_type(made, "A")
    one = next(one for one in past_of(made) if one.group_no == case.group_no)
    assert found["团组号"] == case.group_no
    assert found["办理状态"] == one.states[-1][0]
    assert found["办件编号"] == case.id
    assert found["状态时间"].startswith("2026-")


def test_a_group_that_is_not_filed_yet_shows_how_far_its_case_is(
    results: Any, made: list[Case], workbook: Path
) -> None:
    found = results(workbook)["B"]
    assert (found["团组号"], found["办理状态"]) == ("", CaseState.AWAITING_SIGNATURE.meaning)


def test_what_the_economies_decided_is_in_the_note(results: Any, made: list[Case], tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    shutil.copy(folder("fixtures") / "passport_change.xlsx", path)
    assert results(path)["A"]["说明"] == "成员 1 已批准 AUS JPN SGP THA VNM"


def test_other_people_under_the_same_key_do_not_get_its_results(
    results: Any, made: list[Case], workbook: Path
) -> None:
    book = load_workbook(workbook)
    sheet = book["成员"]
    heading = next(cell.column for cell in sheet[1] if cell.value == "身份证号")
    sheet.cell(2, heading, "990000190001010000")
    book.save(workbook)
    found = results(workbook)["A"]
    assert found["团组号"] == found["办件编号"] == ""
    assert "没有这个团组" in found["说明"]


def test_a_group_that_was_never_handed_in_says_so(results: Any, workbook: Path) -> None:
    assert {"没有这个团组" in one["说明"] for one in results(workbook).values()} == {True}


def test_the_newest_case_of_the_same_people_counts(
    run: Any, ledger: Ledger, results: Any, workbook: Path
) -> None:
    async def twice() -> tuple[list[Case], list[Case]]:
        first = await aged(ledger, await filed(ledger))
        await seed(ledger, past_of(first))
        case = of_type(first, "A")
        await ledger.move(case.id, CaseState.CLOSED)
        again = await ledger.application(case.id, MODELS["new_card"])
        receipt = await ledger.receive(again, portal=case.portal, account=case.account, again=True)
        return first, [receipt.case]

    _, (later,) = run(twice())
    found = results(workbook)["A"]
    assert (found["办件编号"], found["办理状态"]) == (later.id, CaseState.RECEIVED.meaning)


def test_no_personal_value_is_in_the_results(results: Any, made: list[Case], workbook: Path) -> None:
    told = json.dumps(results(workbook), ensure_ascii=False)
    people = load_workbook(workbook)["成员"]
    headings = [cell.value for cell in people[1]]
    for word in ("身份证号", "中文姓", "手机号", "护照号"):
        if word in headings:
            assert str(people.cell(2, headings.index(word) + 1).value) not in told
    assert "身份证号" in headings
