"""How long groups stay in each state: the median and the longest of the stays that have ended, and who still waits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import CTE, Select, case, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.status.report.scope import Scope, of_a_group, same_group, seconds_of
from rpa.status.tables import groups, history

__all__ = ["Stay", "stays"]


@dataclass(frozen=True)
class Stay:
    """One state of one business type. `ended` stays are measured; `waiting` groups are in it now, one since `oldest`."""

    business_type: str
    state: str
    ended: int = 0
    median: timedelta | None = None
    longest: timedelta | None = None
    waiting: int = 0
    oldest: datetime | None = None


async def stays(connection: AsyncConnection, scope: Scope) -> list[Stay]:
    """Every state of every business type: stays that ended since the scope's beginning, and the groups in it now."""
    spans = _spans(scope)
    found: dict[tuple[str, str], Stay] = {}
    for kind, state, many, longest, median in await connection.execute(_ended(spans, scope)):
        found[kind, state] = Stay(
            kind, state, int(many), timedelta(seconds=float(median)), timedelta(seconds=int(longest))
        )
    waiting = (
        select(spans.c.business_type, spans.c.state, func.count(), func.min(spans.c.began))
        .where(spans.c.ended.is_(None), spans.c.gone_at.is_(None))
        .group_by(spans.c.business_type, spans.c.state)
    )
    for kind, state, many, oldest in await connection.execute(waiting):
        stay = found.get((kind, state), Stay(kind, state))
        found[kind, state] = replace(
            stay, waiting=int(many), oldest=datetime.fromtimestamp(int(oldest), tz=UTC)
        )
    return list(found.values())


def _spans(scope: Scope) -> CTE:
    """Each stay of a group with its beginning and, unless it goes on, its end: the beginning of the next."""
    began = seconds_of(history.c.first_seen)
    group = (history.c.portal, history.c.account, history.c.group_no)
    return (
        select(
            groups.c.business_type,
            history.c.to_state.label("state"),
            began.label("began"),
            func.lead(began).over(partition_by=group, order_by=history.c.seq).label("ended"),
            groups.c.gone_at,
        )
        .select_from(history.join(groups, same_group()))
        .where(of_a_group(), scope.of(history))
        .cte("spans")
    )


def _ended(spans: CTE, scope: Scope) -> Select[Any]:
    which = (spans.c.business_type, spans.c.state)
    seconds = spans.c.ended - spans.c.began
    since = int(scope.since.timestamp()) if scope.since else None
    placed = (
        select(
            *which,
            seconds.label("seconds"),
            func.row_number().over(partition_by=which, order_by=seconds).label("place"),
            func.count().over(partition_by=which).label("many"),
        )
        .where(spans.c.ended.is_not(None), spans.c.ended >= since if since is not None else true())
        .cte("placed")
    )
    middle = or_(
        placed.c.place == (placed.c.many + 1) // 2,
        placed.c.place == (placed.c.many + 2) // 2,
    )
    return select(
        placed.c.business_type,
        placed.c.state,
        func.max(placed.c.many),
        func.max(placed.c.seconds),
        func.avg(case((middle, placed.c.seconds))),
    ).group_by(placed.c.business_type, placed.c.state)
