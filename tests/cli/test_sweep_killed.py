"""``ywtb sync`` killed at any moment: the next one tells what has changed, once, and the history has each step once.

So does ``ywtb alerts send``. A channel hears of each change once; of one whose teller was killed before it had noted the
answer it may hear a second time, under the same number.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from rpa.cases import Case, Ledger
from rpa.flow import flows
from rpa.intake import read
from rpa.profile import load_profile
from rpa.settings import Settings
from rpa.status.tables import groups, history, notices, sweeps
from rpa.testing import Replica
from rpa.vault import open_vault
from tests.loops import run_apart

from ..unit.alerts.services import SECRET, Services
from .kit import SCANS, Ywtb
from .server import change, rows, write_settings

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

ACCOUNT = "demo-soe"
_KILLS = 8


def _rows(home: Path, table: Table) -> list[Mapping[str, Any]]:
    async def read() -> list[Mapping[str, Any]]:
        async with (
            await Ledger.open(Settings(home=home).ledger_url, open_vault(home)) as ledger,
            ledger.reading() as connection,
        ):
            return [dict(row) for row in (await connection.execute(select(table))).mappings()]

    return run_apart(read())


@pytest.mark.manual("N37")
def test_a_sweep_that_is_killed_at_any_moment_loses_and_doubles_nothing(
    tmp_path: Path, replica: Replica
) -> None:
    ywtb = Ywtb(tmp_path / "home", tmp_path, {"YWTB_LEASE_TTL": "3"})
    sync = ("sync", "--portal", replica.address, "--account", ACCOUNT, "--json")
    made = replica.add_groups(ACCOUNT, 24, "待初审", "经济体审批中")
    first = ywtb(*sync)
    assert first.code == 0, first.text
    started = time.monotonic()
    assert ywtb(*sync).code == 0
    whole = time.monotonic() - started

    wanted = set()
    completed = len(_rows(ywtb.home, sweeps))
    for kill in range(_KILLS):
        group_no = made[2 * kill]
        replica.set_state(group_no, "待缴费")
        wanted.add((group_no, "待缴费"))
        process = ywtb.start(*sync)
        with process:
            # ever later in its run, from the sign-in to the last write; one that was quicker has ended
            try:
                process.communicate(timeout=whole * (0.35 + 0.09 * kill))
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
    last = ywtb(*sync)
    assert last.code == 0, last.text

    told = [(row["group_no"], row["detail"]["to"]) for row in _rows(ywtb.home, notices)]
    assert len(told) == len(wanted)
    assert set(told) == wanted
    steps = [
        (row["group_no"], row["member"], row["economy"], row["to_state"]) for row in _rows(ywtb.home, history)
    ]
    assert len(steps) == len(set(steps))
    moved = {(group_no, state) for group_no, member, economy, state in steps if member == 0}
    assert moved >= wanted
    current = [row for row in _rows(ywtb.home, history) if row["last_seen"] is None and row["member"] == 0]
    assert {row["group_no"]: row["to_state"] for row in current} == {
        row["group_no"]: row["state"] for row in _rows(ywtb.home, groups)
    }
    assert {row["group_no"]: row["state"] for row in replica.groups()} == {
        row["group_no"]: row["state"] for row in _rows(ywtb.home, groups)
    }
    ended = _rows(ywtb.home, sweeps)[completed:]
    assert len(ended) < _KILLS + 1, "no sweep was killed before its end"


#: Where a sweep can be stopped for good, in the order of what it writes: by the statement before or after which its
#: transaction (the last: that of the case) stands still.
_MOMENTS = {
    "before the first row": "BEFORE UPDATE ON groups",
    "amid the rows": "AFTER INSERT ON notices",
    "before the commit": "AFTER INSERT ON sweeps",
    "after the commit, before its case follows": "BEFORE UPDATE ON cases",
}

#: As good as endless; a view, because a trigger may not have it in itself.
_ENDLESS = """CREATE VIEW endless AS
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 1000000000000)
    SELECT count(*) AS n FROM number"""


@pytest.mark.manual("N37")
@pytest.mark.skipif(sys.platform == "win32", reason="there a process is not killed by a signal")
def test_a_sweep_killed_at_each_boundary_and_a_teller_killed_amid_tell_each_change_once(
    ywtb: Ywtb, replica: Replica
) -> None:
    ywtb.variables["YWTB_LEASE_TTL"] = "3"
    sync = ("sync", "--portal", replica.address, "--account", ACCOUNT, "--json")
    made = replica.add_groups(ACCOUNT, 6, "待初审")
    case = _submitted(ywtb.home, replica, made[0])
    with Services() as services:
        write_settings(ywtb.home, '[alerts.channels.office]\ntype = "webhook"\n')
        ywtb.variables |= {
            "YWTB_ALERT_OFFICE_URL": services.url("webhook"),
            "YWTB_ALERT_OFFICE_SECRET": SECRET,
        }
        for first in (sync, ("alerts", "send")):  # the channel is known, and nothing is to be told yet
            done = ywtb(*first)
            assert done.code == 0, done.text
        change(ywtb.home, _ENDLESS)
        wanted = []
        for group_no, (moment, statement) in zip(reversed(made[:4]), _MOMENTS.items(), strict=True):
            to = "初审退回" if group_no == made[0] else "待缴费"
            replica.set_state(group_no, to, "请更换照片")
            wanted.append((group_no, to))
            before = len(_rows(ywtb.home, sweeps)), len(_rows(ywtb.home, notices))
            _kill_in(ywtb, sync, statement)
            after = len(_rows(ywtb.home, sweeps)), len(_rows(ywtb.home, notices))
            assert after == ((before[0] + 1, before[1] + len(wanted)) if "cases" in statement else before), (
                moment
            )
        assert rows(ywtb.home, "SELECT state FROM cases") == [("submitted",)]
        last = ywtb(*sync)
        assert last.code == 0, last.text
        assert rows(ywtb.home, "SELECT id, state FROM cases") == [(case, "returned")]
        told = [(row["group_no"], row["detail"]["to"]) for row in _rows(ywtb.home, notices)]
        assert sorted(told) == sorted(wanted)
        steps = [
            (row["group_no"], row["member"], row["economy"], row["to_state"])
            for row in _rows(ywtb.home, history)
        ]
        assert len(steps) == len(set(steps))
        _kill_while_telling(ywtb, services)
        change(
            ywtb.home, "UPDATE deliveries SET due_at = planned_at"
        )  # what the dead one had taken is free again
        for _ in range(2):
            assert ywtb("alerts", "send").code == 0
        numbers = Counter(asked.headers["idempotency-key"] for asked in services.asked)
        assert sorted(numbers.values()) == [1] * (len(wanted) - 1) + [2]
        heard = {notice["group_no"] for asked in services.asked for notice in asked.document["notices"]}
        assert heard == {group_no for group_no, _ in wanted}


def _submitted(home: Path, replica: Replica, group_no: str) -> str:
    """A case that was submitted as this group; its id."""
    intake = read([SCANS.parents[1] / "new_card.yaml"], flows())
    application = intake.applications[0].application
    portal = load_profile(replica.address, Settings(home=home)).name

    async def receive() -> Case:
        async with await Ledger.open(Settings(home=home).ledger_url, open_vault(home)) as ledger:
            return (await ledger.receive(application, portal=portal, account=ACCOUNT)).case

    case = run_apart(receive())
    change(home, f"UPDATE cases SET state = 'submitted', group_no = '{group_no}'")
    return case.id


def _kill_in(ywtb: Ywtb, sync: tuple[str, ...], statement: str) -> None:
    """Kill a sweep that stands still there with its transaction open."""
    change(ywtb.home, f"CREATE TRIGGER pause {statement} BEGIN SELECT n FROM endless; END")
    with ywtb.start(*sync) as process, closing(sqlite3.connect(ywtb.home / "ledger.db", timeout=2)) as other:
        other.isolation_level = None
        while process.poll() is None:
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:  # for so long nothing but the pause holds it
                break
            other.execute("ROLLBACK")
            time.sleep(0.05)
        assert process.poll() is None, process.communicate()
        process.kill()
        process.communicate()
    change(ywtb.home, "DROP TRIGGER pause")


def _kill_while_telling(ywtb: Ywtb, services: Services) -> None:
    """Kill a teller whose message has arrived and is not answered yet; then the service takes it."""
    arrived, dead = threading.Event(), threading.Event()

    def hold() -> None:
        arrived.set()
        assert dead.wait(60)

    services.before = hold
    with ywtb.start("alerts", "send") as process:
        assert arrived.wait(60)
        process.kill()
        process.communicate()
    services.before = lambda: None
    dead.set()
    assert rows(ywtb.home, "SELECT count(*) FROM deliveries WHERE told_at IS NOT NULL") == [(0,)]
