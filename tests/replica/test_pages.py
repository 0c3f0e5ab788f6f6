"""The pages' own scripts, seen by a person's browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from rpa.testing import Replica

from .visitor import PASSWORDS, Visitor, person


@pytest.fixture
def signed_in(page: Page, replica: Replica) -> Page:
    """A browser page, signed in as the state-owned unit through the login page."""
    page.goto(replica.address)
    page.get_by_text("APEC商务旅行卡").click()
    page.locator("[name=username]").fill("demo-soe")
    page.locator("[name=password]").fill(PASSWORDS["demo-soe"])
    page.get_by_text("登 录").click()
    expect(page.locator("h2")).to_have_text("首页")
    return page


def enter(page: Page, visitor: Visitor, address: str) -> None:
    """Open an address in the browser with the visitor's session."""
    base = str(visitor.http.base_url)
    cookie = {"name": "YWTBSESSION", "value": visitor.http.cookies["YWTBSESSION"], "url": base}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.goto(base.rstrip("/") + address)


def test_a_service_that_is_closed_says_so(page: Page, replica: Replica) -> None:
    page.goto(replica.address)
    page.get_by_text("领事认证").click()
    expect(page.locator(".layui-layer-msg")).to_have_text("该业务暂未开放")


def test_a_wrong_password_is_told_in_red_and_in_a_toast(page: Page, replica: Replica) -> None:
    page.goto(f"{replica.address}/login")
    page.locator("[name=username]").fill("demo-soe")
    page.locator("[name=password]").fill("wrong")
    page.get_by_text("登 录").click()
    expect(page.locator(".login-error")).to_have_text("用户名或密码错误，还可尝试 4 次")
    expect(page.locator(".layui-layer-msg")).to_have_text("用户名或密码错误，还可尝试 4 次")


def test_the_menu_and_the_tiles_are_those_of_the_manual(signed_in: Page) -> None:
    menu = ["首页", "我的办件", "我的办件_更换护照", "我的办件_提前制卡", "我的办件_换补卡", "我的办件_注销"]
    assert signed_in.locator(".side-menu a").all_inner_texts() == menu
    tiles = ["新卡申办", "制卡前更换护照", "提前制卡", "换补卡", "注销"]
    assert signed_in.locator(".tile-name").all_inner_texts() == tiles
    signed_in.get_by_text("制卡前更换护照", exact=True).click()
    expect(signed_in.locator("h2")).to_have_text("制卡前更换护照-选择团组")
    signed_in.get_by_text("我的办件_注销").click()
    expect(signed_in.locator("h2")).to_have_text("我的办件_注销")


def test_the_notice_must_be_read_to_its_end(signed_in: Page) -> None:
    signed_in.get_by_text("新卡申办", exact=True).click()
    read = signed_in.get_by_text("我已经阅读")
    expect(read).to_have_class(re.compile("disabled"))
    read.click(force=True)
    expect(signed_in.locator("h2")).to_have_text("办理须知")
    signed_in.locator(".notice-box").evaluate("box => box.scrollTop = box.scrollHeight")
    expect(read).not_to_have_class(re.compile("disabled"))
    read.click()
    expect(signed_in.locator("h2")).to_have_text("新卡申办-成员信息")
    expect(signed_in.locator(".group-no")).to_have_text("团组号：待生成")


def test_a_draft_stays_on_the_page_which_becomes_the_stored_members(
    page: Page, soe: Visitor, replica: Replica
) -> None:
    enter(page, soe, "/new_card/member")
    page.get_by_text("下载模板", exact=True).click()
    expect(page.locator(".layui-layer-msg")).to_have_text("请先暂存")
    page.locator("[name=name_cn]").fill("韦样甲")
    page.get_by_text("暂存", exact=True).click()
    expect(page.locator(".layui-layer-msg").last).to_have_text("暂存成功")
    [group] = replica.groups()
    expect(page.locator(".group-no")).to_have_text(f"团组号：{group['group_no']}")
    expect(page.locator(".chip-now")).to_have_text("1 韦样甲")
    page.reload()
    expect(page.locator("[name=name_cn]")).to_have_value("韦样甲")
    with page.expect_download() as download:
        page.get_by_text("下载模板", exact=True).click()
    assert download.value.suggested_filename == "APEC商务旅行卡个人事项表.docx"


@pytest.mark.parametrize(
    ("account", "required", "optional"),
    [
        pytest.param(
            "demo-soe",
            ["APEC商务旅行卡个人事项表", "身份证正反面", "因公出国人员备案表或任务批件"],
            ["社保缴纳证明", "无犯罪记录证明", "在职证明或劳动合同", "原APEC卡正反面"],
            marks=pytest.mark.manual("N7"),
        ),
        pytest.param(
            "demo-private",
            ["APEC商务旅行卡个人事项表", "身份证正反面", "社保缴纳证明", "无犯罪记录证明"],
            ["在职证明或劳动合同", "原APEC卡正反面"],
            marks=pytest.mark.manual("N8"),
        ),
    ],
)
def test_the_attachment_list_is_that_of_the_ownership(
    page: Page, visit: Callable[..., Visitor], account: str, required: list[str], optional: list[str]
) -> None:
    enter(page, visit(account), "/new_card/member")
    names = page.locator(".attachment-table tbody tr td:nth-child(2)").all_inner_texts()
    assert names == [f"*{name}" for name in required] + optional


