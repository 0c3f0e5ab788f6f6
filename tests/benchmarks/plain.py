"""The same clicks as the robot's, written by hand the way Playwright's documentation does it: locators, no sleeps.

This is the yardstick of the benchmarks. It keeps no record and proves nothing; it finds the portal's controls by their
labels and class names, as a careful person writes a script for one portal.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from flows.new_card import LETTER, PERSONAL_FORM, NewCard, NewCardMember

__all__ = ["file_case", "fill_member", "open_member_page", "read_member", "sign_in"]

Scope = Page | Locator


def _item(scope: Scope, label: str) -> Locator:
    """The controls beside a label."""
    words = re.compile(rf"^\*?{re.escape(label)}$")
    return scope.locator("label.layui-form-label", has_text=words).locator("+ div")


async def _text(scope: Scope, label: str, value: str) -> None:
    await _item(scope, label).locator("input, textarea").fill(value)


async def _select(scope: Scope, label: str, value: str) -> None:
    item = _item(scope, label)
    await item.locator(".layui-select-title input").click()
    await item.locator("dd").get_by_text(value, exact=True).click()


async def _radio(scope: Scope, label: str, value: str) -> None:
    await _item(scope, label).get_by_text(value, exact=True).click()


async def _date(page: Page, label: str, day: date) -> None:
    await _item(page, label).locator("input").click()
    panel = page.locator(".layui-laydate")
    year = panel.locator("[lay-type=year]")
    if await year.inner_text() != f"{day.year}年":
        await year.click()
        years = panel.locator(".laydate-year-list li")
        while not await years.get_by_text(f"{day.year}年", exact=True).count():
            first = int((await years.first.inner_text()).removesuffix("年"))
            await panel.locator(".laydate-prev-y" if day.year < first else ".laydate-next-y").click()
        await years.get_by_text(f"{day.year}年", exact=True).click()
    month = panel.locator("[lay-type=month]")
    if await month.inner_text() != f"{day.month}月":
        await month.click()
        await panel.locator(".laydate-month-list li").get_by_text(f"{day.month}月", exact=True).click()
    await panel.locator(f"td[lay-ymd='{day.year}-{day.month}-{day.day}']").click()


async def sign_in(page: Page, address: str, account: str, password: str) -> None:
    """1 登录."""
    await page.goto(address)
    await page.get_by_text("APEC商务旅行卡", exact=True).click()
    await _text(page, "用户名", account)
    await _text(page, "密码", password)
    await page.get_by_role("button", name="登 录").click()
    await expect(page.get_by_role("heading", name="商务旅行卡", exact=True)).to_be_visible()


async def open_member_page(page: Page) -> None:
    """2.1.1 (1), (2)."""
    await page.get_by_text("新卡申办", exact=True).click()
    await page.locator(".notice-box").evaluate("box => { box.scrollTop = box.scrollHeight }")
    await page.get_by_text("我已经阅读", exact=True).click()
    await expect(page.get_by_role("heading", name="A 基本信息")).to_be_visible()


async def check_member(page: Page, member: NewCardMember) -> None:
    """成员核查."""
    await _text(page, "姓名", member.name)
    await _text(page, "身份证号", member.id_no)
    await page.get_by_role("button", name="成员核查").click()
    await expect(page.get_by_text("未查询到该成员信息", exact=False)).to_be_visible()


def _texts(member: NewCardMember) -> dict[str, str]:
    given = {
        "姓名": member.name,
        "身份证号": member.id_no,
        "拼音姓": member.surname,
        "拼音名": member.given_name,
        "手机号": member.mobile,
        "电子邮箱": member.email,
        "部门": member.department,
        "职务": member.position,
        "护照号码": member.passport.number,
    }
    return {label: value for label, value in given.items() if value}


def _selects(member: NewCardMember) -> dict[str, str]:
    chosen = {
        "出生地点": member.birth_place,
        "人员类别": member.position_class,
        "从事行业": member.industry,
        "护照种类": member.passport.kind,
        "签发地点": member.passport.issue_place,
        "签发机关": member.passport.authority,
    }
    return {label: value for label, value in chosen.items() if value}


def _radios(member: NewCardMember) -> dict[str, str]:
    return {
        "性别": member.sex,
        "是否曾持有APEC卡": member.held_before,
        "有无被拒签记录": member.visa_refused,
        "有无犯罪记录": member.criminal_record,
    }


def _dates(member: NewCardMember) -> dict[str, date]:
    days = {
        "出生日期": member.birth_date,
        "任职时间": member.joined_on,
        "签发日期": member.passport.issued_on,
        "有效期至": member.passport.expires_on,
    }
    return {label: day for label, day in days.items() if day}


async def fill_member(page: Page, member: NewCardMember) -> None:
    """A and B of the member page, control by control."""
    for label, value in _texts(member).items():
        await _text(page, label, value)
    for label, value in _radios(member).items():
        await _radio(page, label, value)
    for label, day in _dates(member).items():
        await _date(page, label, day)
    for label, value in _selects(member).items():
        await _select(page, label, value)


async def read_member(page: Page, member: NewCardMember) -> dict[str, str]:
    """What the member page shows, control by control."""
    shown = {}
    for label in (*_texts(member), *_dates(member)):
        shown[label] = await _item(page, label).locator("input").input_value()
    for label in _selects(member):
        shown[label] = await _item(page, label).locator(".layui-select-title input").input_value()
    for label in _radios(member):
        shown[label] = await _item(page, label).locator(".layui-form-radioed").inner_text()
    return shown


async def _upload(row: Locator, path: Path) -> None:
    await row.locator("input[type=file]").set_input_files(path)
    await expect(row.get_by_text("预览", exact=True)).to_be_visible()


def _row(page: Page, material: str) -> Locator:
    return page.locator("tr", has=page.get_by_text(re.compile(rf"^\*?{re.escape(material)}$")))


def _card(page: Page, name: str) -> Locator:
    return page.locator(".photo-card", has=page.get_by_text(re.compile(rf"^\*?{re.escape(name)}$")))


async def _download(page: Page, row: Locator, folder: Path) -> None:
    async with page.expect_download() as download:
        await row.get_by_text("下载模板", exact=True).click()
    got = await download.value
    await got.save_as(folder / got.suggested_filename)


async def file_case(page: Page, group: NewCard, address: str, password: str, folder: Path) -> str:
    """A whole one-member case, sign-in to 团组号; the scans are given with the input."""
    member = group.members[0]
    await sign_in(page, address, group.account or "", password)
    await open_member_page(page)
    await check_member(page, member)
    await fill_member(page, member)
    await page.get_by_role("button", name="暂存").click()
    await expect(page.get_by_text("暂存成功")).to_be_visible()
    await _download(page, _row(page, PERSONAL_FORM), folder)
    photos = member.photos
    for name, path in (
        ("照片", photos.portrait),
        ("签名", photos.signature),
        ("护照信息页", photos.passport_page),
    ):
        await _upload(_card(page, name), path)
    for file in member.files:
        await _upload(_row(page, file.material), file.path)
    await page.get_by_role("button", name="保存并下一步").click()
    await expect(page.get_by_role("heading", name="A 领取方式")).to_be_visible()
    await _text(page, "申请事由", group.reason)
    await _download(page, _row(page, LETTER), folder)
    await _radio(page, "领取方式", group.delivery.method)
    await _radio(page, "支付方式", group.payment.method)
    await _add_invoice(page, group)
    await _upload(_row(page, LETTER), group.files[0].path)
    await page.get_by_role("button", name="保存并上报").click()
    await page.locator(".layui-layer-btn").get_by_text("确定", exact=True).click()
    done = page.get_by_text("已上报，请在")
    await expect(done).to_be_visible()
    number = re.search(r"团组号：(\w+)", await done.inner_text())
    assert number is not None
    return number[1]


async def _add_invoice(page: Page, group: NewCard) -> None:
    invoice = group.invoice
    await page.get_by_role("button", name="新增发票").click()
    layer = page.locator(".layui-layer")
    await _radio(layer, "抬头类型", invoice.title_type)
    texts = {
        "发票抬头": invoice.title,
        "税号": invoice.tax_no,
        "注册地址": invoice.registered_address,
        "注册电话": invoice.registered_phone,
        "开户行": invoice.bank,
        "银行账号": invoice.bank_account,
        "接收邮箱": invoice.email,
        "接收手机": invoice.mobile,
    }
    for label, value in texts.items():
        if value:
            await _text(layer, label, value)
    await layer.get_by_text("确定", exact=True).click()
    await expect(page.locator(".book-card", has_text=invoice.title)).to_be_visible()
