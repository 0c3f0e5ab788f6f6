"""The selection and fill pages in a browser: adding and removing people, rows that follow the reason, filing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from .filer import Filer, Office
from .test_pages import enter
from .visitor import PDF


def _choose(page: Page, scope: Locator | Page, name: str, option: str) -> None:
    drawn = scope.locator(f"select[name={name}] + .layui-form-select")
    drawn.locator(".layui-select-title").click()
    drawn.get_by_text(option, exact=True).click()


def _pick_date(page: Page, box: Locator, day: str) -> None:
    year, month, number = (int(part) for part in day.split("-"))
    box.click()
    panel = page.locator("body > .layui-laydate")
    panel.locator("[lay-type=year]").click()
    panel.get_by_text(f"{year}年", exact=True).last.click()
    panel.locator("[lay-type=month]").click()
    panel.locator("li").get_by_text(f"{month}月", exact=True).click()
    panel.locator(f'td[lay-ymd="{year}-{month}-{number}"]').click()


def _upload(page: Page, row: str, file: Path) -> None:
    holder = page.locator(f'tr[data-name="{row}"]')
    holder.locator("input[type=file]").set_input_files(file)
    expect(holder.get_by_text("预览")).to_be_visible()


def _rows(page: Page) -> list[str]:
    return page.locator(".attachment-table tbody tr:visible").locator("td:nth-child(2)").all_inner_texts()


def _start(page: Page, filer: Filer, slug: str) -> None:
    enter(page, filer, f"/{slug}")
    page.get_by_text("选择", exact=True).first.click()
    expect(page.locator(".people > *")).to_have_count(1)  # drawn by the script that also answers the buttons


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A scanned paper."""
    path = tmp_path / "扫描件.pdf"
    path.write_bytes(PDF)
    return path


def test_a_passport_change_is_filed_from_the_home_page(
    page: Page, filer: Filer, office: Office, scan: Path
) -> None:
    enter(page, filer, "/home")
    page.get_by_text("制卡前更换护照", exact=True).click()
    expect(page.locator("h2")).to_have_text("制卡前更换护照-选择团组")
    page.get_by_text("选择", exact=True).first.click()
    expect(page.locator("h2")).to_have_text("制卡前更换护照-填报")
    _choose(page, page, "reason", "其他")
    page.locator("[name=other_reason]").fill("姓名变更")
    card = page.locator(".person-card")
    card.locator("[name=new_pp_no]").fill("pe0009991")
    _pick_date(page, card.locator("[name=new_pp_issue_date]"), "2026-06-10")
    _pick_date(page, card.locator("[name=new_pp_expiry]"), "2031-06-09")
    _choose(page, card, "new_pp_issue_place", "广西壮族自治区")
    _choose(page, card, "new_pp_authority", "外交部")
    for row in ("护照更换申请", "新护照信息页", "旧护照信息页"):
        _upload(page, row, scan)
    with page.expect_download() as download:
        page.get_by_text("下载模板", exact=True).click()
    assert download.value.suggested_filename == "护照更换申请.pdf"
    page.get_by_text("保存并上报", exact=True).click()
    expect(page.locator(".layui-layer-title")).to_have_text("信息")
    expect(page.locator(".layer-ask")).to_have_text("上报后将不能修改，确定上报吗？")
    page.locator(".layui-layer-btn0").click()
    expect(page.locator(".layui-layer-title")).to_have_text("上报成功")
    page.locator(".layui-layer-btn0").click()
    expect(page.locator("h2")).to_have_text("我的办件")
    group = next(group for group in office.get("/groups") if group["business_type"] == "passport_change")
    assert group["fields"]["其他原因"] == "姓名变更"
    fields = group["members"][0]["fields"]
    assert {label: fields[label] for label in fields if label.startswith("新护照")} == {
        "新护照号码": "PE0009991",
        "新护照签发日期": "2026-06-10",
        "新护照有效期至": "2031-06-09",
        "新护照签发地点": "广西壮族自治区",
        "新护照签发机关": "外交部",
    }


def test_members_are_added_from_a_layer_and_the_last_one_stays(page: Page, filer: Filer) -> None:
    _start(page, filer, "early_card")
    people = page.locator(".people tr")
    first = people.locator("td").first.inner_text()
    page.get_by_text("添加", exact=True).click()
    layer = page.locator(".layui-layer-page")
    expect(layer.locator(".layui-layer-title")).to_have_text("添加成员")
    expect(layer.locator("tbody tr")).to_have_count(1)
    layer.get_by_text("选择", exact=True).click()
    expect(layer).to_have_count(0)
    expect(people).to_have_count(2)
    page.get_by_text("添加", exact=True).click()
    expect(layer.get_by_text("没有可添加的成员")).to_be_visible()
    layer.get_by_text("取消", exact=True).click()
    people.first.get_by_title("删除").click()
    expect(people).to_have_count(1)
    expect(people).not_to_contain_text(first)
    people.get_by_title("删除").click()
    expect(page.locator(".layer-words")).to_have_text("至少保留一名成员")
    expect(people).to_have_count(1)


