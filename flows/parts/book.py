"""Stored entries of an account (邮寄地址, 发票信息): chosen, added, changed, deleted (manual 2.1.2 A, C)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rpa.desk import Desk
from rpa.errors import NeedsPerson, PageChanged
from rpa.screen import Screen, Value, same
from rpa.screen.cards import Card

__all__ = ["Book", "Way", "is_chosen", "settle_entry"]

Way = Literal["自动", "修改", "替换"]


@dataclass(frozen=True, slots=True)
class Book:
    """A list of stored entries: its key on the page, the screen of its layer, the field by which people know an entry."""

    cards: str
    layer: str
    add: str
    known_by: str
    title: str


async def settle_entry(desk: Desk, page: Screen, book: Book, wanted: Mapping[str, Value], way: Way) -> None:
    """Have exactly the wanted entry stored and chosen.

    自动: an identical one is chosen, else one is added. 修改: the one known by the same name is changed to it.
    替换: as 自动, then the others known by the same name are deleted. Other entries are never touched.
    """
    await desk.settled()
    entries = await page.cards(book.cards)
    if not any(_is(desk, book, entry, wanted) for entry in entries):
        known = [entry for entry in entries if _known(desk, book, entry, wanted)] if way == "修改" else []
        if len(known) > 1:
            raise NeedsPerson(
                f"{book.title}中有 {len(known)} 条同名记录，不能确定修改哪一条",
                advice="请在网站上删除多余的记录",
            )
        await _write(desk, page, book, wanted, known[0] if known else None)
    await page.choose_card(await _stored(desk, page, book, wanted))
    if way == "替换":
        await _delete_others(desk, page, book, wanted)
    if not await is_chosen(desk, page, book, wanted):
        raise PageChanged(f"{book.title}没有选中所要的记录", where=page.title)


async def is_chosen(desk: Desk, page: Screen, book: Book, wanted: Mapping[str, Value]) -> bool:
    """Whether the wanted entry, and no other, is the chosen one now."""
    chosen = [entry for entry in await page.cards(book.cards) if entry.chosen]
    return len(chosen) == 1 and _is(desk, book, chosen[0], wanted)


def _shown(desk: Desk, book: Book, entry: Card, key: str) -> str:
    labels = desk.pack.screen(book.layer).fields[key].texts
    return next((entry.lines[label] for label in labels if label in entry.lines), "")


def _is(desk: Desk, book: Book, entry: Card, wanted: Mapping[str, Value]) -> bool:
    return all(same(value, _shown(desk, book, entry, key)) for key, value in wanted.items())


def _known(desk: Desk, book: Book, entry: Card, wanted: Mapping[str, Value]) -> bool:
    return same(wanted[book.known_by], _shown(desk, book, entry, book.known_by))


async def _stored(desk: Desk, page: Screen, book: Book, wanted: Mapping[str, Value]) -> Card:
    entries = [entry for entry in await page.cards(book.cards) if _is(desk, book, entry, wanted)]
    if not entries:
        raise PageChanged(f"{book.title}列表中没有刚才保存的记录", where=page.title)
    return next((entry for entry in entries if entry.chosen), entries[0])


async def _write(
    desk: Desk, page: Screen, book: Book, wanted: Mapping[str, Value], entry: Card | None
) -> None:
    """新增 or 修改, in the layer that opens."""
    before = await page.mark_cards(book.cards)
    if entry is None:
        await page.press(book.add)
    else:
        await page.press_on_card(entry, "修改")
    layer = await desk.screen(book.layer)
    await layer.fill(wanted)
    await layer.press("confirm")
    await page.await_other_cards(book.cards, before)


async def _delete_others(desk: Desk, page: Screen, book: Book, wanted: Mapping[str, Value]) -> None:
    """删除 every other entry known by the same name, one at a time, as the list is drawn anew after each."""
    question = desk.at("common.question")
    for _ in await page.cards(book.cards):
        keep = await _stored(desk, page, book, wanted)
        others = [
            entry
            for entry in await page.cards(book.cards)
            if entry.ref != keep.ref and _known(desk, book, entry, wanted)
        ]
        if not others:
            return
        before = await page.mark_cards(book.cards)
        await page.press_on_card(others[0], "删除")
        await question.await_message("delete_entry")
        await question.press("confirm")
        await page.await_other_cards(book.cards, before)
    raise PageChanged(f"{book.title}中的记录删除后仍在列表中", where=page.title)
