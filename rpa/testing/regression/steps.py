"""Ways over the portal's pages that several promises share, in the words of the packs."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Error, Page

from rpa.browser.catch import fetch
from rpa.desk import Desk
from rpa.screen import Card, Row, Screen, Table, Value

__all__ = [
    "Draft",
    "can_press",
    "choose_source",
    "delete_draft",
    "delete_entry",
    "find_row",
    "groups",
    "home",
    "menu",
    "new_member",
    "open_business",
    "open_draft",
    "people_added",
    "remove_person",
    "save_draft",
    "shown_bytes",
    "with_entry",
    "write_entry",
]


@dataclass(frozen=True, slots=True)
class Draft:
    """A group of 新卡申办 that was kept by 暂存: its number, and its member page."""

    number: str
    page: Screen


async def home(desk: Desk) -> None:
    """首页, by the menu."""
    if not await desk.at("common.home").stands():
        await desk.at("common.menu").press("home")
        await desk.screen("common.home")


async def menu(desk: Desk, screen: str = "common.menu") -> Screen:
    """我的办件 of all business types, or the one whose ``entry`` screen is named; read to the end of its requests."""
    await home(desk)
    await desk.at(screen).press("my_applications")
    page = await desk.screen("common.my_applications")
    await desk.settled()
    return page


async def groups(desk: Desk, screen: str = "common.menu", *, pages: int = 50) -> list[Row]:
    """The rows of 我的办件, over as many pages."""
    page = await menu(desk, screen)
    rows: list[Row] = []
    table: Table = await page.listing("groups")
    for _ in range(pages):
        rows += table.rows
        number, last = page.words.find("page", page.heard), page.words.find("pages", page.heard)
        if number is None or last is None or int(number) >= int(last):
            break
        table = await page.next_listing("groups", number)
        if not desk.is_settled:
            await desk.settled()
            table = await page.listing("groups")
    return rows


async def find_row(desk: Desk, group_no: str) -> tuple[Screen, Row | None]:
    """我的办件, and the row of a new group: it stands on the first page."""
    page = await menu(desk)
    table = await page.listing("groups")
    return page, next((row for row in table.rows if row["团组号"] == group_no), None)


async def open_business(desk: Desk, business_type: str) -> None:
    """首页, and the tile of a business type."""
    await home(desk)
    await desk.at(f"{business_type}.entry").press("business")


async def new_member(desk: Desk) -> Screen:
    """新卡申办 as far as its first empty member page."""
    await open_business(desk, "new_card")
    notice = await desk.screen("new_card.notice")
    await notice.read_to_end()
    await notice.press("read")
    page = await desk.screen("new_card.member")
    await desk.settled()
    return page


async def save_draft(page: Screen) -> str:
    """暂存; the number of the group."""
    await page.press("save_draft")
    await page.await_message("draft_saved")
    number = page.words.find("group_no", await page.lines())
    assert number, "暂存之后页面没有显示团组号"
    return number


async def open_draft(desk: Desk, group_no: str) -> Screen:
    """编辑 of a draft: its first member's page."""
    listing, row = await find_row(desk, group_no)
    assert row is not None, "我的办件中没有暂存的团组"
    await listing.press_in_row(row, "编辑")
    page = await desk.screen("new_card.member")
    await desk.settled()
    return page


async def delete_draft(desk: Desk, group_no: str) -> None:
    """删除 of a draft in 我的办件, if it is there; nothing is left behind."""
    listing, row = await find_row(desk, group_no)
    if row is None:
        return
    await listing.press_in_row(row, "删除")
    question = desk.at("common.question")
    await question.await_message("delete_entry")
    await question.close_layer("confirm")
    await desk.settled()


async def choose_source(desk: Desk, business_type: str, place: int = 0) -> Screen:
    """选择团组 or 选择旅行卡: an entry of the list, by its place; the page to fill in that follows."""
    await open_business(desk, business_type)
    page = await desk.screen(f"{business_type}.selection")
    await desk.settled()
    sources = await page.cards("sources")
    assert len(sources) > place, "没有可以选择的团组或旅行卡"
    await page.press_on_card(sources[place], *page.words.buttons["choose"].texts)
    filing = await desk.screen(f"{business_type}.filing")
    await desk.settled()
    return filing


async def people_added(desk: Desk, page: Screen) -> tuple[list[Card], list[Card]]:
    """The people of a page to fill in before and after one more is added: by 添加, or by pressing another card."""
    before = await page.cards("people")
    mark = await page.mark_cards("people")
    if "others" in page.words.cards:
        others = await page.cards("others")
        assert others, "没有其他可以添加的旅行卡"
        await page.choose_card(others[0])
    else:
        await page.press("add_person")
        layer = await desk.screen("common.add_person")
        offered = await layer.cards("offered")
        if not offered:
            await layer.close_layer("cancel")
        assert offered, "点击“添加”后没有可以选择的成员"
        await layer.press_on_card(offered[0], *layer.words.buttons["choose"].texts)
    await page.await_other_cards("people", mark)
    return before, await page.cards("people")


async def remove_person(page: Screen, card: Card) -> None:
    """Press a person's 【X】, and wait until the list is another one.

    Raises :class:`~rpa.errors.PortalFault` when it stays what it is.
    """
    mark = await page.mark_cards("people")
    await page.press_on_card(card, *page.words.buttons["remove"].texts)
    await page.await_other_cards("people", mark)


@asynccontextmanager
async def with_entry(desk: Desk, page: Screen, book: str, values: Mapping[str, Value]) -> AsyncIterator[Card]:
    """A stored address or invoice title of these values, which is deleted again."""
    await write_entry(desk, page, book, values, None)
    name = _name(desk, book, values)
    entry = next((card for card in await page.cards(book) if name in card.lines.values()), None)
    assert entry is not None, "新增的记录没有出现在列表中"
    try:
        yield entry
    finally:
        for _ in range(3):
            left = [card for card in await page.cards(book) if name in card.lines.values()]
            if not left:
                break
            await delete_entry(desk, page, book, left[0])


async def write_entry(
    desk: Desk, page: Screen, book: str, values: Mapping[str, Value], entry: Card | None
) -> None:
    """新增 or 修改 of a stored address or invoice title."""
    if entry is None:
        await page.press(f"add_{book}")
    else:
        await page.press_on_card(entry, "修改")
    layer = await desk.screen(f"common.{book}")
    await layer.fill(values)
    await layer.close_layer("confirm")
    await desk.settled()


async def delete_entry(desk: Desk, page: Screen, book: str, entry: Card) -> None:
    """删除 of a stored address or invoice title, with the portal's question."""
    await page.press_on_card(entry, "删除")
    question = desk.at("common.question")
    await question.await_message("delete_entry")
    await question.close_layer("confirm")
    await desk.settled()


def _name(desk: Desk, book: str, values: Mapping[str, Value]) -> str:
    return str(values["recipient" if book == "address" else "title"])


async def shown_bytes(desk: Desk, page: Page) -> list[bytes]:
    """What a viewer shows: the bytes of every picture and embedded document of its page."""
    sources = await page.evaluate(
        "[...document.querySelectorAll('img, iframe, embed, object')].map((one) => one.src || one.data)"
    )
    found = []
    for source in sources or [page.url]:
        if re.match("https?:", source):
            found.append(await fetch(desk.page, source, seconds=desk.profile.upload_timeout))
    return found


async def can_press(page: Page, text: str) -> bool:
    """Whether what reads so could be pressed now; nothing is pressed."""
    try:
        await page.get_by_text(text, exact=True).click(trial=True, timeout=1500)
    except Error:
        return False
    return True
