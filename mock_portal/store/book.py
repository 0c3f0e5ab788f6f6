"""An account's book: its mail addresses and its invoice titles."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .database import Database, dump, load

__all__ = ["Book", "BookKind", "Entry"]

BookKind = Literal["address", "invoice"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One address or one invoice title; `fields` by label."""

    id: int
    fields: dict[str, str]
    is_default: bool


class Book:
    """Addresses and invoice titles behave alike: a list per account, at most one the default."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(self, account: str, kind: BookKind) -> list[Entry]:
        """The account's entries, the default first, then as entered."""
        rows = self._database.all(
            "SELECT * FROM book_entry WHERE account=? AND kind=? ORDER BY is_default DESC, id", account, kind
        )
        return [_entry(row) for row in rows]

    def entry(self, account: str, kind: BookKind, entry_id: int) -> Entry | None:
        """One entry, if it is the account's."""
        row = self._database.one(
            "SELECT * FROM book_entry WHERE id=? AND account=? AND kind=?", entry_id, account, kind
        )
        return _entry(row) if row else None

    def save(
        self, account: str, kind: BookKind, entry: Entry | None, fields: Mapping[str, str], is_default: bool
    ) -> int:
        """Add an entry or change the known one; a new default takes the place of the old."""
        with self._database.transaction():
            if is_default:
                self._database.run(
                    "UPDATE book_entry SET is_default=0 WHERE account=? AND kind=?", account, kind
                )
            if entry is None:
                return self._database.run(
                    "INSERT INTO book_entry(account, kind, fields, is_default) VALUES (?,?,?,?)",
                    account, kind, dump(fields), int(is_default),
                )  # fmt: skip
            self._database.run(
                "UPDATE book_entry SET fields=?, is_default=? WHERE id=?",
                dump(fields),
                int(is_default),
                entry.id,
            )
            return entry.id

    def delete(self, entry: Entry) -> None:
        """Remove the entry. Groups already submitted keep their own copy."""
        self._database.run("DELETE FROM book_entry WHERE id=?", entry.id)


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(row["id"], load(row["fields"]), bool(row["is_default"]))
