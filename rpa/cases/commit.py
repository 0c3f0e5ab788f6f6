"""The last press (design D4): the intent first, one press, evidence, and in doubt 我的办件; never a blind second press."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from loguru import logger

from rpa.application import Application
from rpa.cases.case import Case, CaseState
from rpa.cases.ledger import Ledger
from rpa.cases.trouble import as_ours
from rpa.desk import Desk
from rpa.errors import AccountTaken, NeedsPerson, NotNow, OutcomeUnknown, PageChanged, PortalFault, YwtbError
from rpa.flow import Flow, Group, Listing, flows
from rpa.profile import PORTAL_TIME

__all__ = ["commit", "find_late", "list_filed", "presses", "reconcile", "write_intent"]


async def list_filed(flow: Flow, desk: Desk) -> list[str]:
    """The numbers of all groups that are filed already, for a group that has no number of its own to be known by.

    To be read before the pages are filled, and before the first press: the list takes the place of the page, and what a
    press has filed must not be taken for old.
    """
    listing = await _whole_list(flow, desk)
    return sorted(group.group_no for group in listing.groups if not group.is_draft)


async def find_late(
    flow: Flow, desk: Desk, application: Application, intent: Mapping[str, Any]
) -> str | None:
    """The 团组号 of an earlier press that was taken for absent and has shown up in 我的办件 since; None without one.

    Raises :class:`~rpa.errors.OutcomeUnknown` when the list does not decide it.
    """
    desk.now("核对我的办件")
    return await _find_filed(flow, desk, application, await _whole_list(flow, desk), intent)


async def _whole_list(flow: Flow, desk: Desk) -> Listing:
    listing = await flow.list_groups(desk)
    if not listing.complete:
        raise PortalFault("我的办件列表不完整，不能上报", advice="请稍后再试")  # nothing was pressed yet
    return listing


async def write_intent(ledger: Ledger, case: Case, desk: Desk, filed: Sequence[str]) -> Case:
    """Keep what will identify the group: the number of its draft, or without one what was `filed` before the first press.

    Raises :class:`~rpa.errors.NotNow` when the account has filed its daily share (design D13), and
    :class:`~rpa.errors.AccountTaken` when it is another program's by now: then nothing may be pressed.
    """
    await _mind_the_cap(ledger, case, desk.profile.daily_cap)
    intent = {
        "draft": desk.case.draft_no,
        "members": case.members,
        "filed": list(filed),
        "presses": presses(case) + 1,
    }
    await desk.hold()
    return await ledger.move(case.id, CaseState.COMMITTING, expect=case, intent=intent)


def presses(case: Case) -> int:
    """How many presses may have been made for a case, not counting those of which a person said that they filed nothing."""
    return 0 if case.intent is None else int(case.intent.get("presses", 1))


async def _mind_the_cap(ledger: Ledger, case: Case, cap: int | None) -> None:
    if cap is None:
        return
    today = datetime.now(PORTAL_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
    if await ledger.submitted_since(case.portal, case.account, today) >= cap:
        raise NotNow(f"账号今天已上报 {cap} 个团组，达到每日上限", advice="请明天用 ywtb resume 继续")


async def commit(flow: Flow, desk: Desk) -> str:
    """Press 保存并上报 once, confirm, and give the 团组号 that the portal answers with.

    The intent must have been written. Any error after it leaves the outcome unknown; the caller reconciles. So does a
    number that is not the draft's: it was misread, or it is another group's.
    """
    desk.now("保存并上报")
    page = desk.at(flow.submission)
    sure = page.words.messages["sure"]
    async with desk.sent_once():
        with desk.allowing(sure):
            await desk.hold()  # what was done since the intent may have taken longer than the lease
            await page.press("submit")
            said, words = await page.await_message("sure", "submitted")
            if said == "sure":
                await desk.hold()
                await page.press("confirm")
                said, words = await page.await_message("submitted")
    number = page.words.find("group_no", words)
    if number is None:
        raise OutcomeUnknown("网站提示已上报，但没有给出团组号", where=page.title)
    if desk.case.draft_no not in (None, number):
        raise OutcomeUnknown("网站提示已上报，但给出的团组号不是这份草稿的", where=page.title)
    return number


async def reconcile(
    flow: Flow, desk: Desk, application: Application, intent: Mapping[str, Any]
) -> str | None:
    """What really happened, from the complete list of 我的办件: the 团组号 that was filed, or None with proof of absence.

    The list may lag behind, so absence is believed only after the profile's waits. Raises
    :class:`~rpa.errors.OutcomeUnknown` when the list cannot be read completely or does not decide it.
    """
    desk.now("核对我的办件")
    trouble: YwtbError | None = None
    absent = False
    for wait in desk.profile.reconcile_waits:
        # the list may lag; this is the gap between two looks, not a wait for a page
        await asyncio.sleep(wait)
        try:
            await desk.hold()  # what was decided here would otherwise be another program's to decide
            await desk.arrive()  # whatever layer or error page the press has left
            listing = await flow.list_groups(desk)
            number = await _find_filed(flow, desk, application, listing, intent)
        except Exception as error:
            trouble, absent = as_ours(error), False
            if isinstance(trouble, AccountTaken):
                raise trouble from None
            if "said" in intent and isinstance(trouble, OutcomeUnknown):
                break  # whoever said so has seen it in the list
            if isinstance(trouble, NeedsPerson) and not isinstance(trouble, PageChanged):
                break  # nobody else is fought for the account; a wrong password or a captcha is not tried again
            continue
        if number is not None:
            return number
        trouble, absent = None, listing.complete
    if absent:
        logger.info("我的办件完整列表中没有已上报的该团组")
        return None
    if isinstance(trouble, OutcomeUnknown):
        raise trouble
    reason = trouble.message if trouble else "列表不完整"
    raise OutcomeUnknown(f"无法确认是否已上报：{reason}") from trouble


async def _find_filed(
    flow: Flow, desk: Desk, application: Application, listing: Listing, intent: Mapping[str, Any]
) -> str | None:
    """The number of the filed group that this intent was about, None if the list has none.

    It is the one that a person has said it is, if it is of these people. Without the number of a draft it is a group that
    was not listed before, of this business type and these people; a list that has lost one of those before says nothing.
    Raises :class:`~rpa.errors.OutcomeUnknown` for a list that leaves it open.
    """
    if "said" in intent:
        return await _find_said(flow, desk, application, listing, intent)
    draft = intent.get("draft")
    if draft is not None:
        group = next((group for group in listing.groups if group.group_no == draft), None)
        if group is None and listing.complete:
            raise OutcomeUnknown("我的办件中找不到该团组", where=str(draft))
        return draft if group is not None and _is_filed(group) else None
    before = set(intent.get("filed", ()))
    fresh = [
        group
        for group in listing.groups
        if group.group_no not in before
        and _may_be_of(flow, group)
        and group.members in (None, intent["members"])
        and _is_filed(group)
    ]
    ours = [group.group_no for group in fresh if await flow.is_of(desk, application, group.group_no)]
    if len(ours) > 1:
        raise OutcomeUnknown(f"我的办件中有 {len(ours)} 个可能是本次上报的团组：{'、'.join(ours)}")
    if not ours and not before <= {group.group_no for group in listing.groups}:
        # what was filed once stays listed: a list without it, an empty one above all, proves nothing
        raise OutcomeUnknown("我的办件中少了此前已上报的团组，不能证明本次没有上报")
    return ours[0] if ours else None


async def _find_said(
    flow: Flow, desk: Desk, application: Application, listing: Listing, intent: Mapping[str, Any]
) -> str:
    """A person's word for the number, if neither the portal nor the intent contradicts it."""
    said: str = intent["said"]
    group = next((group for group in listing.groups if group.group_no == said), None)
    if said in intent.get("filed", ()):
        raise OutcomeUnknown("该团组在本次上报之前就已上报", where=said)
    if group is None or group.is_draft or not _may_be_of(flow, group):
        raise OutcomeUnknown("我的办件中没有这个业务类型的、已上报的该团组", where=said)
    is_of = True
    with suppress(OutcomeUnknown):  # a page that does not tell whose it is contradicts nobody
        is_of = await flow.is_of(desk, application, said)
    if not is_of:
        raise OutcomeUnknown("该团组的成员不是本办件的成员", where=said)
    return said


def _may_be_of(flow: Flow, group: Group) -> bool:
    # a word that names no business type we know proves nothing
    return group.business_type not in {one.title for one in flows().values()} - {flow.title}


def _is_filed(group: Group) -> bool:
    """Whether a group was submitted: it is no draft, and it has its time. One without the other decides nothing.

    A group that was returned keeps the time at which it was submitted before; it is filed anew once it is no longer so.
    """
    if group.is_returned:
        return False
    if group.is_draft and not group.submitted_at:
        return False
    if not group.is_draft and group.submitted_at:
        return True
    raise OutcomeUnknown(f"从状态“{group.state}”看不出是否已上报", where=group.group_no)
