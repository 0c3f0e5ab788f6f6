"""The replica's memory: one SQLite database, a small class per noun."""

from __future__ import annotations

from pathlib import Path

from .accounts import Account, Accounts
from .book import Book, BookKind, Entry
from .database import Database
from .events import EventKind, Events
from .files import Files, Owner, StoredFile
from .groups import Group, Groups, Member, Step
from .people import People

__all__ = [
    "Account", "Accounts", "Book", "BookKind", "Database", "Entry", "EventKind", "Events", "Files", "Group", "Groups",
    "Member", "Owner", "People", "Step", "Store", "StoredFile",
]  # fmt: skip


class Store:
    """Everything the portal remembers."""

    def __init__(self, path: Path | None = None) -> None:
        self.database = Database(path)
        self.accounts = Accounts(self.database)
        self.groups = Groups(self.database)
        self.files = Files(self.database)
        self.people = People(self.database)
        self.book = Book(self.database)
        self.events = Events(self.database)
