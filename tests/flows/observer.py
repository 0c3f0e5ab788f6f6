"""The independent observer: a person at pytest-playwright's own page, after the robot has left."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from rpa.testing import Replica
from tests.replica.visitor import PASSWORDS

__all__ = ["attachment_names", "facts", "open_detail", "open_new_card", "sign_in"]


def sign_in(page: Page, replica: Replica, account: str) -> None:
    """Through the portal's own pages to the home page, whoever sat here before."""
    page.context.clear_cookies()
    page.set_default_timeout(10_000)
    page.goto(replica.address)
    page.get_by_text("APEC商务旅行卡").click()
    page.locator("[name=username]").fill(account)
    page.locator("[name=password]").fill(PASSWORDS[account])
    page.get_by_text("登 录").click()
    expect(page.locator("h2")).to_have_text("首页")


def open_new_card(page: Page) -> None:
    """From the home page to an empty member page."""
    page.get_by_text("新卡申办", exact=True).click()
    page.locator(".notice-box").evaluate("box => box.scrollTop = box.scrollHeight")
    page.get_by_text("我已经阅读").click()
    expect(page.locator("h2")).to_have_text("新卡申办-成员信息")


def open_detail(page: Page, replica: Replica, group_no: str) -> None:
    """The detail page of a group, from the list of 我的办件."""
    page.goto(f"{replica.address}/my-applications")
    page.locator(".list-table tr", has_text=group_no).get_by_text("查看").click()
    expect(page.locator("h2")).to_have_text("办件详情")


def facts(page: Page, section: str) -> dict[str, str]:
    """What a section of the detail page shows, by label."""
    pairs: list[list[str]] = (
        page.locator(".panel", has=page.locator("h3", has_text=section))
        .first.locator(".facts td.label")
        .evaluate_all("cells => cells.map(cell => [cell.innerText, cell.nextElementSibling.innerText])")
    )
    return dict(pairs)


def attachment_names(page: Page) -> list[str]:
    """The materials of D 附件信息, without the marks of those that are required."""
    names = page.locator(".attachment-table tbody tr td:nth-child(2)").all_inner_texts()
    return [name.lstrip("*") for name in names]
