"""The page, in a real browser: it asks for nothing, complains of nothing, and tells what the ledger knows."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from rpa.cases import Case, CaseState, Ledger
from rpa.cases.tables import cases
from rpa.flow import flows
from rpa.intake import read
from rpa.personal import personal_values
from rpa.resources import folder
from rpa.status.notices import Notice, NoticeKind, add_notices
from rpa.status.tables import groups

from .seeded import NOW, Past, seed


@pytest.fixture
def backend() -> str:
    """The page is made from what both databases give alike; see the figures."""
    return "sqlite"


@pytest.fixture
def opened(page: Page) -> Any:
    """Opens a written page; whatever it asked for or complained of fails the test."""
    asked: list[str] = []
    said: list[str] = []

    def open_page(path: Path) -> Page:
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path.as_uri())
        page.wait_for_load_state("load")
        return page

    yield open_page
    own = [url for url in asked if not url.startswith(("file:", "data:"))]
    assert own == []
    assert len([url for url in asked if url.startswith("file:")]) <= 1, "only the page itself"
    assert said == []


def test_the_page_needs_nothing_and_says_what_is_there(write: Any, made: list[Case], opened: Any) -> None:
    written = write()
    page = opened(written.page)
    expect(page.locator("section")).to_have_count(5)
    titles = [one.title for one in flows().values()]
    expect(page.locator("#types h3")).to_have_text(titles)
    assert page.locator("#types svg.chart .bar rect").count() > 50
    # the bars are drawn and coloured though no style may come from outside
    bar = page.locator("#types svg.chart .bar rect").last
    assert bar.evaluate("one => getComputedStyle(one).fill") != "rgb(0, 0, 0)"
    assert bar.evaluate("one => one.getBoundingClientRect().height") > 3
    assert bar.locator("title").text_content()
    expect(page.locator("#waiting tbody tr")).to_have_count(written.waiting)
    waiting = page.locator("#waiting")
    for words in ("等待签字盖章的扫描件", "网站要求输入验证码", "GXBACK0001", "另有安排"):
        expect(waiting).to_contain_text(words)
    expect(waiting).not_to_contain_text("GXGONE0001")
    expect(page.locator("#accounts")).to_contain_text("网站没有响应")


def test_a_case_tells_its_whole_way_with_its_picture(write: Any, made: list[Case], opened: Any) -> None:
    page = opened(write().page)
    case = next(one for one in made if one.state is CaseState.SUBMITTED and one.business_type != "new_card")
    story = page.locator("details.case", has_text=case.id)
    if story.get_attribute("open") is None:
        story.locator("summary").first.click()
    for words in ("已接收", "正在填报", "办件详情与输入一致", "经济体审批中", "成员 1 AUS：已批准"):
        expect(story).to_contain_text(words)
    times = story.locator("time").evaluate_all("all => all.map(one => one.getAttribute('datetime'))")
    assert times == sorted(times)
    story.locator("details.shot summary").click()
    picture = story.locator("img")
    expect(picture).to_be_visible()
    assert picture.evaluate("one => one.complete && one.naturalWidth > 200")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_a_desk_and_a_phone(
    write: Any, made: list[Case], opened: Any, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    opened(write().page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_an_empty_ledger_is_told_in_words(write: Any, opened: Any) -> None:
    page = opened(write().page)
    expect(page.locator(".empty")).to_have_count(5)
    expect(page.locator("#accounts .empty")).to_contain_text("ywtb sync")
    expect(page.locator("svg.chart")).to_have_count(0)


def test_no_personal_value_of_the_input_is_in_the_page(write: Any, made: list[Case]) -> None:
    text = write().page.read_text(encoding="utf-8")
    plain = html.unescape(re.sub(r'src="data:[^"]*"', "", text))
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
    assert [value for value in values if value in plain] == []
    assert all(case.id in plain for case in made)


def test_words_of_the_portal_cannot_become_part_of_the_page(
    run: Any, ledger: Ledger, write: Any, made: list[Case], opened: Any
) -> None:
    bad = "<script>document.title='x'</script><img src=http://127.0.0.1:9/x>"

    async def spoil() -> None:
        async with ledger.writing() as connection:
            await connection.execute(
                update(groups).where(groups.c.group_no == "GXODD00001").values(state=bad)
            )
            await connection.execute(
                update(cases)
                .where(cases.c.state == CaseState.NEEDS_PERSON)
                .values(error={"kind": "NeedsPerson", "message": bad, "advice": bad})
            )

    run(spoil())
    run(seed(ledger, [Past("GXBAD", bad[:100], "demo-soe", [("待初审", 3)])]))
    page = opened(write().page)
    expect(page.locator("#waiting")).to_contain_text(bad)
    assert "办件报告" in page.title()
    assert page.locator("section img").count() == page.locator("figure img").count()


def test_a_passport_that_runs_out_is_told_once(
    run: Any, ledger: Ledger, write: Any, made: list[Case], opened: Any
) -> None:
    def said(months: int, days: int) -> Notice:
        case, at = made[0], NOW - timedelta(days=days)
        detail = {"member": "2", "what": "护照", "months": str(months), "key": case.key}
        key = f"expiring:{months}:{days}"
        return Notice(key, NoticeKind.EXPIRING, case.portal, case.account, at, case.group_no, case.id, detail)

    async def tell() -> None:
        async with ledger.writing() as connection:
            await add_notices(connection, [said(12, 300), said(6, 60), said(3, 2)])

    run(tell())
    page = opened(write().page)
    expect(page.locator("#waiting")).to_contain_text("成员 2 的护照在 3 个月内到期")
    expect(page.locator("#waiting tr", has_text="个月内到期")).to_have_count(1)


def test_only_the_newest_cases_have_their_way_told(
    run: Any, ledger: Ledger, write: Any, made: list[Case], opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rpa.status.report.timelines.MOST", 3)
    page = opened(write().page)
    expect(page.locator("details.case")).to_have_count(3)
    expect(page.locator("#cases .hint")).to_contain_text(f"共 {len(made)} 个办件")


def test_the_files_are_their_owners_alone(write: Any, made: list[Case]) -> None:
    written = write(since=NOW - timedelta(days=10))
    for path in (written.page, written.workbook):
        assert path.stat().st_mode & 0o077 == 0
