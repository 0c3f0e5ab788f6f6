"""When the portal last put an account out: whoever signs in next, in whatever program, must know it (design D7)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.cases.database import clock
from rpa.cases.tables import losses

__all__ = ["note_loss"]


async def note_loss(connection: AsyncConnection, portal: str, account: str, within: float) -> bool:
    """Note that the account's sign-in is lost; whether one was lost `within` so many seconds too: somebody else is at it.

    Of two losses that lie further apart the second says nothing about the first: sign-ins end by themselves after a
    while. By the ledger's own clock. To be done by who holds the account's lease.
    """
    mine = and_(losses.c.portal == portal, losses.c.account == account)
    before: datetime | None = await connection.scalar(select(losses.c.lost_at).where(mine))
    now = await clock(connection)
    if before is None:
        await connection.execute(insert(losses).values(portal=portal, account=account, lost_at=now))
        return False
    await connection.execute(update(losses).where(mine).values(lost_at=now))
    return abs(now - before) <= timedelta(seconds=within)  # the clock may have been set back
