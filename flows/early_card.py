"""2.3 提前制卡: cards for members of a group before all economies have decided."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from functools import partial
from typing import ClassVar

from flows.parts.chosen_people import Wanted, people_of
from flows.parts.filing import Filling, compare_filing, is_of, to_last_press, to_signature
from flows.parts.my_applications import list_my_applications
from flows.parts.progress import read_progress
from flows.parts.sign_in import ENTRANCE
from flows.parts.source_group import FromGroup, choose_group, choose_members, source_information
from flows.parts.tours import tour_of_filing
from rpa.desk import Desk
from rpa.flow import Difference, Flow
from rpa.screen import Screen
from rpa.tour import Stop

__all__ = ["FLOW", "EarlyCard"]

_HINT = "须在经济体审批中、至少一个经济体已批准且仍有经济体未批准，并且没有其他办理中的团组"


class EarlyCard(FromGroup):
    """The input for one group of 提前制卡."""

    business_type: ClassVar[str] = "early_card"
    report: ClassVar[str] = "申请报告"


# --- 2.3.1 新建提前制卡团组并上报 -----------------------------------------------------------------------------------


async def prepare(desk: Desk, group: EarlyCard) -> None:
    """Up to the signature: the people chosen, 《申请报告》 handed out; nothing is kept, the portal has no 暂存 here."""
    page, _ = await fill_in(desk, group)
    await to_signature(desk, page, group, "2.3.1（3）B")


async def complete(desk: Desk, group: EarlyCard) -> None:
    """With the signed report: the page filled afresh, the files brought in, and all proved; all but the last press."""
    page, filling = await fill_in(desk, group)
    await to_last_press(desk, page, group, filling, ("2.3.1（3）B", "2.3.1（4）"))


async def fill_in(desk: Desk, group: EarlyCard) -> tuple[Screen, Filling]:
    """(1) 点击“提前制卡”, (2) 选择团组, (3) A 人员列表."""
    desk.now("2.3.1（1）（2）选择需要提前制卡的团组")
    people = await choose_group(desk, group, _HINT)
    page = await desk.screen("early_card.filing")
    desk.now("2.3.1（3）A 人员列表")
    await choose_members(desk, page, people, _HINT)
    return page, fill_plan(people)


# --- 2.3.2 办理状态查询 ---------------------------------------------------------------------------------------------


async def find_differences(desk: Desk, group: EarlyCard, group_no: str) -> Sequence[Difference]:
    """The group's detail page in 我的办件_提前制卡 against the input."""
    desk.now("2.3.2 核对办件详情")
    filling = fill_plan(people_of(group))
    return await compare_filing(desk, group, group_no, Filling(source_information(group), filling.people))


# --- the input as the pages ask for it ------------------------------------------------------------------------------


def fill_plan(people: Sequence[Wanted]) -> Filling:
    """What A is to hold: people, of whom nothing is asked."""
    return Filling({}, [(wanted, {}) for wanted in people])


# --- what can be looked at without filing ---------------------------------------------------------------------------


def tour(desk: Desk, _sample: EarlyCard | None) -> AsyncGenerator[Stop, None]:
    """选择团组, the fill page of the first group that is offered, 我的办件_提前制卡."""
    return tour_of_filing(desk, "early_card", {}, frozenset())


FLOW = Flow(
    business_type=EarlyCard.business_type,
    title="提前制卡",
    model=EarlyCard,
    entrance=ENTRANCE,
    prepare=prepare,
    complete=complete,
    submission="early_card.filing",
    list_groups=partial(list_my_applications, menu="early_card.entry"),
    read_progress=read_progress,
    is_of=is_of,
    find_differences=find_differences,
    tour=tour,
    section="2.3",
)
