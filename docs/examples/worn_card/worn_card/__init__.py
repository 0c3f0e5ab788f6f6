"""旧卡换新: worn cards, a unit's usual case of 换补卡 with all that never changes left out of the input."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from flows.parts.chosen_people import people_of
from flows.parts.filing import Filling, compare_filing, is_of, to_last_press, to_signature
from flows.parts.invoice import Invoice, choose_invoice
from flows.parts.my_applications import list_my_applications
from flows.parts.progress import read_progress
from flows.parts.sign_in import ENTRANCE
from flows.parts.source_card import FromCards, choose_card, choose_holders
from rpa.desk import Desk
from rpa.flow import Difference, Flow
from rpa.screen import Screen, Value

__all__ = ["FLOW", "WornCard"]

_HINT = "请核对姓名和卡号"
_SAME = {"reason": "旅行卡旧卡破损", "delivery": "自取", "payment": "窗口支付"}


class WornCard(FromCards):
    """The input: who, and the invoice."""

    business_type: ClassVar[str] = "worn_card"
    report: ClassVar[str] = "换卡报告"

    invoice: Invoice = Field(title="发票信息")


async def prepare(desk: Desk, group: WornCard) -> None:
    """Up to the signature: the page filled and the report handed out."""
    page, _ = await fill_in(desk, group)
    await to_signature(desk, page, group, "旧卡换新")


async def complete(desk: Desk, group: WornCard) -> None:
    """With the signed report: all but the last press."""
    page, filling = await fill_in(desk, group)
    await to_last_press(desk, page, group, filling, ("旧卡换新", "旧卡换新 "))


async def fill_in(desk: Desk, group: WornCard) -> tuple[Screen, Filling]:
    """The cards chosen, and the rest as it always is."""
    people = await choose_card(desk, group, _HINT)
    page = await desk.screen("worn_card.filing")
    filling = fill_plan(group)
    await page.fill(filling.values)
    await choose_invoice(desk, page, group.invoice)
    await choose_holders(desk, page, people, _HINT)
    return page, filling


async def find_differences(desk: Desk, group: WornCard, group_no: str) -> Sequence[Difference]:
    """The detail page against the input."""
    return await compare_filing(desk, group, group_no, fill_plan(group))


def fill_plan(group: WornCard) -> Filling:
    """What the page is to hold."""
    values: dict[str, Value] = {**_SAME}
    return Filling(values, [(wanted, {}) for wanted in people_of(group)])


FLOW = Flow(
    business_type=WornCard.business_type,
    title="旧卡换新",
    model=WornCard,
    entrance=ENTRANCE,
    prepare=prepare,
    complete=complete,
    submission="worn_card.filing",
    list_groups=partial(list_my_applications, menu="worn_card.entry"),
    read_progress=read_progress,
    is_of=is_of,
    find_differences=find_differences,
    packs=[Path(__file__).with_name("worn_card.yaml")],
)
