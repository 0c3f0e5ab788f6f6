"""Channels of alerts that cannot be told: the others are, once; and again when it is over, or when something was given up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.alerts import Alerts, AnyChannel
from rpa.logs import masked
from rpa.profile import PORTAL_TIME
from rpa.status.notices import Notice, NoticeKind, about_channel
from rpa.status.tables import deliveries, notices
from rpa.status.telling.hours import due

__all__ = ["failing_channels"]

_AGAIN = ":again"
_GIVEN_UP = "given_up:"
_NEWS = timedelta(days=2)  # what was given up longer ago is told to nobody who comes later


async def failing_channels(
    connection: AsyncConnection, alerts: Alerts, now: datetime
) -> AsyncIterator[Notice]:
    """What the other channels are to be told about each."""
    if not alerts.reminders.channel_hours or len(alerts.channels) < 2:
        return
    for name, channel in alerts.channels.items():
        one = _Channel(connection, name, channel, now)
        if notice := await one.standing(timedelta(hours=alerts.reminders.channel_hours)):
            yield notice
        if notice := await one.given_up(alerts.give_up_days):
            yield notice


class _Channel:
    def __init__(self, connection: AsyncConnection, name: str, channel: AnyChannel, now: datetime) -> None:
        self._connection = connection
        self._name = name
        self._channel = channel
        self._now = now

    async def standing(self, patience: timedelta) -> Notice | None:
        """That it fails, or that it does no longer; whichever was not told yet."""
        told = await self._last_told()
        is_told = told is not None and not told.key.endswith(_AGAIN)
        waits = await self._waits(self._now - patience)
        if waits is not None and not is_told:
            since, error = waits
            return self._notice(since.isoformat(), since=since.isoformat(), error=masked(error))
        if waits is None and told is not None and is_told and await self._told_since(told.at):
            since_then = str(told.detail.get("since", ""))
            return self._notice(f"{since_then}{_AGAIN}", since=since_then, works_again="yes")
        return None

    async def given_up(self, days: float) -> Notice | None:
        """That something was given up: once a day, because where one is the next ones follow."""
        mine = and_(deliveries.c.channel == self._name, deliveries.c.given_up_at > self._now - _NEWS)
        query = select(deliveries).where(mine).order_by(deliveries.c.given_up_at.desc()).limit(1)
        last = (await self._connection.execute(query)).first()
        if last is None:
            return None
        day = last.given_up_at.astimezone(PORTAL_TIME).date()
        return self._notice(f"{_GIVEN_UP}{day}", given_up=f"{days:g}", error=masked(last.error or ""))

    async def _waits(self, until: datetime) -> tuple[datetime, str] | None:
        """Since when something that was tried waits, if since `until` or longer; and what the last attempt met."""
        tried = and_(
            deliveries.c.channel == self._name,
            deliveries.c.told_at.is_(None),
            deliveries.c.given_up_at.is_(None),
            deliveries.c.error.is_not(None),
            deliveries.c.planned_at <= until,
        )
        query = select(deliveries.c.planned_at, deliveries.c.error, notices.c.at)
        query = query.join(notices, notices.c.seq == deliveries.c.notice).where(tried)
        found = [
            (since, row.error)
            for row in await self._connection.execute(query)
            # what waited for the end of quiet hours was not failing in them
            if (since := max(row.planned_at, due(self._channel, row.at))) <= until
        ]
        return min(found, default=None)

    async def _last_told(self) -> Row[Any] | None:
        about = about_channel(self._name)
        mine = and_(
            notices.c.key.startswith(about, autoescape=True),
            ~notices.c.key.startswith(about + _GIVEN_UP, autoescape=True),
        )
        query = select(notices).where(mine).order_by(notices.c.seq.desc()).limit(1)
        row: Row[Any] | None = (await self._connection.execute(query)).first()
        return row

    async def _told_since(self, moment: datetime) -> bool:
        query = select(func.max(deliveries.c.told_at)).where(deliveries.c.channel == self._name)
        last: datetime | None = await self._connection.scalar(query)
        return last is not None and last > moment

    def _notice(self, which: str, **detail: str) -> Notice:
        kind = NoticeKind.CHANNEL_FAILING
        said = {"channel": self._name, **detail}
        return Notice(about_channel(self._name) + which, kind, "", "", self._now, detail=said)
