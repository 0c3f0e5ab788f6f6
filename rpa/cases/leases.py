"""Leases: one sign-in per account, anywhere (design D7). A lease that is not renewed can be taken after it expires.

All programs go by the ledger's own clock (`rpa.cases.database.clock`). When that one is changed meanwhile:

- set back, a lease seems to begin in the future. It is then given its whole length from now, so that a dead holder's
  account is free after that time and not after hours, and a living holder has time to renew it;
- set forward, a lease may seem to have expired. Its holder is told with its next renewal, which it needs before it
  presses 保存并上报: two programs may have been signed in for a third of a lease, but only one goes on.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from rpa.cases.database import clock
from rpa.cases.tables import leases

__all__ = ["acquire", "release", "renew"]


async def acquire(writing: AsyncEngine, portal: str, account: str, owner: str, ttl: float) -> bool:
    """Take the account's lease for `ttl` seconds; False while another owner holds it."""
    lease = _of(portal, account)
    try:
        async with writing.begin() as connection:
            held = (await connection.execute(select(leases).where(lease).with_for_update())).first()
            mine = {"owner": owner, **await _from_now(connection, timedelta(seconds=ttl))}
            if held is None:
                await connection.execute(insert(leases).values(portal=portal, account=account, **mine))
                return True
            if held.owner == owner or held.expires <= mine["heartbeat"]:
                await connection.execute(update(leases).where(lease).values(**mine))
                return True
            if held.heartbeat > mine["heartbeat"]:
                whole_length = await _from_now(connection, held.expires - held.heartbeat)
                await connection.execute(update(leases).where(lease).values(**whole_length))
            return False
    except IntegrityError:  # another was quicker to take a lease that nobody had
        return False


async def renew(writing: AsyncEngine, portal: str, account: str, owner: str, ttl: float) -> bool:
    """Hold the lease for `ttl` seconds more; False when it was lost: stop using the sign-in at once."""
    async with writing.begin() as connection:
        kept = await connection.execute(
            update(leases)
            .where(_of(portal, account), leases.c.owner == owner)
            .values(**await _from_now(connection, timedelta(seconds=ttl)))
        )
    return kept.rowcount == 1


async def release(writing: AsyncEngine, portal: str, account: str, owner: str) -> None:
    """Give the lease back; another's lease stays as it is."""
    async with writing.begin() as connection:
        await connection.execute(delete(leases).where(_of(portal, account), leases.c.owner == owner))


async def _from_now(connection: AsyncConnection, length: timedelta) -> dict[str, Any]:
    now = await clock(connection)
    return {"heartbeat": now, "expires": now + length}


def _of(portal: str, account: str) -> ColumnElement[bool]:
    return and_(leases.c.portal == portal, leases.c.account == account)
