"""The replica's memory: one SQLite database, a small class per noun."""

from __future__ import annotations

from pathlib import Path

from .accounts import Account, Accounts
from .book import Book, BookKind, Entry
from .cards import CARD_STATES, Card, Cards
from .database import Database
from .economies import Decision, Economies
from .events import EventKind, Events
from .files import Files, Owner, StoredFile
from .groups import Group, Groups, Member, Step
from .origins import Origin, Origins
from .people import People

__all__ = [
    "CARD_STATES", "Account", "Accounts", "Book", "BookKind", "Card", "Cards", "Database", "Decision", "Economies",
    "Entry", "EventKind", "Events", "Files", "Group", "Groups", "Member", "Origin", "Origins", "Owner", "People", "Step",
    "Store", "StoredFile",
]  # fmt: skip


class Store:
    """Everything the portal remembers."""

    def __init__(self, path: Path | None = None) -> None:
        self.database = Database(path)
        self.accounts = Accounts(self.database)
        self.groups = Groups(self.database)
        self.economies = Economies(self.database)
        self.origins = Origins(self.database)
        self.cards = Cards(self.database)
        self.files = Files(self.database)
        self.people = People(self.database)
        self.book = Book(self.database)
        self.events = Events(self.database)
