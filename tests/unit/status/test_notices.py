"""A notice is kept once, whoever comes with it again, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from rpa.cases import Ledger
from rpa.settings import load_settings
from rpa.status.notices import Notice, NoticeKind, add_notices
from rpa.status.tables import notices
from rpa.vault import Vault
from tests.loops import run_apart
from tests.postgres import Postgres


def _notice(key: str) -> Notice:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return Notice(key, NoticeKind.TO_PAY, "mock", "demo-soe", at, "APEC1", detail={"to": "待缴费"})


async def _twice(url: str, folder: Path) -> tuple[list[int], list[str]]:
    async with await Ledger.open(url, Vault(b"k" * 32), folder) as ledger:

        async def keep(*keys: str) -> int:
            async with ledger.writing() as connection:
                return await add_notices(connection, map(_notice, keys))

        counts = [await keep("a", "b"), await keep("b", "c", "c"), await keep()]
        counts += await asyncio.gather(*(keep("d") for _ in range(5)))
        async with ledger.reading() as connection:
            kept = list(await connection.scalars(select(notices.c.key).order_by(notices.c.seq)))
        return counts, kept


def test_on_a_file(tmp_path: Path) -> None:
    counts, kept = run_apart(_twice(f"sqlite+aiosqlite:///{(tmp_path / 'l.db').as_posix()}", tmp_path))
    assert (counts[:3], sum(counts[3:]), kept) == ([2, 1, 0], 1, ["a", "b", "c", "d"])


def test_on_a_server(postgres: Postgres, tmp_path: Path) -> None:
    url = load_settings(home=tmp_path, ledger=postgres.database()).ledger_url
    counts, kept = run_apart(_twice(url, tmp_path))
    assert (counts[:3], sum(counts[3:]), kept) == ([2, 1, 0], 1, ["a", "b", "c", "d"])
