"""Sign-ins that a person has made, kept encrypted in the ledger for every program that takes the account."""

from __future__ import annotations

from datetime import UTC, datetime

from loguru import logger
from sqlalchemy import ColumnElement, Table, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from rpa.browser.storage import Storage
from rpa.cases.database import clock, whole
from rpa.cases.errors import retold
from rpa.cases.tables import leases, saved_sign_ins
from rpa.errors import SettingsError
from rpa.vault import Vault

__all__ = ["SavedSignIns"]


class SavedSignIns:
    """One saved sign-in per portal and account. Every method raises :class:`~rpa.cases.errors.LedgerError`.

    `writing` is the engine whose connections begin with the write lock.
    """

    def __init__(self, engine: AsyncEngine, writing: AsyncEngine, vault: Vault) -> None:
        self._engine = engine
        self._writing = writing
        self._vault = vault

    async def find(self, portal: str, account: str) -> Storage | None:
        """The saved sign-in of an account, if there is one. One that cannot be read (another key, version) is deleted."""

        async def read() -> str | None:
            query = select(saved_sign_ins.c.content).where(_of(saved_sign_ins, portal, account))
            async with self._engine.connect() as connection:
                found: str | None = await connection.scalar(query)
                return found

        with retold():
            content = await whole(read())
        if content is None:
            return None
        try:
            return Storage.from_json(self._vault.decrypt(content))
        except (SettingsError, ValueError):
            logger.warning("账号 {} 保存的登录无法读取，已删除", account)
            await self.forget(portal, account)
            return None

    async def has(self, portal: str, account: str) -> bool:
        """Whether a sign-in of the account is saved; it may no longer hold."""
        return await self.find(portal, account) is not None

    async def keep(self, portal: str, account: str, storage: Storage, owner: str) -> bool:
        """Save a sign-in in the place of the last one; False, and nothing is saved, when `owner` has lost the lease."""
        return await self._write(portal, account, storage, owner, anew=True)

    async def refresh(self, portal: str, account: str, storage: Storage, owner: str) -> bool:
        """Save a sign-in as it is after use, if it is still there and the lease still `owner`'s.

        One that was forgotten meanwhile stays forgotten.
        """
        return await self._write(portal, account, storage, owner, anew=False)

    async def forget(self, portal: str, account: str) -> bool:
        """Delete the account's saved sign-in; whether there was one."""

        async def remove() -> bool:
            async with self._writing.begin() as connection:
                gone = await connection.execute(
                    delete(saved_sign_ins).where(_of(saved_sign_ins, portal, account))
                )
                return gone.rowcount > 0

        with retold():
            return await whole(remove())

    async def _write(self, portal: str, account: str, storage: Storage, owner: str, *, anew: bool) -> bool:
        values = {"content": self._vault.encrypt(storage.as_json()), "saved_at": datetime.now(UTC)}

        async def write() -> bool:
            async with self._writing.begin() as connection:
                if not await _holds(connection, portal, account, owner):
                    return False
                mine = _of(saved_sign_ins, portal, account)
                changed = await connection.execute(update(saved_sign_ins).where(mine).values(**values))
                if changed.rowcount == 0 and anew:
                    await connection.execute(
                        insert(saved_sign_ins).values(portal=portal, account=account, **values)
                    )
                return anew or changed.rowcount > 0

        with retold():
            return await whole(write())


async def _holds(connection: AsyncConnection, portal: str, account: str, owner: str) -> bool:
    """Whether the lease is the owner's; it stays so until the transaction ends."""
    now = await clock(connection)
    mine = and_(_of(leases, portal, account), leases.c.owner == owner, leases.c.expires > now)
    return await connection.scalar(select(leases.c.owner).where(mine).with_for_update()) is not None


def _of(table: Table, portal: str, account: str) -> ColumnElement[bool]:
    return and_(table.c.portal == portal, table.c.account == account)
