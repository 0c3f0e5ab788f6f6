"""What is told although nothing has happened: nothing moves, nothing can be read, somebody is waited for, a passport runs out.

Each is told once: its key says which period of standing still, of failing or of waiting it is about.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.alerts import Alerts
from rpa.cases import CaseState, Ledger
from rpa.cases.database import clock, whole
from rpa.cases.tables import cases, events
from rpa.profile import PORTAL_TIME
from rpa.screen import StateKind
from rpa.status.expiring import expiring
from rpa.status.failing_channels import failing_channels
from rpa.status.notices import Notice, NoticeKind, add_notices
from rpa.status.outbox import enlist
from rpa.status.schedule import Schedule
from rpa.status.tables import groups, history, notices, sweeps, ticks

__all__ = ["Watched", "remind"]

#: In these a group may stay: nobody waits for the office.
_AT_REST = frozenset({StateKind.DRAFT, StateKind.MAILED, *(kind for kind in StateKind if kind.is_final)})
_AGAIN = ":again"


#: The accounts that somebody means to be read, by portal and name, with the schedules that do.
Watched = Mapping[tuple[str, str], Sequence[Schedule]]


async def remind(
    ledger: Ledger,
    alerts: Alerts,
    *,
    watched: Watched | None = None,
    documents: bool = True,
    now: datetime | None = None,
) -> int:
    """Write what somebody is to be reminded of; how many notices that were. Raises the ledger's errors.

    Of a `watched` account it is also told that it is not read any more. With `documents` every case that has a passport
    is read: once an hour is often enough. `now` is for tests.
    """
    await enlist(ledger, alerts, now=now)  # a new channel is told of what is found now

    async def read() -> tuple[datetime, list[Notice]]:
        async with ledger.reading() as connection:
            moment = now or await clock(connection)
            reminders = _Reminders(ledger, alerts, moment, watched or {})
            return moment, [one async for one in reminders.found(connection)]

    moment, found = await whole(read())
    kept = await _keep(ledger, found)  # before what must be decrypted: a wrong key stops that and not these
    if not documents:
        return kept
    return kept + await _keep(ledger, await expiring(ledger, alerts.reminders.expiring_months, moment))


async def _keep(ledger: Ledger, found: list[Notice]) -> int:
    async def write() -> int:
        async with ledger.writing() as connection:
            return await add_notices(connection, found)

    return await whole(write()) if found else 0


class _Reminders:
    def __init__(self, ledger: Ledger, alerts: Alerts, now: datetime, watched: Watched) -> None:
        self._ledger = ledger
        self._alerts = alerts
        self._settings = alerts.reminders
        self._now = now
        self._watched = watched

    async def found(self, connection: AsyncConnection) -> AsyncIterator[Notice]:
        """Everything but what runs out."""
        found = await connection.execute(select(sweeps.c.portal, sweeps.c.account).distinct())
        swept = [(row.portal, row.account) for row in found]
        for portal, account in dict.fromkeys((*swept, *self._watched)):
            last = await _newest(connection, portal, account, complete=True)
            if last is not None and self._settings.stalled_days:
                async for notice in self._stalled(connection, last):
                    yield notice
            if self._settings.failing_hours and (
                one := await self._failing(connection, portal, account, last)
            ):
                yield one
        async for notice in self._waiting(connection):
            yield notice
        async for notice in failing_channels(connection, self._alerts, self._now):
            yield notice

    async def _stalled(self, connection: AsyncConnection, last: Row[Any]) -> AsyncIterator[Notice]:
        """Groups that the last complete sweep has still seen as they were so many days before."""
        days = self._settings.stalled_days
        until = last.ended_at - timedelta(days=days)
        theirs = and_(
            history.c.portal == groups.c.portal,
            history.c.account == groups.c.account,
            history.c.group_no == groups.c.group_no,
        )
        # a member or an economy's decision that moved is movement too
        moved = select(func.max(history.c.first_seen)).where(theirs).scalar_subquery()
        query = select(groups, moved.label("last_move")).where(
            groups.c.portal == last.portal,
            groups.c.account == last.account,
            groups.c.gone_at.is_(None),
            groups.c.moved_at <= until,
            groups.c.kind.not_in(sorted(_AT_REST)),
        )
        for row in await connection.execute(query):
            since = max(row.moved_at, row.last_move or row.moved_at)
            if since > until:
                continue
            detail = {
                "business_type": row.business_type,
                "to": row.state,
                "since": since.isoformat(),
                "days": str(days),
            }
            key = self._key(NoticeKind.STALLED, row.portal, row.account, row.group_no, since.isoformat())
            yield Notice(
                key, NoticeKind.STALLED, row.portal, row.account, self._now, row.group_no, None, detail
            )

    async def _failing(
        self, connection: AsyncConnection, portal: str, account: str, last: Row[Any] | None
    ) -> Notice | None:
        """Sweeps that have proved nothing for so many hours, or that do again after somebody was told so."""
        newest = await _newest(connection, portal, account)
        schedules = self._watched.get((portal, account), ())
        since = last.ended_at if last else await _first(connection, portal, account, schedules)
        if since is None:
            return None
        patience = timedelta(hours=self._settings.failing_hours)
        if newest is None or newest.complete:
            if not self._is_late(schedules, since, patience):
                return await self._works_again(connection, newest) if newest else None
            why = "没有按计划读取"
        elif newest.ended_at - since < patience and not self._is_late(schedules, since, patience):
            return None
        else:
            why = (newest.error or {}).get("message") or "列表不完整"
        detail = {"since": since.isoformat(), "error": why}
        key = self._key(NoticeKind.SWEEP_FAILING, portal, account, since.isoformat())
        return Notice(key, NoticeKind.SWEEP_FAILING, portal, account, self._now, detail=detail)

    def _is_late(self, schedules: Sequence[Schedule], since: datetime, patience: timedelta) -> bool:
        """Whether the first reading that was due after `since` should have come so long ago."""
        dues = [due for one in schedules if (due := one.next_after(since)) is not None]
        return bool(dues) and self._now - min(dues) >= patience

    async def _works_again(self, connection: AsyncConnection, newest: Row[Any]) -> Notice | None:
        mine = and_(
            notices.c.portal == newest.portal,
            notices.c.account == newest.account,
            notices.c.kind == NoticeKind.SWEEP_FAILING,
        )
        query = select(notices).where(mine).order_by(notices.c.seq.desc()).limit(1)
        told = (await connection.execute(query)).first()
        if told is None or told.key.endswith(_AGAIN) or newest.ended_at <= told.at:
            return None
        detail = {"since": str(told.detail.get("since", "")), "works_again": "yes"}
        return Notice(
            told.key + _AGAIN, NoticeKind.SWEEP_FAILING, told.portal, told.account, self._now, detail=detail
        )

    async def _waiting(self, connection: AsyncConnection) -> AsyncIterator[Notice]:
        """Cases that wait for a person, each time that they do; and the page that made them, once a day."""
        moved = (
            select(
                events.c.case_id, func.max(events.c.seq).label("seq"), func.max(events.c.at).label("since")
            )
            .where(events.c.to_state == CaseState.NEEDS_PERSON)
            .group_by(events.c.case_id)
            .subquery()
        )
        query = (
            select(cases, moved.c.seq, moved.c.since)
            .join(moved, moved.c.case_id == cases.c.id)
            .where(cases.c.state == CaseState.NEEDS_PERSON, cases.c.rehearsal.is_(False))
        )
        for row in await connection.execute(query):
            error = row.error or {}
            said = {name: str(error.get(name) or "") for name in ("where", "message", "advice")}
            who = {"business_type": row.business_type, "key": row.key}
            about = (row.portal, row.account, self._now, row.group_no, row.id)
            key = self._key(NoticeKind.NEEDS_PERSON, row.id, str(row.seq))
            waits = {**who, "error": said["message"], "advice": said["advice"]}
            yield Notice(key, NoticeKind.NEEDS_PERSON, *about, waits)
            if error.get("kind") == "PageChanged":
                day = _day(row.since)
                key = self._key(NoticeKind.PORTAL_CHANGED, row.portal, said["where"], day.isoformat())
                yield Notice(key, NoticeKind.PORTAL_CHANGED, row.portal, row.account, self._now, detail=said)

    def _key(self, kind: NoticeKind, *parts: str) -> str:
        return f"{kind}:{self._ledger.vault.fingerprint(parts)}"


async def _newest(
    connection: AsyncConnection, portal: str, account: str, *, complete: bool = False
) -> Row[Any] | None:
    query = select(sweeps).where(sweeps.c.portal == portal, sweeps.c.account == account)
    if complete:
        query = query.where(sweeps.c.complete)
    row: Row[Any] | None = (await connection.execute(query.order_by(sweeps.c.seq.desc()).limit(1))).first()
    return row


async def _first(
    connection: AsyncConnection, portal: str, account: str, schedules: Sequence[Schedule]
) -> datetime | None:
    """Since when the account was to be read: its first sweep, or when the first of its schedules became known."""
    mine = and_(sweeps.c.portal == portal, sweeps.c.account == account)
    known = ticks.c.schedule.in_([one.name for one in schedules])
    for query in (
        select(func.min(sweeps.c.started_at)).where(mine),
        select(func.min(ticks.c.due_at)).where(known),
    ):
        moment: datetime | None = await connection.scalar(query)
        if moment is not None:
            return moment
    return None


def _day(moment: datetime) -> date:
    return moment.astimezone(PORTAL_TIME).date()
