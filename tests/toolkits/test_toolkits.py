"""Real toolkits, driven through nothing but the words on the page; each toolkit's own model says what it holds.

The packages are fetched by npm when the tests run; nothing of them is kept in this repository.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import async_playwright

from rpa.browser.find import launch_arguments
from rpa.doctor.draft import draft
from rpa.errors import PageChanged
from rpa.screen import Screen, Table, View, load_packs
from rpa.screen.script import source
from rpa.screen.survey import is_unread, read_options, survey
from rpa.screen.table import read_tables

from ..screen.clerk import Clerk
from ..screen.conftest import Engine, ScreenOf
from ..screen.site import Site
from .conftest import PACK, PAGES, TOOLKITS

# the first test of a toolkit fetches its packages
pytestmark = pytest.mark.timeout(300)
VALUES: dict[str, Any] = {
    "name": "王一",
    "sex": "女",
    "birth": dt.date(1968, 2, 29),
    "expires": dt.date(2034, 12, 31),
    "kind": "普通护照",
    "place": "吉林",
    "reason": "参加会议，洽谈（二期）",
    "default": True,
}


@pytest.fixture(params=TOOLKITS)
def clerk(request: pytest.FixtureRequest, screen_of: ScreenOf, site: Site, installed: Any) -> Clerk:
    """A clerk before the toolkit's page."""
    site.folder = installed(request.param)
    clerk = screen_of((PAGES / f"{request.param}.html").read_text(encoding="utf-8"), PACK, bare=True)
    clerk.wait("window.model")
    return clerk


def test_the_form_is_read_by_its_labels(clerk: Clerk) -> None:
    found = {control.label: control.kind for control in clerk.controls()}
    wanted = {"姓名": "text", "性别": "radio", "出生日期": "date", "护照种类": "drawn", "签发地点": "drawn"}
    assert wanted.items() <= found.items()
    assert {"有效期至", "申请事由", "设为默认"} <= set(found)
    assert clerk.control("性别").options == ("男", "女")


def test_every_control_is_set_and_the_toolkits_own_model_holds_it(clerk: Clerk) -> None:
    clerk.fill(VALUES)
    model = clerk.js("model()")
    assert {key: str(model[key]) for key in VALUES if key != "default"} == {
        key: str(value) for key, value in VALUES.items() if key != "default"
    }
    assert model["default"] in (True, "on")
    assert clerk.differences(VALUES) == []


def test_what_is_set_is_changed_again(clerk: Clerk) -> None:
    clerk.fill(VALUES)
    other = {
        **VALUES,
        "sex": "男",
        "birth": dt.date(1990, 12, 1),
        "kind": "公务普通护照",
        "place": "吉林省",
        "default": False,
    }
    clerk.fill(other)
    model = clerk.js("model()")
    assert [str(model[key]) for key in ("sex", "birth", "kind", "place")] == [
        "男",
        "1990-12-01",
        "公务普通护照",
        "吉林省",
    ]
    assert model.get("default") in (False, None)


def test_a_cascade_of_one_box_is_pressed_column_by_column(clerk: Clerk) -> None:
    if "户籍地" not in clerk.labels():
        return  # this toolkit has none
    for steps in (("广西", "南宁"), ("吉林", "吉林"), ("广西", "桂林")):
        clerk.fill({"home": steps})
        assert clerk.js("model()")["home"] == list(steps)
        assert clerk.differences({"home": steps}) == []
    with pytest.raises(PageChanged, match="户籍地"):
        clerk.fill({"home": ("广西", "广州")})


def test_an_option_far_down_a_list_is_scrolled_to(clerk: Clerk) -> None:
    if "受理处" not in clerk.labels():
        return  # its page has none
    for text in ("第39处", "第2处", "第20处"):
        clerk.fill({"office": text})
        assert clerk.js("model()")["office"] == text
    with pytest.raises(PageChanged, match="第40处"):
        clerk.fill({"office": "第41处"})


def test_a_layer_a_question_and_a_passing_message_follow_each_other(clerk: Clerk) -> None:
    clerk.press("save")
    assert clerk.await_message("saved")[0] == "saved"
    clerk.press("add")
    clerk.await_standing(landmarks={"address": ["姓名"]})
    assert clerk.labels() == ["姓名"]
    clerk.fill({"name": "收件人甲"})
    clerk.press("confirm")
    assert clerk.await_message("sure")[0] == "sure"
    clerk.press("confirm")
    assert clerk.await_message("stored")[0] == "stored"
    assert clerk.js("model()")["recipient"] == "收件人甲"
    clerk.press("save")
    assert clerk.await_message("saved")[0] == "saved"


def test_a_file_goes_to_its_row(clerk: Clerk, tmp_path: Path) -> None:
    path = tmp_path / "1.jpg"
    path.write_bytes(b"\xff\xd8\xff")
    clerk.upload({"photo": path})
    assert clerk.js("model()")["uploaded"] == [["照片", "1.jpg"]]


