"""2.5 注销: the cards of holders who have left the unit, among other reasons."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from functools import partial
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from flows.parts.chosen_people import people_of
from flows.parts.filing import Filling, compare_filing, is_of, to_last_press, to_signature
from flows.parts.my_applications import list_my_applications
from flows.parts.progress import read_progress
from flows.parts.reason import OtherReason, only_with_other
from flows.parts.sign_in import ENTRANCE
from flows.parts.source_card import FromCards, choose_card, choose_holders, list_cards
from flows.parts.tours import tour_of_filing
from rpa.desk import Desk
from rpa.flow import Difference, Flow
from rpa.intake.values import Text
from rpa.screen import Screen, Value
from rpa.tour import Stop

__all__ = ["FLOW", "CardCancellation"]

_HINT = "该卡可能已注销或已换发，或在其他办理中的团组中，请核对姓名和卡号"


class CardCancellation(FromCards):
    """The input for one group of 注销."""

    business_type: ClassVar[str] = "card_cancellation"
    report: ClassVar[str] = "注销报告"

    reason: Literal["离职/调离原单位", "退休", "旅行卡遗失", "旅行卡到期", "重新申办", "违规用卡", "其他"] = (
        Field(title="办理原因")
    )
    other_reason: OtherReason = None
    note: Annotated[Text | None, Field(max_length=500)] = Field(
        default=None, title="说明", description="最长 500 字"
    )

    _other = field_validator("other_reason")(only_with_other)


# --- 2.5.1 新建注销团组并上报 ---------------------------------------------------------------------------------------


async def prepare(desk: Desk, group: CardCancellation) -> None:
    """Up to the signature: the page filled, 《注销报告》 handed out; nothing is kept, the portal has no 暂存 here."""
    page, _ = await fill_in(desk, group)
    await to_signature(desk, page, group, "2.5.1（3）C")


async def complete(desk: Desk, group: CardCancellation) -> None:
    """With the signed report: the page filled afresh, the files brought in, and all proved; all but the last press."""
    page, filling = await fill_in(desk, group)
    await to_last_press(desk, page, group, filling, ("2.5.1（3）C", "2.5.1（5）"))


async def fill_in(desk: Desk, group: CardCancellation) -> tuple[Screen, Filling]:
    """(1) 点击“注销”, (2) 选择APEC卡, (3) A 办理原因, B 补充信息."""
    desk.now("2.5.1（1）（2）选择需要注销的APEC卡")
    people = await choose_card(desk, group, _HINT)
    page = await desk.screen("card_cancellation.filing")
    filling = fill_plan(group)
    desk.now("2.5.1（3）A 选择办理原因")
    await page.fill(filling.values)
    desk.now("2.5.1（3）B 补充信息")
    await choose_holders(desk, page, people, _HINT)
    return page, filling


# --- 2.5.2 办理状态查询 ---------------------------------------------------------------------------------------------


async def find_differences(desk: Desk, group: CardCancellation, group_no: str) -> Sequence[Difference]:
    """The group's detail page in 我的办件_注销 against the input."""
    desk.now("2.5.2 核对办件详情")
    return await compare_filing(desk, group, group_no, fill_plan(group))


# --- the input as the pages ask for it ------------------------------------------------------------------------------


def fill_plan(group: CardCancellation) -> Filling:
    """What A and B are to hold."""
    values: dict[str, Value] = {
        "reason": group.reason,
        "other_reason": group.other_reason,
        "note": group.note,
    }
    return Filling(values, [(wanted, {}) for wanted in people_of(group)])


# --- what can be looked at without filing ---------------------------------------------------------------------------


def tour(desk: Desk, _sample: CardCancellation | None) -> AsyncGenerator[Stop, None]:
    """选择旅行卡, the fill page of the first card that is offered, 我的办件_注销."""
    return tour_of_filing(desk, "card_cancellation", {"reason": "其他"}, frozenset({"other_reason"}))


FLOW = Flow(
    business_type=CardCancellation.business_type,
    title="注销",
    model=CardCancellation,
    entrance=ENTRANCE,
    prepare=prepare,
    complete=complete,
    submission="card_cancellation.filing",
    list_groups=partial(list_my_applications, menu="card_cancellation.entry"),
    read_progress=read_progress,
    is_of=is_of,
    find_differences=find_differences,
    list_cards=partial(list_cards, kind="card_cancellation"),
    tour=tour,
    section="2.5",
)
