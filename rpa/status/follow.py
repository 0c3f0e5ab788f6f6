"""Cases follow their groups: what a sweep has seen of a submitted group moves its case (design 6)."""

from __future__ import annotations

from collections.abc import Mapping

from loguru import logger

from rpa.cases import Case, CaseState, Ledger
from rpa.desk import Desk
from rpa.errors import Returned
from rpa.flow import Group, flow

__all__ = ["follow"]


async def follow(ledger: Ledger, desk: Desk, account: str, groups: Mapping[str, Group]) -> list[Case]:
    """Move each submitted or returned case of the account as its group now stands, and give those that moved.

    A group that the office has returned takes its opinion into the case; one that is final closes it; one that was
    corrected by hand on the portal is submitted again. A group that the list does not have moves nothing.
    """
    waiting = (CaseState.SUBMITTED, CaseState.RETURNED)
    moved = []
    for case in await ledger.list(states=waiting, account=account, portal=desk.profile.name):
        group = groups.get(case.group_no or "")
        to = _state(group) if group is not None else case.state
        if group is None or to is case.state:
            continue
        error = None
        if to is CaseState.RETURNED:
            opinion = await flow(case.business_type).read_opinion(desk, group.group_no)
            error = Returned(f"{group.state}：{opinion or '网站没有给出意见'}", where=group.group_no)
        logger.info("办件 {}：网站状态 {}", case.id, group.state)
        reason = f"我的办件：{group.state}"
        moved.append(await ledger.move(case.id, to, expect=case, reason=reason, error=error))
    return moved


def _state(group: Group) -> CaseState:
    if group.is_returned:
        return CaseState.RETURNED
    return CaseState.CLOSED if group.is_final else CaseState.SUBMITTED
