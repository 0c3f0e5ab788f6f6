"""Opens the ledger's database and brings its tables up to date."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, event, func, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from rpa.cases.errors import LedgerBroken
from rpa.cases.migrations import HEAD
from rpa.errors import SettingsError
from rpa.private_files import private_folder

__all__ = ["WRITING", "clock", "database_file", "in_turn", "migrate", "open_engine", "whole"]

_Answer = TypeVar("_Answer")

#: Execution option of a connection that will write: it takes SQLite's write lock at its start, so that
#: what it reads first is still true when it writes, and two writers wait for each other instead of
#: failing.
WRITING = "ywtb_writing"

_BUSY_SECONDS = 15.0

# There psycopg needs one kind of event loop and the browser's driver the other:
# psycopg.org/psycopg3/docs/advanced/async.html
_ON_WINDOWS = sys.platform == "win32"

# A server that is switched off, or a line that is cut, is told within a minute, not after TCP's two hours
# (postgresql.org/docs/current/libpq-connect.html). The address may say otherwise.
_LINE = {
    "connect_timeout": 15,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


def open_engine(address: str) -> AsyncEngine:
    """An engine for the ledger's address; a new SQLite file is its owner's alone (0600)."""
    try:
        url = make_url(address)
        if url.drivername != "sqlite+aiosqlite":
            return _on_a_server(url)
    except (ArgumentError, ModuleNotFoundError):
        raise SettingsError(
            "台账数据库地址无效或缺少相应的驱动",
            where="YWTB_LEDGER",
            advice='请核对地址；PostgreSQL 的驱动用 pip install "ywtb-rpa[postgres]" 安装',
        ) from None
    path = database_file(url)
    if path:
        private_folder(path.parent)
        path.touch(mode=0o600)  # SQLite gives its -wal and -shm files the permissions of this one
    waits = {} if "timeout" in url.query else {"timeout": _BUSY_SECONDS}
    engine = create_async_engine(url, hide_parameters=True, connect_args={"isolation_level": None, **waits})
    event.listen(engine.sync_engine, "connect", _set_up)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _on_a_server(url: URL) -> AsyncEngine:
    if url.drivername != "postgresql+psycopg":
        raise ArgumentError("no database that the ledger knows")
    if _ON_WINDOWS:
        raise SettingsError(
            "在 Windows 上不能使用 PostgreSQL 台账",
            where="YWTB_LEDGER",
            advice="请在 Linux 服务器上运行，或去掉 YWTB_LEDGER，使用本机的台账文件",
        )
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        # Each change locks the rows that it has read. A stricter level chosen for the whole server would make the
        # second of two writers fail where it only has to wait.
        isolation_level="READ COMMITTED",
        connect_args={name: value for name, value in _LINE.items() if name not in url.query},
    )
    event.listen(engine.sync_engine, "begin", _limit_waits)
    return engine


def database_file(url: str | URL) -> Path | None:
    """The file of an SQLite database, None for one in memory or on a server."""
    url = make_url(url)
    name = url.database if url.get_backend_name() == "sqlite" else None
    return Path(name) if name and name != ":memory:" and not name.startswith("file:") else None


def _set_up(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    try:
        cursor.execute("PRAGMA journal_mode=WAL")  # readers never wait for the writer; kept in the file
        cursor.execute("PRAGMA synchronous=FULL")  # an intent written is on the disk before the press
        cursor.execute("PRAGMA foreign_keys=ON")
    finally:
        cursor.close()


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get(WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _limit_waits(connection: Connection) -> None:
    # For this transaction only, so that it also holds behind a pooler that shares connections.
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(_BUSY_SECONDS * 1000)}")


async def clock(connection: AsyncConnection) -> datetime:
    """The one clock that all programs at this ledger go by: the server's, or for a file that of its machine.

    Machines that share a server may disagree about the time; what they agree on through the ledger (who has an
    account and until when, how long a portal is left alone) must not depend on whose clock is right.
    """
    if connection.dialect.name != "postgresql":
        return datetime.now(UTC)
    moment: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
    return moment.astimezone(UTC)


async def in_turn(connection: AsyncConnection, fingerprint: str) -> None:
    """Of several transactions with this fingerprint (hex) at most one goes on at a time, until it ends.

    On a file every transaction that writes has its turn anyway.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(int(fingerprint[:15], 16))))


async def whole(work: Coroutine[Any, Any, _Answer]) -> _Answer:
    """Do `work` to its end even if the caller is cancelled meanwhile; the cancellation is raised after it.

    A time limit that ends in the middle of a statement would leave the connection's thread behind, and the caller
    not knowing whether the step was written.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio does not report it as forgotten
        raise


async def migrate(engine: AsyncEngine) -> None:
    """Bring the tables up to date, in one transaction; does nothing, quickly, when they are."""
    async with engine.connect() as reading:
        if await reading.run_sync(_revision) == HEAD:
            return
    async with engine.execution_options(**{WRITING: True}).begin() as connection:
        await connection.run_sync(_upgrade)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found else None


def _upgrade(connection: Connection) -> None:
    # Imported only here: an up-to-date ledger opens without alembic.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    if connection.dialect.name == "postgresql":
        # Two machines that start at once migrate one after the other; the number is ours alone ("ywtb").
        connection.execute(text("SELECT pg_advisory_xact_lock(2037871714)"))
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise LedgerBroken("台账由更新版本的程序建立", advice="请升级本程序后再试") from None
