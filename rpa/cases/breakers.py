"""The breaker of a portal: after so many system faults in a row, whoever meets them, it is left alone for a while (D13).

All programs at the ledger share it and go by the ledger's own clock (`rpa.cases.database.clock`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from rpa.cases.database import clock
from rpa.cases.tables import breakers

__all__ = ["close", "count", "paused_until"]


async def count(writing: AsyncEngine, portal: str, limit: int, pause: float) -> datetime | None:
    """Count one more fault; the moment until which the portal is then left alone, if this was the one too many."""
    async with writing.begin() as connection:
        row = await _locked(connection, portal)
        now = await clock(connection)
        faults = row.faults + 1
        if faults < limit:
            # a pause that was begun lasts, whatever those meet who were at work already
            await _change(connection, portal, faults=faults)
            return None
        until = now + timedelta(seconds=pause)
        await _change(connection, portal, faults=0, paused_until=until)
    return until


async def close(writing: AsyncEngine, portal: str) -> None:
    """Something went well: the count begins anew. A pause that was begun lasts."""
    async with writing.begin() as connection:
        await _change(connection, portal, faults=0)


async def paused_until(
    reading: AsyncEngine, writing: AsyncEngine, portal: str, pause: float
) -> datetime | None:
    """Until when the portal is to be left alone; None when it may be asked.

    Never longer than `pause` seconds from now: the clock may have been set back since.
    """
    async with reading.connect() as connection:
        query = select(breakers.c.paused_until).where(breakers.c.portal == portal)
        until: datetime | None = await connection.scalar(query)
        now = await clock(connection)
    if until is None or until <= now:
        return None
    latest = now + timedelta(seconds=pause)
    if until > latest:
        async with writing.begin() as connection:
            await _change(connection, portal, paused_until=latest)
        return latest
    return until


async def _locked(connection: AsyncConnection, portal: str) -> Row[Any]:
    """The portal's row, made if there is none, and nobody else's until the transaction ends."""
    query = select(breakers).where(breakers.c.portal == portal).with_for_update()
    row = (await connection.execute(query)).first()
    if row is not None:
        return row
    try:
        async with connection.begin_nested():
            await connection.execute(insert(breakers).values(portal=portal, faults=0))
    except IntegrityError:
        pass  # another program meets the first fault at this very moment: both are counted
    return (await connection.execute(query)).one()


async def _change(connection: AsyncConnection, portal: str, **values: Any) -> None:
    await connection.execute(update(breakers).where(breakers.c.portal == portal).values(**values))
