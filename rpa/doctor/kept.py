"""The last examination of each portal, in the ledger: every program that shares it knows whether filing there is safe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from rpa.cases import Ledger
from rpa.cases.database import whole
from rpa.cases.tables import examinations
from rpa.doctor.findings import Examination

__all__ = ["Verdict", "accepted", "keep", "verdict"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether filing on a portal is safe by its last examination, when that was, and what it found amiss."""

    safe: bool
    at: datetime
    blocking: tuple[str, ...]


async def verdict(ledger: Ledger, portal: str) -> Verdict | None:
    """What the last examination of a portal says; None when there was none."""

    async def read() -> Verdict | None:
        async with ledger.reading() as connection:
            query = select(examinations).where(examinations.c.portal == portal)
            row = (await connection.execute(query)).first()
        if row is None:
            return None
        blocking = tuple(
            f"{one['screen']}“{one['title']}”" for one in row.document["findings"] if one["blocks"]
        )
        return Verdict(row.safe, row.at, blocking)

    return await whole(read())


async def accepted(ledger: Ledger, portal: str) -> Mapping[str, Mapping[str, Any]]:
    """What the portal's screens were like when a person last accepted them, by their names; empty before the first time."""

    async def read() -> Mapping[str, Mapping[str, Any]]:
        async with ledger.reading() as connection:
            query = select(examinations.c.accepted).where(examinations.c.portal == portal)
            return await connection.scalar(query) or {}

    return await whole(read())


async def keep(ledger: Ledger, examination: Examination, *, accept: bool = False) -> None:
    """Keep this as the last examination of its portal.

    What an element of a screen is like is taken as accepted the first time it is seen; with `accept` again now.
    """
    seen = {one.screen: one.as_dict() for one in examination.seen}

    async def write() -> None:
        async with ledger.writing() as connection:
            mine = examinations.c.portal == examination.portal
            known = await connection.scalar(select(examinations.c.accepted).where(mine)) or {}
            await connection.execute(delete(examinations).where(mine))
            row = {
                "portal": examination.portal,
                "account": examination.account,
                "at": examination.at,
                "safe": examination.is_safe,
                "document": examination.as_dict(),
                "accepted": _both(known, seen) if accept else _both(seen, known),
            }
            await connection.execute(insert(examinations).values(row))

    await whole(write())


def _both(one: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """All that either look has of each screen, part and element; where both have it, what `over` says."""
    mixed = {
        name: _both(one[name], value)
        if isinstance(value, Mapping) and isinstance(one.get(name), Mapping)
        else value
        for name, value in over.items()
    }
    return {**one, **mixed}
