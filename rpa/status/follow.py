"""Cases follow their groups: what a sweep has seen of a submitted group moves its case (design 6)."""

from __future__ import annotations

from collections.abc import Mapping

from loguru import logger

from rpa.cases import Case, CaseState, Ledger
from rpa.cases.errors import LostRace
from rpa.desk import Desk
from rpa.errors import PageChanged, PortalRefusal, Returned
from rpa.flow import Group, Progress, flow
from rpa.logs import hide
from rpa.personal import personal_values

__all__ = ["follow"]


async def follow(
    ledger: Ledger,
    desk: Desk,
    account: str,
    groups: Mapping[str, Group],
    progress: Mapping[str, Progress],
) -> list[Case]:
    """Move each submitted or returned case of the account as its group now stands, and give those that moved.

    A group that the office has returned takes its opinion into the case (from its `progress` where the sweep has read
    it); one that is final closes it; one that was corrected by hand on the portal is submitted again. A group that the
    list does not have moves nothing.
    """
    waiting = (CaseState.SUBMITTED, CaseState.RETURNED)
    moved = []
    for case in await ledger.list(states=waiting, account=account, portal=desk.profile.name):
        group = groups.get(case.group_no or "")
        if group is None or _state(group) is case.state:
            continue
        try:
            moved.append(await _move(ledger, desk, case, group, progress.get(group.group_no)))
        except (PageChanged, PortalRefusal, LostRace) as trouble:
            logger.error("办件 {}：{}", case.id, trouble)  # the others are followed all the same
    return moved


async def _move(ledger: Ledger, desk: Desk, case: Case, group: Group, progress: Progress | None) -> Case:
    one, to = flow(case.business_type), _state(group)
    # an opinion may name people
    with hide(personal_values(await ledger.application(case.id, one.model))):
        error = None
        if to is CaseState.RETURNED:
            opinion = (progress or await one.read_progress(desk, group)).opinion
            error = Returned(f"{group.state}：{opinion or '网站没有给出意见'}", where=group.group_no)
        logger.info("办件 {}：网站状态 {}", case.id, group.state)
        return await ledger.move(case.id, to, expect=case, reason=f"我的办件：{group.state}", error=error)


def _state(group: Group) -> CaseState:
    if group.is_returned:
        return CaseState.RETURNED
    return CaseState.CLOSED if group.kind.is_final else CaseState.SUBMITTED
