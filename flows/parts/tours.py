"""What the tours of the business types share: layers that are opened and closed, 我的办件, a draft that is taken away."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager

from loguru import logger

from flows.parts.listing import search
from flows.parts.my_applications import find_group
from flows.parts.sign_in import choose_business, open_menu
from rpa.desk import Desk
from rpa.errors import NeedsPerson
from rpa.screen import Screen, StateKind, Value
from rpa.tour import Stop

__all__ = [
    "NOT_BEFORE_A_LAYER",
    "OF_A_PERSON",
    "taken_away",
    "tour_of_filing",
    "tour_of_layers",
    "tour_of_list",
]

#: Buttons of a screen that stand in the layers it opens.
NOT_BEFORE_A_LAYER = frozenset({"confirm", "cancel"})

_OF_SEVERAL_PAGES = frozenset({"next_page"})
_OF_SEVERAL_PEOPLE = frozenset({"remove"})  # the page keeps at least one person
#: What is asked of each person who gets a new passport.
OF_A_PERSON = (
    "new_passport_number",
    "new_passport_issued_on",
    "new_passport_expires_on",
    "new_passport_issue_place",
    "new_passport_authority",
)


async def tour_of_layers(desk: Desk, layers: Mapping[str, str], page: str) -> AsyncGenerator[Stop, None]:
    """Each layer that a button of the page opens, by that button; it is left by 取消, and nothing is kept."""
    for button, layer in layers.items():
        await desk.at(page).press(button)
        yield Stop(layer)
        await desk.at("common.attachments").close_layer("cancel")


async def tour_of_list(desk: Desk, menu: str = "common.menu") -> AsyncGenerator[Stop, None]:
    """我的办件 and, where it has a group, the detail page of the first one."""
    page = await open_menu(desk, "my_applications", "common.my_applications", menu)
    yield Stop(page.name, without=_OF_SEVERAL_PAGES)
    rows = [row for table in await page.tables("groups") for row in table.rows]
    if not rows:
        return
    await page.press_in_row(rows[0], "查看")
    yield Stop("common.detail", only=frozenset({"group_no", "state", "files", "history", "back"}), facts=True)


@asynccontextmanager
async def taken_away(desk: Desk) -> AsyncIterator[None]:
    """The draft that is made while this lasts is deleted from 我的办件 at its end, and seen to be gone.

    One whose number is not known yet when this is broken off is left to a person: another's must not be taken for it.
    """
    try:
        yield
    except BaseException:
        if desk.case.draft_no is None:
            logger.warning("体检中断时可能已暂存示例草稿，请在“我的办件”中核对，有就删除")
        raise
    finally:
        if desk.case.draft_no is not None:
            await _delete_draft(desk, desk.case.draft_no)


async def _delete_draft(desk: Desk, number: str) -> None:
    await desk.arrive()
    found = await find_group(desk, lambda row: row["团组号"] == number)
    if found is None:
        raise NeedsPerson("没有找到体检时暂存的草稿", where=number, advice="请在“我的办件”中核对并删除它")
    page, row = found
    if desk.pack.state_kind(row["当前状态"]) is not StateKind.DRAFT:
        raise NeedsPerson("体检时暂存的团组已不是草稿", where=number, advice="请在“我的办件”中核对")
    question = desk.at("common.question")
    with desk.allowing(question.words.messages["delete_entry"]):
        await page.press_in_row(row, "删除")
        await question.await_message("delete_entry")
        await question.press("confirm")
    await desk.settled()
    await desk.arrive()
    if await find_group(desk, lambda row: row["团组号"] == number) is not None:
        raise NeedsPerson("体检时暂存的草稿没有删掉", where=number, advice="请在“我的办件”中删除它")


async def _tour_of_people(desk: Desk, filing: Screen) -> AsyncGenerator[Stop, None]:
    """【X】, where the page has several people, and 添加, which then offers the one who was taken off."""
    people = await filing.cards("people")
    if len(people) > 1:
        yield Stop(filing.name, only=_OF_SEVERAL_PEOPLE, entries={"*": tuple(_OF_SEVERAL_PEOPLE)})
        before = await filing.mark_cards("people")
        await filing.press_on_card(people[-1], *filing.words.buttons["remove"].texts)
        await filing.await_other_cards("people", before)
    await filing.press("add_person")
    layer = desk.at("common.add_person")
    yield Stop(layer.name, without=frozenset({"choose"}))
    if await layer.cards("offered"):
        yield Stop(layer.name, only=frozenset({"choose"}), entries={"*": ("choose",)})
    await layer.close_layer("cancel")


async def tour_of_filing(
    desk: Desk,
    kind: str,
    choices: Mapping[str, Value],
    shown_then: frozenset[str],
    layers: Mapping[str, str] | None = None,
) -> AsyncGenerator[Stop, None]:
    """选择, the fill page of the first group or card that is offered, and its layers; then away: nothing is kept.

    `choices` are filled in on the fill page, which only then shows the elements `shown_then`.
    """
    yield Stop("common.home", also=(f"{kind}.entry",))
    await choose_business(desk, kind)
    selection = desk.at(f"{kind}.selection")
    yield Stop(selection.name, without=_OF_SEVERAL_PAGES | {"choose"})
    offered = [card async for shown in search(desk, selection, {}, "sources") for card in shown]
    to_choose = {"sources", "choose"} if offered else {"sources"}
    yield Stop(selection.name, only=frozenset(to_choose), entries={"*": ("choose",)})
    if not offered:
        raise NeedsPerson("没有可选的团组或旅行卡，后面的页面没有看", where=selection.title)
    await selection.press_on_card(offered[-1], *selection.words.buttons["choose"].texts)
    filing = desk.at(f"{kind}.filing")
    people = tuple(key for key in OF_A_PERSON if key in filing.words.fields)
    entries = {"people": people}
    yield Stop(
        filing.name,
        also=("common.attachments",),
        without=NOT_BEFORE_A_LAYER | _OF_SEVERAL_PAGES | _OF_SEVERAL_PEOPLE | shown_then,
        entries=entries,
    )
    await filing.fill(choices)
    yield Stop(filing.name, only=shown_then or frozenset({"report"}), entries=entries, forms=("report",))
    async for stop in tour_of_layers(desk, layers or {}, filing.name):
        yield stop
    if "add_person" in filing.words.buttons:
        async for stop in _tour_of_people(desk, filing):
            yield stop
    async for stop in tour_of_list(desk, f"{kind}.entry"):
        yield stop
