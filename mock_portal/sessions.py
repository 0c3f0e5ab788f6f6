"""Signed-in sessions: one at a time per account, ended by the next sign-in or by idleness."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Literal

from .store import Database

__all__ = ["LOST_TEXTS", "Session", "Sessions", "Why"]

Why = Literal["", "kicked", "expired", "left"]

LOST_TEXTS: dict[str, str] = {
    "": "请先登录",
    "kicked": "您的账号已在其他地方登录",
    "expired": "登录已过期，请重新登录",
    "left": "请先登录",
}
"""What a person is told whose session is no longer there."""


@dataclass(frozen=True, slots=True)
class Session:
    """A live sign-in; `label` names it in the event log without giving the token away."""

    id: int
    account: str

    @property
    def label(self) -> str:
        """The session's name in the event log."""
        return f"s{self.id}"


class Sessions:
    """The sign-ins of all accounts; `idle_seconds` without a request end one."""

    def __init__(self, database: Database, idle_seconds: float) -> None:
        self._database = database
        self._idle_seconds = idle_seconds

    def open(self, account: str) -> tuple[str, Session, list[Session]]:
        """Sign in: the cookie's token, the session, and the sessions of the account that this one kicked out."""
        token = secrets.token_urlsafe(24)
        with self._database.transaction():
            rows = self._database.all("SELECT id FROM session WHERE account=? AND ended=''", account)
            self._database.run("UPDATE session SET ended='kicked' WHERE account=? AND ended=''", account)
            session_id = self._database.run(
                "INSERT INTO session(token, account, seen_at) VALUES (?,?,?)", token, account, time.time()
            )
        return token, Session(session_id, account), [Session(row["id"], account) for row in rows]

    def revive(self, account: str) -> None:
        """Let the sessions that a later sign-in of the account ended live on, as a portal does that allows several."""
        self._database.run("UPDATE session SET ended='' WHERE account=? AND ended='kicked'", account)

    def find(self, token: str) -> Session | Why:
        """The live session of a token, or why there is none; finding it keeps it alive."""
        row = self._database.one("SELECT id, account, seen_at, ended FROM session WHERE token=?", token)
        if row is None:
            return ""
        if row["ended"]:
            why: Why = row["ended"]
            return why
        if time.time() - row["seen_at"] > self._idle_seconds:
            self.end(token, "expired")
            return "expired"
        self._database.run("UPDATE session SET seen_at=? WHERE id=?", time.time(), row["id"])
        return Session(row["id"], row["account"])

    def holder(self, token: str) -> str:
        """The account whose live session has the token, or nothing; the session is not kept alive by it."""
        row = self._database.one("SELECT account FROM session WHERE token=? AND ended=''", token)
        return row["account"] if row else ""

    def ended(self, token: str) -> Session | None:
        """The session that the token was of, when it is over."""
        row = self._database.one("SELECT id, account FROM session WHERE token=? AND ended!=''", token)
        return Session(row["id"], row["account"]) if row else None

    def end(self, token: str, why: Why) -> None:
        """Sign the session out; its next request is told why."""
        self._database.run("UPDATE session SET ended=? WHERE token=? AND ended=''", why, token)
