"""``ywtb sync`` killed at any moment: the next one tells what has changed, once, and the history has each step once."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from rpa.cases import Ledger
from rpa.settings import Settings
from rpa.status.tables import groups, history, notices, sweeps
from rpa.testing import Replica
from rpa.vault import open_vault
from tests.loops import run_apart

from .kit import Ywtb

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
