"""What is worth telling somebody, written once: beside the change that it tells of, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from rpa.alerts.kinds import NoticeKind
from rpa.status.tables import notices

__all__ = ["Notice", "NoticeKind", "about_channel", "add_notices"]


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


def about_channel(name: str) -> str:
    """How the keys of all notices about a channel of alerts begin."""
    return f"{NoticeKind.CHANNEL_FAILING}:{name}:"


async def add_notices(connection: AsyncConnection, told: Iterable[Notice]) -> int:
    """Keep those that are not kept yet, within the caller's transaction; how many that were.

    Two programs that have the same thing to tell at once wait for each other, and the second keeps nothing.
    """
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
        for one in told
    ]
    if not rows:
        return 0
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    kept = insert(notices).on_conflict_do_nothing(index_elements=[notices.c.key])
    # counted by what comes back: of many rows at once PostgreSQL's driver does not say how many were new
    return len((await connection.execute(kept.returning(notices.c.seq), rows)).all())
