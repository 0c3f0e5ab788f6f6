"""The event log: what every account did, for the back office."""

from __future__ import annotations

from typing import Literal

from ..clock import stamp
from .database import Database

__all__ = ["EventKind", "Events"]

EventKind = Literal[
    "login", "login_failed", "kicked", "turned_away", "page", "save", "upload", "upload_again", "delete", "submit",
    "list", "preview", "download", "template", "check_member", "address", "invoice",
]  # fmt: skip


class Events:
    """An append-only log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, kind: EventKind, account: str, session: str = "", group_no: str = "", detail: str = ""
    ) -> None:
        """Note one event; `detail` never holds a password or a document's content."""
        self._database.run(
            "INSERT INTO event(at, account, session, kind, group_no, detail) VALUES (?,?,?,?,?,?)",
            stamp(), account, session, kind, group_no, detail,
        )  # fmt: skip

    def all(self, account: str = "", kind: str = "", group_no: str = "") -> list[dict[str, str]]:
        """The events, oldest first, those of one account, kind or group when told."""
        rows = self._database.all(
            "SELECT at, account, session, kind, group_no, detail FROM event"
            " WHERE (?1='' OR account=?1) AND (?2='' OR kind=?2) AND (?3='' OR group_no=?3) ORDER BY id",
            account, kind, group_no,
        )  # fmt: skip
        return [dict(row) for row in rows]
