"""The last press (design D4): the intent first, one press, evidence, and in doubt 我的办件; never a blind second press."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from loguru import logger

from rpa.cases.case import Case, CaseState
from rpa.cases.ledger import Ledger
from rpa.desk import Desk
from rpa.errors import NeedsPerson, OutcomeUnknown, PortalFault, YwtbError
from rpa.flow import Flow, Listing
from rpa.profile import PORTAL_TIME

__all__ = ["commit", "reconcile", "write_intent"]

# How 我的办件 calls a group that has been kept but not submitted (manual 2.1.1 (4)).
DRAFT_STATE = "暂存"


async def write_intent(ledger: Ledger, case: Case, flow: Flow, desk: Desk) -> Case:
    """Keep what will identify the group: the draft's number, or the numbers listed before there is one.

    Raises :class:`~rpa.errors.PortalFault` when the account has filed its daily share (design D13).
    """
    await _mind_the_cap(ledger, case, desk.profile.daily_cap)
    intent: dict[str, Any] = {"draft": desk.case.draft_no, "members": case.members}
    if desk.case.draft_no is None:
        listing = await flow.list_groups(desk)
        if not listing.complete:
            raise NeedsPerson("我的办件列表不完整，不能上报", advice="请稍后再试")
        intent["listed"] = sorted(group.group_no for group in listing.groups)
    return await ledger.move(case.id, CaseState.COMMITTING, expect=case, intent=intent)


async def _mind_the_cap(ledger: Ledger, case: Case, cap: int | None) -> None:
    if cap is None:
        return
    today = datetime.now(PORTAL_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
    if await ledger.submitted_since(case.portal, case.account, today) >= cap:
        raise PortalFault(f"账号今天已上报 {cap} 个团组，达到每日上限", advice="请明天用 ywtb resume 继续")


async def commit(flow: Flow, desk: Desk) -> str:
    """Press 保存并上报 once, confirm, and give the 团组号 that the portal answers with.

    The intent must have been written. Any error after it leaves the outcome unknown; the caller reconciles.
    """
    desk.now("2.1.2（2）保存并上报")
    page = desk.at(flow.submission)
    sure = page.words.messages["sure"]
    with desk.allowing(sure):
        await page.press("submit")
        said, words = await page.await_message("sure", "submitted")
        if said == "sure":
            await page.press("confirm")
            said, words = await page.await_message("submitted")
    number = page.words.find("group_no", words)
    if number is None:
        raise OutcomeUnknown("网站提示已上报，但没有给出团组号", where=page.name)
    return number


async def reconcile(flow: Flow, desk: Desk, intent: Mapping[str, Any], waits: Sequence[float]) -> str | None:
    """What really happened, from the complete list of 我的办件: the 团组号 that was filed, or None with proof of absence.

    The list may lag behind, so absence is believed only after all `waits`, seconds before each look. Raises
    :class:`~rpa.errors.OutcomeUnknown` when the list cannot be read completely or does not decide it.
    """
    desk.now("2.1.3 核对我的办件")
    trouble: YwtbError | None = None
    absent = False
    for wait in waits:
        await asyncio.sleep(
            wait
        )  # the list may lag; this is the gap between two looks, not a wait for a page
        try:
            await desk.arrive()  # whatever layer or error page the press has left
            listing = await flow.list_groups(desk)
        except YwtbError as error:
            trouble, absent = error, False
            continue
        if not listing.complete:
            trouble, absent = None, False
            continue
        number = _filed(flow, listing, intent)
        if number is not None:
            return number
        trouble, absent = None, True
    if absent:
        logger.info("我的办件完整列表中没有已上报的该团组")
        return None
    reason = f"：{trouble.message}" if trouble else "：列表不完整"
    raise OutcomeUnknown(f"无法确认是否已上报{reason}")


def _filed(flow: Flow, listing: Listing, intent: Mapping[str, Any]) -> str | None:
    draft = intent.get("draft")
    if draft is not None:
        group = next((group for group in listing.groups if group.group_no == draft), None)
        if group is None:
            raise OutcomeUnknown("我的办件中找不到该团组", where=str(draft))
        return group.group_no if group.state != DRAFT_STATE else None
    before = set(intent.get("listed", ()))
    fresh = [
        group
        for group in listing.groups
        if group.group_no not in before
        and group.business_type == flow.title
        and group.members in (None, intent["members"])
    ]
    if len(fresh) > 1:
        raise OutcomeUnknown(f"我的办件中有 {len(fresh)} 个可能是本次上报的团组")
    return fresh[0].group_no if fresh else None
