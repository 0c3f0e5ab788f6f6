"""How far the telling is, as rows: what is to be told to whom, who is telling it now, what came of it.

Several processes may tell at once, on SQLite and on PostgreSQL. A message is taken by moving its rows' `due_at` to the
end of a lease, in one conditional update; whoever dies with it leaves it to the next, after the lease.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, func, insert, not_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.alerts import Channel, NoticeKind
from rpa.status.notices import Notice, about_channel
from rpa.status.tables import channels, deliveries, notices
from rpa.status.telling.hours import due

__all__ = [
    "LEASE",
    "Record",
    "Taken",
    "acknowledge",
    "forget",
    "pause",
    "plan",
    "put_off",
    "record",
    "standing",
    "take",
]

#: How long a message is its taker's. Longer than any sending takes.
LEASE = timedelta(minutes=5)

_MANY = 500  # rows looked at for one message


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that is this process's to tell, and which attempt at it this is."""

    id: str
    notices: tuple[Notice, ...]
    seqs: tuple[int, ...]
    attempt: int
    planned_at: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """What came of the telling through a channel: since when, how many notices, and the last error that still counts."""

    added_at: datetime | None
    told: int
    waiting: int
    given_up: int
    paused_until: datetime | None
    error: str | None


async def plan(
    connection: AsyncConnection, name: str, channel: Channel, now: datetime, oldest: datetime
) -> None:
    """Give the channel its rows for what is new. A channel that was never seen before is told nothing that is old.

    Nor is one that was away for long told what is older than `oldest`; and nobody that he himself cannot be told.
    Within a writing transaction of its own.
    """
    newest = select(func.coalesce(func.max(notices.c.seq), 0))
    mine = select(channels).where(channels.c.name == name)
    known = (await connection.execute(mine)).first()
    if known is not None and known.seen == await connection.scalar(newest):
        return
    if connection.dialect.name == "postgresql":
        # A transaction that is still at work may have taken a lower number than those to be seen: wait for it. And
        # one planner at a time.
        await connection.execute(text("LOCK TABLE notices IN SHARE ROW EXCLUSIVE MODE"))
        known = (await connection.execute(mine)).first()
    last = await connection.scalar(newest)
    if known is None:
        await connection.execute(insert(channels).values(name=name, added_at=now, seen=last, failures=0))
        return
    wanted = and_(
        notices.c.seq > known.seen,
        notices.c.kind.in_(sorted(channel.kinds)),
        notices.c.at > oldest,
        not_(notices.c.key.startswith(about_channel(name), autoescape=True)),
    )
    new = await connection.execute(select(notices.c.seq, notices.c.at).where(wanted))
    rows = [
        {
            "notice": row.seq,
            "channel": name,
            "planned_at": now,
            "attempts": 0,
            "due_at": due(channel, row.at),
        }
        for row in new
    ]
    if rows:
        await connection.execute(insert(deliveries), rows)
    await connection.execute(update(channels).where(channels.c.name == name).values(seen=last))


async def take(
    connection: AsyncConnection,
    name: str,
    now: datetime,
    make_up: Callable[[Sequence[Notice]], tuple[int, str]],
) -> Taken | None:
    """Take the next message that is due; None when there is none, or the channel pauses.

    `make_up` says of new notices how many of the first go into one message, and its id. One that was begun goes out
    again as it was. Within a writing transaction.
    """
    # locked: two takers make up one message after the other
    mine = select(channels).where(channels.c.name == name).with_for_update()
    channel = (await connection.execute(mine)).first()
    # none: a person has just removed it
    if channel is None or (channel.paused_until is not None and channel.paused_until > now):
        return None
    is_due = and_(_open(name), deliveries.c.due_at <= now)
    first = (
        await connection.execute(
            select(deliveries.c.message)
            .where(is_due)
            .order_by(deliveries.c.due_at, deliveries.c.notice)
            .limit(1)
        )
    ).first()
    if first is None:
        return None
    same = deliveries.c.message.is_(None) if first.message is None else deliveries.c.message == first.message
    found = await connection.execute(
        select(deliveries, *_told_of)
        .join(notices, notices.c.seq == deliveries.c.notice)
        .where(is_due, same)
        .order_by(deliveries.c.notice)
        .limit(_MANY)
    )
    rows = found.all()
    message = first.message
    if message is None:
        count, message = make_up([_notice(row) for row in rows])
        rows = rows[:count]
    seqs = tuple(row.notice for row in rows)
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.channel == name, deliveries.c.notice.in_(seqs), is_due)
        .values(message=message, attempts=deliveries.c.attempts + 1, due_at=now + LEASE)
    )
    planned_at = min(row.planned_at for row in rows)
    return Taken(message, tuple(map(_notice, rows)), seqs, rows[0].attempts + 1, planned_at)


