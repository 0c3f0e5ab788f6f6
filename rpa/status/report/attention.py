"""What needs a person now: cases that wait for one, groups that the portal waits with, accounts whose sweeps fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case as either
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.cases import CaseState
from rpa.personal import mask_text
from rpa.screen import StateKind
from rpa.status.notices import NoticeKind
from rpa.status.report.kinds import word_of
from rpa.status.report.listed import ListedCase, ListedGroup, group_of, groups_of
from rpa.status.report.scope import Scope
from rpa.status.tables import groups, notices, sweeps

__all__ = ["Account", "Waiting", "accounts", "expiring_documents", "waiting_cases", "waiting_groups"]

_LATELY = timedelta(days=90)
"""A document of which nothing was said for so long was changed meanwhile, or has run out and is told by the portal."""
_WAITS_WITH = {
    StateKind.RETURNED: "按审批意见改正输入，再用 ywtb submit 提交同一团组",
    StateKind.TO_PAY: "请由人在网站上缴费；程序不缴费",
    StateKind.TO_COLLECT: "请去领取",
    StateKind.UNKNOWN: "程序不认识这个状态，请在网站上看一看",
}
_WAIT = {
    CaseState.NEEDS_PERSON: "处理后用 ywtb resume 继续",
    CaseState.AWAITING_SIGNATURE: "打印空白表，签字盖章，扫描件放入 signed 文件夹，再用 ywtb resume 继续",
    CaseState.RETURNED: "按审批意见改正输入，再用 ywtb submit 提交同一团组",
    CaseState.REJECTED: "按网站的说明改正输入，再提交",
    CaseState.COMMITTING: "用 ywtb resume 查明上报结果；其间不要在网站上手工上报",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for a person: what, since when, what to do. `kind` is a state's, for its colour."""

    what: str
    kind: str
    since: datetime
    advice: str
    account: str
    business_type: str
    group_no: str = ""
    case_id: str = ""
    key: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """How the sweeps of one account went: the last one and the last complete one."""

    portal: str
    account: str
    last: datetime
    complete: datetime | None
    trouble: str

    @property
    def is_well(self) -> bool:
        """Whether the last sweep was complete and met no trouble."""
        return self.complete == self.last and not self.trouble


def waiting_cases(known: Sequence[ListedCase]) -> Iterator[Waiting]:
    """The cases that a person must see to, the longest waiting first."""
    for case in sorted(known, key=lambda one: one.updated_at):
        put_off = case.error is not None and case.state in (
            CaseState.RECEIVED,
            CaseState.READY,
            CaseState.SUBMITTED,
        )
        if case.state not in _WAIT and not put_off:
            continue
        urgent = case.state in (CaseState.NEEDS_PERSON, CaseState.RETURNED, CaseState.REJECTED)
        yield Waiting(
            what=case.state.meaning,
            kind=StateKind.RETURNED if urgent else StateKind.TO_PAY,
            since=case.updated_at,
            advice=case.advice or _WAIT.get(case.state, "用 ywtb resume 继续"),
            account=case.account,
            business_type=case.business_type,
            group_no=case.group_no or "",
            case_id=case.id,
            key=case.key,
            text=case.trouble,
        )


async def waiting_groups(connection: AsyncConnection, scope: Scope, told: Sequence[Waiting]) -> list[Waiting]:
    """The groups that the portal says wait for a person, without those whose case is `told` of already."""
    numbers = {(one.account, one.group_no) for one in told}
    query = groups_of(scope).where(groups.c.kind.in_(list(_WAITS_WITH)), groups.c.gone_at.is_(None))
    found = [group_of(row) for row in await connection.execute(query)]
    return [
        _waiting(one)
        for one in sorted(found, key=lambda one: one.moved_at)
        if (one.account, one.group_no) not in numbers
    ]


def _waiting(group: ListedGroup) -> Waiting:
    kind = StateKind(group.kind)
    return Waiting(
        what=group.state,
        kind=kind,
        since=group.moved_at,
        advice=_WAITS_WITH[kind],
        account=group.account,
        business_type=group.business_type,
        group_no=group.group_no,
        text="" if group.state == word_of(kind) else word_of(kind),
    )


async def expiring_documents(connection: AsyncConnection, scope: Scope) -> list[Waiting]:
    """Passports and cards of which the reminders have said lately that they run out; of each the last word."""
    query = (
        select(notices)
        .where(notices.c.kind == NoticeKind.EXPIRING, notices.c.at >= scope.now - _LATELY, scope.of(notices))
        .order_by(notices.c.seq)
    )
    newest = {
        (row.case_id, row.detail.get("member"), row.detail.get("what"), row.detail.get("card")): row
        for row in await connection.execute(query)
    }
    return [
        Waiting(
            what="证件将到期",
            kind=StateKind.TO_PAY,
            since=row.at,
            advice="请及早换发",
            account=row.account,
            business_type=row.detail.get("business_type", ""),
            group_no=row.group_no or "",
            case_id=row.case_id or "",
            key=row.detail.get("key", ""),
            text=f"{_whose(row.detail)}{_when(row.detail.get('months', ''))}",
        )
        for row in newest.values()
    ]


async def accounts(connection: AsyncConnection, scope: Scope) -> list[Account]:
    """Every account that was ever swept, in their order."""
    complete = func.max(either((sweeps.c.complete, sweeps.c.ended_at))).label("complete")
    last = (
        select(func.max(sweeps.c.seq).label("seq"), complete)
        .where(scope.of(sweeps))
        .group_by(sweeps.c.portal, sweeps.c.account)
        .subquery()
    )
    query = (
        select(sweeps, last.c.complete.label("last_complete"))
        .join(last, last.c.seq == sweeps.c.seq)
        .order_by(sweeps.c.portal, sweeps.c.account)
    )
    return [
        Account(row.portal, row.account, row.ended_at, row.last_complete, _trouble(row))
        for row in await connection.execute(query)
    ]


def _whose(detail: Mapping[str, str]) -> str:
    if card := detail.get("card"):
        return f"旅行卡 {card} "
    return f"成员 {detail.get('member', '')} 的{detail.get('what', '')}"


def _when(months: str) -> str:
    return "已到期" if months == "0" else f"在 {months} 个月内到期"


def _trouble(row: Any) -> str:
    if row.error:
        return mask_text(str(row.error.get("message") or row.error.get("kind") or ""))
    return "" if row.complete else "列表不完整，没有据此判断变化"
