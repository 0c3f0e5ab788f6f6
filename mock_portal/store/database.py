"""One SQLite connection: its tables, its transactions, JSON columns.

All statements run on the server's event loop and are short, so that none waits for another; the write-ahead log keeps
every finished transaction when the process is killed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["Database", "dump", "load"]

_TABLES = """
CREATE TABLE IF NOT EXISTS account(
    name TEXT PRIMARY KEY, secret TEXT NOT NULL, unit TEXT NOT NULL, ownership TEXT NOT NULL,
    filed INTEGER NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS attempt(name TEXT PRIMARY KEY, failures INTEGER NOT NULL, locked_until REAL NOT NULL);
CREATE TABLE IF NOT EXISTS session(
    id INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL UNIQUE, account TEXT NOT NULL, seen_at REAL NOT NULL,
    ended TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS team(
    id INTEGER PRIMARY KEY AUTOINCREMENT, group_no TEXT NOT NULL UNIQUE, business_type TEXT NOT NULL,
    account TEXT NOT NULL, state TEXT NOT NULL, opinion TEXT NOT NULL DEFAULT '', fields TEXT NOT NULL DEFAULT '{}',
    created_at TEXT NOT NULL, submitted_at TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS team_of_account ON team(account);
CREATE TABLE IF NOT EXISTS member(
    id INTEGER PRIMARY KEY AUTOINCREMENT, team_id INTEGER NOT NULL REFERENCES team(id) ON DELETE CASCADE,
    name TEXT NOT NULL, id_no TEXT NOT NULL, passport_no TEXT NOT NULL, fields TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS member_of_team ON member(team_id);
CREATE INDEX IF NOT EXISTS member_by_id_no ON member(id_no);
CREATE TABLE IF NOT EXISTS file(
    id TEXT PRIMARY KEY, account TEXT NOT NULL, upload_key TEXT NOT NULL DEFAULT '',
    team_id INTEGER REFERENCES team(id) ON DELETE CASCADE,
    member_id INTEGER REFERENCES member(id) ON DELETE CASCADE,
    slot TEXT NOT NULL, name TEXT NOT NULL, media TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
    content BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS file_of_member ON file(member_id);
CREATE INDEX IF NOT EXISTS file_of_team ON file(team_id);
CREATE INDEX IF NOT EXISTS file_of_page ON file(upload_key);
CREATE TABLE IF NOT EXISTS person(
    unit TEXT NOT NULL, id_no TEXT NOT NULL, name TEXT NOT NULL, fields TEXT NOT NULL, PRIMARY KEY (unit, id_no));
CREATE TABLE IF NOT EXISTS card(
    id INTEGER PRIMARY KEY AUTOINCREMENT, card_no TEXT NOT NULL UNIQUE, account TEXT NOT NULL, id_no TEXT NOT NULL,
    state TEXT NOT NULL, issued TEXT NOT NULL, expiry TEXT NOT NULL, economies TEXT NOT NULL, fields TEXT NOT NULL,
    member_id INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS card_by_id_no ON card(id_no);
CREATE INDEX IF NOT EXISTS card_of_account ON card(account);
CREATE INDEX IF NOT EXISTS card_of_member ON card(member_id);
CREATE TABLE IF NOT EXISTS ahead(
    member_id INTEGER PRIMARY KEY REFERENCES member(id) ON DELETE CASCADE, state TEXT NOT NULL,
    economies TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS decision(
    member_id INTEGER NOT NULL REFERENCES member(id) ON DELETE CASCADE, code TEXT NOT NULL, state TEXT NOT NULL,
    at TEXT NOT NULL DEFAULT '', PRIMARY KEY (member_id, code)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS origin(
    taken_by INTEGER PRIMARY KEY REFERENCES member(id) ON DELETE CASCADE, team_id INTEGER NOT NULL,
    source TEXT NOT NULL, member_id INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS origin_of_team ON origin(team_id);
CREATE INDEX IF NOT EXISTS origin_by_member ON origin(member_id);
CREATE TABLE IF NOT EXISTS book_entry(
    id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, kind TEXT NOT NULL, fields TEXT NOT NULL,
    is_default INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS step(
    id INTEGER PRIMARY KEY AUTOINCREMENT, team_id INTEGER NOT NULL REFERENCES team(id) ON DELETE CASCADE,
    at TEXT NOT NULL, node TEXT NOT NULL, office TEXT NOT NULL, state TEXT NOT NULL, opinion TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS step_of_team ON step(team_id);
CREATE TABLE IF NOT EXISTS event(
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, account TEXT NOT NULL, session TEXT NOT NULL,
    kind TEXT NOT NULL, group_no TEXT NOT NULL, detail TEXT NOT NULL);
"""
_NAMES = (
    "event", "step", "book_entry", "origin", "decision", "ahead", "card", "person", "file", "member", "team", "session",
    "attempt", "account",
)  # fmt: skip


class Database:
    """The replica's state in one file, or in memory when no file is given."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        # The server is built in one thread and served in another; it never uses the connection from two at once.
        self._connection = sqlite3.connect(
            path or ":memory:", isolation_level=None, check_same_thread=False, cached_statements=256
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute("PRAGMA foreign_keys=ON")
        self._connection.executescript(_TABLES)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing; a transaction inside another is part of it."""
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def run(self, statement: str, *values: object) -> int:
        """One writing statement; the row id it made, if any."""
        return self._connection.execute(statement, values).lastrowid or 0

    def change(self, statement: str, *values: object) -> int:
        """One writing statement; how many rows it changed."""
        return self._connection.execute(statement, values).rowcount

    def one(self, statement: str, *values: object) -> sqlite3.Row | None:
        """The first row, or None."""
        row: sqlite3.Row | None = self._connection.execute(statement, values).fetchone()
        return row

    def all(self, statement: str, *values: object) -> list[sqlite3.Row]:
        """Every row."""
        return self._connection.execute(statement, values).fetchall()

    def clear(self) -> None:
        """Forget everything, as if just made."""
        with self.transaction():
            for name in _NAMES:
                self._connection.execute(f"DELETE FROM {name}")  # noqa: S608 - the names stand above

    def close(self) -> None:
        """Write the log back into the file and let go of it."""
        self._connection.close()


def dump(fields: Mapping[str, str]) -> str:
    """Fields by label, as a column holds them."""
    return json.dumps(dict(fields), ensure_ascii=False)


def load(column: str) -> dict[str, str]:
    """Fields by label, from a column."""
    fields: dict[str, Any] = json.loads(column)
    return {label: str(value) for label, value in fields.items()}