async def acknowledge(
    connection: AsyncConnection, name: str, taken: Taken, now: datetime, remark: str
) -> None:
    """The service has the message. A `remark` is what it did not do for all."""
    await connection.execute(
        update(deliveries).where(_of(name, taken)).values(told_at=now, error=remark or None)
    )
    await connection.execute(
        update(channels).where(channels.c.name == name).values(failures=0, paused_until=None)
    )


async def put_off(
    connection: AsyncConnection,
    name: str,
    taken: Taken,
    error: str,
    *,
    now: datetime,
    gap: Callable[[int], timedelta],
    pause: timedelta | None,
    give_up: bool,
) -> datetime:
    """The message was not told: when it is tried again, if not to `give_up`. The channel pauses; until when is returned.

    The `gap` grows with the attempts at the message, and that of the channel with its failures in a row.
    """
    values: dict[str, Any] = {"error": error, "due_at": now + max(gap(taken.attempt), pause or timedelta())}
    if give_up:
        values["given_up_at"] = now
    await connection.execute(
        update(deliveries)
        # after the lease another may have taken it, and told it
        .where(_of(name, taken), deliveries.c.told_at.is_(None), deliveries.c.attempts == taken.attempt)
        .values(**values)
    )
    failures = 1 + (await connection.scalar(select(channels.c.failures).where(channels.c.name == name)) or 0)
    until = now + (pause or gap(failures))
    await connection.execute(
        update(channels).where(channels.c.name == name).values(failures=failures, paused_until=until)
    )
    return until


async def pause(connection: AsyncConnection, name: str, until: datetime) -> None:
    """Leave the channel alone for a while."""
    await connection.execute(update(channels).where(channels.c.name == name).values(paused_until=until))


async def standing(connection: AsyncConnection, name: str) -> tuple[int, datetime | None, datetime | None]:
    """How many notices wait for the channel, when the first is due, and until when the channel pauses."""
    query = select(func.count(), func.min(deliveries.c.due_at)).where(_open(name))
    count, first = (await connection.execute(query)).one()
    pause = await connection.scalar(select(channels.c.paused_until).where(channels.c.name == name))
    return count, first, pause


async def record(connection: AsyncConnection, name: str) -> Record:
    """What came of the telling through a channel so far."""
    mine = deliveries.c.channel == name
    known = (await connection.execute(select(channels).where(channels.c.name == name))).first()
    counts = select(
        func.count(deliveries.c.told_at),
        func.count(deliveries.c.given_up_at),
        func.count(),
    ).where(mine)
    told, given_up, all_ = (await connection.execute(counts)).one()
    errors = select(deliveries.c.error).where(mine, deliveries.c.error.is_not(None))
    # what waits first, then what was given up; what was told with a remark last
    error = await connection.scalar(
        errors.order_by(
            deliveries.c.told_at.is_not(None),
            deliveries.c.given_up_at.is_not(None),
            deliveries.c.notice.desc(),
        ).limit(1)
    )
    return Record(
        known.added_at if known else None,
        told,
        all_ - told - given_up,
        given_up,
        known.paused_until if known else None,
        error,
    )


async def forget(connection: AsyncConnection, name: str) -> int:
    """Forget a channel and what it was not told; how many notices that were. A channel of this name is a new one then."""
    gone = await connection.execute(delete(deliveries).where(_open(name)))
    await connection.execute(delete(channels).where(channels.c.name == name))
    return gone.rowcount


_told_of = [
    notices.c.key,
    notices.c.kind,
    notices.c.portal,
    notices.c.account,
    notices.c.group_no,
    notices.c.case_id,
    notices.c.at,
    notices.c.detail,
]


def _open(name: str) -> ColumnElement[bool]:
    return and_(
        deliveries.c.channel == name, deliveries.c.told_at.is_(None), deliveries.c.given_up_at.is_(None)
    )


def _of(name: str, taken: Taken) -> ColumnElement[bool]:
    return and_(deliveries.c.channel == name, deliveries.c.notice.in_(taken.seqs))


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        key=row.key,
        kind=NoticeKind(row.kind),
        portal=row.portal,
        account=row.account,
        at=row.at,
        group_no=row.group_no,
        case_id=row.case_id,
        detail=row.detail,
    )
