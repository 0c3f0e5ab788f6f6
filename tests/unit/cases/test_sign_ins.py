"""The lease of a sign-in: given back however the block ends, and never outlived by the work under it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import time_machine
from pydantic import SecretStr

from rpa.browser.keeper import Keeper
from rpa.cases import Ledger
from rpa.cases.database import database_file
from rpa.cases.sign_ins import SignIns
from rpa.desk import Desk
from rpa.errors import AccountTaken, NotNow
from rpa.flow import Entrance
from rpa.profile import Profile
from rpa.screen import Pack
from rpa.vault import Vault

# 21:59:30 in Beijing, half a minute before the quiet hours
EVENING = datetime(2026, 11, 23, 13, 59, 30, tzinfo=UTC)


def sign_ins(ledger: Ledger, **options: Any) -> SignIns:
    """Sign-ins that only hold accounts: no browser is needed for that."""
    profile = Profile(name="mock", title="x", address="http://127.0.0.1/", quiet_hours="22:00-07:00")
    return SignIns(ledger, profile, cast(Pack, None), cast(Keeper, None), cast(Any, None), **options)


class AskedOnce(Ledger):
    """A ledger that gives the account and then is slow to say so; `given` tells a test that it has."""

    given: asyncio.Event

    async def acquire(self, portal: str, account: str, owner: str, ttl: float) -> bool:
        await super().acquire(portal, account, owner, ttl)
        self.given.set()
        return await asyncio.Event().wait()


def test_an_account_that_was_taken_at_the_moment_of_a_ctrl_c_is_given_back(
    run: Any, url: str, vault: Vault
) -> None:
    async def cut_off() -> bool:
        async with await AskedOnce.open(url, vault) as ledger:
            ledger.given = asyncio.Event()

            async def hold() -> None:
                async with sign_ins(ledger).holding("a"):
                    raise AssertionError("it was never told that the account is its own")

            task = asyncio.ensure_future(hold())
            await ledger.given.wait()
            task.cancel()
            await asyncio.wait([task])
            return await Ledger.acquire(ledger, "mock", "a", "another", 60)

    with time_machine.travel(EVENING - timedelta(hours=6)):
        assert run(cut_off())


def test_quiet_hours_that_begin_while_another_holds_the_account_are_kept(run: Any, ledger: Ledger) -> None:
    async def wait_for_it() -> bool:
        await ledger.acquire("mock", "a", "another", 60)

        async def hold() -> None:
            async with sign_ins(ledger).holding("a"):
                raise AssertionError("at night")

        task = asyncio.ensure_future(hold())
        done, _ = await asyncio.wait([task], timeout=0.3)  # it asks twice a second
        assert not done
        clock.shift(60)
        await ledger.release("mock", "a", "another")
        with pytest.raises(NotNow, match="安静时段"):
            await task
        return await ledger.acquire("mock", "a", "a third", 60)

    with time_machine.travel(EVENING) as clock:
        assert run(wait_for_it())


@contextmanager
def busy(file: Path) -> Iterator[None]:
    """Another program writes into the ledger all the time."""
    writer = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        writer.rollback()
        writer.close()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("patience", [0.1, 15])  # renewals that fail, and one that does not come back
def test_work_is_called_off_before_its_lease_is_over_whatever_the_renewals_do(
    run: Any, url: str, vault: Vault, patience: float
) -> None:
    ttl = 1.5

    async def work() -> float:
        async with await Ledger.open(f"{url}?timeout={patience}", vault) as ledger:
            clock = asyncio.get_running_loop().time
            begun, cut = clock(), 0.0
            with pytest.raises(AccountTaken):
                async with sign_ins(ledger, ttl=ttl).holding("a"):
                    file = database_file(url)
                    assert file
                    with busy(file):
                        try:
                            await asyncio.Event().wait()
                        finally:
                            cut = clock()
            return cut - begun

    with time_machine.travel(EVENING - timedelta(hours=6)):
        assert run(work()) == pytest.approx(ttl, abs=0.2)


def test_an_account_that_another_program_has_by_now_is_not_signed_in_to_again(
    run: Any, ledger: Ledger
) -> None:
    signed_in: list[str] = []

    async def enter(_desk: Desk) -> bool:
        return False

    async def sign_in(_desk: Desk, account: str, _password: SecretStr) -> None:
        signed_in.append(account)

    async def go_on() -> None:
        mine = sign_ins(ledger, ttl=0.2)
        mine.password = lambda _account: SecretStr("x")
        await ledger.acquire("mock", "a", mine.owner, 0.2)
        await asyncio.sleep(0.3)  # frozen, longer than its lease
        assert await ledger.acquire("mock", "a", "another", 60)
        desk = cast(Desk, SimpleNamespace(account="a", lost=None))
        with pytest.raises(AccountTaken):
            await mine._arrive(desk, Entrance(enter, sign_in, login="l", home="h"))

    run(go_on())
    assert signed_in == []


def test_a_lease_that_is_lost_in_the_moment_in_which_the_work_ends_is_given_back_all_the_same(
    run: Any, url: str, vault: Vault
) -> None:
    class Lost(Ledger):
        told: asyncio.Event

        async def renew(self, *_: Any, **__: Any) -> bool:
            self.told.set()
            return False

    async def give_back(turns: int) -> bool:
        async with await Lost.open(url, vault) as ledger:
            ledger.told = asyncio.Event()
            with suppress(AccountTaken):
                async with sign_ins(ledger, ttl=0.06).holding("a"):
                    await ledger.told.wait()
                    for _ in range(turns):  # of the loop, in which the keeper comes to its end
                        await asyncio.sleep(0)
            assert not asyncio.current_task().cancelling()  # type: ignore[union-attr]
            return await Ledger.acquire(ledger, "mock", "a", "another", 0.0)

    with time_machine.travel(EVENING - timedelta(hours=6)):
        assert [run(give_back(turns)) for turns in range(8)] == [True] * 8
