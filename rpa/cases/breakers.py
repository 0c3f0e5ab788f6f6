"""The breaker of a portal: after so many system faults in a row, whoever meets them, it is left alone for a while (D13)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from rpa.cases.tables import breakers

__all__ = ["close", "count", "paused_until"]


async def count(writing: AsyncEngine, portal: str, limit: int, pause: float) -> datetime | None:
    """Count one more fault; the moment until which the portal is then left alone, if this was the one too many."""
    now = datetime.now(UTC)
    async with writing.begin() as connection:
        row = (
            await connection.execute(select(breakers).where(breakers.c.portal == portal).with_for_update())
        ).first()
        faults = (row.faults if row else 0) + 1
        until = now + timedelta(seconds=pause) if faults >= limit else None
        values = {"faults": 0 if until else faults, "paused_until": until}
        if row:
            await connection.execute(update(breakers).where(breakers.c.portal == portal).values(**values))
        else:
            try:
                async with connection.begin_nested():
                    await connection.execute(insert(breakers).values(portal=portal, **values))
            except IntegrityError:
                pass  # another process has met the first fault at this very moment: it is counted
    return until


async def close(writing: AsyncEngine, portal: str) -> None:
    """Something went well: the count begins anew. A pause that was begun lasts."""
    async with writing.begin() as connection:
        await connection.execute(
            delete(breakers).where(breakers.c.portal == portal, breakers.c.paused_until.is_(None))
        )


async def paused_until(engine: AsyncEngine, portal: str) -> datetime | None:
    """Until when the portal is to be left alone; None when it may be asked."""
    async with engine.connect() as connection:
        until = await connection.scalar(select(breakers.c.paused_until).where(breakers.c.portal == portal))
    return until if until and until > datetime.now(UTC) else None
