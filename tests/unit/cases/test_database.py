"""The database: migrations, an up-to-date ledger opened quickly, and failures told in Chinese."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from rpa.cases import (
    CaseState,
    Ledger,
    LedgerBroken,
    LedgerBusy,
    LedgerError,
    LedgerFull,
    LedgerUnwritable,
)
from rpa.cases import database as database_module
from rpa.cases import migrations as migrations_package
from rpa.cases.migrations import HEAD
from rpa.cases.tables import metadata
from rpa.errors import SettingsError
from rpa.settings import load_settings
from rpa.status import tables as watching
from rpa.vault import Vault

ROOT = Path(__file__).parents[3]
on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite+aiosqlite:///"))


def _schema(path: Path) -> set[str]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'"
        )
        return {" ".join(sql.replace('"', "").split()) for (sql,) in rows}


_PG_SCHEMA = """
SELECT concat_ws(' ', table_name, column_name, data_type, character_maximum_length, is_nullable, column_default)
    FROM information_schema.columns WHERE table_schema = 'public'
UNION SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION SELECT concat_ws(' ', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint WHERE conrelid <> 0
"""


def _server_schema(address: str) -> set[str]:
    engine = create_engine(address)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(_PG_SCHEMA).scalars().all()
    engine.dispose()
    return {row for row in rows if "alembic" not in row}


def test_the_migrations_make_exactly_the_tables(
    backend: str, ledger: Ledger, url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    assert watching.sweeps.metadata is metadata  # theirs are among them once they are imported
    on_file = backend == "sqlite"
    plain_url = f"sqlite:///{tmp_path / 'plain.db'}"
    if not on_file:
        plain_url = load_settings(ledger=request.getfixturevalue("postgres").database()).ledger_url
    plain = create_engine(plain_url)
    metadata.create_all(plain)
    plain.dispose()
    migrated = create_engine(url.replace("+aiosqlite", ""))
    with migrated.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    migrated.dispose()
    if on_file:
        assert _schema(_file(url)) == _schema(tmp_path / "plain.db")
    else:
        assert _server_schema(url) == _server_schema(plain_url)
        assert any("UNIQUE INDEX ux_cases_open_identity" in line for line in _server_schema(url))


def test_the_head_written_down_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations_package.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_an_up_to_date_ledger_opens_without_alembic(ledger: Ledger, url: str) -> None:
    script = (
        "import asyncio, sys\nfrom rpa.cases import Ledger\nfrom rpa.vault import Vault\n"
        "ledger = asyncio.run(Ledger.open(sys.argv[1], Vault(b'k' * 32)))\n"
        "print('alembic' in sys.modules)\nasyncio.run(ledger.close())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, url], capture_output=True, text=True, cwd=ROOT, timeout=60, check=True
    )
    assert done.stdout.strip() == "False"


@on_sqlite
def test_the_database_keeps_what_it_was_told(ledger: Ledger, run: Any) -> None:
    async def pragmas() -> list[Any]:
        async with ledger._engine.connect() as connection:
            names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            return [(await connection.exec_driver_sql(f"PRAGMA {name}")).scalar() for name in names]

    assert run(pragmas()) == ["wal", 2, 1, 15000]


def test_a_ledger_of_a_newer_program_is_left_alone(run: Any, ledger: Ledger, url: str, vault: Vault) -> None:
    async def from_the_future() -> None:
        async with ledger._engine.begin() as connection:
            await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    run(from_the_future())
    with pytest.raises(LedgerBroken, match="升级本程序"):
        run(Ledger.open(url, vault))


@on_sqlite
def test_a_file_that_is_no_ledger_is_told(run: Any, url: str, vault: Vault) -> None:
    _file(url).parent.mkdir()
    _file(url).write_bytes(b"not a database, by far" * 100)
    with pytest.raises(LedgerBroken):
        run(Ledger.open(url, vault))


@on_sqlite
def test_a_folder_in_the_files_place_is_told(run: Any, url: str, vault: Vault) -> None:
    _file(url).mkdir(parents=True)
    with pytest.raises(LedgerUnwritable, match="YWTB_HOME"):
        run(Ledger.open(url, vault))


@pytest.mark.parametrize("address", ["nonsense", "mysql+nothing://h/db", "oracle://h/db"])
def test_an_address_of_no_database_is_told(run: Any, vault: Vault, address: str) -> None:
    with pytest.raises(SettingsError, match="YWTB_LEDGER"):
        run(Ledger.open(address, vault))


def test_windows_is_told_that_its_ledger_is_a_file(
    run: Any, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "_ON_WINDOWS", True)
    with pytest.raises(SettingsError, match="Windows"):
        run(Ledger.open("postgresql+psycopg://u@127.0.0.1:9/d", vault))


@on_sqlite
def test_a_ledger_held_by_another_program_is_told_and_nothing_is_half_done(
    run: Any, url: str, vault: Vault, group: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "_BUSY_SECONDS", 0.05)
    ledger: Ledger = run(Ledger.open(url, vault))
    case = run(ledger.receive(group(), portal="mock", account="a")).case
    holder = sqlite3.connect(_file(url), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerBusy, match="占用"):
        run(ledger.move(case.id, CaseState.PREPARING))
    assert run(ledger.get(case.id)) == case, "reading goes on meanwhile"
    holder.execute("ROLLBACK")
    holder.close()
    assert run(ledger.move(case.id, CaseState.PREPARING)).state == "preparing"
    run(ledger.close())


@on_sqlite
def test_a_full_disk_is_told_and_nothing_is_half_done(run: Any, ledger: Ledger, group: Any) -> None:
    case = run(ledger.receive(group(), portal="mock", account="a")).case

    async def limit(pages: int) -> None:
        async with ledger._engine.connect() as connection:  # SQLite's own way to say: no page more
            await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    run(limit(1))
    with pytest.raises(LedgerFull, match="磁盘") as caught:
        for _ in range(200):
            run(ledger.move(case.id, CaseState.PREPARING, intent={"x": "y" * 5000}))
            case = run(ledger.move(case.id, CaseState.RECEIVED))
    assert "yyyy" not in str(caught.value)
    run(limit(100_000))
    kept = run(ledger.get(case.id))
    assert run(ledger.events(case.id))[-1].to_state == kept.state, "each step with its event, or neither"


@on_sqlite
@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_ledger_is_told(run: Any, ledger: Ledger, url: str, vault: Vault) -> None:
    run(ledger.close())
    _file(url).chmod(0o400)
    with pytest.raises(LedgerError):
        run(Ledger.open(url, vault))


@on_sqlite
def test_a_read_only_database_is_told(run: Any, ledger: Ledger, group: Any) -> None:
    async def write_protected() -> None:
        async with ledger._engine.connect() as connection:
            await connection.exec_driver_sql("PRAGMA query_only = ON")
        await ledger.receive(group(), portal="mock", account="a")

    with pytest.raises(LedgerUnwritable, match="只读"):
        run(write_protected())
