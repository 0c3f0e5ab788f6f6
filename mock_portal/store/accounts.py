"""Accounts: the units that may sign in, their passwords, failed attempts."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass

from .database import Database

__all__ = ["Account", "Accounts"]


@dataclass(frozen=True, slots=True)
class Account:
    """A unit's account; `filed` tells whether its 企业备案 passed."""

    name: str
    unit: str
    ownership: str
    filed: bool


class Accounts:
    """Who may sign in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, password: str, unit: str, ownership: str) -> None:
        """Make an account whose 企业备案 has passed."""
        salt = secrets.token_hex(8)
        secret = f"{salt}:{_digest(salt, password)}"
        self._database.run(
            "INSERT INTO account(name, secret, unit, ownership) VALUES (?,?,?,?)",
            name, secret, unit, ownership,
        )  # fmt: skip

    def empty(self) -> bool:
        """Whether there is no account yet."""
        return self._database.one("SELECT 1 FROM account") is None

    def named(self, name: str) -> Account | None:
        """The account of that name."""
        row = self._database.one("SELECT name, unit, ownership, filed FROM account WHERE name=?", name)
        return Account(row["name"], row["unit"], row["ownership"], bool(row["filed"])) if row else None

    def matches(self, name: str, password: str) -> bool:
        """Whether this is the account's password; an unknown account has none."""
        row = self._database.one("SELECT secret FROM account WHERE name=?", name)
        salt, _, digest = (row["secret"] if row else ":").partition(":")
        return hmac.compare_digest(_digest(salt, password), digest)

    def set_filed(self, name: str, filed: bool) -> bool:
        """Say whether the account's 企业备案 passed; False when there is no such account."""
        return self._database.change("UPDATE account SET filed=? WHERE name=?", int(filed), name) == 1

    def locked(self, name: str) -> bool:
        """Whether too many failures lock the name for now."""
        row = self._database.one("SELECT locked_until FROM attempt WHERE name=?", name)
        return row is not None and row["locked_until"] > time.time()

    def fail(self, name: str, limit: int, lock_seconds: float) -> int:
        """Count a failed attempt; how many are left, 0 when this one locked the name."""
        with self._database.transaction():
            row = self._database.one("SELECT failures FROM attempt WHERE name=?", name)
            failures = (row["failures"] if row else 0) + 1
            locked = failures >= limit
            self._database.run(
                "INSERT OR REPLACE INTO attempt(name, failures, locked_until) VALUES (?,?,?)",
                name, 0 if locked else failures, time.time() + lock_seconds if locked else 0.0,
            )  # fmt: skip
        return 0 if locked else limit - failures

    def forgive(self, name: str) -> None:
        """Forget the failures after a good sign-in."""
        self._database.run("DELETE FROM attempt WHERE name=?", name)


def _digest(salt: str, password: str) -> str:
    return hashlib.scrypt(password.encode(), salt=salt.encode(), n=2**10, r=8, p=1).hex()
