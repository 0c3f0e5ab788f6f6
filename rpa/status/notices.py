"""What is worth telling somebody, written once: beside the change that it tells of, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.alerts.kinds import NoticeKind
from rpa.status.tables import notices

__all__ = ["Notice", "NoticeKind", "add_notices"]


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell. Two with the same `key` are the same thing, and only the first is kept.

    `detail` is what a channel's text is made of; it has no personal data.
    """

    key: str
    kind: NoticeKind
    portal: str
    account: str
    at: datetime
    group_no: str | None = None
    case_id: str | None = None
    detail: Mapping[str, str] = field(default_factory=dict)


async def add_notices(connection: AsyncConnection, told: Iterable[Notice]) -> int:
    """Keep those that are not kept yet, within the caller's transaction; how many that were.

    The connection is one that began by taking the write lock, as every writing one of the ledger does.
    """
    new = {one.key: one for one in told}
    if not new:
        return 0
    known = await connection.execute(select(notices.c.key).where(notices.c.key.in_(list(new))))
    for (key,) in known:
        del new[key]
    rows = [
        {
            "key": one.key,
            "kind": str(one.kind),
            "portal": one.portal,
            "account": one.account,
            "group_no": one.group_no,
            "case_id": one.case_id,
            "at": one.at,
            "detail": dict(one.detail),
        }
        for one in new.values()
    ]
    if rows:
        await connection.execute(insert(notices), rows)
    return len(rows)
