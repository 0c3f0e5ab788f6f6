"""By which of its words each element of a pack was found, run after run: one that lives on its second word has been renamed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.cases.database import clock
from rpa.cases.tables import matches

__all__ = ["Moved", "add_matches", "moved_elements"]

#: Portal, then what :attr:`rpa.screen.Pack.matched` counts by: screen, element, place of the word.
_Counts = Mapping[tuple[str, str, int], int]


@dataclass(frozen=True, slots=True)
class Moved:
    """An element whose newest find was not by its first word: `place` counts its words from 0."""

    portal: str
    screen: str
    element: str
    place: int
    times: int
    last_at: datetime


async def add_matches(connection: AsyncConnection, portal: str, counted: _Counts) -> None:
    """Add what one run has counted, within the caller's transaction."""
    if not counted:
        return
    now = await clock(connection)
    rows = [
        {
            "portal": portal,
            "screen": screen,
            "element": element,
            "place": place,
            "times": times,
            "last_at": now,
        }
        for (screen, element, place), times in sorted(counted.items())
    ]
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    adding = insert(matches)
    keys = [column.name for column in matches.primary_key]
    total = {"times": matches.c.times + adding.excluded.times, "last_at": adding.excluded.last_at}
    await connection.execute(adding.on_conflict_do_update(index_elements=keys, set_=total), rows)


async def moved_elements(connection: AsyncConnection, portals: Iterable[str] = ()) -> list[Moved]:
    """The elements that were last found by another word than their first, the newest first; of these portals, or of all."""
    newest = (
        select(matches.c.portal, matches.c.screen, matches.c.element, func.max(matches.c.last_at).label("at"))
        .group_by(matches.c.portal, matches.c.screen, matches.c.element)
        .subquery()
    )
    query = (
        select(matches)
        .join(
            newest,
            (matches.c.portal == newest.c.portal)
            & (matches.c.screen == newest.c.screen)
            & (matches.c.element == newest.c.element)
            & (matches.c.last_at == newest.c.at),
        )
        .order_by(matches.c.last_at.desc(), matches.c.screen, matches.c.element)
    )
    if wanted := sorted(set(portals)):
        query = query.where(matches.c.portal.in_(wanted))
    found = [Moved(**row._mapping) for row in await connection.execute(query)]
    # one run may have met both words, on two pages: the first one is still good then
    fine = {(one.portal, one.screen, one.element) for one in found if one.place == 0}
    return [one for one in found if (one.portal, one.screen, one.element) not in fine]
