"""Ticks: each moment at which a schedule was due is taken by one server, whichever comes first (design D9).

A row is unique on (schedule, due_at). Ticks that nobody took, because every server was asleep or down, are caught up
together by one: the newest of them. A tick that was taken and not ended belongs to its owner as long as that one lives
(`rpa.status.servers`); after that another takes it over. A sweep that is done twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from loguru import logger
from sqlalchemy import ColumnElement, Row, and_, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.cases import Ledger
from rpa.cases.database import clock, whole
from rpa.profile import PORTAL_TIME
from rpa.status.schedule import Schedule
from rpa.status.servers import living
from rpa.status.tables import ticks

__all__ = ["LATE", "Looked", "Outcome", "Tick", "end", "last_ticks", "take"]

#: A tick that is begun so much later than it was due is said to be caught up.
LATE = timedelta(minutes=10)


class Outcome(StrEnum):
    """How a tick ended. The value is what the ledger keeps and what ``--json`` prints."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    LOST = "lost"
    BEGUN = "begun"

    @property
    def meaning(self) -> str:
        """The outcome in a person's words."""
        return _MEANING[self]


_MEANING: Mapping[Outcome, str] = {
    Outcome.COMPLETE: "全部账号已读完",
    Outcome.INCOMPLETE: "部分账号没有读完",
    Outcome.FAILED: "没有一个账号读完",
    Outcome.LOST: "中断，由后一次补做",
    Outcome.BEGUN: "计划启用",  # the schedule is known since then; nothing was swept
}


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment at which a schedule was due. While `ended_at` is None its owner is at it."""

    schedule: str
    due_at: datetime
    owner: str
    taken_at: datetime
    ended_at: datetime | None = None
    outcome: Outcome | None = None

    @property
    def is_late(self) -> bool:
        """Whether it was caught up, not done in its time."""
        return self.taken_at - self.due_at > LATE


@dataclass(frozen=True, slots=True)
class Looked:
    """What there is to do for a schedule: the `tick` that was taken, if any; and the ledger's clock, to wait by."""

    tick: Tick | None
    now: datetime


async def take(ledger: Ledger, schedule: Schedule, owner: str) -> Looked:
    """Take the newest tick that is due and nobody's, for this `owner`; the ones missed before it are done with it.

    Outside the schedule's windows nothing is caught up: its next tick does that.
    """

    async def look() -> Looked | None:
        async with ledger.reading() as connection:
            now = await clock(connection)
            row = await _newest(connection, schedule.name, now)
            return None if row is None or _is_due(row, schedule, owner, now) else Looked(None, now)

    async def take_once() -> Looked:
        async with ledger.writing() as connection:
            now = await clock(connection)
            row = await _newest(connection, schedule.name, now)
            return Looked(await _take(connection, row, schedule, owner, now), now)

    # most looks find nothing to do: those take no write lock
    if looked := await whole(look()):
        return looked
    try:
        return await whole(take_once())
    except _Lost as lost:
        return Looked(None, lost.now)


async def end(ledger: Ledger, tick: Tick, outcome: Outcome) -> None:
    """The tick is done; it stays another's if it was taken over meanwhile."""

    async def once() -> None:
        async with ledger.writing() as connection:
            now = await clock(connection)
            mine = and_(
                _is(tick.schedule, tick.due_at), ticks.c.owner == tick.owner, ticks.c.ended_at.is_(None)
            )
            await connection.execute(update(ticks).where(mine).values(ended_at=now, outcome=outcome))

    await whole(once())


async def last_ticks(ledger: Ledger, schedules: Iterable[str]) -> dict[str, Tick]:
    """The newest tick of each schedule that has one; that it became known is none."""

    async def once() -> dict[str, Tick]:
        newest = (
            select(ticks.c.schedule, func.max(ticks.c.due_at).label("due_at"))
            .where(ticks.c.schedule.in_(list(schedules)), ticks.c.outcome.is_distinct_from(Outcome.BEGUN))
            .group_by(ticks.c.schedule)
            .subquery()
        )
        same = and_(ticks.c.schedule == newest.c.schedule, ticks.c.due_at == newest.c.due_at)
        async with ledger.reading() as connection:
            return {
                row.schedule: _tick(row) for row in await connection.execute(select(ticks).join(newest, same))
            }

    return await whole(once())


