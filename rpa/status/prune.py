"""What nobody asks for any more is thrown away: old sweeps, ticks and notices. Groups and their history stay.

Of an account's sweeps four stay however old they are: the first, the newest, the newest complete one and the newest
that met no trouble; what is told goes by them. A notice is thrown away only when what it is about cannot come again:
its key is what keeps it from being told twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from loguru import logger
from sqlalchemy import Delete, and_, delete, func, select

from rpa.alerts import NoticeKind
from rpa.cases import Ledger
from rpa.cases.database import clock, whole
from rpa.status.tables import deliveries, notices, sweeps, ticks
from rpa.status.ticks import Outcome

__all__ = ["NOTICES_KEPT", "SWEEPS_KEPT", "prune"]

#: How long a sweep's row, and a tick's, is kept.
SWEEPS_KEPT = timedelta(days=90)

#: How long what was told of a change is kept; longer than anything is tried to be told.
NOTICES_KEPT = timedelta(days=400)

# What is told of a change ends a row of the history, which ends once.
_ONCE_FOR_ALL = frozenset(
    {
        NoticeKind.STATE_CHANGED,
        NoticeKind.RETURNED,
        NoticeKind.TO_PAY,
        NoticeKind.TO_COLLECT,
        NoticeKind.GONE,
    }
)


async def prune(ledger: Ledger, *, now: datetime | None = None) -> int:
    """Throw away what is too old; how many rows that were. `now` is for tests."""

    async def once(moment: datetime, table: str) -> int:
        async with ledger.writing() as connection:
            done = [await connection.execute(one) for one in _too_old(moment)[table]]
            return sum(one.rowcount for one in done)

    async def read() -> datetime:
        async with ledger.reading() as connection:
            return now or await clock(connection)

    moment = await whole(read())
    count = 0
    for table in _too_old(moment):  # a transaction each: others wait for none of them for long
        count += await whole(once(moment, table))
    if count:
        logger.info("清理了 {} 条旧的读取、计划和提醒记录", count)
    return count


def _too_old(now: datetime) -> dict[str, list[Delete]]:
    old = and_(notices.c.at < now - NOTICES_KEPT, notices.c.kind.in_(sorted(_ONCE_FOR_ALL)))
    theirs = deliveries.c.notice.in_(select(notices.c.seq).where(old))
    return {
        "sweeps": [
            delete(sweeps).where(
                sweeps.c.ended_at < now - SWEEPS_KEPT,
                *(sweeps.c.seq.not_in(kept) for kept in _kept()),
            )
        ],
        "ticks": [
            delete(ticks).where(
                ticks.c.due_at < now - SWEEPS_KEPT,
                ticks.c.outcome.is_distinct_from(Outcome.BEGUN),  # since when a schedule is known
                ticks.c.ended_at.is_not(None),
                ticks.c.due_at.not_in(select(func.max(ticks.c.due_at)).group_by(ticks.c.schedule)),
            )
        ],
        "notices": [delete(deliveries).where(theirs), delete(notices).where(old)],
    }


def _kept() -> list[Any]:
    each = select(func.max(sweeps.c.seq)).group_by(sweeps.c.portal, sweeps.c.account)
    return [
        select(func.min(sweeps.c.seq)).group_by(sweeps.c.portal, sweeps.c.account),
        each,
        each.where(sweeps.c.complete),
        each.where(sweeps.c.complete, sweeps.c.error.is_(None)),
    ]