def test_a_kicked_page_is_told_in_a_layer_that_leads_to_the_login_page(
    page: Page, soe: Visitor, visit: Callable[..., Visitor]
) -> None:
    enter(page, soe, "/my-applications")
    expect(page.get_by_text("暂无数据")).to_be_visible()
    visit("demo-soe")
    page.get_by_text("查询", exact=True).click()
    layer = page.locator(".layui-layer", has_text="提示")
    expect(layer).to_contain_text("您的账号已在其他地方登录")
    layer.get_by_text("确定").click()
    expect(page.locator(".login-error")).to_have_text("您的账号已在其他地方登录")


def test_an_address_can_be_added_changed_and_deleted(page: Page, private: Visitor, replica: Replica) -> None:
    group_no, _ = private.draft(1)
    enter(page, private, f"/new_card/{group_no}/submission")
    page.locator(".layui-form-radio", has_text="邮寄").click()
    page.get_by_text("新增地址").click()
    layer = page.locator(".layui-layer-page")
    layer.locator("[name=recipient]").fill("黄样例")
    layer.locator("[name=mobile]").fill("13900000021")
    for at, place in enumerate(["广西壮族自治区", "桂林市", "阳朔县"]):
        drawn = layer.locator(".layui-form-select").nth(at)
        drawn.click()
        drawn.get_by_text(place, exact=True).click()
    layer.locator("[name=detail]").fill("样例路九十九号")
    layer.get_by_text("确定").click()
    card = page.locator("[data-book=address] .book-card")
    expect(card).to_contain_text("所在地区：广西壮族自治区/桂林市/阳朔县")

    card.get_by_text("修改").click()
    expect(layer.locator(".layui-select-title input").nth(2)).to_have_value("阳朔县")
    layer.locator("[name=postcode]").fill("541900")
    layer.get_by_text("确定").click()
    expect(card).to_contain_text("邮编：541900")

    card.get_by_text("删除").click()
    confirm = page.locator(".layui-layer-dialog")
    expect(confirm).to_contain_text("确定删除该地址吗？")
    confirm.get_by_text("确定", exact=True).click()
    expect(card).to_have_count(0)


def test_a_group_is_submitted_after_a_question_and_listed(page: Page, soe: Visitor, replica: Replica) -> None:
    group_no, _ = soe.draft(1)
    soe.letter(group_no)
    enter(page, soe, f"/new_card/{group_no}/submission")
    expect(page.locator(".book-card")).to_have_count(2)
    page.locator(".layui-form-radio", has_text="自取").click()
    expect(page.get_by_text("自取地点：广西壮族自治区外事办公室办证大厅")).to_be_visible()
    page.locator(".layui-form-radio", has_text="窗口支付").click()
    page.locator("[name=reason]").fill("赴东盟各国开展经贸洽谈，需经常往来。")
    page.get_by_text("保存并上报").click()
    page.locator(".layui-layer", has_text="上报后将不能修改，确定上报吗？").get_by_text(
        "确定", exact=True
    ).click()
    done = page.locator(".layui-layer", has_text="上报成功")
    expect(done).to_contain_text(f"团组号：{group_no} 已上报，请在“我的办件”中查看办理状态。")
    done.get_by_text("确定").click()
    expect(page.locator(".list-table tbody tr")).to_have_count(1)
    row = page.locator(".list-table tbody td").all_inner_texts()
    assert (row[1], row[4], row[8], row[9]) == (group_no, person(1)["name_cn"], "待初审", "查看")
    page.get_by_text("查看").click()
    expect(page.locator("h3")).to_have_text(["基本信息", "成员1", "团组附件", "办理流程"])


def test_the_list_turns_its_pages_without_navigating(page: Page, soe: Visitor) -> None:
    for word in "甲乙丙丁戊己庚辛壬癸子":
        soe.save({"name_cn": f"韦样{word}"})
    enter(page, soe, "/my-applications")
    rows = page.locator(".list-table tbody tr")
    expect(rows).to_have_count(10)
    expect(page.locator(".layui-laypage")).to_contain_text("第 1/2 页")
    page.get_by_text("下一页").click()
    expect(rows).to_have_count(1)
    expect(page.get_by_text("下一页")).to_have_attribute("aria-disabled", "true")
    assert len(page.context.pages) == 1
    page.get_by_text("删除", exact=True).click()
    confirm = page.locator(".layui-layer", has_text="确定删除该团组吗？")
    confirm.get_by_text("确定", exact=True).click()
    expect(page.locator(".layui-laypage")).to_contain_text("共 10 条")
    expect(rows).to_have_count(10)
