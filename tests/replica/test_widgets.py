"""The replica's controls are of the hard kind: what a page shows and what it would post are two things.

`Portal.values` is what the page's own script posts.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from rpa.testing import Replica


@pytest.fixture
def form(replica: Replica, page: Page) -> Page:
    """The member page of a new group."""
    page.goto(f"{replica.address}/login")
    page.locator("[name=username]").fill("demo-soe")
    page.locator("[name=password]").fill("Demo-soe-2026")
    page.get_by_text("登 录", exact=True).click()
    page.wait_for_url("**/home")
    page.goto(f"{replica.address}/new_card/member")
    return page


def _posted(page: Page, name: str) -> str:
    return str(page.evaluate("name => Portal.values(document)[name]", name))


def _drawn(page: Page, name: str) -> Locator:
    return page.locator(f"select[name={name}] + .layui-form-select")


def test_labels_lead_to_no_control(form: Page) -> None:
    for label in ("姓名", "出生地点", "出生日期", "护照号码"):
        assert form.get_by_label(label).count() == 0


def test_a_drawn_select_is_set_by_pressing_an_option_only(form: Page) -> None:
    select = _drawn(form, "pp_type")
    select.locator("input").evaluate(
        "box => { box.value = '公务护照'; box.dispatchEvent(new Event('change')); }"
    )
    assert _posted(form, "pp_type") == ""
    select.locator(".layui-select-title").click()
    select.get_by_text("普通护照", exact=True).click()
    assert _posted(form, "pp_type") == "普通护照"
    expect(select.locator("input")).to_have_value("普通护照")
    expect(form.locator("select[name=pp_type]")).to_be_hidden()


def test_a_text_typed_into_a_searchable_select_filters_and_is_no_choice(form: Page) -> None:
    select = _drawn(form, "industry")
    select.locator("input").fill("信息")
    expect(select.locator("dd:visible")).to_have_text(["信息技术"])
    form.locator(".page-title").click()
    expect(select.locator("input")).to_have_value("")
    assert _posted(form, "industry") == ""
    select.locator("input").fill("信息")
    select.get_by_text("信息技术", exact=True).click()
    assert _posted(form, "industry") == "信息技术"


def test_a_date_is_set_by_its_panel_only(form: Page) -> None:
    box = form.locator("[name=birth_date]")
    assert box.get_attribute("readonly") is not None
    box.evaluate("box => { box.value = '1999-09-09'; box.dispatchEvent(new Event('change')); }")
    assert _posted(form, "birth_date") == ""
    box.click()
    panel = form.locator("body > .layui-laydate")
    panel.get_by_text(re.compile(r"^\d+年$")).click()
    years = panel.locator("li")
    expect(years).to_have_count(15)
    while not panel.get_by_text("1905年", exact=True).count():
        panel.get_by_text("«").click()
    years.get_by_text("1905年", exact=True).click()
    panel.get_by_text(re.compile(r"^\d+月$")).click()
    panel.locator("li").get_by_text("2月", exact=True).click()
    panel.get_by_text("›").click()
    panel.locator("td:not(.laydate-day-prev):not(.laydate-day-next)").get_by_text("12", exact=True).click()
    expect(panel).to_have_count(0)
    expect(box).to_have_value("1905-03-12")
    assert _posted(form, "birth_date") == "1905-03-12"


def test_a_radio_is_pressed_on_its_drawn_twin_and_shows_what_depends_on_it(form: Page) -> None:
    held = form.locator("[name=held_before]")
    assert not any(radio.is_visible() for radio in held.all())
    expect(form.locator("[name=old_card_no]")).to_be_hidden()
    form.locator("[name=held_before][value=是] + .layui-form-radio").click()
    form.locator("[name=old_card_no]").fill("CHN00000009")
    assert _posted(form, "old_card_no") == "CHN00000009"
    form.locator("[name=held_before][value=否] + .layui-form-radio").click()
    expect(form.locator("[name=old_card_no]")).to_be_hidden()
    assert (_posted(form, "held_before"), _posted(form, "old_card_no")) == ("否", "")


def test_a_layers_buttons_have_no_role_and_lie_over_a_shade(form: Page) -> None:
    form.get_by_text("保存并下一步", exact=True).click()
    layer = form.locator("body > .layui-layer")
    expect(layer.locator(".layui-layer-title")).to_have_text("提示")
    expect(layer).to_contain_text("请填写姓名")
    assert form.get_by_role("button", name="确定").count() == 0
    assert form.get_by_role("dialog").count() == 0
    expect(form.locator("body > .layui-layer-shade")).to_be_visible()
    layer.get_by_text("确定", exact=True).click()
    expect(form.locator(".layui-layer, .layui-layer-shade")).to_have_count(0)


def test_a_toast_goes_by_itself(form: Page) -> None:
    form.get_by_text("下载模板", exact=True).first.click()
    toast = form.get_by_text("请先暂存", exact=True)
    expect(toast).to_be_visible()
    expect(toast).to_have_count(0, timeout=4000)
