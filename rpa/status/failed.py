"""A sweep that failed before any account had its turn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from rpa.cases import Ledger
from rpa.errors import YwtbError
from rpa.screen import StateKind
from rpa.status.record import Books

__all__ = ["failed_before"]


async def failed_before(ledger: Ledger, portal: str, accounts: Iterable[str], error: YwtbError) -> None:
    """Write for each account that it was not read, and why; a sweep that keeps failing so is told like any other."""
    for account in accounts:
        books = Books(ledger, portal, account, lambda _state, _slug: StateKind.UNKNOWN)
        await books.keep_failure(timedelta(0), 0, error)
