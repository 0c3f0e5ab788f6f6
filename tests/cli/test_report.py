"""`ywtb report`: where the files are, what is said, and results in the clerk's own workbook."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rpa.cases import Case, Ledger
from rpa.resources import folder
from rpa.settings import load_settings
from rpa.vault import open_vault
from tests.loops import run_apart

from ..unit.report.seeded import NOW, aged, filed, past_of, seed, swept
from .kit import Ywtb


@pytest.fixture
def made(ywtb: Ywtb) -> list[Case]:
    """The data folder of a program that has worked for some weeks."""

    async def make() -> list[Case]:
        settings = load_settings(home=ywtb.home, ledger="")
        async with await Ledger.open(settings.ledger_url, open_vault(settings.prepare_home())) as ledger:
            found = await aged(ledger, await filed(ledger))
            await seed(ledger, past_of(found))
            await swept(ledger, "demo-soe")
            return found

    return run_apart(make())


def test_a_report_is_written_into_the_data_folder(ywtb: Ywtb, made: list[Case]) -> None:
    ran = ywtb("report", "--json")
    assert ran.code == 0, ran.text
    assert ran.document["cases"] == len(made)
    for name in ("page", "workbook"):
        path = Path(ran.document[name])
        assert path.parent == ywtb.home / "reports"
        assert path.stat().st_size > 1000
        assert path.stat().st_mode & 0o077 == 0


def test_a_report_of_one_account_since_a_day_goes_where_it_is_wanted(ywtb: Ywtb, made: list[Case]) -> None:
    since = f"{NOW - timedelta(days=10):%Y-%m-%d}"
    ran = ywtb("report", "--account", "demo-private", "--since", since, "--portal", "mock", "-o", "给 领导")
    assert ran.code == 0, ran.text
    (page,) = (ywtb.work / "给 领导").glob("*.html")
    text = page.read_text(encoding="utf-8")
    assert f"网站 mock · 账号 demo-private · {since} 以来" in text
    assert "demo-soe" not in text
    assert str(page) in ran.text


def test_results_go_into_the_clerks_own_workbook(ywtb: Ywtb, made: list[Case]) -> None:
    shutil.copytree(folder("fixtures"), ywtb.work / "in", dirs_exist_ok=True)
    path = ywtb.work / "in" / "new_card.xlsx"
    before = path.read_bytes()
    ran = ywtb("report", "--into", path, "--json")
    assert ran.code == 0, ran.text
    assert (ran.document["groups"], ran.document["known"]) == (2, 2)
    assert Path(ran.document["backup"]).read_bytes() == before
    headings, first, *_ = load_workbook(path)["团组"].iter_rows(values_only=True, max_row=3)
    found = dict(zip(headings, first, strict=True))
    case = next(one for one in made if one.business_type == "new_card" and one.key == "A")
    assert (found["结果：团组号"], found["结果：办件编号"]) == (case.group_no, case.id)
    assert ywtb("report", "--into", path, "--json").document["backup"] is None
    # the workbook is still what can be handed in
    assert ywtb("check", path).code == 0


def test_wrong_use_is_told(ywtb: Ywtb) -> None:
    assert ywtb("report", "--into", "没有.xlsx").code == 2
    assert ywtb("report", "--since", "昨天").code == 2
    ran = ywtb("report", "--into", "x.xlsx", "-o", "y")
    assert (ran.code, "不能与" in ran.text) == (2, True)