def test_cards_are_pressed_to_be_added_and_go_back_when_removed(page: Page, filer: Filer) -> None:
    _start(page, filer, "card_replacement")
    others, people = page.locator(".card-tile-press"), page.locator(".person-card")
    expect(others).not_to_have_count(0)
    count = others.count()
    number = others.first.get_attribute("data-key")
    others.first.click()
    expect(people).to_have_count(2)
    expect(others).to_have_count(count - 1)
    expect(page.locator(".fee")).to_have_text("1440元")
    page.locator(f'.person-card[data-key="{number}"]').get_by_title("删除").click()
    expect(people).to_have_count(1)
    expect(others).to_have_count(count)
    expect(page.locator(".fee")).to_have_text("720元")
    page.locator("[data-sources] [name=card_no]").fill(number or "")
    page.get_by_text("查询", exact=True).click()
    expect(others).to_have_count(1)


def test_rows_and_new_passports_follow_the_reason(page: Page, filer: Filer) -> None:
    _start(page, filer, "card_replacement")
    page.get_by_text("下载模板", exact=True).click()
    expect(page.locator(".layui-layer-msg")).to_have_text("请先选择换卡原因")
    expect(page.locator("[name=new_pp_no]")).to_be_hidden()
    assert _rows(page) == ["*换卡报告"]
    _choose(page, page, "reason", "旅行卡旧卡破损")
    assert _rows(page) == ["*换卡报告", "*原卡正反面扫描件"]
    _choose(page, page, "reason", "旅行卡丢失")
    assert _rows(page) == ["*换卡报告", "*报案或挂失证明"]
    _choose(page, page, "reason", "关联护照丢失/过期/签证页满")
    assert _rows(page) == ["*换卡报告", "*原卡正反面扫描件", "*新护照信息页", "*旧护照信息页"]
    expect(page.locator("[name=new_pp_no]")).to_be_visible()
    numbers = page.locator(".attachment-table tbody tr:visible td:first-child").all_inner_texts()
    assert numbers == ["1", "2", "3", "4"]


def test_a_cancellation_is_refused_in_a_layer_and_filed_when_right(
    page: Page, filer: Filer, office: Office, scan: Path
) -> None:
    _start(page, filer, "card_cancellation")
    page.get_by_text("保存并上报", exact=True).click()
    page.locator(".layui-layer-btn0").click()
    layer = page.locator(".layui-layer-dialog").last
    expect(layer.locator("p")).to_have_text(["请选择办理原因", "请上传注销报告"])
    layer.get_by_text("确定", exact=True).click()
    _choose(page, page, "reason", "退休")
    page.locator("[name=note]").fill("已交回旧卡")
    page.locator(".card-tile-press").first.click()
    expect(page.locator(".person-card")).to_have_count(2)
    _upload(page, "注销报告", scan)
    page.get_by_text("保存并上报", exact=True).click()
    page.locator(".layui-layer-btn0").click()
    expect(page.locator(".layui-layer-title")).to_have_text("上报成功")
    group = next(group for group in office.get("/groups") if group["business_type"] == "card_cancellation")
    assert group["fields"] == {"办理原因": "退休", "其他原因": "", "说明": "已交回旧卡", "人数": "2"}
    assert len(group["source"]) == 2


def test_a_list_of_one_type_shows_that_type_only(page: Page, filer: Filer) -> None:
    group_no = filer.filed("early_card", filer.sources("early_card")[0]["key"])
    enter(page, filer, "/my-applications/of/early_card")
    expect(page.locator(".list-table tbody tr")).to_have_count(1)
    expect(page.locator(".list-table tbody tr")).to_contain_text(group_no)
    page.get_by_text("重置", exact=True).click()
    expect(page.locator(".list-table tbody tr")).to_have_count(1)
    page.get_by_text("查看", exact=True).click()
    expect(page.locator("h2")).to_have_text("办件详情")
    expect(page.locator(".crumbs")).to_contain_text("我的办件_提前制卡")
    page.get_by_text("返回", exact=True).click()
    expect(page.locator("h2")).to_have_text("我的办件_提前制卡")
