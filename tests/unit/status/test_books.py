"""What sweeps write down and tell, from what they have seen: on SQLite and on PostgreSQL, several accounts side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
import time_machine
from anyio.from_thread import BlockingPortal, start_blocking_portal
from sqlalchemy import Table, select, update

from rpa.cases import Ledger
from rpa.errors import PageChanged
from rpa.flow import Progress, pack_files
from rpa.screen import load_packs
from rpa.settings import load_settings
from rpa.status.compare import Seen, is_wholesale
from rpa.status.record import Books
from rpa.status.tables import history, notices, sweeps
from rpa.vault import Vault

_Answer = TypeVar("_Answer")

TOOK = timedelta(seconds=2)
ACCOUNTS = [f"unit-{number}" for number in range(8)]


@dataclass
class Office:
    """The books of several accounts in one ledger."""

    portal: BlockingPortal
    ledger: Ledger

    def __post_init__(self) -> None:
        pack = load_packs(pack_files())
        self.kind_of = pack.state_kind
        self.books = {account: Books(self.ledger, "mock", account, self.kind_of) for account in ACCOUNTS}

    def do(self, *works: Callable[[], Awaitable[_Answer]]) -> list[_Answer]:
        """All of these side by side."""

        async def together() -> list[_Answer]:
            return await asyncio.gather(*(work() for work in works))

        return self.portal.call(together)

    def sweep(self, *seen: Seen, account: str = ACCOUNTS[0]) -> None:
        """A complete list of one account."""
        self.do(lambda: self.books[account].keep(seen, (), TOOK))

    def seen(
        self, group_no: str, state: str, progress: Progress | None = None, *, members: int | None = 1
    ) -> Seen:
        """A group as a sweep has seen it."""
        kind = self.kind_of(state, "new_card")
        return Seen(group_no, "new_card", state, kind, members, "", f"{state}{members}", progress)

    def rows(self, table: Table) -> list[Mapping[str, Any]]:
        """A table of the ledger, in the order in which it was written."""

        async def read() -> list[Mapping[str, Any]]:
            async with self.ledger.reading() as connection:
                found = await connection.execute(select(table).order_by(table.c.seq))
                return [dict(row) for row in found.mappings()]

        [rows] = self.do(read)
        return rows

    def later(self, minutes: int) -> None:
        """Let so much time pass: what has been written was so long ago."""

        async def put_back() -> None:
            async with self.ledger.writing() as connection:
                for row in (await connection.execute(select(sweeps))).all():
                    then = row.ended_at - timedelta(minutes=minutes)
                    await connection.execute(
                        update(sweeps).where(sweeps.c.seq == row.seq).values(ended_at=then)
                    )

        self.do(put_back)

    def told(self) -> list[tuple[str, str | None]]:
        """Kind and group of every notice."""
        return [(row["kind"], row["group_no"]) for row in self.rows(notices)]


on_both = pytest.mark.parametrize("office", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def office(home: Path, request: pytest.FixtureRequest) -> Iterator[Office]:
    """Books in an empty ledger, on a file; with :data:`on_both` also on a server."""
    server = getattr(request, "param", "sqlite") == "postgresql"
    address = request.getfixturevalue("postgres").database() if server else ""
    url = load_settings(home=home, ledger=address).ledger_url
    with start_blocking_portal() as portal:
        ledger = portal.call(Ledger.open, url, Vault(b"k" * 32))
        yield Office(portal, ledger)
        portal.call(ledger.close)


@on_both
def test_a_word_that_many_accounts_meet_at_once_is_told_once_and_each_change_too(office: Office) -> None:
    for account in ACCOUNTS:
        office.sweep(office.seen(f"G-{account}", "待初审"), account=account)

    def meet(account: str) -> Callable[[], Awaitable[object]]:
        seen = [office.seen(f"G-{account}", "业务流转中")]
        return lambda: office.books[account].keep(seen, (), TOOK)

    office.do(*map(meet, ACCOUNTS))
    told = office.told()
    assert sorted(group or "" for _, group in told) == [f"G-{account}" for account in ACCOUNTS]
    assert sorted(kind for kind, _ in told) == ["state_changed"] * (len(ACCOUNTS) - 1) + ["unknown_state"]


@on_both
def test_a_changed_page_that_many_accounts_meet_at_once_is_told_once(office: Office) -> None:
    for account in ACCOUNTS:
        office.sweep(office.seen(f"G-{account}", "待初审"), account=account)

    def meet(account: str) -> Callable[[], Awaitable[object]]:
        drift = PageChanged("表头变了", where="我的办件")
        return lambda: office.books[account].keep_failure(TOOK, 0, drift)

    office.do(*map(meet, ACCOUNTS))
    office.do(*map(meet, ACCOUNTS))
    assert [kind for kind, _ in office.told()] == ["portal_changed"]


def test_of_a_group_with_a_member_less_nothing_is_told_of_those_who_moved_up(office: Office) -> None:
    two = Progress("经济体审批中", "", ("经济体审批中", "制卡中"), ({"AUS": "待审批"}, {"AUS": "已批准"}))
    one = Progress("经济体审批中", "", ("制卡中",), ({"AUS": "已批准"},))
    office.sweep(office.seen("G", "经济体审批中", two, members=2))
    office.sweep(office.seen("G", "经济体审批中", one, members=1))
    assert office.told() == []
    current = [row for row in office.rows(history) if row["last_seen"] is None]
    assert {(row["member"], row["economy"]): row["to_state"] for row in current} == {
        (0, ""): "经济体审批中",
        (1, ""): "制卡中",
        (1, "AUS"): "已批准",
    }
    moved = Progress("经济体审批中", "", ("制卡中",), ({"AUS": "已拒绝"},))
    office.sweep(office.seen("G", "经济体审批中", moved, members=1))
    assert office.told() == [("state_changed", "G")]  # of whom is left it is told again


def test_a_member_less_alone_ends_his_rows_and_is_not_the_end_of_the_group(office: Office) -> None:
    same = {"AUS": "待审批"}
    office.sweep(office.seen("G", "待初审", Progress("待初审", "", ("待初审",) * 2, (same, same)), members=2))
    office.sweep(office.seen("G", "待初审", Progress("待初审", "", ("待初审",), (same,)), members=1))
    open_rows = {(row["member"], row["economy"]) for row in office.rows(history) if row["last_seen"] is None}
    assert open_rows == {(0, ""), (1, ""), (1, "AUS")}
    assert office.told() == []


def test_a_page_that_shows_fewer_members_than_the_list_counts_ends_nothing(office: Office) -> None:
    office.sweep(office.seen("G", "待初审", Progress("待初审", "", ("待初审",) * 2), members=2))
    office.sweep(office.seen("G", "待初审", Progress("待初审", "", ("待初审",)), members=2))
    assert [row["last_seen"] for row in office.rows(history)] == [None] * 3


@on_both
def test_when_a_sweep_ended_is_the_ledgers_clock_to_say(
    office: Office, request: pytest.FixtureRequest
) -> None:
    server = "postgresql" in request.node.name
    with time_machine.travel(datetime(2031, 1, 1, tzinfo=UTC)):
        office.sweep(office.seen("G", "待初审"))
        office.do(lambda: office.books[ACCOUNTS[0]].keep_failure(TOOK, 0))
    for row in office.rows(sweeps):
        assert (row["ended_at"] < datetime(2031, 1, 1, tzinfo=UTC)) is server
        assert row["ended_at"] - row["started_at"] == TOOK
    [state] = office.rows(history)
    assert (state["first_seen"] < datetime(2031, 1, 1, tzinfo=UTC)) is server


def test_the_last_sweep_is_the_one_written_last_though_the_clock_was_set_back(office: Office) -> None:
    drift = PageChanged("表头变了", where="我的办件")
    with time_machine.travel(datetime(2031, 1, 1, tzinfo=UTC)):
        office.sweep(office.seen("G", "待初审"))
    office.sweep(office.seen("G", "待初审"))
    office.do(lambda: office.books[ACCOUNTS[0]].keep_failure(TOOK, 0, drift))
    office.do(lambda: office.books[ACCOUNTS[0]].keep_failure(TOOK, 0, drift))
    assert [kind for kind, _ in office.told()] == ["portal_changed"]


@pytest.mark.parametrize(
    ("missing", "known", "doubted"),
    [
        *((0, 0, False), (0, 3, False), (1, 1, True), (1, 2, False), (2, 2, True)),
        *((1, 3, False), (2, 3, True), (2, 4, False), (3, 4, True), (50, 100, False), (51, 100, True)),
    ],
)
def test_what_goes_missing_all_at_once_is_doubted(missing: int, known: int, doubted: bool) -> None:
    numbers = [f"G{number}" for number in range(known)]
    assert is_wholesale(numbers[:missing], numbers) is doubted


@on_both
def test_a_loss_is_believed_once_sweeps_have_doubted_it_for_hours(office: Office) -> None:
    books = office.books[ACCOUNTS[0]]

    def confirmed(*missing: str) -> set[str]:
        [answer] = office.do(lambda: books.confirmed(missing))
        return set(answer)

    def doubt(*missing: str) -> None:
        office.do(lambda: books.keep((), (), TOOK, doubted=missing))

    everything = [office.seen(name, "待初审") for name in "ABCD"]
    office.sweep(*everything)
    assert confirmed("A", "B") == set()
    doubt("A", "B", "D")
    office.later(7 * 60)
    assert confirmed("A", "B") == set(), "one doubt is none, however old"
    doubt("A", "B", "C")
    assert confirmed("B", "A", "C", "D") == {"A", "B"}, "D was found meanwhile, C is missing only now"
    office.do(lambda: books.keep_failure(TOOK, 0))
    assert confirmed("A") == {"A"}, "a sweep that has read nothing says nothing"
    office.sweep(*everything)
    assert confirmed("A", "B") == set()
    for _ in range(4):  # an outage of an hour
        doubt("A", "B", "C", "D")
        office.later(15)
    assert confirmed("A", "B", "C", "D") == set()


@on_both
def test_what_is_listed_is_followed_while_the_loss_of_others_is_doubted(office: Office) -> None:
    books, away = office.books[ACCOUNTS[0]], ["B", "C", "D"]

    def doubt(state: str) -> None:
        office.do(lambda: books.keep([office.seen("A", state)], (), TOOK, doubted=away))

    office.sweep(*(office.seen(name, "待初审") for name in "ABCD"))
    for state in ("待缴费", "退回"):
        doubt(state)
    assert office.told() == [("to_pay", "A"), ("returned", "A")]
    assert [row["complete"] for row in office.rows(sweeps)] == [True, False, False]
    mine = [row for row in office.rows(history) if row["group_no"] == "A"]
    assert [row["to_state"] for row in mine] == ["待初审", "待缴费", "退回"]
    assert all(before["last_seen"] >= before["first_seen"] for before in mine[:-1])
    kept = [row for row in office.rows(history) if row["group_no"] in away]
    assert [row["last_seen"] for row in kept] == [None] * 3