def test_a_table_is_read_page_by_page_and_a_row_opened(clerk: Clerk) -> None:
    first = clerk.table("groups")
    assert [row["团组号"] for row in first.rows] == ["T-1", "T-2", "T-3", "T-4"]
    assert first.rows[1]["当前状态"] == "待初审"
    clerk.press_in_row(first.rows[2], "详情")
    clerk.turn_page("1")
    second = clerk.table("groups")
    assert [row["团组号"] for row in second.rows] == ["T-5", "T-6"]
    clerk.press_in_row(second.rows[1], "详情")
    clerk.wait("model().opened.length === 2")
    assert clerk.js("model()")["opened"] == ["T-3", "T-6"]


TALL = {
    "element-ui": ('<el-table :data="shown"', '<el-table :data="shown" height="120"'),
    "layui": (
        'elem: "#groups",',
        'elem: "#groups", height: 140, cellMinWidth: 900,',
    ),
}


@pytest.mark.parametrize("toolkit", TALL)
def test_a_table_is_read_beside_its_scroll_bar(
    engine: Engine, site: Site, installed: Any, toolkit: str
) -> None:
    """A browser without a window hides scroll bars, unless it is told not to."""
    site.folder = installed(toolkit)
    address = site.put("/", (PAGES / f"{toolkit}.html").read_text(encoding="utf-8").replace(*TALL[toolkit]))

    async def read() -> tuple[list[Table], int]:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=engine.chromium.executable.path,
                args=launch_arguments(),
                ignore_default_args=["--hide-scrollbars"],
            )
            page = await browser.new_page()
            await page.add_init_script(source())
            await page.goto(address)
            await page.wait_for_function("window.model")
            tables = await read_tables(View(page.main_frame), PACK["tables"]["groups"])
            extra = await page.locator("th.gutter, th.layui-table-patch").count()
            await browser.close()
            return tables, extra

    (table,), extra = engine.portal.call(read)
    assert extra
    assert [(row["团组号"], row["操作"]) for row in table.rows] == [(f"T-{n}", "详情") for n in (1, 2, 3, 4)]


TOTALS = {
    "layui": [
        ("data: all,", "data: all.slice(0, 1), totalRow: true,"),
        ('title: "团组号"', 'title: "团组号", totalRowText: "合计"'),
    ],
    "easyui": [
        ("singleSelect: true,", "singleSelect: true, showFooter: true,"),
        (
            "rows: all.slice((page - 1) * 4, page * 4)",
            'rows: all.slice(0, 1), footer: [{ number: "合计", state: "1" }]',
        ),
    ],
}


@pytest.mark.parametrize("toolkit", ["layui", pytest.param("easyui", marks=pytest.mark.long)])
def test_the_only_row_over_a_line_of_totals_is_a_row(
    screen_of: ScreenOf, site: Site, installed: Any, toolkit: str
) -> None:
    site.folder = installed(toolkit)
    html = (PAGES / f"{toolkit}.html").read_text(encoding="utf-8")
    for change in TOTALS[toolkit]:
        html = html.replace(*change)
    clerk = screen_of(html, PACK, bare=True)
    clerk.wait("window.model")
    clerk.wait("document.body.innerText.includes('合计')")
    (table,) = clerk.tables("groups")
    assert [(row["团组号"], row["操作"]) for row in table.rows] == [("T-1", "详情")]


def test_a_pack_drafted_from_the_page_drives_it(clerk: Clerk, tmp_path: Path) -> None:
    seen = clerk.run(survey, clerk.screen.view)
    path = tmp_path / "unit.yaml"
    path.write_text(draft(clerk.screen.pack, seen, "unit.page"), encoding="utf-8")
    packs = load_packs([path])
    words = packs.screen("unit.page")
    assert {key: words.fields[key].title for key in VALUES} == {key: PACK["fields"][key] for key in VALUES}
    assert {"新增地址", "保存"} <= {button.title for button in words.buttons.values()}
    assert "照片" in {upload.title for upload in words.uploads.values()}
    assert any({"团组号", "当前状态"} <= set(headings) for headings in words.tables.values())
    drafted = Clerk(clerk.portal, Screen(clerk.screen.view, packs, words), clerk.page)
    drafted.fill(VALUES)
    assert drafted.differences(VALUES) == []
    model = clerk.js("model()")
    assert [str(model[key]) for key in ("name", "birth", "kind", "place")] == [
        "王一",
        "1968-02-29",
        "普通护照",
        "吉林",
    ]


def test_what_its_drawn_lists_offer_is_read_and_nothing_chosen(clerk: Clerk) -> None:
    before, view = clerk.js("model()"), clerk.screen.view

    async def read() -> dict[str, tuple[str, ...]]:
        controls = (await survey(view)).controls
        unread = [one for one in controls if is_unread(one)]
        told = dict(zip(unread, await read_options(view, unread), strict=True))
        return {one.label: told.get(one, one.options) for one in controls}

    options = clerk.run(read)
    kinds = [option for option in options[PACK["fields"]["kind"]] if "请选择" not in option]
    assert "普通护照" in kinds
    assert len(kinds) > 1
    assert clerk.js("model()") == before
    assert not any(one.value for one in clerk.controls() if one.kind == "drawn")
