"""What only a database server can do to a ledger: locks, cut lines, rights. Told in Chinese, and nothing half done."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from rpa.cases import CaseState, Ledger, LedgerBusy, LedgerError, LedgerUnwritable
from rpa.cases import database as database_module
from rpa.vault import Vault

pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


@pytest.fixture
def administrator(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A second connection to the ledger's database, which decides itself when it commits."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def case_id(run: Any, ledger: Ledger, group: Any) -> str:
    """A received case."""
    return str(run(ledger.receive(group(), portal="mock", account="a")).case.id)


def test_a_table_locked_for_long_is_told_to_who_writes_and_to_who_reads(
    run: Any, ledger: Ledger, case_id: str, administrator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "_BUSY_SECONDS", 0.05)
    administrator.execute("LOCK TABLE cases IN ACCESS EXCLUSIVE MODE")
    for act in (ledger.move(case_id, CaseState.PREPARING), ledger.get(case_id)):
        with pytest.raises(LedgerBusy, match="占用"):
            run(act)
    administrator.rollback()
    assert run(ledger.move(case_id, CaseState.PREPARING)).state == "preparing"
    assert [event.kind for event in run(ledger.events(case_id))] == ["received", "moved"]


def test_a_row_that_another_is_moving_is_waited_for(
    run: Any, ledger: Ledger, case_id: str, administrator: Any
) -> None:
    administrator.execute("UPDATE cases SET source = 'x' WHERE id = %s", [case_id])

    async def meanwhile() -> Any:
        moving = asyncio.ensure_future(ledger.move(case_id, CaseState.PREPARING))
        await asyncio.to_thread(administrator.execute, _SOMEBODY_WAITS)
        assert not moving.done()
        administrator.commit()
        return await moving

    moved = run(meanwhile())
    assert (moved.state, moved.source) == ("preparing", "x"), "what the other has written is kept"


def test_a_line_that_is_cut_is_opened_again(
    run: Any, ledger: Ledger, case_id: str, administrator: Any
) -> None:
    administrator.execute(_CUT)
    administrator.commit()
    assert run(ledger.get(case_id)).state == "received"


def test_a_line_that_is_cut_in_a_move_leaves_the_case_where_it_was(
    run: Any, ledger: Ledger, case_id: str, administrator: Any
) -> None:
    administrator.execute("LOCK TABLE events IN ACCESS EXCLUSIVE MODE")  # the move gets as far as its event

    async def meanwhile() -> None:
        moving = asyncio.ensure_future(ledger.move(case_id, CaseState.PREPARING))
        await asyncio.to_thread(administrator.execute, _SOMEBODY_WAITS)
        administrator.execute(_CUT)
        administrator.commit()
        await moving

    with pytest.raises(LedgerError, match=r"停止或重新启动|中断"):
        run(meanwhile())
    assert run(ledger.get(case_id)).state == "received"
    assert [event.kind for event in run(ledger.events(case_id))] == ["received"]


def test_a_database_that_is_read_only_is_told(
    run: Any, ledger: Ledger, case_id: str, administrator: Any
) -> None:
    administrator.execute(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', "
        "current_database()); END $$"
    )
    administrator.execute(_CUT)
    administrator.commit()
    with pytest.raises(LedgerUnwritable, match=r"只读.*管理员"):
        run(ledger.move(case_id, CaseState.PREPARING))
    assert run(ledger.get(case_id)).state == "received"


def test_a_user_without_rights_is_told(
    run: Any, ledger: Ledger, url: str, vault: Vault, administrator: Any
) -> None:
    administrator.execute(
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'onlooker') "
        "THEN CREATE ROLE onlooker LOGIN; END IF; END $$"
    )
    administrator.commit()
    seen = make_url(url).set(username="onlooker").render_as_string(hide_password=False)
    with pytest.raises(LedgerUnwritable, match=r"没有数据库的写入权限.*管理员"):
        run(Ledger.open(seen, vault))


def test_a_database_that_is_not_there_is_told(run: Any, url: str, vault: Vault) -> None:
    nowhere = make_url(url).set(database="nowhere").render_as_string(hide_password=False)
    with pytest.raises(LedgerUnwritable, match=r"无法连接台账数据库.*YWTB_LEDGER"):
        run(Ledger.open(nowhere, vault))


_CUT = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_SOMEBODY_WAITS = """
DO $$ BEGIN
    WHILE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted) LOOP PERFORM pg_sleep(0.01); END LOOP;
END $$
"""