class _Lost(Exception):
    """Another server was quicker; the transaction is undone."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.now = now


def _is_due(row: Row[Any], schedule: Schedule, owner: str, now: datetime) -> bool:
    """Whether there may be something to take after this newest row; whether its owner lives is seen later."""
    if not schedule.is_open(now):
        return False
    if row.ended_at is None and row.owner != owner:
        return True
    following = schedule.next_after(row.due_at)
    return row.ended_at is None or (following is not None and following <= now)


async def _take(
    connection: AsyncConnection, row: Row[Any] | None, schedule: Schedule, owner: str, now: datetime
) -> Tick | None:
    if row is None:  # what was due before a schedule was written down was not missed
        await _insert(connection, Tick(schedule.name, now, owner, now, now, Outcome.BEGUN), now)
        logger.info("计划 {}：启用", schedule.name)
        return None
    if not schedule.is_open(now):
        return None
    unfinished = row.ended_at is None
    if unfinished and row.owner != owner and row.owner in await living(connection, now):
        return None
    missed = schedule.due_between(row.due_at, now)
    if unfinished:
        logger.warning("计划 {}：{} 的一次没有做完，现在补做", schedule.name, _clock_time(row.due_at))
        changed: dict[str, Any] = {"owner": owner, "taken_at": now}
        if missed:
            changed = {"ended_at": now, "outcome": Outcome.LOST}
        as_seen = and_(_is(schedule.name, row.due_at), ticks.c.owner == row.owner, ticks.c.ended_at.is_(None))
        if (await connection.execute(update(ticks).where(as_seen).values(**changed))).rowcount == 0:
            raise _Lost(now)
        if not missed:
            return Tick(schedule.name, row.due_at, owner, now)
    if not missed:
        return None
    if len(missed) > 1:
        times = "、".join(_clock_time(due) for due in missed[-4:-1])
        logger.warning(
            "计划 {}：错过 {} 次（{}{}），补做一次",
            schedule.name,
            len(missed) - 1,
            "…" if len(missed) > 4 else "",
            times,
        )
    elif now - missed[-1] > LATE:
        logger.warning("计划 {}：{} 的一次没有按时做，现在补做", schedule.name, _clock_time(missed[-1]))
    tick = Tick(schedule.name, missed[-1], owner, now)
    await _insert(connection, tick, now)
    return tick


async def _insert(connection: AsyncConnection, tick: Tick, now: datetime) -> None:
    values = {
        "schedule": tick.schedule,
        "due_at": tick.due_at,
        "owner": tick.owner,
        "taken_at": tick.taken_at,
        "ended_at": tick.ended_at,
        "outcome": tick.outcome,
    }
    try:
        await connection.execute(insert(ticks).values(**values))
    except IntegrityError:
        raise _Lost(now) from None


async def _newest(connection: AsyncConnection, schedule: str, now: datetime) -> Row[Any] | None:
    # one that lies ahead is of a time when the clock was wrong: it must not keep the schedule from going on
    mine = and_(ticks.c.schedule == schedule, ticks.c.due_at <= now)
    query = select(ticks).where(mine).order_by(ticks.c.due_at.desc()).limit(1)
    found: Row[Any] | None = (await connection.execute(query)).first()
    return found


def _tick(row: Row[Any]) -> Tick:
    outcome = Outcome(row.outcome) if row.outcome else None
    return Tick(row.schedule, row.due_at, row.owner, row.taken_at, row.ended_at, outcome)


def _is(schedule: str, due_at: datetime) -> ColumnElement[bool]:
    return and_(ticks.c.schedule == schedule, ticks.c.due_at == due_at)


def _clock_time(moment: datetime) -> str:
    return f"{moment.astimezone(PORTAL_TIME):%m-%d %H:%M:%S}"
