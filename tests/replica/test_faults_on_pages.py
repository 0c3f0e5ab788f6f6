"""Faults that are seen on the pages, and that the pages still do their work under them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from rpa.testing import Replica

from .filer import Filer, Office
from .reader import Reader
from .test_pages import enter
from .visitor import PASSWORDS, PDF, Visitor

SLUGS = ["new_card", "passport_change", "early_card", "card_replacement", "card_cancellation"]
ASK = "上报后将不能修改，确定上报吗？"


def ready(visitor: Visitor) -> str:
    """A group whose letter is there: 团组号."""
    group_no, _ = visitor.draft(1)
    visitor.letter(group_no)
    visitor.invoice()
    return group_no


def at_submission(page: Page, visitor: Visitor) -> str:
    """The 上报 page of a group, filled in; 团组号."""
    group_no = ready(visitor)
    enter(page, visitor, f"/new_card/{group_no}/submission")
    reader = Reader(page)
    reader.press_at("领取方式", "自取")
    reader.press_at("支付方式", "窗口支付")
    page.get_by_text("选用此发票").first.click()
    reader.type("申请事由", "赴东盟各国开展经贸洽谈，需经常往来。")
    return group_no


@pytest.mark.parametrize("to", ["", "all"])
@pytest.mark.parametrize("slug", SLUGS)
def test_other_ids_and_another_order_leave_the_words_and_the_work_as_they_are(
    page: Page, filer: Filer, office: Office, replica: Replica, slug: str, to: str
) -> None:
    before = len(office.get("/groups"))
    replica.faults("ids_changed", to=to)
    replica.faults("order_changed")
    enter(page, filer, "/home")
    reader = Reader(page)
    getattr(reader, slug)()
    reader.press("保存并上报")
    reader.see(ASK)
    reader.press("确定")
    reader.see("已上报，请在“我的办件”中查看办理状态。")
    reader.press("确定")
    reader.sees("我的办件")
    groups = office.get("/groups")
    assert len(groups) == before + 1
    assert (groups[0]["business_type"], groups[0]["state"]) == (slug, "待初审")
    page.get_by_text("查看", exact=True).first.click()
    reader.sees("办件详情")
    shown = page.locator("td", has_text=re.compile("^当前状态$")).locator("+ td")
    expect(shown).to_have_text("待初审")


def test_ids_differ_from_page_to_page_and_what_is_seen_does_not(
    page: Page, soe: Visitor, replica: Replica
) -> None:
    enter(page, soe, "/new_card/member")
    looks = "() => [...document.querySelectorAll('.panel')].map((one) => one.getBoundingClientRect().height)"
    heights = page.evaluate(looks)
    words = page.locator("body").inner_text()
    replica.faults("ids_changed")
    found = []
    for _ in range(2):
        page.reload()
        found.append(page.locator("label", has_text="护照号码").locator("+ div input").get_attribute("name"))
        assert page.locator(".panel, [name=pp_no]").count() == 0
        assert page.locator("body").inner_text() == words
        assert page.evaluate(looks.replace(".panel", "[class^=panel]")) == heights
    assert found[0] != found[1]
    replica.clear_faults()
    replica.faults("ids_changed", to="all")
    page.reload()
    assert page.locator("[class*=layui]").count() == 0
    assert page.evaluate(looks.replace(".panel", "[class^=panel]")) == heights


def test_another_order_is_another_one_and_always_the_same(page: Page, soe: Visitor, replica: Replica) -> None:
    def seen() -> list[list[str]]:
        enter(page, soe, "/home")
        first = [page.locator(where).all_inner_texts() for where in (".side-menu li", ".tile-name")]
        enter(page, soe, "/new_card/member")
        wheres = (".layui-form-label", ".photo-name", ".attachment-table td:nth-child(2)")
        return first + [page.locator(where).all_inner_texts() for where in wheres]

    usual = seen()
    replica.faults("order_changed")
    other = seen()
    assert other == seen()
    for before, after in zip(usual, other, strict=True):
        assert before != after
        assert sorted(before) == sorted(after)
    numbers = page.locator(".attachment-table td:first-child").all_inner_texts()
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]


@pytest.mark.parametrize("accept", [True, False])
def test_questions_can_be_the_browsers_own(page: Page, soe: Visitor, replica: Replica, accept: bool) -> None:
    replica.faults("native_confirm")
    group_no = at_submission(page, soe)
    asked = []

    def answer(dialog: object) -> None:
        asked.append((dialog.type, dialog.message))  # type: ignore[attr-defined]
        dialog.accept() if accept else dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", answer)
    page.get_by_text("保存并上报", exact=True).click()
    if accept:
        expect(page.locator(".layui-layer-title")).to_have_text("上报成功")
    assert asked == [("confirm", ASK)]
    assert replica.group(group_no)["state"] == ("待初审" if accept else "暂存")


@pytest.mark.parametrize("to", ["", "all"])
def test_what_a_layer_says_can_stand_in_an_iframe(
    page: Page, soe: Visitor, replica: Replica, to: str
) -> None:
    replica.faults("layer_in_iframe", to=to)
    group_no = at_submission(page, soe)
    inside = page.frame_locator(".layui-layer iframe")
    buttons = inside if to else page
    page.get_by_text("保存并上报", exact=True).click()
    expect(inside.get_by_text(ASK)).to_be_visible()
    assert ASK not in page.locator("body").inner_text()
    buttons.get_by_text("取消", exact=True).click()
    expect(page.locator(".layui-layer")).to_have_count(0)
    page.get_by_text("保存并上报", exact=True).click()
    buttons.get_by_text("确定", exact=True).click()
    expect(inside.get_by_text("已上报")).to_contain_text(group_no)
    buttons.get_by_text("确定", exact=True).click()
    expect(page.locator("h2")).to_have_text("我的办件")


@pytest.mark.parametrize("button", ["我知道了", "关闭", "×"])
def test_a_notice_comes_over_a_page_by_itself(
    page: Page, soe: Visitor, replica: Replica, button: str
) -> None:
    replica.faults("notice_popup", at="GET /home", ms=100, times=1)
    enter(page, soe, "/home")
    layer = page.locator(".layui-layer", has_text="通知公告")
    expect(layer).to_contain_text("各申办单位")
    expect(page.locator(".layui-layer-shade")).to_be_visible()
    layer.get_by_text(button, exact=True).click()
    expect(page.locator(".layui-layer, .layui-layer-shade")).to_have_count(0)
    page.get_by_text("提前制卡", exact=True).click()
    expect(page.locator("h2")).to_have_text("提前制卡-选择团组")


@pytest.mark.parametrize("slug", SLUGS)
def test_a_second_press_files_a_second_group_where_the_trap_is_set(
    page: Page, filer: Filer, office: Office, replica: Replica, slug: str
) -> None:
    replica.faults("double_click_trap")
    replica.faults("slow", at="submit", ms=3000)  # the second press comes before the first one's answer
    before = len(office.get("/groups"))
    enter(page, filer, "/home")
    reader = Reader(page)
    getattr(reader, slug)()
    for _ in range(2):
        page.get_by_text("保存并上报", exact=True).click()
        page.get_by_text("确定", exact=True).last.click()
    expect(page.get_by_text("已上报，请在“我的办件”中查看办理状态。")).to_have_count(2)
    groups = office.get("/groups")
    assert len(groups) == before + 2
    second, first = groups[:2]
    for key in ("fields", "files", "state", "source", "business_type"):
        assert second[key] == first[key]
    assert [one["fields"] for one in second["members"]] == [one["fields"] for one in first["members"]]


def test_a_code_is_read_from_its_picture_to_sign_in(page: Page, replica: Replica) -> None:
    replica.faults("captcha")
    page.goto(f"{replica.address}/login")
    page.locator("[name=username]").fill("demo-soe")
    page.locator("[name=password]").fill(PASSWORDS["demo-soe"])
    page.get_by_text("登 录").click()
    expect(page.locator(".login-error")).to_have_text("请输入验证码")
    page.get_by_placeholder("请输入验证码").fill("0000")
    with page.expect_response(re.compile("/captcha")):  # a wrong answer brings another picture
        page.get_by_text("登 录").click()
    expect(page.locator(".login-error")).to_have_text("验证码错误")
    code = replica.captcha()
    page.get_by_placeholder("请输入验证码").fill(code.lower())
    page.get_by_text("登 录").click()
    expect(page.locator("h2")).to_have_text("首页")


def test_a_check_in_mid_session_leads_on_to_the_page_after_the_code(
    page: Page, soe: Visitor, replica: Replica
) -> None:
    replica.faults("captcha", at="page")
    enter(page, soe, "/my-applications")
    expect(page.locator("h2")).to_have_text("请完成安全验证")
    expect(page.locator("img")).to_have_js_property("naturalWidth", 120)
    with page.expect_response(re.compile("/captcha")):
        page.locator("img").click()
    page.get_by_placeholder("请输入验证码").fill(replica.captcha())
    page.get_by_text("提 交").click()
    expect(page.locator("h2")).to_have_text("我的办件")


@pytest.mark.parametrize(
    ("fault", "told"),
    [("busy_page", "系统繁忙，请稍后再试"), ("upload_rejected", "文件格式不符合要求")],
)
def test_a_refusal_is_told_in_a_layer(
    page: Page, soe: Visitor, replica: Replica, fault: str, told: str
) -> None:
    replica.faults(fault, at="upload")
    enter(page, soe, "/new_card/member")
    row = page.locator("tr", has_text="身份证正反面")
    file = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF}
    row.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    layer = page.locator(".layui-layer-dialog")
    expect(layer.locator(".layui-layer-title")).to_have_text("提示")
    expect(layer.locator("p")).to_have_text(told)
    layer.get_by_text("确定").click()
    row.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    expect(row.get_by_text("预览")).to_be_visible()


def test_what_a_page_cannot_read_is_told_in_a_layer(page: Page, soe: Visitor, replica: Replica) -> None:
    group_no = ready(soe)
    replica.faults("busy_page", at="invoice")
    enter(page, soe, f"/new_card/{group_no}/submission")
    expect(page.locator(".layui-layer-dialog p")).to_have_text("系统繁忙，请稍后再试")
    page.locator(".layui-layer-dialog").get_by_text("确定").click()
    page.reload()
    expect(page.get_by_text("选用此发票").first).to_be_visible()


@pytest.mark.parametrize(
    ("to", "name"), [("mojibake", r".*\.docx$"), ("missing", r"^template"), ("do", r"^downloadFile\.do$")]
)
def test_a_downloads_name_can_be_garbled(
    page: Page, soe: Visitor, replica: Replica, to: str, name: str
) -> None:
    group_no, member_id = soe.draft(1)
    replica.faults("garbled_download_name", to=to)
    enter(page, soe, f"/new_card/{group_no}/member/{member_id}")
    page.locator("tr", has_text="个人事项表").get_by_text("删除").click()
    with page.expect_download() as download:
        page.get_by_text("下载模板", exact=True).click()
    assert re.search(name, download.value.suggested_filename)
    assert "个人事项表" not in download.value.suggested_filename
    assert download.value.path().stat().st_size > 1000
