"""Leases: one sign-in per account, anywhere (design D7). A lease that is not renewed can be taken after
it expires.

Times are the clients' clocks in UTC: machines that share a ledger keep their clocks right (NTP) to within the
lease's length.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, insert, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from rpa.cases.tables import leases

__all__ = ["acquire", "release", "renew"]


async def acquire(writing: AsyncEngine, portal: str, account: str, owner: str, ttl: float) -> bool:
    """Take the account's lease for `ttl` seconds; False while another owner holds it."""
    now = datetime.now(UTC)
    values = {"owner": owner, "heartbeat": now, "expires": now + timedelta(seconds=ttl)}
    free = or_(leases.c.owner == owner, leases.c.expires <= now)
    try:
        async with writing.begin() as connection:
            taken = await connection.execute(
                update(leases).where(_of(portal, account), free).values(**values)
            )
            if taken.rowcount == 0:
                await connection.execute(insert(leases).values(portal=portal, account=account, **values))
    except IntegrityError:  # the row is there, and it is another's
        return False
    return True


async def renew(writing: AsyncEngine, portal: str, account: str, owner: str, ttl: float) -> bool:
    """Hold the lease for `ttl` seconds more; False when it was lost: stop using the sign-in at once."""
    now = datetime.now(UTC)
    async with writing.begin() as connection:
        kept = await connection.execute(
            update(leases)
            .where(_of(portal, account), leases.c.owner == owner)
            .values(heartbeat=now, expires=now + timedelta(seconds=ttl))
        )
    return kept.rowcount == 1


async def release(writing: AsyncEngine, portal: str, account: str, owner: str) -> None:
    """Give the lease back; another's lease stays as it is."""
    async with writing.begin() as connection:
        await connection.execute(delete(leases).where(_of(portal, account), leases.c.owner == owner))


def _of(portal: str, account: str) -> ColumnElement[bool]:
    return and_(leases.c.portal == portal, leases.c.account == account)
