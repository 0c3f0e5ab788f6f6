"""The servers that run now: each says every so often that it lives, and gives up what it had when it ends.

All go by the ledger's own clock (`rpa.cases.database.clock`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.cases import Ledger
from rpa.cases.database import clock, whole
from rpa.status.tables import servers

__all__ = ["BEAT_SECONDS", "Server", "beat", "known_servers", "leave", "living"]

#: How often a server says that it lives.
BEAT_SECONDS = 15.0

_SILENT = timedelta(
    seconds=90
)  # after which it is taken for dead: several beats, and one wait for a busy ledger
_FORGOTTEN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Server:
    """A server as the ledger knows it: ``machine:process:number``, since when, last seen; whether it is `alive`."""

    owner: str
    started_at: datetime
    seen_at: datetime
    alive: bool


async def beat(ledger: Ledger, owner: str, started_at: datetime) -> None:
    """Say that `owner` lives. Those that fell silent long ago are forgotten."""

    async def once() -> None:
        async with ledger.writing() as connection:
            now = await clock(connection)
            seen = await connection.execute(
                update(servers).where(servers.c.owner == owner).values(seen_at=now)
            )
            if seen.rowcount == 0:
                await connection.execute(
                    insert(servers).values(owner=owner, started_at=started_at, seen_at=now)
                )
                await connection.execute(delete(servers).where(servers.c.seen_at < now - _FORGOTTEN))

    await whole(once())


async def leave(ledger: Ledger, owner: str) -> None:
    """`owner` ends; what it has begun is free at once."""

    async def once() -> None:
        async with ledger.writing() as connection:
            await connection.execute(delete(servers).where(servers.c.owner == owner))

    await whole(once())


async def known_servers(ledger: Ledger) -> list[Server]:
    """Those that run, and those that ended without leaving, the newest first."""

    async def once() -> list[Server]:
        async with ledger.reading() as connection:
            now = await clock(connection)
            rows = await connection.execute(select(servers).order_by(servers.c.started_at.desc()))
            return [
                Server(row.owner, row.started_at, row.seen_at, alive=row.seen_at >= now - _SILENT)
                for row in rows
            ]

    return await whole(once())


async def living(connection: AsyncConnection, now: datetime) -> Collection[str]:
    """The owners that live, within the caller's transaction."""
    found = await connection.execute(select(servers.c.owner).where(servers.c.seen_at >= now - _SILENT))
    return set(found.scalars())
