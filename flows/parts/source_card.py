"""选择旅行卡 and 其他旅行卡: the cards that a business is about (manual 2.4.1 and 2.5.1 (2), (3))."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated

from pydantic import Field

from flows.parts.chosen_people import Wanted, choose_exactly, fits, people_of, reopen, shown, told
from flows.parts.listing import search
from flows.parts.people import Listed, OfPeople
from flows.parts.sign_in import choose_business
from rpa.application import Once
from rpa.desk import Desk
from rpa.errors import NeedsPerson, PageChanged, PortalRefusal
from rpa.flow import HeldCard
from rpa.intake.rules import Advice
from rpa.intake.values import CardNo, parse_day
from rpa.personal import Personal
from rpa.screen import Card, Screen

__all__ = ["FromCards", "Holder", "choose_card", "choose_holders", "list_cards"]


class Holder(Listed):
    """Somebody who holds a card, known by its number or by their name."""

    card_no: Annotated[CardNo | None, Personal("卡号"), Once()] = Field(
        default=None,
        title="卡号",
        examples=["CHN00000001"],
        description="不填则按姓名查找；同名的有几张卡时必须填写",
    )


def _filter(one: Wanted) -> dict[str, str]:
    card_no = one.known.get("card_no")
    return {"card_no": str(card_no)} if card_no else {"name": one.person.name}


class FromCards(OfPeople):
    """The input for a business that is about cards."""

    members: list[Holder] = Field(min_length=1, title="成员")  # type: ignore[assignment]  # narrower rows

    def advise(self, today: date) -> Iterator[Advice]:
        """Doubts that do not stop the filing: the pages tell cards apart by name and sex only."""
        for place, member in enumerate(self.members):
            if member.card_no is None:
                yield Advice(
                    ("members", place, "card_no"),
                    "没有卡号时按姓名和性别查找，网站不显示身份证号，单位有同名持卡人的请填写",
                )


async def choose_card(desk: Desk, group: FromCards, hint: str) -> list[Wanted]:
    """(1) 点击 the business and (2) 选择 the first holder's card; the holders are given as the next page shows them.

    `hint` says why a card may not be offered. Raises :class:`~rpa.errors.PortalRefusal` when the card is not offered and
    :class:`~rpa.errors.NeedsPerson` when several are.
    """
    if people := await reopen(desk, group):
        return people
    wanted = people_of(group)
    await choose_business(desk, group.business_type)
    selection = await desk.screen(f"{group.business_type}.selection")
    card = await _find(desk, selection, wanted[0], "sources", hint)
    await selection.press_on_card(card, *selection.words.buttons["choose"].texts)
    return wanted


async def choose_holders(desk: Desk, page: Screen, wanted: Sequence[Wanted], hint: str) -> list[Card]:
    """(3) 点击其它的APEC卡 and 【X】: exactly these holders; their entries on the page, in the same order."""

    async def add(one: Wanted) -> None:
        await page.choose_card(await _find(desk, page, one, "others", hint))

    return await choose_exactly(desk, page, wanted, add)


async def list_cards(desk: Desk, kind: str) -> list[HeldCard]:
    """All cards that 选择旅行卡 of a business offers; nothing is chosen.

    Raises :class:`~rpa.errors.PageChanged` when a card is shown without its number or the day it ends on.
    """
    await choose_business(desk, kind)
    selection = await desk.screen(f"{kind}.selection")
    return [
        _held(desk, card.lines) async for cards in search(desk, selection, {}, "sources") for card in cards
    ]


def _held(desk: Desk, lines: Mapping[str, str]) -> HeldCard:
    number, ends = shown(desk, lines, "card_no"), shown(desk, lines, "card_expires_on")
    try:
        day = parse_day(ends)
    except ValueError:
        day = None
    if not number or day is None:
        raise PageChanged("旅行卡没有显示卡号或有效期至", where="选择旅行卡")
    return HeldCard(number, day)


async def _find(desk: Desk, page: Screen, one: Wanted, entries: str, hint: str) -> Card:
    """The one card of a list that is this person's, on the page that shows it."""
    offered: list[Card] = []
    page_now: list[Card] = []
    async for page_now in search(desk, page, _filter(one), entries):
        offered += page_now
    found = [card.lines for card in offered if fits(desk, one, card.lines)]
    if len(found) > 1:
        raise NeedsPerson(
            f"该成员有 {len(found)} 张可选的旅行卡：{told(desk, found, 'card_no')}",
            where=one.where,
            advice="请在输入中填写卡号后重新提交",
        )
    if not found:
        candidates = told(desk, [card.lines for card in offered], "card_no")
        raise PortalRefusal(
            f"可选的旅行卡中没有该成员的卡（同名或同号的：{candidates}）", where=one.where, advice=hint
        )
    if mine := [card for card in page_now if fits(desk, one, card.lines)]:
        return mine[0]  # on the page that the list shows now
    async for page_now in search(desk, page, _filter(one), entries):
        if mine := [card for card in page_now if fits(desk, one, card.lines)]:
            return mine[0]
    raise PortalRefusal("该旅行卡刚才还在列表中，现在没有了", where=one.where, advice=hint)
